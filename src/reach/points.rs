//! Destinations that are asked as they are: conditions evaluated with three values.

use super::decide::{Decision, by, decide};
use super::lists::{self, Lists};
use super::{Behind, Outcome, Part};
use crate::hosts::Tri;
use crate::policy::{Condition, Gate, Reason, Rule};
use std::collections::BTreeSet;

/// What a test says of the destination, and why where it cannot tell.
pub(super) type Answer = (Tri, Option<Reason>);

/// What becomes of a destination at a gate, given what each single test says of it.
pub(super) fn through<T>(gate: &Gate, of: T, test: &dyn Fn(&Condition) -> Answer) -> Part<T> {
    let rules: Vec<&Rule> = lists::rules(gate).collect();
    let lists = Lists::of(gate);
    let matching: Vec<Tri> = rules.iter().map(|rule| holds(&rule.when, test)).collect();
    let decision = decide(&lists, gate.otherwise.action, &matching);
    let mut reasons = BTreeSet::new();
    for &rule in &decision.unclear {
        let mut own: Vec<Reason> = lists.astray(rule).into_iter().collect();
        collect(&rules[rule].when, test, &mut own);
        reasons.extend(own.into_iter().map(|reason| reason.or_at(rules[rule].span)));
    }
    part(gate, &rules, &decision, of, reasons)
}

/// A decision as a part, cited.
pub(super) fn part<T>(gate: &Gate, rules: &[&Rule], decision: &Decision, of: T, reasons: BTreeSet<Reason>) -> Part<T> {
    let outcome = decision.outcome();
    let reasons = if outcome == Outcome::Undecided { reasons.into_iter().collect() } else { Vec::new() };
    let blocked = decision.behind.filter(|_| outcome == Outcome::Blocked);
    let behind = blocked.map(|rule| Behind {
        first: decision.by(gate, rules),
        by: by(gate, rules, Some(rule), true),
        never: false,
        wherever: gate.order.ignores_place(),
    });
    Part { of, outcome, by: decision.by(gate, rules), reasons, behind, route: None }
}

fn holds(condition: &Condition, test: &dyn Fn(&Condition) -> Answer) -> Tri {
    match condition {
        Condition::All(parts) => parts.iter().fold(Tri::Yes, |all, part| all.and(holds(part, test))),
        Condition::Any(parts) => parts.iter().fold(Tri::No, |any, part| any.or(holds(part, test))),
        Condition::Not(part) => !holds(part, test),
        single => test(single).0,
    }
}

/// The reasons of every part that may hold, if the whole may.
fn collect(condition: &Condition, test: &dyn Fn(&Condition) -> Answer, into: &mut Vec<Reason>) {
    if holds(condition, test) != Tri::Maybe {
        return;
    }
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| collect(part, test, into)),
        Condition::Not(part) => collect(part, test, into),
        single => into.extend(test(single).1),
    }
}
