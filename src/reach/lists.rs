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
        if list >= self.known.len() || self.trail.contains(&list) || self.trail.len() > MAX_NESTING {
            return None;
        }
        let height = self.known[list].unwrap_or_else(|| self.measure(list));
        (self.trail.len() + height <= MAX_NESTING).then_some(height)
    }
}

#[cfg(test)]
mod tests {
    use crate::addresses::AddressSet;
    use crate::policy::{Action, Chain, Condition, Gate, Order, Otherwise, Planes, Rule, Then, Vantage};
    use crate::reach::{Outcome, Part, Question, TagTable, addresses};

    struct NoTags;

    impl TagTable for NoTags {
        fn addresses(&self, _: &str) -> Option<&AddressSet> {
            None
        }
    }

    fn rule(then: Then) -> Rule {
        Rule { name: "rule".into(), span: None, then, when: Condition::always() }
    }

    /// What becomes of an address at a gate with these lists, the gate's own first, that denies by default.
    fn answer(lists: Vec<Vec<Then>>) -> Part<AddressSet> {
        let mut lists = lists.into_iter().map(|list| list.into_iter().map(rule).collect::<Vec<_>>());
        let gate = Gate {
            name: "gate".into(),
            speaks: Planes::ADDRESSES,
            order: Order::First,
            rules: lists.next().unwrap_or_default(),
            chains: lists.map(|rules| Chain { name: "chain".into(), rules }).collect(),
            otherwise: Otherwise { action: Action::Deny, span: None, why: "default".into() },
            sources: AddressSet::all(),
        };
        let vantage = Vantage { label: "here".into(), gates: vec![gate], ..Vantage::default() };
        let asked = AddressSet::from_range([20, 0, 0, 1].into(), [20, 0, 0, 9].into()).expect("a range");
        let parts = addresses(&[vec![&vantage]], &Question::tcp(443), &NoTags, &asked);
        assert_eq!(parts.len(), 1);
        parts[0].joint()
    }

    /// A row of `count` chains, each of which does the same to the next one; the last allows.
    fn row(count: usize, each: impl Fn(usize) -> Vec<Then>) -> Vec<Vec<Then>> {
        let mut lists: Vec<Vec<Then>> = (0..count).map(each).collect();
        lists.push(vec![Action::Allow.into()]);
        lists
    }

    #[test]
    fn calls_return_and_goto_goes_back_to_the_caller() {
        use Then::{Call, Goto, Return};
        let (allow, deny) = (Then::from(Action::Allow), Then::from(Action::Deny));
        for (lists, expected) in [
            (vec![vec![Call(0)], vec![allow]], Outcome::Allowed),
            (vec![vec![Call(0), allow], vec![]], Outcome::Allowed),
            (vec![vec![Call(0), allow], vec![deny]], Outcome::Blocked),
            (vec![vec![Call(0), allow], vec![Return, deny]], Outcome::Allowed),
            (vec![vec![Goto(0), allow], vec![]], Outcome::Blocked),
            (vec![vec![Call(0), allow], vec![Goto(1), deny], vec![Return]], Outcome::Allowed),
            (vec![vec![Call(0), deny], vec![Call(1), allow], vec![Return]], Outcome::Allowed),
            (vec![vec![Return, allow]], Outcome::Blocked),
            (vec![vec![]], Outcome::Blocked),
        ] {
            assert_eq!(answer(lists.clone()).outcome, expected, "{lists:?}");
        }
    }

    #[test]
    fn calls_that_lead_nowhere_or_back_are_undecided_and_say_so() {
        for lists in [
            vec![vec![Then::Call(0)], vec![Then::Call(0)]],
            vec![vec![Then::Goto(0)], vec![Then::Goto(1)], vec![Then::Call(0)]],
            vec![vec![Then::Call(7)]],
            row(10_000, |at| vec![Then::Call(at)]),
        ] {
            let part = answer(lists);
            assert_eq!(part.outcome, Outcome::Undecided);
            assert!(part.reasons[0].text.contains("lead back here, or nest too deep"), "{:?}", part.reasons);
        }
    }

    #[test]
    fn a_chain_behind_a_decision_may_be_broken() {
        assert_eq!(answer(vec![vec![Action::Allow.into(), Then::Call(7)]]).outcome, Outcome::Allowed);
        assert_eq!(
            answer(vec![vec![Action::Deny.into(), Then::Call(0)], vec![Then::Call(0)]]).outcome,
            Outcome::Blocked
        );
    }

    #[test]
    fn deep_rows_are_exact_up_to_the_limit_and_twofold_calls_do_not_multiply() {
        assert_eq!(answer(row(super::MAX_NESTING, |at| vec![Then::Call(at)])).outcome, Outcome::Allowed);
        assert_eq!(answer(row(super::MAX_NESTING + 1, |at| vec![Then::Call(at)])).outcome, Outcome::Undecided);
        assert_eq!(answer(row(60, |at| vec![Then::Call(at), Then::Call(at)])).outcome, Outcome::Allowed);
    }
}
