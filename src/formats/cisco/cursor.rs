//! The words of an entry, one after the other.

use crate::source::Span;

#[derive(Clone, Copy, Debug)]
pub(in crate::formats) struct Cursor<'a> {
    rest: &'a [String],
    /// The entry, to be cited.
    pub span: Span,
}

impl<'a> Cursor<'a> {
    pub fn new(words: &'a [String], span: Span) -> Self {
        Cursor { rest: words, span }
    }

    pub fn peek(&self) -> &'a str {
        self.ahead(0)
    }

    pub fn ahead(&self, count: usize) -> &'a str {
        self.rest.get(count).map_or("", String::as_str)
    }

    /// The next word; empty at the end.
    pub fn next(&mut self) -> &'a str {
        let word = self.peek();
        self.rest = self.rest.get(1..).unwrap_or_default();
        word
    }

    /// Takes the next word if it is this one.
    pub fn take(&mut self, word: &str) -> bool {
        let is = self.peek() == word;
        if is {
            self.next();
        }
        is
    }

    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn skip_all(&mut self) {
        self.rest = &[];
    }
}
