//! What is required, against what one export lets through.

use crate::{TAGS, check, from, nsg, row};
use egress_check::engine::{Engine, Role};
use egress_check::report::Verdict;
use egress_check::settings::Settings;

#[test]
fn names_or_ranges_meet_a_requirement_of_a_list() {
    let ranges = "198.51.100.0/24\n203.0.113.0/24\n192.0.2.0/24\n";
    for (list, expected) in [
        (ranges, "7 of 7 covered"),
        ("198.51.100.0/24\n203.0.113.0/24\n192.0.2.0/25\n", "3 of 7 covered, 4 partly covered"),
        ("192.0.2.0/24\n*.windowsazure.com\n*.microsoftonline.com\n*.microsoft.com\n*.windows.net\n", "7 of 7 covered"),
        ("0.0.0.0/0\n", "7 of 7 covered"),
        ("*.windows.net\n", "3 of 7 covered, 4 missing"),
    ] {
        assert_eq!(check(&[list], &Settings::default()).summary.sentence, expected, "{list}");
    }
}

#[test]
fn regions_narrow_the_tags_that_have_them() {
    let list = "198.51.100.0/24\n203.0.113.0/24\n192.0.2.0/26\n";
    let narrowed = Settings { regions: vec!["West Europe".to_owned()], ..Settings::default() };
    assert_eq!(check(&[list], &Settings::default()).summary.required.covered, 3);
    assert_eq!(check(&[list], &narrowed).summary.sentence, "7 of 7 covered");
}

#[test]
fn what_is_missing_is_the_exact_remainder() {
    let report = check(&["198.51.100.0/24\n203.0.113.0/24\n192.0.2.0/25\n192.0.2.192/26\n"], &Settings::default());
    let storage = report.ranges.iter().find(|range| range.tag.as_deref() == Some("Storage")).unwrap();
    assert_eq!((storage.verdict, storage.missing.as_slice()), (Verdict::Partly, &["192.0.2.128/26".to_owned()][..]));
}

#[test]
fn a_witness_is_a_shortest_name_that_does_not_pass() {
    let report = check(&["stg.blob.core.windows.net\n"], &Settings::default());
    let part = &row(&report, "blob-core-windows-net").names.as_ref().unwrap().parts[0];
    assert_eq!((part.verdict, part.missing_witness.as_deref()), (Verdict::Partly, Some("a.blob.core.windows.net")));
    assert_eq!(part.evidence[0].citation.as_ref().map(|c| c.line), None);
    let line = part.evidence.iter().find_map(|evidence| evidence.citation.as_ref()).unwrap();
    assert_eq!((line.line, line.text.as_str()), (1, "stg.blob.core.windows.net"));
}

#[test]
fn a_fact_that_is_not_stated_leaves_only_covered_standing() {
    let scenario = || vec!["windows.connectivity-check".to_owned()];
    let unstated = Settings { scenarios: scenario(), ..Settings::default() };
    assert_eq!(check(&["www.msftconnecttest.com\n"], &unstated).summary.sentence, "1 of 2 covered, 1 undecided");
    let stated = Settings { facts: [("windowsBuild".to_owned(), "20348".to_owned())].into(), ..unstated };
    assert_eq!(check(&["www.msftconnecttest.com\n"], &stated).summary.sentence, "1 of 1 covered");
}

#[test]
fn an_unknown_part_never_becomes_covered_or_missing() {
    let conf = "acl staff proxy_auth REQUIRED\nhttp_access allow staff\nhttp_access deny all\n";
    let report = check(&[conf], &from("10.0.0.1"));
    assert_eq!(report.summary.sentence, "0 of 7 covered, 7 undecided");
    let reason = &row(&report, "windows-net").names.as_ref().unwrap().parts[0].reasons[0];
    assert!(reason.text.contains("proxy_auth"), "{}", reason.text);
}

#[test]
fn only_what_can_still_change_the_answer_is_a_reason() {
    let tests =
        "acl staff proxy_auth REQUIRED\nacl hours time 09:00-17:00\nacl blob dstdomain -n .blob.core.windows.net\n";
    for (lines, expected) in [
        // After the first open allow nothing else lets it through: the second open line blocks what is blocked anyway.
        ("http_access allow staff\nhttp_access deny hours\nhttp_access deny all\n", &["proxy_auth"][..]),
        ("http_access deny hours\nhttp_access allow staff\nhttp_access deny all\n", &["time", "proxy_auth"]),
        ("http_access deny hours\nhttp_access allow blob\nhttp_access allow staff\nhttp_access deny all\n", &["time"]),
    ] {
        let report = check(&[&format!("{tests}{lines}")], &from("10.0.0.1"));
        let part = &row(&report, "blob-core-windows-net").names.as_ref().unwrap().parts[0];
        let named = |word: &&&str| part.reasons.iter().any(|reason| reason.text.contains(**word));
        assert_eq!(part.reasons.len(), expected.len(), "{lines}: {:?}", part.reasons);
        assert_eq!(expected.iter().filter(named).count(), expected.len(), "{lines}: {:?}", part.reasons);
    }
}

#[test]
fn communities_follow_the_region_of_the_vault() {
    let scenario = vec!["backup.mars.public.expressroute-microsoft-peering".to_owned()];
    let open = Settings { scenarios: scenario, ..Settings::default() };
    let list = "12076:5060\n12076:51002\n12076:52002\n";
    assert_eq!(check(&[list], &open).summary.sentence, "1 of 3 covered, 2 undecided");
    let named = Settings { regions: vec!["West Europe".to_owned()], ..open };
    let report = check(&[list], &named);
    assert_eq!(report.summary.sentence, "3 of 3 covered");
    assert_eq!(check(&["12076:5060\n12076:51002\n"], &named).summary.sentence, "2 of 3 covered, 1 missing");
}

#[test]
fn a_tag_in_a_rule_covers_the_same_required_tag_whatever_the_snapshot() {
    let export = nsg(&["to-storage Allow Storage", "sign-in Allow 198.51.100.0/24", "no-internet Deny Internet"]);
    let report = check(&[&export], &from("10.0.0.1"));
    let range = |tag: &str| report.ranges.iter().find(|range| range.tag.as_deref() == Some(tag)).unwrap();
    assert!(
        range("Storage").sentence.ends_with("This holds whatever addresses the tag has."),
        "{:?}",
        range("Storage")
    );
    assert_eq!(range("AzureActiveDirectory").verdict, Verdict::Covered);
    assert!(!range("AzureActiveDirectory").sentence.contains("whatever"));
}

#[test]
fn a_source_of_the_other_ip_version_proves_nothing() {
    let rule = r#"{"name": "a4", "priority": 100, "direction": "Outbound", "access": "Allow", "protocol": "*", "sourceAddressPrefix": "10.0.0.0/8", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "443"}"#;
    let export = format!(
        "{{\"name\": \"nsg\", \"securityRules\": [{rule},\n{}",
        nsg(&["none Deny *"]).split_once('[').unwrap().1.replace("100", "200")
    );
    let settings = Settings { ip: egress_check::settings::IpVersions::V6, ..from("10.0.0.0/8") };
    let tags = TAGS.replace("192.0.2.0/24", "2001:db8::/32");
    let mut engine = Engine::new();
    engine.set_service_tags("ServiceTags_Public_20260101.json", tags.as_bytes()).unwrap();
    engine.add_file("nsg", export.as_bytes(), Role::Device, None).unwrap();
    let report = engine.check(&settings).unwrap();
    assert_eq!(report.ranges[0].verdict, Verdict::Undecided, "{:?}", report.ranges[0]);
    assert!(report.ranges.iter().all(|range| !range.sentence.contains("whatever addresses")));
    let both = Settings { ip: egress_check::settings::IpVersions::Both, ..settings };
    let report = engine.check(&both).unwrap();
    let lasting = |range: &&egress_check::report::RangeResult| range.sentence.contains("whatever addresses");
    assert!(report.ranges.iter().filter(lasting).all(|range| range.verdict == Verdict::Covered), "{:?}", report.ranges);
}

const PRIVATE: &str = "backup.mars.public.private-endpoint";

/// Names of private endpoints lead to private addresses, so that rules about the Internet say nothing about them.
#[test]
fn names_of_private_endpoints_lead_to_private_addresses() {
    let settings =
        Settings { scenarios: vec![PRIVATE.to_owned()], regions: vec!["westeurope".to_owned()], ..Settings::default() };
    for (export, blob) in [
        (nsg(&["r Deny VirtualNetwork"]), Verdict::Missing),
        (nsg(&["r Allow VirtualNetwork", "no Deny Internet"]), Verdict::Covered),
        (nsg(&["r Deny 10.0.0.0/8"]), Verdict::Unsupported),
        (nsg(&["no Deny Internet"]), Verdict::Covered),
        ("deny 10.0.0.0/8\nwindows.net\n*.windows.net\n*.windowsazure.com\n".to_owned(), Verdict::Undecided),
        ("deny 20.0.0.0/8\nwindows.net\n*.windows.net\n*.windowsazure.com\n".to_owned(), Verdict::Covered),
    ] {
        let report = check(&[&export], &settings);
        assert_eq!(row(&report, "private-blob").verdict, blob, "{export}");
    }
}

/// What leaves an interface comes from its virtual network, whatever the ranges of that are.
#[test]
fn a_virtual_network_may_have_public_addresses() {
    for (rules, expected) in [
        (&["r Deny Internet VirtualNetwork"][..], Verdict::Missing),
        (&["r Allow Internet VirtualNetwork", "no Deny Internet"], Verdict::Covered),
    ] {
        let report = check(&[&nsg(rules)], &from("20.30.0.0/16"));
        let mut required = report.requirements.iter().filter(|row| row.required);
        assert!(required.all(|row| row.verdict == expected), "{rules:?}: {:?}", report.summary);
    }
}
