//! Requirements asked by BGP community.

use super::super::model::*;
use super::Check;
use super::cite::Files;
use super::evidence::{Deciders, decider, reasons, reasons_text};
use crate::coverage::{self, Need};
use crate::device::Device;
use crate::policy::Community;
use crate::reach::{self, Views};

/// The communities of one requirement, and the outcomes at each device.
pub(super) struct Communities {
    parts: Vec<CommunityResult>,
    at_devices: Vec<Vec<Verdict>>,
}

pub(super) fn communities(check: &Check<'_>, need: &Need<'_>, files: &Files<'_>) -> Option<Communities> {
    let mut communities = Communities { parts: Vec::new(), at_devices: Vec::new() };
    for (label, value) in &need.communities {
        let (part, at_devices) = match value {
            Ok(value) => ask(check, label, *value, files),
            Err(why) => (open(label, why), vec![Verdict::Undecided; check.path.len()]),
        };
        communities.parts.push(part);
        communities.at_devices.push(at_devices);
    }
    (!need.communities.is_empty()).then_some(communities)
}

impl Communities {
    pub fn joint(&self) -> Verdict {
        coverage::all_of(self.parts.iter().map(|part| part.verdict))
    }

    pub fn at_device(&self, device: usize) -> Verdict {
        coverage::all_of(self.at_devices.iter().map(|at| at[device]))
    }

    pub fn parts(&self) -> &[CommunityResult] {
        &self.parts
    }

    pub fn into_result(self) -> CommunitiesResult {
        CommunitiesResult { verdict: self.joint(), parts: self.parts }
    }
}

fn ask(check: &Check<'_>, label: &str, value: Community, files: &Files<'_>) -> (CommunityResult, Vec<Verdict>) {
    let views: Vec<Views<'_>> = check.path.iter().map(Device::views).collect();
    let along = reach::community(&views, &check.question(443), check.tags, value);
    let joint = along.joint();
    let mut deciders = Deciders::default();
    deciders.add_along(&along);
    let evidence = deciders.into_evidence(check.path, files, |_| "all of it".to_owned());
    let verdict = coverage::of_outcomes(std::iter::once(joint.outcome));
    let reasons = reasons(&[joint], files);
    let by = evidence.first().map(decider).unwrap_or_default();
    let why = reasons_text(&reasons);
    let sentence = match verdict {
        Verdict::Covered => format!("{value} is let through by {by}."),
        Verdict::Undecided => format!("{value} cannot be decided: {why}."),
        Verdict::Unsupported => format!("The export cannot tell: {why}."),
        Verdict::Missing | Verdict::Partly => format!("{value} is not let through: {by}."),
    };
    let at_devices = along.at.iter().map(|part| coverage::of_outcomes(std::iter::once(part.outcome))).collect();
    let community = Some(value.to_string());
    (CommunityResult { community, label: label.to_owned(), verdict, sentence, evidence, reasons }, at_devices)
}

fn open(label: &str, why: &str) -> CommunityResult {
    CommunityResult {
        community: None,
        label: label.to_owned(),
        verdict: Verdict::Undecided,
        sentence: format!("Cannot be told: {why}."),
        evidence: Vec::new(),
        reasons: vec![ReasonResult { text: why.to_owned(), citation: None }],
    }
}
