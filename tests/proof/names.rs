//! Names: three letters, three labels.

use crate::cases;
use crate::choices::Choices;
use crate::model::{Bits, Maker, Model, essential};
use egress_check::addresses::AddressSet;
use egress_check::hosts::{Domain, HostPattern, HostSet, Tri};
use egress_check::policy::{Condition, Planes};
use egress_check::reach::{self, Along, Outcome, Part, Question, TagTable, Views};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A pattern and its meaning, written down twice.
#[derive(Clone, Debug)]
enum Pattern {
    Any,
    Exact(String),
    Below(String),
    AndBelow(String),
    OneBelow(String),
    EndsWith(String),
}

struct NoTags;

impl TagTable for NoTags {
    fn addresses(&self, _: &str) -> Option<&AddressSet> {
        None
    }
}

fn letters(choices: &mut Choices<'_>) -> String {
    let labels: Vec<&str> = (0..1 + choices.below(3)).map(|_| choices.one_of(&["a", "b", "c"])).collect();
    labels.join(".")
}

fn pattern(choices: &mut Choices<'_>) -> Pattern {
    let kind = choices.below(7);
    let name = letters(choices);
    match kind {
        0 => Pattern::Any,
        1 | 2 => Pattern::Exact(name),
        3 => Pattern::Below(name),
        4 => Pattern::AndBelow(name),
        5 => Pattern::OneBelow(name),
        _ => Pattern::EndsWith(name),
    }
}

impl Pattern {
    fn matches(&self, name: &str) -> bool {
        let before = |base: &str| name.strip_suffix(base).and_then(|rest| rest.strip_suffix('.'));
        match self {
            Pattern::Any => true,
            Pattern::Exact(base) => name == base,
            Pattern::Below(base) => before(base).is_some(),
            Pattern::AndBelow(base) => name == base || before(base).is_some(),
            Pattern::OneBelow(base) => before(base).is_some_and(|rest| !rest.contains('.')),
            Pattern::EndsWith(end) => name.ends_with(end.as_str()),
        }
    }

    fn condition(&self) -> Condition {
        Condition::host(match self.clone() {
            Pattern::Any => HostPattern::Any,
            Pattern::Exact(base) => HostPattern::Exact(base),
            Pattern::Below(base) => HostPattern::Domain(Domain::below(base)),
            Pattern::AndBelow(base) => HostPattern::Domain(Domain::and_below(base)),
            Pattern::OneBelow(base) => HostPattern::Domain(Domain { more_labels: Tri::No, ..Domain::below(base) }),
            Pattern::EndsWith(end) => HostPattern::Glob(format!("*{end}")),
        })
    }
}

/// Every name of up to three labels of one letter.
fn universe() -> Vec<String> {
    let mut names: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
    for _ in 0..2 {
        let longer = names.iter().flat_map(|name| ["a", "b", "c"].map(|label| format!("{label}.{name}")));
        let longer: Vec<String> = longer.collect();
        names.extend(longer);
    }
    names.sort();
    names.dedup();
    names
}

fn answer(model: &Model<Pattern>, asked: &str) -> Vec<Part<String>> {
    let vantages = model.vantages(Planes::NAMES, &Pattern::condition);
    let path: Vec<Views<'_>> = vantages.iter().map(|device| device.iter().collect()).collect();
    let asked = HostSet::parse(asked).expect("a host set");
    reach::names(&path, &Question::tcp(443), &NoTags, &asked).iter().map(Along::joint).collect()
}

/// What enumeration says of a name: it passes in every resolution, in some, in none.
fn outcome(passing: &[Vec<Bits>], number: usize) -> Outcome {
    let all = passing.iter().flatten().all(|bits| bits.has(number));
    let some = passing.iter().flatten().any(|bits| bits.has(number));
    match (all, some) {
        (true, _) => Outcome::Allowed,
        (false, true) => Outcome::Undecided,
        (false, false) => Outcome::Blocked,
    }
}

fn in_required(required: &str, name: &str) -> bool {
    match required.strip_prefix('*') {
        Some(end) => name.len() > end.len() && name.ends_with(end),
        None => name == required,
    }
}

proptest! {
    #![proptest_config(cases(20))]

    #[test]
    fn kinds_of_names_are_what_enumeration_says(
        bytes in proptest::collection::vec(any::<u8>(), 0..120), star: bool, base in 0_usize..39
    ) {
        let mut choices = Choices::new(&bytes);
        let model = Maker::new(&mut choices, pattern, 3).model();
        let small = universe();
        let required = if star { format!("*.{}", small[base]) } else { small[base].clone() };
        let parts = answer(&model, &required);
        let mut names: Vec<String> = small.into_iter().filter(|name| in_required(&required, name)).collect();
        let enumerated = names.len();
        names.extend(parts.iter().map(|part| part.of.clone()));
        let passing = model.passing(&|pattern| Bits::of(|n| names.get(n).is_some_and(|name| pattern.matches(name))));
        for (part, number) in parts.iter().zip(enumerated..) {
            prop_assert!(in_required(&required, &part.of), "{} was not asked: {:?}", part.of, model);
            prop_assert_eq!(part.outcome, outcome(&passing, number), "{}: {:?}", part.of, model);
            if part.outcome == Outcome::Undecided && model.has_one_view() {
                let reasons: BTreeSet<String> = part.reasons.iter().map(|reason| reason.text.clone()).collect();
                prop_assert_eq!(reasons, essential(&passing, model.unknowns, number), "{}: {:?}", part.of, model);
            }
        }
        for (number, name) in names[..enumerated].iter().enumerate() {
            let expected = outcome(&passing, number);
            let shown = parts.iter().any(|part| part.outcome == expected && part.of.len() <= name.len());
            prop_assert!(shown, "{} is {:?}, and no name as short says so: {:?}", name, expected, model);
        }
    }
}
