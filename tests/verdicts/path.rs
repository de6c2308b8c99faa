//! Proxies, and devices in series.

use crate::{check, from, nsg, row};
use egress_check::report::Verdict;
use egress_check::settings::Settings;

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
