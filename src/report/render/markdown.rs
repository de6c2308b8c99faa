//! For tickets and wikis.

use super::{Report, RequirementResult, account_sentence, knowledge, ports, shortened};
use std::fmt::Write;

pub(super) fn write(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_all(report, &mut out);
    out
}

fn write_all(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(out, "# Egress Check: {}\n", report.summary.sentence)?;
    for scenario in &report.asked.scenarios {
        writeln!(out, "* {} ({})", plain(&scenario.title), code(&scenario.id))?;
    }
    for line in knowledge(report).iter().chain(&report.asked.stated_note).chain(&report.asked.ip_note) {
        writeln!(out, "* {}", plain(line))?;
    }
    write_table(report, "Required", true, out)?;
    write_table(report, "For information, from other sources", false, out)?;
    write_ranges(report, out)?;
    write_remedies(report, out)?;
    write_findings(report, out)?;
    writeln!(out, "\n## Exports\n")?;
    for account in report.devices.iter().flat_map(|device| &device.accounts) {
        writeln!(out, "* {}", plain(&account_sentence(account)))?;
    }
    for note in &report.notes {
        writeln!(out, "\n> {}", plain(&note.text))?;
    }
    Ok(())
}

fn write_table(report: &Report, title: &str, required: bool, out: &mut String) -> std::fmt::Result {
    let rows: Vec<&RequirementResult> = report.requirements.iter().filter(|row| row.required == required).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {title}\n\n| Verdict | What | Port | Purpose | Why | Line |\n|---|---|---|---|---|---|")?;
    for row in rows {
        let (verdict, title) = (row.verdict.word(), code(&row.title));
        let (ports, purpose, why, line) =
            (ports(&row.ports), plain(&row.purpose), plain(&row.sentence), line(report, row));
        writeln!(out, "| **{verdict}** | {title} | {ports} | {purpose} | {why} | {line} |")?;
    }
    Ok(())
}

/// The first cited line of a row's parts with its verdict.
fn line(report: &Report, row: &RequirementResult) -> String {
    let names = row.names.iter().flat_map(|names| &names.parts);
    let of_names = names.filter(|part| part.verdict == row.verdict).flat_map(|part| &part.evidence);
    let of_ranges =
        report.ranges_of(row).filter(|range| range.verdict == row.verdict).flat_map(|range| &range.evidence);
    let of_communities =
        row.communities.iter().flat_map(|communities| &communities.parts).flat_map(|part| &part.evidence);
    let cited = of_names.chain(of_ranges).chain(of_communities).find_map(|evidence| evidence.citation.as_ref());
    cited.map(|c| format!("{}:{} {}", plain(&c.file), c.line, code(&c.text))).unwrap_or_default()
}

fn write_ranges(report: &Report, out: &mut String) -> std::fmt::Result {
    let open: Vec<_> = report.ranges.iter().filter(|r| !r.missing.is_empty() || !r.undecided.is_empty()).collect();
    if open.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Ranges\n\n| Range | Verdict | Missing | Undecided |\n|---|---|---|---|")?;
    for range in open {
        let (missing, undecided) = (shortened(&range.missing), shortened(&range.undecided));
        let (id, verdict) = (code(&range.id), range.verdict.word());
        writeln!(out, "| {id} | **{verdict}** | {missing} | {undecided} |")?;
    }
    Ok(())
}

fn write_remedies(report: &Report, out: &mut String) -> std::fmt::Result {
    for remedy in &report.remedies {
        writeln!(out, "\n## What to add to {}\n\n{}:\n", plain(&remedy.file), plain(&remedy.place))?;
        let fence = "`".repeat(longest_run(&remedy.text).max(2) + 1);
        writeln!(out, "{fence}\n{}\n{fence}", remedy.text.trim_end())?;
        for note in &remedy.notes {
            writeln!(out, "\n{}", plain(note))?;
        }
    }
    Ok(())
}

fn write_findings(report: &Report, out: &mut String) -> std::fmt::Result {
    if !report.findings.is_empty() {
        writeln!(out, "\n## Findings\n")?;
    }
    for finding in &report.findings {
        let hint = finding.hint.as_deref().map(|hint| format!(" {}", plain(hint))).unwrap_or_default();
        let cited = finding.citations.iter().map(|c| format!(" ({}:{} {})", plain(&c.file), c.line, code(&c.text)));
        writeln!(out, "* {}{hint}{}", plain(&finding.message), cited.collect::<String>())?;
    }
    Ok(())
}

/// Text in which nothing is markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(' '),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Text as code, also inside a table.
fn code(text: &str) -> String {
    let ticks = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{}{pad}{ticks}", text.replace('|', "\\|").replace('\n', " "))
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
