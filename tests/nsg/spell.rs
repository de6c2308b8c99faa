//! Groups as Azure's tools write them: one meaning, many texts.

use crate::model::{EVERY_PORT, Group, Place, Protocol, Rule, TAGS};
use crate::random::Random;
use serde_json::{Map, Value, json};

const PROVIDER: &str = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network";

/// Who writes the rules of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `az network nsg show`
    Cli,
    /// `az network nsg rule list --include-default`
    CliRules,
    Api,
    PowerShell,
    Template,
    /// Each rule a resource of its own.
    TemplateChildren,
}

const TOOLS: &[Tool] =
    &[Tool::Cli, Tool::CliRules, Tool::Api, Tool::PowerShell, Tool::Template, Tool::TemplateChildren];

/// Exports that hold the group of the interface and that of its subnet: one text, or one each.
pub fn configured(random: &mut Random, groups: &[Group; 2]) -> Vec<String> {
    if random.once_in(3) {
        return vec![connected(random, groups)];
    }
    groups.iter().map(|group| alone(random, group)).collect()
}

fn alone(random: &mut Random, group: &Group) -> String {
    let tool = random.pick(TOOLS);
    let rules: Vec<Value> = group.rules.iter().map(|each| rule(random, each, tool, group.name)).collect();
    let defaults: Vec<Value> =
        defaults(random, group).iter().map(|each| rule(random, each, tool, group.name)).collect();
    let id = format!("{PROVIDER}/networkSecurityGroups/{}", group.name);
    let kind = "Microsoft.Network/networkSecurityGroups";
    let lists = json!({"securityRules": rules, "defaultSecurityRules": defaults});
    let value = match tool {
        Tool::CliRules if rules.len() + defaults.len() > 0 => json!([defaults, rules].concat()),
        Tool::Cli | Tool::CliRules => {
            json!({"name": group.name, "id": id, "defaultSecurityRules": defaults, "securityRules": rules})
        }
        Tool::Api => json!({"name": group.name, "id": id, "type": kind, "properties": lists}),
        Tool::PowerShell => {
            json!({"Name": group.name, "Id": id, "SecurityRules": rules, "DefaultSecurityRules": defaults})
        }
        Tool::Template => template(random, json!([{"type": kind, "name": group.name, "properties": lists}])),
        Tool::TemplateChildren => {
            let own = json!({"type": kind, "name": group.name, "properties": {"defaultSecurityRules": defaults}});
            template(random, json!([rules, vec![own]].concat()))
        }
    };
    printed(random, &value)
}

/// A list of groups that says what they are attached to.
fn connected(random: &mut Random, groups: &[Group; 2]) -> String {
    let interface = format!("{PROVIDER}/networkInterfaces/vm1-nic");
    let member = json!({"id": format!("{interface}/ipConfigurations/ipconfig1")});
    let subnet = json!({"id": format!("{PROVIDER}/virtualNetworks/v/subnets/s"), "ipConfigurations": [member]});
    let attached = [json!({"networkInterfaces": [{"id": interface}]}), json!({"subnets": [subnet]})];
    let mut list: Vec<Value> = Vec::new();
    for (group, mut value) in groups.iter().zip(attached) {
        value["name"] = json!(group.name);
        value["defaultSecurityRules"] =
            defaults(random, group).iter().map(|each| rule(random, each, Tool::Cli, group.name)).collect();
        value["securityRules"] = group.rules.iter().map(|each| rule(random, each, Tool::Cli, group.name)).collect();
        list.push(value);
    }
    random.shuffle(&mut list);
    printed(random, &json!(list))
}

/// The effective rules of one interface, by the CLI or by PowerShell.
pub fn effective(random: &mut Random, groups: &[Group; 2]) -> String {
    let interface = json!({"networkInterface": {"id": format!("{PROVIDER}/networkInterfaces/vm1-nic")}});
    let subnet = json!({"subnet": {"id": format!("{PROVIDER}/virtualNetworks/v/subnets/s")}});
    let mut parts: Vec<Value> = Vec::new();
    for (group, association) in groups.iter().zip([interface, subnet]) {
        let rules = group.rules.iter().chain(&group.defaults).map(|each| Value::Object(effective_rule(each)));
        parts.push(json!({
            "networkSecurityGroup": {"id": format!("{PROVIDER}/networkSecurityGroups/{}", group.name)},
            "association": association,
            "effectiveSecurityRules": rules.collect::<Vec<_>>(),
        }));
    }
    random.shuffle(&mut parts);
    let value = if random.once_in(2) { json!({"value": parts}) } else { pascal(json!(parts)) };
    printed(random, &value)
}

/// The default rules that an export lists: all, some or none.
fn defaults(random: &mut Random, group: &Group) -> Vec<Rule> {
    let some = random.below(3);
    group.defaults.iter().filter(|_| some == 0 || some == 1 && random.once_in(2)).cloned().collect()
}

fn rule(random: &mut Random, rule: &Rule, tool: Tool, group: &str) -> Value {
    let mut fields = Map::new();
    fields.insert("priority".to_owned(), number(random, rule.priority));
    let direction = if rule.outbound { "Outbound" } else { "Inbound" };
    fields.insert("direction".to_owned(), json!(recased(random, direction)));
    fields.insert("access".to_owned(), json!(recased(random, if rule.allow { "Allow" } else { "Deny" })));
    fields.insert("protocol".to_owned(), json!(recased(random, protocol(rule.protocol))));
    let lists = tool == Tool::PowerShell;
    let defaults = rule.priority >= 65000;
    for (end, places) in [("source", &rule.source), ("destination", &rule.destination)] {
        let (members, prefixes): (Vec<&Place>, Vec<&Place>) =
            places.iter().partition(|place| matches!(place, Place::Group(_)));
        let words = prefixes.iter().map(|each| place(random, each, defaults)).collect();
        insert(random, &mut fields, &format!("{end}AddressPrefix"), "es", words, lists);
        let members = members.iter().map(|each| json!({"id": format!("/asg/{each:?}")})).collect::<Vec<_>>();
        fields.insert(format!("{end}ApplicationSecurityGroups"), json!(members));
    }
    for (end, ranges) in [("source", &rule.source_ports), ("destination", &rule.ports)] {
        let words = ranges.iter().map(|&range| ports(random, range)).collect();
        insert(random, &mut fields, &format!("{end}PortRange"), "s", words, lists);
    }
    named(rule, fields, tool, group)
}

fn named(rule: &Rule, mut fields: Map<String, Value>, tool: Tool, group: &str) -> Value {
    let name = json!(rule.name);
    let kind = "Microsoft.Network/networkSecurityGroups/securityRules";
    match tool {
        Tool::Cli | Tool::CliRules => {
            let id = format!("{PROVIDER}/networkSecurityGroups/{group}/securityRules/{}", rule.name);
            fields.extend([("name".to_owned(), name), ("id".to_owned(), json!(id))]);
            Value::Object(fields)
        }
        Tool::PowerShell => {
            fields.insert("name".to_owned(), name);
            pascal(Value::Object(fields))
        }
        Tool::TemplateChildren if rule.priority < 65000 => {
            json!({"type": kind, "name": format!("{group}/{}", rule.name), "properties": fields})
        }
        Tool::Api | Tool::Template | Tool::TemplateChildren => json!({"name": name, "properties": fields}),
    }
}

/// Puts words into the singular field, into the plural one, or both; PowerShell has lists under the singular name.
fn insert(
    random: &mut Random,
    fields: &mut Map<String, Value>,
    key: &str,
    plural: &str,
    words: Vec<String>,
    lists: bool,
) {
    let many = format!("{key}{plural}");
    if lists {
        fields.insert(key.to_owned(), json!(words));
    } else if words.len() == 1 && random.once_in(2) {
        fields.insert(key.to_owned(), json!(words[0]));
        if random.once_in(2) {
            fields.insert(many, json!([]));
        }
    } else if random.once_in(3) {
        fields.insert(key.to_owned(), json!(words.join(if random.once_in(2) { "," } else { ", " })));
    } else {
        fields.insert(many, json!(words));
        let blank = random.pick(&[Value::Null, json!(""), json!("10.99.0.0/16")]);
        // A single value that a list stands beside is stale.
        if !words.is_empty() && (key.ends_with("AddressPrefix") || blank != json!("10.99.0.0/16")) {
            fields.insert(key.to_owned(), blank);
        }
    }
}

fn effective_rule(rule: &Rule) -> Map<String, Value> {
    let protocol = if rule.protocol == Protocol::Any { "All" } else { protocol(rule.protocol) };
    let word = |place: &Place| match place {
        Place::Any => "0.0.0.0/0".to_owned(),
        Place::SpelledOut(tag, _) => (*tag).to_owned(),
        other => word(other),
    };
    let words = |places: &[Place]| places.iter().map(word).collect::<Vec<_>>();
    let ranges =
        |ranges: &[(u16, u16)]| ranges.iter().map(|(first, last)| format!("{first}-{last}")).collect::<Vec<_>>();
    let expanded = rule.destination.iter().find_map(|place| match place {
        Place::SpelledOut(_, prefixes) => {
            Some(prefixes.iter().map(|prefix| self::word(&Place::Prefix(*prefix))).collect())
        }
        _ => None,
    });
    let expanded: Option<Vec<String>> = expanded;
    let value = json!({
        "name": format!("securityRules/{}", rule.name),
        "access": if rule.allow { "Allow" } else { "Deny" },
        "direction": if rule.outbound { "Outbound" } else { "Inbound" },
        "priority": rule.priority,
        "protocol": protocol,
        "sourceAddressPrefix": words(&rule.source)[0],
        "sourceAddressPrefixes": words(&rule.source),
        "sourcePortRange": ranges(&rule.source_ports)[0],
        "sourcePortRanges": ranges(&rule.source_ports),
        "destinationAddressPrefix": words(&rule.destination)[0],
        "destinationAddressPrefixes": words(&rule.destination),
        "destinationPortRange": ranges(&rule.ports)[0],
        "destinationPortRanges": ranges(&rule.ports),
        "expandedSourceAddressPrefix": null,
        "expandedDestinationAddressPrefix": expanded,
    });
    value.as_object().cloned().unwrap_or_default()
}

fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Any => "*",
        Protocol::Tcp => "Tcp",
        Protocol::Udp => "Udp",
        Protocol::Icmp => "Icmp",
        Protocol::Esp => "Esp",
        Protocol::Ah => "Ah",
    }
}

/// A place; in the default rules `0.0.0.0/0` "represents all IP addresses".
fn place(random: &mut Random, place: &Place, defaults: bool) -> String {
    match place {
        Place::Any if defaults && random.once_in(2) => "0.0.0.0/0".to_owned(),
        Place::Any => random.pick(&["*", "Any"]).to_string(),
        Place::VirtualNetwork if random.once_in(4) => "VIRTUAL_NETWORK".to_owned(),
        Place::AzureLoadBalancer if random.once_in(4) => "AZURE_LOADBALANCER".to_owned(),
        Place::Prefix(_) => word(place),
        tag => recased(random, &word(tag)),
    }
}

fn word(place: &Place) -> String {
    match place {
        Place::Any => "*".to_owned(),
        Place::Prefix(prefix) => {
            let width = if prefix.address.is_ipv4() { 32 } else { 128 };
            if prefix.length == width {
                prefix.address.to_string()
            } else {
                format!("{}/{}", prefix.address, prefix.length)
            }
        }
        Place::Internet => "Internet".to_owned(),
        Place::VirtualNetwork => "VirtualNetwork".to_owned(),
        Place::AzureLoadBalancer => "AzureLoadBalancer".to_owned(),
        Place::AzurePlatformDns => "AzurePlatformDNS".to_owned(),
        Place::AzurePlatformImds => "AzurePlatformIMDS".to_owned(),
        Place::Tag(name) | Place::SpelledOut(name, _) | Place::Group(name) => (*name).to_owned(),
    }
}

fn ports(random: &mut Random, range: (u16, u16)) -> String {
    match range {
        EVERY_PORT => random.pick(&["*", "0-65535", "Any"]).to_string(),
        (first, last) if first == last && random.once_in(2) => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    }
}

fn number(random: &mut Random, number: u32) -> Value {
    if random.once_in(3) { json!(number.to_string()) } else { json!(number) }
}

fn recased(random: &mut Random, word: &str) -> String {
    match random.below(4) {
        0 => word.to_ascii_lowercase(),
        1 => word.to_ascii_uppercase(),
        _ => word.to_owned(),
    }
}

/// A template; some words of its rules are parameters.
fn template(random: &mut Random, resources: Value) -> Value {
    let mut value = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {},
        "resources": resources,
    });
    for index in 0..random.below(4) {
        let key = random.pick(&["destinationAddressPrefix", "destinationPortRange", "protocol", "access", "priority"]);
        let mut taken = None;
        take(&mut value["resources"], key, &format!("[parameters('p{index}')]"), &mut taken);
        if let Some(taken) = taken {
            value["parameters"][format!("p{index}")] = json!({"type": "string", "defaultValue": taken});
        }
    }
    value
}

/// Puts an expression in the place of the first value under `key` that is a text.
fn take(value: &mut Value, key: &str, expression: &str, taken: &mut Option<Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| take(item, key, expression, taken)),
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                let plain = value.as_str().is_some_and(|text| !text.is_empty() && !text.starts_with('['));
                if name == key && plain && taken.is_none() {
                    *taken = Some(std::mem::replace(value, json!(expression)));
                } else {
                    take(value, key, expression, taken);
                }
            }
        }
        _ => {}
    }
}

/// The same with PowerShell's capitals.
fn pascal(value: Value) -> Value {
    let capital = |key: String| key[..1].to_ascii_uppercase() + &key[1..];
    match value {
        Value::Array(items) => items.into_iter().map(pascal).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (capital(key), pascal(value))).collect(),
        other => other,
    }
}

fn printed(random: &mut Random, value: &Value) -> String {
    if random.once_in(2) { value.to_string() } else { serde_json::to_string_pretty(value).expect("JSON") }
}

/// The tags of the test as Microsoft publishes them.
pub fn service_tags() -> String {
    let values = TAGS.iter().map(|(name, prefixes)| {
        let region = name.split_once('.').map(|(_, region)| region.to_ascii_lowercase()).unwrap_or_default();
        json!({"name": name, "id": name, "properties": {"changeNumber": 1, "region": region, "regionId": 0, "platform": "Azure",
            "systemService": "", "addressPrefixes": prefixes, "networkFeatures": ["NSG"]}})
    });
    json!({"changeNumber": 1, "cloud": "Public", "values": values.collect::<Vec<_>>()}).to_string()
}
