//! The interfaces that rules name, and those by which traffic comes and goes.

use super::{constant, loopback};
use crate::policy::{Condition, Reason};
use crate::source::Span;
use std::collections::BTreeSet;

/// What a rule writes: a name, or the beginning of names with a sign behind it (`eth+` in iptables, `eth*` in nftables).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::formats) struct Pattern {
    head: String,
    sign: Option<char>,
}

impl Pattern {
    pub fn new(written: &str, sign: char) -> Pattern {
        match written.strip_suffix(sign) {
            Some(head) => Pattern { head: head.to_owned(), sign: Some(sign) },
            None => Pattern { head: written.to_owned(), sign: None },
        }
    }

    fn is_any(&self) -> bool {
        self.head.is_empty() && self.sign.is_some()
    }

    fn is_loopback(&self) -> bool {
        self.head == "lo" && self.sign.is_none()
    }

    fn label(&self) -> String {
        self.head.chars().chain(self.sign).collect()
    }
}

/// The interface by which traffic comes or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Seen {
    /// There is none: nothing comes in where the host itself sends.
    Absent,
    /// Any that no rule names.
    Other,
    /// One that a rule names; a beginning stands for those names that are not written out.
    Named(Pattern),
    /// It cannot be told.
    Unclear,
    /// The one by which traffic came, behind routing: kernels know it there since 5.7.
    Behind(Box<Seen>),
}

impl Seen {
    /// Those that have to be told apart where rules name these.
    pub fn all(patterns: BTreeSet<Pattern>) -> Vec<Seen> {
        let special = |pattern: &Pattern| pattern.is_any() || pattern.is_loopback();
        let named = patterns.into_iter().filter(|pattern| !special(pattern)).map(Seen::Named);
        named.chain([Seen::Other]).collect()
    }

    pub fn label(&self) -> String {
        match self {
            Seen::Named(pattern) => pattern.label(),
            Seen::Other => "another interface".to_owned(),
            _ => "any interface".to_owned(),
        }
    }

    /// Whether it is what is written, as far as it can be told.
    pub fn is(&self, written: &Pattern) -> Option<bool> {
        match self {
            _ if written.is_any() => Some(true),
            Seen::Absent | Seen::Other => Some(false),
            Seen::Named(own) if written.sign.is_some() => Some(own.head.starts_with(&written.head)),
            Seen::Named(own) => Some(own == written),
            Seen::Unclear => None,
            Seen::Behind(seen) => seen.is(written).filter(|holds| !holds),
        }
    }

    /// A test for the interface that is written.
    pub fn test(&self, written: &Pattern, span: Option<Span>) -> Condition {
        let text = match self {
            Seen::Absent => "",
            _ if written.is_loopback() => return loopback(),
            Seen::Behind(_) => "which interface traffic came by is known behind routing since Linux 5.7 only",
            _ => "which interface the traffic passes cannot be told",
        };
        self.is(written).map_or_else(|| Condition::Unknown(Reason { span, text: text.to_owned() }), constant)
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Seen};

    #[test]
    fn what_is_written_meets_what_is_seen() {
        let named = |text: &str| Seen::Named(Pattern::new(text, '+'));
        let behind = |seen: Seen| Seen::Behind(Box::new(seen));
        for (seen, written, expected) in [
            (named("eth0"), "eth0", Some(true)),
            (named("eth0"), "eth+", Some(true)),
            (named("eth0"), "eth1", Some(false)),
            (named("eth0"), "+", Some(true)),
            (named("eth+"), "eth0", Some(false)),
            (named("eth+"), "e+", Some(true)),
            (named("eth+"), "eth1+", Some(false)),
            (Seen::Other, "eth+", Some(false)),
            (Seen::Absent, "eth0", Some(false)),
            (Seen::Absent, "+", Some(true)),
            (Seen::Unclear, "eth0", None),
            (behind(named("eth0")), "eth0", None),
            (behind(named("eth0")), "eth1", Some(false)),
            (behind(Seen::Absent), "eth0", Some(false)),
        ] {
            assert_eq!(seen.is(&Pattern::new(written, '+')), expected, "{seen:?} against {written}");
        }
    }
}
