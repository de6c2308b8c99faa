//! The tests of a rule that the question alone answers: source, port, protocol, method.

use super::points::Answer;
use super::{Question, TagTable};
use crate::addresses::{AddressSet, Family};
use crate::hosts::Tri;
use crate::policy::{Condition, Reason};

/// What a gate's rules are asked.
pub(super) struct Asked<'a> {
    pub question: &'a Question,
    pub tags: &'a dyn TagTable,
    /// Where traffic can come from if the question names no source.
    pub sources: &'a AddressSet,
}

impl Asked<'_> {
    /// The answer to a test that does not look at the destination; `None` for one that does, and for combinations.
    pub fn answer(&self, condition: &Condition) -> Option<Answer> {
        Some(match condition {
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

    /// The answer to a test of the source, for destinations of these IP versions: traffic keeps to one.
    pub fn source(&self, condition: &Condition, families: &[Family]) -> Answer {
        match condition {
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
        let own = AddressSet::union_all(&of_families);
        let asked = if own.is_empty() { whole } else { &own };
        if asked.is_subset(set) {
            return (Tri::Yes, None);
        }
        if asked.is_disjoint(set) {
            return (Tri::No, None);
        }
        (Tri::Maybe, Some(Reason::new(format!("the rule applies only to the sources {}", short(set)))))
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
