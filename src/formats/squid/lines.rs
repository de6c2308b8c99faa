//! Physical lines to the logical ones that Squid parses, and those to words.

use crate::policy::{Account, LineUse};
use crate::source::{Source, Span};
pub(super) use crate::syntax::lines::Logical;

/// One word of a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    /// It stood in quotes.
    pub quoted: bool,
}

/// The logical lines of a file. Blank lines and comments are skipped even within a continued line; what a final `\` leaves
/// open at the end of the file is dropped (checked with Squid 5.7).
pub(super) fn logical_lines(source: &Source, account: &mut Account) -> Vec<Logical> {
    let (found, open) = join(source, account);
    for number in open.into_iter().flat_map(|dropped| dropped.numbers) {
        account.record(source.file(), number, LineUse::Irrelevant);
    }
    found
}

/// Where the line starts that the end of the file leaves open.
pub(super) fn open_end(source: &Source) -> Option<usize> {
    join(source, &mut Account::default()).1.map(|open| open.span.start as usize)
}

/// The lines that are complete, and the one that is not.
fn join(source: &Source, account: &mut Account) -> (Vec<Logical>, Option<Logical>) {
    let mut found = Vec::new();
    let mut open: Option<Logical> = None;
    for line in source.lines() {
        let text = line.text.trim_start();
        if text.is_empty() || text.starts_with('#') {
            account.record(source.file(), line.number, LineUse::Irrelevant);
            continue;
        }
        let mut logical = open.take().unwrap_or_else(|| Logical {
            text: String::new(),
            span: line.span,
            numbers: line.number..=line.number,
        });
        logical.append(text.strip_suffix('\\').unwrap_or(text), line.span, line.number);
        match text.ends_with('\\') {
            true => open = Some(logical),
            false => found.push(logical),
        }
    }
    (found, open)
}

/// The words of a directive. A `#` that begins a word starts a comment; quotes hold blanks together.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next().filter(|&c| c != '#') {
        let (word, tail) = match first {
            '"' | '\'' => quoted_word(&rest[1..], first),
            _ => bare_word(rest),
        };
        words.push(word);
        rest = tail.trim_start();
    }
    words
}

fn bare_word(text: &str) -> (Word, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (Word { text: text[..end].to_owned(), quoted: false }, &text[end..])
}

fn quoted_word(text: &str, quote: char) -> (Word, &str) {
    let (inside, tail) = text.split_once(quote).unwrap_or((text, ""));
    (Word { text: inside.to_owned(), quoted: true }, tail)
}

/// The entries of a list file: a whole line up to a `#` that follows a blank (checked with Squid 5.7).
pub(super) fn list_entries<'a>(source: &'a Source, account: &mut Account) -> Vec<(&'a str, Span)> {
    let mut entries = Vec::new();
    for line in source.lines() {
        let entry = entry(line.text);
        let line_use = if entry.is_empty() { LineUse::Irrelevant } else { LineUse::Used };
        account.record(source.file(), line.number, line_use);
        if !entry.is_empty() {
            entries.push((entry, line.span));
        }
    }
    entries
}

fn entry(line: &str) -> &str {
    let mut comments = line.match_indices('#').map(|(at, _)| at);
    let comment = comments.find(|&at| at == 0 || line[..at].ends_with(char::is_whitespace));
    line[..comment.unwrap_or(line.len())].trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::RangeInclusive;

    fn read(text: &str) -> Vec<(String, RangeInclusive<u32>)> {
        let source = Source::read("t", 0, text.as_bytes()).expect("text");
        logical_lines(&source, &mut Account::default()).into_iter().map(|l| (l.text, l.numbers)).collect()
    }

    #[test]
    fn lines_join_as_in_squid() {
        assert_eq!(read("a b \\\n  c\nd"), [("a b c".into(), 1..=2), ("d".into(), 3..=3)]);
        assert_eq!(read("a x.c\\\n   om"), [("a x.com".into(), 1..=2)]);
        assert_eq!(read("# c \\\na"), [("a".into(), 2..=2)]);
        assert_eq!(read("a \\\n# c \\\n\nb"), [("a b".into(), 1..=4)]);
        assert_eq!(read("a\nb \\"), [("a".into(), 1..=1)]);
        assert_eq!(read("a \\ \nb").len(), 2);
    }

    #[test]
    fn words_end_at_blanks_and_comments() {
        let texts = |text| words(text).into_iter().map(|w| (w.text, w.quoted)).collect::<Vec<_>>();
        let plain = |text: &str| (text.to_owned(), false);
        assert_eq!(texts("a\t b # c"), [plain("a"), plain("b")]);
        assert_eq!(texts("a#b c"), [plain("a#b"), plain("c")]);
        assert_eq!(texts("\"x y\" 'z'"), [("x y".into(), true), ("z".into(), true)]);
    }

    #[test]
    fn a_line_of_a_list_file_is_one_entry() {
        for (line, expected) in [
            ("a.com # c", "a.com"),
            ("a.com\t# c", "a.com"),
            ("a.com b.com", "a.com b.com"),
            ("a.com#c", "a.com#c"),
            ("# c", ""),
            ("  a.com  ", "a.com"),
        ] {
            assert_eq!(entry(line), expected);
        }
    }
}
