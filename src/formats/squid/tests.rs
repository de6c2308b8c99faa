//! What configurations become: the account, the notes, what is opened, and the additions.

use super::*;
use crate::addresses::AddressSet;
use crate::formats::Gap;
use crate::hosts::HostSet;
use crate::policy::{LineUse, Method};
use crate::problem::Severity;
use crate::reach::{self, Outcome, Question, TagTable};

struct NoTags;

impl TagTable for NoTags {
    fn addresses(&self, _: &str) -> Option<&AddressSet> {
        None
    }
}

fn source(text: &str) -> Source {
    Source::read("squid.conf", 0, text.as_bytes()).expect("text")
}

fn policy(text: &str) -> Policy {
    read(&Input::new(&source(text)))
}

/// What becomes of a set of names at some gates: the worst of its parts.
fn outcome(vantage: &Vantage, name: &str, question: &Question) -> Outcome {
    let asked = HostSet::parse(name).expect("name");
    let parts = reach::names(&[vec![vantage]], question, &NoTags, &asked);
    parts.iter().map(|part| part.joint().outcome).find(|&o| o != Outcome::Allowed).unwrap_or(Outcome::Allowed)
}

#[test]
fn every_line_is_accounted_for() {
    let text = "# comment\n\nacl a src 10.0.0.0/8 \\\n  11.0.0.0/8\nhttp_access allow a\ncache_mem 64 MB\nfrob on\nif false\nx\nendif\n\
                http_reply_access deny a\n";
    let account = policy(text).account;
    let lines = |line_use| account.lines(0, 11, line_use);
    assert_eq!(lines(LineUse::Irrelevant), [1, 2, 6, 9]);
    assert_eq!(lines(LineUse::Used), [3, 4, 5, 8, 10, 11]);
    assert_eq!(lines(LineUse::NotUnderstood), [7]);
}

#[test]
fn lines_of_attached_lists_are_accounted_for() {
    let main = source("acl a dstdomain \"/etc/squid/a.txt\"\nhttp_access allow a\n");
    let list = Source::read("lists/a.txt", 1, b"# c\nx.example\n").expect("text");
    let policy = read(&Input { attachments: &[list], ..Input::new(&main) });
    assert_eq!(policy.account.lines(1, 2, LineUse::Irrelevant), [1]);
    assert_eq!(policy.account.lines(1, 2, LineUse::Used), [2]);
    assert!(policy.problems.is_empty());
}

#[test]
fn stages_after_http_access_are_told_once_a_kind() {
    let text =
        "http_access allow all\ncache_peer_access p deny all\nnever_direct allow all\ncache_peer_access q deny all\n";
    let notes: Vec<_> = policy(text).problems.into_iter().filter(|p| p.severity == Severity::Note).collect();
    assert_eq!(notes.len(), 2);
    assert!(notes[0].message.starts_with("`cache_peer_access` (2 lines)"), "{}", notes[0].message);
    assert!(notes.iter().all(|note| note.id == "other-stage" && note.span.is_some()));
}

#[test]
fn only_squid_is_recognised() {
    for (text, expected) in [
        ("acl a src 10.0.0.0/8\nhttp_access allow a", 95),
        ("acl a dstdomain .x.example", 85),
        ("http_port 3128", 60),
        ("{\"acl a src\": \"http_access allow all\"}", 0),
        ("acl host_a hdr(host) -i a.example\nuse_backend b if host_a", 0),
        ("login.microsoftonline.com\n*.blob.core.windows.net", 0),
        ("ip access-list extended OUT\n permit tcp any any", 0),
        ("cache_mem 64 MB", 0),
    ] {
        assert_eq!(recognise(&source(text)).percent, expected, "{text}");
    }
}

/// `ssl_bump` as an administrator writes it, and which names it opens.
#[test]
fn what_is_opened_follows_the_three_steps() {
    let acls = "acl step1 at_step SslBump1\nacl step2 at_step SslBump2\nacl keep ssl::server_name .keep.example\nhttp_access allow all\n";
    for (bumps, kept, other) in [
        ("ssl_bump bump all", true, true),
        ("ssl_bump splice all", false, false),
        ("ssl_bump splice keep\nssl_bump bump all", false, true),
        ("ssl_bump peek step1\nssl_bump splice keep\nssl_bump bump all", false, true),
        ("ssl_bump stare step1\nssl_bump splice keep\nssl_bump bump all", false, true),
        ("ssl_bump peek step1\nssl_bump peek step2\nssl_bump bump all", false, false),
        ("ssl_bump stare step1\nssl_bump stare step2\nssl_bump splice keep\nssl_bump bump all", true, true),
        ("ssl_bump stare step1", true, true),
        ("ssl_bump peek all", false, false),
        ("ssl_bump peek all\nssl_bump bump all", false, false),
        ("ssl_bump terminate all", false, false),
        ("ssl_bump none keep\nssl_bump server-first all", false, true),
    ] {
        let vantage = policy(&format!("{acls}{bumps}\n")).vantages.remove(0);
        let opened = Vantage { gates: vec![vantage.decrypts.expect("a gate")], ..Vantage::default() };
        let opens = |name| outcome(&opened, name, &Question::tcp(443)) == Outcome::Allowed;
        assert_eq!((opens("a.keep.example"), opens("b.example")), (kept, other), "{bumps}");
    }
}

#[test]
fn plain_requests_are_not_opened() {
    let vantage = policy("ssl_bump bump all\nhttp_access allow all\n").vantages.remove(0);
    let opened = Vantage { gates: vec![vantage.decrypts.expect("a gate")], ..Vantage::default() };
    assert_eq!(outcome(&opened, "a.example", &Question::tcp(80)), Outcome::Blocked);
    assert!(policy("http_port 3128\nssl_bump bump all\n").vantages[0].decrypts.is_none());
}

#[test]
fn composed_acls_that_double_are_answered() {
    let mut text = "acl a0 dstdomain a.example\n".to_owned();
    (1..60).for_each(|n| text += &format!("acl a{n} any-of a{} a{}\n", n - 1, n - 1));
    text += "http_access allow a59\nhttp_access deny all\n";
    let read = policy(&text);
    assert_eq!(read.vantages[0].gates[0].rules.len(), 2);
}

#[test]
fn acls_nested_ten_thousand_deep_are_answered() {
    let mut text = "acl a0 dstdomain a.example\n".to_owned();
    (1..10_000).for_each(|n| text += &format!("acl a{n} any-of a{}\n", n - 1));
    text += "http_access allow a9999\nhttp_access deny all\n";
    let vantage = policy(&text).vantages.remove(0);
    assert_eq!(outcome(&vantage, "a.example", &Question::tcp(443)), Outcome::Undecided);
}

#[test]
fn long_lists_are_read_in_good_time() {
    let mut text = String::new();
    (0..40_000)
        .for_each(|n| text += &format!("acl d dstdomain .h{n}.example\nacl s src 10.{}.{}.0/24\n", n / 250, n % 250));
    text += "http_access allow d s\nhttp_access deny all\n";
    assert!(policy(&text).problems.is_empty());
}

fn gap(names: &[&str], prefixes: &[&str], ports: &[u16]) -> Gap {
    Gap {
        purpose: "Azure Storage".into(),
        names: names.iter().map(|&name| name.to_owned()).collect(),
        prefixes: prefixes.iter().map(|prefix| prefix.parse().expect("prefix")).collect(),
        tcp_ports: ports.to_vec(),
        ..Gap::default()
    }
}

/// The export with its remedy, and the remedy's text.
fn remedied(text: &str, gaps: &Gaps) -> (String, String) {
    let source = source(text);
    let input = Input::new(&source);
    let remedy = Squid.remedy(&input, &read(&input), gaps).expect("a remedy");
    assert!(!remedy.place.is_empty());
    (remedy.apply(source.text()), remedy.text)
}

/// Configurations that deny in every way, and a gap of every kind.
#[test]
fn additions_close_the_gaps_wherever_the_denial_stands() {
    let configurations = [
        "http_access deny all\n",
        "http_access deny all",
        "cache_mem 64 MB",
        "acl SSL_ports port 443\nhttp_access deny CONNECT !SSL_ports\nhttp_access deny all\n",
        "acl azure_names dstdomain x.example\nacl azure_port port 1\nacl azure_clients src 192.0.2.1\nhttp_access deny !azure_names\n",
        "include /etc/squid/conf.d/*.conf\nhttp_access deny all\n",
        "if ${process_number} = 1\nhttp_access deny all\nendif\nhttp_access deny all\n",
        "acl bad dstdomain .windows.net\nhttp_access deny bad \\\n all\nhttp_access allow all\n",
        "acl az dstdomain .windows.net \\",
        "cache_mem 64 MB\nacl az dstdomain .windows.net \\\n# left open\n",
        "miss_access deny all\nhttp_access allow all\nhttp_access2 deny all\n",
    ];
    let gaps = Gaps {
        gaps: vec![
            gap(&["*.blob.core.windows.net", "a.blob.core.windows.net", "login.microsoftonline.com"], &[], &[443]),
            gap(&["*.core.windows.net", "*.core.windows.net"], &["20.60.0.0/16"], &[443]),
            gap(&["www.msftconnecttest.com"], &[], &[80]),
            gap(&[], &["20.70.0.0/16", "20.70.1.0/24"], &[443]),
            gap(&["prod*.example.com"], &[], &[443]),
        ],
        vantage: "http_access".into(),
        source: Some("10.1.0.0/16".into()),
    };
    for text in configurations {
        let (after, _) = remedied(text, &gaps);
        let vantage = policy(&after).vantages.remove(0);
        let clients = "10.1.0.0/16".parse().map(AddressSet::from_net).expect("prefix");
        let question = |port| Question { source: Some(clients.clone()), ..Question::tcp(port) };
        for name in ["*.blob.core.windows.net", "login.microsoftonline.com", "*.core.windows.net", "prod1.example.com"]
        {
            assert_eq!(outcome(&vantage, name, &question(443)), Outcome::Allowed, "{name} in\n{after}");
        }
        assert_eq!(outcome(&vantage, "www.msftconnecttest.com", &question(80)), Outcome::Allowed, "{after}");
        let asked = "20.70.0.0/16".parse().map(AddressSet::from_net).expect("prefix");
        let parts = reach::addresses(&[vec![&vantage]], &question(443), &NoTags, &asked);
        assert!(parts.iter().all(|part| part.joint().outcome == Outcome::Allowed), "{after}");
        assert_eq!(ids(&after), ids(text), "{after}");
    }
}

/// The ids of a configuration's problems, which additions must not add to.
fn ids(text: &str) -> Vec<&'static str> {
    policy(text).problems.iter().map(|problem| problem.id).collect()
}

#[test]
fn additions_are_minimal_and_in_squids_syntax() {
    let gaps = Gaps {
        gaps: vec![gap(&["a.blob.core.windows.net", "*.blob.core.windows.net", "blob.core.windows.net"], &[], &[443])],
        ..Gaps::default()
    };
    let (after, added) = remedied("cache_mem 64 MB\nhttp_access deny all\n", &gaps);
    let expected = "# Azure Storage\nacl azure_port port 443\nacl azure_names dstdomain .blob.core.windows.net\n\
                    http_access allow azure_port azure_names\n";
    assert_eq!(added, expected);
    assert_eq!(after, format!("cache_mem 64 MB\n{expected}http_access deny all\n"));
}

#[test]
fn tags_alone_have_no_remedy_here() {
    let gaps = Gaps { gaps: vec![Gap { service_tags: vec!["Storage".into()], ..Gap::default() }], ..Gaps::default() };
    let source = source("http_access deny all\n");
    let input = Input::new(&source);
    assert!(Squid.remedy(&input, &read(&input), &gaps).is_none());
}

#[test]
fn a_method_is_asked_as_the_question_says() {
    let vantage = policy("acl fetch method GET\nhttp_access allow fetch\n").vantages.remove(0);
    let get = Question { method: Method::Get, ..Question::tcp(443) };
    assert_eq!(outcome(&vantage, "a.example", &get), Outcome::Allowed);
    assert_eq!(outcome(&vantage, "a.example", &Question::tcp(443)), Outcome::Blocked);
}
