//! Physical lines to statements: a verb and its words, whose quoted values may run over several lines.

use crate::policy::{Account, LineUse, Reason};
use crate::problem::Problem;
use crate::source::{Source, Span};
use crate::syntax::lines::{Logical, after_prompt, unwrapped};

/// One statement.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub words: Vec<String>,
    pub span: Span,
    /// Why the words may not be what the device has.
    pub damaged: Option<Reason>,
}

/// What can begin a statement (FortiOS Administration Guide: CLI basics, "Command syntax" and "Subcommands").
const VERBS: &[&str] = &[
    "config", "edit", "set", "unset", "append", "select", "unselect", "move", "delete", "rename", "clone", "purge",
    "next", "end", "abort", "exit", "show", "get", "execute", "diagnose",
];

/// What the cleaning of the paste leaves of a private key.
const BLANKED: &str = "[private key]";

impl Statement {
    pub fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }
}

/// The statements of a text. Blank lines, comments and what the terminal shows besides are irrelevant.
pub(super) fn statements(source: &Source, account: &mut Account, problems: &mut Vec<Problem>) -> Vec<Statement> {
    let lines = unwrapped(source, |_, line| begins(line));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        account.record_span(source, line.span, LineUse::Irrelevant);
        let text = typed(&line.text);
        if text.is_empty() || text.starts_with('#') || text == BLANKED {
            continue;
        }
        let mut scanner = Scanner::default();
        let whole = scanner.feed(text) && scanner.quote.is_none();
        let closed = if whole { Some((scanner.clone(), at)) } else { closed(&lines, at, &scanner) };
        found.push(match closed {
            Some((scanner, next)) => {
                let last = lines.get(next.saturating_sub(1)).unwrap_or(line);
                let span = Span { end: last.span.end, ..line.span };
                account.record_span(source, span, LineUse::Irrelevant);
                at = next;
                Statement { words: scanner.words, span, damaged: None }
            }
            None => unbalanced(line, scanner, problems),
        });
    }
    found
}

fn begins(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(|word| VERBS.contains(&word) || word.starts_with('#'))
}

/// A line without the device's prompt; nothing where what was typed changes nothing.
fn typed(line: &str) -> &str {
    match after_prompt(line) {
        Some(command) if begins(command) => command,
        Some(_) => "",
        None => line.trim(),
    }
}

/// Reads on to the line that closes the quote; `None` if it is not closed, or closed in the middle of a word, as the
/// opening quote of a later value would.
fn closed(lines: &[Logical], mut at: usize, open: &Scanner) -> Option<(Scanner, usize)> {
    let mut scanner = open.clone();
    while scanner.quote.is_some() {
        let line = lines.get(at)?;
        scanner.feed(&line.text).then_some(())?;
        at += 1;
    }
    Some((scanner, at))
}

fn unbalanced(line: &Logical, mut scanner: Scanner, problems: &mut Vec<Problem>) -> Statement {
    let reason = Reason::new("a quote is not closed, so that the value may be cut").at(line.span);
    let message = "A quote on this line is not closed; the value is taken to end with the line.";
    let hint = "Paste the line as the device has it. What depends on it stays undecided.";
    problems.push(Problem::error("unbalanced-quote", message).at(line.span).hint(hint));
    scanner.finish();
    Statement { words: scanner.words, span: line.span, damaged: Some(reason) }
}

/// Cuts text into words. In double quotes a backslash takes the next character as it is.
#[derive(Clone, Debug, Default)]
struct Scanner {
    words: Vec<String>,
    word: Option<String>,
    quote: Option<char>,
}

impl Scanner {
    /// Reads a line; false if a quote ends in the middle of a word.
    fn feed(&mut self, text: &str) -> bool {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match (self.quote, c) {
                (Some('"') | None, '\\') => self.push(chars.next().unwrap_or('\\')),
                (Some(quote), c) if c == quote => {
                    self.quote = None;
                    if chars.peek().is_some_and(|next| !next.is_whitespace()) {
                        return false;
                    }
                }
                (None, '"' | '\'') if self.word.is_none() => {
                    self.quote = Some(c);
                    self.word = Some(String::new());
                }
                (None, c) if c.is_whitespace() => self.finish(),
                (_, c) => self.push(c),
            }
        }
        match self.quote {
            Some(_) => self.push('\n'),
            None => self.finish(),
        }
        true
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    fn finish(&mut self) {
        self.quote = None;
        self.words.extend(self.word.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Vec<String>>, Vec<&'static str>) {
        let source = Source::read("t", 0, text.as_bytes()).expect("text");
        let mut problems = Vec::new();
        let found = statements(&source, &mut Account::default(), &mut problems);
        (found.into_iter().map(|statement| statement.words).collect(), problems.iter().map(|p| p.id).collect())
    }

    #[test]
    fn values_are_quoted_escaped_and_span_lines() {
        let words = |text: &str| read(text).0.concat();
        assert_eq!(words(r#"set member "a b" c"#), ["set", "member", "a b", "c"]);
        assert_eq!(words(r#"set url "\\.x\\.com\"y""#), ["set", "url", r#"\.x\.com"y"#]);
        assert_eq!(words("set comment ''"), ["set", "comment", ""]);
        assert_eq!(words("set buffer \"a\nend\nb\"\nnext"), ["set", "buffer", "a\nend\nb", "next"]);
        assert_eq!(words("fw (policy) # edit 1\nfw (1) # ls\n# x"), ["edit", "1"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_takes_its_line_only() {
        for text in ["set comment \"a\nset dstaddr \"all\"\nnext", "set comment \"a\nset dstaddr all\nnext"] {
            let (found, problems) = read(text);
            assert_eq!((found[1].join(" ").as_str(), found[2].join(" ").as_str()), ("set dstaddr all", "next"));
            assert_eq!(problems, ["unbalanced-quote"]);
        }
    }
}
