//! What rules do to each other.

use crate::answers::explained;
use crate::{check, from, nsg, row};

/// Findings about rules that come before others: id, message, lines.
fn interplay(exports: &[&str]) -> Vec<(String, String, Vec<u32>)> {
    interplay_from("10.0.0.1", exports)
}

fn interplay_from(source: &str, exports: &[&str]) -> Vec<(String, String, Vec<u32>)> {
    let findings = check(exports, &from(source)).findings.into_iter().filter(|finding| finding.id.starts_with("rule-"));
    findings.map(|f| (f.id, f.message, f.citations.iter().map(|citation| citation.line).collect())).collect()
}

#[test]
fn an_allow_that_an_earlier_deny_eats_is_told_with_both_lines_and_the_exact_part() {
    let export = nsg(&["deny-some Deny 192.0.2.16/28", "to-storage Allow Storage", "no-internet Deny Internet"]);
    let told = interplay(&[&export]);
    let expected = "`to-storage (priority 101)` (line 3 of export0) would let Storage (IPv4) on port 443 through, but \
        `deny-some (priority 100)` (line 2 of export0) comes first and blocks 192.0.2.16/28.";
    assert_eq!(told, [("rule-comes-first".to_owned(), expected.to_owned(), vec![2, 3])]);
}

#[test]
fn a_rule_that_never_gets_its_turn_is_told_where_it_matters() {
    let told =
        |rules: &[&str]| interplay(&[&nsg(rules)]).into_iter().map(|(id, _, lines)| (id, lines)).collect::<Vec<_>>();
    let never = |lines: [u32; 2]| ("rule-never-reached".to_owned(), lines.to_vec());
    for (rules, expected) in [
        (&["wide Deny 192.0.2.0/23", "to-storage Allow Storage", "rest Deny Internet"][..], vec![never([2, 3])]),
        (&["wide Allow 192.0.2.0/23", "deny-storage Deny Storage"], vec![never([2, 3])]),
        (&["wide Deny 10.0.0.0/8", "narrow Allow 10.1.0.0/16"], vec![]),
        (&["all Allow *", "none Deny *"], vec![never([2, 3])]),
        (&["storage Allow Storage", "none Deny *"], vec![]),
    ] {
        let found = told(rules);
        let unique: Vec<_> = expected.iter().filter(|each| found.contains(each)).collect();
        assert_eq!((unique.len(), found.is_empty()), (expected.len(), expected.is_empty()), "{rules:?}: {found:?}");
    }
}

#[test]
fn a_denial_of_a_list_that_has_no_order_is_not_said_to_come_first() {
    for list in ["allow 192.0.2.0/25\ndeny 192.0.2.0/24\n", "deny 192.0.2.0/24\nallow 192.0.2.0/25\n"] {
        let told = interplay(&[list]);
        let wins = |message: &str| message.contains("wins over it, wherever it stands, and blocks");
        assert!(!told.is_empty() && told.iter().all(|(_, message, _)| wins(message)), "{list}: {told:?}");
        assert!(told.iter().all(|(_, message, _)| !message.contains("later")), "{list}: {told:?}");
    }
}

#[test]
fn a_name_that_an_earlier_line_blocks_is_told_with_both_lines() {
    let conf = "acl bad dstdomain -n .z.blob.core.windows.net\nacl good dstdomain -n .windows.net\n\
        http_access deny bad\nhttp_access allow good\nhttp_access deny all\n";
    let told = interplay(&[conf]);
    let expected = "`http_access allow good` (line 4 of export0) would let *.windows.net on port 443 through, but \
        `http_access deny bad` (line 3 of export0) comes first and blocks a part of it, z.blob.core.windows.net for example. \
        The same two rules meet in 1 more of what was asked.";
    assert_eq!(told, [("rule-comes-first".to_owned(), expected.to_owned(), vec![3, 4])]);
}

#[test]
fn a_name_that_an_earlier_line_blocks_is_told_whichever_source_comes_first() {
    for ([one, two], lines) in [(["bad", "oth"], [5, 6]), (["oth", "bad"], [5, 7])] {
        let conf = format!(
            "acl s1 src 10.1.0.0/16\nacl s2 src 10.2.0.0/16\nacl bad dstdomain -n .blob.core.windows.net\n\
            acl oth dstdomain -n .microsoft.com\nhttp_access deny bad\nhttp_access allow s1 {one}\n\
            http_access allow s2 {two}\nhttp_access deny all\n"
        );
        let told: Vec<_> = interplay_from("10.0.0.0/8", &[&conf]).into_iter().map(|(_, _, lines)| lines).collect();
        assert_eq!(told, [lines], "{one} {two}");
    }
}

#[test]
fn every_rule_that_blocks_a_part_of_the_names_is_told() {
    let conf = "acl a dstdomain -n login.microsoftonline.com\nacl b dstdomain -n device.microsoftonline.com\n\
        acl az dstdomain -n .microsoftonline.com\nhttp_access deny a\nhttp_access deny b\nhttp_access allow az\nhttp_access deny all\n";
    let report = check(&[conf], &from("10.0.0.1"));
    let part = &row(&report, "microsoftonline-com").names.as_ref().unwrap().parts[0];
    let lines = part.evidence.iter().filter_map(|evidence| evidence.citation.as_ref()).map(|citation| citation.line);
    assert_eq!(lines.collect::<std::collections::BTreeSet<_>>(), [4, 5, 6].into());
}

#[test]
fn rules_that_decide_elsewhere_raise_no_alarm() {
    let https = |text: &str| text.replacen("\"destinationPortRange\": \"*\"", "\"destinationPortRange\": \"443\"", 1);
    // The deny has its turn on other ports.
    assert_eq!(interplay(&[&https(&nsg(&["https Allow Internet", "deny-internet Deny Internet"]))]), []);
    // What `ssl_bump` would do is moot where `http_access` denies.
    let conf = "http_port 3128 ssl-bump cert=/etc/squid/ca.pem\nacl bad dstdomain -n .windows.net\nhttp_access deny all\n\
        ssl_bump terminate bad\nssl_bump splice all\n";
    assert_eq!(interplay(&[conf]), []);
    // What Squid does by itself after a look is no rule that another comes before.
    for look in ["peek", "stare"] {
        let conf = format!(
            "http_port 3128 ssl-bump cert=/etc/squid/ca.pem\nacl step1 at_step SslBump1\n\
            acl ok ssl::server_name .windows.net\nssl_bump {look} step1\nssl_bump splice ok\nssl_bump terminate all\n\
            http_access allow all\n"
        );
        assert_eq!(interplay(&[&conf]), [], "{look}");
        assert!(!explained(&conf, "", None).reason.contains("comes later"), "{look}");
    }
    // The deny has its turn at the platform's address, which the allow does not filter.
    let export = nsg(&["internet Allow Internet", "platform Deny two"])
        .replace(r#"Prefix": "two""#, r#"Prefixes": ["AzurePlatformDNS", "Storage"]"#);
    assert_eq!(interplay(&[&export]), []);
}
