//! Something to tell the user about what was pasted.

use crate::source::{Span, mask_secrets};

/// How much a [`Problem`] matters to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; no verdict depends on it.
    Note,
    /// Verdicts may rest on less than the whole export.
    Warning,
    /// A part of the export could not be read, or the device itself would refuse it.
    Error,
}

/// One message about the input: what, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable name in kebab-case, such as `missing-list-file`.
    pub id: &'static str,
    pub severity: Severity,
    pub span: Option<Span>,
    /// A plain sentence.
    pub message: String,
    /// What the user can do.
    pub hint: Option<String>,
}

impl Problem {
    pub fn new(id: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Problem { id, severity, span: None, message: message.into(), hint: None }
    }

    pub fn note(id: &'static str, message: impl Into<String>) -> Self {
        Problem::new(id, Severity::Note, message)
    }

    pub fn warning(id: &'static str, message: impl Into<String>) -> Self {
        Problem::new(id, Severity::Warning, message)
    }

    pub fn error(id: &'static str, message: impl Into<String>) -> Self {
        Problem::new(id, Severity::Error, message)
    }

    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A piece of the export as a sentence quotes it: masked, since credentials that are cut in two would not be known for
/// what they are, and no longer than a line.
pub fn quote(text: &str) -> String {
    const QUOTED: usize = 80;
    let masked = mask_secrets(text.trim());
    match masked.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}\u{2026}", &masked[..end]),
        None => masked,
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn quotes_are_short_and_hold_no_secret() {
        assert_eq!(quote(" *.example.com "), "*.example.com");
        assert_eq!(quote(&"x".repeat(100_000)).chars().count(), 81);
        let quoted = quote(&format!("https://joe:{}@a.example", "long".repeat(40)));
        assert!(quoted.starts_with("https://***") && !quoted.contains("long"), "{quoted}");
    }
}
