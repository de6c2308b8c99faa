//! Words of the command line: bare, quoted, and the marks of lists and blocks.

use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    /// Where it stands, in bytes of the text that was split.
    pub range: Range<usize>,
    pub quoted: bool,
    /// A quote that never ends.
    pub open: bool,
}

impl Word {
    pub fn is(&self, mark: &str) -> bool {
        !self.quoted && self.text == mark
    }
}

/// Splits `text[from..]` into words; `marks` stand for themselves.
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
    marks: &'a str,
}

impl<'a> Words<'a> {
    pub fn new(text: &'a str, from: usize, marks: &'a str) -> Self {
        Words { text, at: from, marks }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn quoted(&mut self, quote: char) -> Word {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
                c if c == quote => {
                    self.at = start + at + 1;
                    return Word { text, range: start..self.at, quoted: true, open: false };
                }
                c => text.push(c),
            }
        }
        self.at = self.text.len();
        Word { text, range: start..self.at, quoted: true, open: true }
    }

    fn bare(&mut self) -> Word {
        let (start, marks) = (self.at, self.marks);
        let ends = |c: char| c.is_whitespace() || marks.contains(c);
        self.at += self.rest().find(ends).unwrap_or(self.rest().len());
        Word { text: self.text[start..self.at].to_owned(), range: start..self.at, quoted: false, open: false }
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let first = self.rest().chars().next()?;
        match first {
            '"' => Some(self.quoted('"')),
            // An apostrophe quotes only where another closes it on the same line.
            '\'' if self.rest().lines().next().is_some_and(|line| line[1..].contains('\'')) => Some(self.quoted('\'')),
            mark if self.marks.contains(mark) => {
                let range = self.at..self.at + mark.len_utf8();
                self.at = range.end;
                Some(Word { text: mark.to_string(), range, quoted: false, open: false })
            }
            _ => Some(self.bare()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bare_quoted_or_marks() {
        let words =
            |text: &str, marks: &str| -> Vec<String> { Words::new(text, 0, marks).map(|word| word.text).collect() };
        assert_eq!(words("set a \"b c\" [ d \"e]\" ]", ""), ["set", "a", "b c", "[", "d", "e]", "]"]);
        assert_eq!(words("a{b [c d];}", "{};[]"), ["a", "{", "b", "[", "c", "d", "]", ";", "}"]);
        assert_eq!(words("x \"a \\\"b\\\" c\" '\"q\" r' it's", ""), ["x", "a \"b\" c", "\"q\" r", "it's"]);
        assert!(Words::new("a \"b", 0, "").any(|word| word.open));
    }
}
