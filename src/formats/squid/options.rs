//! The options of `acl` lines: `-n`, `-i`, `--client-requested` and their like.

use super::kinds::Kind;

/// The options of one `acl` line so far.
pub(super) struct Options {
    /// No value has come yet.
    leading: bool,
    pub ignore_case: bool,
}

/// What an option says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flags {
    /// It is a value.
    None,
    NoLookup,
    FromHandshake,
    /// `-i`, `+i`, `--`
    Other,
    Refused,
}

impl Options {
    /// A line begins with regard to case.
    pub fn at_line_start() -> Self {
        Options { leading: true, ignore_case: false }
    }

    /// What follows holds no options but `-i` and `+i`: a value or a list file came.
    pub fn end(&mut self) {
        self.leading = false;
    }

    /// Before the first value any word with a sign is an option (`-in` is two); after it only `-i` and `+i` are, and only
    /// for patterns; a sign alone is refused (checked with Squid 5.7).
    pub fn read(&mut self, kind: Kind, text: &str) -> Flags {
        if matches!(text, "-i" | "+i") && kind.takes_patterns() {
            self.ignore_case = text == "-i";
            return Flags::Other;
        }
        if !self.leading || !text.starts_with(['-', '+']) || matches!(kind, Kind::Conditional(_) | Kind::Always) {
            self.end();
            return Flags::None;
        }
        self.leading = text != "--";
        match text {
            "--" => Flags::Other,
            _ if text.starts_with("--") => match kind.takes_option(text) {
                true => Flags::FromHandshake,
                false => Flags::Refused,
            },
            _ => self.letters(kind, text),
        }
    }

    fn letters(&mut self, kind: Kind, text: &str) -> Flags {
        let (sign, letters) = text.split_at(1);
        let mut flags = if letters.is_empty() { Flags::Refused } else { Flags::Other };
        for letter in letters.chars() {
            match format!("{sign}{letter}").as_str() {
                option if !kind.takes_option(option) => return Flags::Refused,
                "-n" => flags = Flags::NoLookup,
                option => self.ignore_case = option == "-i",
            }
        }
        flags
    }
}
