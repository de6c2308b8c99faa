//! The lists of rules of a scope and of those above it.
//!
//! Source: "Device Group Policies" (docs.paloaltonetworks.com, Panorama Administrator's Guide): shared pre-rules, those of
//! the device groups from the highest to the lowest, local rules, post-rules from the lowest to the highest, shared
//! post-rules, default rules.

use super::scopes::{Kind, Scopes};
use super::tree::Node;
use crate::policy::Reason;
use std::collections::BTreeSet;

/// One list of rules of a scope.
#[derive(Clone, Debug)]
pub(super) struct List<'a> {
    pub scope: usize,
    /// `rulebase`, `pre-rulebase` or `post-rulebase`.
    pub section: &'static str,
    pub rules: Vec<&'a Node>,
    /// Whether the text says which rules there are, if only that there are none.
    pub stated: bool,
    /// Whether rules may be missing at its end.
    pub cut: bool,
    /// Why the list may not count at all.
    pub only_if: Option<Reason>,
}

/// The custom categories that rules match by, among others.
pub(super) fn matched_categories(lists: &[List<'_>]) -> BTreeSet<String> {
    let enabled = lists.iter().flat_map(|list| &list.rules).filter(|rule| !rule.says("disabled", "yes"));
    enabled.flat_map(|rule| rule.values("category")).map(|category| category.name.clone()).collect()
}

/// The lists of a scope and of those above it, in the order in which the device goes through them.
pub(super) fn lists<'a>(scopes: &Scopes<'a>, scope: usize, stage: &str) -> Vec<List<'a>> {
    let chain = scopes.chain(scope);
    let own = &scopes.all[scope];
    let list = |index: usize, section: &'static str, only_if: Option<Reason>| {
        let node = scopes.all[index].node;
        let holders = node.all(&[section, stage, "rules"]);
        let missing = holders.is_empty() && !node.complete && stage == "security";
        let cut = missing || holders.iter().any(|holder| !holder.complete);
        List {
            scope: index,
            section,
            stated: !holders.is_empty(),
            rules: holders.into_iter().flat_map(|holder| &holder.children).collect(),
            cut,
            only_if,
        }
    };
    let several = scopes.all.iter().filter(|scope| scope.kind == Kind::Vsys).count() > 1;
    let pushed = |index: usize| {
        let scope = &scopes.all[index];
        let open = several && scope.kind == Kind::Pushed && scope.name.is_empty();
        open.then(|| {
            Reason::new(format!("for which virtual systems Panorama pushed this is not in the text ({})", own.name))
        })
    };
    let perhaps = |index: &usize| {
        let name = &scopes.all[*index].name;
        Some(Reason::new(format!("whether the device group `{name}` stands above `{}` is not in the export", own.name)))
    };
    let with_maybe = |section: &'static str| -> Vec<List<'a>> {
        own.maybe_above.iter().map(|index| list(*index, section, perhaps(index))).collect()
    };
    let has_both_sides = |index: &usize| {
        let scope = &scopes.all[*index];
        scope.kind == Kind::Pushed
            || ["pre-rulebase", "post-rulebase"].iter().any(|side| scope.node.child(side).is_some())
    };
    let panorama = own.kind != Kind::Vsys || chain.iter().any(has_both_sides);
    let (outer, inner) = (chain.iter().rev(), chain.iter());
    let mut all: Vec<List<'a>> = Vec::new();
    if panorama {
        all.extend(outer.clone().take(chain.len() - 1).map(|&index| list(index, "pre-rulebase", pushed(index))));
        all.extend(with_maybe("pre-rulebase"));
        all.push(list(scope, "pre-rulebase", None));
    }
    if own.kind == Kind::Vsys || own.node.child("rulebase").is_some() {
        all.push(list(scope, "rulebase", None));
    }
    if panorama {
        all.push(list(scope, "post-rulebase", None));
        all.extend(with_maybe("post-rulebase"));
        all.extend(inner.skip(1).map(|&index| list(index, "post-rulebase", pushed(index))));
    }
    all
}
