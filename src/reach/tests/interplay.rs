//! What decides, what would decide otherwise, and what an address is as text.

use super::super::communities;
use super::super::facts::short;
use super::{Tags, gate, net, rule, texts, unknown, vantage};
use crate::addresses::AddressSet;
use crate::hosts::{Domain, HostPattern, Regex, Syntax};
use crate::policy::{
    Action, Chain, Community, Condition, Gate, HostTest, Method, OnAddress, Planes, Protocol, Reason, Rule, Subject,
    Then, Vantage,
};
use crate::reach::{By, Outcome, Part, Question, TagTable, addresses, in_series};
use crate::source::Span;
use Outcome::{Allowed, Blocked, Undecided, Unsupported};

/// `allow 20.0.0.0/8`, `deny 20.0.0.0/8 on 443`, `deny ?` (the text cannot tell), `call`.
fn written(text: &str) -> Rule {
    let mut words = text.split(' ');
    let then = match words.next() {
        Some("allow") => Action::Allow.into(),
        Some("deny") => Action::Deny.into(),
        _ => Then::Call(0),
    };
    let mut parts = Vec::new();
    while let Some(word) = words.next() {
        parts.push(match word {
            "on" => Condition::Port(vec![
                words.next().and_then(|port| Some((port.parse().ok()?, port.parse().ok()?))).expect("a port"),
            ]),
            "?" => unknown("not told"),
            prefix => Condition::destination(net(prefix)),
        });
    }
    Rule { name: text.into(), span: None, then, when: Condition::All(parts) }
}

fn list(text: &str) -> Vec<Rule> {
    text.split("; ").filter(|rule| !rule.is_empty()).map(written).collect()
}

fn seen(gate: Gate) -> Vantage {
    Vantage { label: "here".into(), gates: vec![gate], ..Vantage::default() }
}

fn prefixes(set: &AddressSet) -> String {
    set.prefixes().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Each part as `addresses outcome by; behind (never)`.
fn described(gate: Gate, asked: &str) -> Vec<String> {
    let view = seen(gate);
    let names = |by: &[By]| {
        let name =
            |by: &By| format!("{}{}", if by.allows { '+' } else { '-' }, if by.default { "default" } else { &by.rule });
        by.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let parts = addresses(&[vec![&view]], &Question::tcp(443), &Tags, &net(asked));
    let mut parts: Vec<String> = parts
        .iter()
        .map(|along| {
            let part = along.joint();
            let behind = part.behind.map(|behind| {
                assert_eq!(behind.first, part.by);
                format!(" before {}{}", names(&[behind.by]), if behind.never { " always" } else { "" })
            });
            format!("{}: {}{}", prefixes(&part.of), names(&part.by), behind.unwrap_or_default())
        })
        .collect();
    parts.sort();
    parts
}

#[test]
fn each_part_has_what_decides_and_the_rule_that_would_decide_otherwise() {
    for (rules, chain, asked, expected) in [
        ("allow 20.0.0.0/8", "", "20.0.0.0/8", &["20.0.0.0/8: +allow 20.0.0.0/8"][..]),
        ("", "", "20.0.0.0/8", &["20.0.0.0/8: -default"]),
        (
            "deny 20.0.0.0/9; allow 20.0.0.0/8",
            "",
            "20.0.0.0/8",
            &["20.0.0.0/9: -deny 20.0.0.0/9 before +allow 20.0.0.0/8", "20.128.0.0/9: +allow 20.0.0.0/8"],
        ),
        (
            "deny 20.0.0.0/8; allow 20.0.0.0/16",
            "",
            "20.0.0.0/15",
            &["20.0.0.0/16: -deny 20.0.0.0/8 before +allow 20.0.0.0/16 always", "20.1.0.0/16: -deny 20.0.0.0/8"],
        ),
        (
            "allow 20.0.0.0/8; deny 20.0.0.0/16",
            "",
            "20.0.0.0/15",
            &["20.0.0.0/16: +allow 20.0.0.0/8 before -deny 20.0.0.0/16 always", "20.1.0.0/16: +allow 20.0.0.0/8"],
        ),
        // On other ports, or beyond the prefix, the second rule has its turn: nothing to tell.
        ("allow 20.0.0.0/8 on 443; deny 20.0.0.0/16", "", "20.0.0.0/15", &["20.0.0.0/15: +allow 20.0.0.0/8 on 443"]),
        ("allow 20.0.0.0/9; deny 20.0.0.0/8", "", "20.0.0.0/16", &["20.0.0.0/16: +allow 20.0.0.0/9"]),
        ("deny 20.0.0.0/8; allow 20.0.0.0/8 ?", "", "20.0.0.0/16", &["20.0.0.0/16: -deny 20.0.0.0/8"]),
        (
            "allow 20.0.0.0/8 ?; deny 20.0.0.0/8",
            "",
            "20.0.0.0/16",
            &["20.0.0.0/16: +allow 20.0.0.0/8 ?, -deny 20.0.0.0/8"],
        ),
        (
            "deny 2603::/17; allow 2603::/16",
            "",
            "2603::/16",
            &["2603:8000::/17: +allow 2603::/16", "2603::/17: -deny 2603::/17 before +allow 2603::/16"],
        ),
        (
            "call 20.0.0.0/8; allow 20.0.0.0/8",
            "deny 20.0.0.0/16",
            "20.0.0.0/15",
            &["20.0.0.0/16: -deny 20.0.0.0/16 before +allow 20.0.0.0/8", "20.1.0.0/16: +allow 20.0.0.0/8"],
        ),
        (
            "deny 20.0.0.0/8; call",
            "allow 20.0.0.0/16",
            "20.0.0.0/16",
            &["20.0.0.0/16: -deny 20.0.0.0/8 before +allow 20.0.0.0/16 always"],
        ),
        (
            "deny 20.0.0.0/8 on 443; call",
            "allow 20.0.0.0/16",
            "20.0.0.0/16",
            &["20.0.0.0/16: -deny 20.0.0.0/8 on 443 before +allow 20.0.0.0/16"],
        ),
    ] {
        let chains = vec![Chain { name: "chain".into(), rules: list(chain) }];
        let gate = Gate { chains, ..gate(Planes::ADDRESSES, list(rules)) };
        assert_eq!(described(gate, asked), expected, "{rules}");
    }
}

/// A default that allows lets through what no rule denies, and no rule behind it would decide otherwise.
#[test]
fn a_default_decides_where_no_rule_does() {
    let mut open = gate(Planes::ADDRESSES, list("deny 20.0.0.0/9; deny 20.0.0.0/8 ?"));
    open.otherwise.action = Action::Allow;
    assert_eq!(
        described(open, "20.0.0.0/8"),
        ["20.0.0.0/9: -deny 20.0.0.0/9", "20.128.0.0/9: +default, -deny 20.0.0.0/8 ?"]
    );
}

#[test]
fn a_reason_without_a_line_has_the_line_of_its_rule() {
    let span = Span { file: 0, start: 7, end: 9 };
    let rules = vec![Rule { span: Some(span), ..rule("r", Action::Allow, unknown("not told")) }];
    let view = seen(gate(Planes::ADDRESSES, rules));
    let part = addresses(&[vec![&view]], &Question::tcp(443), &Tags, &net("20.0.0.0/8"))[0].joint();
    assert_eq!(part.reasons, [Reason::new("not told").at(span)]);
}

#[test]
fn gates_that_hold_no_addresses_say_so() {
    for (speaks, rules, outcome, reason) in [
        (Planes::NAMES, "allow", Unsupported, "`gate` holds names only; the device behind it decides about addresses"),
        (
            Planes::COMMUNITIES,
            "",
            Unsupported,
            "`gate` holds BGP communities only; the device behind it decides about names and addresses",
        ),
        // A list without an entry treats all destinations alike.
        (Planes::NAMES, "", Blocked, ""),
        (Planes::ADDRESSES, "allow", Allowed, ""),
    ] {
        let view = vantage("here", speaks, list(rules));
        let parts = addresses(&[vec![&view]], &Question::tcp(443), &Tags, &net("20.0.0.0/8"));
        let part = parts[0].joint();
        assert_eq!((parts.len(), part.outcome, prefixes(&part.of)), (1, outcome, "20.0.0.0/8".to_owned()));
        assert_eq!(texts(&part.reasons).join("; "), reason);
    }
}

#[test]
fn communities_at_a_gate() {
    let asked = Community(12076, 5060);
    let to = |action, value| rule("r", action, Condition::Community(Community(12076, value)));
    for (speaks, rules, outcome) in [
        (Planes::COMMUNITIES, vec![to(Action::Allow, 5060)], Allowed),
        (Planes::COMMUNITIES, vec![to(Action::Allow, 5061)], Blocked),
        (Planes::COMMUNITIES, vec![to(Action::Deny, 5060), to(Action::Allow, 5060)], Blocked),
        (Planes::COMMUNITIES, vec![rule("r", Action::Allow, unknown("u"))], Undecided),
        (Planes::BOTH, vec![to(Action::Allow, 5060)], Unsupported),
    ] {
        let found = communities::through(&gate(speaks, rules.clone()), &Question::tcp(443), &Tags, asked);
        let reasons = match outcome {
            Unsupported => vec!["`gate` is no route filter and holds no BGP communities"],
            Undecided => vec!["u"],
            _ => vec![],
        };
        assert_eq!((found.outcome, found.of, texts(&found.reasons)), (outcome, asked, reasons), "{rules:?}");
    }
}

/// What lies behind an allowance at the second of two gates is told too; what lies behind one of several blocks is not.
#[test]
fn of_two_gates_that_allow_either_may_have_a_rule_behind() {
    let with_behind = |outcome| {
        let view = vantage("here", Planes::ADDRESSES, list("deny 20.0.0.0/8; allow 20.0.0.0/8"));
        let part = addresses(&[vec![&view]], &Question::tcp(443), &Tags, &net("20.0.0.0/8"))[0].joint();
        Part { outcome, ..part }
    };
    let plain = |outcome| Part { behind: None, ..with_behind(outcome) };
    for (before, at_gate, told) in [
        (with_behind(Allowed), plain(Allowed), true),
        (plain(Allowed), with_behind(Allowed), true),
        (plain(Blocked), with_behind(Blocked), false),
        (plain(Blocked), with_behind(Allowed), false),
        (plain(Allowed), with_behind(Blocked), true),
    ] {
        assert_eq!(in_series(&before, at_gate.clone()).behind.is_some(), told, "{before:?} {at_gate:?}");
    }
}

/// Some products look at an address as text, some look its name up.
#[test]
fn names_in_rules_and_addresses_that_are_asked() {
    let regex = |text| HostPattern::Regex(Regex::parse(Syntax::PosixExtended, text, true).expect("an expression"));
    let below = |base| HostPattern::Domain(Domain::below(base));
    let exact = |name: &str| HostPattern::Exact(name.into());
    use OnAddress::{AsText, AsTextOrLookup, Never};
    let (one, many, six, sixes) = ("20.1.2.3/32", "20.0.0.0/8", "2603::1/128", "2603::/16");
    for (pattern, on_address, asked, outcome) in [
        (HostPattern::Any, Never, one, Blocked),
        (HostPattern::Any, AsText, many, Allowed),
        (HostPattern::Never, AsTextOrLookup, one, Blocked),
        (exact("20.1.2.3"), AsText, one, Allowed),
        (exact("20.1.2.3"), Never, one, Blocked),
        (exact("20.1.2.4"), AsText, one, Blocked),
        (exact("20.1.2.4"), AsTextOrLookup, one, Undecided),
        (exact("a.example"), AsText, many, Blocked),
        (exact("a.example"), AsTextOrLookup, many, Undecided),
        (exact("20.1.2.3"), AsText, many, Undecided),
        (below("1.2.3"), AsText, one, Allowed),
        (below("a.example"), AsText, many, Blocked),
        (below("2.3"), AsText, many, Undecided),
        (exact("[2603::1]"), AsText, six, Allowed),
        (exact("[2603::1]"), AsText, sixes, Undecided),
        (regex("^20\\."), AsText, one, Allowed),
        (regex("^21\\."), AsText, one, Blocked),
        (regex("^[0-9.]+$"), AsText, many, Allowed),
        (regex("[a-z]"), AsText, many, Blocked),
        (regex("^20\\."), AsText, many, Undecided),
        (regex("^[0-9.]+$"), AsText, sixes, Undecided),
    ] {
        let test = HostTest { pattern: pattern.clone(), subject: Subject::Host, on_address, maybe: None };
        let view = vantage("here", Planes::BOTH, vec![rule("r", Action::Allow, Condition::Host(test))]);
        let parts = addresses(&[vec![&view]], &Question::tcp(443), &Tags, &net(asked));
        let outcomes: Vec<Outcome> = parts.iter().map(|part| part.joint().outcome).collect();
        assert_eq!(outcomes, [outcome], "{pattern:?} {on_address:?} {asked}");
        assert_eq!(parts[0].joint().reasons.is_empty(), outcome != Undecided);
    }
}

/// A look at the URL sees the port under CONNECT, and a path that nobody states otherwise.
#[test]
fn urls_in_rules_and_addresses_that_are_asked() {
    let pattern = |text| HostPattern::Regex(Regex::parse(Syntax::PosixExtended, text, true).expect("an expression"));
    for (text, method, outcome) in [
        ("^20\\.1\\.2\\.3:443$", Method::Connect, Allowed),
        ("^20\\.1\\.2\\.3$", Method::Connect, Blocked),
        ("^20\\.1\\.2\\.3:443$", Method::Get, Undecided),
    ] {
        let subject = Subject::Url;
        let test = HostTest { pattern: pattern(text), subject, on_address: OnAddress::AsText, maybe: None };
        let view = vantage("here", Planes::PROXY, vec![rule("r", Action::Allow, Condition::Host(test))]);
        let question = Question { method, ..Question::tcp(443) };
        let part = addresses(&[vec![&view]], &question, &Tags, &net("20.1.2.3/32"))[0].joint();
        assert_eq!(part.outcome, outcome, "{text}");
    }
}

#[test]
fn a_tag_in_a_rule_has_the_addresses_of_the_table() {
    struct Storage(AddressSet);
    impl TagTable for Storage {
        fn addresses(&self, tag: &str) -> Option<&AddressSet> {
            (tag == "Storage").then_some(&self.0)
        }
    }
    for (tag, outcomes) in [("Storage", &[Blocked, Allowed][..]), ("Sql", &[Undecided])] {
        let view =
            vantage("here", Planes::ADDRESSES, vec![rule("r", Action::Allow, Condition::DestinationTag(tag.into()))]);
        let parts = addresses(&[vec![&view]], &Question::tcp(443), &Storage(net("20.0.0.0/9")), &net("20.0.0.0/8"));
        assert_eq!(parts.iter().map(|part| part.joint().outcome).collect::<Vec<_>>(), outcomes);
    }
}

#[test]
fn what_a_question_alone_answers() {
    let always = || Condition::destination(net("20.0.0.0/8"));
    let from = |text: &str| Condition::Source(net(text));
    let ports = |ranges: &[(u16, u16)]| Condition::Port(ranges.to_vec());
    for (when, outcome) in [
        (ports(&[(443, 443)]), Allowed),
        (ports(&[(80, 80), (400, 443)]), Allowed),
        (ports(&[(443, 500)]), Allowed),
        (ports(&[(0, 442), (444, 65535)]), Blocked),
        (Condition::Protocol(Protocol::Tcp), Allowed),
        (Condition::Protocol(Protocol::Udp), Blocked),
        (Condition::Method(Method::Connect), Allowed),
        (Condition::Method(Method::Get), Blocked),
        (from("10.1.0.0/16"), Allowed),
        (from("10.1.2.0/25"), Undecided),
        (from("10.2.0.0/16"), Blocked),
        (Condition::SourceTag("Storage".into()), Undecided),
    ] {
        let view = vantage(
            "here",
            Planes::ADDRESSES,
            vec![rule("r", Action::Allow, Condition::All(vec![when.clone(), always()]))],
        );
        let question = Question { source: Some(net("10.1.2.0/24")), ..Question::tcp(443) };
        let part = addresses(&[vec![&view]], &question, &Tags, &net("20.0.0.0/16"))[0].joint();
        assert_eq!(part.outcome, outcome, "{when:?}");
    }
}

/// A rule behind a denial has its turn as soon as any port, protocol or source is left to it.
#[test]
fn a_rule_that_has_its_turn_for_other_traffic_is_not_called_dead() {
    let anywhere = AddressSet::all();
    for (first, never) in [
        (Condition::always(), true),
        (Condition::Source(anywhere), true),
        (Condition::Source(net("10.0.0.0/8")), false),
        (Condition::SourceTag("VirtualNetwork".into()), false),
        (Condition::Port(vec![(443, 443)]), false),
        (Condition::Protocol(Protocol::Tcp), false),
        (Condition::Method(Method::Connect), false),
    ] {
        let to = || Condition::destination(net("20.0.0.0/8"));
        let deny = Condition::All(vec![first.clone(), to()]);
        let view =
            vantage("here", Planes::ADDRESSES, vec![rule("d", Action::Deny, deny), rule("a", Action::Allow, to())]);
        let question = Question { source: Some(net("10.1.2.3/32")), ..Question::tcp(443) };
        let tags = VirtualNetwork(net("10.0.0.0/8"));
        let part = addresses(&[vec![&view]], &question, &tags, &net("20.0.0.0/16"))[0].joint();
        assert_eq!(part.outcome, Blocked, "{first:?}");
        assert_eq!(part.behind.map(|behind| behind.never), Some(never), "{first:?}");
    }
}

/// A device may try one written rule at two places, each time for other addresses.
#[test]
fn rules_on_the_same_lines_have_their_turn_together() {
    let to = |span: Option<u32>, action, prefix| {
        let span = span.map(|start| Span { file: 0, start, end: start + 1 });
        Rule { span, ..rule("r", action, Condition::destination(net(prefix))) }
    };
    for (elsewhere, told) in [(Some(1), false), (Some(2), true), (None, true)] {
        let rules = vec![
            to(elsewhere, Action::Deny, "168.63.129.16/32"),
            to(None, Action::Allow, "20.0.0.0/8"),
            to(Some(1), Action::Deny, "20.0.0.0/16"),
        ];
        let view = seen(gate(Planes::ADDRESSES, rules));
        let part = addresses(&[vec![&view]], &Question::tcp(443), &Tags, &net("20.0.0.0/16"))[0].joint();
        assert_eq!((part.outcome, part.behind.is_some()), (Allowed, told), "{elsewhere:?}");
    }
}

/// What one kind of source shows is told whichever kind is asked first.
#[test]
fn what_is_behind_is_told_in_any_order_of_the_sources() {
    let from = |source, prefix| {
        let when = Condition::All(vec![Condition::Source(net(source)), Condition::destination(net(prefix))]);
        rule(source, Action::Allow, when)
    };
    for ([one, two], told) in
        [(["20.0.0.0/16", "30.0.0.0/8"], "10.1.0.0/16"), (["30.0.0.0/8", "20.0.0.0/16"], "10.2.0.0/16")]
    {
        let deny = rule("deny", Action::Deny, Condition::destination(net("20.0.0.0/16")));
        let view = seen(gate(Planes::ADDRESSES, vec![deny, from("10.1.0.0/16", one), from("10.2.0.0/16", two)]));
        let part = addresses(&[vec![&view]], &Question::tcp(443), &Tags, &net("20.0.0.0/24"))[0].joint();
        assert_eq!((part.outcome, part.behind.map(|behind| behind.by.rule)), (Blocked, Some(told.to_owned())));
    }
}

struct VirtualNetwork(AddressSet);

impl TagTable for VirtualNetwork {
    fn addresses(&self, tag: &str) -> Option<&AddressSet> {
        (tag == "VirtualNetwork").then_some(&self.0)
    }
}

#[test]
fn a_set_is_told_by_its_first_prefixes() {
    let prefixes = ["10.1.0.0/24", "10.3.0.0/24", "10.5.0.0/24", "10.7.0.0/24", "10.9.0.0/24"];
    for (count, expected) in [
        (1, "10.1.0.0/24"),
        (3, "10.1.0.0/24, 10.3.0.0/24, 10.5.0.0/24"),
        (4, "10.1.0.0/24, 10.3.0.0/24, 10.5.0.0/24 and 1 more"),
        (5, "10.1.0.0/24, 10.3.0.0/24, 10.5.0.0/24 and 2 more"),
    ] {
        let set = AddressSet::from_nets(prefixes[..count].iter().map(|text| text.parse().expect("a prefix")));
        assert_eq!(short(&set), expected);
    }
}
