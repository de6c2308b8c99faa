//! Policies and remedies; what exports answer is in `tests/formats/azure-nsg`.

use super::*;
use crate::addresses::AddressSet;
use crate::formats::Gap;
use crate::policy::{Action, Condition};
use crate::reach::{self, Outcome, Question, TagTable};
use proptest::prelude::*;

fn source(text: &str) -> Source {
    Source::read("t", 0, text.as_bytes()).expect("text")
}

fn read(text: &str) -> Policy {
    AzureNsg.read(&Input::new(&source(text)))
}

struct Tags;

impl TagTable for Tags {
    fn addresses(&self, tag: &str) -> Option<&AddressSet> {
        static STORAGE: std::sync::LazyLock<AddressSet> =
            std::sync::LazyLock::new(|| AddressSet::from_net("20.60.0.0/16".parse().expect("net")));
        tag.eq_ignore_ascii_case("Storage").then_some(&STORAGE)
    }
}

const DENY: &str = r#""priority": 300, "direction": "Outbound", "access": "Deny", "protocol": "*",
    "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "Internet", "destinationPortRange": "*""#;

/// One group that denies the Internet, in every shape.
fn shapes() -> Vec<(&'static str, String)> {
    let pascal = DENY.replace("\"priority", "\"Priority").replace("\"d", "\"D").replace("\"access", "\"Access");
    let pascal = pascal.replace("\"protocol", "\"Protocol").replace("\"s", "\"S");
    vec![
        ("api", format!(r#"{{"name": "n", "properties": {{"securityRules": [{{"name": "no", "properties": {{{DENY}}}}}]}}}}"#)),
        ("az show", format!(r#"{{"name": "n", "securityRules": [{{"name": "no", {DENY}}}]}}"#)),
        ("az rule list", format!(r#"[{{"name": "no", {DENY}}}]"#)),
        ("powershell", format!(r#"{{"Name": "n", "SecurityRules": [{{"Name": "no", {pascal}}}]}}"#)),
        ("effective", format!(r#"{{"value": [{{"effectiveSecurityRules": [{{"name": "no", {DENY}}}]}}]}}"#)),
        (
            "template",
            format!(
                r#"{{"$schema": "", "contentVersion": "1.0.0.0", "resources": [
                {{"type": "Microsoft.Network/networkSecurityGroups", "name": "n", "properties": {{}}}},
                {{"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": "n/no", "properties": {{{DENY}}}}}]}}"#
            )
            .replace("\"properties\": {}}", "\"properties\": {\"securityRules\": []}}"),
        ),
    ]
}

fn storage_gap() -> Gap {
    Gap {
        purpose: "Azure Storage".into(),
        service_tags: vec!["Storage".into()],
        prefixes: vec!["20.60.0.0/16".parse().expect("net")],
        tcp_ports: vec![443],
        ..Gap::default()
    }
}

fn gaps(policy: &Policy, gap: Gap) -> Gaps {
    Gaps { gaps: vec![gap], vantage: policy.vantages[0].label.clone(), source: None }
}

fn outcome(policy: &Policy, target: &str, port: u16) -> Outcome {
    let asked = AddressSet::from_net(target.parse().expect("net"));
    let views: Vec<&Vantage> = policy.vantages.iter().collect();
    let parts = reach::addresses(&[views], &Question::tcp(port), &Tags, &asked);
    assert_eq!(parts.len(), 1, "{parts:?}");
    parts[0].at[0].outcome
}

#[test]
fn the_remedy_closes_the_gap_in_every_shape() {
    for by_tag in [true, false] {
        for (shape, text) in shapes() {
            let policy = read(&text);
            assert_eq!(outcome(&policy, "20.60.0.0/16", 443), Outcome::Blocked, "{shape}");
            let mut gap = storage_gap();
            if !by_tag {
                gap.service_tags.clear();
            }
            let remedy = AzureNsg.remedy(&Input::new(&source(&text)), &policy, &gaps(&policy, gap)).expect(shape);
            let mended = remedy.apply(&text);
            let again = read(&mended);
            assert!(again.problems.iter().all(|p| p.severity == Severity::Note), "{shape}: {:?}", again.problems);
            assert_eq!(outcome(&again, "20.60.0.0/16", 443), Outcome::Allowed, "{shape}: {mended}");
            assert_eq!(outcome(&again, "20.61.0.0/16", 443), Outcome::Blocked, "{shape}");
            assert!(remedy.notes.iter().any(|note| note.starts_with("az network nsg rule create ")), "{shape}");
        }
    }
}

#[test]
fn a_remedy_adds_only_to_the_group_that_lacks_it() {
    let text = format!(
        r#"{{"value": [
        {{"association": {{"subnet": {{"id": "/s"}}}}, "networkSecurityGroup": {{"id": "/x/nsg-open"}}, "effectiveSecurityRules": [
          {{"name": "in", {}}}]}},
        {{"association": {{"networkInterface": {{"id": "/n"}}}}, "networkSecurityGroup": {{"id": "/x/nsg-shut"}}, "effectiveSecurityRules": [
          {{"name": "no", {DENY}}}]}}]}}"#,
        DENY.replace("Outbound", "Inbound")
    );
    let policy = read(&text);
    let remedy = AzureNsg.remedy(&Input::new(&source(&text)), &policy, &gaps(&policy, storage_gap())).expect("remedy");
    assert_eq!(remedy.edits.len(), 1);
    assert!(remedy.place.contains("nsg-shut") && !remedy.place.contains("nsg-open"), "{}", remedy.place);
    assert_eq!(outcome(&read(&remedy.apply(&text)), "20.60.0.0/16", 443), Outcome::Allowed);
}

#[test]
fn names_alone_give_no_remedy() {
    let (_, text) = &shapes()[0];
    let policy = read(text);
    let names = Gap { names: vec!["x.example.com".into()], tcp_ports: vec![443], ..Gap::default() };
    assert_eq!(AzureNsg.remedy(&Input::new(&source(text)), &policy, &gaps(&policy, names)), None);
}

#[test]
fn where_no_priority_is_free_below_the_deny_the_remedy_says_what_to_renumber() {
    let rule = |name: &str, priority: u32, access: &str| {
        let deny = DENY.replace("300", &priority.to_string()).replace("Deny", access).replace("Internet", "8.8.8.8");
        format!(r#"{{"name": "{name}", {}}}"#, if access == "Deny" { deny.replace("8.8.8.8", "*") } else { deny })
    };
    let first = vec![rule("no", 100, "Deny"), rule("later", 101, "Allow"), rule("far", 300, "Allow")];
    let mut behind: Vec<String> = (100..200).map(|priority| rule("yes", priority, "Allow")).collect();
    behind.push(rule("no", 200, "Deny"));
    for (rules, moves) in
        [(first, "\"no\" from 100 to 101, \"later\" from 101 to 102."), (behind, "\"no\" from 200 to 201.")]
    {
        let text = format!(r#"{{"name": "n", "securityRules": [{}]}}"#, rules.join(","));
        let policy = read(&text);
        let remedy =
            AzureNsg.remedy(&Input::new(&source(&text)), &policy, &gaps(&policy, storage_gap())).expect("remedy");
        assert!(remedy.edits.is_empty() && remedy.text.contains("no priority is free below"), "{}", remedy.text);
        assert!(remedy.text.ends_with(moves), "{}", remedy.text);
    }
}

#[test]
fn what_is_refused_says_what_to_export_instead() {
    use crate::device::{Device, Reading};
    let table = source("Name  Priority  Access  Protocol  Direction\n----  --------  ------  --------  ---------\n");
    let problem = Device::read(&table, &[], &Reading::default()).err().expect("refused");
    assert!(problem.hint.expect("a hint").contains("-o json"));
}

/// The end of the scan is the end of the work: nothing may look at each level again.
#[test]
fn a_hundred_thousand_levels_are_answered_at_once() {
    for (open, close) in [("{\"a\":", ""), ("[", ""), ("{\"a\":", "}")] {
        let text = format!(r#"{{"name":"n","securityRules":[{}"#, open.repeat(100_000) + &close.repeat(100_000));
        let policy = read(&text);
        assert!(
            policy.problems.iter().any(|problem| problem.message.contains("nests too deep")),
            "{:?}",
            policy.problems
        );
        assert_eq!(outcome(&policy, "8.8.8.8/32", 443), Outcome::Undecided);
    }
}

#[test]
fn rules_stand_by_priority_with_the_defaults_last() {
    let policy = read(&shapes()[0].1);
    let gate = &policy.vantages[0].gates[0];
    let names: Vec<&str> = gate.rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "the platform's address, which only rules with a tag of the platform filter",
            "no (priority 300)",
            "AllowVnetOutBound (priority 65000)",
            "AllowInternetOutBound (priority 65001)",
            "DenyAllOutBound (priority 65500)"
        ]
    );
    assert_eq!(gate.rules[1].when, Condition::All(vec![Condition::destination(AddressSet::public())]));
    assert_eq!((gate.otherwise.action, gate.sources.clone()), (Action::Deny, AddressSet::private()));
    assert!(gate.rules[1].span.is_some() && gate.rules[2].span.is_none());
}

#[test]
fn only_groups_are_recognised() {
    for (shape, text) in shapes() {
        assert!(AzureNsg.recognise(&source(&text)).percent >= 90, "{shape}");
    }
    for other in [
        r#"{"changeNumber": 1, "values": [{"name": "Storage"}]}"#,
        r#"{"type": "Microsoft.Network/azureFirewalls", "properties": {"networkRuleCollections": []}}"#,
        r#"{"type": "Microsoft.Network/other", "securityRules": [1]}"#,
        "host.example.com\n10.0.0.0/8\n",
        "[[[",
    ] {
        assert_eq!(AzureNsg.recognise(&source(other)).percent, 0, "{other}");
    }
}

proptest! {
    /// No text that was cut or bent makes the reader panic, and nothing that is lost is taken for certain.
    #[test]
    fn any_cut_is_answered(shape in 0usize..6, cut in 1usize..2000) {
        let (_, text) = &shapes()[shape];
        let text = &text[..cut.min(text.len())];
        let policy = read(text);
        for vantage in &policy.vantages {
            let asked = AddressSet::from_net("8.8.8.8/32".parse().expect("net"));
            let parts = reach::addresses(&[vec![vantage]], &Question::tcp(443), &Tags, &asked);
            prop_assert!(parts[0].at[0].outcome != Outcome::Allowed, "{}", text);
        }
    }
}
