//! The hooks that a packet passes, as gates (iptables(8), "TABLES").

use super::chains::{Builder, Place};
use super::collect::{Collected, collect};
use super::complaints::complaints;
use super::elements::Elements;
use super::machine::{Machine, machines};
use super::options;
use super::rule::{Rule, Target, Test};
use crate::addresses::{AddressSet, Family};
use crate::formats::Input;
use crate::formats::netfilter::{Pattern, Seen};
use crate::policy::{
    Action, Chain, Condition, Gate, LineUse, Order, Otherwise, Planes, Policy, Reason, Rule as Meant, Vantage,
};
use crate::source::{Source, Span};
use std::collections::BTreeSet;

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
        let mut builder = Builder::new(machine);
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
