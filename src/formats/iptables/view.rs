//! The hooks that a packet passes, as gates (iptables(8), "TABLES").

use super::block::Form;
use super::circle::circle;
use super::collect::{Collected, collect};
use super::elements::Elements;
use super::machine::{Machine, Table, machines};
use super::options;
use super::rule::{Rule, States, Target, Test};
use crate::addresses::{AddressSet, Family};
use crate::formats::Input;
use crate::formats::netfilter::{Pattern, Seen, constant};
use crate::policy::{
    Action, Chain, Condition, Gate, LineUse, Order, Otherwise, Planes, Policy, Reason, Rule as Meant, Then, Vantage,
};
use crate::problem::Problem;
use crate::source::{Source, Span};
use std::collections::{BTreeMap, BTreeSet};

/// More points of view than these are not kept apart.
const MAX_VIEWS: usize = 48;

/// A packet's way through the hooks.
pub(super) struct Way {
    pub name: &'static str,
    hooks: &'static [Hook],
}

/// A table, a chain, and which interfaces are known there.
type Hook = (&'static str, &'static str, Known);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Incoming,
    Both,
    Outgoing,
    /// The incoming one as well, depending on the kernel's release.
    Behind,
}

pub(super) const WAYS: [Way; 2] = [
    Way {
        name: "OUTPUT",
        hooks: &[
            ("raw", "OUTPUT", Known::Outgoing),
            ("mangle", "OUTPUT", Known::Outgoing),
            ("nat", "OUTPUT", Known::Outgoing),
            ("filter", "OUTPUT", Known::Outgoing),
            ("security", "OUTPUT", Known::Outgoing),
            ("mangle", "POSTROUTING", Known::Outgoing),
            ("nat", "POSTROUTING", Known::Outgoing),
        ],
    },
    Way {
        name: "FORWARD",
        hooks: &[
            ("raw", "PREROUTING", Known::Incoming),
            ("mangle", "PREROUTING", Known::Incoming),
            ("nat", "PREROUTING", Known::Incoming),
            ("mangle", "FORWARD", Known::Both),
            ("filter", "FORWARD", Known::Both),
            ("security", "FORWARD", Known::Both),
            ("mangle", "POSTROUTING", Known::Behind),
            ("nat", "POSTROUTING", Known::Behind),
        ],
    },
];

const FAMILIES: [Family; 2] = [Family::V4, Family::V6];

pub(super) fn read(input: &Input<'_>) -> Policy {
    let mut collected = collect(input);
    let (mut elements, machines) = understood(&mut collected);
    let Collected { mut problems, mut account, elsewhere, .. } = collected;
    problems.append(&mut elements.problems);
    let sources: Vec<&Source> = std::iter::once(input.source).chain(input.attachments).collect();
    let mut vantages = Vec::new();
    for (index, machine) in machines.iter().enumerate() {
        let prefix = if machines.len() > 1 { format!("save {}: ", index + 1) } else { String::new() };
        vantages.extend(of_machine(machine, &prefix, elsewhere));
        problems.extend(complaints(machine));
        for rule in machine.tables.values().flat_map(|table| table.rules.values()).flatten() {
            if rule.lost.is_some()
                && let Some(source) = sources.iter().find(|source| source.file() == rule.span.file)
            {
                account.record_span(source, rule.span, LineUse::NotUnderstood);
            }
        }
    }
    problems.sort_by_key(|problem| problem.span.map(|span| (span.file, span.start)));
    Policy { vantages, problems, account }
}

/// The kernels in the paste, and their sets.
pub(super) fn understood(collected: &mut Collected) -> (Elements, Vec<Machine>) {
    let blocks = std::mem::take(&mut collected.blocks);
    let rules = blocks.iter().flat_map(|block| &block.chains).flat_map(|chain| &chain.rules);
    let growing: BTreeSet<String> = rules.filter_map(|rule| options::grows(&rule.words)).cloned().collect();
    let mut elements = Elements::new(std::mem::take(&mut collected.sets), growing);
    let machines = machines(blocks, &mut elements, &mut collected.problems);
    (elements, machines)
}

/// What listings do not show, once for each form.
fn weaker(machine: &Machine) -> Option<Problem> {
    let of = |form: Form| machine.tables.values().find(|table| table.block.form == form);
    let (table, text) = match (of(Form::Listing), of(Form::Rules)) {
        (Some(table), _) => {
            (table, "`iptables -L` shows one table of one IP version, and not all that its rules test and do.")
        }
        (None, Some(table)) => (table, "`iptables -S` shows one table of one IP version."),
        (None, None) => return None,
    };
    let hint = "What is not shown is taken not to be there; `iptables-save; ip6tables-save; ipset save` shows all.";
    Some(Problem::note("shown-in-part", text).at(table.block.opened).hint(hint))
}

/// A rule that accepts the first packet of connections where none accepts those behind it.
fn only_new(table: &Table) -> Option<Problem> {
    let states = |rule: &Rule| {
        rule.tests.iter().find_map(|test| match test {
            Test::State(states) => {
                let later = states.established || states.untracked;
                Some((states.new != states.negated, later != states.negated))
            }
            _ => None,
        })
    };
    let all = || table.rules.values().flatten().filter(|rule| rule.target == Target::Accept);
    if all().any(|rule| states(rule).is_some_and(|(_, established)| established)) {
        return None;
    }
    let rule = all().find(|rule| states(rule) == Some((true, false)))?;
    let text = "Rules accept the first packet of a connection, and none accepts those behind it.";
    let hint = "Connections need `-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT` before them as well.";
    Some(Problem::warning("only-new", text).at(rule.span).hint(hint))
}

fn complaints(machine: &Machine) -> Vec<Problem> {
    let mut found: Vec<Problem> = weaker(machine).into_iter().collect();
    for table in machine.tables.values() {
        found.extend(only_new(table));
        if let Some((chain, span)) = circle(table) {
            let text = format!("The chain `{chain}` leads back to itself; iptables refuses such rules.");
            found.push(Problem::error("circular-chains", text).at(span));
        }
        for rule in table.rules.values().flatten() {
            if let Some(text) = &rule.lost {
                let text = format!("A rule is not understood: {text}.");
                found.push(Problem::warning("not-understood", text).at(rule.span));
            }
            if let Target::Chain { name, .. } = &rule.target
                && !table.rules.contains_key(name)
            {
                let text = format!("`{name}` is neither a chain in the paste nor a target that is known.");
                found.push(Problem::warning("missing-chain", text).at(rule.span).hint("Paste the whole table."));
            }
        }
    }
    found
}

fn of_machine(machine: &Machine, prefix: &str, elsewhere: Option<Span>) -> Vec<Vantage> {
    let declared = |way: &&Way| {
        let mut filters = machine.tables.iter().filter(|((_, table), _)| table == "filter").map(|(_, table)| table);
        filters.any(|table| table.block.chain(way.name).is_some())
            || machine.tables.iter().all(|((_, table), _)| table != "filter")
                && way.hooks.iter().any(|(table, chain, ..)| has(machine, table, chain))
    };
    WAYS.iter().filter(declared).flat_map(|way| of_way(machine, way, prefix, elsewhere)).collect()
}

fn has(machine: &Machine, table: &str, chain: &str) -> bool {
    FAMILIES.iter().any(|&family| {
        machine.tables.get(&(family, table.to_owned())).is_some_and(|table| table.block.chain(chain).is_some())
    })
}

fn of_way(machine: &Machine, way: &Way, prefix: &str, elsewhere: Option<Span>) -> Vec<Vantage> {
    let (ins, outs) = patterns(machine, way);
    let (mut comes, mut goes) = (Seen::all(ins), Seen::all(outs));
    let (named_in, named_out) = (comes.len() > 1, goes.len() > 1);
    if comes.len() * goes.len() > MAX_VIEWS {
        (comes, goes) = (vec![Seen::Unclear], vec![Seen::Unclear]);
    }
    let mut found = Vec::new();
    for come in &comes {
        for go in &goes {
            let mut label = format!("{prefix}{}", way.name);
            if named_in {
                label += &format!(" from {}", come.label());
            }
            if named_out {
                label += &format!(" to {}", go.label());
            }
            let gates = gates(machine, way, come, go, elsewhere);
            found.push(Vantage { label, gates, ..Vantage::default() });
        }
    }
    found
}

/// The interfaces that rules on the way name.
fn patterns(machine: &Machine, way: &Way) -> (BTreeSet<Pattern>, BTreeSet<Pattern>) {
    let (mut ins, mut outs) = (BTreeSet::new(), BTreeSet::new());
    let counts = |(table, chain, _): &&Hook| {
        *table == "filter" || FAMILIES.iter().any(|&family| matters(machine, family, table, chain))
    };
    for (table, chain, known) in way.hooks.iter().filter(counts) {
        for rule in FAMILIES.iter().flat_map(|&family| reached(machine, family, table, chain)) {
            for test in &rule.tests {
                match test {
                    Test::In(interface) if *known != Known::Outgoing => ins.insert(interface.pattern.clone()),
                    Test::Out(interface) if *known != Known::Incoming => outs.insert(interface.pattern.clone()),
                    _ => continue,
                };
            }
        }
    }
    (ins, outs)
}

/// The rules that a chain leads to.
fn reached<'a>(machine: &'a Machine, family: Family, table: &str, chain: &str) -> Vec<&'a Rule> {
    let Some(table) = machine.tables.get(&(family, table.to_owned())) else { return Vec::new() };
    let (mut seen, mut open, mut found) = (BTreeSet::from([chain]), vec![chain], Vec::new());
    while let Some(rules) = open.pop().map(|chain| table.rules.get(chain)) {
        for rule in rules.into_iter().flatten() {
            found.push(rule);
            if let Target::Chain { name, .. } = &rule.target
                && seen.insert(name)
            {
                open.push(name);
            }
        }
    }
    found
}

fn gates(machine: &Machine, way: &Way, come: &Seen, go: &Seen, elsewhere: Option<Span>) -> Vec<Gate> {
    let mut gates = Vec::new();
    let mut rewriting: Vec<(Family, Hook)> = Vec::new();
    for &hook in way.hooks {
        let mut builder = Builder {
            machine,
            chains: Vec::new(),
            numbers: BTreeMap::new(),
            open: Vec::new(),
            rewritten: !rewriting.is_empty(),
        };
        let place = |family, (table, _, known): Hook, rewrites| {
            let (come, go) = known.interfaces(come, go);
            Place { family, table, come, go, rewrites }
        };
        let mut rules = Vec::new();
        for &(family, hook) in &rewriting {
            rules.extend(builder.call(&place(family, hook, true), hook.1));
        }
        let (table, chain, _) = hook;
        for family in FAMILIES {
            rules.extend(untracked(machine, table, family));
            rules.extend(builder.base(&place(family, hook, false), chain));
        }
        let is_filter = table == "filter";
        if is_filter || FAMILIES.iter().any(|&family| matters(machine, family, table, chain)) {
            gates.push(gate(&format!("{table} {chain}"), rules, builder.chains));
        }
        rewriting.extend(
            FAMILIES.iter().filter(|&&family| rewrites(machine, family, table, chain)).map(|&family| (family, hook)),
        );
    }
    gates.extend(elsewhere.map(hidden));
    // What is told of an answer begins with the table that is there to filter.
    gates.sort_by_key(|gate| !gate.name.starts_with("filter"));
    gates
}

impl Known {
    fn interfaces(self, come: &Seen, go: &Seen) -> (Seen, Seen) {
        match self {
            Known::Incoming => (come.clone(), Seen::Absent),
            Known::Both => (come.clone(), go.clone()),
            Known::Outgoing => (Seen::Absent, go.clone()),
            Known::Behind => (Seen::Behind(Box::new(come.clone())), go.clone()),
        }
    }
}

/// Whether a chain can do anything but let everything pass.
fn matters(machine: &Machine, family: Family, table: &str, chain: &str) -> bool {
    let Some(known) = machine.tables.get(&(family, table.to_owned())) else { return false };
    let harmless = |target: &Target| match target {
        Target::Accept | Target::GoesOn | Target::Return => true,
        Target::Chain { name, .. } => known.rules.contains_key(name),
        _ => false,
    };
    let denies =
        known.block.chain(chain).and_then(|chain| chain.policy.as_deref()).is_some_and(|policy| policy != "ACCEPT");
    denies || reached(machine, family, table, chain).iter().any(|rule| !harmless(&rule.target))
}

fn rewrites(machine: &Machine, family: Family, table: &str, chain: &str) -> bool {
    reached(machine, family, table, chain).iter().any(|rule| matches!(rule.target, Target::Elsewhere(_)))
}

/// The table `nat` is asked for connections that are tracked only (`nf_nat_inet_fn`, net/netfilter/nf_nat_core.c), and they are
/// where some rule needs that.
fn untracked(machine: &Machine, table: &str, family: Family) -> Option<Meant> {
    const NEED: [&str; 8] = ["MASQUERADE", "SNAT", "DNAT", "REDIRECT", "NETMAP", "conntrack", "state", "connmark"];
    let chains =
        machine.tables.iter().filter(|((own, _), _)| *own == family).flat_map(|(_, table)| &table.block.chains);
    let needs =
        chains.flat_map(|chain| &chain.rules).flat_map(|rule| &rule.words).any(|word| NEED.contains(&word.as_str()));
    let text = "the table `nat` decides where connections are tracked, and no rule needs that";
    let all = Condition::destination(AddressSet::all_of(family));
    let when = Condition::All(vec![all, Condition::Unknown(Reason::new(text))]);
    let open = || Meant { name: text.to_owned(), span: None, then: Action::Allow.into(), when };
    (table == "nat" && !needs).then(open)
}

fn gate(name: &str, rules: Vec<Meant>, chains: Vec<Chain>) -> Gate {
    let why = format!("`{name}` lets it pass");
    Gate {
        name: name.to_owned(),
        order: Order::First,
        speaks: Planes::ADDRESSES,
        rules,
        chains,
        otherwise: Otherwise { action: Action::Allow, span: None, why },
        sources: AddressSet::all(),
    }
}

/// What filters beside the tables in the paste.
fn hidden(span: Span) -> Gate {
    let text = "other tables filter as well, and this program does not show them";
    let when = Condition::Unknown(Reason::new(text).at(span));
    let rule = Meant { name: "other tables".to_owned(), span: Some(span), then: Action::Deny.into(), when };
    gate("other tables", vec![rule], Vec::new())
}

/// Where rules are seen from.
#[derive(Clone)]
struct Place<'a> {
    family: Family,
    table: &'a str,
    come: Seen,
    go: Seen,
    /// Whether only those count that send packets elsewhere.
    rewrites: bool,
}

type Key = (Family, String, String, bool);

/// Builds the chains of one gate, each once.
struct Builder<'a> {
    machine: &'a Machine,
    chains: Vec<Chain>,
    numbers: BTreeMap<Key, usize>,
    open: Vec<String>,
    rewritten: bool,
}

impl Builder<'_> {
    /// A call of a base chain, and its policy.
    fn base(&mut self, place: &Place<'_>, chain: &str) -> Vec<Meant> {
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
    fn call(&mut self, place: &Place<'_>, chain: &str) -> Vec<Meant> {
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
        }
    }

    /// The first packet of a connection is `NEW`, unless the `raw` table takes it out of tracking. In that table no packet has a
    /// connection yet, which is `INVALID` (`conntrack_mt`, net/netfilter/xt_conntrack.c).
    fn state(&self, place: &Place<'_>, span: Span, states: &States) -> Condition {
        let open = |text: &str| Condition::Unknown(Reason::new(text).at(span));
        let holds = if place.table == "raw" { states.invalid } else { states.new };
        let condition = match states.dnat && self.rewritten {
            _ if holds != states.untracked && self.untracks(place.family) => {
                open("the `raw` table takes connections out of tracking")
            }
            true if !holds => open("whether the destination was changed before is open"),
            _ => constant(holds),
        };
        if states.negated { condition.negate() } else { condition }
    }

    fn untracks(&self, family: Family) -> bool {
        let raw = self.machine.tables.get(&(family, "raw".to_owned()));
        raw.is_some_and(|raw| {
            let chains = raw.rules.iter();
            chains.into_iter().any(|(name, rules)| {
                rules.iter().zip(raw.written(name)).any(|(rule, own)| options::untracks(&own.words, &rule.target))
            })
        })
    }
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
