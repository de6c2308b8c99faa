//! Devices that open TLS where the service forbids it.

use crate::{check, from};

#[test]
fn tls_opened_where_the_service_forbids_it_is_a_finding() {
    let bumped = "http_port 3128 ssl-bump cert=/etc/squid/ca.pem\nhttp_access allow all\nssl_bump bump all\n";
    let report = check(&[bumped], &from("10.0.0.1"));
    let finding = report.findings.iter().find(|finding| finding.id == "tls-inspection").unwrap();
    assert_eq!(finding.citations[0].line, 3);
    let spliced = "http_port 3128 ssl-bump cert=/etc/squid/ca.pem\nhttp_access allow all\nssl_bump splice all\n";
    assert!(check(&[spliced], &from("10.0.0.1")).findings.iter().all(|finding| finding.id != "tls-inspection"));
}

#[test]
fn a_decryption_rule_that_opens_the_names_of_the_service_is_a_finding() {
    let zones = "from trust to untrust source any destination any";
    let rule = |rest: &str| format!("set rulebase decryption rules {rest} type ssl-forward-proxy\n");
    let allowed = format!("set rulebase security rules all {zones} application any service any action allow\n");
    let open = rule(&format!("open {zones} category any service any action decrypt"));
    let keep = rule(&format!("keep {zones} category azure service any action no-decrypt"));
    let names = "set profiles custom-url-category azure list [ *.microsoft.com/ *.windowsazure.com/ *.windows.net/ \
        *.microsoftonline.com/ *.azure.net/ login.live.com/ ]\n";
    let found = |text: &str| {
        let report = check(&[text], &from("10.0.0.1"));
        let finding = report.findings.iter().find(|finding| finding.id == "tls-inspection");
        finding.map(|finding| finding.citations.iter().map(|citation| citation.line).collect::<Vec<_>>())
    };
    assert_eq!(found(&format!("{allowed}{open}")), Some(vec![2]));
    assert_eq!(found(&format!("{names}{allowed}{keep}{open}")), None);
    assert_eq!(found(&format!("{names}{allowed}{open}{keep}")), Some(vec![3]));
    let perhaps = open.replace("category any", "category low-risk");
    assert_eq!(found(&format!("{allowed}{perhaps}")), Some(vec![2]));
}

#[test]
fn a_policy_that_inspects_deeply_where_the_service_forbids_it_is_a_finding() {
    let policy = |mode: &str| {
        format!(
            "config firewall ssl-ssh-profile\nedit \"deep\"\nconfig https\nset ports 443\nset status {mode}\nend\nnext\nend\n\
            config firewall policy\nedit 1\nset srcintf \"lan\"\nset dstintf \"wan1\"\nset action accept\n\
            set srcaddr \"all\"\nset dstaddr \"all\"\nset schedule \"always\"\nset service \"ALL\"\n\
            set utm-status enable\nset ssl-ssh-profile \"deep\"\nset av-profile \"default\"\nnext\nend\n"
        )
    };
    let report = check(&[&policy("deep-inspection")], &from("10.0.0.1"));
    let finding = report.findings.iter().find(|finding| finding.id == "tls-inspection").unwrap();
    assert_eq!(finding.citations[0].line, 2);
    let report = check(&[&policy("certificate-inspection")], &from("10.0.0.1"));
    assert!(report.findings.iter().all(|finding| finding.id != "tls-inspection"));
}

/// A firewall policy with one network and one application collection, whose rules are given.
fn firewall(network: &str, application: &str) -> String {
    let collection = |name: &str, rules: &str| {
        format!(
            r#"{{"ruleCollectionType": "FirewallPolicyFilterRuleCollection", "name": "{name}", "priority": 200,
            "action": {{"type": "Allow"}}, "rules": [{rules}]}}"#
        )
    };
    format!(
        r#"[{{"name": "rcg", "priority": 200, "ruleCollections": [{},
        {}]}}]"#,
        collection("net", network),
        collection("app", application)
    )
}

#[test]
fn an_azure_firewall_that_opens_tls_is_a_finding_unless_a_network_rule_is_first() {
    let opening = |opens: bool| {
        format!(
            r#"{{"ruleType": "ApplicationRule", "name": "web", "sourceAddresses": ["*"], "terminateTLS": {opens},
            "targetFqdns": ["*"], "protocols": [{{"protocolType": "Https", "port": 443}}]}}"#
        )
    };
    let first = r#"{"ruleType": "NetworkRule", "name": "all", "ipProtocols": ["Any"], "sourceAddresses": ["*"],
        "destinationAddresses": ["*"], "destinationPorts": ["*"]}"#;
    let findings = |text: &str| {
        let report = check(&[text], &from("10.0.0.1"));
        assert_eq!(report.summary.sentence, "7 of 7 covered", "{text}");
        report.findings.into_iter().filter(|finding| finding.id == "tls-inspection").collect::<Vec<_>>()
    };
    let opened = findings(&firewall("", &opening(true)));
    assert_eq!(opened[0].citations[0].line, 4);
    assert!(findings(&firewall("", &opening(false))).is_empty());
    assert!(findings(&firewall(first, &opening(true))).is_empty());
}
