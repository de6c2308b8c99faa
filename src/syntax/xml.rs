//! XML as people paste it: a small tree whose every element knows where it stands.
//!
//! Tolerated: text before, between and after documents, several documents in a row, lines that a terminal broke, bare
//! ampersands. A document that is cut or whose tags do not fit together is read as far as it goes; elements inside which
//! something is missing are marked [`Element::complete`]` == false`, and [`Documents::lost`] says what.

mod scan;
#[cfg(test)]
mod tests;

use super::lines::unwrapped;
use super::mapped::Mapped;
use crate::policy::Reason;
use crate::problem::Problem;
use crate::source::{Source, Span};
use roxmltree::{Document, Node, ParsingOptions};

/// Deeper documents are cut there: a PAN-OS configuration nests about 20 deep.
pub const MAX_DEPTH: usize = 100;

/// One element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// The text directly inside it, trimmed.
    pub text: String,
    pub children: Vec<Element>,
    /// From the start tag to the end tag.
    pub span: Span,
    /// Just after the start tag, in bytes of the source.
    pub inside: usize,
    /// False where the text is cut or broken inside it: children may be missing.
    pub complete: bool,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// What was found in a text.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    pub roots: Vec<Element>,
    pub problems: Vec<Problem>,
    /// What is missing, if anything is.
    pub lost: Option<Reason>,
}

/// Reads every document in a text.
pub fn read(source: &Source) -> Documents {
    let lines = unwrapped(source, |_, line| line.trim_start().starts_with('<'));
    let whole = Mapped::of_lines(source, &lines);
    let mut documents = Documents::default();
    let mut from = 0;
    while let Some(start) = scan::start(whole.text(), from) {
        let scanned = scan::scan(&whole, start);
        documents.take(source, &scanned);
        from = scanned.end.max(start + 1);
    }
    documents
}

impl Documents {
    fn take(&mut self, source: &Source, scanned: &scan::Scanned) {
        for broken in &scanned.breaks {
            self.broken(source, broken.at, broken.what.clone());
        }
        let options = ParsingOptions { nodes_limit: 4_000_000, ..ParsingOptions::default() };
        match Document::parse_with_options(scanned.repaired.text(), options) {
            Ok(document) => self.roots.push(Builder { source, scanned }.element(document.root_element())),
            Err(error) => {
                let at = offset(scanned.repaired.text(), error.pos());
                self.broken(source, scanned.repaired.original(at), format!("the XML cannot be read: {error}"));
            }
        }
    }

    fn broken(&mut self, source: &Source, at: usize, what: String) {
        let at = at.min(source.text().len().saturating_sub(1));
        let span = source.span(at..at + 1);
        self.problems.push(Problem::error("broken-xml", format!("The XML is damaged here: {what}.")).at(span));
        self.lost.get_or_insert_with(|| Reason::new(format!("the XML is damaged ({what})")).at(span));
    }
}

/// The byte of a position, which counts lines and characters from 1.
fn offset(text: &str, position: roxmltree::TextPos) -> usize {
    let before: usize = text.split_inclusive('\n').take(position.row as usize - 1).map(str::len).sum();
    let line = text.get(before..).unwrap_or_default();
    before + line.char_indices().nth(position.col as usize - 1).map_or(0, |(at, _)| at)
}

struct Builder<'a> {
    source: &'a Source,
    scanned: &'a scan::Scanned,
}

impl Builder<'_> {
    /// The scan has bounded the depth.
    fn element(&self, node: Node<'_, '_>) -> Element {
        let range = node.range();
        let span = self.scanned.repaired.span(self.source, range.clone());
        let inside = self.scanned.repaired.text()[range.clone()].find('>').map_or(range.end, |at| range.start + at + 1);
        let text: String = node.children().filter(Node::is_text).filter_map(|text| text.text()).collect();
        let last = self.source.text().len().saturating_sub(1);
        let within = |at: usize| span.start as usize <= at.min(last) && at.min(last) < span.end as usize;
        Element {
            name: node.tag_name().name().to_owned(),
            attributes: node.attributes().map(|one| (one.name().to_owned(), one.value().to_owned())).collect(),
            text: text.trim().to_owned(),
            children: node.children().filter(Node::is_element).map(|child| self.element(child)).collect(),
            span,
            inside: self.scanned.repaired.original(inside.saturating_sub(1)) + 1,
            complete: !self.scanned.breaks.iter().any(|broken| within(broken.at)),
        }
    }
}
