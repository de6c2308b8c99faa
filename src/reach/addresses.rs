//! Addresses at one gate: paint both runs, and read off what shows.

use super::bounds::{Bounds, bounds};
use super::facts::Asked;
use super::winner::Winners;
use super::{Outcome, Part, Question, TagTable};
use crate::addresses::{AddressSet, Intervals, Number, paint};
use crate::policy::{Action, Gate, Reason};
use std::collections::BTreeMap;

pub(super) fn through(
    gate: &Gate,
    question: &Question,
    tags: &dyn TagTable,
    asked: &AddressSet,
) -> Vec<Part<AddressSet>> {
    if !gate.speaks.addresses && !gate.rules.is_empty() {
        return vec![unsupported(gate, asked)];
    }
    let context = Asked { question, tags, sources: &gate.sources };
    let rules: Vec<Bounds> = gate.rules.iter().map(|rule| bounds(&rule.when, &context, asked)).collect();
    pieces(gate, &rules, asked).into_iter().map(|(winners, of)| part(gate, &rules, winners, of)).collect()
}

fn part(gate: &Gate, rules: &[Bounds], winners: Winners, of: AddressSet) -> Part<AddressSet> {
    let outcome = winners.outcome(gate);
    let reasons = match outcome {
        Outcome::Undecided => winners.unclear().flat_map(|rule| reasons(gate, rules, rule)).collect(),
        _ => Vec::new(),
    };
    Part { of, outcome, by: winners.by(gate), reasons: super::merged(&reasons, &[]) }
}

/// The reasons of one rule; one that names no line is given the rule's.
fn reasons(gate: &Gate, rules: &[Bounds], rule: usize) -> Vec<Reason> {
    let span = gate.rules[rule].span;
    let cited = |reason: &Reason| Reason { span: reason.span.or(span), ..reason.clone() };
    rules[rule].reasons.iter().map(cited).collect()
}

/// A gate that knows names only says nothing about addresses; one without a rule treats all destinations alike.
fn unsupported(gate: &Gate, asked: &AddressSet) -> Part<AddressSet> {
    let reason = Reason::new(format!("`{}` holds names only; the device behind it decides about addresses", gate.name));
    Part { of: asked.clone(), outcome: Outcome::Unsupported, by: Vec::new(), reasons: vec![reason] }
}

/// The asked addresses, grouped by the rules that win there.
fn pieces(gate: &Gate, rules: &[Bounds], asked: &AddressSet) -> Vec<(Winners, AddressSet)> {
    let mut v4 = grouped(gate, rules, |set| &set.v4, &asked.v4);
    let mut v6 = grouped(gate, rules, |set| &set.v6, &asked.v6);
    let mut keys: Vec<Winners> = v4.keys().chain(v6.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let set = |winners| AddressSet {
        v4: Intervals::from_ranges(v4.remove(&winners).unwrap_or_default()),
        v6: Intervals::from_ranges(v6.remove(&winners).unwrap_or_default()),
    };
    let mut set = set;
    keys.into_iter().map(|winners| (winners, set(winners))).collect()
}

fn grouped<T: Number>(
    gate: &Gate,
    rules: &[Bounds],
    family: impl Fn(&AddressSet) -> &Intervals<T>,
    asked: &Intervals<T>,
) -> BTreeMap<Winners, Vec<(T, T)>> {
    let mut groups: BTreeMap<Winners, Vec<(T, T)>> = BTreeMap::new();
    if asked.is_empty() {
        return groups;
    }
    let layers = |certain_run: bool| {
        let family = &family;
        gate.rules.iter().zip(rules).map(move |(rule, bounds)| match (rule.action, certain_run) {
            (Action::Allow, true) | (Action::Deny, false) => family(&bounds.certain),
            (Action::Allow, false) | (Action::Deny, true) => family(&bounds.possible),
        })
    };
    let (certain, possible) = (paint(layers(true)), paint(layers(false)));
    let mut others = possible.iter().peekable();
    let mut wanted = asked.ranges().iter().peekable();
    for region in &certain {
        while let (Some(other), Some(&&(first, last))) = (others.peek(), wanted.peek()) {
            let from = region.first.max(other.first).max(first);
            let to = region.last.min(other.last).min(last);
            if from <= to {
                let winners = Winners { certain: region.layer, possible: other.layer };
                groups.entry(winners).or_default().push((from, to));
            }
            let end = region.last.min(other.last).min(last);
            if end == last {
                wanted.next();
            }
            if end == other.last {
                others.next();
            }
            if end == region.last {
                break;
            }
        }
    }
    groups
}
