//! The lists of rules of a gate, and where their rules lead.

use crate::policy::{Action, Gate, Reason, Rule, Then};
use std::ops::Range;

/// Calls that nest deeper are left undecided.
const MAX_NESTING: usize = 100;

/// Where a rule leads. Lists are numbered: a gate's own is 0, its chains follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Decide(Action),
    Call(usize),
    Goto(usize),
    Return,
    /// Into a chain that is not there, leads back here, or nests too deep: anything may happen.
    Astray,
}

/// The lists of a gate; their rules are numbered through, list after list.
pub(super) struct Lists {
    /// Where each list starts.
    starts: Vec<usize>,
    steps: Vec<Step>,
}

impl Lists {
    /// The lists of a gate.
    pub fn of(gate: &Gate) -> Lists {
        Lists::new(lists(gate).map(|rules| rules.iter().map(|rule| rule.then).collect()))
    }

    /// From what the rules of each list do, the gate's own list first.
    pub fn new(lists: impl Iterator<Item = Vec<Then>>) -> Lists {
        let mut starts = Vec::new();
        let mut steps = Vec::new();
        for list in lists {
            starts.push(steps.len());
            steps.extend(list.into_iter().map(step));
        }
        let mut lists = Lists { starts, steps };
        let count = lists.starts.len();
        Heights { lists: &mut lists, known: vec![None; count], trail: Vec::new() }.measure(0);
        lists
    }

    pub fn step(&self, rule: usize) -> Step {
        self.steps[rule]
    }

    /// Why it is not known where a rule leads, if so.
    pub fn astray(&self, rule: usize) -> Option<Reason> {
        let why = "the rules that this one goes to are not there, lead back here, or nest too deep";
        (self.steps[rule] == Step::Astray).then(|| Reason::new(why))
    }

    /// The numbers of a list's rules.
    pub fn rules(&self, list: usize) -> Range<usize> {
        let start = self.starts.get(list).copied().unwrap_or(self.steps.len());
        start..self.starts.get(list + 1).copied().unwrap_or(self.steps.len())
    }
}

/// The rules of a gate, numbered as in [`Lists`].
pub(super) fn rules(gate: &Gate) -> impl Iterator<Item = &Rule> {
    lists(gate).flatten()
}

/// The lists of a gate, its own first.
pub(super) fn lists(gate: &Gate) -> impl Iterator<Item = &Vec<Rule>> {
    std::iter::once(&gate.rules).chain(gate.chains.iter().map(|chain| &chain.rules))
}

fn step(then: Then) -> Step {
    match then {
        Then::Decide(action) => Step::Decide(action),
        Then::Call(chain) => Step::Call(chain + 1),
        Then::Goto(chain) => Step::Goto(chain + 1),
        Then::Return => Step::Return,
    }
}

/// How many lists deep each list leads, found depth first; what would lead on for ever is cut.
struct Heights<'a> {
    lists: &'a mut Lists,
    known: Vec<Option<usize>>,
    trail: Vec<usize>,
}

impl Heights<'_> {
    fn measure(&mut self, list: usize) -> usize {
        self.trail.push(list);
        let mut height = 0;
        for rule in self.lists.rules(list) {
            let (Step::Call(to) | Step::Goto(to)) = self.lists.steps[rule] else { continue };
            match self.height_below(to) {
                Some(below) => height = height.max(below + 1),
                None => self.lists.steps[rule] = Step::Astray,
            }
        }
        self.trail.pop();
        self.known[list] = Some(height);
        height
    }

    fn height_below(&mut self, list: usize) -> Option<usize> {
        if list >= self.known.len() || self.trail.contains(&list) || self.trail.len() >= MAX_NESTING {
            return None;
        }
        let height = self.known[list].unwrap_or_else(|| self.measure(list));
        (self.trail.len() + height <= MAX_NESTING).then_some(height)
    }
}
