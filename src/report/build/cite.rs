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
        Some(cite_line(source, source.line_number(span.start)))
    }

    pub fn reason(&self, reason: &Reason) -> ReasonResult {
        ReasonResult { text: mask_secrets(&reason.text), citation: reason.span.and_then(|span| self.cite(span)) }
    }
}

pub(super) fn cite_line(source: &Source, line: u32) -> Citation {
    let masked = mask_secrets(source.line_text(line).trim());
    let text = match masked.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &masked[..end]),
        None => masked,
    };
    Citation { file: source.name().to_owned(), line, text }
}
