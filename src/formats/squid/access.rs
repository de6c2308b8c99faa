//! Access lists: `http_access` and those that a request must pass after it, as written and as rules.

use super::acl::Acls;
use super::macros;
use super::meaning::Meanings;
use super::statements::{Place, Statement};
use crate::addresses::AddressSet;
use crate::policy::{Action, Condition, Gate, Order, Otherwise, Planes, Reason, Rule};
use crate::problem::Problem;
use crate::source::Span;

/// The lists that every request has to pass, in this order; all have the same grammar (checked with Squid 5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Http,
    /// `adapted_http_access`, also called `http_access2`.
    Adapted,
    /// What Squid may fetch from elsewhere: everything that it has not stored, and every CONNECT.
    Miss,
}

impl List {
    pub const ALL: &[List] = &[List::Http, List::Adapted, List::Miss];

    pub fn of(directive: &str) -> Option<Self> {
        match directive {
            "http_access" => Some(List::Http),
            "adapted_http_access" | "http_access2" => Some(List::Adapted),
            "miss_access" => Some(List::Miss),
            _ => None,
        }
    }

    pub fn directive(self) -> &'static str {
        match self {
            List::Http => "http_access",
            List::Adapted => "adapted_http_access",
            List::Miss => "miss_access",
        }
    }
}

/// One ACL name of a line.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub negated: bool,
    pub name: String,
    /// Why the name has no meaning: it is not defined before this line.
    pub unknown: Option<Reason>,
}

/// The names that a line requires, all of them.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub terms: Vec<Term>,
    pub span: Span,
    /// Why the line may not be in force or may be longer than was read.
    pub unclear: Vec<Reason>,
    pub text: String,
}

/// One line of a list, or a place where a file that was not pasted may hold some.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Line(List, Action, Terms),
    Missing(Reason),
}

/// The lines of all lists, in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Access(pub Vec<Placed>);

impl Access {
    /// Whether Squid asks a list: the others than `http_access` only if some line belongs to them.
    pub fn is_asked(&self, list: List) -> bool {
        list == List::Http || self.0.iter().any(|placed| matches!(placed.entry, Entry::Line(of, ..) if of == list))
    }

    fn of(&self, list: List) -> impl DoubleEndedIterator<Item = &Entry> {
        let entries = self.0.iter().map(|placed| &placed.entry);
        entries.filter(move |entry| !matches!(entry, Entry::Line(of, ..) if *of != list))
    }
}

/// Where the entries of a list stand in the pasted text.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub entry: Entry,
    /// See [`Place::anchor`].
    pub anchor: usize,
}

impl Terms {
    /// Reads ACL names, each perhaps negated, from the word after the first `skip` on.
    pub fn read(statement: &Statement, skip: usize, acls: &mut Acls<'_>) -> Self {
        let Place { span, guard, .. } = &statement.place;
        let words = statement.arguments.iter().skip(skip);
        let terms = words.map(|word| {
            let name = word.text.strip_prefix('!').unwrap_or(&word.text);
            let unknown = match acls.list_file(word) {
                Some(path) => Some(Reason::new(format!("the line takes ACL names from the file {path}")).at(*span)),
                None => acls.usable(name, *span).err(),
            };
            Term { negated: name != word.text, name: name.to_owned(), unknown }
        });
        let terms = terms.collect();
        Terms { terms, span: *span, unclear: guard.iter().cloned().collect(), text: statement.text.clone() }
    }

    /// When the line matches: all its names hold.
    pub fn condition(&self, meanings: &mut Meanings<'_>, step: Option<u8>) -> Condition {
        let unclear = self.unclear.iter().cloned().map(Condition::Unknown);
        let terms = self.terms.iter().map(|term| {
            let part = match &term.unknown {
                Some(reason) => Condition::Unknown(reason.clone()),
                None => meanings.condition(&term.name, step),
            };
            if term.negated { part.negate() } else { part }
        });
        Condition::All(unclear.chain(terms).collect())
    }
}

/// Reads a line of a list. Squid skips one whose action is not exactly `allow` or `deny`, and one without ACL names
/// (checked with Squid 5.7).
pub(super) fn read(
    list: List,
    statement: &Statement,
    acls: &mut Acls<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Placed> {
    let Place { span, anchor, .. } = statement.place;
    let first = statement.arguments.first().filter(|word| !word.quoted || acls.quoted_values);
    let action = match first.map(|word| word.text.as_str()) {
        Some("allow") => Action::Allow,
        Some("deny") => Action::Deny,
        Some(word) if macros::doubt(word, span).is_some() => {
            let doubt = macros::doubt(word, span)?;
            return Some(Placed { entry: Entry::Missing(doubt), anchor });
        }
        _ => {
            let message = "Squid skips this line: its action is neither `allow` nor `deny`.";
            problems.push(Problem::warning("ineffective-line", message).at(span));
            return None;
        }
    };
    if statement.arguments.len() == 1 {
        let message = "Squid skips this line: it names no ACL.";
        problems.push(Problem::warning("ineffective-line", message).at(span).hint("Add `all` to mean every request."));
        return None;
    }
    Some(Placed { entry: Entry::Line(list, action, Terms::read(statement, 1, acls)), anchor })
}

/// An access list as a gate.
pub(super) fn gate(list: List, access: &Access, meanings: &mut Meanings<'_>) -> Gate {
    let mut rules = rules(access.of(list), meanings);
    let otherwise = otherwise(list, access, &mut rules);
    Gate {
        name: list.directive().to_owned(),
        speaks: Planes::PROXY,
        order: Order::First,
        rules,
        chains: Vec::new(),
        otherwise,
        sources: AddressSet::all(),
    }
}

/// The rules of an access list. What was not pasted may allow or deny anything.
fn rules<'a>(entries: impl Iterator<Item = &'a Entry>, meanings: &mut Meanings<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for entry in entries {
        match entry {
            Entry::Line(_, action, terms) => rules.push(Rule {
                name: terms.text.clone(),
                span: Some(terms.span),
                then: (*action).into(),
                when: terms.condition(meanings, None),
            }),
            Entry::Missing(reason) => rules.extend([Action::Allow, Action::Deny].map(|action| unclear(action, reason))),
        }
    }
    rules
}

fn unclear(action: Action, reason: &Reason) -> Rule {
    let name = "a file that was not pasted".to_owned();
    Rule { name, span: reason.span, then: action.into(), when: Condition::Unknown(reason.clone()) }
}

/// What happens where no line matches: the opposite of the last line; without any line `http_access` denies everything (checked with
/// Squid 5.7). A last rule is added where it is not clear which line is the last.
fn otherwise(list: List, access: &Access, rules: &mut Vec<Rule>) -> Otherwise {
    let mut doubt: Option<&Reason> = None;
    for entry in access.of(list).rev() {
        match entry {
            Entry::Missing(reason) => doubt = doubt.or(Some(reason)),
            Entry::Line(_, action, terms) => {
                doubt = doubt.or(terms.unclear.first());
                if let Some(reason) = doubt {
                    rules.push(unclear(*action, reason));
                }
                return opposite_of(*action, terms.span);
            }
        }
    }
    if let Some(reason) = doubt {
        rules.push(unclear(Action::Allow, reason));
    }
    let why = "there is no effective `http_access` line, and Squid then denies everything".to_owned();
    Otherwise { action: Action::Deny, span: None, why }
}

fn opposite_of(last: Action, span: Span) -> Otherwise {
    let (action, why) = match last {
        Action::Allow => (Action::Deny, "no line matches, and the last one allows, so that Squid denies the rest"),
        Action::Deny => (Action::Allow, "no line matches, and the last one denies, so that Squid allows the rest"),
    };
    Otherwise { action, span: Some(span), why: why.to_owned() }
}
