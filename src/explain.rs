//! Whether one export lets one destination through.

use crate::addresses::{AddressSet, parse_entry};
use crate::device::Device;
use crate::hosts::HostSet;
use crate::policy::{Community, Reason};
use crate::problem::Problem;
use crate::reach::{self, Along, By, Outcome, Part, Question, TagTable};
use crate::source::mask_secrets;
use serde::Serialize;

/// A destination to ask about.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Names(HostSet),
    Addresses(AddressSet),
    Community(Community),
}

impl Target {
    /// Reads a host name, a host pattern, an address, a prefix, a range, or a BGP community.
    ///
    /// # Errors
    /// A [`Problem`] that says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Target, Problem> {
        let wrong = |why: String| Problem::error("bad-target", format!("`{text}` is no target: {why}."));
        if let Ok(community) = text.parse() {
            return Ok(Target::Community(community));
        }
        let bare = text.trim().trim_start_matches('[').trim_end_matches(']');
        match parse_entry(bare) {
            Some(Ok(entry)) => Ok(Target::Addresses(entry.set)),
            Some(Err(error)) => Err(wrong(error.to_string())),
            None => HostSet::parse(text).map(Target::Names).map_err(|error| wrong(error.to_string())),
        }
    }
}

/// What becomes of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerVerdict {
    Allowed,
    Blocked,
    Partly,
    Undecided,
    Unsupported,
}

/// The answer to one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub target: String,
    pub verdict: AnswerVerdict,
    /// The deciding line, 1-based; `None` where no line decides.
    pub line: Option<u32>,
    /// A sentence.
    pub reason: String,
    /// Whether the target could be read, so that the verdict is an answer to it.
    #[serde(skip)]
    pub answered: bool,
}

impl Answer {
    /// The answer to a text that is no target.
    pub fn to_no_target(text: &str, problem: &Problem) -> Answer {
        let reason = mask_secrets(&problem.message);
        Answer { target: text.to_owned(), verdict: AnswerVerdict::Undecided, line: None, reason, answered: false }
    }
}

/// Whether `device` lets `target` through; `text` is the target as the user wrote it.
pub fn explain(device: &Device<'_>, question: &Question, tags: &dyn TagTable, text: &str, target: &Target) -> Answer {
    let path = [device.views()];
    let parts: Vec<Part<String>> = match target {
        Target::Names(names) => texts(reach::names(&path, question, tags, names), Clone::clone),
        Target::Addresses(set) => texts(reach::addresses(&path, question, tags, set), first_prefix),
        Target::Community(value) => texts(vec![reach::community(&path, question, tags, *value)], ToString::to_string),
    };
    let verdict = verdict(&parts);
    let (line, reason) = sentence(device, verdict, &parts);
    Answer { target: text.to_owned(), verdict, line, reason: mask_secrets(&reason), answered: true }
}

fn texts<T: Clone>(along: Vec<Along<T>>, text: impl Fn(&T) -> String) -> Vec<Part<String>> {
    let part = |each: &Along<T>| {
        let Part { of, outcome, by, reasons, behind } = each.joint();
        Part { of: text(&of), outcome, by, reasons, behind }
    };
    along.iter().map(part).collect()
}

fn first_prefix(set: &AddressSet) -> String {
    set.prefixes().first().map(ToString::to_string).unwrap_or_default()
}

fn verdict(parts: &[Part<String>]) -> AnswerVerdict {
    let any = |outcome| parts.iter().any(|part| part.outcome == outcome);
    match (any(Outcome::Allowed), any(Outcome::Blocked)) {
        (true, true) => AnswerVerdict::Partly,
        _ if any(Outcome::Undecided) => AnswerVerdict::Undecided,
        _ if any(Outcome::Unsupported) => AnswerVerdict::Unsupported,
        (true, false) => AnswerVerdict::Allowed,
        (false, _) => AnswerVerdict::Blocked,
    }
}

fn sentence(device: &Device<'_>, verdict: AnswerVerdict, parts: &[Part<String>]) -> (Option<u32>, String) {
    let first = |outcome| parts.iter().find(|part| part.outcome == outcome);
    let decided = |outcome| {
        let part = first(outcome)?;
        Some((line_of(device, &part.by), by_sentence(device, part)))
    };
    let nothing = || (None, "nothing decides it".to_owned());
    match verdict {
        AnswerVerdict::Allowed => decided(Outcome::Allowed).unwrap_or_else(nothing),
        AnswerVerdict::Blocked => decided(Outcome::Blocked).unwrap_or_else(nothing),
        AnswerVerdict::Partly => {
            let (line, blocked) = decided(Outcome::Blocked).unwrap_or_else(nothing);
            let (_, allowed) = decided(Outcome::Allowed).unwrap_or_else(nothing);
            (line, format!("{blocked}; {allowed}"))
        }
        AnswerVerdict::Undecided => open(device, first(Outcome::Undecided)),
        AnswerVerdict::Unsupported => open(device, first(Outcome::Unsupported)),
    }
}

fn open(device: &Device<'_>, part: Option<&Part<String>>) -> (Option<u32>, String) {
    let Some(part) = part else { return (None, String::new()) };
    let line = part.reasons.iter().find_map(|reason| reason_line(device, reason));
    let text: Vec<String> = part.reasons.iter().map(|reason| reason_text(device, reason)).collect();
    (line.or_else(|| line_of(device, &part.by)), text.join("; "))
}

fn reason_line(device: &Device<'_>, reason: &Reason) -> Option<u32> {
    let span = reason.span.filter(|span| span.file == device.input.source.file())?;
    Some(device.input.source.line_number(span.start))
}

fn reason_text(device: &Device<'_>, reason: &Reason) -> String {
    match reason_line(device, reason) {
        Some(line) => format!("{} (line {line})", reason.text),
        None => reason.text.clone(),
    }
}

fn line_of(device: &Device<'_>, by: &[By]) -> Option<u32> {
    let source = device.input.source;
    by.iter()
        .find_map(|by| by.span)
        .filter(|span| span.file == source.file())
        .map(|span| source.line_number(span.start))
}

/// "`a.example` is blocked: no rule matches, and ..."
fn by_sentence(device: &Device<'_>, part: &Part<String>) -> String {
    let rules: Vec<String> = part.by.iter().map(|by| rule_text(device, by)).collect();
    let behind = part.behind.iter().filter(|behind| behind.by.allows).map(|behind| rule_text(device, &behind.by));
    let loses = match part.behind.as_ref().is_some_and(|behind| behind.wherever) {
        true => ", but a denial wins over it wherever it stands",
        false => " but comes later",
    };
    let behind: String = behind.map(|rule| format!("; {rule} would let it through{loses}")).collect();
    format!("`{}` {}: {}{behind}", part.of, part.outcome.verb(), rules.join(", then "))
}

fn rule_text(device: &Device<'_>, by: &By) -> String {
    let line = line_of(device, std::slice::from_ref(by)).map(|line| format!(" (line {line})")).unwrap_or_default();
    match by.default {
        true => format!("no rule matches, and {}{line}", by.rule),
        false => format!("`{}`{line}", by.rule),
    }
}
