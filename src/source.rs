//! Pasted bytes become clean text whose lines are the lines of the original.
//!
//! Cleaning keeps lines apart, so a line number of the clean text is a line number of what was pasted; lines that were
//! joined again keep their numbers too.

mod clean;
mod decode;
mod mask;
pub mod wrap;

use crate::problem::Problem;
use std::ops::{Range, RangeInclusive};

pub use mask::mask_secrets;

/// Larger inputs are refused: 32 MiB is a hundred times the largest export seen.
pub const MAX_BYTES: usize = 32 << 20;

/// A place in one of the loaded files, in bytes of its clean text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Index of the file among all that were loaded: see [`Source::file`].
    pub file: u16,
    pub start: u32,
    pub end: u32,
}

/// The first bytes of a text in UTF-8 that some editors write, and that nobody sees.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Why an entry is in doubt on a line that was read otherwise than it stands, where a product reads the file as it is.
pub const ALTERED: &str = "the line holds an invisible or typographic character, such as a byte order mark, which is then a part of the entry";

/// One loaded file or paste.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    file: u16,
    is_marked: bool,
    /// The lines with characters that cleaning took out or replaced, comments aside.
    altered: Vec<u32>,
    text: String,
    line_starts: Vec<u32>,
    /// What cleaning found worth telling: another encoding, terminal noise, a private key.
    pub problems: Vec<Problem>,
}

/// One line of a [`Source`], without its line end.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// 1-based.
    pub number: u32,
    pub text: &'a str,
    pub span: Span,
}

impl Source {
    /// Decodes and cleans `bytes`.
    ///
    /// # Errors
    /// A [`Problem`] that says in one sentence why this is no text to read: empty, too large, binary, or nothing but
    /// a private key.
    pub fn read(name: impl Into<String>, file: u16, bytes: &[u8]) -> Result<Source, Problem> {
        let name = name.into();
        let mut problems = Vec::new();
        let decoded = decode::decode(&name, bytes, &mut problems)?;
        let clean::Cleaned { text, altered } = clean::clean(&name, file, decoded, &mut problems)?;
        let joined = wrap::join(&text);
        for problem in &mut problems {
            problem.span = problem.span.map(|span| joined.moved(span));
        }
        let is_marked = bytes.starts_with(MARK);
        let wrap::Joined { text, line_starts, .. } = joined;
        Ok(Source { name, file, is_marked, altered, text, line_starts, problems })
    }

    /// The same file with additions behind what it holds.
    ///
    /// # Errors
    /// As [`Source::read`].
    pub fn with_text(&self, text: &str) -> Result<Source, Problem> {
        let read = Source::read(self.name.clone(), self.file, text.as_bytes())?;
        Ok(Source { is_marked: self.is_marked, altered: self.altered.clone(), ..read })
    }

    /// A file without a line.
    pub fn empty(name: impl Into<String>, file: u16) -> Source {
        let (text, line_starts, problems) = (String::new(), Vec::new(), Vec::new());
        Source { name: name.into(), file, is_marked: false, altered: Vec::new(), text, line_starts, problems }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Index of this file among all that were loaded.
    pub fn file(&self) -> u16 {
        self.file
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The span of `range`, in bytes of [`Source::text`].
    pub fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, start: range.start as u32, end: range.end as u32 }
    }

    /// The 1-based line that holds byte `offset`.
    pub fn line_number(&self, offset: u32) -> u32 {
        self.line_starts.partition_point(|&start| start <= offset) as u32
    }

    /// The 1-based lines that a span touches.
    pub fn numbers(&self, span: Span) -> RangeInclusive<u32> {
        self.line_number(span.start)..=self.line_number(span.end.saturating_sub(1).max(span.start))
    }

    pub fn line_count(&self) -> u32 {
        self.line_starts.len() as u32
    }

    /// The byte at which a 1-based line begins; the end of the text for a line that does not exist.
    pub fn line_start(&self, number: u32) -> usize {
        let index = number.saturating_sub(1) as usize;
        self.line_starts.get(index).map_or(self.text.len(), |&start| start as usize)
    }

    /// The text of a 1-based line; empty for a line that does not exist.
    pub fn line_text(&self, number: u32) -> &str {
        let Some(start) = number.checked_sub(1).and_then(|index| self.line_starts.get(index as usize)) else {
            return "";
        };
        let rest = &self.text[*start as usize..];
        rest.split('\n').next().unwrap_or(rest)
    }

    /// Whether a product that reads the file as it is finds other characters on the line that holds byte `offset`: a byte
    /// order mark at its head, and others that nobody sees. Squid 5.7 and tinyproxy 1.11.1 (tried) take them for a part of it.
    pub fn is_altered(&self, offset: u32) -> bool {
        let line = self.line_number(offset);
        line == 1 && self.is_marked || self.altered.binary_search(&line).is_ok()
    }

    /// What to tell where an entry stands on the line of a byte order mark.
    pub fn mark_problem(&self) -> Option<Problem> {
        let message = format!(
            "{} begins with a byte order mark; a product that reads the file as it is, like Squid, takes the mark for a part of \
             the first line, which then matches nothing.",
            self.name
        );
        let hint = "Save the file without the mark (as \"UTF-8\", not \"UTF-8 with BOM\"); if the device's own file has none, \
                    paste the text.";
        let problem = Problem::warning("byte-order-mark", message).hint(hint);
        self.is_marked.then(|| problem.at(self.span(0..self.line_text(1).len())))
    }

    /// The lines; one that was joined from several has the number of its first.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let begins = |start: u32| start == 0 || self.text.as_bytes()[start as usize - 1] == b'\n';
        self.line_starts.iter().enumerate().filter(move |(_, start)| begins(**start)).map(|(index, &start)| {
            let number = index as u32 + 1;
            let text = self.line_text(number);
            let start = start as usize;
            Line { number, text, span: self.span(start..start + text.len()) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Source {
        Source::read("t", 0, text.as_bytes()).expect("text")
    }

    #[test]
    fn lines_are_numbered_from_one_and_a_final_feed_starts_none() {
        let source = read("a\nbc\n\nd\n");
        let lines: Vec<_> = source.lines().map(|l| (l.number, l.text)).collect();
        assert_eq!(lines, [(1, "a"), (2, "bc"), (3, ""), (4, "d")]);
        assert_eq!(source.line_number(0), 1);
        assert_eq!(source.line_number(2), 2);
        assert_eq!(source.line_number(6), 4);
    }

    #[test]
    fn every_encoding_reads_the_same() {
        let utf16: Vec<u8> = "\u{feff}a\r\nb".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}a\r\nb".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let bare: Vec<u8> = "host.example\r\nb".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [&b"a\r\nb"[..], b"\xef\xbb\xbfa\nb", &utf16, &big] {
            assert_eq!(Source::read("t", 0, bytes).expect("text").text(), "a\nb");
        }
        assert_eq!(Source::read("t", 0, &bare).expect("text").text(), "host.example\nb");
    }

    #[test]
    fn terminal_noise_is_taken_out_and_lines_stay() {
        let source = read("a\u{1b}[1mb\u{1b}[0m\n--More--\r        \rc\u{a0}d\n\u{201c}e\u{201d}\u{200b}\n");
        let lines: Vec<_> = source.lines().map(|l| l.text).collect();
        assert_eq!(lines, ["ab", "c d", "\"e\""]);
    }

    #[test]
    fn characters_that_nobody_sees_are_replaced_and_said() {
        let source = read("a\nb\u{a0}c\n");
        assert_eq!((source.problems[0].id, source.line_text(2)), ("replaced-characters", "b c"));
        assert_eq!(source.line_number(source.problems[0].span.expect("a place").start), 2);
        assert!(read("a\r\nb\n").problems.is_empty());
    }

    #[test]
    fn mail_quoting_is_taken_off_when_every_line_has_it() {
        assert_eq!(read("> a\n> b\n>\n> c").text(), "a\nb\n\nc");
        assert_eq!(read("> a\nb\n").text(), "> a\nb\n");
    }

    #[test]
    fn what_is_no_text_is_refused_with_a_sentence() {
        for (bytes, id) in [
            (&b""[..], "empty-input"),
            (b" \r\n\t", "empty-input"),
            (b"\x89PNG\r\n\x1a\n\0\0\0", "binary-input"),
            (b"PK\x03\x04\0\0", "binary-input"),
            (b"\x00\x01\x02\x03\x04\x05", "binary-input"),
            (b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", "private-key"),
        ] {
            let problem = Source::read("t", 0, bytes).expect_err("refused");
            assert_eq!(problem.id, id, "{}", problem.message);
        }
        let large = vec![b'a'; MAX_BYTES + 1];
        assert_eq!(Source::read("t", 0, &large).expect_err("refused").id, "too-large");
    }

    #[test]
    fn a_private_key_inside_a_config_is_blanked_and_said() {
        let source = read("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\nb\n");
        assert_eq!(source.line_text(3), "[private key]");
        assert_eq!(source.line_text(5), "b");
        assert_eq!(source.problems[0].id, "private-key");
    }
}
