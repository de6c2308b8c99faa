//! A service tag at one gate, by its name alone: what holds whatever addresses the tag has this week.

use super::facts::Asked;
use super::points::{self, Answer};
use super::{Outcome, Part, Question, TagTable};
use crate::addresses::AddressSet;
use crate::hosts::{HostPattern, Tri};
use crate::policy::{Condition, Gate, OnAddress, Reason};

/// Only "allowed" and "blocked" say something; undecided means that the addresses have to be known.
pub(super) fn through(gate: &Gate, question: &Question, tags: &dyn TagTable, tag: &str) -> Part<String> {
    let of = tag.to_owned();
    if !gate.speaks.addresses {
        let reason =
            Reason::new(format!("`{}` knows no addresses; the device behind it decides about them", gate.name));
        return Part { outcome: Outcome::Unsupported, reasons: vec![reason], ..Part::passed(of) };
    }
    let asked = Asked::new(gate, question, tags);
    points::through(gate, of, &|condition| asked.answer(condition).unwrap_or_else(|| test(condition, question, tag)))
}

fn test(condition: &Condition, question: &Question, tag: &str) -> Answer {
    let sure = |tri| (tri, None);
    match condition {
        Condition::DestinationTag(named) if is_same_or_whole(named, tag) => sure(Tri::Yes),
        Condition::DestinationTag(named) => {
            open(format!("which addresses `{named}` and `{tag}` share changes over time"))
        }
        Condition::Destination(test) => match () {
            _ if question.space().is_subset(&test.set) => sure(Tri::Yes),
            _ if test.set.is_disjoint(&AddressSet::public()) => sure(Tri::No),
            _ => open(format!("which addresses `{tag}` has changes over time")),
        },
        Condition::Host(test) => match (&test.pattern, test.on_address) {
            (HostPattern::Never, _) | (_, OnAddress::Never) => sure(Tri::No),
            (HostPattern::Any, _) => sure(Tri::Yes),
            _ => open("a test of names is put to addresses".to_owned()),
        },
        _ => sure(Tri::No),
    }
}

fn open(why: String) -> Answer {
    (Tri::Maybe, Some(Reason::new(why)))
}

/// `Storage` holds all of `Storage.WestEurope`: learn.microsoft.com/azure/virtual-network/service-tags-overview, "Available
/// service tags" (regional tags).
fn is_same_or_whole(named: &str, tag: &str) -> bool {
    let whole = tag.split_once('.').map_or(tag, |(whole, _)| whole);
    named.eq_ignore_ascii_case(tag) || named.eq_ignore_ascii_case(whole)
}
