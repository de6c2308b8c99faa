//! Rule collections as JSON, and as commands.

use super::additions::{Addition, Targets};
use crate::formats::azure_firewall::written::{Group, Kind, Policy, Style};
use serde_json::{Value, json};

/// A collection to be written.
pub(super) struct Wanted<'w> {
    pub kind: Kind,
    pub name: &'w str,
    pub priority: u32,
    pub from: &'w str,
    pub classic: bool,
    pub style: Style,
}

pub(super) fn free_name(kind: Kind, group: &Group<'_>) -> String {
    let wanted = base_name(kind);
    let taken = |name: &str| group.collections.iter().any(|other| other.outer.name().eq_ignore_ascii_case(name));
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

pub(super) fn base_name(kind: Kind) -> &'static str {
    if kind == Kind::Network { "allow-azure-network" } else { "allow-azure-application" }
}

pub(super) fn collection(wanted: &Wanted<'_>, rules: &[Addition]) -> String {
    let rules: Vec<Value> = rules.iter().map(|rule| spelled(rule, wanted)).collect();
    let action = json!({"type": "Allow"});
    let mut fields = json!({"priority": wanted.priority, "action": action, "rules": rules});
    let mut collection = match wanted.style {
        Style::Nested => json!({"name": wanted.name, "properties": fields}),
        _ => {
            fields["name"] = json!(wanted.name);
            fields
        }
    };
    if !wanted.classic {
        collection["ruleCollectionType"] = json!("FirewallPolicyFilterRuleCollection");
    }
    if wanted.style == Style::Pascal {
        collection = pascal(collection);
    }
    serde_json::to_string_pretty(&collection).unwrap_or_default()
}

/// A collection for which no place is known; its priority is the first that there is.
pub(super) fn loose(kind: Kind, rules: &[Addition], from: &str) -> String {
    let wanted = Wanted { kind, name: base_name(kind), priority: 100, from, classic: false, style: Style::Camel };
    collection(&wanted, rules)
}

fn spelled(rule: &Addition, wanted: &Wanted<'_>) -> Value {
    let mut fields = json!({"name": rule.name, "sourceAddresses": [wanted.from]});
    let ports: Vec<String> = rule.ports.iter().map(ToString::to_string).collect();
    match &rule.targets {
        Targets::Names(names) => {
            fields["targetFqdns"] = json!(names);
            fields["protocols"] = rule.ports.iter().map(|&port| protocol(port)).collect();
        }
        Targets::Addresses(list) => fields["destinationAddresses"] = json!(list),
        Targets::Resolved(names) => fields["destinationFqdns"] = json!(names),
    }
    if wanted.kind == Kind::Network {
        fields["destinationPorts"] = json!(ports);
        fields[if wanted.classic { "protocols" } else { "ipProtocols" }] = json!(["TCP"]);
    }
    if !wanted.classic {
        fields["ruleType"] = json!(if wanted.kind == Kind::Network { "NetworkRule" } else { "ApplicationRule" });
    }
    fields
}

fn protocol(port: u16) -> Value {
    json!({"protocolType": if port == 80 { "Http" } else { "Https" }, "port": port})
}

fn pascal(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let upper = |key: String| key[..1].to_ascii_uppercase() + &key[1..];
            members.into_iter().map(|(key, value)| (upper(key), pascal(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(pascal).collect(),
        other => other,
    }
}

/// The same as commands.
/// Source: the pages and the examples of "az network firewall policy rule-collection-group collection" (and its `rule add`)
/// and "az network firewall network-rule" and "application-rule" (learn.microsoft.com/cli/azure/network/firewall).
pub(super) fn commands(
    policy: &Policy<'_>,
    group: &str,
    (kind, name, priority, from): (Kind, &str, u32, &str),
    rules: &[Addition],
) -> Vec<String> {
    let resource_group = policy.key.resource_group.as_deref().unwrap_or("RESOURCE-GROUP");
    let owner = &policy.key.name;
    let list = if kind == Kind::Network { "network-rule" } else { "application-rule" };
    let one = |(index, rule): (usize, &Addition)| {
        let first = index == 0;
        let what = arguments(rule, from);
        if policy.classic {
            let create = if first { format!(" --priority {priority} --action Allow") } else { String::new() };
            let protocols = if kind == Kind::Network { " --protocols TCP" } else { "" };
            return format!(
                "az network firewall {list} create -g {resource_group} -f {owner} --collection-name {name}{create} \
                 -n {}{protocols} {what}",
                rule.name
            );
        }
        let kind_name = if kind == Kind::Network { "NetworkRule --ip-protocols TCP" } else { "ApplicationRule" };
        let verb = match first {
            true => format!(
                "add-filter-collection --collection-priority {priority} --action Allow --rule-name {}",
                rule.name
            ),
            false => format!("rule add --name {}", rule.name),
        };
        let collection = if first { "--name" } else { "--collection-name" };
        format!(
            "az network firewall policy rule-collection-group collection {verb} -g {resource_group} --policy-name {owner} \
             --rule-collection-group-name {group} {collection} {name} --rule-type {kind_name} {what}"
        )
    };
    rules.iter().enumerate().map(one).collect()
}

fn arguments(rule: &Addition, from: &str) -> String {
    let ports: Vec<String> = rule.ports.iter().map(ToString::to_string).collect();
    let ports = ports.join(" ");
    let from = quoted(&[from.to_owned()]);
    match &rule.targets {
        Targets::Names(names) => {
            let spelled = |port: &u16| format!("{}={port}", if *port == 80 { "Http" } else { "Https" });
            let protocols: Vec<String> = rule.ports.iter().map(spelled).collect();
            format!("--source-addresses {from} --protocols {} --target-fqdns {}", protocols.join(" "), quoted(names))
        }
        Targets::Addresses(list) => {
            format!("--source-addresses {from} --destination-addresses {} --destination-ports {ports}", quoted(list))
        }
        Targets::Resolved(names) => {
            format!("--source-addresses {from} --destination-fqdns {} --destination-ports {ports}", quoted(names))
        }
    }
}

/// A shell would take a star for the names of files.
fn quoted(words: &[String]) -> String {
    let quoted: Vec<String> =
        words.iter().map(|word| if word.contains('*') { format!("\"{word}\"") } else { word.clone() }).collect();
    quoted.join(" ")
}
