//! JSON as people paste it: a small tree whose every node knows where it stands.
//!
//! Tolerated: text before, between and after documents, several documents in a row, comments, trailing commas. A
//! document that is cut or broken is read up to the last complete value; containers that were still open there are
//! marked [`Json::complete`]` == false`, and [`Documents::lost`] says what is missing.

mod build;
mod scan;

use crate::policy::{LineUse, Reason};
use crate::problem::Problem;
use crate::source::{Source, Span};
use scan::{Scan, Stop};
use std::collections::BTreeSet;

/// Deeper documents are not read: ARM templates nest about 20 deep.
pub const MAX_DEPTH: usize = 100;

/// One JSON value.
#[derive(Clone, Debug, PartialEq)]
pub struct Json {
    pub kind: Kind,
    pub span: Span,
    /// False for an object or array that was still open where the text was cut: members or items may be missing.
    pub complete: bool,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    String(String),
    Array(Vec<Json>),
    Object(Vec<Member>),
}

/// One `"key": value` of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub key: String,
    pub key_span: Span,
    pub value: Json,
}

impl Member {
    /// From the start of the key to the end of the value.
    pub fn span(&self) -> Span {
        Span { end: self.value.span.end, ..self.key_span }
    }

    pub fn is(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }
}

impl Json {
    /// The value under `key`, spelled exactly so. Of duplicates the last, which is what most parsers keep.
    pub fn get_exact(&self, key: &str) -> Option<&Json> {
        self.members().iter().rev().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The value under `key` in any case: Azure's API writes `securityRules`, PowerShell `SecurityRules`.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.member(key).map(|member| &member.value)
    }

    /// The member under `key` in any case; the last of several.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().rev().find(|member| member.is(key))
    }

    /// The members of an object, in order; empty for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of an array, in order; empty for anything else.
    pub fn items(&self) -> &[Json] {
        match &self.kind {
            Kind::Array(items) => items,
            _ => &[],
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string or a number.
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) | Kind::Number(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object(_))
    }

    pub fn is_array(&self) -> bool {
        matches!(self.kind, Kind::Array(_))
    }

    /// Whether nothing is said: null, an empty string, an empty array or object.
    pub fn is_blank(&self) -> bool {
        match &self.kind {
            Kind::Null => true,
            Kind::String(text) => text.trim().is_empty(),
            Kind::Array(items) => items.is_empty(),
            Kind::Object(members) => members.is_empty(),
            Kind::Bool(_) | Kind::Number(_) => false,
        }
    }

    /// Calls `visit` for this value and everything inside, parents first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Json)) {
        visit(self);
        self.items().iter().for_each(|item| item.walk(visit));
        self.members().iter().for_each(|member| member.value.walk(visit));
    }
}

/// Everything in a text that is JSON.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    pub roots: Vec<Json>,
    pub problems: Vec<Problem>,
    /// Why something is missing at the end, if it is.
    pub lost: Option<Reason>,
    /// Lines that are no JSON, and what they are worth: prompts and fences are irrelevant, the rest is not understood.
    pub outside: Vec<(u32, LineUse)>,
}

/// Reads every document of `source`.
pub fn read(source: &Source) -> Documents {
    let mut reader = Reader { source, found: Documents::default() };
    reader.documents();
    reader.found
}

struct Reader<'a> {
    source: &'a Source,
    found: Documents,
}

impl Reader<'_> {
    fn documents(&mut self) {
        let text = self.source.text();
        let mut at = 0;
        while let Some(start) = scan::next_start(text, at) {
            self.outside(at, start);
            let scan = scan::scan(text, start);
            at = scan.end;
            if !self.document(start, &scan) {
                return;
            }
        }
        self.outside(at, text.len());
    }

    /// Reads the document at `start`; false if what follows cannot be told apart from it any more.
    fn document(&mut self, start: usize, scan: &Scan) -> bool {
        if scan.stop != Stop::Closed {
            self.lose(start, scan.end, scan.stop);
            self.partial(start, scan.safe);
            return false;
        }
        match build::parse(self.source, start, &self.source.text()[start..scan.end], scan.end) {
            Ok(root) => {
                self.accept(root);
                true
            }
            Err(error_at) => {
                self.lose(start, error_at, Stop::Broken);
                self.partial(start, scan::safe_before(self.source.text(), start, error_at));
                false
            }
        }
    }

    /// Keeps what stands complete between `start` and `end`.
    fn partial(&mut self, start: usize, end: usize) {
        let kept = &self.source.text()[start..end];
        let closed = format!("{kept}{}", scan::closers(kept));
        if let Ok(root) = build::parse(self.source, start, &closed, end) {
            self.accept(root);
        }
    }

    fn accept(&mut self, root: Json) {
        let mut problems = Vec::new();
        root.walk(&mut |json| problems.extend(duplicates(json)));
        self.found.problems.append(&mut problems);
        self.found.roots.push(root);
    }

    fn lose(&mut self, start: usize, at: usize, stop: Stop) {
        let line = self.source.line_number(at.min(self.source.text().len().saturating_sub(1)) as u32);
        let span = self.source.span(at..at);
        let (id, what) = match stop {
            Stop::Cut | Stop::Closed => ("json-cut", "the text ends in the middle of the JSON"),
            Stop::Broken => ("json-broken", "the JSON is broken"),
            Stop::TooDeep => ("json-too-deep", "the JSON nests too deep to be read"),
        };
        let message = format!("On line {line} {what}; what stands after it is missing.");
        let problem = Problem::error(id, message).at(span);
        self.found.problems.push(problem.hint("Export again into a file and load the whole file."));
        self.found.lost = Some(Reason::new(format!("{what} on line {line}, so a part is missing")).at(span));
        // A document on one line is not lost as a whole.
        let first = line.max(self.source.line_number(start as u32) + 1);
        self.found.outside.extend((first..=self.source.line_count()).map(|line| (line, LineUse::NotUnderstood)));
    }

    /// Sorts the lines between two documents.
    fn outside(&mut self, from: usize, to: usize) {
        let (text, mut at) = (self.source.text(), from);
        let mut other = None;
        for piece in text[from..to].split_inclusive('\n') {
            let line = self.source.line_number(at as u32);
            let line_use = if scan::is_noise(piece) { LineUse::Irrelevant } else { LineUse::NotUnderstood };
            if line_use == LineUse::NotUnderstood {
                other = other.or(Some(self.source.span(at..at + piece.trim_end().len())));
            }
            self.found.outside.push((line, line_use));
            at += piece.len();
        }
        let message = "There is text beside the JSON that is not understood; it was passed over.";
        self.found.problems.extend(other.map(|span| Problem::note("json-other-text", message).at(span)));
    }
}

/// Warnings for the keys that an object has twice, in whatever case, with different values.
fn duplicates(json: &Json) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let again = json.members().iter().filter(|member| !seen.insert(member.key.to_ascii_lowercase()));
    again
        .filter(|member| json.members().iter().any(|other| other.is(&member.key) && !same(&other.value, &member.value)))
        .map(|member| {
            let message = format!("The key \"{}\" stands twice in one object; the last one counts.", member.key);
            Problem::warning("json-duplicate-key", message).at(member.key_span)
        })
        .collect()
}

/// Whether two values say the same, wherever they stand.
pub fn same(a: &Json, b: &Json) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Array(a), Kind::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Kind::Object(a), Kind::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && same(&a.value, &b.value))
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests;
