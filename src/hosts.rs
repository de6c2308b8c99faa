//! Exact sets of host names: what a requirement asks for, what a rule's pattern matches, and how they relate.

mod name;
mod pattern;
mod regex;

pub use name::{NameError, normalize};
pub use pattern::{Domain, HostPattern};
pub use regex::Regex;

/// Yes, no, or "the text cannot tell".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tri {
    No,
    Maybe,
    Yes,
}
