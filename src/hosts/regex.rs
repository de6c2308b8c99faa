//! Regular expressions as rules write them, as far as they are regular.
//!
//! Each syntax cuts a text into the same tokens; what a product would refuse, what is not regular, and what implementations
//! read differently is an error with its reason, so that no expression is decided wrongly.

mod bracket;
mod perl;
mod posix;
#[cfg(test)]
mod tests;
mod tree;

use super::expression::{Class, Node, SYMBOLS};

/// How an expression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// POSIX basic expressions with the GNU C library's choices: `\(a\|b\)\+`, a leading `*` is a star (tinyproxy).
    PosixBasic,
    /// POSIX extended expressions with the GNU C library's choices (Squid on Linux).
    PosixExtended,
    /// Perl-compatible expressions (FortiGate), as far as Perl and PCRE agree.
    Perl,
}

/// A parsed regular expression over host names or URLs, unanchored unless it says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Regex {
    node: Node,
}

impl Regex {
    /// Reads an expression.
    ///
    /// # Errors
    /// Why it cannot be decided exactly or would be refused, as the end of a sentence: "it refers back to a group".
    pub fn parse(syntax: Syntax, pattern: &str, ignore_case: bool) -> Result<Regex, String> {
        if repeats_beyond_ascii(pattern) {
            return Err("it repeats a letter beyond ASCII, whose bytes some products repeat one by one".into());
        }
        let tokens = match syntax {
            Syntax::PosixBasic => posix::basic(pattern, ignore_case),
            Syntax::PosixExtended => posix::extended(pattern, ignore_case),
            Syntax::Perl => perl::tokens(pattern, ignore_case),
        };
        Ok(Regex { node: tree::build(tokens?)? })
    }

    /// Reads a POSIX extended expression as the GNU C library does, which Squid on Linux uses.
    ///
    /// # Errors
    /// As [`Regex::parse`].
    pub fn posix_extended(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
        Regex::parse(Syntax::PosixExtended, pattern, ignore_case)
    }

    /// The expression for "the text contains a match".
    pub(super) fn search_expression(&self) -> Node {
        let anything = || Node::any_run(Class::ANY);
        Node::Concat(vec![anything(), self.node.clone(), anything()])
    }
}

fn repeats_beyond_ascii(pattern: &str) -> bool {
    pattern.chars().zip(pattern.chars().skip(1)).any(|(c, next)| !c.is_ascii() && "*+?{\\".contains(next))
}

/// What an expression consists of.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Class(Class),
    /// Before the first character.
    Start,
    /// After the last character.
    End,
    Open,
    Close,
    Or,
    Repeat(u32, Option<u32>),
}

/// A text that is read character by character.
struct Cursor {
    chars: Vec<char>,
    at: usize,
    ignore_case: bool,
}

impl Cursor {
    fn new(text: &str, ignore_case: bool) -> Cursor {
        Cursor { chars: text.chars().collect(), at: 0, ignore_case }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    /// Takes `wanted` if it comes next.
    fn take_if(&mut self, wanted: &str) -> bool {
        let length = wanted.chars().count();
        let found =
            self.chars.get(self.at..self.at + length).is_some_and(|next| next.iter().copied().eq(wanted.chars()));
        self.at += if found { length } else { 0 };
        found
    }

    fn number(&mut self) -> Option<u32> {
        let digits: String = self.chars[self.at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        self.at += digits.len();
        digits.parse().ok()
    }

    /// The least and the greatest count of a repetition; `lead_optional`: `{,3}` is a count.
    fn bounds(&mut self, close: &str, lead_optional: bool) -> Result<Token, String> {
        let bad = || "it has a repetition count that cannot be read".to_owned();
        let min = self.number();
        if min.is_none() && !lead_optional {
            return Err(bad());
        }
        let max = match self.take_if(",") {
            true => self.number(),
            false => Some(min.ok_or_else(bad)?),
        };
        let min = min.unwrap_or(0);
        let ordered = max.is_none_or(|max| min <= max && max <= 1000) && min <= 1000;
        match self.take_if(close) && ordered {
            true => Ok(Token::Repeat(min, max)),
            false => Err(bad()),
        }
    }

    /// The class of one character. Requests arrive in lower case, so that a capital matches only where case is ignored.
    fn class_of(&self, c: char) -> Class {
        let c = if self.ignore_case { c.to_ascii_lowercase() } else { c };
        u8::try_from(c).map_or(Class::NONE, Class::of)
    }

    fn literal(&self, c: char) -> Token {
        Token::Class(self.class_of(c))
    }
}

/// The symbols for which `holds`.
fn class_where(holds: impl Fn(&u8) -> bool) -> Class {
    SYMBOLS.iter().filter(|&b| holds(b)).fold(Class::NONE, |class, &b| class.union(Class::of(b)))
}

fn word() -> Class {
    class_where(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// `\w` and its like.
fn class_escape(c: char) -> Option<Class> {
    let (class, negated) = match c.to_ascii_lowercase() {
        'w' => (word(), c == 'W'),
        's' => (Class::NONE, c == 'S'),
        'd' => (class_where(u8::is_ascii_digit), c == 'D'),
        _ => return None,
    };
    Some(if negated { Class::ANY.minus(class) } else { class })
}
