//! What the readers of a VDOM share: its tables, and where they tell what they found.

use super::tree::{Entry, Field, Scope, Tree};
use crate::addresses::AddressSet;
use crate::policy::{Account, Condition, LineUse, Reason};
use crate::problem::Problem;
use crate::source::{Source, Span};
use std::collections::BTreeSet;

/// Groups nest no deeper than this here; the device allows fewer levels.
pub(super) const MAX_DEPTH: usize = 32;

/// With more parts than this a group is not unfolded.
pub(super) const MAX_PARTS: usize = 20_000;

/// One VDOM while it is read.
pub(super) struct Context<'a> {
    pub source: &'a Source,
    pub scope: &'a Scope,
    /// What holds for all VDOMs of the device.
    pub global: Option<&'a Scope>,
    pub account: &'a mut Account,
    pub problems: &'a mut Vec<Problem>,
    /// What was told already.
    said: BTreeSet<(&'static str, String)>,
}

impl<'a> Context<'a> {
    pub fn new(
        source: &'a Source,
        tree: &'a Tree,
        scope: &'a Scope,
        account: &'a mut Account,
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        let same = |other: &&Scope| other.configuration == scope.configuration && other.vdom == "global";
        let global = tree.scopes.iter().find(same);
        Context { source, scope, global, account, problems, said: BTreeSet::new() }
    }

    /// An entry of the VDOM, or one that is shared by all.
    pub fn find(&self, path: &str, key: &str) -> Option<&'a Entry> {
        self.scope.entry(path, key).or_else(|| self.global?.entry(path, key))
    }

    pub fn uses(&mut self, span: Option<Span>) {
        self.record(span, LineUse::Used);
    }

    pub fn loses(&mut self, span: Option<Span>) {
        self.record(span, LineUse::NotUnderstood);
    }

    fn record(&mut self, span: Option<Span>, line_use: LineUse) {
        if let Some(span) = span {
            self.account.record_span(self.source, span, line_use);
        }
    }

    /// The lines that name an entry and the given fields of it are used.
    pub fn uses_fields(&mut self, entry: &Entry, names: &[&str]) {
        let first = entry.span.map(|span| Span { end: span.start + 1, ..span });
        self.uses(first);
        let fields = entry.fields.iter().filter(|field| names.contains(&field.name.as_str()));
        fields.for_each(|field| self.uses(Some(field.span)));
    }

    /// Tells a problem once for each thing it is about.
    pub fn warn(&mut self, about: &str, problem: Problem) {
        if self.said.insert((problem.id, about.to_owned())) {
            self.problems.push(problem);
        }
    }

    /// What stands in for an object that the text does not define.
    pub fn undefined(&mut self, kind: &str, name: &str, at: Span, command: &str) -> Condition {
        let message = format!("The {kind} `{name}` is not defined in this text; what it holds is undecided.");
        let problem = Problem::warning("undefined-object", message).at(at);
        self.warn(name, problem.hint(format!("Paste `{command}` as well, or the whole configuration.")));
        unknown(format!("the {kind} `{name}` is not defined in this text"), at)
    }

    /// A field that this reader does not know and that may change what the entry means.
    pub fn unknown_field(&mut self, field: &Field, of: &str) -> Condition {
        self.loses(Some(field.span));
        let text = format!("`{}` in {of} is not known and may change what it means", field.name);
        self.warn(
            &field.name,
            Problem::warning("unknown-field", format!("{}{}.", text[..1].to_uppercase(), &text[1..])).at(field.span),
        );
        unknown(text, field.span)
    }
}

pub(super) fn unknown(text: impl Into<String>, at: Span) -> Condition {
    Condition::Unknown(Reason::new(text).at(at))
}

/// Which end of a connection is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Source,
    Destination,
}

/// Addresses, and what else is tested: the parts are joined by "or".
#[derive(Clone, Debug, Default)]
pub(super) struct Test {
    pub set: AddressSet,
    pub others: Vec<Condition>,
}

impl Test {
    pub fn set(set: AddressSet) -> Self {
        Test { set, others: Vec::new() }
    }

    pub fn other(condition: Condition) -> Self {
        Test { set: AddressSet::empty(), others: vec![condition] }
    }

    pub fn any(tests: impl IntoIterator<Item = Test>) -> Self {
        let (sets, others): (Vec<_>, Vec<_>) = tests.into_iter().map(|test| (test.set, test.others)).unzip();
        Test { set: AddressSet::union_all(&sets), others: others.concat() }
    }

    /// Everything of `whole` but this.
    pub fn within(self, whole: &Test, side: Side) -> Test {
        if self.others.is_empty() && whole.others.is_empty() {
            return Test::set(whole.set.minus(&self.set));
        }
        let parts = vec![whole.clone().condition(side), self.condition(side).negate()];
        Test::other(Condition::All(parts))
    }

    pub fn condition(self, side: Side) -> Condition {
        let set = match side {
            Side::Source => Condition::Source(self.set.clone()),
            Side::Destination => Condition::destination(self.set.clone()),
        };
        match (self.set.is_empty(), self.others.is_empty()) {
            (_, true) => set,
            (true, false) => Condition::Any(self.others),
            (false, false) => Condition::Any([vec![set], self.others].concat()),
        }
    }
}
