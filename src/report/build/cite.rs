//! Spans to lines that people can find.

use super::super::model::{Citation, ReasonResult};
use crate::device::Device;
use crate::policy::Reason;
use crate::source::{Source, Span, mask_secrets};
use std::collections::BTreeMap;

/// Longer lines are quoted with their beginning only.
const QUOTED: usize = 240;

/// All files that spans may point into.
pub(super) struct Files<'a> {
    sources: BTreeMap<u16, &'a Source>,
}

impl<'a> Files<'a> {
    pub fn new(path: &[Device<'a>]) -> Self {
        let own = path.iter().map(|device| device.input.source);
        let attached = path.iter().flat_map(|device| device.input.attachments);
        Files { sources: own.chain(attached).map(|source| (source.file(), source)).collect() }
    }

    pub fn cite(&self, span: Span) -> Option<Citation> {
        let source = self.sources.get(&span.file)?;
        let line = source.line_number(span.start);
        let at = (span.start as usize).saturating_sub(source.line_start(line));
        let text = excerpt(source.line_text(line), at);
        Some(Citation { file: source.name().to_owned(), line, text })
    }

    pub fn reason(&self, reason: &Reason) -> ReasonResult {
        ReasonResult { text: mask_secrets(&reason.text), citation: reason.span.and_then(|span| self.cite(span)) }
    }
}

pub(super) fn cite_line(source: &Source, line: u32) -> Citation {
    let text = quoted(source.line_text(line).trim());
    Citation { file: source.name().to_owned(), line, text }
}

/// A line, or of a long one what stands at the place that is meant, masked.
fn excerpt(line: &str, at: usize) -> String {
    let is_long = line.char_indices().nth(QUOTED).is_some();
    let found = (is_long && at > 0).then(|| from_place(line, at)).flatten();
    found.unwrap_or_else(|| quoted(line.trim()))
}

/// Masked with what stands before it, which says what is secret; `None` where the place lies within what is masked.
fn from_place(line: &str, at: usize) -> Option<String> {
    let rest = line.get(at..)?;
    let start = line[..at].char_indices().rev().nth(QUOTED).map_or(0, |(start, _)| start);
    let end = at + beginning(rest).len();
    let masked = mask_secrets(&line[start..end]);
    let shown = quoted(masked.strip_prefix(&mask_secrets(&line[start..at]))?);
    let goes_on = end < line.len() && !shown.ends_with('…');
    Some(format!("…{shown}{}", if goes_on { "…" } else { "" }))
}

/// The beginning of a line, masked. A whole export may stand on one line that hundreds of citations quote, so no more of
/// it is looked at than is shown.
fn quoted(line: &str) -> String {
    let begin = beginning(line);
    let masked = mask_secrets(begin);
    match masked.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &masked[..end]),
        None if begin.len() < line.len() => masked + "…",
        None => masked,
    }
}

/// What is quoted of a line, and on to where no credentials in a URL can be cut in two: without their `@` they would not
/// be known for what they are.
fn beginning(line: &str) -> &str {
    let Some((enough, _)) = line.char_indices().nth(QUOTED) else { return line };
    let end = line[enough..].find(|c: char| c.is_whitespace() || matches!(c, '"' | '/'));
    end.map_or(line, |end| &line[..enough + end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_quoted_by_its_beginning_and_masked_as_a_whole() {
        let line = format!("{}https://joe:{}@host.example/x y", "a".repeat(QUOTED - 20), "p".repeat(50));
        let text = quoted(&line);
        assert!(text.contains("https://***") && !text.contains("joe") && text.ends_with('…'), "{text}");
        assert_eq!(quoted(&"é ".repeat(QUOTED)).chars().count(), QUOTED + 1);
        assert_eq!(quoted("http_access deny all"), "http_access deny all");
    }

    #[test]
    fn a_long_line_is_quoted_where_the_span_begins() {
        let rule = |n: u8| format!("{{\"rule\": {{\"handle\": {n}, \"key\": \"value {n}\"}}}}, ");
        let line: String = (10..40).map(rule).collect();
        let at = line.find("{\"handle\": 23").expect("a rule");
        let text = excerpt(&line, at);
        assert!(text.starts_with("…{\"handle\": 23, ") && text.ends_with('…'), "{text}");
        assert_eq!(excerpt("short line", 6), "short line");
        let secret = format!("{}\"password\": \"{}\", {}", line, "s".repeat(40), line);
        let at = secret.find("sss").expect("the secret");
        assert!(!excerpt(&secret, at).contains("sss"), "{}", excerpt(&secret, at));
    }

    /// Quoting the whole line each time would take minutes.
    #[test]
    fn a_line_that_holds_a_whole_export_is_quoted_quickly() {
        let text = format!("{{\"name\": \"n\", \"securityRules\": [{}", "{\"a\":".repeat(100_000));
        let source = Source::read("t", 0, text.as_bytes()).expect("text");
        (0..1000).for_each(|_| assert!(cite_line(&source, 1).text.ends_with('…')));
    }
}
