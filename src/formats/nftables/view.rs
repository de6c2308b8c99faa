//! From tables to what each point of view has to pass.

use super::expression::{effects, rules};
use super::interfaces::{Scene, scenes};
use super::matches::{Context, Tracking};
use super::notes::Notes;
use super::tokens::{Token, span};
use super::translation::{Translation, before, drops, moved, rewriting, untracked};
use super::tree::{Base, Chain, Devices, Ruleset, Table};
use super::values::version;
use crate::addresses::{AddressSet, Family};
use crate::formats::netfilter::{Pattern, Seen};
use crate::policy::{self, Action, Condition, Gate, Order, Otherwise, Planes, Policy, Reason, Rule, Then, Vantage};
use crate::problem::Problem;

/// A base chain that the traffic of a point of view meets.
pub(super) struct Met<'a> {
    pub table: &'a Table,
    pub chain: &'a Chain,
    pub base: &'a Base,
}

pub(super) fn policy(ruleset: &Ruleset, mut notes: Notes) -> Policy {
    tell(ruleset, &mut notes);
    let all = scenes(ruleset);
    let seen: Vec<Vantage> = all.iter().map(|scene| vantage(ruleset, scene, &mut notes)).collect();
    // A direction that nothing filters is none that the ruleset is about, unless it is about none.
    let is_filtered = |forward: bool| {
        let of = all.iter().zip(&seen).filter(|(scene, _)| scene.forward == forward);
        of.into_iter().any(|(_, vantage)| !vantage.gates.is_empty())
    };
    let none = !is_filtered(true) && !is_filtered(false) && !ruleset.tables.is_empty();
    let counts: Vec<bool> = all.iter().map(|scene| none || is_filtered(scene.forward)).collect();
    let filtered = |vantage: Vantage| match vantage.gates.is_empty() {
        true => Vantage { gates: vec![nothing()], ..vantage },
        false => vantage,
    };
    let met =
        seen.into_iter().zip(counts).filter(|(_, counts)| *counts).map(|(vantage, _)| filtered(vantage)).collect();
    if ruleset.tables.is_empty() {
        notes.tell(Problem::error("no-table", "There is no table of nftables in the paste."));
    }
    Policy { vantages: met, problems: notes.problems, account: notes.account }
}

fn tell(ruleset: &Ruleset, notes: &mut Notes) {
    for table in ruleset.tables.iter().filter(|table| !routed(table)) {
        let text = format!("The table `{} {}` is not about routed traffic; it was not read.", table.family, table.name);
        notes.tell(Problem::note("other-family", text));
    }
    ruleset.tables.iter().filter_map(only_new).for_each(|problem| notes.tell(problem));
    for chain in ruleset.tables.iter().flat_map(|table| &table.chains).filter(|chain| chain.twice) {
        let text = format!("The base chain `{}` is declared twice; are these two rulesets?", chain.name);
        let problem = Problem::warning("chain-twice", text).hint("Paste one ruleset at a time.");
        notes.tell(Problem { span: chain.opened, ..problem });
        let reason = format!("the base chain `{}` is declared twice", chain.name);
        notes.lost.push(Reason { span: chain.opened, text: reason });
    }
}

/// A rule that accepts the first packet of connections where the table accepts none of those behind it.
fn only_new(table: &Table) -> Option<Problem> {
    let rules = || table.chains.iter().flat_map(|chain| &chain.rules);
    let has = |rule: &[Token], text: &str| rule.iter().any(|word| word.is(text));
    if rules().any(|rule| has(rule, "established")) {
        return None;
    }
    let rule = rules().find(|rule| has(rule, "new") && has(rule, "accept") && !has(rule, "!="))?;
    let text = "Rules accept the first packet of a connection, and none accepts those behind it.";
    let hint = "Connections need `ct state established,related accept` before them as well.";
    let problem = Problem::warning("only-new", text).hint(hint);
    Some(Problem { span: span(rule), ..problem })
}

fn routed(table: &Table) -> bool {
    ["ip", "ip6", "inet", "netdev"].contains(&table.family.as_str())
}

/// The base chains in the order in which they are met. nft(8), "ADDRESS FAMILIES" and "CHAINS": lower priorities come first.
pub(super) fn met<'a>(ruleset: &'a Ruleset, scene: &Scene) -> Vec<Met<'a>> {
    let hooks: &[&str] = match scene.forward {
        true => &["ingress", "prerouting", "forward", "postrouting", "egress"],
        false => &["output", "postrouting", "egress"],
    };
    let tables = ruleset.tables.iter().filter(|table| routed(table) && !table.dormant);
    let chains = tables.flat_map(|table| table.chains.iter().map(move |chain| (table, chain)));
    let mut found: Vec<Met<'a>> = chains
        .filter_map(|(table, chain)| chain.base.as_ref().map(|base| Met { table, chain, base }))
        .filter(|met| hooks.contains(&met.base.hook.as_str()) && met.stands_at(scene) != Some(false))
        .collect();
    found.sort_by_key(|met| (hooks.iter().position(|hook| *hook == met.base.hook), met.base.priority));
    found
}

impl Met<'_> {
    /// Whether it stands at the interface of the scene; `None` where the interfaces are not told apart.
    fn stands_at(&self, scene: &Scene) -> Option<bool> {
        let seen = if self.base.hook == "ingress" { &scene.comes } else { &scene.leaves };
        let devices = match &self.base.devices {
            Devices::All => return Some(true),
            Devices::Untold => return None,
            Devices::Named(devices) => devices,
        };
        let found: Vec<Option<bool>> = devices.iter().map(|device| seen.is(&Pattern::new(device, '*'))).collect();
        match found.contains(&Some(true)) {
            true => Some(true),
            false if found.contains(&None) => None,
            false => Some(false),
        }
    }

    /// The interfaces as its hook knows them.
    fn interfaces(&self, scene: &Scene) -> (Seen, Seen) {
        match self.base.hook.as_str() {
            "ingress" | "prerouting" => (scene.comes.clone(), Seen::Absent),
            "output" => (Seen::Absent, scene.leaves.clone()),
            "forward" => (scene.comes.clone(), scene.leaves.clone()),
            _ => (Seen::Behind(Box::new(scene.comes.clone())), scene.leaves.clone()),
        }
    }

    /// Connections are tracked at the priority -200 (NF_IP_PRI_CONNTRACK, include/uapi/linux/netfilter_ipv4.h).
    fn tracking(&self) -> Tracking {
        let early = ["prerouting", "output"].contains(&self.base.hook.as_str());
        match self.base.priority {
            _ if self.base.hook == "ingress" => Tracking::Before,
            -200 if early => Tracking::Open,
            ..-200 if early => Tracking::Before,
            _ => Tracking::Done,
        }
    }
}

fn vantage(ruleset: &Ruleset, scene: &Scene, notes: &mut Notes) -> Vantage {
    let not_tracked = taken_out(ruleset, notes);
    let (mut gates, mut rewrites): (Vec<Gate>, Vec<Translation>) = (Vec::new(), Vec::new());
    for met in met(ruleset, scene) {
        let (comes, leaves) = met.interfaces(scene);
        let tracking = met.tracking();
        let mut context = Context { table: met.table, comes, leaves, tracking, untracked: not_tracked.clone(), notes };
        let mut gate = gate(&met, &rewrites, &mut context);
        if met.base.kind == "nat" {
            rewrites.extend(rewriting(&met, &mut context));
        }
        if met.stands_at(scene).is_none() {
            poison(&mut gate, &[Reason::new("at which interfaces the chain stands cannot be told")]);
        }
        if met.base.kind == "nat" {
            gate.rules.splice(0..0, untracked(ruleset));
        }
        if met.base.kind != "nat" || drops(&met) {
            gates.push(gate);
        }
    }
    if !rewrites.is_empty() {
        let name = "where addresses are translated to".to_owned();
        let (rules, chains) = before(&rewrites);
        gates.push(Gate { name, rules, chains, ..nothing() });
    }
    if !notes.lost.is_empty() {
        gates.iter_mut().for_each(|gate| poison(gate, &notes.lost));
        gates.push(Gate { name: "what is not in the paste".to_owned(), ..nothing() });
        if let Some(last) = gates.last_mut() {
            poison(last, &notes.lost);
        }
    }
    Vantage { label: scene.label(), gates, ..Vantage::default() }
}

/// What rules with `notrack` may take out of tracking, wherever they are met.
fn taken_out(ruleset: &Ruleset, notes: &mut Notes) -> Condition {
    let mut found = Vec::new();
    for table in &ruleset.tables {
        let (comes, leaves, untracked) = (Seen::Unclear, Seen::Unclear, Condition::never());
        let mut context = Context { table, comes, leaves, tracking: Tracking::Before, untracked, notes };
        for rule in table.chains.iter().flat_map(|chain| &chain.rules) {
            if let Some(at) = rule.iter().position(|word| word.is("notrack")) {
                let reached = Token { text: "accept".to_owned(), ..rule[at].clone() };
                let words: Vec<Token> = rule[..at].iter().cloned().chain([reached]).collect();
                found.extend(effects(&words, &mut context).into_iter().map(|(when, _)| when));
            }
        }
    }
    Condition::Any(found)
}

fn gate(met: &Met<'_>, rewrites: &[Translation], context: &mut Context<'_>) -> Gate {
    let table = met.table;
    let chains = table.chains.iter().map(|chain| policy::Chain {
        name: chain.name.clone(),
        rules: if chain.base.is_none() { chain_rules(chain, context) } else { Vec::new() },
    });
    let chains: Vec<policy::Chain> = chains.collect();
    circles(&chains, met, context.notes);
    let (translated, mut all) = before(rewrites);
    let own = all.len();
    all.extend(chains.into_iter().map(|chain| moved(chain, own)));
    let main = policy::Chain { name: met.chain.name.clone(), rules: chain_rules(met.chain, context) };
    let first = [other_family(table), translated, moved(main, own).rules].concat();
    let action = if met.base.drops { Action::Deny } else { Action::Allow };
    let word = if met.base.drops { "drop" } else { "accept" };
    let why = format!("the policy of the chain `{}` is {word}", met.chain.name);
    let otherwise = Otherwise { action, span: met.base.policy, why };
    let name = format!("{} {} {}", table.family, table.name, met.chain.name);
    Gate {
        name,
        speaks: Planes::ADDRESSES,
        order: Order::First,
        rules: first,
        chains: all,
        otherwise,
        sources: AddressSet::all(),
    }
}

fn chain_rules(chain: &Chain, context: &mut Context<'_>) -> Vec<Rule> {
    let named = |rule: Rule| Rule { name: format!("{}: {}", chain.name, rule.name), ..rule };
    chain.rules.iter().flat_map(|words| rules(words, effects(words, context))).map(named).collect()
}

/// A table of one family never sees the other.
fn other_family(table: &Table) -> Vec<Rule> {
    let (family, name) = match table.family.as_str() {
        "ip" => (Family::V6, "a table of the family ip does not see IPv6"),
        "ip6" => (Family::V4, "a table of the family ip6 does not see IPv4"),
        _ => return Vec::new(),
    };
    vec![Rule { name: name.to_owned(), span: None, then: Action::Allow.into(), when: version(family) }]
}

/// Tells of chains that lead to themselves; the kernel refuses them.
fn circles(chains: &[policy::Chain], met: &Met<'_>, notes: &mut Notes) {
    let mut waits: Vec<usize> = vec![0; chains.len()];
    let to = |rule: &Rule| match rule.then {
        Then::Call(at) | Then::Goto(at) if at < chains.len() => Some(at),
        _ => None,
    };
    let targets: Vec<Vec<usize>> = chains.iter().map(|chain| chain.rules.iter().filter_map(to).collect()).collect();
    targets.iter().flatten().for_each(|&at| waits[at] += 1);
    let mut free: Vec<usize> = (0..chains.len()).filter(|&at| waits[at] == 0).collect();
    while let Some(at) = free.pop() {
        for &next in &targets[at] {
            waits[next] -= 1;
            if waits[next] == 0 {
                free.push(next);
            }
        }
    }
    if let Some(at) = waits.iter().position(|&count| count > 0) {
        let message = format!("The chain `{}` leads to itself; the kernel refuses such rules.", chains[at].name);
        let problem = Problem::error("chain-cycle", message);
        notes.tell(Problem { span: met.table.chains[at].opened, ..problem });
    }
}

/// A gate that lets everything pass.
fn nothing() -> Gate {
    let why = "no base chain filters this traffic".to_owned();
    Gate {
        name: "no base chain".to_owned(),
        speaks: Planes::ADDRESSES,
        order: Order::First,
        rules: Vec::new(),
        chains: Vec::new(),
        otherwise: Otherwise { action: Action::Allow, span: None, why },
        sources: AddressSet::all(),
    }
}

/// What is missing could let everything pass, or nothing.
fn poison(gate: &mut Gate, lost: &[Reason]) {
    let open = |then: Action, reason: &Reason| Rule {
        name: reason.text.clone(),
        span: reason.span,
        then: then.into(),
        when: Condition::Unknown(reason.clone()),
    };
    let rules = lost.iter().flat_map(|reason| [open(Action::Allow, reason), open(Action::Deny, reason)]);
    gate.rules.splice(0..0, rules);
}
