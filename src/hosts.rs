//! Exact sets of host names: what a requirement asks for, what a rule's pattern matches, and how the two relate.
//!
//! What an entry of a product means is a row of a table ([`products`]). Names and patterns become one nondeterministic
//! automaton, read from the last character to the first, and the many patterns that look only at the end of a name one tree
//! beside it; both are explored together ([`explore`]): every combination of patterns that some required name matches is
//! found, with a shortest such name.

mod automaton;
mod dialects;
mod entry;
mod explore;
mod expression;
mod name;
mod pattern;
mod plain;
mod regex;
mod required;
#[cfg(test)]
mod tests;

pub use dialects::{Extra, Meant, Product, products};
pub use entry::{Around, Name, Shape, Url};
pub use explore::{Cell, Probe, TooComplex, explore, matches_text};
pub use name::{NameError, normalize};
pub use pattern::{Domain, HostPattern};
pub use regex::{Regex, Syntax};
pub use required::HostSet;

/// Yes, no, or "the text cannot tell".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tri {
    No,
    Maybe,
    Yes,
}

impl Tri {
    /// Holds if both do.
    pub fn and(self, other: Tri) -> Tri {
        self.min(other)
    }

    /// Holds if one does.
    pub fn or(self, other: Tri) -> Tri {
        self.max(other)
    }
}

impl std::ops::Not for Tri {
    type Output = Tri;

    fn not(self) -> Tri {
        match self {
            Tri::No => Tri::Yes,
            Tri::Maybe => Tri::Maybe,
            Tri::Yes => Tri::No,
        }
    }
}

impl From<bool> for Tri {
    fn from(holds: bool) -> Tri {
        if holds { Tri::Yes } else { Tri::No }
    }
}
