//! From the words of a rule to its tests and its target.

use super::block::Written;
use super::elements::Elements;
use super::kinds;
use super::options;
use crate::addresses::Family;
use crate::formats::netfilter::{Pattern, Seen};
use crate::policy::{Condition, Reason};
use crate::source::Span;

/// A rule as it is understood, before it is known from where it is seen.
pub(super) struct Rule {
    /// Its words.
    pub name: String,
    pub span: Span,
    pub tests: Vec<Test>,
    pub target: Target,
    /// What of it is not understood.
    pub lost: Option<String>,
}

pub(super) enum Test {
    Fixed(Condition),
    /// The interface by which the packet comes, or goes.
    In(Interface),
    Out(Interface),
    State(States),
    /// Of a connection that is known.
    Tracked(Condition),
}

pub(super) struct Interface {
    pub pattern: Pattern,
    pub negated: bool,
}

impl Interface {
    /// Whether the test holds for traffic that is seen at an interface.
    pub fn test(&self, seen: &Seen, span: Span) -> Condition {
        let condition = seen.test(&self.pattern, Some(span));
        if self.negated { condition.negate() } else { condition }
    }
}

/// The states of a connection that are meant, as far as the first packet can have them.
#[derive(Default)]
pub(super) struct States {
    pub new: bool,
    pub established: bool,
    pub untracked: bool,
    pub invalid: bool,
    pub dnat: bool,
    pub negated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Accept,
    Drop,
    Return,
    /// On with the next rule.
    GoesOn,
    /// Passes, unless another program says otherwise.
    Asks(String),
    /// Sends the packet to another destination.
    Elsewhere(String),
    /// Not known.
    Open(String),
    Chain {
        name: String,
        goto: bool,
    },
}

/// The words of a rule, read one after the other.
pub(super) struct Words<'a> {
    pub words: &'a [String],
    pub at: usize,
    pub span: Span,
    pub family: Family,
    pub elements: &'a mut Elements,
    /// Whether the words of the extension at hand tell nothing.
    pub skips: bool,
    pub protocol: Option<String>,
    /// Whether the table has a chain of this name; one may be called like a target.
    pub own: &'a dyn Fn(&str) -> bool,
    pub rule: Rule,
}

/// What a rule means in the table of a family.
pub(super) fn rule(
    written: &Written,
    chain: &str,
    family: Family,
    elements: &mut Elements,
    own: impl Fn(&str) -> bool,
) -> Rule {
    let text = written.words.join(" ");
    let name = if text.is_empty() { "?".to_owned() } else { crate::problem::quote(&format!("-A {chain} {text}")) };
    let tests = written.doubt.iter().cloned().map(|reason| Test::Fixed(Condition::Unknown(reason))).collect();
    let open = || Target::Open("anything may happen here".to_owned());
    let target = if written.words.is_empty() && written.doubt.is_some() { open() } else { Target::GoesOn };
    let rule = Rule { name, span: written.span, tests, target, lost: None };
    let words = &written.words;
    let mut words =
        Words { words, at: 0, span: written.span, family, elements, skips: false, protocol: None, own: &own, rule };
    while words.at < words.words.len() {
        options::option(&mut words);
    }
    let mut rule = words.rule;
    let targets = written.words.iter().filter(|word| ["-j", "-g", "--jump", "--goto"].contains(&word.as_str())).count();
    let joined = ["-A", "-I", "--append", "--insert", "&&", "||", ";", "|"];
    if targets > 1 || written.words.iter().any(|word| joined.contains(&word.as_str())) {
        rule.lost.get_or_insert("several commands stand on one line".to_owned());
    } else if targets > 0 || rule.lost.is_none() {
        return rule;
    }
    // What is not understood may be where the traffic goes.
    rule.target = Target::Open("what the rule does is not understood".to_owned());
    rule
}

impl Words<'_> {
    pub fn next(&mut self) -> Option<String> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word
    }

    pub fn value(&mut self) -> String {
        self.next().unwrap_or_default()
    }

    /// Everything up to the next option.
    pub fn skip_values(&mut self) {
        while self.words.get(self.at).is_some_and(|word| word != "!" && !word.starts_with('-')) {
            self.at += 1;
        }
    }

    pub fn test(&mut self, condition: Condition, negated: bool) {
        let condition = if negated { condition.negate() } else { condition };
        self.rule.tests.push(Test::Fixed(condition));
    }

    pub fn tracked(&mut self, condition: Condition, negated: bool) {
        let condition = if negated { condition.negate() } else { condition };
        self.rule.tests.push(Test::Tracked(condition));
    }

    pub fn is_chain(&self, name: &str) -> bool {
        const BUILT_IN: [&str; 4] = ["ACCEPT", "DROP", "QUEUE", "RETURN"];
        !BUILT_IN.contains(&name) && (self.own)(name)
    }

    /// A test of something that the text cannot tell.
    pub fn open(&mut self, text: impl Into<String>) {
        let reason = Reason::new(text).at(self.span);
        self.rule.tests.push(Test::Fixed(Condition::Unknown(reason)));
    }

    /// A test that is not understood.
    pub fn lost(&mut self, text: String) {
        self.open(text.clone());
        self.rule.lost.get_or_insert(text);
    }
}

/// What a target of this name does; one that is unknown is a chain.
pub(super) fn target(name: &str, goto: bool) -> Target {
    let known = |names: &[&str]| !goto && names.contains(&name);
    match name {
        "ACCEPT" if !goto => Target::Accept,
        "DROP" | "REJECT" if !goto => Target::Drop,
        "RETURN" if !goto => Target::Return,
        "QUEUE" | "NFQUEUE" if !goto => Target::Asks(format!("`{name}` lets another program decide")),
        _ if known(kinds::SOURCES) => Target::Accept,
        _ if known(kinds::GOES_ON) => Target::GoesOn,
        _ if known(kinds::REWRITES) => Target::Elsewhere(format!("`{name}` may send this to another destination")),
        _ if known(kinds::OPEN_TARGETS) => Target::Open(format!("what `{name}` does is not told by the rules")),
        _ => Target::Chain { name: name.to_owned(), goto },
    }
}
