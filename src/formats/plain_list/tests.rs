mod names;

use super::*;
use crate::device::{Device, Reading as HowRead};
use crate::explain::{Target, explain};
use crate::formats::Gap;
use crate::hosts::{Probe, Tri, matches_text};
use crate::reach::{Question, TagTable};
use std::time::Instant;

struct NoTags;

impl TagTable for NoTags {
    fn addresses(&self, _: &str) -> Option<&crate::addresses::AddressSet> {
        None
    }
}

fn source(text: &str) -> Source {
    Source::read("list", 0, text.as_bytes()).expect("text")
}

/// The verdict on a target, as the program prints it.
fn verdict(text: &str, dialect: &str, target: &str) -> String {
    let source = source(text);
    let polarity = Some(Polarity::Allow);
    let how = HowRead { format: Some("plain-list"), dialect: Some(dialect), polarity, ..HowRead::default() };
    let device = Device::read(&source, &[], &how).expect("a list");
    let parsed = Target::parse(target).expect("a target");
    let answer = explain(&device, &Question::tcp(443), &NoTags, target, &parsed);
    serde_json::to_value(answer.verdict).expect("a verdict").as_str().unwrap_or("").to_owned()
}

#[test]
fn every_dialect_of_the_menu_reads_an_entry_as_its_product_does() {
    for row in &dialects::ROWS {
        for entry in ["ex.com", ".ex.com", "*.ex.com", "*ex.com", "**.ex.com", "^.ex.com/", "ex.com/"] {
            // A second entry keeps the list from holding nothing but what never matches.
            let text = format!("{entry}\nother.example\n");
            let meant = row.product.read(entry).expect(entry);
            let probe = Probe { patterns: vec![&meant.pattern], after: "" };
            for host in ["ex.com", "a.ex.com", "b.a.ex.com", "xex.com"] {
                let expected = match matches_text(&probe, host) {
                    _ if meant.surely.as_deref() == Some(host) => "allowed",
                    Tri::Yes => "allowed",
                    Tri::Maybe => "undecided",
                    Tri::No => "blocked",
                };
                assert_eq!(verdict(&text, row.product.id, host), expected, "{} {entry} {host}", row.product.id);
            }
        }
    }
}

fn gap() -> Gap {
    Gap {
        purpose: "Azure Storage, blobs".to_owned(),
        names: vec!["*.blob.core.windows.net".to_owned(), "login.microsoftonline.com".to_owned()],
        prefixes: vec!["20.60.0.0/24".parse().expect("a prefix")],
        tcp_ports: vec![443],
        ..Gap::default()
    }
}

/// What the remedy adds, and the verdicts after it is applied, on both names and on the range.
fn mended(text: &str, dialect: &str) -> Option<(String, [String; 3])> {
    let source = source(text);
    let mut input = Input::new(&source);
    input.polarity = dialect.starts_with("tinyproxy").then_some(Polarity::Allow);
    input.dialect = dialects::DIALECTS.iter().find(|of| of.id == dialect);
    let policy = PlainList.read(&input);
    let remedy = PlainList.remedy(&input, &policy, &Gaps { gaps: vec![gap()], ..Gaps::default() })?;
    let after = remedy.apply(text);
    let targets = ["a.blob.core.windows.net", "login.microsoftonline.com", "20.60.0.0/24"];
    Some((remedy.text, targets.map(|target| verdict(&after, dialect, target))))
}

#[test]
fn a_remedy_closes_the_gap_in_the_dialects_own_way() {
    for (dialect, expected) in [
        ("generic", "*.blob.core.windows.net\nlogin.microsoftonline.com"),
        ("squid", ".blob.core.windows.net\nlogin.microsoftonline.com"),
        ("zscaler", ".blob.core.windows.net\nlogin.microsoftonline.com"),
        ("umbrella", "blob.core.windows.net\nlogin.microsoftonline.com"),
        ("aws-network-firewall", ".blob.core.windows.net\nlogin.microsoftonline.com"),
        ("cilium", "**.blob.core.windows.net\nlogin.microsoftonline.com"),
        ("panos", "*.blob.core.windows.net\nlogin.microsoftonline.com"),
        ("tinyproxy", "\\.blob\\.core\\.windows\\.net$\n^login\\.microsoftonline\\.com$"),
        ("tinyproxy-extended", "\\.blob\\.core\\.windows\\.net$\n^login\\.microsoftonline\\.com$"),
        ("tinyproxy-fnmatch", "*.blob.core.windows.net\nlogin.microsoftonline.com"),
    ] {
        let (text, [blob, login, _]) = mended("other.example", dialect).expect("a remedy");
        assert_eq!(text, expected, "{dialect}");
        assert_eq!((blob.as_str(), login.as_str()), ("allowed", "allowed"), "{dialect}");
    }
    let (text, [.., range]) = mended("other.example", "check-point").expect("a remedy");
    assert_eq!((text.as_str(), range.as_str()), ("20.60.0.0/24", "allowed"));
}

#[test]
fn a_remedy_keeps_the_shape_of_the_list() {
    for (list, expected) in [
        ("20.61.0.0/24\n", "20.60.0.0/24"),
        ("- a.example\n- b.example\n", "- *.blob.core.windows.net\n- login.microsoftonline.com"),
        (
            "name;fqdn;port\nx;a.example;443\n",
            "Azure Storage, blobs;*.blob.core.windows.net;443\nAzure Storage, blobs;login.microsoftonline.com;443",
        ),
        ("start,end\n20.61.0.0,20.61.0.255\n", "20.60.0.0,20.60.0.255"),
        ("[\n  \"a.example\"\n]", "*.blob.core.windows.net\nlogin.microsoftonline.com"),
        ("[\"a.example\", ]", "*.blob.core.windows.net\nlogin.microsoftonline.com"),
    ] {
        let (text, verdicts) = mended(list, "generic").expect("a remedy");
        assert_eq!(text, expected, "{list}");
        assert!(verdicts.iter().any(|verdict| verdict == "allowed"), "{list}: {verdicts:?}");
        let names = !expected.starts_with("20");
        let asked = if names { &verdicts[..2] } else { &verdicts[2..] };
        assert!(asked.iter().all(|verdict| verdict == "allowed"), "{list}: {verdicts:?}");
    }
}

#[test]
fn a_list_that_blocks_or_may_block_gets_no_remedy() {
    assert_eq!(mended("0.0.0.0 a.example\n", "generic"), None);
    let source = source("a.example\n");
    let mut input = Input::new(&source);
    input.polarity = Some(Polarity::Block);
    let gaps = Gaps { gaps: vec![gap()], ..Gaps::default() };
    assert_eq!(PlainList.remedy(&input, &PlainList.read(&input), &gaps), None);
}

#[test]
fn only_lists_are_recognised() {
    let percent = |text: &str| PlainList.recognise(&source(text)).percent;
    for text in [
        "login.microsoftonline.com",
        "a.example\nb.example\n",
        "20.60.0.0/24",
        "[\"a.example\"]",
        "fqdn,port\na.example,443\n",
    ] {
        assert!(percent(text) >= 40, "{text}");
    }
    for text in [
        "hello",
        "The quick brown fox jumps over the lazy dog and says that all is well today.",
        "{\"securityRules\": []}",
        "[{\"name\": \"a.example\"}]",
        "<config><a>b.example</a></config>",
        "function FindProxyForURL(url, host) { return \"DIRECT\"; }",
        "acl a dstdomain .example.com\nacl b dstdomain .example.org\nhttp_access allow a\n",
        "12076:5060\n12076:5010\n",
        "-A OUTPUT -d 20.60.0.0/24 -p tcp -m tcp --dport 443 -j ACCEPT\n",
        "config firewall address\n    edit \"a\"\n        set subnet 20.60.0.0 255.255.255.0\n    next\nend\n",
        "access-list OUT extended permit tcp any host 20.60.0.1 eq 443\n",
    ] {
        assert_eq!(percent(text), 0, "{text}");
    }
}

#[test]
fn nothing_pasted_makes_it_stumble() {
    let odd = [
        "*",
        ".",
        "..",
        "*.",
        "**",
        "^",
        "$",
        "!",
        "-",
        "- ",
        "[",
        "]",
        "[]",
        "\"",
        "|",
        "||",
        "@@",
        "://",
        "https://",
        "https://[",
        ":443",
        "[::1",
        "a:b:c",
        "&ast;",
        "\u{2013}",
        "=/",
        "address=/",
        "local-zone:",
        "CNAME",
        "x CNAME",
        "1.2.3.4/",
        "1.2.3.4-",
        "0.0.0.0 ",
        ";",
        ";;",
        "!!a.example",
        "--a.example",
        "**.",
        "*.*",
        "?.?",
        "e+",
        "1e+",
        "(",
        "()",
        "(.)",
        "[](",
        "[a](",
        "fqdn,port",
        "fqdn,port\n\"",
    ];
    for text in odd {
        let text = format!("x.example\n{text}\n");
        let source = source(&text);
        let policy = PlainList.read(&Input::new(&source));
        assert_eq!(policy.vantages.len(), 1, "{text}");
    }
}

#[test]
fn a_long_list_is_read_in_one_pass() {
    let text: String = (0..20_000).map(|n| format!("*.host-{n}.example.com ; 443 # entry {n}\n")).collect();
    let source = source(&text);
    let start = Instant::now();
    let policy = PlainList.read(&Input::new(&source));
    assert_eq!(policy.vantages[0].gates[0].rules.len(), 20_000);
    // Quadratic work would show; a slow machine does not.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
