//! Firewalls as Azure's tools print them.

use crate::model::{Collection, Firewall, Group, IP_GROUPS, Matches, Place, Rule, TAGS, Transport, Web};
use crate::random::Random;
use serde_json::{Value, json};

const ROOT: &str = "/subscriptions/0/resourceGroups/rg-net/providers/Microsoft.Network";

/// The published file of the test's service tags.
pub fn service_tags() -> String {
    let value = |(name, ranges): &(&str, &[&str])| {
        let prefixes: Vec<String> = ranges.iter().flat_map(|text| prefixes(text)).collect();
        json!({"name": name, "id": name, "properties": {"addressPrefixes": prefixes, "region": "", "systemService": ""}})
    };
    json!({"changeNumber": 1, "cloud": "Public", "values": TAGS.iter().map(value).collect::<Vec<_>>()}).to_string()
}

/// The prefixes of a range whose ends are those of prefixes.
fn prefixes(text: &str) -> Vec<String> {
    let (first, last) = crate::model::range(text);
    let (mut at, last) = (u64::from(u32::from(first)), u64::from(u32::from(last)));
    let mut found = Vec::new();
    while at <= last {
        let mut size = if at == 0 { 1 << 32 } else { 1 << at.trailing_zeros().min(32) };
        while at + size - 1 > last {
            size /= 2;
        }
        found.push(format!("{}/{}", std::net::Ipv4Addr::from(at as u32), 32 - size.trailing_zeros()));
        at += size;
    }
    found
}

pub fn text(random: &mut Random, firewall: &Firewall) -> String {
    let nested = random.once_in(2);
    let mut documents: Vec<Value> = match firewall.classic {
        true => vec![classic(firewall, nested)],
        false => policies(random, firewall, nested),
    };
    let groups = IP_GROUPS.iter().map(|(name, ranges)| {
        resource(nested, json!({"id": ip_group(name), "name": name}), json!({"ipAddresses": ranges}))
    });
    documents.extend(groups);
    random.shuffle(&mut documents);
    match random.once_in(2) {
        true => json!(documents).to_string(),
        false => documents.iter().map(|document| format!("{document:#}\n")).collect(),
    }
}

fn ip_group(name: &str) -> String {
    format!("{ROOT}/ipGroups/{name}")
}

fn resource(nested: bool, mut head: Value, fields: Value) -> Value {
    if nested {
        head["properties"] = fields;
    } else if let (Some(head), Value::Object(fields)) = (head.as_object_mut(), fields) {
        head.extend(fields);
    }
    head
}

fn policies(random: &mut Random, firewall: &Firewall, nested: bool) -> Vec<Value> {
    let mut documents = Vec::new();
    let mut parent: Option<String> = None;
    for policy in &firewall.policies {
        let id = format!("{ROOT}/firewallPolicies/{}", policy.name);
        let groups: Vec<Value> =
            policy.groups.iter().map(|one| json!({"id": format!("{id}/ruleCollectionGroups/{}", one.name)})).collect();
        let base = parent.replace(id.clone()).map(|id| json!({"id": id}));
        let dns = firewall.dns_proxy.then(|| json!({"enableProxy": true}));
        let head = json!({"id": id, "name": policy.name, "type": "Microsoft.Network/FirewallPolicies"});
        documents.push(resource(
            nested,
            head,
            json!({"basePolicy": base, "ruleCollectionGroups": groups, "threatIntelMode": "Alert", "dnsSettings": dns}),
        ));
        documents.extend(policy.groups.iter().map(|group| rule_collection_group(random, &id, group, nested)));
    }
    documents
}

fn rule_collection_group(random: &mut Random, policy: &str, group: &Group, nested: bool) -> Value {
    let mut collections: Vec<Value> = group
        .collections
        .iter()
        .map(|one| {
            let mut fields = fields(one, false);
            fields["name"] = json!(one.name);
            fields["ruleCollectionType"] = json!("FirewallPolicyFilterRuleCollection");
            fields
        })
        .collect();
    random.shuffle(&mut collections);
    let head = json!({"id": format!("{policy}/ruleCollectionGroups/{}", group.name), "name": group.name});
    resource(nested, head, json!({"priority": group.priority, "ruleCollections": collections}))
}

fn classic(firewall: &Firewall, nested: bool) -> Value {
    let policy = &firewall.policies[0];
    let list = |network: bool| -> Vec<Value> {
        let own = policy.groups.iter().flat_map(|group| &group.collections).filter(|one| one.is_network() == network);
        own.map(|one| resource(nested, json!({"name": one.name}), fields(one, true))).collect()
    };
    let additional = if firewall.dns_proxy { json!({"Network.DNS.EnableProxy": "true"}) } else { json!({}) };
    let head =
        json!({"id": format!("{ROOT}/azureFirewalls/fw"), "name": "fw", "type": "Microsoft.Network/azureFirewalls"});
    resource(
        nested,
        head,
        json!({"networkRuleCollections": list(true), "applicationRuleCollections": list(false), "natRuleCollections": [],
               "additionalProperties": additional}),
    )
}

fn fields(collection: &Collection, classic: bool) -> Value {
    let rules: Vec<Value> = collection.rules.iter().map(|one| rule(one, classic)).collect();
    let action = if collection.allow { "Allow" } else { "Deny" };
    json!({"priority": collection.priority, "action": {"type": action}, "rules": rules})
}

fn rule(rule: &Rule, classic: bool) -> Value {
    let mut fields =
        json!({"name": rule.name, "sourceAddresses": words(&rule.from), "sourceIpGroups": ids(&rule.from)});
    match &rule.matches {
        Matches::Network { transports, to, names, ports, .. } => {
            fields["ruleType"] = json!("NetworkRule");
            let transports: Vec<&str> = transports.iter().map(transport).collect();
            fields[if classic { "protocols" } else { "ipProtocols" }] = json!(transports);
            fields["destinationAddresses"] = json!(words(to));
            fields["destinationIpGroups"] = json!(ids(to));
            fields["destinationFqdns"] = json!(names);
            fields["destinationPorts"] = ports.iter().map(port).collect();
        }
        Matches::Application { protocols, names, backup_tag } => {
            fields["ruleType"] = json!("ApplicationRule");
            let web = |web: &Web| if *web == Web::Http { "Http" } else { "Https" };
            fields["protocols"] =
                protocols.iter().map(|(kind, port)| json!({"protocolType": web(kind), "port": port})).collect();
            fields["targetFqdns"] = json!(names);
            fields["fqdnTags"] = if *backup_tag { json!(["AzureBackup"]) } else { json!([]) };
        }
    }
    if classic && let Some(fields) = fields.as_object_mut() {
        fields.remove("ruleType");
    }
    fields
}

fn transport(transport: &Transport) -> &'static str {
    match transport {
        Transport::Any => "Any",
        Transport::Tcp => "TCP",
        Transport::Udp => "UDP",
        Transport::Icmp => "ICMP",
    }
}

fn port(&(first, last): &(u16, u16)) -> Value {
    match (first, last) {
        (0, 65535) => json!("*"),
        _ if first == last => json!(first.to_string()),
        _ => json!(format!("{first}-{last}")),
    }
}

fn words(places: &[Place]) -> Vec<String> {
    let word = |place: &Place| match place {
        Place::Any => Some("*".to_owned()),
        Place::Range(first, last) if first == last => Some(first.to_string()),
        Place::Range(first, last) => Some(format!("{first}-{last}")),
        Place::Tag(tag) => Some((*tag).to_owned()),
        Place::IpGroup(_) => None,
    };
    places.iter().filter_map(word).collect()
}

fn ids(places: &[Place]) -> Vec<String> {
    let id = |place: &Place| match place {
        Place::IpGroup(name) => Some(ip_group(name)),
        _ => None,
    };
    places.iter().filter_map(id).collect()
}
