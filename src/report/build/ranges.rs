//! Requirements asked by address range. Several requirements share a range, so each is asked once.

use super::super::model::*;
use super::cite::Files;
use super::evidence::{Deciders, deciders_text, reasons, reasons_text};
use super::interplay;
use super::{Check, family_text};
use crate::addresses::AddressSet;
use crate::coverage::{self, Need, RangeNeed};
use crate::device::Device;
use crate::reach::{self, Along, Outcome, Part, Question, Views};
use ipnet::IpNet;
use std::collections::BTreeMap;

struct Asked {
    result: RangeResult,
    at_devices: Vec<Verdict>,
    /// What is not let through for certain, for a remedy.
    missing: Vec<IpNet>,
    clashes: Vec<Finding>,
}

/// The ranges of all requirements, by id, in order of appearance.
#[derive(Default)]
pub(super) struct Ranges {
    order: Vec<String>,
    asked: BTreeMap<String, Asked>,
}

/// The ranges of one requirement.
pub(super) struct RangeRows {
    ids: Vec<String>,
    verdicts: Vec<Verdict>,
    at_devices: Vec<Vec<Verdict>>,
    sentences: Vec<String>,
    evidence: Vec<Evidence>,
}

impl Ranges {
    pub fn ask(check: &Check<'_>, files: &Files<'_>) -> Ranges {
        let mut ranges = Ranges::default();
        for need in &check.plan.needs {
            for (range, port) in each(need) {
                let id = id(need, range, port);
                if !ranges.asked.contains_key(&id) {
                    ranges.asked.insert(id.clone(), ask(check, files, &id, range, port));
                    ranges.order.push(id);
                }
            }
        }
        ranges
    }

    /// `None` if the requirement has no ranges.
    pub fn of(&self, need: &Need<'_>) -> Option<RangeRows> {
        let ids: Vec<String> = each(need).map(|(range, port)| id(need, range, port)).collect();
        let asked: Vec<&Asked> = ids.iter().filter_map(|id| self.asked.get(id)).collect();
        (!ids.is_empty()).then(|| RangeRows {
            verdicts: asked.iter().map(|asked| asked.result.verdict).collect(),
            at_devices: asked.iter().map(|asked| asked.at_devices.clone()).collect(),
            sentences: asked.iter().map(|asked| format!("{}: {}", asked.result.label, asked.result.sentence)).collect(),
            evidence: asked.iter().flat_map(|asked| asked.result.evidence.clone()).collect(),
            ids,
        })
    }

    /// Rules that would decide about ranges otherwise, if others did not come first.
    pub fn clashes(&self) -> impl Iterator<Item = &Finding> {
        self.order.iter().filter_map(|id| self.asked.get(id)).flat_map(|asked| &asked.clashes)
    }

    pub fn into_results(mut self) -> Vec<RangeResult> {
        self.order.iter().filter_map(|id| self.asked.remove(id)).map(|asked| asked.result).collect()
    }
}

impl RangeRows {
    pub fn joint(&self) -> Verdict {
        coverage::all_of(self.verdicts.iter().copied())
    }

    pub fn at_device(&self, device: usize) -> Verdict {
        coverage::all_of(self.at_devices.iter().map(|at| at[device]))
    }

    /// The first sentence with this verdict.
    pub fn sentence(&self, verdict: Verdict) -> Option<&str> {
        let at = self.verdicts.iter().position(|&other| other == verdict)?;
        Some(&self.sentences[at])
    }

    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    pub fn into_result(self) -> RangesResult {
        RangesResult { verdict: self.joint(), parts: self.ids }
    }
}

fn each<'n>(need: &'n Need<'_>) -> impl Iterator<Item = (&'n RangeNeed, u16)> {
    need.ranges.iter().flat_map(|range| need.ports.iter().map(move |&port| (range, port)))
}

/// Tags are the same whatever requires them; listed prefixes belong to their requirement.
fn id(need: &Need<'_>, range: &RangeNeed, port: u16) -> String {
    let label = range.tag.as_deref().unwrap_or(&need.requirement.id);
    format!("{label}/{}/{port}", family_text(range.family))
}

fn ask(check: &Check<'_>, files: &Files<'_>, id: &str, range: &RangeNeed, port: u16) -> Asked {
    let views: Vec<Views<'_>> = check.path.iter().map(Device::views).collect();
    let along = reach::addresses(&views, &check.question(port), check.tags, &range.addresses);
    let joint: Vec<Part<AddressSet>> = along.iter().map(Along::joint).collect();
    let verdict = coverage::of_outcomes(joint.iter().map(|part| part.outcome));
    let mut deciders = Deciders::default();
    along.iter().for_each(|each| deciders.add_along(each));
    let evidence = deciders.into_evidence(check.path, files, part_text);
    let reasons = reasons(&joint, files);
    let with = |outcome| of_outcome(&joint, outcome).prefixes();
    let required = range.addresses.prefixes().len() as u32;
    let missing = with(Outcome::Blocked);
    let texts = |nets: &[IpNet]| nets.iter().map(ToString::to_string).collect();
    let at_device = |device: usize| coverage::of_outcomes(along.iter().map(move |each| each.at[device].outcome));
    Asked {
        at_devices: (0..check.path.len()).map(at_device).collect(),
        result: RangeResult {
            id: id.to_owned(),
            label: range.label.clone(),
            tag: range.tag.clone(),
            ip: family_text(range.family).to_owned(),
            port,
            verdict,
            sentence: sentence(verdict, required, &missing, &evidence, &reasons)
                + lasting(check, &views, range, port, verdict),
            required_prefixes: required,
            undecided: texts(&with(Outcome::Undecided)),
            missing: texts(&missing),
            evidence,
            reasons,
        },
        clashes: interplay::clashes(&along, check.path, files, &asked_text(range, port), listed),
        missing,
    }
}

fn asked_text(range: &RangeNeed, port: u16) -> String {
    format!("{} (IPv{}) on port {port}", range.label, family_text(range.family))
}

/// Prefixes in a sentence, unless there are very many.
fn listed(sets: &[AddressSet]) -> String {
    const SHOWN: usize = 20;
    let prefixes = AddressSet::union_all(sets).prefixes();
    let mut text = prefixes.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if prefixes.len() > SHOWN {
        text += &format!(" and {} more prefixes", prefixes.len() - SHOWN);
    }
    text
}

/// What to add to "covered" where it rests on the tag's name and not on the addresses that it has in the loaded file.
fn lasting(check: &Check<'_>, views: &[Views<'_>], range: &RangeNeed, port: u16, verdict: Verdict) -> &'static str {
    let question = Question { families: vec![range.family], ..check.question(port) };
    let allowed = |tag: &String| reach::tag(views, &question, check.tags, tag).joint().outcome == Outcome::Allowed;
    match verdict == Verdict::Covered && range.tag.as_ref().is_some_and(allowed) {
        true => " This holds whatever addresses the tag has.",
        false => "",
    }
}

fn of_outcome(joint: &[Part<AddressSet>], outcome: Outcome) -> AddressSet {
    AddressSet::union_all(joint.iter().filter(|part| part.outcome == outcome).map(|part| &part.of))
}

fn part_text(sets: &[AddressSet]) -> String {
    let prefixes = AddressSet::union_all(sets).prefixes();
    match prefixes.as_slice() {
        [] => String::new(),
        [only] => only.to_string(),
        [first, ..] => format!("{} prefixes, the first {first}", prefixes.len()),
    }
}

fn sentence(
    verdict: Verdict,
    required: u32,
    missing: &[IpNet],
    evidence: &[Evidence],
    reasons: &[ReasonResult],
) -> String {
    let rule = |effect| deciders_text(evidence, effect);
    match verdict {
        Verdict::Covered => format!("all {required} prefixes are let through by {}.", rule(Effect::Allows)),
        Verdict::Missing => format!("none of {required} prefixes is let through; blocked by {}.", rule(Effect::Blocks)),
        Verdict::Partly => {
            format!("{} of the addresses' prefixes are missing, the first {}.", missing.len(), missing[0])
        }
        Verdict::Undecided => format!("cannot be decided: {}.", reasons_text(reasons)),
        Verdict::Unsupported => format!("the export cannot tell: {}.", reasons_text(reasons)),
    }
}

impl Ranges {
    /// The prefixes of a requirement that are not let through.
    pub fn missing(&self, need: &Need<'_>) -> Vec<IpNet> {
        let asked = each(need).filter_map(|(range, port)| self.asked.get(&id(need, range, port)));
        AddressSet::from_nets(asked.flat_map(|asked| asked.missing.iter().copied())).prefixes()
    }
}
