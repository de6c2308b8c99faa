//! What is worth telling besides the verdicts: problems of the exports, and TLS opened where the service forbids it.

use super::super::model::{Finding, Severity};
use super::Check;
use super::cite::Files;
use crate::catalogue::TlsInspection;
use crate::coverage::Need;
use crate::device::Device;
use crate::policy::Vantage;
use crate::problem::{self, Problem};
use crate::reach::{self, Outcome};
use crate::source::mask_secrets;

/// All of them, the clashes of rules first, each once.
pub(super) fn findings(check: &Check<'_>, clashes: impl Iterator<Item = Finding>, files: &Files<'_>) -> Vec<Finding> {
    let mut all: Vec<Finding> = once_a_pair(clashes);
    all.extend(tls_findings(check, files));
    all.extend(around_a_proxy(check));
    all.extend(check.problems.iter().chain(&check.plan.problems).map(|problem| finding(problem, files)));
    for device in check.path {
        let attached = device.input.attachments.iter().flat_map(|source| &source.problems);
        let of_device = device.input.source.problems.iter().chain(attached).chain(&device.policy.problems);
        all.extend(of_device.map(|problem| finding(problem, files)));
        all.extend(unused_attachments(device));
        all.extend(vantage_to_choose(device));
    }
    let mut once: Vec<Finding> = Vec::new();
    for finding in all {
        if !once.contains(&finding) {
            once.push(finding);
        }
    }
    once
}

/// Devices before a proxy see the way to the proxy only; those behind it see the proxy as the source.
fn around_a_proxy(check: &Check<'_>) -> Vec<Finding> {
    let place = |proxy: usize, at: usize| {
        let (device, proxy_name) = (check.path[at].name(), check.path[proxy].name());
        let (id, severity, message, way_out) = match at < proxy {
            true => (
                "before-proxy",
                Severity::Warning,
                format!(
                    "{device} stands before the proxy {proxy_name}: what it has to let through is the way to the proxy, which \
                     is not asked."
                ),
                "List the devices in the order in which traffic passes them.".to_owned(),
            ),
            false => (
                "behind-proxy",
                Severity::Note,
                format!("{device} stands behind the proxy {proxy_name}, so that traffic comes to it from the proxy."),
                format!("To ask from the proxy's address, check {device} by itself with that source."),
            ),
        };
        Finding { id: id.to_owned(), severity, message, hint: Some(way_out), citations: Vec::new() }
    };
    let Some(proxy) = check.path.iter().position(Device::is_proxy) else { return Vec::new() };
    let others = (0..check.path.len()).filter(|&at| at != proxy);
    others.filter(|&at| at > proxy || !check.path[at].is_proxy()).map(|at| place(proxy, at)).collect()
}

/// Clashes of the same rules as one, which says how many more there are.
fn once_a_pair(clashes: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut pairs: Vec<(Finding, usize)> = Vec::new();
    for clash in clashes {
        let same = |other: &Finding| (&other.id, &other.citations) == (&clash.id, &clash.citations);
        match pairs.iter_mut().find(|(other, _)| same(other)) {
            Some((_, more)) => *more += 1,
            None => pairs.push((clash, 0)),
        }
    }
    let told = |(mut finding, more): (Finding, usize)| {
        if more > 0 {
            finding.message += &format!(" The same two rules meet in {more} more of what was asked.");
        }
        finding
    };
    pairs.into_iter().map(told).collect()
}

fn finding(problem: &Problem, files: &Files<'_>) -> Finding {
    Finding {
        id: problem.id.to_owned(),
        severity: match problem.severity {
            problem::Severity::Note => Severity::Note,
            problem::Severity::Warning => Severity::Warning,
            problem::Severity::Error => Severity::Error,
        },
        message: mask_secrets(&problem.message),
        hint: problem.hint.clone(),
        citations: problem.span.and_then(|span| files.cite(span)).into_iter().collect(),
    }
}

fn unused_attachments(device: &Device<'_>) -> impl Iterator<Item = Finding> {
    let unused = device.input.attachments.iter().filter(|source| !device.policy.account.names(source.file()));
    unused.map(|source| Finding {
        id: "unused-attachment".to_owned(),
        severity: Severity::Note,
        message: format!("{} is attached, but {} does not refer to it.", source.name(), device.name()),
        hint: Some("Attached files are found by their full path or their last component.".to_owned()),
        citations: Vec::new(),
    })
}

/// A device that is seen from several places, none of which is chosen.
fn vantage_to_choose(device: &Device<'_>) -> Option<Finding> {
    const SHOWN: usize = 5;
    let labels = device.labels();
    if labels.len() < 2 || device.vantage().is_some() {
        return None;
    }
    let more = labels.len().saturating_sub(SHOWN);
    let shown = labels.iter().take(SHOWN).cloned().chain((more > 0).then(|| format!("{more} more")));
    let message = format!(
        "{} is seen from {} places ({}); an answer stands only where all agree, and nothing is proposed to add.",
        device.name(),
        labels.len(),
        shown.collect::<Vec<_>>().join(", ")
    );
    Some(Finding {
        id: "choose-vantage".to_owned(),
        severity: Severity::Warning,
        message,
        hint: Some("Choose where the traffic passes.".to_owned()),
        citations: Vec::new(),
    })
}

/// Names that a device decrypts although the service does not support it.
fn tls_findings(check: &Check<'_>, files: &Files<'_>) -> Vec<Finding> {
    let bypass =
        |need: &&Need<'_>| need.requirement.tls_inspection == TlsInspection::Bypass && need.requirement.required;
    let needs: Vec<&Need<'_>> = check.plan.needs.iter().filter(bypass).collect();
    let mut findings = Vec::new();
    for device in check.path {
        for vantage in device.views() {
            findings.extend(needs.iter().filter_map(|need| opened(check, need, device, vantage, files)));
        }
    }
    findings
}

fn opened(
    check: &Check<'_>,
    need: &Need<'_>,
    device: &Device<'_>,
    vantage: &Vantage,
    files: &Files<'_>,
) -> Option<Finding> {
    let gate = vantage.decrypts.clone()?;
    let only = Vantage { label: vantage.label.clone(), gates: vec![gate], ..Vantage::default() };
    let question = check.question(443);
    let kinds = need.names.iter().flat_map(|name| {
        let along = reach::names(&[vec![&only]], &question, check.tags, name);
        along.into_iter().map(|each| (name, each.joint())).collect::<Vec<_>>()
    });
    let hit = kinds.filter(|(_, part)| matches!(part.outcome, Outcome::Allowed | Outcome::Undecided));
    let (name, part) = hit.min_by_key(|(_, part)| part.outcome != Outcome::Allowed)?;
    let certain = part.outcome == Outcome::Allowed;
    let may = if certain { "opens" } else { "may open" };
    Some(Finding {
        id: "tls-inspection".to_owned(),
        severity: Severity::Warning,
        message: format!(
            "{} {may} TLS on {} (for example {}); {} does not support that.",
            device.name(),
            name.text(),
            part.of,
            need.scenario.service
        ),
        hint: Some("Leave the service's names out of TLS inspection.".to_owned()),
        citations: part.by.iter().filter_map(|by| by.span).filter_map(|span| files.cite(span)).collect(),
    })
}
