//! What becomes of names: at gates of addresses, under tests of addresses, names and URLs, and in long lists.

use super::super::communities;
use super::{Tags, gate, net, rule, texts, unknown, vantage};
use crate::addresses::{AddressSet, Family};
use crate::hosts::{Domain, HostPattern, HostSet, Regex, Syntax, Tri};
use crate::policy::{
    Action, Community, Condition, DestinationTest, HostTest, Method, OnAddress, Planes, Reason, Rule, Subject,
};
use crate::reach::{Along, Outcome, Question, names};
use crate::source::Span;
use Outcome::{Allowed, Blocked, Undecided, Unsupported};

fn asked(planes: Planes, rules: Vec<Rule>, question: &Question, name: &str) -> Vec<Along<String>> {
    let view = vantage("here", planes, rules);
    names(&[vec![&view]], question, &Tags, &HostSet::parse(name).expect("a name"))
}

fn outcome(rules: Vec<Rule>, question: &Question, name: &str) -> Outcome {
    let parts = asked(Planes::PROXY, rules, question, name);
    assert_eq!(parts.len(), 1);
    parts[0].joint().outcome
}

fn exact(name: &str) -> Condition {
    Condition::host(HostPattern::Exact(name.into()))
}

fn regex(text: &str) -> HostPattern {
    HostPattern::Regex(Regex::parse(Syntax::PosixExtended, text, true).expect("an expression"))
}

fn url(pattern: HostPattern) -> Condition {
    Condition::Host(HostTest { pattern, subject: Subject::Url, on_address: OnAddress::Never, maybe: None })
}

fn line(number: u32) -> Span {
    Span { file: 0, start: number, end: number + 1 }
}

/// Names at a gate that knows addresses only are decided where it treats all public addresses alike.
#[test]
fn names_at_a_gate_of_addresses() {
    let both = || Condition::All(vec![Condition::destination(net("20.0.0.0/8")), unknown("u")]);
    let all_v4 = || Condition::destination(net("0.0.0.0/0"));
    let v4 = Question::tcp(443);
    let v6 = Question { families: vec![Family::V4, Family::V6], ..Question::tcp(443) };
    for (rules, question, expected, reason) in [
        (vec![rule("r", Action::Allow, all_v4())], &v4, Allowed, ""),
        (vec![rule("r", Action::Allow, all_v4())], &v6, Unsupported, "knows addresses only"),
        (vec![], &v4, Blocked, ""),
        (
            vec![rule("r", Action::Allow, Condition::destination(net("20.0.0.0/8")))],
            &v4,
            Unsupported,
            "knows addresses",
        ),
        (vec![rule("r", Action::Allow, unknown("u"))], &v4, Undecided, "u"),
        (vec![rule("r", Action::Allow, both())], &v4, Unsupported, "knows addresses only"),
        (vec![rule("d", Action::Deny, both()), rule("r", Action::Allow, all_v4())], &v4, Undecided, "u"),
    ] {
        let parts = asked(Planes::ADDRESSES, rules.clone(), question, "*.example");
        let part = parts[0].joint();
        assert_eq!((parts.len(), part.outcome), (1, expected), "{rules:?}");
        assert!(texts(&part.reasons).join("; ").contains(reason), "{:?}", part.reasons);
        assert_eq!(part.reasons.is_empty(), reason.is_empty());
        assert_eq!(part.by.is_empty(), expected == Unsupported);
    }
}

/// A proxy that looks names up compares their addresses, which DNS tells, or a document.
#[test]
fn names_under_tests_of_addresses_that_are_looked_up() {
    let looked_up = |text: &str| Condition::Destination(DestinationTest { set: net(text), resolves_names: true });
    let nowhere = || Condition::Destination(DestinationTest { set: AddressSet::empty(), resolves_names: true });
    let deny_then_all =
        |when| vec![rule("d", Action::Deny, when), rule("a", Action::Allow, Condition::host(HostPattern::Any))];
    for (rules, leads_to, expected) in [
        (vec![rule("a", Action::Allow, looked_up("20.0.0.0/8"))], None, Undecided),
        (vec![rule("a", Action::Allow, looked_up("20.0.0.0/8"))], Some("20.1.0.0/16"), Allowed),
        (vec![rule("a", Action::Allow, looked_up("20.0.0.0/8"))], Some("20.0.0.0/7"), Undecided),
        (vec![rule("a", Action::Allow, looked_up("20.0.0.0/8"))], Some("30.0.0.0/8"), Undecided),
        (vec![rule("a", Action::Allow, nowhere())], None, Blocked),
        (deny_then_all(looked_up("20.0.0.0/8")), None, Undecided),
        (deny_then_all(looked_up("20.0.0.0/8")), Some("30.0.0.0/8"), Allowed),
        (deny_then_all(looked_up("20.0.0.0/8")), Some("20.0.0.0/7"), Undecided),
        (deny_then_all(looked_up("20.0.0.0/8")), Some("20.1.0.0/16"), Blocked),
        (deny_then_all(nowhere()), None, Allowed),
    ] {
        let question = Question { leads_to: leads_to.map(net), ..Question::tcp(443) };
        assert_eq!(outcome(rules.clone(), &question, "a.example"), expected, "{rules:?} {leads_to:?}");
    }
}

/// Under CONNECT a URL is the name and its port; otherwise it has a path that nobody states.
#[test]
fn names_under_tests_of_urls() {
    let (connect, get) = (Question::tcp(443), Question { method: Method::Get, ..Question::tcp(443) });
    for (when, question, expected) in [
        (url(regex("^a\\.example:443$")), &connect, Allowed),
        (url(regex("^a\\.example$")), &connect, Blocked),
        (url(regex("^a\\.example")), &get, Undecided),
        (url(HostPattern::Glob("*.example:443".into())), &connect, Allowed),
        (url(HostPattern::Any), &get, Allowed),
        (url(HostPattern::Never), &get, Blocked),
        (url(HostPattern::Any), &connect, Allowed),
        (Condition::host(regex("^a\\.example$")), &connect, Allowed),
        (Condition::host(regex("^a\\.example$")), &get, Allowed),
        (Condition::Any(vec![exact("b.example"), url(regex("^a\\.example:443$"))]), &connect, Allowed),
        (Condition::Any(vec![exact("b.example"), url(regex("^a\\.example$"))]), &connect, Blocked),
        (
            Condition::Any(vec![url(regex("^b\\.example:443$")), Condition::host(regex("^a\\.example$"))]),
            &connect,
            Allowed,
        ),
        (Condition::Any(vec![exact("b.example"), exact("a.example")]), &connect, Allowed),
    ] {
        let rules = vec![rule("r", Action::Allow, when.clone())];
        assert_eq!(outcome(rules, question, "a.example"), expected, "{when:?} {:?}", question.method);
    }
}

#[test]
fn combinations_of_tests_of_names() {
    let all = |parts: Vec<Condition>| Condition::All(parts);
    let any = |parts: Vec<Condition>| Condition::Any(parts);
    for (when, a, b) in [
        (exact("a.example").negate(), Blocked, Allowed),
        (Condition::host(HostPattern::Any).negate(), Blocked, Blocked),
        (Condition::host(HostPattern::Never).negate(), Allowed, Allowed),
        (all(vec![]), Allowed, Allowed),
        (any(vec![]), Blocked, Blocked),
        (all(vec![exact("a.example"), Condition::Port(vec![(443, 443)])]), Allowed, Blocked),
        (all(vec![exact("a.example"), exact("b.example").negate()]), Allowed, Blocked),
        (any(vec![exact("a.example"), Condition::Port(vec![(80, 80)])]), Allowed, Blocked),
        (any(vec![exact("a.example").negate(), exact("b.example")]), Blocked, Allowed),
        (any(vec![unknown("u"), exact("b.example")]), Undecided, Allowed),
        (all(vec![unknown("u"), exact("b.example")]), Blocked, Undecided),
    ] {
        let found = ["a.example", "b.example"]
            .map(|name| outcome(vec![rule("r", Action::Allow, when.clone())], &Question::tcp(443), name));
        assert_eq!(found, [a, b], "{when:?}");
    }
}

/// Of names only a denial is told to come before an allowance.
#[test]
fn a_rule_behind_another_is_told_where_it_would_let_a_name_through() {
    let any = || Condition::host(HostPattern::Any);
    for (rules, expected) in [
        (vec![rule("d", Action::Deny, any()), rule("a", Action::Allow, exact("a.example"))], Some("a")),
        (vec![rule("a", Action::Allow, any()), rule("d", Action::Deny, exact("a.example"))], None),
        (vec![rule("d", Action::Deny, any())], None),
    ] {
        let part = asked(Planes::NAMES, rules, &Question::tcp(443), "a.example")[0].joint();
        assert_eq!(part.behind.map(|behind| behind.by.rule), expected.map(str::to_owned));
    }
}

/// Rules of a short list are told apart; in a long one the answer still names the rule of its shortest name.
#[test]
fn long_lists_still_name_the_rule() {
    let listed = |count: usize| -> Vec<Rule> {
        let mut rules: Vec<Rule> = (0..count)
            .map(|at| rule(&format!("allow {at}"), Action::Allow, exact(&format!("n{at}.example"))))
            .collect();
        rules.insert(count / 2, rule("deny", Action::Deny, exact("d.example")));
        rules
    };
    for count in [10, 60] {
        for (name, outcome, by) in [
            ("n3.example".to_owned(), Allowed, "allow 3".to_owned()),
            (format!("n{}.example", count - 1), Allowed, format!("allow {}", count - 1)),
            ("d.example".to_owned(), Blocked, "deny".to_owned()),
        ] {
            let part = asked(Planes::NAMES, listed(count), &Question::tcp(443), &name)[0].joint();
            assert_eq!((part.outcome, part.by[0].rule.as_str()), (outcome, by.as_str()), "{name} of {count}");
        }
    }
    let kinds = |count| asked(Planes::NAMES, listed(count), &Question::tcp(443), "*.example").len();
    assert_eq!((kinds(10), kinds(60)), (12, 4));
}

#[test]
fn open_entries_of_a_long_list_give_the_reasons_of_theirs_alone() {
    let open = |at: usize| {
        let domain = Domain { apex: Tri::Maybe, ..Domain::below(format!("n{at}.example")) };
        let maybe = Some(Reason::new(format!("apex {at}")));
        let pattern = HostPattern::Domain(domain);
        Condition::Host(HostTest { pattern, subject: Subject::Host, on_address: OnAddress::Never, maybe })
    };
    for count in [10, 60] {
        let rule = |at: usize| Rule { span: Some(line(at as u32)), ..rule("r", Action::Allow, open(at)) };
        let rules: Vec<Rule> = (0..count).map(rule).collect();
        let part = asked(Planes::NAMES, rules, &Question::tcp(443), "n7.example")[0].joint();
        assert_eq!((part.outcome, part.reasons), (Undecided, vec![Reason::new("apex 7").at(line(7))]), "{count}");
    }
}

/// Of rules that decide together, the one that matches the shortest name is told, wherever it stands.
#[test]
fn a_long_list_names_the_rule_of_the_shortest_name() {
    let name = |at: usize| if at == 40 { "n.example".to_owned() } else { format!("name{at}.example") };
    let rules = |when: &dyn Fn(usize) -> Condition| -> Vec<Rule> {
        let rule = |at| Rule { span: Some(line(at as u32)), ..rule(&format!("allow {at}"), Action::Allow, when(at)) };
        (0..60).map(rule).collect()
    };
    let part = |rules, outcome| {
        let parts = asked(Planes::NAMES, rules, &Question::tcp(443), "*.example");
        parts.iter().map(Along::joint).find(|part| part.outcome == outcome).expect("such a part")
    };
    let allowed = part(rules(&|at| exact(&name(at))), Allowed);
    assert_eq!((allowed.of.as_str(), allowed.by[0].rule.as_str()), ("n.example", "allow 40"));
    let open = |at: usize| {
        let domain = Domain { apex: Tri::Maybe, one_label: Tri::No, more_labels: Tri::No, ..Domain::below(name(at)) };
        let maybe = Some(Reason::new(format!("apex {at}")));
        let pattern = HostPattern::Domain(domain);
        Condition::Host(HostTest { pattern, subject: Subject::Host, on_address: OnAddress::Never, maybe })
    };
    let undecided = part(rules(&open), Undecided);
    assert_eq!((undecided.of.as_str(), undecided.reasons), ("n.example", vec![Reason::new("apex 40").at(line(40))]));
}

/// The reason of what is too complex cites the first rule with an expression.
#[test]
fn what_is_too_complex_cites_an_expression() {
    let exploding = Condition::host(regex("^.{14}a"));
    let inside = Condition::All(vec![Condition::Any(vec![Condition::Not(Box::new(exploding))])]);
    let cited = |number, when| Rule { span: Some(line(number)), ..rule("r", Action::Allow, when) };
    let rules = vec![cited(1, exact("a.example")), cited(2, inside)];
    let part = asked(Planes::NAMES, rules, &Question::tcp(443), "*.example")[0].joint();
    assert_eq!((part.outcome, part.reasons[0].span), (Undecided, Some(line(2))), "{:?}", part.reasons);
}

#[test]
fn a_negated_community_is_any_other() {
    let value = Community(12076, 5060);
    for (other, outcome) in [(value, Blocked), (Community(12076, 5061), Allowed)] {
        let rules = vec![rule("r", Action::Allow, Condition::Community(other).negate())];
        let found = communities::through(&gate(Planes::COMMUNITIES, rules), &Question::tcp(443), &Tags, value);
        assert_eq!(found.outcome, outcome);
    }
    let open = Rule { span: Some(line(3)), ..rule("r", Action::Allow, unknown("u")) };
    let found = communities::through(&gate(Planes::COMMUNITIES, vec![open]), &Question::tcp(443), &Tags, value);
    assert_eq!(found.reasons, [Reason::new("u").at(line(3))]);
}

/// DNS allows labels that begin with a hyphen, so a name that is asked as it stands may have one.
#[test]
fn a_name_that_is_asked_as_it_stands_keeps_its_hyphens() {
    let rules = || vec![rule("r", Action::Allow, Condition::host(HostPattern::Any))];
    assert_eq!(outcome(rules(), &Question::tcp(443), "-a.example"), Allowed);
    assert_eq!(HostSet::parse("*.Example").expect("a set").text(), "*.example");
}

/// A rule that has matched for certain does not hide another whose names lie below the same text.
#[test]
fn rules_below_the_same_text_are_told_apart() {
    let below = Condition::host(HostPattern::Domain(Domain::below("example")));
    let first = Condition::All(vec![Condition::Any(vec![below, exact("a.c.example")]), unknown("u")]);
    let rules = vec![rule("first", Action::Allow, first), rule("second", Action::Allow, exact("b.c.example"))];
    let parts = asked(Planes::NAMES, rules, &Question::tcp(443), "*.c.example");
    let allowed: Vec<&str> =
        parts.iter().filter(|part| part.joint().outcome == Allowed).map(|part| part.of.as_str()).collect();
    assert_eq!(allowed, ["b.c.example"]);
}
