//! The chains of a table, as they are seen from one place.

use super::machine::Machine;
use super::options;
use super::rule::{Rule, States, Target, Test};
use crate::addresses::{AddressSet, Family};
use crate::formats::netfilter::{Seen, constant, unless};
use crate::policy::{Action, Chain, Condition, Reason, Rule as Meant, Then};
use crate::source::Span;
use std::collections::BTreeMap;

/// Where rules are seen from.
#[derive(Clone)]
pub(super) struct Place<'a> {
    pub family: Family,
    pub table: &'a str,
    pub come: Seen,
    pub go: Seen,
    /// Whether only those count that send packets elsewhere.
    pub rewrites: bool,
}

type Key = (Family, String, String, bool);

/// Builds the chains of one gate, each once.
pub(super) struct Builder<'a> {
    machine: &'a Machine,
    pub chains: Vec<Chain>,
    numbers: BTreeMap<Key, usize>,
    open: Vec<String>,
    /// Of IPv4 and of IPv6.
    untracked: [Condition; 2],
}

impl<'a> Builder<'a> {
    pub fn new(machine: &'a Machine) -> Self {
        let untracked = [Family::V4, Family::V6].map(|family| untracked(machine, family));
        Builder { machine, chains: Vec::new(), numbers: BTreeMap::new(), open: Vec::new(), untracked }
    }

    /// A call of a base chain, and its policy.
    pub fn base(&mut self, place: &Place<'_>, chain: &str) -> Vec<Meant> {
        let all = Condition::destination(AddressSet::all_of(place.family));
        let table = self.machine.tables.get(&(place.family, place.table.to_owned()));
        let written = table.and_then(|table| table.block.chain(chain));
        let Some(written) = written else {
            return if place.table == "filter" { vec![absent(place, chain, all)] } else { Vec::new() };
        };
        let span = written.opened;
        let policy = written.policy.clone();
        let mut rules = self.call(place, chain);
        let decide = |action: Action, policy: &str| Meant {
            name: format!("policy {policy} of {chain}"),
            span,
            then: action.into(),
            when: all.clone(),
        };
        rules.push(match policy.as_deref() {
            None if place.table != "filter" => decide(Action::Allow, "ACCEPT"),
            Some("ACCEPT") => decide(Action::Allow, "ACCEPT"),
            Some("DROP") => decide(Action::Deny, "DROP"),
            _ => {
                let text = format!("the policy of `{chain}` is not in the paste");
                let reason = Reason { span, text };
                let when = Condition::All(vec![all.clone(), Condition::Unknown(reason)]);
                Meant { when, ..decide(Action::Deny, "") }
            }
        });
        rules
    }

    /// A call of a chain for the destinations of its family.
    pub fn call(&mut self, place: &Place<'_>, chain: &str) -> Vec<Meant> {
        let when = Condition::destination(AddressSet::all_of(place.family));
        let number = self.number(place, chain);
        while let Some(next) = self.open.pop() {
            let at = self.number(place, &next);
            self.chains[at].rules = self.rules(place, &next);
        }
        vec![Meant { name: chain.to_owned(), span: None, then: Then::Call(number), when }]
    }

    fn number(&mut self, place: &Place<'_>, chain: &str) -> usize {
        let key = (place.family, place.table.to_owned(), chain.to_owned(), place.rewrites);
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        self.numbers.insert(key, self.chains.len());
        self.chains.push(Chain { name: chain.to_owned(), rules: Vec::new() });
        self.open.push(chain.to_owned());
        self.chains.len() - 1
    }

    fn rules(&mut self, place: &Place<'_>, chain: &str) -> Vec<Meant> {
        let machine = self.machine;
        let Some(table) = machine.tables.get(&(place.family, place.table.to_owned())) else { return Vec::new() };
        let rules = table.rules.get(chain).map_or(&[][..], Vec::as_slice);
        rules.iter().flat_map(|rule| self.rule(place, rule)).collect()
    }

    fn rule(&mut self, place: &Place<'_>, rule: &Rule) -> Vec<Meant> {
        let tests = rule.tests.iter().map(|test| self.test(place, rule, test)).collect();
        let when = Condition::All(tests);
        let meant = |then: Then, when: Condition| Meant { name: rule.name.clone(), span: Some(rule.span), then, when };
        let maybe = |text: &str| {
            let reason = Reason::new(text).at(rule.span);
            Condition::All(vec![when.clone(), Condition::Unknown(reason)])
        };
        let (allow, deny) = (Then::Decide(Action::Allow), Then::Decide(Action::Deny));
        let anything = |text: &str| vec![meant(deny, maybe(text)), meant(allow, maybe(text))];
        match &rule.target {
            Target::GoesOn => Vec::new(),
            Target::Return => vec![meant(Then::Return, when)],
            Target::Chain { name, goto } => {
                let known = self.machine.tables.get(&(place.family, place.table.to_owned()));
                match known.is_some_and(|table| table.rules.contains_key(name)) {
                    true => {
                        let number = self.number(place, name);
                        vec![meant(if *goto { Then::Goto(number) } else { Then::Call(number) }, when)]
                    }
                    false if place.rewrites => Vec::new(),
                    false => anything(&format!("`{name}` is neither a chain in the paste nor a target that is known")),
                }
            }
            Target::Elsewhere(text) if place.rewrites => vec![meant(allow, maybe(text))],
            _ if place.rewrites => Vec::new(),
            Target::Accept => vec![meant(allow, when)],
            Target::Drop => vec![meant(deny, when)],
            Target::Asks(text) | Target::Elsewhere(text) => vec![meant(deny, maybe(text)), meant(allow, when)],
            Target::Open(text) => anything(text),
        }
    }

    fn test(&self, place: &Place<'_>, rule: &Rule, test: &Test) -> Condition {
        match test {
            Test::Fixed(condition) => condition.clone(),
            Test::In(interface) => interface.test(&place.come, rule.span),
            Test::Out(interface) => interface.test(&place.go, rule.span),
            Test::State(states) => self.state(place, rule.span, states),
            // In the `raw` table no packet has a connection yet.
            Test::Tracked(_) if place.table == "raw" => Condition::never(),
            Test::Tracked(condition) => self.tracked(place, rule.span, condition.clone()),
        }
    }

    /// The first packet of a connection is `NEW`, unless the `raw` table takes it out of tracking. In that table no packet has a
    /// connection yet, which is `INVALID` (`conntrack_mt`, net/netfilter/xt_conntrack.c). What a rule may have sent elsewhere is
    /// open at every gate behind, so that for the rest `DNAT` does not hold.
    fn state(&self, place: &Place<'_>, span: Span, states: &States) -> Condition {
        let holds = if place.table == "raw" { states.invalid } else { states.new };
        let condition = match holds == states.untracked {
            true => constant(holds),
            false => self.tracked(place, span, constant(holds)),
        };
        if states.negated { condition.negate() } else { condition }
    }

    /// A condition on connections, which is open for what may not be tracked.
    fn tracked(&self, place: &Place<'_>, span: Span, condition: Condition) -> Condition {
        let text = "the `raw` table may take the connection out of tracking";
        let untracked = self.untracked[usize::from(place.family == Family::V6)].clone();
        unless(untracked, condition, Reason::new(text).at(span))
    }
}

/// What the rules of the `raw` table may take out of tracking, wherever they are met.
fn untracked(machine: &Machine, family: Family) -> Condition {
    let Some(raw) = machine.tables.get(&(family, "raw".to_owned())) else { return Condition::never() };
    let rules = raw.rules.iter().flat_map(|(name, rules)| rules.iter().zip(raw.written(name)));
    let untracking = rules.filter(|(rule, own)| options::untracks(&own.words, &rule.target));
    let fixed = |rule: &Rule| {
        let tests = rule.tests.iter().filter_map(|test| match test {
            Test::Fixed(condition) => Some(condition.clone()),
            _ => None,
        });
        Condition::All(tests.collect())
    };
    Condition::Any(untracking.map(|(rule, _)| fixed(rule)).collect())
}

fn absent(place: &Place<'_>, chain: &str, all: Condition) -> Meant {
    let (version, program) = match place.family {
        Family::V4 => ("IPv4", "iptables-save"),
        Family::V6 => ("IPv6", "ip6tables-save"),
    };
    let text = format!("the rules for {version} are not in the paste; add the output of `{program}`");
    let when = Condition::All(vec![all, Condition::Unknown(Reason::new(text))]);
    Meant { name: format!("{version} rules of {chain}"), span: None, then: Action::Deny.into(), when }
}
