//! The tests of a rule that the question alone answers: source, port, protocol, method.

use super::points::Answer;
use super::{Question, TagTable};
use crate::addresses::{AddressSet, Family};
use crate::hosts::Tri;
use crate::policy::{Condition, Gate, Reason};

/// What a gate's rules are asked.
pub(super) struct Asked<'a> {
    pub question: &'a Question,
    pub tags: &'a dyn TagTable,
    /// Where traffic can come from if the question names no source.
    pub sources: &'a AddressSet,
    /// Whether the gate is a proxy, which is asked over one connection and asks over another.
    pub proxy: bool,
    /// Whether only what holds on every port, from every source and so on is sure.
    pub at_large: bool,
}

impl<'a> Asked<'a> {
    pub fn new(gate: &'a Gate, question: &'a Question, tags: &'a dyn TagTable) -> Self {
        Asked { question, tags, sources: &gate.sources, proxy: gate.speaks.proxy, at_large: false }
    }

    /// The same about any traffic whatever.
    pub fn at_large(&self) -> Self {
        Asked { at_large: true, ..*self }
    }
}

impl Asked<'_> {
    /// The answer to a test that does not look at the destination; `None` for one that does, and for combinations.
    pub fn answer(&self, condition: &Condition) -> Option<Answer> {
        Some(match condition {
            Condition::Port(_) | Condition::Protocol(_) | Condition::Method(_) if self.at_large => (Tri::Maybe, None),
            Condition::Source(_) | Condition::SourceTag(_) => self.source(condition, &self.question.families),
            Condition::Port(ranges) => {
                let port = self.question.port;
                sure(ranges.iter().any(|&(first, last)| first <= port && port <= last))
            }
            Condition::Protocol(protocol) => sure(*protocol == self.question.protocol),
            Condition::Method(method) => sure(*method == self.question.method),
            Condition::Unknown(reason) => (Tri::Maybe, Some(reason.clone())),
            _ => return None,
        })
    }

    /// The answer to a test of the source, for destinations of these IP versions. Traffic keeps to one, unless a proxy stands
    /// between the client and the destination.
    pub fn source(&self, condition: &Condition, families: &[Family]) -> Answer {
        match condition {
            Condition::Source(set) if self.at_large && !set.is_all() => (Tri::Maybe, None),
            Condition::SourceTag(_) if self.at_large => (Tri::Maybe, None),
            Condition::Source(set) => self.in_set(set, families),
            Condition::SourceTag(tag) => match self.tags.addresses(tag) {
                Some(set) => self.in_set(set, families),
                None => (Tri::Maybe, Some(unknown_tag(tag))),
            },
            _ => sure(false),
        }
    }

    fn in_set(&self, set: &AddressSet, families: &[Family]) -> Answer {
        let whole = self.question.source.as_ref().unwrap_or(self.sources);
        let of_families: Vec<AddressSet> = families.iter().map(|&family| whole.only(family)).collect();
        let asked = if self.proxy { whole.clone() } else { AddressSet::union_all(&of_families) };
        if asked.is_empty() && !set.is_all() {
            return (Tri::Maybe, Some(Reason::new("the named source is of the other IP version")));
        }
        if asked.is_subset(set) {
            return (Tri::Yes, None);
        }
        if asked.is_disjoint(set) {
            return (Tri::No, None);
        }
        let whose =
            if self.question.behind_proxy { ", and the address of the proxy before it is not stated" } else { "" };
        (Tri::Maybe, Some(Reason::new(format!("the rule applies only to the sources {}{whose}", short(set)))))
    }
}

pub(super) fn sure(holds: bool) -> Answer {
    (holds.into(), None)
}

pub(super) fn unknown_tag(tag: &str) -> Reason {
    Reason::new(format!("the loaded service tags hold no tag `{tag}`"))
}

/// A set for people: its first prefixes, and how many more there are.
pub(super) fn short(set: &AddressSet) -> String {
    const SHOWN: usize = 3;
    let prefixes = set.prefixes();
    let mut text = prefixes.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if prefixes.len() > SHOWN {
        text += &format!(" and {} more", prefixes.len() - SHOWN);
    }
    text
}
