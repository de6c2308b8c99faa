//! What gates, vantages and devices come to together.

mod interplay;
mod names;
mod routes;

use super::{Outcome, Part, Question, TagTable, addresses, community, in_series, tag};
use crate::addresses::{AddressSet, Family};
use crate::hosts::{Domain, HostPattern, HostSet};
use crate::policy::{
    Action, Community, Condition, Gate, HostTest, Method, OnAddress, Order, Otherwise, Planes, Reason, Rule, Subject,
    Vantage,
};
use Outcome::{Allowed, Blocked, Undecided, Unsupported};

struct Tags;

impl TagTable for Tags {
    fn addresses(&self, _: &str) -> Option<&AddressSet> {
        None
    }
}

fn rule(name: &str, action: Action, when: Condition) -> Rule {
    Rule { name: name.into(), span: None, then: action.into(), when }
}

fn allow(when: Condition) -> Vec<Rule> {
    vec![rule("allow", Action::Allow, when)]
}

fn unknown(text: &str) -> Condition {
    Condition::Unknown(Reason::new(text))
}

fn gate(speaks: Planes, rules: Vec<Rule>) -> Gate {
    let otherwise = Otherwise { action: Action::Deny, span: None, why: "nothing else passes".into() };
    Gate {
        name: "gate".into(),
        speaks,
        order: Order::First,
        rules,
        chains: Vec::new(),
        otherwise,
        sources: AddressSet::all(),
    }
}

fn vantage(label: &str, speaks: Planes, rules: Vec<Rule>) -> Vantage {
    Vantage { label: label.into(), gates: vec![gate(speaks, rules)], ..Vantage::default() }
}

fn part(outcome: Outcome, reason: &str) -> Part<()> {
    let reasons = if reason.is_empty() { Vec::new() } else { vec![Reason::new(reason)] };
    Part { outcome, reasons, ..Part::passed(()) }
}

fn net(text: &str) -> AddressSet {
    AddressSet::from_net(text.parse().expect(text))
}

fn texts(reasons: &[Reason]) -> Vec<&str> {
    reasons.iter().map(|reason| reason.text.as_str()).collect()
}

#[test]
fn of_two_in_series_the_worse_decides_and_open_questions_add_up() {
    for (before, at_gate, outcome, reasons) in [
        (part(Allowed, ""), part(Allowed, ""), Allowed, &[][..]),
        (part(Allowed, ""), part(Blocked, ""), Blocked, &[]),
        (part(Blocked, ""), part(Allowed, ""), Blocked, &[]),
        (part(Undecided, "a"), part(Blocked, ""), Blocked, &[]),
        (part(Undecided, "a"), part(Allowed, ""), Undecided, &["a"]),
        (part(Allowed, ""), part(Undecided, "b"), Undecided, &["b"]),
        (part(Undecided, "b"), part(Undecided, "a"), Undecided, &["a", "b"]),
        (part(Undecided, "a"), part(Unsupported, "b"), Undecided, &["a"]),
        (part(Unsupported, "a"), part(Blocked, ""), Blocked, &[]),
        (part(Unsupported, "a"), part(Allowed, ""), Unsupported, &["a"]),
    ] {
        let joint = in_series(&before, at_gate.clone());
        assert_eq!(
            (joint.outcome, texts(&joint.reasons).as_slice()),
            (outcome, reasons),
            "{before:?} then {at_gate:?}"
        );
    }
}

#[test]
fn an_answer_stands_where_all_vantages_agree() {
    let differ =
        |a: &str, b: &str| format!("it {a} seen from `one` and {b} seen from `two`; choose the vantage that applies");
    for (one, two, outcome, reasons) in [
        (allow(Condition::always()), allow(Condition::always()), Allowed, vec![]),
        (vec![], vec![], Blocked, vec![]),
        (allow(Condition::always()), vec![], Undecided, vec![differ("is let through", "is blocked")]),
        (allow(unknown("u")), allow(unknown("u")), Undecided, vec!["u".to_owned()]),
        (allow(unknown("u")), vec![], Undecided, vec![differ("is undecided", "is blocked"), "u".into()]),
        (
            allow(unknown("u")),
            allow(unknown("v")),
            Undecided,
            // To choose a vantage decides nothing.
            vec!["u".into(), "v".into()],
        ),
    ] {
        let views = [vantage("one", Planes::BOTH, one), vantage("two", Planes::BOTH, two)];
        let path = [views.iter().collect()];
        let asked = net("20.0.0.0/24");
        let parts = addresses(&path, &Question::tcp(443), &Tags, &asked);
        let name = super::names(&path, &Question::tcp(443), &Tags, &HostSet::parse("a.example").expect("a name"));
        assert_eq!((parts.len(), name.len()), (1, 1));
        let expected: Vec<&str> = reasons.iter().map(String::as_str).collect();
        let (by_address, by_name) = (parts[0].joint(), name[0].joint());
        assert_eq!((by_address.outcome, texts(&by_address.reasons)), (outcome, expected.clone()));
        assert_eq!((by_name.outcome, texts(&by_name.reasons)), (outcome, expected));
    }
}

#[test]
fn an_answer_on_which_all_agree_tells_the_rules_of_each() {
    let own = |name: &str| vec![rule(name, Action::Allow, Condition::always())];
    let views = [vantage("one", Planes::BOTH, own("a")), vantage("two", Planes::BOTH, own("b"))];
    let parts = addresses(&[views.iter().collect()], &Question::tcp(443), &Tags, &net("20.0.0.0/24"));
    let by: Vec<String> = parts[0].joint().by.into_iter().map(|by| by.rule).collect();
    assert_eq!(by, ["a", "b"]);
}

#[test]
fn a_device_of_which_nothing_was_read_and_a_name_that_cannot_be_are_open() {
    let question = Question::tcp(443);
    let nothing = community(&[Vec::new()], &question, &Tags, Community(1, 2)).joint();
    assert_eq!((nothing.outcome, texts(&nothing.reasons)), (Undecided, vec!["no rule could be read"]));
    let view = vantage("here", Planes::NAMES, allow(Condition::always()));
    let none = HostSet::parse("*.-a.example").expect("a pattern");
    let parts = super::names(&[vec![&view]], &question, &Tags, &none);
    assert_eq!((parts.len(), parts[0].joint().outcome), (1, Undecided));
    assert_eq!(texts(&parts[0].joint().reasons), ["no name that DNS can hold fits it"]);
}

#[test]
fn a_question_asks_proxies_as_a_client_would_and_names_where_they_can_lead() {
    assert_eq!([80, 443, 8080].map(|port| Question::tcp(port).method), [Method::Get, Method::Connect, Method::Connect]);
    let both = Question { families: vec![Family::V4, Family::V6], ..Question::tcp(443) };
    assert_eq!(both.space(), AddressSet::public());
    assert_eq!(Question::tcp(443).space(), AddressSet::public().only(Family::V4));
    let private = Question { private: true, ..both };
    assert_eq!(private.space(), AddressSet::private());
}

/// A rule about addresses lets no name through unless it lets all through, and may block any that lead there.
#[test]
fn addresses_in_rules_and_names_that_are_asked() {
    let below = || Condition::host(HostPattern::Domain(Domain::below("example")));
    let to = |net_text: &str| Condition::destination(net(net_text));
    for (rules, outcome) in [
        (allow(to("20.0.0.0/8")), Blocked),
        (allow(to("0.0.0.0/0")), Allowed),
        (allow(to("20.0.0.0/8").negate()), Undecided),
        (allow(to("10.0.0.0/8").negate()), Allowed),
        ([vec![rule("deny", Action::Deny, to("20.0.0.0/8"))], allow(below())].concat(), Undecided),
        ([vec![rule("deny", Action::Deny, to("10.0.0.0/8"))], allow(below())].concat(), Allowed),
        ([vec![rule("deny", Action::Deny, to("0.0.0.0/0"))], allow(below())].concat(), Blocked),
        (
            [vec![rule("deny", Action::Deny, Condition::DestinationTag("Storage".into()))], allow(below())].concat(),
            Undecided,
        ),
        (allow(Condition::DestinationTag("Storage".into())), Blocked),
        (
            allow(Condition::All(vec![
                Condition::host(HostPattern::Exact("b.test".into())).negate(),
                to("20.0.0.0/8"),
            ])),
            Blocked,
        ),
    ] {
        let view = vantage("here", Planes::BOTH, rules.clone());
        let parts =
            super::names(&[vec![&view]], &Question::tcp(443), &Tags, &HostSet::parse("*.example").expect("a set"));
        assert_eq!(parts.iter().map(|part| part.joint().outcome).collect::<Vec<_>>(), [outcome], "{rules:?}");
    }
}

/// A source of one IP version says nothing about destinations of the other.
#[test]
fn the_source_is_asked_of_the_ip_version_of_the_destination() {
    let private = || AddressSet::private().only(Family::V4);
    for (source, when, asked, outcome) in [
        (AddressSet::private(), Condition::Source(private()), "20.0.0.0/24", Allowed),
        (AddressSet::private(), Condition::Source(private()), "2603::/32", Blocked),
        (AddressSet::private(), Condition::Source(net("10.1.0.0/16")), "20.0.0.0/24", Undecided),
        (net("10.1.2.3/32"), Condition::Source(net("10.1.0.0/16")), "20.0.0.0/24", Allowed),
        (net("10.1.2.3/32"), Condition::Source(net("10.2.0.0/16")), "20.0.0.0/24", Blocked),
        (net("fd00::/8"), Condition::Source(net("10.2.0.0/16")), "20.0.0.0/24", Undecided),
        (net("fd00::/8"), Condition::Source(AddressSet::all()), "20.0.0.0/24", Allowed),
    ] {
        let view = vantage("here", Planes::ADDRESSES, allow(when.clone()));
        let question = Question { source: Some(source), ..Question::tcp(443) };
        let parts = addresses(&[vec![&view]], &question, &Tags, &net(asked));
        assert_eq!(parts.iter().map(|part| part.joint().outcome).collect::<Vec<_>>(), [outcome], "{when:?} {asked}");
    }
}

#[test]
fn a_tag_by_its_name_is_let_through_by_itself_its_whole_or_everything() {
    let named = |name: &str| Condition::DestinationTag(name.into());
    let as_text = |pattern| {
        let (subject, on_address) = (Subject::Host, OnAddress::AsText);
        Condition::Host(HostTest { pattern, subject, on_address, maybe: None })
    };
    let to = |net_text: &str| Condition::destination(net(net_text));
    for (rules, outcome) in [
        (allow(named("storage.westeurope")), Allowed),
        (allow(named("Storage")), Allowed),
        (allow(named("Storage.EastUS")), Undecided),
        (allow(named("AzureCloud")), Undecided),
        (allow(to("0.0.0.0/0")), Allowed),
        (allow(to("20.0.0.0/8")), Undecided),
        (allow(to("10.0.0.0/8")), Blocked),
        (allow(Condition::host(HostPattern::Any)), Blocked),
        (allow(as_text(HostPattern::Any)), Allowed),
        (allow(as_text(HostPattern::Never)), Blocked),
        (allow(as_text(HostPattern::Exact("20.0.0.1".into()))), Undecided),
        ([vec![rule("deny", Action::Deny, to("20.0.0.0/8"))], allow(named("Storage"))].concat(), Undecided),
        ([vec![rule("deny", Action::Deny, to("10.0.0.0/8"))], allow(named("Storage"))].concat(), Allowed),
        (vec![], Blocked),
    ] {
        let view = vantage("here", Planes::ADDRESSES, rules.clone());
        let joint = tag(&[vec![&view]], &Question::tcp(443), &Tags, "Storage.WestEurope").joint();
        assert_eq!(joint.outcome, outcome, "{rules:?}");
    }
    let names_only = vantage("here", Planes::NAMES, allow(Condition::always()));
    let joint = tag(&[vec![&names_only]], &Question::tcp(443), &Tags, "Storage").joint();
    assert_eq!((joint.outcome, joint.reasons.len()), (Unsupported, 1));
}

#[test]
fn every_order_is_brought_to_first_match() {
    let rules = || {
        ["a+", "b-", "c+", "d-"].map(|text| {
            let action = if text.ends_with('+') { Action::Allow } else { Action::Deny };
            rule(text, action, Condition::always())
        })
    };
    for (order, expected) in [
        (Order::First, "a+ b- c+ d-"),
        (Order::Last, "d- c+ b- a+"),
        (Order::DenyWins, "b- d- a+ c+"),
        (Order::AllowWins, "a+ c+ b- d-"),
    ] {
        let names: Vec<String> = order.first_match(rules().into()).into_iter().map(|rule| rule.name).collect();
        assert_eq!(names.join(" "), expected);
    }
}

#[test]
fn sources_that_rules_tell_apart_are_asked_one_by_one() {
    let from = |net_text: &str| Condition::Source(net(net_text));
    let both = || [allow(from("10.0.0.0/9")), allow(from("10.128.0.0/9"))].concat();
    let open = |net_text: &str, text: &str| allow(Condition::All(vec![from(net_text), unknown(text)]));
    let open_from_both = || [open("10.0.0.0/9", "u"), open("10.128.0.0/9", "v")].concat();
    let differ = "it is let through from 10.0.0.0/9 and is blocked from 10.128.0.0/9; say where the traffic comes from";
    let turned = "it is blocked from 10.128.0.0/9 and is let through from 10.0.0.0/9; say where the traffic comes from";
    let deny_then_rest = || [vec![rule("deny", Action::Deny, from("10.0.0.0/8"))], allow(Condition::always())].concat();
    for (rules, source, outcome, reasons) in [
        (both(), "10.0.0.0/8", Allowed, &[][..]),
        (both(), "192.168.0.0/16", Blocked, &[]),
        (allow(from("10.0.0.0/9")), "10.0.0.0/8", Undecided, &[differ]),
        (allow(Condition::All(vec![from("10.0.0.0/9")])), "10.0.0.0/8", Undecided, &[differ]),
        (allow(Condition::Any(vec![from("10.0.0.0/9")])), "10.0.0.0/8", Undecided, &[differ]),
        (allow(from("10.128.0.0/9").negate()), "10.0.0.0/8", Undecided, &[turned]),
        (deny_then_rest(), "10.0.0.0/8", Blocked, &[]),
        (deny_then_rest(), "11.0.0.0/8", Allowed, &[]),
        // Nor does it help to say the source where each leaves it open.
        (open_from_both(), "10.0.0.0/8", Undecided, &["u", "v"]),
    ] {
        let view = vantage("here", Planes::BOTH, rules.clone());
        let question = Question { source: Some(net(source)), ..Question::tcp(443) };
        let path = [vec![&view]];
        let by_address = addresses(&path, &question, &Tags, &net("20.0.0.0/24"))[0].joint();
        let by_name = super::names(&path, &question, &Tags, &HostSet::parse("a.example").expect("a name"))[0].joint();
        for (found, found_reasons) in [(by_address.outcome, by_address.reasons), (by_name.outcome, by_name.reasons)] {
            assert_eq!((found, texts(&found_reasons).as_slice()), (outcome, reasons), "{rules:?} from {source}");
        }
    }
}

#[test]
fn a_tag_of_sources_tells_them_apart_too() {
    struct Office(AddressSet);
    impl TagTable for Office {
        fn addresses(&self, _: &str) -> Option<&AddressSet> {
            Some(&self.0)
        }
    }
    let view = vantage("here", Planes::ADDRESSES, allow(Condition::SourceTag("Office".into())));
    let question = Question { source: Some(net("10.0.0.0/8")), ..Question::tcp(443) };
    let part = addresses(&[vec![&view]], &question, &Office(net("10.0.0.0/9")), &net("20.0.0.0/24"))[0].joint();
    let differ = "it is let through from 10.0.0.0/9 and is blocked from 10.128.0.0/9; say where the traffic comes from";
    assert_eq!((part.outcome, texts(&part.reasons)), (Undecided, vec![differ]));
}
