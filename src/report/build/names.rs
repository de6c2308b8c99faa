//! Requirements asked by name.

use super::super::model::*;
use super::Check;
use super::cite::Files;
use super::evidence::{Deciders, deciders_text, reasons, reasons_text};
use super::interplay;
use crate::addresses::AddressSet;
use crate::catalogue::AddressSpace;
use crate::coverage::{self, Need};
use crate::device::Device;
use crate::formats::Dialect;
use crate::hosts::HostSet;
use crate::reach::{self, Along, Outcome, Part, Question, Views};

/// The names of one requirement, asked on every port, and the outcomes at each device.
pub(super) struct Names {
    parts: Vec<NameResult>,
    at_devices: Vec<Verdict>,
    clashes: Vec<Finding>,
}

pub(super) fn names(check: &Check<'_>, readings: &Readings<'_>, need: &Need<'_>, files: &Files<'_>) -> Option<Names> {
    if need.names.is_empty() {
        return None;
    }
    let asked = || need.names.iter().flat_map(|name| need.ports.iter().map(move |&port| (name, port)));
    let (mut parts, mut clashes) = (Vec::new(), Vec::new());
    let mut outcomes = vec![Vec::new(); check.path.len()];
    for (name, port) in asked() {
        let question = question(check, need, port);
        let along = along(check, check.path, name, &question);
        for (device, outcomes) in outcomes.iter_mut().enumerate() {
            outcomes.extend(along.iter().map(|each| each.at[device].outcome));
        }
        let asked = format!("{} on port {port}", name.text());
        let example = |names: &[String]| format!("a part of it, {} for example", names[0]);
        clashes.extend(interplay::clashes(&along, check.path, files, &asked, example));
        let mut part = result(check, need, name, port, &along, files);
        if need.requirement.required {
            part.other_readings = other_readings(check, readings, name, &question, part.verdict);
        }
        parts.push(part);
    }
    let at_devices = outcomes.iter().map(|outcomes| coverage::of_outcomes(outcomes.iter().copied())).collect();
    Some(Names { parts, at_devices, clashes })
}

impl Names {
    pub fn joint(&self) -> Verdict {
        coverage::all_of(self.parts.iter().map(|part| part.verdict))
    }

    pub fn at_device(&self, device: usize) -> Verdict {
        self.at_devices[device]
    }

    pub fn parts(&self) -> &[NameResult] {
        &self.parts
    }

    pub fn take_clashes(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.clashes)
    }

    pub fn into_result(self) -> NamesResult {
        NamesResult { verdict: self.joint(), parts: self.parts }
    }
}

/// The question about a requirement's names, which lead to its ranges, or to private endpoints.
fn question(check: &Check<'_>, need: &Need<'_>, port: u16) -> Question {
    let ranges = AddressSet::union_all(need.ranges.iter().map(|range| &range.addresses));
    let private = need.requirement.address_space == AddressSpace::Private;
    Question { leads_to: (!ranges.is_empty()).then_some(ranges), private, ..check.question(port) }
}

fn along(check: &Check<'_>, path: &[Device<'_>], name: &HostSet, question: &Question) -> Vec<Along<String>> {
    let views: Vec<Views<'_>> = path.iter().map(Device::views).collect();
    reach::names(&views, question, check.tags, name)
}

fn verdict(joint: &[Part<String>]) -> Verdict {
    coverage::of_outcomes(joint.iter().map(|part| part.outcome))
}

fn result(
    check: &Check<'_>,
    need: &Need<'_>,
    name: &HostSet,
    port: u16,
    along: &[Along<String>],
    files: &Files<'_>,
) -> NameResult {
    let joint: Vec<Part<String>> = along.iter().map(Along::joint).collect();
    let verdict = verdict(&joint);
    let mut deciders = Deciders::default();
    along.iter().for_each(|each| deciders.add_along(each));
    let witness = |outcome| joint.iter().find(|part| part.outcome == outcome).map(|part| part.of.clone());
    let single = along.len() == 1;
    let part = |names: &[String]| match (single, names.first()) {
        (false, Some(name)) => format!("for example {name}"),
        _ => "all of it".to_owned(),
    };
    let evidence = deciders.into_evidence(check.path, files, part);
    let reasons = reasons(&joint, files);
    let missing_witness = witness(Outcome::Blocked);
    let blocked = missing_witness.as_deref().map(|name| (name, blockers(check, along, files)));
    NameResult {
        name: name.text().to_owned(),
        port,
        verdict,
        sentence: sentence(verdict, blocked, &evidence, &reasons),
        missing_witness,
        undecided_witness: witness(Outcome::Undecided),
        evidence,
        reasons,
        other_readings: Vec::new(),
        examples: need.requirement.witnesses.iter().map(|host| host.as_str().to_owned()).collect(),
    }
}

/// The rules that block the parts that are blocked for certain.
fn blockers(check: &Check<'_>, along: &[Along<String>], files: &Files<'_>) -> String {
    let mut deciders = Deciders::default();
    along.iter().filter(|each| each.joint().outcome == Outcome::Blocked).for_each(|each| deciders.add_along(each));
    deciders_text(&deciders.into_evidence(check.path, files, |_| String::new()), Effect::Blocks)
}

/// `blocked`: a name that is blocked for certain, and by what. It is told first, whatever becomes of the rest.
fn sentence(
    verdict: Verdict,
    blocked: Option<(&str, String)>,
    evidence: &[Evidence],
    reasons: &[ReasonResult],
) -> String {
    let (name, rule) = blocked.unwrap_or_default();
    match verdict {
        Verdict::Covered => format!("Let through by {}.", deciders_text(evidence, Effect::Allows)),
        Verdict::Missing => format!("Blocked by {rule}."),
        Verdict::Partly => format!("Only a part is let through: {name} is blocked by {rule}."),
        Verdict::Undecided if !name.is_empty() => {
            let open = reasons_text(reasons);
            format!(
                "Not all of it passes: {name}, for example, is blocked by {rule}. A part cannot be decided: {open}."
            )
        }
        Verdict::Undecided => format!("Cannot be decided: {}.", reasons_text(reasons)),
        Verdict::Unsupported => format!("The export cannot tell: {}.", reasons_text(reasons)),
    }
}

/// The other verdicts that are certain where products read the entries of a list otherwise. That one leaves a name open says
/// nothing about what to do.
fn other_readings(
    check: &Check<'_>,
    readings: &Readings<'_>,
    name: &HostSet,
    question: &Question,
    verdict: Verdict,
) -> Vec<OtherReading> {
    let read = |device: &Device<'_>| {
        let along = along(check, std::slice::from_ref(device), name, question);
        self::verdict(&along.iter().map(Along::joint).collect::<Vec<_>>())
    };
    let all: Vec<_> = readings.iter().map(|(dialect, device)| (dialect, read(device))).collect();
    let of = |other: Verdict| {
        let same = all.iter().filter(|(_, verdict)| *verdict == other);
        let dialects =
            same.map(|(dialect, _)| DialectRef { id: dialect.id.to_owned(), title: dialect.title.to_owned() });
        OtherReading { verdict: other, dialects: dialects.collect() }
    };
    let certain = [Verdict::Covered, Verdict::Partly, Verdict::Missing].into_iter().filter(|other| *other != verdict);
    certain.map(of).filter(|reading| !reading.dialects.is_empty()).collect()
}

/// Lists with more entries are read in the chosen dialect only.
const COMPARED: usize = 300;

/// A list as every other product reads it.
pub(super) type Readings<'a> = Vec<(&'static Dialect, Device<'a>)>;

/// Reads the export in every dialect but the chosen one. On a path of several devices the question has no single answer.
pub(super) fn readings<'a>(path: &[Device<'a>]) -> Readings<'a> {
    let [device] = path else { return Vec::new() };
    let entries =
        |device: &Device<'_>| device.views().iter().flat_map(|v| &v.gates).map(|gate| gate.rules.len()).sum::<usize>();
    if entries(device) > COMPARED {
        return Vec::new();
    }
    let chosen = device.dialect();
    let others = device.format.dialects().iter().filter(|dialect| dialect.is_compared && Some(*dialect) != chosen);
    others.map(|dialect| (dialect, device.in_dialect(dialect))).collect()
}
