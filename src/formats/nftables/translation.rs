//! Chains of the type nat: where they send traffic, and what they stop.

use super::expression::{effects, rules};
use super::matches::Context;
use super::statements::Effect;
use super::tokens::Token;
use super::tree::{Ruleset, Table};
use super::values::version;
use super::view::Met;
use crate::addresses::Family;
use crate::policy::{self, Action, Condition, Reason, Rule, Then};

/// Chains that translate addresses can stop traffic as well.
pub(super) fn drops(met: &Met<'_>) -> bool {
    let rules = met.table.chains.iter().flat_map(|chain| &chain.rules);
    met.base.drops || rules.flatten().any(|word| word.is("drop"))
}

/// Chains of the type nat are asked for connections that are tracked only (`nf_nat_inet_fn`, net/netfilter/nf_nat_core.c), and those
/// of a family are where some rule of it needs that.
pub(super) fn untracked(ruleset: &Ruleset) -> Vec<Rule> {
    let tracks = |family: &str| {
        let tables = ruleset.tables.iter().filter(|table| [family, "inet"].contains(&table.family.as_str()));
        tables.flat_map(|table| &table.chains).flat_map(|chain| &chain.rules).flatten().any(needs_tracking)
    };
    let families = [("ip", Family::V4), ("ip6", Family::V6)].into_iter().filter(|(name, _)| !tracks(name));
    let pass = |(_, family)| {
        let text = "chains of the type nat decide where connections are tracked, and no rule needs that";
        let when = Condition::All(vec![version(family), Condition::Unknown(Reason::new(text))]);
        Rule { name: text.to_owned(), span: None, then: Action::Allow.into(), when }
    };
    families.map(pass).collect()
}

fn needs_tracking(word: &Token) -> bool {
    ["ct", "masquerade", "snat", "dnat", "redirect", "synproxy"].iter().any(|statement| word.is(statement))
}

/// Rules of address translation that may send the traffic elsewhere before filters see it: a table's chains, and the one that begins.
pub(super) struct Translation {
    chains: Vec<policy::Chain>,
    base: usize,
    /// The family that the table sees.
    when: Condition,
}

pub(super) fn rewriting(met: &Met<'_>, context: &mut Context<'_>) -> Option<Translation> {
    if met.base.hook == "postrouting" {
        return None;
    }
    let chains = met.table.chains.iter().map(|chain| policy::Chain {
        name: chain.name.clone(),
        rules: chain.rules.iter().flat_map(|words| translates(words, met, context)).collect(),
    });
    let chains: Vec<policy::Chain> = chains.collect();
    let sends = |rule: &Rule| matches!(rule.then, Then::Decide(_));
    let base = met.table.find(&met.chain.name)?;
    chains.iter().flat_map(|chain| &chain.rules).any(sends).then(|| Translation {
        chains,
        base,
        when: own_family(met.table),
    })
}

/// What a rule does there, but for what it accepts or drops: that ends the translation and is asked at its own gate.
fn translates(words: &[Token], met: &Met<'_>, context: &mut Context<'_>) -> Vec<Rule> {
    let known = |at: usize| at < met.table.chains.len();
    let effects = effects(words, context).into_iter().filter_map(|(when, effect)| match effect {
        Effect::Then(Then::Decide(_)) => None,
        Effect::Then(Then::Call(at) | Then::Goto(at)) if !known(at) => Some((when, Effect::Rewrites)),
        effect => Some((when, effect)),
    });
    rules(words, effects.collect())
}

/// The translations one after the other, in chains of their own.
pub(super) fn before(rewrites: &[Translation]) -> (Vec<Rule>, Vec<policy::Chain>) {
    let (mut calls, mut chains) = (Vec::new(), Vec::new());
    for Translation { chains: own, base, when } in rewrites {
        let by = chains.len();
        let name = own[*base].name.clone();
        calls.push(Rule { name, span: None, then: Then::Call(by + base), when: when.clone() });
        chains.extend(own.iter().cloned().map(|chain| moved(chain, by)));
    }
    (calls, chains)
}

/// A chain whose calls lead so many chains further.
pub(super) fn moved(mut chain: policy::Chain, by: usize) -> policy::Chain {
    for rule in &mut chain.rules {
        if let Then::Call(at) | Then::Goto(at) = &mut rule.then {
            *at += by;
        }
    }
    chain
}

fn own_family(table: &Table) -> Condition {
    match table.family.as_str() {
        "ip" => version(Family::V4),
        "ip6" => version(Family::V6),
        _ => Condition::always(),
    }
}
