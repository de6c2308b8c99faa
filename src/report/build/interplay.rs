//! Rules that would decide about a part of a requirement if another did not come first.

use super::super::model::{Finding, Severity};
use super::cite::Files;
use super::evidence::rule_text;
use crate::device::Device;
use crate::reach::{Along, Behind, By, Outcome};
use crate::source::Span;

/// The clashes in one question, in order of appearance.
pub(super) fn clashes<T: Clone>(
    along: &[Along<T>],
    path: &[Device<'_>],
    files: &Files<'_>,
    asked: &str,
    part: impl Fn(&[T]) -> String,
) -> Vec<Finding> {
    let mut groups: Vec<(usize, &By, &Behind, Vec<T>)> = Vec::new();
    for each in along {
        for (device, at) in each.at.iter().enumerate() {
            let Some(behind) = &at.behind else { continue };
            let Some(first) = behind.first.first() else { continue };
            // What a device adds by itself is there to be overridden.
            if behind.by.span.is_none() || !matches!(at.outcome, Outcome::Allowed | Outcome::Blocked) {
                continue;
            }
            match groups.iter_mut().find(|group| (group.0, group.1, group.2) == (device, first, behind)) {
                Some((_, _, _, parts)) => parts.push(each.of.clone()),
                None => groups.push((device, first, behind, vec![each.of.clone()])),
            }
        }
    }
    let whole = |parts: &[T]| parts.len() == along.len();
    groups
        .into_iter()
        .map(|(device, first, behind, parts)| {
            let part = if whole(&parts) { "all of it".to_owned() } else { part(&parts) };
            Clash { device: path[device].name(), first, behind, asked, part }.finding(files)
        })
        .collect()
}

struct Clash<'a> {
    device: &'a str,
    /// The rule that decides.
    first: &'a By,
    behind: &'a Behind,
    asked: &'a str,
    /// What of the asked it decides about.
    part: String,
}

impl Clash<'_> {
    fn finding(&self, files: &Files<'_>) -> Finding {
        let cite = |span: Option<Span>| span.and_then(|span| files.cite(span));
        let (first, later) = (self.rule(self.first, files), self.rule(&self.behind.by, files));
        let (would, does) = if self.behind.by.allows { ("let", "blocks") } else { ("block", "lets through") };
        let through = if self.behind.by.allows { " through" } else { "" };
        let wins = if self.behind.wherever { "wins over it, wherever it stands," } else { "comes first" };
        let mut message =
            format!("{later} would {would} {}{through}, but {first} {wins} and {does} {}.", self.asked, self.part);
        let hint = match (self.behind.by.allows, self.behind.wherever) {
            (true, false) => "Put the later rule before the other, or narrow the other.",
            (true, true) => "A denial wins over an allowance here, wherever it stands: take it out or narrow it.",
            (false, false) => "Nothing has to change for what was asked; the later rule has no effect where it stands.",
            (false, true) => "Nothing has to change for what was asked; the rule that loses has no effect on it.",
        };
        if self.behind.never {
            message += match self.behind.wherever {
                true => " The rule that loses never decides: those that win over it take all that it names.",
                false => " The later rule never gets its turn: the rules before it take all that it names.",
            };
        }
        Finding {
            id: if self.behind.never { "rule-never-reached" } else { "rule-comes-first" }.to_owned(),
            severity: if self.behind.by.allows { Severity::Warning } else { Severity::Note },
            message,
            hint: Some(hint.to_owned()),
            citations: [cite(self.first.span), cite(self.behind.by.span)].into_iter().flatten().collect(),
        }
    }

    /// "`rule` (line 9 of nsg.json)"
    fn rule(&self, by: &By, files: &Files<'_>) -> String {
        match by.span.and_then(|span| files.cite(span)) {
            Some(citation) => format!("`{}` (line {} of {})", rule_text(by), citation.line, citation.file),
            None => format!("`{}` of {}", rule_text(by), self.device),
        }
    }
}
