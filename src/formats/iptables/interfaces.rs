//! From which interfaces the rules can be seen.

use super::rule::Interface;
use crate::formats::netfilter::loopback;
use crate::policy::{Condition, Reason};
use crate::source::Span;
use std::collections::BTreeSet;

/// The interface by which traffic comes or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// The hook has none: `OUTPUT` no incoming one.
    None,
    /// Any that no rule names.
    Other,
    /// One that a rule names; `eth+` stands for those that begin so and have no name of their own.
    Named(String),
    /// There are too many to tell apart.
    Open,
}

impl At {
    /// Those that have to be told apart where rules name these.
    pub fn all(patterns: &BTreeSet<String>) -> Vec<At> {
        let named = patterns.iter().cloned().map(At::Named);
        named.chain([At::Other]).collect()
    }

    pub fn label(&self) -> String {
        match self {
            At::Named(name) => name.clone(),
            At::Other => "another interface".to_owned(),
            At::None | At::Open => "any interface".to_owned(),
        }
    }

    /// Whether a test of the interface holds here. A pattern is a name, or the beginning of names (iptables(8), "-i").
    pub fn test(&self, interface: &Interface, span: Span) -> Condition {
        let Interface { pattern, negated } = interface;
        let condition = match (self, pattern.strip_suffix('+')) {
            (_, Some("")) => Condition::always(),
            (At::None, _) => Condition::never(),
            _ if pattern == "lo" => loopback(),
            (At::Open, _) => {
                let text = "the rules name too many interfaces to tell them apart";
                Condition::Unknown(Reason::new(text).at(span))
            }
            (At::Other, _) => Condition::never(),
            (At::Named(name), Some(prefix)) => constant(name.trim_end_matches('+').starts_with(prefix)),
            (At::Named(name), None) => constant(name == pattern),
        };
        if *negated { condition.negate() } else { condition }
    }
}

pub(super) fn constant(holds: bool) -> Condition {
    if holds { Condition::always() } else { Condition::never() }
}
