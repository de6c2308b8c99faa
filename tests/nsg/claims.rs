//! What Microsoft's documentation says about the evaluation of network security groups: `claims.txt`.

use crate::spell;
use egress_check::addresses::AddressSet;
use egress_check::azure::ServiceTags;
use egress_check::device::{Device, Reading};
use egress_check::explain::{Target, explain};
use egress_check::policy::Protocol;
use egress_check::problem::Severity;
use egress_check::reach::{Question, TagTable};
use egress_check::source::Source;
use serde_json::{Value, json};
use std::path::Path;

/// A claim, and what shows it: the rules of a group with packets, or fixtures.
#[derive(Default)]
struct Claim {
    says: &'static str,
    rules: Vec<&'static str>,
    packets: Vec<&'static str>,
    fixtures: Vec<&'static str>,
}

/// The claims of the text, which explains its form.
fn claims() -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for line in include_str!("claims.txt").lines() {
        match (line.split_at_checked(2), claims.last_mut()) {
            (Some(("# ", says)), _) => claims.push(Claim { says, ..Claim::default() }),
            (Some(("> ", packet)), Some(claim)) => claim.packets.push(packet),
            (Some(("@ ", fixture)), Some(claim)) => claim.fixtures.push(fixture),
            (Some((start, _)), Some(claim)) if start != "==" => claim.rules.push(line),
            _ => {}
        }
    }
    claims
}

/// The published tags of the test, and the tag of the licence servers.
struct Tags(ServiceTags, AddressSet);

impl TagTable for Tags {
    fn addresses(&self, tag: &str) -> Option<&AddressSet> {
        if tag.eq_ignore_ascii_case("AzurePlatformLKM") { Some(&self.1) } else { Some(&self.0.tag(tag)?.addresses) }
    }
}

fn export(rules: &[&str]) -> String {
    let rules: Vec<Value> = rules.iter().map(|text| rule(text)).collect();
    json!({"name": "nsg", "securityRules": rules}).to_string()
}

fn rule(text: &str) -> Value {
    let columns: Vec<&str> = text.split_whitespace().collect();
    let [priority, direction, access, protocol, source, source_ports, destination, ports] = columns[..] else {
        panic!("eight columns: {text}");
    };
    json!({"name": text, "priority": priority, "direction": direction, "access": access, "protocol": protocol,
        "sourceAddressPrefix": source, "sourcePortRange": source_ports,
        "destinationAddressPrefix": destination, "destinationPortRange": ports})
}

/// What is wrong with the answer to one packet.
fn wrong(device: &Device<'_>, tags: &Tags, packet: &str) -> Option<String> {
    let columns: Vec<&str> = packet.split_whitespace().collect();
    let [protocol, source, destination, port, expected] = columns[..] else { panic!("five columns: {packet}") };
    let mut question = Question::tcp(port.parse().expect("a port"));
    question.protocol = match protocol {
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        _ => Protocol::Other,
    };
    question.source = Some(AddressSet::from_address(source.parse().expect("an address")));
    let target = Target::parse(destination).expect("an address");
    let answer = explain(device, &question, tags, destination, &target);
    let verdict = json!(answer.verdict);
    (verdict != expected).then(|| format!("{packet}: {verdict}, {}", answer.reason))
}

#[test]
fn every_claim_of_the_documentation_holds() {
    let published = ServiceTags::read("tags.json", spell::service_tags().as_bytes()).expect("tags");
    let tags = Tags(published, AddressSet::from_net("20.118.99.224/32".parse().expect("a prefix")));
    let mut failures = Vec::new();
    for Claim { says, rules, packets, .. } in claims() {
        let source = Source::read("nsg.json", 0, export(&rules).as_bytes()).expect("text");
        let device = Device::read(&source, &[], &Reading::default()).unwrap_or_else(|problem| panic!("{problem:?}"));
        let bad = device.policy.problems.iter().filter(|problem| problem.severity > Severity::Note);
        let bad = bad.map(|problem| problem.message.clone());
        let all = bad.chain(packets.iter().filter_map(|packet| wrong(&device, &tags, packet)));
        failures.extend(all.map(|text| format!("{says}: {text}")));
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_claim_is_shown() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/azure-nsg");
    for claim in claims() {
        assert!(!claim.packets.is_empty() || !claim.fixtures.is_empty(), "{}: nothing shows it", claim.says);
        for fixture in claim.fixtures {
            assert!(fixtures.join(fixture).join("expect.json").is_file(), "{}: no fixture {fixture}", claim.says);
        }
    }
}
