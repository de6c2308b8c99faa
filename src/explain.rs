//! Whether one export lets one destination through.

use crate::addresses::{AddressSet, parse_entry};
use crate::device::Device;
use crate::hosts::HostSet;
use crate::policy::Community;
use crate::problem::Problem;
use crate::reach::{self, Along, Behind, By, Outcome, Part, Question, TagTable};
use crate::source::{Span, mask_secrets};
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
    /// It takes a way out that the export chooses; what stands there decides.
    Routed,
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
    /// The entries of the route in order, where all of it is routed alike.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub route: Vec<String>,
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
        Answer {
            target: text.to_owned(),
            verdict: AnswerVerdict::Undecided,
            line: None,
            route: Vec::new(),
            reason,
            answered: false,
        }
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
    let route = if verdict == AnswerVerdict::Routed { common_route(&parts) } else { Vec::new() };
    Answer { target: text.to_owned(), verdict, line, route, reason: mask_secrets(&reason), answered: true }
}

/// The entries of the route that all parts take.
fn common_route(parts: &[Part<String>]) -> Vec<String> {
    let mut routes = parts.iter().map(|part| part.route.as_ref());
    let first = routes.next().flatten().filter(|first| routes.all(|route| route == Some(first)));
    first.iter().flat_map(|route| &route.entries).map(|hop| mask_secrets(&hop.text)).collect()
}

fn texts<T: Clone>(along: Vec<Along<T>>, text: impl Fn(&T) -> String) -> Vec<Part<String>> {
    let part = |each: &Along<T>| {
        let Part { of, outcome, by, reasons, behind, route } = each.joint();
        Part { of: text(&of), outcome, by, reasons, behind, route }
    };
    along.iter().map(part).collect()
}

fn first_prefix(set: &AddressSet) -> String {
    set.prefixes().first().map(ToString::to_string).unwrap_or_default()
}

fn verdict(parts: &[Part<String>]) -> AnswerVerdict {
    let any = |outcome| parts.iter().any(|part| part.route.is_none() && part.outcome == outcome);
    let routed = parts.iter().any(|part| part.route.is_some());
    match (any(Outcome::Allowed) || routed, any(Outcome::Blocked)) {
        (true, true) => AnswerVerdict::Partly,
        _ if any(Outcome::Undecided) => AnswerVerdict::Undecided,
        _ if any(Outcome::Unsupported) => AnswerVerdict::Unsupported,
        _ if routed => AnswerVerdict::Routed,
        (true, false) => AnswerVerdict::Allowed,
        (false, _) => AnswerVerdict::Blocked,
    }
}

fn sentence(device: &Device<'_>, verdict: AnswerVerdict, parts: &[Part<String>]) -> (Option<u32>, String) {
    let first = |outcome| parts.iter().find(|part| part.outcome == outcome && part.route.is_none());
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
            let (_, allowed) = decided(Outcome::Allowed).unwrap_or_else(|| routed(device, parts));
            (line, format!("{blocked}; {allowed}"))
        }
        AnswerVerdict::Routed => routed(device, parts),
        AnswerVerdict::Undecided => open(device, first(Outcome::Undecided)),
        AnswerVerdict::Unsupported => open(device, first(Outcome::Unsupported)),
    }
}

/// "`a.example` goes by `PROXY px1.corp:8080; DIRECT` (line 4): the policy of ... decides", for each route.
fn routed(device: &Device<'_>, parts: &[Part<String>]) -> (Option<u32>, String) {
    /// More routes than this are counted, not listed.
    const SHOWN: usize = 4;
    let mut firsts: Vec<&Part<String>> = Vec::new();
    for part in parts.iter().filter(|part| part.route.is_some()) {
        if firsts.iter().all(|first| first.route != part.route) {
            firsts.push(part);
        }
    }
    let sentence = |part: &&Part<String>| {
        let route = part.route.as_ref().map(|route| route.text()).unwrap_or_default();
        let place = part.by.first().map(|by| place(device, by.span)).unwrap_or_default();
        let why: Vec<&str> = part.reasons.iter().map(|reason| reason.text.as_str()).collect();
        format!("`{}` goes by `{route}`{place}: {}", part.of, why.join("; "))
    };
    let more = firsts.len().saturating_sub(SHOWN);
    let text: Vec<String> = firsts.iter().take(SHOWN).map(sentence).collect();
    let more = if more > 0 { format!("; and {more} more routes") } else { String::new() };
    (firsts.first().and_then(|part| line_of(device, &part.by)), text.join("; ") + &more)
}

fn open(device: &Device<'_>, part: Option<&Part<String>>) -> (Option<u32>, String) {
    /// More reasons than this are counted, not listed.
    const SHOWN: usize = 3;
    let Some(part) = part else { return (None, String::new()) };
    let line = part.reasons.iter().find_map(|reason| own_line(device, reason.span));
    let shown = part.reasons.iter().take(SHOWN).map(|reason| reason.text.clone() + &place(device, reason.span));
    let more = part.reasons.len().saturating_sub(SHOWN);
    let text: Vec<String> = shown.chain((more > 0).then(|| format!("and {more} more"))).collect();
    (line.or_else(|| line_of(device, &part.by)), text.join("; "))
}

/// The line, where it stands in the export itself.
fn own_line(device: &Device<'_>, span: Option<Span>) -> Option<u32> {
    let source = device.input.source;
    span.filter(|span| span.file == source.file()).map(|span| source.line_number(span.start))
}

fn line_of(device: &Device<'_>, by: &[By]) -> Option<u32> {
    own_line(device, by.iter().find_map(|by| by.span))
}

/// " (line 3)", or " (x.conf line 3)" in a file that is attached.
fn place(device: &Device<'_>, span: Option<Span>) -> String {
    let attached = || {
        let span = span?;
        let source = device.input.attachments.iter().find(|source| source.file() == span.file)?;
        Some(format!(" ({} line {})", source.name(), source.line_number(span.start)))
    };
    let own = own_line(device, span).map(|line| format!(" (line {line})"));
    own.or_else(attached).unwrap_or_default()
}

/// "`a.example` is blocked: no rule matches, and ..."
fn by_sentence(device: &Device<'_>, part: &Part<String>) -> String {
    let rules: Vec<String> = part.by.iter().map(|by| rule_text(device, by)).collect();
    // What a device adds by itself is there to be overridden.
    let written = part.behind.iter().filter(|behind| behind.by.allows && behind.by.span.is_some());
    let loses = |wherever| if wherever { ", but a denial wins over it wherever it stands" } else { " but comes later" };
    let told =
        |behind: &Behind| format!("; {} would let it through{}", rule_text(device, &behind.by), loses(behind.wherever));
    let behind: String = written.map(told).collect();
    format!("`{}` {}: {}{behind}", part.of, part.outcome.verb(), rules.join(", then "))
}

fn rule_text(device: &Device<'_>, by: &By) -> String {
    let place = place(device, by.span);
    match by.default {
        true => format!("no rule matches, and {}{place}", by.rule),
        false => format!("`{}`{place}", by.rule),
    }
}
