//! What becomes of one destination at one gate, given how surely each rule matches it.

use super::lists::{Lists, Step};
use super::{By, Outcome};
use crate::hosts::Tri;
use crate::policy::{Action, Gate, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The rules that match a destination, for certain or maybe.
pub(super) trait Matching {
    /// Those among the given numbers, in order.
    fn among(&self, rules: Range<usize>) -> Box<dyn Iterator<Item = (usize, Tri)> + '_>;
}

/// How surely each rule matches, by number.
impl Matching for Vec<Tri> {
    fn among(&self, rules: Range<usize>) -> Box<dyn Iterator<Item = (usize, Tri)> + '_> {
        Box::new(rules.map(|rule| (rule, self[rule])).filter(|(_, tri)| *tri != Tri::No))
    }
}

/// What decides: a rule by its number, or the gate's default.
pub(super) type Decider = Option<usize>;

/// What becomes of a destination, over all that the text leaves open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Decision {
    /// What lets it through, if anything may.
    allow: Option<Decider>,
    /// What blocks it, if anything may.
    deny: Option<Decider>,
    /// The rules on which it hangs: once it is known whether they match, so is the outcome, and none can be left out. Whether
    /// one matches is taken to say nothing about another.
    pub unclear: BTreeSet<usize>,
    /// The rule of the other action that would decide if the one that does did not come first.
    pub behind: Option<usize>,
}

/// Decides about the destination that `matching` describes.
pub(super) fn decide(lists: &Lists, otherwise: Action, matching: &dyn Matching) -> Decision {
    let mut walk = Walk { lists, matching, ends: BTreeMap::new() };
    let mut decision = Decision::at_end(walk.ends(0), otherwise);
    match decision.outcome() {
        Outcome::Undecided => {
            let mut search = Search { seen: BTreeSet::new(), found: BTreeSet::new() };
            search.list(&mut walk, 0, Kinds::of(otherwise));
            decision.unclear = search.found;
        }
        outcome => {
            decision = Decision::at_end(surely(lists, matching, &|_| true), otherwise);
            let action = if outcome == Outcome::Allowed { Action::Allow } else { Action::Deny };
            let without = surely(lists, matching, &|step| step != Step::Decide(action));
            decision.behind = match outcome {
                Outcome::Allowed => without.deny.filter(|_| decision.allow != Some(None)),
                _ => without.allow.filter(|_| decision.deny != Some(None)),
            };
        }
    }
    decision
}

/// The rules whose turn may come.
pub(super) fn reached(lists: &Lists, matching: &dyn Matching) -> BTreeSet<usize> {
    let mut walk = Walk { lists, matching, ends: BTreeMap::new() };
    let (mut rules, mut seen, mut open) = (BTreeSet::new(), BTreeSet::from([0]), vec![0]);
    while let Some(list) = open.pop() {
        for (rule, _) in walk.reached(list) {
            rules.insert(rule);
            if let Step::Call(to) | Step::Goto(to) = lists.step(rule)
                && seen.insert(to)
            {
                open.push(to);
            }
        }
    }
    rules
}

/// How it ends if only the rules count that match for certain and pass the test.
fn surely(lists: &Lists, matching: &dyn Matching, counts: &dyn Fn(Step) -> bool) -> Ends {
    Walk { lists, matching: &Surely { lists, matching, counts }, ends: BTreeMap::new() }.ends(0)
}

impl Decision {
    fn at_end(ends: Ends, otherwise: Action) -> Decision {
        let default = |action| (ends.back && otherwise == action).then_some(None);
        Decision {
            allow: ends.allow.map(Some).or(default(Action::Allow)),
            deny: ends.deny.map(Some).or(default(Action::Deny)),
            unclear: BTreeSet::new(),
            behind: None,
        }
    }

    pub fn outcome(&self) -> Outcome {
        match (self.allow, self.deny) {
            (Some(_), None) => Outcome::Allowed,
            (Some(_), Some(_)) => Outcome::Undecided,
            (None, _) => Outcome::Blocked,
        }
    }

    /// The same with other numbers for the rules.
    pub fn numbered(&self, number: impl Fn(usize) -> usize) -> Decision {
        let decider = |decider: Decider| decider.map(&number);
        Decision {
            allow: self.allow.map(decider),
            deny: self.deny.map(decider),
            unclear: self.unclear.iter().map(|&rule| number(rule)).collect(),
            behind: self.behind.map(&number),
        }
    }

    /// The rules to cite: the one that decides, or the two between which it is undecided.
    pub fn by(&self, gate: &Gate, rules: &[&Rule]) -> Vec<By> {
        let allow = self.allow.map(|decider| by(gate, rules, decider, true));
        let deny = self.deny.map(|decider| by(gate, rules, decider, false));
        allow.into_iter().chain(deny).collect()
    }
}

/// A rule, or the gate's default, as what allows or blocks.
pub(super) fn by(gate: &Gate, rules: &[&Rule], decider: Decider, allows: bool) -> By {
    let gate_name = gate.name.clone();
    match decider.map(|number| rules[number]) {
        Some(rule) => By { gate: gate_name, rule: rule.name.clone(), span: rule.span, allows, default: false },
        None => {
            let otherwise = &gate.otherwise;
            By { gate: gate_name, rule: otherwise.why.clone(), span: otherwise.span, allows, default: true }
        }
    }
}

/// How the way through a list can end.
#[derive(Clone, Copy, Default)]
struct Ends {
    /// The first rule that may let through.
    allow: Option<usize>,
    /// The first rule that may block.
    deny: Option<usize>,
    /// Whether the way may lead back to the caller.
    back: bool,
}

impl Ends {
    fn first(self, other: Ends) -> Ends {
        Ends { allow: self.allow.or(other.allow), deny: self.deny.or(other.deny), back: self.back || other.back }
    }
}

struct Walk<'a> {
    lists: &'a Lists,
    matching: &'a dyn Matching,
    /// Of the chains, for each may be called many times.
    ends: BTreeMap<usize, Ends>,
}

impl Walk<'_> {
    fn ends(&mut self, list: usize) -> Ends {
        if let Some(known) = self.ends.get(&list) {
            return *known;
        }
        let (lists, matching) = (self.lists, self.matching);
        let mut ends = Ends::default();
        for (rule, tri) in matching.among(lists.rules(list)) {
            let (leads_to, returns_here) = self.follow(rule);
            ends = ends.first(Ends { back: leads_to.back && !returns_here, ..leads_to });
            if tri == Tri::Yes && !(leads_to.back && returns_here) {
                self.ends.insert(list, ends);
                return ends;
            }
        }
        ends.back = true;
        self.ends.insert(list, ends);
        ends
    }

    /// How the way can end that a rule takes, and whether "back" means back to the next rule.
    fn follow(&mut self, rule: usize) -> (Ends, bool) {
        match self.lists.step(rule) {
            Step::Decide(Action::Allow) => (Ends { allow: Some(rule), ..Ends::default() }, false),
            Step::Decide(Action::Deny) => (Ends { deny: Some(rule), ..Ends::default() }, false),
            Step::Return => (Ends { back: true, ..Ends::default() }, false),
            Step::Call(list) => (self.ends(list), true),
            Step::Goto(list) => (self.ends(list), false),
            Step::Astray => (Ends { allow: Some(rule), deny: Some(rule), back: true }, true),
        }
    }

    /// The matching rules of a list up to the one behind which nothing goes on.
    fn reached(&mut self, list: usize) -> Vec<(usize, Tri)> {
        let (lists, matching) = (self.lists, self.matching);
        let mut reached = Vec::new();
        for (rule, tri) in matching.among(lists.rules(list)) {
            reached.push((rule, tri));
            let (ends, returns_here) = self.follow(rule);
            if tri == Tri::Yes && !(ends.back && returns_here) {
                break;
            }
        }
        reached
    }
}

/// The rules that match for certain and pass a test.
struct Surely<'a> {
    lists: &'a Lists,
    matching: &'a dyn Matching,
    counts: &'a dyn Fn(Step) -> bool,
}

impl Matching for Surely<'_> {
    fn among(&self, rules: Range<usize>) -> Box<dyn Iterator<Item = (usize, Tri)> + '_> {
        let counts = |&(rule, tri): &(usize, Tri)| tri == Tri::Yes && (self.counts)(self.lists.step(rule));
        Box::new(self.matching.among(rules).filter(counts))
    }
}

/// A set of ways in which it can end: let through, blocked, or back to the caller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kinds {
    allow: bool,
    deny: bool,
    back: bool,
}

impl Kinds {
    const BACK: Kinds = Kinds { allow: false, deny: false, back: true };

    fn of(action: Action) -> Kinds {
        Kinds { allow: action == Action::Allow, deny: action == Action::Deny, back: false }
    }

    fn of_ends(ends: Ends) -> Kinds {
        Kinds { allow: ends.allow.is_some(), deny: ends.deny.is_some(), back: ends.back }
    }

    fn or(self, other: Kinds) -> Kinds {
        Kinds { allow: self.allow || other.allow, deny: self.deny || other.deny, back: self.back || other.back }
    }

    /// With what happens further on in the place of "back".
    fn then(self, further: Kinds) -> Kinds {
        if self.back { Kinds { back: false, ..self }.or(further) } else { self }
    }

    /// Whether taking one way rather than the other can change the outcome. Both ways back are one way.
    fn differs(self, other: Kinds, further: Kinds) -> bool {
        let apart = |a: Kinds, b: Kinds| a.allow && b.deny || a.deny && b.allow;
        let (own, its) = (Kinds { back: false, ..self }, Kinds { back: false, ..other });
        apart(own, its) || self.back && apart(further, its) || other.back && apart(own, further)
    }
}

/// The search for the rules on which the outcome hangs. Whether a rule matches matters exactly if what follows where it does
/// can differ from what follows where it does not.
struct Search {
    seen: BTreeSet<(usize, Kinds)>,
    found: BTreeSet<usize>,
}

impl Search {
    /// Looks through a list behind which `further` follows.
    fn list(&mut self, walk: &mut Walk<'_>, list: usize, further: Kinds) {
        if !self.seen.insert((list, further)) {
            return;
        }
        let mut after = Kinds::BACK;
        for (rule, tri) in walk.reached(list).into_iter().rev() {
            let (ends, returns_here) = walk.follow(rule);
            let way = Kinds::of_ends(ends);
            let matters = match returns_here {
                true => Kinds { back: false, ..way }.differs(after, further),
                false => way.differs(after, further),
            };
            let step = walk.lists.step(rule);
            if matters && tri == Tri::Maybe || step == Step::Astray {
                self.found.insert(rule);
            }
            match step {
                Step::Call(to) => self.list(walk, to, after.then(further)),
                Step::Goto(to) => self.list(walk, to, further),
                _ => {}
            }
            let taken = if returns_here { way.then(after) } else { way };
            after = if tri == Tri::Yes { taken } else { taken.or(after) };
        }
    }
}
