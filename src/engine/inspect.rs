//! What can be chosen, in the types that cross to the page and to `--output json`.

use crate::catalogue::{Catalogue, FactType};
use crate::device::Device;
use crate::formats::{Confidence, FORMATS, Format};
use crate::problem::{Problem, Severity};
use crate::source::{Source, mask_secrets};
use serde::Serialize;

macro_rules! view {
    ($($(#[$meta:meta])* pub struct $name:ident $body:tt)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(rename_all = "camelCase")]
        #[cfg_attr(feature = "schema", derive(ts_rs::TS), ts(export))]
        pub struct $name $body
    )*};
}

view! {
    /// The scenarios and facts of a catalogue.
    pub struct CatalogueView {
        pub scenarios: Vec<ScenarioInfo>,
        pub facts: Vec<FactInfo>,
        pub default_scenario: Option<String>,
    }

    pub struct ScenarioInfo {
        pub id: String,
        pub title: String,
        pub service: String,
        /// `public`, `usgov`, `china`; `None` where the scenario is the same in every cloud.
        pub cloud: Option<String>,
        pub summary: String,
        /// The facts that its conditions ask for.
        pub facts: Vec<String>,
    }

    pub struct FactInfo {
        pub key: String,
        pub title: String,
        pub help: String,
        /// `integer`, `choice` or `boolean`.
        pub kind: String,
        pub values: Vec<String>,
    }

    pub struct FormatInfo {
        pub id: String,
        pub title: String,
        /// Markdown.
        pub how_to_export: String,
        pub dialects: Vec<DialectInfo>,
    }

    pub struct DialectInfo {
        pub id: String,
        pub title: String,
    }

    /// How one export is recognised and what it holds.
    pub struct FileInspection {
        pub file: String,
        pub lines: u32,
        /// The formats that it may be, the surest first.
        pub candidates: Vec<Candidate>,
        /// The format it is read as; `None` if it could not be read.
        pub format: Option<String>,
        pub dialects: Vec<DialectInfo>,
        pub vantages: Vec<String>,
        pub problems: Vec<ProblemView>,
    }

    pub struct Candidate {
        pub format: String,
        pub title: String,
        pub percent: u8,
        pub why: String,
    }

    /// A problem as it crosses to JavaScript.
    pub struct ProblemView {
        pub id: String,
        /// `note`, `warning` or `error`.
        pub severity: String,
        pub message: String,
        pub hint: Option<String>,
        pub line: Option<u32>,
    }
}

impl ProblemView {
    /// The problem with its line in `source`, where it points into that.
    pub fn new(problem: &Problem, source: Option<&Source>) -> ProblemView {
        let span = problem.span.filter(|span| source.is_some_and(|source| source.file() == span.file));
        ProblemView {
            id: problem.id.to_owned(),
            severity: match problem.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            }
            .to_owned(),
            message: mask_secrets(&problem.message),
            hint: problem.hint.clone(),
            line: span.zip(source).map(|(span, source)| source.line_number(span.start)),
        }
    }
}

/// Every format that can be read.
pub fn format_list() -> Vec<FormatInfo> {
    FORMATS.iter().map(|format| format_info(*format)).collect()
}

fn format_info(format: &dyn Format) -> FormatInfo {
    FormatInfo {
        id: format.id().to_owned(),
        title: format.title().to_owned(),
        how_to_export: format.how_to_export().to_owned(),
        dialects: dialects(format),
    }
}

fn dialects(format: &dyn Format) -> Vec<DialectInfo> {
    let info = |id: &str, title: &str| DialectInfo { id: id.to_owned(), title: title.to_owned() };
    format.dialects().iter().map(|dialect| info(dialect.id, dialect.title)).collect()
}

pub(super) fn catalogue_view(catalogue: &Catalogue) -> CatalogueView {
    let facts = catalogue.facts.iter().map(|(key, fact)| FactInfo {
        key: key.clone(),
        title: fact.title.clone(),
        help: fact.help.clone(),
        kind: match fact.kind {
            FactType::Integer => "integer",
            FactType::Choice => "choice",
            FactType::Boolean => "boolean",
        }
        .to_owned(),
        values: fact.values.clone(),
    });
    CatalogueView {
        facts: facts.collect(),
        default_scenario: catalogue.default_scenario(None).map(|scenario| scenario.id.clone()),
        scenarios: catalogue.scenarios.iter().map(scenario_info).collect(),
    }
}

fn scenario_info(scenario: &crate::catalogue::Scenario) -> ScenarioInfo {
    let of_notes = scenario.notes.iter().filter_map(|note| note.when.as_ref());
    let of_rows = scenario.requirements.iter().filter_map(|requirement| requirement.when.as_ref());
    let mut facts: Vec<String> =
        of_notes.chain(of_rows).flat_map(|when| when.tests()).map(|(key, _, _)| key.to_owned()).collect();
    facts.sort();
    facts.dedup();
    ScenarioInfo {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        service: scenario.service.clone(),
        cloud: scenario.cloud.map(|cloud| cloud.id().to_owned()),
        summary: scenario.summary.clone(),
        facts,
    }
}

pub(super) fn file(
    source: &Source,
    found: &[(&'static dyn Format, Confidence)],
    device: &Result<Device<'_>, Problem>,
) -> FileInspection {
    let candidates = found.iter().map(|(format, confidence)| Candidate {
        format: format.id().to_owned(),
        title: format.title().to_owned(),
        percent: confidence.percent,
        why: confidence.why.clone(),
    });
    let problems: Vec<&Problem> = match device {
        Ok(device) => source.problems.iter().chain(&device.policy.problems).collect(),
        Err(problem) => source.problems.iter().chain([problem]).collect(),
    };
    FileInspection {
        file: source.name().to_owned(),
        lines: source.line_count(),
        candidates: candidates.collect(),
        format: device.as_ref().ok().map(|device| device.format.id().to_owned()),
        dialects: device.as_ref().map(|device| dialects(device.format)).unwrap_or_default(),
        vantages: device.as_ref().map(Device::labels).unwrap_or_default(),
        problems: problems.into_iter().map(|problem| ProblemView::new(problem, Some(source))).collect(),
    }
}
