//! The report's types; their JSON Schema and TypeScript are generated from here (feature `schema`).

use serde::Serialize;
use std::collections::BTreeMap;

macro_rules! model {
    ($($(#[$meta:meta])* pub $kind:ident $name:ident $body:tt)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(rename_all = "camelCase")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS), ts(export))]
        pub $kind $name $body
    )*};
}

model! {
    /// The result of one check.
    pub struct Report {
        /// Version of this format: 1.
        pub report_version: u32,
        pub tool: Tool,
        pub asked: Asked,
        pub knowledge: Knowledge,
        pub summary: Summary,
        /// One row a requirement of the chosen scenarios, in catalogue order.
        pub requirements: Vec<RequirementResult>,
        /// The address ranges that requirements refer to by `id`.
        pub ranges: Vec<RangeResult>,
        pub devices: Vec<Device>,
        pub findings: Vec<Finding>,
        pub remedies: Vec<DeviceRemedy>,
        pub notes: Vec<Note>,
    }

    pub struct Tool {
        pub name: String,
        pub version: String,
    }

    /// The question, with every default filled in.
    pub struct Asked {
        pub scenarios: Vec<ScenarioRef>,
        pub cloud: String,
        pub regions: Vec<String>,
        /// The source as the user wrote it; `None`: the answer holds for every source.
        pub source: Option<String>,
        pub facts: BTreeMap<String, String>,
        /// What the user states of the answers of DNS, as written.
        pub dns: BTreeMap<String, String>,
        /// The stated time, as written.
        pub time: Option<String>,
        /// Said where an answer rests on what the user stated of DNS or the time.
        pub stated_note: Option<String>,
        /// `4`, `6` or `both`.
        pub ip: String,
        /// Said where one family was not asked.
        pub ip_note: Option<String>,
    }

    pub struct ScenarioRef {
        pub id: String,
        pub title: String,
    }

    /// The data that the verdicts rest on.
    pub struct Knowledge {
        pub catalogue: CatalogueInfo,
        pub service_tags: Option<ServiceTagsInfo>,
    }

    pub struct CatalogueInfo {
        /// `YYYYMMDDNN`
        pub version: String,
        pub updated: String,
        /// "built in", or the user's file.
        pub origin: String,
    }

    pub struct ServiceTagsInfo {
        /// The file or package that the ranges come from.
        pub origin: String,
        /// `YYYY-MM-DD`, where the source tells.
        pub date: Option<String>,
        pub cloud: String,
        pub change_number: Option<u32>,
        /// Whether these are the ranges that ship with the program.
        pub shipped: bool,
        pub tags: u32,
    }

    pub struct Summary {
        /// Over the required rows.
        pub verdict: Verdict,
        /// "4 of 7 covered, 2 missing, 1 undecided"
        pub sentence: String,
        pub required: Counts,
        /// Rows that other sources add; they do not count for the verdict.
        pub information: Counts,
    }

    pub struct Counts {
        pub total: u32,
        pub covered: u32,
        pub partly: u32,
        pub missing: u32,
        pub undecided: u32,
        pub unsupported: u32,
    }

    pub struct RequirementResult {
        pub id: String,
        pub scenario: String,
        /// "Azure Storage"
        pub purpose: String,
        /// What is asked for: `*.blob.core.windows.net`.
        pub title: String,
        /// What that is, in a few words: "Blob storage".
        pub detail: Option<String>,
        /// Whether the row counts for the verdict as a whole.
        pub required: bool,
        pub ports: Vec<u16>,
        pub verdict: Verdict,
        pub sentence: String,
        pub names: Option<NamesResult>,
        pub ranges: Option<RangesResult>,
        pub communities: Option<CommunitiesResult>,
        pub notes: Vec<Note>,
        pub sources: Vec<SourceRef>,
    }

    /// The requirement met by names: all parts together.
    pub struct NamesResult {
        pub verdict: Verdict,
        pub parts: Vec<NameResult>,
    }

    pub struct NameResult {
        /// `*.blob.core.windows.net`: one or more labels for the star.
        pub name: String,
        pub port: u16,
        pub verdict: Verdict,
        pub sentence: String,
        /// A shortest name that is not let through.
        pub missing_witness: Option<String>,
        /// A shortest name that cannot be decided.
        pub undecided_witness: Option<String>,
        pub evidence: Vec<Evidence>,
        pub reasons: Vec<ReasonResult>,
        /// Products that read the export's entries narrower or wider, with another verdict that is certain; one item a verdict.
        pub other_readings: Vec<OtherReading>,
        /// Real hosts of this kind; shown as examples, never used as the proof.
        pub examples: Vec<String>,
    }

    pub struct OtherReading {
        pub verdict: Verdict,
        pub dialects: Vec<DialectRef>,
    }

    pub struct DialectRef {
        pub id: String,
        pub title: String,
    }

    /// The requirement met by address ranges: all parts together.
    pub struct RangesResult {
        pub verdict: Verdict,
        /// The `id`s of the parts in [`Report::ranges`].
        pub parts: Vec<String>,
    }

    pub struct RangeResult {
        /// `Storage.WestEurope/4/443`
        pub id: String,
        /// The service tag, or "listed prefixes".
        pub label: String,
        pub tag: Option<String>,
        /// `4` or `6`.
        pub ip: String,
        pub port: u16,
        pub verdict: Verdict,
        pub sentence: String,
        /// The fewest prefixes that make up what is required.
        pub required_prefixes: u32,
        /// The exact remainder that is blocked, as the fewest prefixes.
        pub missing: Vec<String>,
        /// What cannot be decided, as the fewest prefixes.
        pub undecided: Vec<String>,
        pub evidence: Vec<Evidence>,
        pub reasons: Vec<ReasonResult>,
    }

    /// The requirement met by routes: all parts together.
    pub struct CommunitiesResult {
        pub verdict: Verdict,
        pub parts: Vec<CommunityResult>,
    }

    pub struct CommunityResult {
        /// `12076:5060`; `None` where the vault's region is needed to know it.
        pub community: Option<String>,
        pub label: String,
        pub verdict: Verdict,
        pub sentence: String,
        pub evidence: Vec<Evidence>,
        pub reasons: Vec<ReasonResult>,
    }

    /// A rule that decides, and what it does.
    pub struct Evidence {
        pub effect: Effect,
        /// The file of the device that decides.
        pub device: String,
        /// What the device calls the rule, or why its default applies.
        pub rule: String,
        /// The deciding line; `None` for what the device does by itself.
        pub citation: Option<Citation>,
        /// The part of the requirement that it decides: "all of it", "for example a.example", "3 of 12 prefixes".
        pub part: String,
    }

    pub struct Citation {
        pub file: String,
        /// 1-based, in the file as pasted.
        pub line: u32,
        /// The line, secrets masked.
        pub text: String,
    }

    /// Why something cannot be decided.
    pub struct ReasonResult {
        pub text: String,
        pub citation: Option<Citation>,
    }

    pub struct Note {
        pub text: String,
        pub sources: Vec<SourceRef>,
    }

    pub struct SourceRef {
        pub title: String,
        pub url: Option<String>,
        pub date: Option<String>,
    }

    /// One export on the path.
    pub struct Device {
        pub file: String,
        pub format: String,
        pub format_title: String,
        /// Which product's reading of list entries was used.
        pub dialect: Option<String>,
        /// The vantages there are, and the chosen one; with none chosen an answer stands only where all agree.
        pub vantages: Vec<String>,
        pub vantage: Option<String>,
        /// The export itself, then the attached files that it uses.
        pub accounts: Vec<LineAccount>,
    }

    /// What became of every line of one file.
    pub struct LineAccount {
        pub file: String,
        pub lines: u32,
        pub used: u32,
        /// Blank, a comment, or something that cannot change a verdict.
        pub irrelevant: u32,
        pub not_understood: u32,
        /// The lines that were not understood, up to a hundred.
        pub examples: Vec<Citation>,
    }

    pub struct Finding {
        /// Stable, in kebab-case.
        pub id: String,
        pub severity: Severity,
        pub message: String,
        pub hint: Option<String>,
        pub citations: Vec<Citation>,
    }

    /// What to add to one export.
    pub struct DeviceRemedy {
        pub file: String,
        pub format: String,
        pub text: String,
        /// Where it goes.
        pub place: String,
        pub notes: Vec<String>,
        /// The ids of the requirements that it covers.
        pub closes: Vec<String>,
    }

    #[derive(Copy, Eq, PartialOrd, Ord)]
    pub enum Verdict {
        /// All of it is let through.
        Covered,
        /// A part is let through and a part is blocked.
        Partly,
        /// None of it is let through.
        Missing,
        /// The export cannot tell.
        Undecided,
        /// The export cannot speak of such a destination at all.
        Unsupported,
    }

    #[derive(Copy, Eq)]
    pub enum Effect {
        Allows,
        /// It says which way the traffic takes, and others decide.
        Routes,
        Blocks,
    }

    #[derive(Copy, Eq)]
    pub enum Severity {
        Note,
        Warning,
        Error,
    }
}
