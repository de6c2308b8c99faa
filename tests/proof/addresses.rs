//! Addresses: a space of 256.

use crate::cases;
use crate::choices::Choices;
use crate::model::{Bits, Maker, Model, essential};
use egress_check::addresses::{AddressSet, Intervals};
use egress_check::policy::{Condition, Planes, Protocol};
use egress_check::reach::{self, Along, Outcome, Part, Question, TagTable, Views};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Inclusive ranges, some of them reversed and so empty.
type Ranges = Vec<(u8, u8)>;

struct NoTags;

impl TagTable for NoTags {
    fn addresses(&self, _: &str) -> Option<&AddressSet> {
        None
    }
}

fn ranges(choices: &mut Choices<'_>) -> Ranges {
    match choices.below(8) {
        0 => vec![(0, 255)],
        1 => vec![(0, 127)],
        2 => vec![(255, 255), (0, 0)],
        _ => choices.some(3, |choices| (choices.byte(), choices.byte())),
    }
}

/// Every other address of the space is one of IPv6, so that both families are asked at once.
fn set(ranges: &Ranges) -> AddressSet {
    let ordered = || ranges.iter().filter(|(first, last)| first <= last).map(|&(a, b)| (u32::from(a), u32::from(b)));
    let odd = ordered().filter(|(_, last)| *last > 0);
    AddressSet {
        v4: Intervals::from_ranges(ordered().map(|(first, last)| (first.div_ceil(2), last / 2))),
        v6: Intervals::from_ranges(odd.map(|(first, last)| (u128::from(first / 2), u128::from((last - 1) / 2)))),
    }
}

fn holds(ranges: &Ranges, number: u8) -> bool {
    ranges.iter().any(|&(first, last)| first <= number && number <= last)
}

fn bits(ranges: &Ranges) -> Bits {
    Bits::of(|n| holds(ranges, n as u8))
}

fn bits_of(set: &AddressSet) -> Bits {
    Bits::of(|n| match n % 2 {
        0 => set.v4.contains(n as u32 / 2),
        _ => set.v6.contains(n as u128 / 2),
    })
}

/// Tests that `question` answers.
fn asked() -> Vec<(bool, Condition)> {
    vec![
        (true, Condition::Port(vec![(80, 80), (400, 500)])),
        (false, Condition::Port(vec![(444, 65535)])),
        (true, Condition::Protocol(Protocol::Tcp)),
        (false, Condition::Protocol(Protocol::Udp)),
        (true, Condition::Source(set(&vec![(0, 200)]))),
        (false, Condition::Source(set(&vec![(0, 4)]))),
    ]
}

fn question() -> Question {
    Question { source: Some(set(&vec![(5, 20)])), ..Question::tcp(443) }
}

fn model(bytes: &[u8], unknowns: usize, shared: bool) -> Model<Ranges> {
    let mut choices = Choices::new(bytes);
    let mut maker = Maker::new(&mut choices, ranges, unknowns);
    maker.asked = asked();
    maker.shared = shared;
    maker.model()
}

fn answer(model: &Model<Ranges>, asked: &AddressSet) -> Vec<Part<AddressSet>> {
    let vantages = model.vantages(Planes::ADDRESSES, &|ranges| Condition::destination(set(ranges)));
    let path: Vec<Views<'_>> = vantages.iter().map(|device| device.iter().collect()).collect();
    reach::addresses(&path, &question(), &NoTags, asked).iter().map(Along::joint).collect()
}

fn with(parts: &[Part<AddressSet>], outcome: Outcome) -> Bits {
    let of_outcome = parts.iter().filter(|part| part.outcome == outcome);
    of_outcome.fold(Bits::NONE, |all, part| all.or(bits_of(&part.of)))
}

fn in_all(passing: &[Vec<Bits>]) -> Bits {
    passing.iter().flatten().fold(Bits::ALL, |all, bits| all.and(*bits))
}

fn in_some(passing: &[Vec<Bits>]) -> Bits {
    passing.iter().flatten().fold(Bits::NONE, |any, bits| any.or(*bits))
}

proptest! {
    #![proptest_config(cases(75))]

    #[test]
    fn what_passes_is_what_enumeration_says(bytes in proptest::collection::vec(any::<u8>(), 0..160), asked: (u8, u8)) {
        let model = model(&bytes, 4, false);
        let asked = vec![(asked.0, asked.1), (0, 40)];
        let parts = answer(&model, &set(&asked));
        let passing = model.passing(&bits);
        let (certain, possible, asked) = (in_all(&passing), in_some(&passing), bits(&asked));
        prop_assert_eq!(with(&parts, Outcome::Allowed), certain.and(asked), "for certain: {:?}", model);
        prop_assert_eq!(with(&parts, Outcome::Blocked), asked.minus(possible), "not at all: {:?}", model);
        prop_assert_eq!(with(&parts, Outcome::Undecided), possible.minus(certain).and(asked), "undecided: {:?}", model);
        for (at, part) in parts.iter().enumerate() {
            let others = parts[..at].iter().fold(Bits::NONE, |all, other| all.or(bits_of(&other.of)));
            prop_assert_eq!(others.and(bits_of(&part.of)), Bits::NONE, "an address in two parts: {:?}", parts);
        }
        if model.has_one_view() {
            for part in parts.iter().filter(|part| part.outcome == Outcome::Undecided) {
                let reasons: BTreeSet<String> = part.reasons.iter().map(|reason| reason.text.clone()).collect();
                let addresses = bits_of(&part.of);
                for address in (0..256).filter(|&n| addresses.has(n)) {
                    prop_assert_eq!(&reasons, &essential(&passing, model.unknowns, address), "{}: {:?}", address, model);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(5))]

    #[test]
    fn an_unknown_that_occurs_several_times_never_makes_an_answer_wrong(
        bytes in proptest::collection::vec(any::<u8>(), 0..160)
    ) {
        let model = model(&bytes, 2, true);
        let parts = answer(&model, &set(&vec![(0, 255)]));
        let passing = model.passing(&bits);
        let allowed = with(&parts, Outcome::Allowed);
        prop_assert_eq!(allowed.minus(in_all(&passing)), Bits::NONE, "certain but not always: {:?}", model);
        let blocked = with(&parts, Outcome::Blocked);
        prop_assert_eq!(blocked.and(in_some(&passing)), Bits::NONE, "blocked but not always: {:?}", model);
    }
}
