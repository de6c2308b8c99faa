//! Addresses at one gate: cut the asked ones into regions that the same rules match, and decide about each.

use super::bounds::{Bounds, bounds};
use super::decide::{Decision, Matching, by, decide, reached};
use super::facts::Asked;
use super::lists::{self, Lists};
use super::{Behind, Outcome, Part, Question, TagTable};
use crate::addresses::{AddressSet, Intervals, Number, sweep};
use crate::hosts::Tri;
use crate::policy::{Gate, Reason, Rule};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::ops::Range;

pub(super) fn through(
    gate: &Gate,
    question: &Question,
    tags: &dyn TagTable,
    asked: &AddressSet,
) -> Vec<Part<AddressSet>> {
    if !gate.speaks.addresses && (gate.speaks.communities || !gate.rules.is_empty()) {
        return vec![unsupported(gate, asked)];
    }
    let context = Asked::new(gate, question, tags);
    let ruled = Ruled::new(gate, &context, asked);
    let decisions = ruled.decisions(asked);
    let behind: BTreeSet<usize> = decisions.keys().filter_map(|decision| decision.behind).collect();
    let never = match behind.is_empty() {
        true => behind,
        false => Ruled::new(gate, &context.at_large(), &AddressSet::all()).never(behind),
    };
    ruled.telling(decisions, &never).into_iter().flat_map(|(decision, of)| ruled.parts(&decision, of, &never)).collect()
}

/// A gate that knows no addresses says nothing about them; one without a rule treats all destinations alike, unless it is a
/// route filter.
fn unsupported(gate: &Gate, asked: &AddressSet) -> Part<AddressSet> {
    let (held, others) = match gate.speaks.communities {
        true => ("BGP communities", "names and addresses"),
        false => ("names", "addresses"),
    };
    let text = format!("`{}` holds {held} only; the device behind it decides about {others}", gate.name);
    Part {
        of: asked.clone(),
        outcome: Outcome::Unsupported,
        by: Vec::new(),
        reasons: vec![Reason::new(text)],
        behind: None,
        route: None,
    }
}

/// A gate, and the addresses that each of its rules matches.
struct Ruled<'a> {
    gate: &'a Gate,
    rules: Vec<&'a Rule>,
    bounds: Vec<Bounds>,
    lists: Lists,
}

impl<'a> Ruled<'a> {
    fn new(gate: &'a Gate, context: &Asked<'_>, asked: &AddressSet) -> Self {
        let rules: Vec<&Rule> = lists::rules(gate).collect();
        let bounds = rules.iter().map(|rule| bounds(&rule.when, context, asked)).collect();
        Ruled { gate, rules, bounds, lists: Lists::of(gate) }
    }

    /// The asked addresses by what is decided about them.
    fn decisions(&self, asked: &AddressSet) -> BTreeMap<Decision, AddressSet> {
        let v4 = self.regions(|set| &set.v4, &asked.v4);
        let v6 = self.regions(|set| &set.v6, &asked.v6);
        let mut decisions: BTreeMap<Decision, AddressSet> = BTreeMap::new();
        for (decision, ranges) in v4 {
            decisions.entry(decision).or_default().v4 = Intervals::from_ranges(ranges);
        }
        for (decision, ranges) in v6 {
            decisions.entry(decision).or_default().v6 = Intervals::from_ranges(ranges);
        }
        decisions
    }

    fn regions<T: Number>(
        &self,
        family: impl Fn(&AddressSet) -> &Intervals<T>,
        asked: &Intervals<T>,
    ) -> BTreeMap<Decision, Vec<(T, T)>> {
        let mut regions: BTreeMap<Decision, Vec<(T, T)>> = BTreeMap::new();
        sweep(&self.layers(family), asked, |region, open| {
            let decision = decide(&self.lists, self.gate.otherwise.action, &Open(open));
            regions.entry(decision).or_default().push(region);
        });
        regions
    }

    /// Two layers a rule: what it matches for certain, and what it may match.
    fn layers<T: Number>(&self, family: impl Fn(&AddressSet) -> &Intervals<T>) -> Vec<&Intervals<T>> {
        self.bounds.iter().flat_map(|bounds| [family(&bounds.certain), family(&bounds.possible)]).collect()
    }

    /// Those of the rules whose turn comes for no address whatever. Rules that stand on the same lines are one to the reader.
    fn never(&self, rules: BTreeSet<usize>) -> BTreeSet<usize> {
        let same = self.same_lines(&rules);
        let named = AddressSet::union_all(same.values().flatten().map(|&rule| &self.bounds[rule].possible));
        let mut turns = BTreeSet::new();
        sweep(&self.layers(|set| &set.v4), &named.v4, |_, open| turns.extend(reached(&self.lists, &Open(open))));
        sweep(&self.layers(|set| &set.v6), &named.v6, |_, open| turns.extend(reached(&self.lists, &Open(open))));
        let has_turn = |rule: &usize| same.get(rule).is_some_and(|same| same.iter().any(|rule| turns.contains(rule)));
        rules.into_iter().filter(|rule| !has_turn(rule)).collect()
    }

    /// Each of the rules with all that stand on its lines, itself among them.
    fn same_lines(&self, rules: &BTreeSet<usize>) -> BTreeMap<usize, Vec<usize>> {
        let mut by_span: BTreeMap<Option<Span>, Vec<usize>> = BTreeMap::new();
        for (number, rule) in self.rules.iter().enumerate() {
            by_span.entry(rule.span).or_default().push(number);
        }
        let same = |rule: usize| match self.rules[rule].span {
            None => vec![rule],
            span => by_span.get(&span).cloned().unwrap_or_default(),
        };
        rules.iter().map(|&rule| (rule, same(rule))).collect()
    }

    /// The same, where a rule that denies behind one that allows is worth telling only if its turn never comes.
    fn telling(
        &self,
        decisions: BTreeMap<Decision, AddressSet>,
        never: &BTreeSet<usize>,
    ) -> BTreeMap<Decision, AddressSet> {
        let mut telling: BTreeMap<Decision, AddressSet> = BTreeMap::new();
        for (mut decision, of) in decisions {
            let tells = |rule: &usize| decision.outcome() == Outcome::Blocked || never.contains(rule);
            decision.behind = decision.behind.filter(tells);
            let set = telling.entry(decision).or_default();
            *set = set.union(&of);
        }
        telling
    }

    /// The addresses of a decision, apart where they are undecided for different reasons.
    fn parts(&self, decision: &Decision, of: AddressSet, never: &BTreeSet<usize>) -> Vec<Part<AddressSet>> {
        let outcome = decision.outcome();
        let by_reasons = match outcome {
            Outcome::Undecided => self.by_reasons(decision, of),
            _ => vec![(of, BTreeSet::new())],
        };
        let part = |(of, reasons): (AddressSet, BTreeSet<Reason>)| Part {
            of,
            outcome,
            by: decision.by(self.gate, &self.rules),
            reasons: reasons.into_iter().collect(),
            behind: decision.behind.map(|rule| Behind {
                first: decision.by(self.gate, &self.rules),
                by: by(self.gate, &self.rules, Some(rule), outcome == Outcome::Blocked),
                never: never.contains(&rule),
                wherever: self.gate.order.ignores_place(),
            }),
            route: None,
        };
        by_reasons.into_iter().map(part).collect()
    }

    fn by_reasons(&self, decision: &Decision, of: AddressSet) -> Vec<(AddressSet, BTreeSet<Reason>)> {
        let mut open: BTreeMap<Reason, Vec<AddressSet>> = BTreeMap::new();
        for &rule in &decision.unclear {
            let astray = self.lists.astray(rule).map(|reason| (AddressSet::all(), reason));
            for (where_open, reason) in self.bounds[rule].open.iter().cloned().chain(astray) {
                open.entry(reason.or_at(self.rules[rule].span)).or_default().push(where_open);
            }
        }
        open.into_iter().fold(vec![(of, BTreeSet::new())], |parts, (reason, sets)| {
            let where_open = AddressSet::union_all(&sets);
            parts.into_iter().flat_map(|part| split(part, &where_open, &reason)).collect()
        })
    }
}

/// A part in two: where the reason applies too, and where it does not. The reasons of thousands of rules are copied only
/// where both are there.
fn split(
    (of, mut reasons): (AddressSet, BTreeSet<Reason>),
    where_open: &AddressSet,
    reason: &Reason,
) -> Vec<(AddressSet, BTreeSet<Reason>)> {
    let inside = of.intersection(where_open);
    if inside.is_empty() {
        return vec![(of, reasons)];
    }
    let outside = of.minus(where_open);
    let apart = (!outside.is_empty()).then(|| (outside, reasons.clone()));
    reasons.insert(reason.clone());
    iter::once((inside, reasons)).chain(apart).collect()
}

/// The layers that are open in a region.
struct Open<'a>(&'a BTreeSet<usize>);

impl Matching for Open<'_> {
    fn among(&self, rules: Range<usize>) -> Box<dyn Iterator<Item = (usize, Tri)> + '_> {
        // What is matched for certain may be matched too, so that the layer to go by is the possible one.
        let possible = self.0.range(2 * rules.start..2 * rules.end).filter(|&layer| layer % 2 == 1);
        Box::new(possible.map(|layer| (layer / 2, if self.0.contains(&(layer - 1)) { Tri::Yes } else { Tri::Maybe })))
    }
}
