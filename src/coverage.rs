//! Verdicts: what a requirement asks for against what a path lets through.

mod needs;

pub use needs::{Need, Plan, RangeNeed, plan};

use crate::reach::Outcome;
use crate::report::Verdict;

/// The verdict on destinations with these outcomes: part allowed and part blocked is partly; otherwise any undecided part
/// makes it undecided, and any that cannot be told unsupported.
pub fn of_outcomes(outcomes: impl Iterator<Item = Outcome> + Clone) -> Verdict {
    all_of(outcomes.map(|outcome| match outcome {
        Outcome::Allowed => Verdict::Covered,
        Outcome::Blocked => Verdict::Missing,
        Outcome::Undecided => Verdict::Undecided,
        Outcome::Unsupported => Verdict::Unsupported,
    }))
}

/// The verdict on a whole whose parts have these verdicts; nothing asked is covered.
pub fn all_of(verdicts: impl Iterator<Item = Verdict> + Clone) -> Verdict {
    let any = |wanted: &[Verdict]| verdicts.clone().any(|verdict| wanted.contains(&verdict));
    let passes = any(&[Verdict::Covered, Verdict::Partly]);
    let blocked = any(&[Verdict::Missing, Verdict::Partly]);
    match () {
        _ if passes && blocked => Verdict::Partly,
        _ if any(&[Verdict::Undecided]) => Verdict::Undecided,
        _ if any(&[Verdict::Unsupported]) => Verdict::Unsupported,
        _ if blocked => Verdict::Missing,
        _ => Verdict::Covered,
    }
}

/// The verdict on a requirement that each of these planes could meet alone, names before ranges before communities.
/// Covered on one is covered; otherwise the first plane that the export speaks decides, for clients ask that way, unless
/// another lets at least a part through.
pub fn either(planes: &[Verdict]) -> Verdict {
    let spoken = || planes.iter().copied().filter(|&verdict| verdict != Verdict::Unsupported);
    let any = |wanted| spoken().any(|verdict| verdict == wanted);
    match spoken().next() {
        None => Verdict::Unsupported,
        Some(_) if any(Verdict::Covered) => Verdict::Covered,
        Some(Verdict::Missing) if any(Verdict::Partly) => Verdict::Partly,
        Some(first) => first,
    }
}

/// The verdict on a path whose devices have these verdicts on their own, each by the plane it speaks.
pub fn in_series(devices: &[Verdict]) -> Verdict {
    [Verdict::Missing, Verdict::Partly, Verdict::Undecided, Verdict::Unsupported]
        .into_iter()
        .find(|verdict| devices.contains(verdict))
        .unwrap_or(Verdict::Covered)
}

#[cfg(test)]
mod tests {
    use super::Verdict::*;
    use super::*;

    #[test]
    fn a_whole_is_judged_by_its_parts() {
        for (parts, expected) in [
            (&[][..], Covered),
            (&[Covered, Covered], Covered),
            (&[Covered, Missing], Partly),
            (&[Partly, Undecided], Partly),
            (&[Covered, Undecided], Undecided),
            (&[Missing, Undecided], Undecided),
            (&[Covered, Unsupported], Unsupported),
            (&[Missing, Missing], Missing),
        ] {
            assert_eq!(all_of(parts.iter().copied()), expected, "{parts:?}");
        }
    }

    #[test]
    fn one_plane_is_enough_and_the_first_spoken_decides_otherwise() {
        for (planes, expected) in [
            (&[Covered, Missing][..], Covered),
            (&[Missing, Covered], Covered),
            (&[Unsupported, Missing], Missing),
            (&[Missing, Undecided], Missing),
            (&[Missing, Partly], Partly),
            (&[Undecided, Missing], Undecided),
            (&[Undecided, Partly], Undecided),
            (&[Unsupported, Unsupported], Unsupported),
            (&[Unsupported, Undecided], Undecided),
        ] {
            assert_eq!(either(planes), expected, "{planes:?}");
        }
    }

    #[test]
    fn a_path_is_as_good_as_its_worst_device() {
        for (devices, expected) in [
            (&[Covered, Covered][..], Covered),
            (&[Covered, Unsupported], Unsupported),
            (&[Undecided, Missing], Missing),
            (&[Partly, Undecided], Partly),
        ] {
            assert_eq!(in_series(devices), expected, "{devices:?}");
        }
    }
}
