//! Which policies stand on one path: a child behind its parents.

use super::written::Policy;
use crate::policy::Reason;
use crate::problem::Problem;
use std::collections::BTreeSet;

/// Policies by index, the farthest parent first, and why rules of further parents may come before.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub label: String,
    pub policies: Vec<usize>,
    pub missing: Option<Reason>,
}

/// One chain for each policy that a firewall may use: all but parents of others that no firewall is said to use.
pub(super) fn chains(policies: &[Policy<'_>], problems: &mut Vec<Problem>) -> Vec<Chain> {
    let parents: BTreeSet<usize> = (0..policies.len()).filter_map(|index| parent(policies, index)).collect();
    let stands_alone = |index: &usize| !parents.contains(index) || policies[*index].attached;
    let mut chains: Vec<Chain> =
        (0..policies.len()).filter(stands_alone).map(|index| chain(policies, index, problems)).collect();
    if chains.is_empty() {
        chains.extend((0..policies.len()).map(|index| chain(policies, index, problems)));
    }
    unique(&mut chains);
    chains
}

fn parent(policies: &[Policy<'_>], index: usize) -> Option<usize> {
    let (base, _) = policies[index].base.as_ref()?;
    policies.iter().position(|policy| !policy.classic && policy.key.matches(base))
}

fn chain(policies: &[Policy<'_>], leaf: usize, problems: &mut Vec<Problem>) -> Chain {
    let (mut members, mut missing) = (vec![leaf], None);
    let mut last = leaf;
    while let Some((base, span)) = &policies[last].base {
        let next = parent(policies, last).filter(|next| !members.contains(next));
        let Some(next) = next else {
            let text = format!("rules of the parent policy \"{}\", which was not pasted, come first", base.name);
            let message = format!("\"{}\": {text}.", policies[last].key.name);
            let hint = "Add the parent's rule collection groups below, or as an attachment.";
            problems.push(Problem::warning("parent-policy-missing", message).at(*span).hint(hint));
            missing = Some(Reason::new(text).at(*span));
            break;
        };
        members.push(next);
        last = next;
    }
    members.reverse();
    Chain { label: policies[leaf].key.name.clone(), policies: members, missing }
}

/// Labels are how a user picks a firewall, so no two are the same.
fn unique(chains: &mut [Chain]) {
    let mut taken = BTreeSet::new();
    for chain in chains {
        let base = chain.label.clone();
        let mut number = 2;
        while !taken.insert(chain.label.clone()) {
            chain.label = format!("{base} ({number})");
            number += 1;
        }
    }
}
