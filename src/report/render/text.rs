//! For a terminal.

use super::{PREFIXES_SHOWN, Report, RequirementResult, Severity, account_sentence, knowledge, ports, shortened};
use crate::report::{Citation, Effect, Evidence, ReasonResult, Verdict};
use std::fmt::Write;

pub(super) fn write(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_all(report, &mut out);
    out
}

fn write_all(report: &Report, out: &mut String) -> std::fmt::Result {
    let scenarios: Vec<&str> = report.asked.scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
    writeln!(out, "{}  ({})\n", report.summary.sentence, scenarios.join(", "))?;
    for row in report.requirements.iter().filter(|row| row.required) {
        write_row(report, row, out)?;
    }
    write_information(report, out)?;
    write_remedies(report, out)?;
    write_findings(report, out)?;
    write_devices(report, out)?;
    for note in &report.notes {
        writeln!(out, "Note: {}", note.text)?;
    }
    writeln!(out)?;
    for line in knowledge(report).iter().chain(&report.asked.stated_note).chain(&report.asked.ip_note) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn write_row(report: &Report, row: &RequirementResult, out: &mut String) -> std::fmt::Result {
    let verdict = row.verdict.word().to_uppercase();
    let detail = row.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
    writeln!(out, "{verdict:<12}{}  port {}  {}{detail}", row.title, ports(&row.ports), row.purpose)?;
    writeln!(out, "            {}", row.sentence)?;
    for part in row.names.iter().flat_map(|names| &names.parts).filter(|part| part.verdict == row.verdict) {
        write_evidence(&part.evidence, &part.reasons, out)?;
        for reading in &part.other_readings {
            let titles: Vec<&str> = reading.dialects.iter().map(|dialect| dialect.title.as_str()).collect();
            writeln!(out, "            {} as read by: {}", reading.verdict.word(), titles.join("; "))?;
        }
    }
    for part in row.communities.iter().flat_map(|communities| &communities.parts) {
        writeln!(out, "            {}: {}", part.label, part.sentence)?;
        write_evidence(&part.evidence, &[], out)?;
    }
    for range in report.ranges_of(row).filter(|_| ranges_matter(row)) {
        writeln!(out, "            by range {} (IPv{}): {}", range.label, range.ip, range.sentence)?;
        if range.verdict == row.verdict {
            write_evidence(&range.evidence, &range.reasons, out)?;
        }
        if range.missing.len() <= PREFIXES_SHOWN * 4 && !range.missing.is_empty() {
            writeln!(out, "                missing: {}", shortened(&range.missing))?;
        }
    }
    for note in &row.notes {
        writeln!(out, "            note: {}", note.text)?;
    }
    Ok(())
}

/// Ranges are worth a line where the names do not decide, or where a part of the ranges passes.
fn ranges_matter(row: &RequirementResult) -> bool {
    let names_decide = row.names.as_ref().is_some_and(|names| names.verdict != Verdict::Unsupported);
    let passes = |verdict| matches!(verdict, Verdict::Covered | Verdict::Partly);
    !names_decide || row.ranges.as_ref().is_some_and(|ranges| passes(ranges.verdict))
}

fn write_evidence(evidence: &[Evidence], reasons: &[ReasonResult], out: &mut String) -> std::fmt::Result {
    for (evidence, citation) in evidence.iter().filter_map(|e| e.citation.as_ref().map(|citation| (e, citation))) {
        let effect = match evidence.effect {
            Effect::Allows => "lets through",
            Effect::Routes => "sends",
            Effect::Blocks => "blocks",
        };
        writeln!(out, "                {effect} {}: {}", evidence.part, cited(citation))?;
    }
    for reason in reasons {
        let place = reason.citation.as_ref().map(|citation| format!("  [{}]", cited(citation))).unwrap_or_default();
        writeln!(out, "                {}{place}", reason.text)?;
    }
    Ok(())
}

fn cited(citation: &Citation) -> String {
    format!("{}:{}: {}", citation.file, citation.line, citation.text)
}

fn write_information(report: &Report, out: &mut String) -> std::fmt::Result {
    let rows: Vec<&RequirementResult> = report.requirements.iter().filter(|row| !row.required).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nFrom other sources, for information (not counted):")?;
    for row in rows {
        writeln!(out, "{:<12}{}  port {}  {}", row.verdict.word(), row.title, ports(&row.ports), row.purpose)?;
    }
    Ok(())
}

fn write_remedies(report: &Report, out: &mut String) -> std::fmt::Result {
    for remedy in &report.remedies {
        writeln!(out, "\nAdd to {}, {}:\n", remedy.file, remedy.place)?;
        writeln!(out, "{}", remedy.text.trim_end())?;
        for note in &remedy.notes {
            writeln!(out, "  ({note})")?;
        }
    }
    Ok(())
}

fn write_findings(report: &Report, out: &mut String) -> std::fmt::Result {
    if !report.findings.is_empty() {
        writeln!(out, "\nFindings:")?;
    }
    for finding in &report.findings {
        let severity = match finding.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        writeln!(out, "{severity}: {} [{}]", finding.message, finding.id)?;
        for citation in &finding.citations {
            writeln!(out, "    {}", cited(citation))?;
        }
        if let Some(hint) = &finding.hint {
            writeln!(out, "    {hint}")?;
        }
    }
    Ok(())
}

fn write_devices(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(out)?;
    for device in &report.devices {
        let dialect = device.dialect.as_ref().map(|dialect| format!(", read as {dialect}")).unwrap_or_default();
        let vantage = device.vantage.as_ref().map(|vantage| format!(", seen from {vantage}")).unwrap_or_default();
        writeln!(out, "{}: {}{dialect}{vantage}", device.file, device.format_title)?;
        for account in &device.accounts {
            writeln!(out, "    {}", account_sentence(account))?;
            for citation in &account.examples {
                writeln!(out, "        not understood: {}", cited(citation))?;
            }
        }
    }
    Ok(())
}
