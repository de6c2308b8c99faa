//! Ways out: who decides about what is routed.

use super::*;
use crate::policy::{Hop, Leads, Route, RouteRule, Routing};
use crate::reach::names;
use crate::source::Span;

const SPAN: Span = Span { file: 0, start: 0, end: 1 };

fn route(text: &str) -> Route {
    let leads = |entry: &str| match entry {
        "DIRECT" => Leads::Direct,
        "NOWHERE" => Leads::Nowhere,
        _ => Leads::Proxy,
    };
    Route { entries: text.split("; ").map(|entry| Hop { text: entry.into(), leads: leads(entry) }).collect() }
}

fn named(name: &str) -> Condition {
    Condition::host(HostPattern::Exact(name.into()))
}

/// `a` by one proxy, `b` by nothing that answers, `c` as only DNS can tell, everything else direct.
fn routing(more: &str) -> Vantage {
    let rule = |when, text: &str| RouteRule { span: SPAN, when, route: Ok(route(text)) };
    let open = Condition::All(vec![named("c.example"), unknown("DNS decides")]);
    let rules = [
        rule(named("a.example"), "P1; DIRECT"),
        rule(named("b.example"), "NOWHERE"),
        rule(open, "NOWHERE"),
        rule(named("d.example"), more),
    ];
    Vantage { label: "script".into(), routing: Some(Routing::new("script", &rules)), ..Vantage::default() }
}

fn asked(path: &[&Vantage], name: &str) -> (Outcome, Vec<Outcome>, String) {
    let views: Vec<Vec<&Vantage>> = path.iter().map(|vantage| vec![*vantage]).collect();
    let along = names(&views, &Question::tcp(443), &Tags, &HostSet::parse(name).expect("a name"));
    let [only] = along.as_slice() else { panic!("{along:?}") };
    let reasons = texts(&only.joint().reasons).join("; ");
    (only.joint().outcome, only.at.iter().map(|part| part.outcome).collect(), reasons)
}

fn lets(label: &str, speaks: Planes, names: &[&str]) -> Vantage {
    vantage(label, speaks, names.iter().flat_map(|name| allow(named(name))).collect())
}

#[test]
fn alone_it_leaves_to_others_what_it_routes() {
    let script = routing("P1");
    for (name, outcome, reason) in [
        ("a.example", Undecided, "the policy of `P1` decides"),
        ("b.example", Blocked, ""),
        ("c.example", Undecided, "DNS decides"),
        ("x.example", Undecided, "it goes direct, and the network firewall decides"),
    ] {
        assert_eq!(asked(&[&script], name), (outcome, vec![outcome], reason.to_owned()), "{name}");
    }
}

#[test]
fn what_goes_direct_skips_the_proxies_behind() {
    let script = routing("P1");
    let proxy = lets("proxy", Planes::PROXY, &["a.example"]);
    let firewall = lets("firewall", Planes::NAMES, &["x.example", "a.example"]);
    for (name, outcome, at) in [
        ("x.example", Allowed, [Allowed, Allowed, Allowed]),
        ("y.example", Blocked, [Allowed, Allowed, Blocked]),
        ("a.example", Allowed, [Allowed, Allowed, Allowed]),
        ("d.example", Blocked, [Allowed, Blocked, Blocked]),
        ("b.example", Blocked, [Blocked, Allowed, Blocked]),
        ("c.example", Undecided, [Undecided, Allowed, Allowed]),
    ] {
        let found = asked(&[&script, &proxy, &firewall], name);
        assert_eq!((found.0, found.1), (outcome, at.to_vec()), "{name}");
    }
    let only_proxy = asked(&[&script, &proxy], "x.example");
    assert_eq!((only_proxy.0, only_proxy.1), (Undecided, vec![Undecided, Allowed]));
}

#[test]
fn a_proxy_decides_if_its_export_stands_next_and_no_other_can_be_meant() {
    let firewall = lets("firewall", Planes::NAMES, &["a.example"]);
    let proxy = lets("proxy", Planes::PROXY, &["a.example", "d.example"]);
    let (one, two) = (routing("P1"), routing("P2"));
    assert_eq!(asked(&[&one, &firewall], "a.example").2, "the policy of `P1` decides");
    assert_eq!(asked(&[&one, &proxy], "a.example").0, Allowed);
    let (outcome, _, reason) = asked(&[&two, &proxy], "a.example");
    assert!(outcome == Undecided && reason.contains("which of the 2 proxies"), "{reason}");
}

#[test]
fn a_rule_for_clients_counts_for_what_goes_direct() {
    let script = routing("P1");
    let proxy = vantage("proxy", Planes::PROXY, allow(Condition::always()));
    let clients = Condition::Source(net("10.0.0.0/8"));
    let firewall = vantage("firewall", Planes::BOTH, allow(clients));
    let views: Vec<Vec<&Vantage>> = [&script, &proxy, &firewall].into_iter().map(|vantage| vec![vantage]).collect();
    let question = Question { source: Some(net("10.1.2.3/32")), ..Question::tcp(443) };
    let outcome = |name: &str| {
        let along = names(&views, &question, &Tags, &HostSet::parse(name).expect("a name"));
        along.iter().map(|each| each.joint().outcome).collect::<Vec<_>>()
    };
    assert_eq!(outcome("x.example"), [Allowed]);
    assert_eq!(outcome("a.example"), [Undecided]);
}
