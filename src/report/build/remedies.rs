//! What to add to each export that does not let everything through.

use super::super::model::{DeviceRemedy, Finding, RequirementResult, Severity, Verdict};
use super::cite::Files;
use super::{Check, Row, budget};
use crate::coverage::{Need, Plan};
use crate::device::Device;
use crate::formats::{Gap, Gaps, Remedy};

/// A remedy as the report shows it, and as it can be applied.
pub(super) struct Proposed {
    pub device: usize,
    pub result: DeviceRemedy,
    pub remedy: Remedy,
}

/// What to add to each device that lacks something, or why nothing is proposed.
pub(super) fn remedies(check: &Check<'_>, rows: &[Row]) -> Vec<Result<Proposed, Finding>> {
    let devices = check.path.iter().enumerate();
    devices.filter_map(|(index, device)| remedy(check, rows, index, device)).collect()
}

fn remedy(check: &Check<'_>, rows: &[Row], index: usize, device: &Device<'_>) -> Option<Result<Proposed, Finding>> {
    let lacks = |row: &Row| {
        row.result.required
            && matches!(row.result.verdict, Verdict::Missing | Verdict::Partly)
            && matches!(row.devices[index], Verdict::Missing | Verdict::Partly)
    };
    let lacking: Vec<(&Need<'_>, &Row)> = check.plan.needs.iter().zip(rows).filter(|(_, row)| lacks(row)).collect();
    if lacking.is_empty() {
        return None;
    }
    let needs: Vec<Need<'_>> = lacking.iter().map(|(need, _)| (*need).clone()).collect();
    let exact: Vec<Gap> = lacking.iter().map(|(need, row)| gap(need, row)).collect();
    let (gaps, loose) = match check.settings.max_prefixes {
        Some(most) => {
            let (gaps, loose) = budget::within(exact, &needs, most);
            (gaps, Some(loose))
        }
        None => (exact, None),
    };
    // Not every place is one where these addresses should pass: the list at an outer interface, for one.
    let vantage = device.vantage()?.to_owned();
    // Behind a proxy traffic comes from the proxy, so that a rule for the client's addresses would be of no use.
    let client = !check.path[..index].iter().any(Device::is_proxy);
    let source = check.settings.source.clone().filter(|_| client);
    let gaps = Gaps { gaps, vantage, source };
    let Some(remedy) = device.format.remedy(&device.input, &device.policy, &gaps) else {
        return Some(Err(nothing_to_add(device, &gaps)));
    };
    let (closed, open): (Vec<_>, Vec<_>) =
        checked_again(check, device, &remedy, needs, client).into_iter().partition(is_covered);
    let mut notes = remedy.notes.clone();
    notes.extend(loose.and_then(|loose| loose.note(check, device, &remedy)));
    notes.extend(still_open(&open));
    let result = DeviceRemedy {
        file: device.name().to_owned(),
        format: device.format.id().to_owned(),
        text: remedy.text.clone(),
        place: remedy.place.clone(),
        notes,
        closes: closed.iter().map(|row| row.id.clone()).collect(),
    };
    Some(Ok(Proposed { device: index, result, remedy }))
}

fn nothing_to_add(device: &Device<'_>, gaps: &Gaps) -> Finding {
    let why = device.format.no_remedy(&device.input, gaps);
    Finding {
        id: "no-additions".to_owned(),
        severity: Severity::Note,
        message: format!("No additions to {} are proposed: {why}.", device.name()),
        hint: None,
        citations: Vec::new(),
    }
}

/// One sentence for all rows that are open for the same reason.
fn still_open(rows: &[RequirementResult]) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for row in rows {
        match reasons.iter_mut().find(|(sentence, _)| *sentence == row.sentence) {
            Some((_, titles)) => titles.push(&row.title),
            None => reasons.push((&row.sentence, vec![&row.title])),
        }
    }
    let told = |(sentence, titles): (&str, Vec<&str>)| match titles.as_slice() {
        [title] => format!("Even so, {title} is not covered: {sentence}"),
        titles => format!("Even so, these are not covered: {}. {sentence}", titles.join("; ")),
    };
    reasons.into_iter().map(told).collect()
}

fn is_covered(row: &RequirementResult) -> bool {
    row.verdict == Verdict::Covered
}

/// The rows that lacked something, asked again of the device with the additions in place. A remedy that does not close its
/// gap (an earlier rule denies it, the product cannot express it) must not say that it does. `client`: whether the device sees
/// the client's addresses.
fn checked_again(
    check: &Check<'_>,
    device: &Device<'_>,
    remedy: &Remedy,
    needs: Vec<Need<'_>>,
    client: bool,
) -> Vec<RequirementResult> {
    let source = device.input.source;
    let text = remedy.apply(source.text());
    let Ok(amended) = source.with_text(&text) else { return Vec::new() };
    let path = [device.with_text(&amended)];
    let again = Check {
        plan: &Plan { needs, ..check.plan.clone() },
        path: &path,
        source: check.source.clone().filter(|_| client),
        knowledge: check.knowledge.clone(),
        problems: Vec::new(),
        ..*check
    };
    let (rows, _) = again.rows(&Vec::new(), &Files::new(&path));
    rows.into_iter().map(|row| row.result).collect()
}

fn gap(need: &Need<'_>, row: &Row) -> Gap {
    let blocked = |verdict| matches!(verdict, Verdict::Missing | Verdict::Partly);
    let names = row.result.names.iter().flat_map(|names| &names.parts);
    let mut names: Vec<String> =
        names.filter(|part| part.verdict != Verdict::Covered).map(|part| part.name.clone()).collect();
    names.dedup();
    let communities = need.communities.iter().filter_map(|(_, value)| value.as_ref().ok());
    let covered = |value: &str| {
        let parts = row.result.communities.iter().flat_map(|communities| &communities.parts);
        parts.filter(|part| part.community.as_deref() == Some(value)).any(|part| !blocked(part.verdict))
    };
    let mut tags: Vec<String> = need.ranges.iter().filter_map(|range| range.tag.clone()).collect();
    tags.dedup();
    Gap {
        purpose: need.requirement.purpose.clone(),
        names,
        service_tags: tags,
        prefixes: row.missing.clone(),
        communities: communities.filter(|value| !covered(&value.to_string())).copied().collect(),
        tcp_ports: need.ports.clone(),
    }
}
