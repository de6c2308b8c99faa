//! Whole checks, from bytes to verdicts, as tables. Each row was wrong once, or stands for a rule of the report.
#![allow(clippy::unwrap_used)]

use egress_check::engine::{Ask, Engine, Role};
use egress_check::explain::Answer;
use egress_check::policy::Protocol;
use egress_check::report::{Report, Verdict};
use egress_check::settings::Settings;

const TAGS: &str = r#"{"changeNumber": 7, "cloud": "Public", "values": [
    {"name": "AzureActiveDirectory", "id": "AzureActiveDirectory", "properties": {"region": "", "addressPrefixes": ["198.51.100.0/24"]}},
    {"name": "AzureBackup", "id": "AzureBackup", "properties": {"region": "", "addressPrefixes": ["203.0.113.0/24"]}},
    {"name": "Storage", "id": "Storage", "properties": {"region": "", "addressPrefixes": ["192.0.2.0/24"]}},
    {"name": "Storage.WestEurope", "id": "Storage.WestEurope", "properties": {"region": "westeurope", "addressPrefixes": ["192.0.2.0/26"]}}]}"#;

fn check(exports: &[&str], settings: &Settings) -> Report {
    let mut engine = Engine::new();
    engine.set_service_tags("ServiceTags_Public_20260101.json", TAGS.as_bytes()).unwrap();
    for (index, export) in exports.iter().enumerate() {
        engine.add_file(&format!("export{index}"), export.as_bytes(), Role::Device, None).unwrap();
    }
    engine.check(settings).unwrap_or_else(|problem| panic!("{}: {:?}", problem.message, problem.hint))
}

fn from(source: &str) -> Settings {
    Settings { source: Some(source.to_owned()), ..Settings::default() }
}

fn row<'a>(report: &'a Report, id: &str) -> &'a egress_check::report::RequirementResult {
    report.requirements.iter().find(|row| row.id == id).unwrap()
}

#[test]
fn a_proxy_that_blocks_the_name_is_not_saved_by_letting_addresses_through() {
    for (conf, expected) in [
        ("acl n url_regex [a-z]\nhttp_access deny CONNECT n\nhttp_access allow all\n", "0 of 7 covered, 7 missing"),
        (
            "acl b dstdomain -n .blob.core.windows.net\nhttp_access deny b\nhttp_access allow all\n",
            "5 of 7 covered, 1 missing, 1 partly covered",
        ),
        ("acl ip dstdom_regex -n ^[0-9.]+$\nhttp_access allow ip\nhttp_access deny all\n", "0 of 7 covered, 7 missing"),
        ("acl ip dst -n all\nhttp_access allow ip\nhttp_access deny all\n", "0 of 7 covered, 7 missing"),
        ("acl a dst 192.0.2.0/24\nhttp_access allow a\nhttp_access deny all\n", "3 of 7 covered, 4 undecided"),
    ] {
        assert_eq!(check(&[conf], &from("10.0.0.1")).summary.sentence, expected, "{conf}");
    }
}

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
fn devices_in_series_each_let_it_through_by_the_plane_they_speak() {
    let names = "*.microsoft.com\n*.windowsazure.com\n*.microsoftonline.com\n*.windows.net\n*.blob.core.windows.net\n\
        *.queue.core.windows.net\n*.blob.storage.azure.net\n";
    let ranges = "198.51.100.0/24\n203.0.113.0/24\n192.0.2.0/24\n";
    assert_eq!(check(&[names, ranges], &Settings::default()).summary.sentence, "7 of 7 covered");
    let less = "198.51.100.0/24\n203.0.113.0/24\n";
    let report = check(&[names, less], &Settings::default());
    assert_eq!(report.summary.verdict, Verdict::Missing, "{}", report.summary.sentence);
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
fn tls_opened_where_the_service_forbids_it_is_a_finding() {
    let bumped = "http_port 3128 ssl-bump cert=/etc/squid/ca.pem\nhttp_access allow all\nssl_bump bump all\n";
    let report = check(&[bumped], &from("10.0.0.1"));
    let finding = report.findings.iter().find(|finding| finding.id == "tls-inspection").unwrap();
    assert_eq!(finding.citations[0].line, 3);
    let spliced = "http_port 3128 ssl-bump cert=/etc/squid/ca.pem\nhttp_access allow all\nssl_bump splice all\n";
    assert!(check(&[spliced], &from("10.0.0.1")).findings.iter().all(|finding| finding.id != "tls-inspection"));
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

#[test]
fn an_unknown_part_never_becomes_covered_or_missing() {
    let conf = "acl staff proxy_auth REQUIRED\nhttp_access allow staff\nhttp_access deny all\n";
    let report = check(&[conf], &from("10.0.0.1"));
    assert_eq!(report.summary.sentence, "0 of 7 covered, 7 undecided");
    let reason = &row(&report, "windows-net").names.as_ref().unwrap().parts[0].reasons[0];
    assert!(reason.text.contains("proxy_auth"), "{}", reason.text);
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

/// A group of rules `name access destination`, at times with a source.
fn nsg(rules: &[&str]) -> String {
    let rule = |(at, rule): (usize, &&str)| {
        let words: Vec<&str> = rule.split(' ').collect();
        let [name, access, to, ref source @ ..] = words[..] else { panic!("{rule}") };
        let source = source.first().unwrap_or(&"*");
        format!(
            r#"{{"name": "{name}", "priority": {}, "direction": "Outbound", "access": "{access}", "protocol": "*", "sourceAddressPrefix": "{source}", "sourcePortRange": "*", "destinationAddressPrefix": "{to}", "destinationPortRange": "*"}}"#,
            100 + at
        )
    };
    let rules: Vec<String> = rules.iter().enumerate().map(rule).collect();
    format!("{{\"name\": \"nsg\", \"securityRules\": [\n{}\n]}}\n", rules.join(",\n"))
}

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
fn a_budget_of_prefixes_is_kept_and_says_what_it_opens() {
    let apart = TAGS.replace("\"192.0.2.0/24\"", "\"192.0.2.0/26\", \"192.0.2.128/26\"");
    let note =
        "1 prefix in the place of 2 exact ones, which also opens 128 IPv4 addresses, 192.0.2.64/26 the first of them.";
    let already = note.replace("128", "64").replace("2.64/26", "2.192/26");
    for (tags, list, most, added, told) in [
        (TAGS, "192.0.2.64/26\n192.0.2.192/26\n", 2, "192.0.2.0/26\n192.0.2.128/26", None),
        // What lies between is required too, and let through already.
        (TAGS, "192.0.2.64/26\n192.0.2.192/26\n", 1, "192.0.2.0/24", None),
        (&apart, "", 2, "192.0.2.0/26\n192.0.2.128/26", None),
        (&apart, "", 1, "192.0.2.0/24", Some(note)),
        (&apart, "192.0.2.64/26\n", 1, "192.0.2.0/24", Some(&*already)),
    ] {
        let mut engine = Engine::new();
        engine.set_service_tags("ServiceTags_Public_20260101.json", tags.as_bytes()).unwrap();
        let export = format!("198.51.100.0/24\n203.0.113.0/24\n{list}");
        engine.add_file("list", export.as_bytes(), Role::Device, None).unwrap();
        let settings = Settings { max_prefixes: Some(most), ..Settings::default() };
        let remedy = engine.check(&settings).unwrap().remedies.remove(0);
        assert_eq!(remedy.text, added, "{list:?} with {most}");
        assert_eq!(remedy.notes.iter().find(|text| text.contains("also opens")).map(String::as_str), told);
        assert_eq!(remedy.closes.len(), 4);
    }
}

#[test]
fn what_a_proxy_leaves_open_about_a_name_is_not_covered_by_its_ranges() {
    for (conf, expected) in [
        (
            "acl bad url_regex -i windows\\.net microsoft\nacl t time 09:00-17:00\nhttp_access deny bad t\nhttp_access allow all\n",
            "0 of 7 covered, 7 undecided",
        ),
        ("acl here dst 127.0.0.0/8 10.0.0.0/8\nhttp_access deny here\nhttp_access allow all\n", "7 of 7 covered"),
    ] {
        assert_eq!(check(&[conf], &from("10.0.0.1")).summary.sentence, expected, "{conf}");
    }
}

#[test]
fn a_proxy_is_asked_from_one_ip_version_and_asks_the_other() {
    let conf = "acl c6 src fd00::/8\nacl az dstdomain -n .microsoft.com\nhttp_access deny c6\nhttp_access allow az\nhttp_access deny all\n";
    let report = check(&[conf], &Settings::default());
    assert_eq!(row(&report, "microsoft-com").names.as_ref().unwrap().verdict, Verdict::Undecided);
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
fn a_prefix_that_is_written_as_more_says_what_it_opens() {
    let mut engine = Engine::new();
    let tags = TAGS.replace("\"192.0.2.", "\"20.0.2.");
    engine.set_service_tags("ServiceTags_Public_20260101.json", tags.as_bytes()).unwrap();
    let conf = "acl lan src 10.0.0.0/8\nacl x dst 20.60.0.0/16\nhttp_access allow lan x\nhttp_access deny all\n";
    engine.add_file("squid.conf", conf.as_bytes(), Role::Device, None).unwrap();
    let scenarios = vec!["backup.mars.public.ranges".to_owned()];
    let settings = Settings { scenarios, max_prefixes: Some(1), ..from("10.0.0.0/8") };
    let remedy = engine.check(&settings).unwrap().remedies.remove(0);
    // Squid has no other word for all of IPv4.
    assert!(remedy.text.contains("acl azure_ranges dst all\n"), "{}", remedy.text);
    assert!(remedy.notes.iter().any(|note| note.contains("IPv4 and all IPv6 addresses")), "{:?}", remedy.notes);
}

#[test]
fn what_devices_let_through_by_different_planes_is_cited() {
    let names = "*.blob.core.windows.net\n";
    let part = nsg(&["some Allow 192.0.2.0/25", "no-internet Deny Internet"]);
    let all = nsg(&["to-storage Allow Storage", "no-internet Deny Internet"]);
    let covered = "Each device on the path lets it through: export0 by *.blob.core.windows.net (line 1), \
        export1 by to-storage (priority 100) (line 2).";
    let partly =
        "Only a part of it is let through; the rest is blocked: export1 by no-internet (priority 101) (line 3).";
    for (ranges, expected, cited) in [(all, covered, &[2][..]), (part, partly, &[2, 3])] {
        let report = check(&[names, &ranges], &from("10.0.0.1"));
        let row = row(&report, "blob-core-windows-net");
        assert_eq!(row.sentence, expected);
        let range = report.ranges.iter().find(|range| range.tag.as_deref() == Some("Storage")).unwrap();
        let mut lines: Vec<u32> = range.evidence.iter().filter_map(|e| Some(e.citation.as_ref()?.line)).collect();
        lines.sort_unstable();
        assert_eq!(lines, cited);
    }
}

fn explained(conf: &str, attached: &str, source: Option<&str>) -> Answer {
    let mut engine = Engine::new();
    engine.add_file("squid.conf", conf.as_bytes(), Role::Device, None).unwrap();
    engine.add_file("x.conf", attached.as_bytes(), Role::Attachment, None).unwrap();
    let settings = Settings { source: source.map(str::to_owned), ..Settings::default() };
    let ask = Ask { protocol: Protocol::Tcp, port: 443, method: None };
    engine.explain(&settings, &ask, &["a.example".to_owned()]).unwrap().remove(0)
}

#[test]
fn an_answer_names_the_attached_file_whose_line_decides() {
    let conf = "acl ok dstdomain -n .example\ninclude /etc/squid/x.conf\nhttp_access deny all\n";
    for (attached, expected) in [
        ("http_access allow ok\n", "`a.example` is let through: `http_access allow ok` (x.conf line 1)"),
        ("\nacl t time 09:00-17:00\nhttp_access allow t\n", "(x.conf line 2)"),
    ] {
        let answer = explained(conf, attached, None);
        assert_eq!(answer.line, None, "{}", answer.reason);
        assert!(answer.reason.ends_with(expected), "{}", answer.reason);
    }
}

#[test]
fn an_answer_counts_the_reasons_that_it_does_not_list() {
    let lines = (0..20).map(|n| format!("acl s{n} src 10.{n}.0.0/16\nhttp_access allow s{n}\n"));
    let conf = lines.collect::<String>() + "http_access deny all\n";
    let answer = explained(&conf, "", Some("10.0.0.0/8"));
    assert_eq!(answer.reason.matches("applies only").count(), 3, "{}", answer.reason);
    assert!(answer.reason.ends_with("; and 17 more"), "{}", answer.reason);
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

/// Behind a proxy traffic comes from the proxy, not from the client.
#[test]
fn a_device_behind_a_proxy_sees_the_proxy() {
    let proxy = "acl lan src 10.20.0.0/16\nhttp_access allow lan\nhttp_access deny all\n";
    let from_client = nsg(&["r Allow Internet 10.20.0.0/16", "no Deny Internet"]);
    let from_proxy = nsg(&["r Allow Internet 10.99.0.4", "no Deny Internet"]);
    for (exports, expected, finding) in [
        ([proxy, &from_client], "0 of 7 covered, 7 undecided", "behind-proxy"),
        ([proxy, &from_proxy], "0 of 7 covered, 7 undecided", "behind-proxy"),
        ([proxy, &nsg(&["r Allow Internet"])], "7 of 7 covered", "behind-proxy"),
        ([&from_client, proxy], "7 of 7 covered", "before-proxy"),
    ] {
        let report = check(&exports, &from("10.20.1.2"));
        assert_eq!(report.summary.sentence, expected, "{exports:?}");
        assert!(report.findings.iter().any(|found| found.id == finding), "{:?}", report.findings);
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
