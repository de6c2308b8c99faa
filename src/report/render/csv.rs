//! A row a part: a name, a range or a community of a requirement.

use super::{Evidence, Report, RequirementResult, Verdict};

const HEADER: [&str; 14] = [
    "scenario",
    "requirement",
    "purpose",
    "required",
    "plane",
    "part",
    "port",
    "verdict",
    "explanation",
    "missing",
    "undecided",
    "file",
    "line",
    "text",
];

pub(super) fn write(report: &Report) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut rows = vec![HEADER.map(str::to_owned)];
    rows.extend(report.requirements.iter().flat_map(|row| requirement(report, row)));
    for row in rows {
        // Writing to memory does not fail; a row has as many fields as the header.
        let _ = writer.write_record(row.map(|field| harmless(&field)));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A field that no spreadsheet takes for a formula.
fn harmless(field: &str) -> String {
    match field.starts_with(['=', '+', '-', '@', '\t']) {
        true => format!("'{field}"),
        false => field.to_owned(),
    }
}

struct Part<'a> {
    plane: &'a str,
    part: &'a str,
    port: Option<u16>,
    verdict: Verdict,
    explanation: &'a str,
    missing: String,
    undecided: String,
    evidence: &'a [Evidence],
}

fn requirement(report: &Report, row: &RequirementResult) -> Vec<[String; 14]> {
    let names = row.names.iter().flat_map(|names| &names.parts).map(|part| Part {
        plane: "name",
        part: &part.name,
        port: Some(part.port),
        verdict: part.verdict,
        explanation: &part.sentence,
        missing: part.missing_witness.clone().unwrap_or_default(),
        undecided: part.undecided_witness.clone().unwrap_or_default(),
        evidence: &part.evidence,
    });
    let ranges = report.ranges_of(row).map(|part| Part {
        plane: if part.ip == "4" { "IPv4 range" } else { "IPv6 range" },
        part: &part.label,
        port: Some(part.port),
        verdict: part.verdict,
        explanation: &part.sentence,
        missing: part.missing.join(" "),
        undecided: part.undecided.join(" "),
        evidence: &part.evidence,
    });
    let communities = row.communities.iter().flat_map(|communities| &communities.parts).map(|part| Part {
        plane: "community",
        part: part.community.as_deref().unwrap_or(&part.label),
        port: None,
        verdict: part.verdict,
        explanation: &part.sentence,
        missing: String::new(),
        undecided: String::new(),
        evidence: &part.evidence,
    });
    names.chain(ranges).chain(communities).map(|part| fields(row, part)).collect()
}

fn fields(row: &RequirementResult, part: Part<'_>) -> [String; 14] {
    let citation = part.evidence.iter().find_map(|evidence| evidence.citation.as_ref());
    let of_citation = |field: fn(&super::Citation) -> String| citation.map(field).unwrap_or_default();
    [
        row.scenario.clone(),
        row.id.clone(),
        row.purpose.clone(),
        if row.required { "yes" } else { "information" }.to_owned(),
        part.plane.to_owned(),
        part.part.to_owned(),
        part.port.map(|port| port.to_string()).unwrap_or_default(),
        part.verdict.word().to_owned(),
        part.explanation.to_owned(),
        part.missing,
        part.undecided,
        of_citation(|citation| citation.file.clone()),
        of_citation(|citation| citation.line.to_string()),
        of_citation(|citation| citation.text.clone()),
    ]
}
