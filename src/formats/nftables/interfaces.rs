//! Interfaces that traffic comes in at and leaves by.

use super::tokens::{Kind, Token};
use super::tree::{Ruleset, Table};
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
    let mut names: BTreeSet<String> = bases.flat_map(|base| base.devices.iter().cloned()).collect();
    for table in &ruleset.tables {
        for rule in table.chains.iter().flat_map(|chain| &chain.rules) {
            for at in (0..rule.len()).filter(|&at| words.contains(&rule[at].text.as_str())) {
                let Some(written) = written(&rule[at + 1..], table) else { return vec![Seen::Unclear] };
                names.extend(written);
            }
        }
    }
    if names.is_empty() {
        return vec![Seen::Unclear];
    }
    Seen::all(names.iter().map(|name| Pattern::new(name, '*')).collect())
}

/// The names behind `oifname`: one, those of a set, or those with which a map or several fields together are compared, as far as
/// they can be told from other values by their quotes. `None` where they cannot.
fn written(words: &[Token], table: &Table) -> Option<Vec<String>> {
    let at = words.iter().position(|word| !["==", "!="].contains(&word.text.as_str())).unwrap_or(0);
    let rest = &words[at..];
    let listed = match rest.first() {
        Some(first) if first.is("{") => {
            let end = rest.iter().position(|word| word.is("}")).unwrap_or(rest.len());
            &rest[1..end]
        }
        Some(_) => &rest[..1],
        None => &[],
    };
    let name = |word: &&Token| {
        let plain = word.text.chars().all(|c| c.is_ascii_alphanumeric() || "._-*".contains(c)) && word.text != ".";
        (word.kind == Kind::Quoted || plain) && word.text != "lo" && word.text != "*"
    };
    let is_of_more = |word: &Token| ["vmap", "map", "."].contains(&word.text.as_str()) || word.text.starts_with('@');
    if !rest.first().is_some_and(is_of_more) {
        return Some(listed.iter().filter(name).map(|word| word.text.clone()).collect());
    }
    let sets = rest.iter().filter_map(|word| table.sets.get(word.text.strip_prefix('@')?));
    let all = rest.iter().chain(sets.flat_map(|set| &set.elements));
    let names: Vec<String> =
        all.filter(|word| word.kind == Kind::Quoted).filter(name).map(|word| word.text.clone()).collect();
    (!names.is_empty()).then_some(names)
}
