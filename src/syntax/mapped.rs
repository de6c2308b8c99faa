//! Text put together from pieces of a [`Source`], where each byte knows where it came from.

use super::lines::Logical;
use crate::source::{Source, Span};
use std::ops::Range;

/// A text to be parsed instead of the source's own.
#[derive(Clone, Debug, Default)]
pub struct Mapped {
    text: String,
    pieces: Vec<Piece>,
}

/// From `at` on the text is the source's from `original` on.
#[derive(Clone, Copy, Debug)]
struct Piece {
    at: usize,
    original: usize,
    /// Put in by the reader: all of it stands at one place of the source.
    fixed: bool,
}

impl Mapped {
    /// Logical lines, each on a line of its own, without the breaks that a terminal made.
    pub fn of_lines(source: &Source, lines: &[Logical]) -> Mapped {
        let mut mapped = Mapped::default();
        for line in lines {
            for number in line.numbers.clone() {
                mapped.push(source.line_text(number), source.line_start(number));
            }
            mapped.insert("\n", line.span.end as usize);
        }
        mapped
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Goes on with a text that stands at `original` in the source.
    pub fn push(&mut self, text: &str, original: usize) {
        self.pieces.push(Piece { at: self.text.len(), original, fixed: false });
        self.text.push_str(text);
    }

    /// Goes on with a text that the source does not have.
    pub fn insert(&mut self, text: &str, original: usize) {
        self.pieces.push(Piece { at: self.text.len(), original, fixed: true });
        self.text.push_str(text);
    }

    /// Goes on with a part of another mapped text.
    pub fn append(&mut self, of: &Mapped, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let index = of.index(at);
            let end = of.pieces.get(index + 1).map_or(of.text.len(), |next| next.at).min(range.end);
            let fixed = of.pieces.get(index).is_some_and(|piece| piece.fixed);
            self.pieces.push(Piece { at: self.text.len(), original: of.original(at), fixed });
            self.text.push_str(&of.text[at..end]);
            at = end;
        }
    }

    fn index(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1)
    }

    /// Where in the source a byte stands.
    pub fn original(&self, at: usize) -> usize {
        self.pieces.get(self.index(at)).map_or(at, |piece| match piece.fixed {
            true => piece.original,
            false => piece.original + (at - piece.at),
        })
    }

    /// The span of a range of this text in the source.
    pub fn span(&self, source: &Source, range: Range<usize>) -> Span {
        let start = self.original(range.start);
        let last = self.original(range.end.saturating_sub(1).max(range.start));
        source.span(start..(last + 1).max(start).min(source.text().len().max(start)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lines::unwrapped;

    #[test]
    fn bytes_know_where_they_came_from() {
        let edge = "x".repeat(80);
        let source = Source::read("t", 0, format!("a\n{edge}\nyz\nb").as_bytes()).expect("text");
        let mapped = Mapped::of_lines(&source, &unwrapped(&source, |_, _| false));
        assert_eq!(mapped.text(), format!("a\n{edge}yz\nb\n"));
        let at = mapped.text().find('y').expect("a y");
        assert_eq!(mapped.original(at), source.text().find('y').expect("a y"));
        let span = mapped.span(&source, at - 1..at + 2);
        assert_eq!(source.numbers(span), 2..=3);
        let mut other = Mapped::default();
        other.insert("<", 7);
        other.append(&mapped, at..at + 1);
        assert_eq!((other.text(), other.original(0), other.original(1)), ("<y", 7, mapped.original(at)));
    }
}
