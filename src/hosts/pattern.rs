//! Patterns of host names as rules write them, each with the meaning its product gives it.

use super::{Regex, Tri};

/// What a rule's pattern matches. Names are lower case, in ASCII, without a trailing dot: see [`super::normalize`].
#[derive(Clone, Debug, PartialEq)]
pub enum HostPattern {
    /// Every name.
    Any,
    /// No name: an entry that its product accepts and never matches.
    Never,
    Exact(String),
    Domain(Domain),
    /// The whole name, where `*` stands for any run of characters, dots included, and `?` for one.
    Glob(String),
    Regex(Regex),
}

/// A domain and what lies around it. Which of the four a product's entry includes is a row of a table, not code.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// `ex.com`
    pub base: String,
    /// `ex.com` itself
    pub apex: Tri,
    /// `a.ex.com`
    pub one_label: Tri,
    /// `b.a.ex.com` and deeper
    pub more_labels: Tri,
    /// Labels below the base beyond which nothing matches; `None` for any depth.
    pub max_labels: Option<u8>,
    /// `xex.com` and what lies below it (`b.xex.com`): names that end with the base without a dot before it
    pub neighbours: Tri,
}

impl Domain {
    /// Every name below `base`, at any depth, and not `base` itself.
    pub fn below(base: impl Into<String>) -> Self {
        Domain {
            base: base.into(),
            apex: Tri::No,
            one_label: Tri::Yes,
            more_labels: Tri::Yes,
            max_labels: None,
            neighbours: Tri::No,
        }
    }

    /// `base` and every name below it.
    pub fn and_below(base: impl Into<String>) -> Self {
        Domain { apex: Tri::Yes, ..Domain::below(base) }
    }
}
