//! Interfaces that traffic comes in at and leaves by.

use super::fields::width;
use super::matches::{closing, split};
use super::tokens::Token;
use super::tree::{Base, Devices, Ruleset, Table};
use crate::formats::netfilter::{Pattern, Seen};
use std::collections::BTreeSet;

/// More points of view than this are not told apart.
const MAX_SCENES: usize = 24;

/// Where traffic is looked at.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub forward: bool,
    pub comes: Seen,
    pub leaves: Seen,
}

impl Scene {
    pub fn label(&self) -> String {
        match (self.forward, &self.comes, &self.leaves) {
            (false, _, Seen::Unclear) => "OUTPUT".to_owned(),
            (false, _, leaves) => format!("OUTPUT to {}", leaves.label()),
            (true, Seen::Unclear, Seen::Unclear) => "FORWARD".to_owned(),
            (true, Seen::Unclear, leaves) => format!("FORWARD to {}", leaves.label()),
            (true, comes, Seen::Unclear) => format!("FORWARD from {}", comes.label()),
            (true, comes, leaves) => format!("FORWARD from {} to {}", comes.label(), leaves.label()),
        }
    }
}

/// The points of view that the rules tell apart.
pub(super) fn scenes(ruleset: &Ruleset) -> Vec<Scene> {
    let leaves = seen(ruleset, &["oif", "oifname"], "egress");
    let comes = seen(ruleset, &["iif", "iifname"], "ingress");
    let few = leaves.len() * comes.len() <= MAX_SCENES;
    let (leaves, comes) = if few { (leaves, comes) } else { (vec![Seen::Unclear], vec![Seen::Unclear]) };
    let out = leaves.iter().map(|leaves| Scene { forward: false, comes: Seen::Absent, leaves: leaves.clone() });
    let through = comes.iter().flat_map(|comes| {
        leaves.iter().map(|leaves| Scene { forward: true, comes: comes.clone(), leaves: leaves.clone() })
    });
    out.chain(through).collect()
}

/// The interfaces that rules name by these words, and those at which a hook's chains stand.
fn seen(ruleset: &Ruleset, words: &[&str], hook: &str) -> Vec<Seen> {
    let chains = || ruleset.tables.iter().flat_map(|table| &table.chains);
    let bases = chains().filter_map(|chain| chain.base.as_ref()).filter(|base| base.hook == hook);
    let mut names: BTreeSet<String> = bases.flat_map(devices).cloned().collect();
    for table in &ruleset.tables {
        for rule in table.chains.iter().flat_map(|chain| &chain.rules) {
            for at in (0..rule.len()).filter(|&at| words.contains(&rule[at].text.as_str())) {
                let Some(written) = written(rule, at, table) else { return vec![Seen::Unclear] };
                names.extend(written);
            }
        }
    }
    let seen = Seen::all(names.iter().map(|name| Pattern::new(name, '*')).collect());
    if seen.len() > 1 { seen } else { vec![Seen::Unclear] }
}

fn devices(base: &Base) -> &[String] {
    match &base.devices {
        Devices::Named(names) => names,
        _ => &[],
    }
}

/// The names with which an interface is compared, alone or as one of several fields together; `None` where they are not in the
/// paste.
fn written(rule: &[Token], at: usize, table: &Table) -> Option<Vec<String>> {
    let field = at - usize::from(at > 0 && rule[at - 1].is("meta"));
    let place = (0..field).rev().take(REACH).filter_map(|start| fields_between(rule, start, field)).max().unwrap_or(0);
    let mut value = at + 1;
    while rule.get(value).is_some_and(|word| word.is(".")) {
        value += 1 + width(rule, value + 1);
    }
    while rule.get(value).is_some_and(|word| ["==", "!=", "vmap", "map"].iter().any(|sign| word.is(sign))) {
        value += 1;
    }
    let first = rule.get(value)?;
    let words = match first.text.strip_prefix('@') {
        Some(name) => &table.sets.get(name)?.elements[..],
        None if first.is("{") => &rule[value + 1..closing(rule, value)],
        None => &rule[value..rule.len().min(value + 1 + 2 * place)],
    };
    let name = |element: &[Token]| Some(split(element, ".").get(place)?.first()?.text.clone());
    Some(split(words, ",").into_iter().filter_map(name).filter(|name| !name.starts_with('$')).collect())
}

/// How many words before an interface fields are looked for that are compared together with it.
const REACH: usize = 24;

/// How many fields stand from a word up to another, with a dot behind each; `None` where something else does.
fn fields_between(rule: &[Token], from: usize, to: usize) -> Option<usize> {
    let (mut at, mut count) = (from, 0);
    while at < to {
        let dot = at + width(rule, at);
        rule.get(dot).filter(|word| word.is("."))?;
        (at, count) = (dot + 1, count + 1);
    }
    (at == to).then_some(count)
}
