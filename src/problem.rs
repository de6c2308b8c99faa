//! Something to tell the user about what was pasted.

use crate::source::Span;

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
