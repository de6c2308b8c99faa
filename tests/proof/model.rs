//! Policies small enough to be enumerated, and what they mean: every resolution of what is unknown is walked by itself.
//!
//! Destinations are numbered; a set of them is a row of bits.

use crate::choices::Choices;
use egress_check::policy::{Action, Chain, Condition, Gate, Order, Otherwise, Planes, Reason, Rule, Then, Vantage};
use std::collections::BTreeSet;
use std::ops::Range;

/// A set of up to 256 destinations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits([u64; 4]);

impl Bits {
    pub const NONE: Bits = Bits([0; 4]);
    pub const ALL: Bits = Bits([u64::MAX; 4]);

    pub fn of(holds: impl Fn(usize) -> bool) -> Bits {
        let mut bits = Bits::NONE;
        (0..256).filter(|&n| holds(n)).for_each(|n| bits.0[n / 64] |= 1 << (n % 64));
        bits
    }

    pub fn has(self, number: usize) -> bool {
        self.0[number / 64] >> (number % 64) & 1 == 1
    }

    pub fn and(self, other: Bits) -> Bits {
        Bits(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }

    pub fn or(self, other: Bits) -> Bits {
        Bits(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    pub fn not(self) -> Bits {
        Bits(self.0.map(|word| !word))
    }

    pub fn minus(self, other: Bits) -> Bits {
        self.and(other.not())
    }
}

/// What a rule looks at. Each unknown has a number of its own, or shares it with others of the same object.
#[derive(Clone, Debug)]
pub enum Test<L> {
    Destination(L),
    /// A test of port, protocol or source that the question answers.
    Asked(bool, Condition),
    Unknown(usize),
    All(Vec<Test<L>>),
    Any(Vec<Test<L>>),
    Not(Box<Test<L>>),
}

#[derive(Clone, Debug)]
pub struct Model<L> {
    /// The devices of a path, each with its vantages, each with its gates.
    pub devices: Vec<Vec<Vec<ModelGate<L>>>>,
    pub unknowns: usize,
}

#[derive(Clone, Debug)]
pub struct ModelGate<L> {
    order: Order,
    /// A gate's own list first, its chains behind it.
    lists: Vec<Vec<(Then, Test<L>)>>,
    otherwise: Action,
}

/// Makes models; `leaf` is a random set of destinations.
pub struct Maker<'c, 'a, L> {
    pub choices: &'c mut Choices<'a>,
    pub leaf: fn(&mut Choices<'a>) -> L,
    /// Tests that the question answers, with their answers.
    pub asked: Vec<(bool, Condition)>,
    /// How many unknowns there may be.
    pub unknowns: usize,
    /// Whether one unknown may be met several times: asked by several tests, or in a chain that is called twice.
    pub shared: bool,
    used: usize,
    called: BTreeSet<usize>,
}

impl<'c, 'a, L> Maker<'c, 'a, L> {
    pub fn new(choices: &'c mut Choices<'a>, leaf: fn(&mut Choices<'a>) -> L, unknowns: usize) -> Self {
        Maker { choices, leaf, asked: Vec::new(), unknowns, shared: false, used: 0, called: BTreeSet::new() }
    }

    pub fn model(&mut self) -> Model<L> {
        let devices = (0..1 + self.choices.below(2)).map(|_| self.device()).collect();
        Model { devices, unknowns: self.used }
    }

    fn device(&mut self) -> Vec<Vec<ModelGate<L>>> {
        let vantages = self.choices.one_of(&[1, 1, 1, 2]);
        (0..vantages).map(|_| (0..self.choices.one_of(&[1, 1, 2])).map(|_| self.gate()).collect()).collect()
    }

    fn gate(&mut self) -> ModelGate<L> {
        let chains = self.choices.one_of(&[0, 0, 1, 2]);
        let otherwise = self.choices.one_of(&[Action::Deny, Action::Allow]);
        // Only lists that are read from the front call others.
        let orders = [Order::First, Order::Last, Order::DenyWins, Order::AllowWins];
        let order = if chains == 0 { self.choices.one_of(&orders) } else { Order::First };
        self.called.clear();
        let mut lists: Vec<_> = (0..=chains).map(|list| self.list(list, chains)).collect();
        if order != Order::First {
            lists[0].retain(|(then, _)| *then != Then::Return);
        }
        ModelGate { order, lists, otherwise }
    }

    /// A chain calls only those behind it, so that calls end.
    fn list(&mut self, list: usize, chains: usize) -> Vec<(Then, Test<L>)> {
        let most = if list == 0 { 5 } else { 3 };
        (0..self.choices.below(most + 1)).map(|_| (self.then(list..chains), self.test(2))).collect()
    }

    fn then(&mut self, chains: Range<usize>) -> Then {
        let chains: Vec<usize> = chains.filter(|chain| self.shared || !self.called.contains(chain)).collect();
        match self.choices.below(8) {
            0 | 1 if !chains.is_empty() => Then::Call(self.chain(&chains)),
            2 if !chains.is_empty() => Then::Goto(self.chain(&chains)),
            3 => Then::Return,
            _ => Then::Decide(self.choices.one_of(&[Action::Allow, Action::Deny])),
        }
    }

    fn chain(&mut self, chains: &[usize]) -> usize {
        let chain = self.choices.one_of(chains);
        self.called.insert(chain);
        chain
    }

    fn test(&mut self, depth: usize) -> Test<L> {
        match self.choices.below(if depth == 0 { 6 } else { 12 }) {
            0..=2 => Test::Destination((self.leaf)(self.choices)),
            3 | 4 => self.unknown(),
            5 => match self.asked.is_empty() {
                true => Test::All(Vec::new()),
                false => {
                    let (answer, condition) = self.choices.one_of(&self.asked);
                    Test::Asked(answer, condition)
                }
            },
            6 => Test::Not(Box::new(self.test(depth - 1))),
            7 | 8 => Test::Any((0..self.choices.below(4)).map(|_| self.test(depth - 1)).collect()),
            _ => Test::All((0..self.choices.below(4)).map(|_| self.test(depth - 1)).collect()),
        }
    }

    fn unknown(&mut self) -> Test<L> {
        if self.used == self.unknowns {
            return match self.shared && self.used > 0 {
                true => Test::Unknown(self.choices.below(self.used)),
                false => Test::Any(Vec::new()),
            };
        }
        self.used += 1;
        Test::Unknown(self.used - 1)
    }
}

impl<L> Model<L> {
    /// The same as the engine takes it: each device's vantages. `speaks` is what the gates know.
    pub fn vantages(&self, speaks: Planes, condition: &dyn Fn(&L) -> Condition) -> Vec<Vec<Vantage>> {
        let vantage = |(number, gates): (usize, &Vec<ModelGate<L>>)| Vantage {
            label: format!("v{number}"),
            gates: gates.iter().map(|gate| gate.gate(speaks, condition)).collect(),
            ..Vantage::default()
        };
        self.devices.iter().map(|device| device.iter().enumerate().map(vantage).collect()).collect()
    }

    /// Whether each device is seen from one place only.
    pub fn has_one_view(&self) -> bool {
        self.devices.iter().all(|vantages| vantages.len() == 1)
    }

    /// What passes in every resolution of the unknowns (a bit each in its index), seen from every choice of vantages.
    pub fn passing(&self, bits: &dyn Fn(&L) -> Bits) -> Vec<Vec<Bits>> {
        let in_bits = |gate: &ModelGate<L>| gate.in_bits(bits);
        let vantage = |gates: &Vec<ModelGate<L>>| gates.iter().map(in_bits).collect();
        let devices: Vec<Vec<Vec<ModelGate<Bits>>>> =
            self.devices.iter().map(|vantages| vantages.iter().map(vantage).collect()).collect();
        (0..1_usize << self.unknowns).map(|resolution| in_resolution(&devices, resolution)).collect()
    }
}

fn in_resolution(devices: &[Vec<Vec<ModelGate<Bits>>>], resolution: usize) -> Vec<Bits> {
    let through = |gates: &Vec<ModelGate<Bits>>| {
        gates.iter().fold(Bits::ALL, |passed, gate| passed.and(gate.passing(resolution)))
    };
    devices.iter().fold(vec![Bits::ALL], |before, vantages| {
        let passed: Vec<Bits> = vantages.iter().map(through).collect();
        before.iter().flat_map(|other| passed.iter().map(|passed| passed.and(*other))).collect()
    })
}

/// The unknowns that change what becomes of a destination in some resolution, by the names they have as reasons.
pub fn essential(passing: &[Vec<Bits>], unknowns: usize, destination: usize) -> BTreeSet<String> {
    let outcome = |resolution: usize| passing[resolution][0].has(destination);
    let matters = |unknown: &usize| {
        (0..passing.len()).any(|resolution| outcome(resolution) != outcome(resolution ^ (1 << unknown)))
    };
    (0..unknowns).filter(matters).map(name).collect()
}

pub fn name(unknown: usize) -> String {
    format!("u{unknown}")
}

/// What a walk through a list does with the destinations that enter it.
#[derive(Clone, Copy)]
struct Walked {
    allowed: Bits,
    back: Bits,
}

impl ModelGate<Bits> {
    fn passing(&self, resolution: usize) -> Bits {
        if self.order != Order::First {
            let rules =
                self.lists[0].iter().filter_map(|(then, test)| Some((action(*then)?, test.matching(resolution))));
            let rules: Vec<(Action, Bits)> = rules.collect();
            return Bits::of(|n| self.decides(rules.iter().filter(|rule| rule.1.has(n)).map(|rule| rule.0)));
        }
        let walked = self.walk(0, Bits::ALL, resolution);
        let by_default = if self.otherwise == Action::Allow { walked.back } else { Bits::NONE };
        walked.allowed.or(by_default)
    }

    /// Whether the matching rules come to "allow", by the words of the order.
    fn decides(&self, mut matching: impl Iterator<Item = Action> + Clone) -> bool {
        let some = |action| matching.clone().any(|other| other == action).then_some(action);
        let decided = match self.order {
            Order::First => matching.next(),
            Order::Last => matching.last(),
            Order::DenyWins => some(Action::Deny).or(some(Action::Allow)),
            Order::AllowWins => some(Action::Allow).or(some(Action::Deny)),
        };
        decided.unwrap_or(self.otherwise) == Action::Allow
    }

    fn walk(&self, list: usize, entering: Bits, resolution: usize) -> Walked {
        let mut walked = Walked { allowed: Bits::NONE, back: Bits::NONE };
        let mut here = entering;
        for (then, test) in &self.lists[list] {
            let taken = here.and(test.matching(resolution));
            here = here.minus(taken);
            match *then {
                Then::Decide(Action::Allow) => walked.allowed = walked.allowed.or(taken),
                Then::Decide(Action::Deny) => {}
                Then::Return => walked.back = walked.back.or(taken),
                Then::Call(chain) => {
                    let inner = self.walk(chain + 1, taken, resolution);
                    walked.allowed = walked.allowed.or(inner.allowed);
                    here = here.or(inner.back);
                }
                Then::Goto(chain) => {
                    let inner = self.walk(chain + 1, taken, resolution);
                    walked = Walked { allowed: walked.allowed.or(inner.allowed), back: walked.back.or(inner.back) };
                }
            }
        }
        Walked { back: walked.back.or(here), ..walked }
    }
}

fn action(then: Then) -> Option<Action> {
    match then {
        Then::Decide(action) => Some(action),
        _ => None,
    }
}

impl<L> ModelGate<L> {
    fn in_bits(&self, bits: &dyn Fn(&L) -> Bits) -> ModelGate<Bits> {
        let list =
            |rules: &Vec<(Then, Test<L>)>| rules.iter().map(|(then, test)| (*then, test.in_bits(bits))).collect();
        ModelGate { order: self.order, lists: self.lists.iter().map(list).collect(), otherwise: self.otherwise }
    }

    fn gate(&self, speaks: Planes, condition: &dyn Fn(&L) -> Condition) -> Gate {
        let rule = |(then, test): &(Then, Test<L>)| Rule {
            name: "rule".to_owned(),
            span: None,
            then: *then,
            when: test.condition(condition),
        };
        let mut lists = self.lists.iter().map(|rules| rules.iter().map(rule).collect::<Vec<_>>());
        Gate {
            name: "gate".to_owned(),
            speaks,
            order: self.order,
            rules: self.order.first_match(lists.next().unwrap_or_default()),
            chains: lists.map(|rules| Chain { name: "chain".to_owned(), rules }).collect(),
            otherwise: Otherwise { action: self.otherwise, span: None, why: "default".to_owned() },
            sources: egress_check::addresses::AddressSet::all(),
        }
    }
}

impl Test<Bits> {
    fn matching(&self, resolution: usize) -> Bits {
        let all_if = |holds| if holds { Bits::ALL } else { Bits::NONE };
        match self {
            Test::Destination(bits) => *bits,
            Test::Asked(answer, _) => all_if(*answer),
            Test::Unknown(unknown) => all_if(resolution >> unknown & 1 == 1),
            Test::All(parts) => parts.iter().fold(Bits::ALL, |all, part| all.and(part.matching(resolution))),
            Test::Any(parts) => parts.iter().fold(Bits::NONE, |any, part| any.or(part.matching(resolution))),
            Test::Not(part) => part.matching(resolution).not(),
        }
    }
}

impl<L> Test<L> {
    fn in_bits(&self, bits: &dyn Fn(&L) -> Bits) -> Test<Bits> {
        let parts = |parts: &[Test<L>]| parts.iter().map(|part| part.in_bits(bits)).collect();
        match self {
            Test::Destination(leaf) => Test::Destination(bits(leaf)),
            Test::Asked(answer, condition) => Test::Asked(*answer, condition.clone()),
            Test::Unknown(unknown) => Test::Unknown(*unknown),
            Test::All(all) => Test::All(parts(all)),
            Test::Any(any) => Test::Any(parts(any)),
            Test::Not(part) => Test::Not(Box::new(part.in_bits(bits))),
        }
    }

    fn condition(&self, leaf: &dyn Fn(&L) -> Condition) -> Condition {
        let parts = |parts: &[Test<L>]| parts.iter().map(|part| part.condition(leaf)).collect();
        match self {
            Test::Destination(own) => leaf(own),
            Test::Asked(_, condition) => condition.clone(),
            Test::Unknown(unknown) => Condition::Unknown(Reason::new(name(*unknown))),
            Test::All(all) => Condition::All(parts(all)),
            Test::Any(any) => Condition::Any(parts(any)),
            Test::Not(part) => part.condition(leaf).negate(),
        }
    }
}
