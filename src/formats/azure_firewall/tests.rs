//! Policies and remedies; what exports answer is in `tests/formats/azure-firewall`.

use super::*;
use crate::addresses::AddressSet;
use crate::formats::Gap;
use crate::hosts::HostSet;
use crate::policy::Vantage;
use crate::problem::Severity;
use crate::reach::{self, Outcome, Question, TagTable};
use proptest::prelude::*;

fn source(text: &str) -> Source {
    Source::read("t", 0, text.as_bytes()).expect("text")
}

fn read(text: &str) -> Policy {
    AzureFirewall.read(&Input::new(&source(text)))
}

struct Tags;

impl TagTable for Tags {
    fn addresses(&self, tag: &str) -> Option<&AddressSet> {
        static STORAGE: std::sync::LazyLock<AddressSet> =
            std::sync::LazyLock::new(|| AddressSet::from_net("20.60.0.0/16".parse().expect("net")));
        tag.eq_ignore_ascii_case("Storage").then_some(&STORAGE)
    }
}

const NETWORK: &str = r#""name": "no", "ruleType": "NetworkRule", "protocols": ["TCP"], "sourceAddresses": ["*"],
    "destinationAddresses": ["*"], "destinationPorts": ["*"]"#;
const APPLICATION: &str = r#""name": "no", "ruleType": "ApplicationRule", "sourceAddresses": ["*"], "targetFqdns": ["*"],
    "protocols": [{"protocolType": "Https", "port": 443}]"#;

/// One collection that denies everything, in every shape.
fn shapes(rule: &str) -> Vec<(&'static str, String)> {
    let collection = format!(r#""name": "c", "priority": 300, "action": {{"type": "Deny"}}, "rules": [{{{rule}}}]"#);
    let fields = format!(r#""priority": 300, "action": {{"type": "Deny"}}, "rules": [{{{rule}}}]"#);
    let classic =
        rule.replace("\"ruleType\": \"NetworkRule\", ", "").replace("\"ruleType\": \"ApplicationRule\", ", "");
    let list = if rule == NETWORK { "networkRuleCollections" } else { "applicationRuleCollections" };
    let empty = if rule == NETWORK { "applicationRuleCollections" } else { "networkRuleCollections" };
    let classic_fields = fields.replace(rule, &classic);
    vec![
        ("flat", format!(r#"[{{"name": "g", "priority": 200, "ruleCollections": [{{{collection}}}]}}]"#)),
        (
            "properties",
            format!(r#"[{{"name": "g", "properties": {{"priority": 200, "ruleCollections": [{{{collection}}}]}}}}]"#),
        ),
        (
            "powershell",
            format!(r#"[{{"Name": "g", "Properties": {{"Priority": 200, "RuleCollection": [{{{collection}}}]}}}}]"#),
        ),
        ("classic", format!(r#"{{"name": "fw", "{empty}": [], "{list}": [{{"name": "c", {classic_fields}}}]}}"#)),
        (
            "classic properties",
            format!(
                r#"{{"name": "fw", "properties": {{"{list}": [{{"name": "c", "properties": {{{classic_fields}}}}}]}}}}"#
            ),
        ),
        (
            "template",
            format!(
                r#"{{"$schema": "", "contentVersion": "1.0.0.0", "resources": [{{"type": "Microsoft.Network/firewallPolicies", "name": "p",
            "properties": {{}}}}, {{"type": "Microsoft.Network/firewallPolicies/ruleCollectionGroups", "name": "p/g", "properties": {{"priority": 200, "ruleCollections": [{{{collection}}}]}}}}]}}"#
            ),
        ),
    ]
}

fn gap() -> Gap {
    Gap {
        purpose: "Azure Storage".into(),
        names: vec!["*.blob.core.windows.net".into()],
        service_tags: vec!["Storage".into()],
        tcp_ports: vec![443],
        ..Gap::default()
    }
}

fn of_name(vantage: &Vantage, name: &str) -> Outcome {
    let names = HostSet::parse(name).expect("a name");
    reach::names(&[vec![vantage]], &Question::tcp(443), &Tags, &names)[0].joint().outcome
}

fn of_address(vantage: &Vantage, address: &str) -> Outcome {
    let asked = AddressSet::from_net(address.parse().expect("net"));
    reach::addresses(&[vec![vantage]], &Question::tcp(443), &Tags, &asked)[0].joint().outcome
}

#[test]
fn the_remedy_closes_the_gap_in_every_shape() {
    for rule in [NETWORK, APPLICATION] {
        for (shape, text) in shapes(rule) {
            let policy = read(&text);
            assert_eq!(of_name(&policy.vantages[0], "*.blob.core.windows.net"), Outcome::Blocked, "{shape}");
            let gaps = Gaps { gaps: vec![gap()], vantage: policy.vantages[0].label.clone(), source: None };
            let remedy = AzureFirewall.remedy(&Input::new(&source(&text)), &policy, &gaps).expect(shape);
            let again = read(&remedy.apply(&text));
            assert!(again.problems.iter().all(|p| p.severity == Severity::Note), "{shape}: {:?}", again.problems);
            let after = &again.vantages[0];
            match rule == NETWORK {
                true => assert_eq!(of_address(after, "20.60.0.0/16"), Outcome::Allowed, "{shape}: {}", remedy.text),
                false => assert_eq!(of_name(after, "*.blob.core.windows.net"), Outcome::Allowed, "{shape}"),
            }
            assert_eq!(of_name(after, "www.example.com"), Outcome::Blocked, "{shape}");
            assert!(remedy.notes.iter().any(|note| note.starts_with("az network firewall ")), "{shape}");
        }
    }
}

#[test]
fn where_no_priority_is_free_the_remedy_says_so() {
    let text = shapes(NETWORK)[0].1.replace("300", "100").replace("200", "100");
    let policy = read(&text);
    let gaps = Gaps { gaps: vec![gap()], vantage: policy.vantages[0].label.clone(), source: None };
    let remedy = AzureFirewall.remedy(&Input::new(&source(&text)), &policy, &gaps).expect("a remedy");
    assert!(remedy.edits.is_empty() && remedy.place.contains("once a priority below 100 is free"), "{}", remedy.place);
}

#[test]
fn where_a_group_has_no_room_the_remedy_makes_one_before_it() {
    let text = shapes(NETWORK)[0].1.replace("300", "100");
    let policy = read(&text);
    let gaps = Gaps { gaps: vec![gap()], vantage: policy.vantages[0].label.clone(), source: None };
    let remedy = AzureFirewall.remedy(&Input::new(&source(&text)), &policy, &gaps).expect("a remedy");
    assert!(remedy.place.contains("new rule collection group") && remedy.place.ends_with("199"), "{}", remedy.place);
    assert!(remedy.notes[0].starts_with("az network firewall policy rule-collection-group create "));
    assert_eq!(of_address(&read(&remedy.apply(&text)).vantages[0], "20.60.0.0/16"), Outcome::Allowed);
}

#[test]
fn names_whose_tls_is_opened_are_told() {
    let rule = |name: &str, opens: bool| {
        format!(
            r#"{{"ruleType": "ApplicationRule", "name": "r", "sourceAddresses": ["*"], "targetFqdns": ["{name}"],
            "protocols": [{{"protocolType": "Https", "port": 443}}], "terminateTLS": {opens}}}"#
        )
    };
    let text = |rules: &str| {
        format!(
            r#"[{{"name": "g", "priority": 200, "ruleCollections": [{{"name": "c", "priority": 300, "action": {{"type": "Allow"}},
            "ruleCollectionType": "FirewallPolicyFilterRuleCollection", "rules": [{rules}]}}]}}]"#
        )
    };
    let rules = [rule("a.example.com", false), rule("*.example.com", true)].join(",");
    let policy = read(&text(&rules));
    let gate = policy.vantages[0].decrypts.clone().expect("it opens TLS");
    let opened = Vantage { label: String::new(), gates: vec![gate], ..Vantage::default() };
    assert_eq!(of_name(&opened, "a.example.com"), Outcome::Blocked);
    assert_eq!(of_name(&opened, "b.example.com"), Outcome::Allowed);
    assert_eq!(of_name(&opened, "b.example.net"), Outcome::Blocked);
    assert!(read(&text(&rule("a.example.com", false))).vantages[0].decrypts.is_none());
}

#[test]
fn only_firewalls_are_recognised() {
    for (shape, text) in shapes(NETWORK) {
        assert!(AzureFirewall.recognise(&source(&text)).percent >= 90, "{shape}");
    }
    for other in
        [r#"{"name": "n", "securityRules": []}"#, r#"{"values": [{"name": "ruleCollections"}]}"#, "[[[", "example.com"]
    {
        assert_eq!(AzureFirewall.recognise(&source(other)).percent, 0, "{other}");
    }
}

proptest! {
    /// No text that was cut makes the reader panic, and nothing that is lost is taken for certain.
    #[test]
    fn any_cut_is_answered(shape in 0usize..6, cut in 1usize..700) {
        let (_, text) = &shapes(NETWORK)[shape];
        let text = &text[..cut.min(text.len())];
        for vantage in &read(text).vantages {
            prop_assert!(of_address(vantage, "8.8.8.8/32") != Outcome::Allowed, "{}", text);
        }
    }
}
