//! A rule collection group to be made, where a policy has none or none has room.

use super::additions::Addition;
use super::{free, spell};
use crate::formats::azure_firewall::written::{Kind, Policy};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) struct NewGroup {
    pub name: String,
    pub priority: u32,
}

/// A group of `policy` with a number below `below`; `None` where other groups' numbers are not known, or none is free. What a
/// template deploys is written in the template.
pub(super) fn of(policy: &Policy<'_>, below: Option<u32>, kind: Kind, made: &[u32]) -> Option<NewGroup> {
    let mut fields = policy.settings.into_iter().chain(policy.groups.iter().filter_map(|group| group.fields));
    if policy.classic || fields.any(|fields| fields.template.is_template) {
        return None;
    }
    let number = |group: &super::Group<'_>| group.fields?.text("priority")?.parse().ok();
    let mut taken: BTreeSet<u32> = policy.groups.iter().map(number).collect::<Option<_>>()?;
    taken.extend(made);
    let base = spell::base_name(kind);
    let is_free = |name: &String| !policy.groups.iter().any(|group| group.name.eq_ignore_ascii_case(name));
    let mut names = std::iter::once(base.to_owned()).chain((2..).map(|number| format!("{base}-{number}")));
    Some(NewGroup { name: names.find(is_free)?, priority: free(&taken, below)? })
}

/// The group as `az` prints it.
pub(super) fn text(policy: &Policy<'_>, group: &NewGroup, kind: Kind, from: &str, rules: &[Addition]) -> String {
    let collection = serde_json::from_str(&spell::loose(kind, rules, from)).unwrap_or(Value::Null);
    let mut json = json!({"name": group.name, "priority": group.priority, "ruleCollections": [collection]});
    if let Some(resource_group) = &policy.key.resource_group {
        json["id"] = json!(format!(
            "/subscriptions/SUBSCRIPTION/resourceGroups/{resource_group}/providers/Microsoft.Network/firewallPolicies/{}\
             /ruleCollectionGroups/{}",
            policy.key.name, group.name
        ));
    }
    serde_json::to_string_pretty(&json).unwrap_or_default()
}

/// Source: "az network firewall policy rule-collection-group" (learn.microsoft.com/cli/azure/network/firewall/policy).
pub(super) fn commands(
    policy: &Policy<'_>,
    group: &NewGroup,
    kind: Kind,
    from: &str,
    rules: &[Addition],
) -> Vec<String> {
    let resource_group = policy.key.resource_group.as_deref().unwrap_or("RESOURCE-GROUP");
    let create = format!(
        "az network firewall policy rule-collection-group create -g {resource_group} --policy-name {} -n {} --priority {}",
        policy.key.name, group.name, group.priority
    );
    let what = (kind, spell::base_name(kind), 100, from);
    std::iter::once(create).chain(spell::commands(policy, &group.name, what, rules)).collect()
}
