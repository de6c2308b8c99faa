use super::*;
use crate::hosts::{Domain, Regex};

fn exact(name: &str) -> HostPattern {
    HostPattern::Exact(name.into())
}

fn below(base: &str) -> HostPattern {
    HostPattern::Domain(Domain::below(base))
}

fn glob(text: &str) -> HostPattern {
    HostPattern::Glob(text.into())
}

fn regex(text: &str) -> HostPattern {
    HostPattern::Regex(Regex::posix_extended(text, false).expect(text))
}

/// What one pattern does to a required set: for each answer a shortest name.
fn answers(required: &str, pattern: &HostPattern) -> String {
    let required = HostSet::parse(required).expect("a host set");
    let cells = explore(&required, &[Probe { patterns: vec![pattern], after: "" }]).expect("simple");
    let shown = cells.iter().map(|cell| format!("{:?} {}", cell.matched(0), cell.witness));
    shown.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_pattern_and_a_required_set_meet() {
    for (required, pattern, expected) in [
        ("a.ex.com", exact("a.ex.com"), "Yes a.ex.com"),
        ("a.ex.com", exact("b.ex.com"), "No a.ex.com"),
        ("a.ex.com", below("ex.com"), "Yes a.ex.com"),
        ("ex.com", below("ex.com"), "No ex.com"),
        ("*.ex.com", below("ex.com"), "Yes a.ex.com"),
        ("*.ex.com", below("com"), "Yes a.ex.com"),
        ("*.ex.com", below("a.ex.com"), "No a.ex.com, Yes a.a.ex.com"),
        ("*.ex.com", exact("b.ex.com"), "No a.ex.com, Yes b.ex.com"),
        ("*.ex.com", HostPattern::Any, "Yes a.ex.com"),
        ("*.ex.com", HostPattern::Never, "No a.ex.com"),
        ("*.ex.com", glob("*.ex.com"), "Yes a.ex.com"),
        ("*.ex.com", glob("?.ex.com"), "Yes a.ex.com, No aa.ex.com"),
        ("*.ex.com", regex("ex.com"), "Yes a.ex.com"),
        ("*.ex.com", regex("ex\\.com$"), "Yes a.ex.com"),
        ("*.ex.com", regex("^[a-z0-9_-]+\\.ex\\.com$"), "Yes a.ex.com, No a.a.ex.com"),
        ("*.ex.com", regex("^([a-z0-9_-]{1,63}\\.)+ex\\.com$"), "Yes a.ex.com"),
        ("*.ex.com", regex("^([a-z0-9_-]{1,3}\\.)+ex\\.com$"), "Yes a.ex.com, No aaaa.ex.com"),
        ("*.ex.com", regex("(^|\\.)a\\.ex\\.com$"), "Yes a.ex.com, No b.ex.com"),
        ("*.ex.com", regex("EX"), "No a.ex.com"),
        ("md-*.z*.ex.com", below("ex.com"), "Yes md-a.z.ex.com"),
        ("*cdn.ex.com", exact("cdn.ex.com"), "Yes cdn.ex.com, No acdn.ex.com"),
    ] {
        assert_eq!(answers(required, &pattern), expected, "{required} against {pattern:?}");
    }
}

#[test]
fn a_domain_matches_apex_labels_and_neighbours_as_its_row_says() {
    let all_maybe = Domain {
        apex: Tri::Maybe,
        one_label: Tri::Yes,
        more_labels: Tri::No,
        neighbours: Tri::Maybe,
        ..Domain::below("ex.com")
    };
    let one_label = Domain { max_labels: Some(1), ..Domain::and_below("ex.com") };
    let limited = Domain { max_labels: Some(3), ..Domain::and_below("ex.com") };
    for (pattern, host, expected) in [
        (&all_maybe, "ex.com", Tri::Maybe),
        (&all_maybe, "a.ex.com", Tri::Yes),
        (&all_maybe, "b.a.ex.com", Tri::No),
        (&all_maybe, "xex.com", Tri::Maybe),
        (&all_maybe, "b.xex.com", Tri::Maybe),
        (&limited, "ex.com", Tri::Yes),
        (&limited, "c.b.a.ex.com", Tri::Yes),
        (&limited, "d.c.b.a.ex.com", Tri::No),
        (&limited, "xex.com", Tri::No),
        (&one_label, "a.ex.com", Tri::Yes),
        (&one_label, "b.a.ex.com", Tri::No),
    ] {
        let pattern = HostPattern::Domain(pattern.clone());
        assert_eq!(matches_text(&Probe { patterns: vec![&pattern], after: "" }, host), expected, "{host}");
    }
}

#[test]
fn the_port_after_the_name_belongs_to_the_url_of_a_connect_request() {
    for (text, expected) in
        [("^https://", Tri::No), ("ex\\.com:443$", Tri::Yes), ("ex\\.com$", Tri::No), ("^a\\.ex\\.com:", Tri::Yes)]
    {
        let pattern = regex(text);
        assert_eq!(matches_text(&Probe { patterns: vec![&pattern], after: ":443" }, "a.ex.com"), expected, "{text}");
    }
}

fn probe<'a>(patterns: &'a [HostPattern]) -> Probe<'a> {
    Probe { patterns: patterns.iter().collect(), after: "" }
}

fn names_below(suffix: &str, count: usize) -> Vec<HostPattern> {
    // Numbers spread over the letters, so that the names share little.
    (0..count).map(|n| exact(&format!("h{:x}.{suffix}", n.wrapping_mul(0x9e37_79b9) & 0xffff_ffff))).collect()
}

#[test]
fn what_cannot_matter_is_not_explored() {
    let patterns = names_below("example", 100_000);
    let probes: Vec<Probe> = patterns.iter().map(|pattern| Probe { patterns: vec![pattern], after: "" }).collect();
    let required = HostSet::parse("*.blob.core.windows.net").expect("a host set");
    assert_eq!(explore(&required, &probes).expect("simple").len(), 1);
}

#[test]
fn names_by_the_ten_thousand_below_a_required_suffix_are_decided() {
    let required = HostSet::parse("*.blob.core.windows.net").expect("a host set");
    let mut patterns = names_below("blob.core.windows.net", 30_000);
    let cells = explore(&required, &[probe(&patterns)]).expect("decided");
    let shown: Vec<_> = cells.iter().map(|cell| (cell.matched(0), cell.witness.len())).collect();
    assert_eq!(shown, [(Tri::No, "a.blob.core.windows.net".len()), (Tri::Yes, "h0.blob.core.windows.net".len())]);
    patterns.push(below("blob.core.windows.net"));
    let cells = explore(&required, &[probe(&patterns)]).expect("decided");
    assert_eq!(cells.iter().map(|cell| cell.matched(0)).collect::<Vec<_>>(), [Tri::Yes]);
}

#[test]
fn suffixes_by_the_thousand_each_asked_by_itself_are_told_apart() {
    let hosts: Vec<HostPattern> = (0..1000).map(|n| below(&format!("h{n}.windows.net"))).collect();
    let probes: Vec<Probe> = hosts.iter().map(|pattern| Probe { patterns: vec![pattern], after: "" }).collect();
    let required = HostSet::parse("*.windows.net").expect("a host set");
    assert_eq!(explore(&required, &probes).expect("simple").len(), 1001);
}

#[test]
fn expressions_by_the_hundred_are_decided() {
    let patterns: Vec<HostPattern> = (0..100).map(|n| regex(&format!("^h{n}[a-z]*\\.blob\\.core"))).collect();
    let required = HostSet::parse("*.blob.core.windows.net").expect("a host set");
    assert_eq!(explore(&required, &[probe(&patterns)]).expect("decided").len(), 2);
}
