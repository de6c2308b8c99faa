//! Which rules decide which part of a requirement.

use super::super::model::{Effect, Evidence, ReasonResult};
use super::cite::Files;
use crate::device::Device;
use crate::reach::{Along, By, Outcome, Part};
use crate::source::mask_secrets;

/// More rules than this are counted, not listed.
const SHOWN: usize = 8;

/// The rules of one device that decide parts of a requirement, in order of appearance; `part` says what a rule decides.
pub(super) struct Deciders<T> {
    groups: Vec<(usize, By, Vec<T>)>,
}

impl<T> Default for Deciders<T> {
    fn default() -> Self {
        Deciders { groups: Vec::new() }
    }
}

impl<T: Clone> Deciders<T> {
    /// Records what decides all along the path. Where only some devices can tell, it is what lets through at those.
    pub fn add_along(&mut self, along: &Along<T>) {
        let joint = along.joint().outcome;
        let decides = |part: &Part<T>| part.outcome == joint || joint == Outcome::Unsupported;
        let deciding = along.at.iter().enumerate().filter(|(_, part)| decides(part));
        deciding.for_each(|(device, part)| self.add(device, part));
    }

    /// Records what decides a part at the device with index `device`.
    fn add(&mut self, device: usize, part: &Part<T>) {
        for by in &part.by {
            let last = self.groups.iter_mut().rev().take(64).find(|(at, other, _)| *at == device && other == by);
            match last {
                Some((_, _, parts)) => parts.push(part.of.clone()),
                None => self.groups.push((device, by.clone(), vec![part.of.clone()])),
            }
        }
    }

    pub fn into_evidence(
        mut self,
        path: &[Device<'_>],
        files: &Files<'_>,
        part: impl Fn(&[T]) -> String,
    ) -> Vec<Evidence> {
        let more = self.groups.len().saturating_sub(SHOWN);
        self.groups.truncate(SHOWN);
        let shown = self.groups.iter().map(|(device, by, parts)| Evidence {
            effect: match by.allows {
                true if path[*device].routes() => Effect::Routes,
                true => Effect::Allows,
                false => Effect::Blocks,
            },
            device: path[*device].name().to_owned(),
            rule: rule_text(by),
            citation: by.span.and_then(|span| files.cite(span)),
            part: part(parts),
        });
        let mut evidence: Vec<Evidence> = shown.collect();
        if let (Some(last), true) = (evidence.last_mut(), more > 0) {
            last.part += &format!(" (and {more} more rules)");
        }
        evidence
    }
}

/// The rule's name, or what happens where none matches.
pub(super) fn rule_text(by: &By) -> String {
    match by.default {
        true => format!("{}: no rule matches, and {}", by.gate, by.rule),
        false => mask_secrets(&by.rule),
    }
}

/// The reasons of all undecided or unsupported parts, each once.
pub(super) fn reasons<T>(parts: &[Part<T>], files: &Files<'_>) -> Vec<ReasonResult> {
    let open = parts.iter().filter(|part| matches!(part.outcome, Outcome::Undecided | Outcome::Unsupported));
    let mut reasons: Vec<_> = open.flat_map(|part| &part.reasons).collect();
    reasons.sort();
    reasons.dedup();
    reasons.into_iter().map(|reason| files.reason(reason)).collect()
}

/// The first rule with this effect, and whether there are others.
pub(super) fn deciders_text(evidence: &[Evidence], effect: Effect) -> String {
    let mut with = evidence.iter().filter(|evidence| evidence.effect == effect);
    match (with.next(), with.next()) {
        (Some(first), Some(_)) => format!("{} and others", decider(first)),
        (Some(only), None) => decider(only),
        (None, _) => String::new(),
    }
}

/// "names.txt by *.example (line 1), nsg.json by out (line 9) and others": what has this effect at each device.
pub(super) fn by_devices(evidence: &[&Evidence], effect: Effect) -> String {
    let mut devices: Vec<(&str, Vec<String>)> = Vec::new();
    for each in evidence.iter().filter(|evidence| evidence.effect == effect) {
        let rule = decider(each);
        match devices.iter_mut().find(|(device, _)| *device == each.device) {
            Some((_, rules)) if rules.contains(&rule) => {}
            Some((_, rules)) => rules.push(rule),
            None => devices.push((&each.device, vec![rule])),
        }
    }
    let others = |rules: &[String]| if rules.len() > 1 { " and others" } else { "" };
    let text = devices.iter().map(|(device, rules)| format!("{device} by {}{}", rules[0], others(rules)));
    text.collect::<Vec<_>>().join(", ")
}

/// "`rule` (line 9)"
pub(super) fn decider(evidence: &Evidence) -> String {
    let line = evidence.citation.as_ref().map(|citation| format!(" (line {})", citation.line)).unwrap_or_default();
    format!("{}{line}", evidence.rule)
}

/// What has to be known first, for a sentence: each reason with its line.
pub(super) fn reasons_text(reasons: &[ReasonResult]) -> String {
    const SHOWN: usize = 3;
    let shown = reasons.iter().take(SHOWN).map(|reason| match &reason.citation {
        Some(citation) => format!("{} (line {})", reason.text, citation.line),
        None => reason.text.clone(),
    });
    let text = shown.collect::<Vec<_>>().join("; ");
    match reasons.len().saturating_sub(SHOWN) {
        0 => text,
        more => format!("{text}; and {more} more"),
    }
}
