use super::naive::{Pattern, Tree, is_required};
use crate::hosts::{Cell, Domain, HostPattern, HostSet, Probe, Syntax, Tri, explore, matches_text};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Labels have one or two of these letters.
const LETTERS: [char; 3] = ['a', 'b', 'c'];

static LABELS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let one = LETTERS.iter().map(|letter| letter.to_string());
    let two = LETTERS.iter().flat_map(|first| LETTERS.iter().map(move |second| format!("{first}{second}")));
    one.chain(two).collect()
});

/// Every name of one to three labels, the shortest first.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names: Vec<String> = LABELS.clone();
    let mut last = names.clone();
    for _ in 0..2 {
        last = last.iter().flat_map(|name| LABELS.iter().map(move |label| format!("{label}.{name}"))).collect();
        names.extend(last.iter().cloned());
    }
    names.sort_by_key(String::len);
    names
});

fn tri() -> impl Strategy<Value = Tri> {
    prop_oneof![Just(Tri::No), Just(Tri::Maybe), Just(Tri::Yes)]
}

fn name(labels: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec("[abc]{1,2}", labels).prop_map(|labels| labels.join("."))
}

fn domain() -> impl Strategy<Value = Domain> {
    let max = prop_oneof![3 => Just(None), 1 => (1_u8..3).prop_map(Some)];
    (name(1..=2), [tri(), tri(), tri(), tri()], max).prop_map(
        |(base, [apex, one_label, more_labels, neighbours], max)| Domain {
            base,
            apex,
            one_label,
            more_labels,
            max_labels: max,
            neighbours,
        },
    )
}

fn tree() -> impl Strategy<Value = Tree> {
    let letter = prop_oneof![Just('a'), Just('b'), Just('c'), Just('.')];
    let leaf = prop_oneof![
        6 => letter.prop_map(Tree::Letter),
        1 => Just(Tree::AnyCharacter),
        1 => ("[abc]{1,2}", any::<bool>()).prop_map(|(letters, negated)| Tree::Set(letters, negated)),
        1 => Just(Tree::Start),
        1 => Just(Tree::End),
        1 => Just(Tree::Empty),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let max = prop_oneof![Just(None), (0_u32..3).prop_map(Some)];
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(Tree::Sequence),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(Tree::Either),
            1 => (inner, 0_u32..2, max).prop_map(|(inner, min, more)| {
                Tree::Repeat(Box::new(inner), min, more.map(|more| min + more))
            }),
        ]
    })
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let syntax = prop_oneof![Just(Syntax::PosixBasic), Just(Syntax::PosixExtended), Just(Syntax::Perl)];
    let sure = prop_oneof![
        1 => Just(Pattern::Any),
        1 => Just(Pattern::Never),
        3 => name(1..=3).prop_map(Pattern::Exact),
        5 => domain().prop_map(Pattern::Domain),
        3 => "[abc.*?]{1,5}".prop_map(Pattern::Glob),
        1 => "\\*[abc.]{1,3}".prop_map(Pattern::Glob),
        5 => (syntax, tree()).prop_map(|(syntax, tree)| Pattern::Expression(syntax, tree)),
    ];
    (sure, prop::bool::weighted(0.1)).prop_map(|(pattern, perhaps)| match perhaps {
        true => Pattern::Perhaps(Box::new(pattern)),
        false => pattern,
    })
}

/// Probes of one to three patterns each.
fn probes() -> impl Strategy<Value = Vec<Vec<Pattern>>> {
    prop::collection::vec(prop::collection::vec(pattern(), 1..4), 1..4)
}

fn required() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => name(1..=3),
        3 => name(1..=2).prop_map(|base| format!("*.{base}")),
        1 => name(1..=1).prop_map(|base| format!("*{base}")),
        1 => (name(1..=1), name(1..=1)).prop_map(|(first, last)| format!("{first}.*.{last}")),
        1 => ("[abc]{0,1}\\*[abc]{0,1}", name(1..=2)).prop_map(|(label, base)| format!("{label}.{base}")),
    ]
}

fn answer(patterns: &[Pattern], name: &str) -> Tri {
    patterns.iter().fold(Tri::No, |answer, pattern| answer.or(pattern.matches(name)))
}

fn to_engine(probes: &[Vec<Pattern>]) -> Vec<Vec<HostPattern>> {
    probes.iter().map(|patterns| patterns.iter().map(Pattern::to_engine).collect()).collect()
}

fn explored(required: &HostSet, patterns: &[Vec<HostPattern>]) -> Vec<Cell> {
    let probes: Vec<Probe<'_>> =
        patterns.iter().map(|patterns| Probe { patterns: patterns.iter().collect(), after: "" }).collect();
    explore(required, &probes).expect("small enough")
}

/// The answers of all probes.
fn vector(cell: &Cell, probes: usize) -> Vec<Tri> {
    (0..probes as u32).map(|probe| cell.matched(probe)).collect()
}

/// The combinations of answers among the enumerated names, each with the length of its shortest name.
fn enumerated(required: &str, probes: &[Vec<Pattern>]) -> BTreeMap<Vec<Tri>, usize> {
    let mut found = BTreeMap::new();
    for name in NAMES.iter().filter(|name| is_required(required, name)) {
        let answers = probes.iter().map(|patterns| answer(patterns, name)).collect();
        found.entry(answers).or_insert(name.len());
    }
    found
}

/// Whether a name could be among the enumerated ones with another letter in place of one that no pattern names.
fn is_small(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    labels.len() <= 3 && labels.iter().all(|label| label.len() <= 2 && label.chars().all(|c| LETTERS.contains(&c)))
}

proptest! {
    /// One pattern and one name: the engine's answer is the naive matcher's, for every small name.
    #[test]
    fn a_pattern_matches_the_names_that_the_naive_matcher_says(pattern in pattern()) {
        let own = pattern.to_engine();
        let probe = Probe { patterns: vec![&own], after: "" };
        for name in NAMES.iter().step_by(5) {
            prop_assert_eq!(matches_text(&probe, name), pattern.matches(name), "{:?} on {}", pattern, name);
        }
    }

    /// Every combination of answers that some small name has is found, with a name at least as short; every witness is
    /// required and has the answers that its cell claims; small witnesses are among the shortest.
    #[test]
    fn cells_are_the_combinations_that_names_have(required in required(), probes in probes()) {
        let set = HostSet::parse(&required).expect("a host set");
        let cells = explored(&set, &to_engine(&probes));
        let found: BTreeMap<Vec<Tri>, &str> =
            cells.iter().map(|cell| (vector(cell, probes.len()), cell.witness.as_str())).collect();
        prop_assert_eq!(found.len(), cells.len(), "a combination is told twice");
        let small = enumerated(&required, &probes);
        for (answers, length) in &small {
            let witness = found.get(answers);
            prop_assert!(witness.is_some_and(|name| name.len() <= *length), "{:?} at length {}: {:?}", answers, length, witness);
        }
        for cell in &cells {
            prop_assert!(is_required(&required, &cell.witness), "{}", cell.witness);
            let answers: Vec<Tri> = probes.iter().map(|patterns| answer(patterns, &cell.witness)).collect();
            prop_assert_eq!(&answers, &vector(cell, probes.len()), "{}", &cell.witness);
            if is_small(&cell.witness) {
                prop_assert_eq!(small.get(&answers), Some(&cell.witness.len()));
            }
        }
        prop_assert!(cells.is_sorted_by_key(|cell| cell.witness.len()), "the shortest first");
    }

    /// A name asked for as it stands is decided as the naive matcher decides it.
    #[test]
    fn an_exact_name_has_one_cell(name in name(1..=3), probes in probes()) {
        let set = HostSet::parse(&name).expect("a host set");
        let cells = explored(&set, &to_engine(&probes));
        prop_assert_eq!(cells.len(), 1);
        let answers: Vec<Tri> = probes.iter().map(|patterns| answer(patterns, &name)).collect();
        prop_assert_eq!((vector(&cells[0], probes.len()), cells[0].witness.as_str()), (answers, name.as_str()));
    }

    /// Neither the order of a probe's patterns nor saying one of them twice changes a cell.
    #[test]
    fn a_union_has_no_order(required in required(), probes in probes(), seed in any::<usize>()) {
        let set = HostSet::parse(&required).expect("a host set");
        let patterns = to_engine(&probes);
        let turned: Vec<Vec<HostPattern>> = patterns
            .iter()
            .map(|patterns| {
                let mut turned: Vec<HostPattern> = patterns.iter().rev().cloned().collect();
                turned.push(patterns[seed % patterns.len()].clone());
                turned
            })
            .collect();
        prop_assert_eq!(explored(&set, &patterns), explored(&set, &turned));
    }

    /// A pattern that matches everything leaves one answer, and one that matches nothing changes none.
    #[test]
    fn everything_and_nothing_are_neutral(required in required(), probes in probes()) {
        let set = HostSet::parse(&required).expect("a host set");
        let patterns = to_engine(&probes);
        let with = |more: HostPattern| -> Vec<Vec<HostPattern>> {
            patterns.iter().map(|own| own.iter().cloned().chain([more.clone()]).collect()).collect()
        };
        prop_assert_eq!(explored(&set, &with(HostPattern::Never)), explored(&set, &patterns));
        let all = explored(&set, &with(HostPattern::Any));
        prop_assert_eq!(all.len(), 1);
        prop_assert!(vector(&all[0], probes.len()).iter().all(|answer| *answer == Tri::Yes));
    }
}

/// Every combination of answers around a domain, against the enumerated names.
#[test]
fn a_domain_may_say_anything_of_what_lies_around_it() {
    const ANSWERS: [Tri; 3] = [Tri::No, Tri::Maybe, Tri::Yes];
    let combinations = (0..81).map(|n| [n / 27, n / 9 % 3, n / 3 % 3, n % 3].map(|at: usize| ANSWERS[at]));
    for [apex, one_label, more_labels, neighbours] in combinations {
        for max_labels in [None, Some(1), Some(2)] {
            let base = "b.a".to_owned();
            let domain = Domain { base, apex, one_label, more_labels, max_labels, neighbours };
            let probes = [vec![Pattern::Domain(domain.clone())]];
            for required in ["*.a", "*b.a", "a.b.a", "*.b.a"] {
                let cells = explored(&HostSet::parse(required).expect(required), &to_engine(&probes));
                let found: BTreeMap<_, _> = cells.iter().map(|cell| (vector(cell, 1), cell.witness.len())).collect();
                let beyond = |answers: &Vec<Tri>| {
                    cells.iter().any(|cell| vector(cell, 1) == *answers && !is_small(&cell.witness))
                };
                let mut expected = enumerated(required, &probes);
                // What only deeper names have is told apart, too.
                expected.extend(found.iter().filter(|(answers, _)| beyond(answers)).map(|(a, l)| (a.clone(), *l)));
                assert_eq!(found, expected, "{required} {domain:?}");
            }
        }
    }
}

/// A required star spans one label or more at the beginning, one label elsewhere, and a run of characters inside a label.
#[test]
fn required_stars_span_what_the_documents_mean() {
    let inside = |required: &str, name: &str| {
        let set = HostSet::parse(required).expect(required);
        let probe = HostPattern::Exact(name.to_owned());
        let cells = explore(&set, &[Probe { patterns: vec![&probe], after: "" }]).expect("simple");
        cells.iter().any(|cell| cell.matched(0) == Tri::Yes)
    };
    for (required, within, outside) in [
        ("*.ex.com", &["a.ex.com", "b.a.ex.com", "c.b.a.ex.com"][..], &["ex.com", "aex.com", "a.exx.com"][..]),
        ("a.*.ex.com", &["a.b.ex.com"], &["a.ex.com", "a.b.c.ex.com", "b.b.ex.com"]),
        ("*.a*b.ex.com", &["x.ab.ex.com", "y.x.azzb.ex.com"], &["ab.ex.com", "x.a.b.ex.com"]),
        ("*-a.ex.com", &["x-a.ex.com", "y.x-a.ex.com"], &["-a.ex.com", "a.ex.com"]),
    ] {
        for name in within {
            assert!(inside(required, name), "{required} {name}");
        }
        for name in outside {
            assert!(!inside(required, name), "{required} {name}");
        }
    }
}
