//! The sentences that stand above the details.

use super::super::model::*;
use super::communities::Communities;
use super::evidence::by_devices;
use super::names::Names;
use super::ranges::RangeRows;
use crate::coverage::{self, Need};

pub(super) fn summary(requirements: &[RequirementResult]) -> Summary {
    let rows = |required: bool| requirements.iter().filter(move |row| row.required == required);
    let required = counts(rows(true));
    let verdicts = rows(true).map(|row| row.verdict).collect::<Vec<_>>();
    let verdict = if verdicts.is_empty() { Verdict::Undecided } else { coverage::in_series(&verdicts) };
    Summary { verdict, sentence: sentence(&required), information: counts(rows(false)), required }
}

fn counts<'a>(rows: impl Iterator<Item = &'a RequirementResult> + Clone) -> Counts {
    let with = |verdict| rows.clone().filter(|row| row.verdict == verdict).count() as u32;
    Counts {
        total: rows.clone().count() as u32,
        covered: with(Verdict::Covered),
        partly: with(Verdict::Partly),
        missing: with(Verdict::Missing),
        undecided: with(Verdict::Undecided),
        unsupported: with(Verdict::Unsupported),
    }
}

/// "4 of 7 covered, 2 missing, 1 undecided"
fn sentence(counts: &Counts) -> String {
    let mut text = format!("{} of {} covered", counts.covered, counts.total);
    for (count, what) in [
        (counts.missing, "missing"),
        (counts.partly, "partly covered"),
        (counts.undecided, "undecided"),
        (counts.unsupported, "not decidable by this kind of export"),
    ] {
        if count > 0 {
            text += &format!(", {count} {what}");
        }
    }
    text
}

/// The sentence of the plane that decides the row.
pub(super) fn row_sentence(
    verdict: Verdict,
    need: &Need<'_>,
    names: &Option<Names>,
    ranges: &Option<RangeRows>,
    communities: &Option<Communities>,
) -> String {
    let of_names = names.iter().flat_map(Names::parts).find(|part| part.verdict == verdict);
    let of_ranges = ranges.as_ref().filter(|ranges| ranges.joint() == verdict);
    let of_communities = communities.iter().flat_map(Communities::parts).find(|part| part.verdict == verdict);
    let by_ranges = || of_ranges.and_then(|ranges| ranges.sentence(verdict)).map(|text| format!("By range, {text}"));
    let by_communities = || of_communities.map(|part| part.sentence.clone());
    let names_decide = names.as_ref().is_some_and(|names| names.joint() == verdict);
    let by_names = of_names.filter(|_| names_decide).map(|part| worst_first(part, names, need));
    let fallback = || match (verdict, need.open.first()) {
        (_, Some(why)) => format!("Cannot be decided: {why}."),
        (Verdict::Covered, None) => {
            format!("Each device on the path lets it through{}.", by(": ", names, ranges, Effect::Allows))
        }
        (Verdict::Partly, None) => {
            format!("Only a part of it is let through{}.", by("; the rest is blocked: ", names, ranges, Effect::Blocks))
        }
        (_, None) => "See the devices on the path for what decides it.".to_owned(),
    };
    by_names.or_else(by_ranges).or_else(by_communities).unwrap_or_else(fallback)
}

/// The sentence of an undecided part, behind that of a part which is blocked for certain.
fn worst_first(part: &NameResult, names: &Option<Names>, need: &Need<'_>) -> String {
    let open = matches!(part.verdict, Verdict::Undecided | Verdict::Unsupported) && part.missing_witness.is_none();
    let worst = names.iter().flat_map(Names::parts).find(|part| part.missing_witness.is_some());
    let Some(worst) = worst.filter(|_| open) else { return part.sentence.clone() };
    let port = if need.ports.len() > 1 { format!(" on port {}", worst.port) } else { String::new() };
    format!("{}{port}: {} {}: {}", worst.name, worst.sentence, part.name, part.sentence)
}

/// What has this effect at each device, whichever plane it speaks.
fn by(before: &str, names: &Option<Names>, ranges: &Option<RangeRows>, effect: Effect) -> String {
    let of_names = names.iter().flat_map(Names::parts).flat_map(|part| &part.evidence);
    let of_ranges = ranges.iter().flat_map(RangeRows::evidence);
    let evidence: Vec<&Evidence> = of_names.chain(of_ranges).collect();
    let text = by_devices(&evidence, effect);
    if text.is_empty() { text } else { format!("{before}{text}") }
}
