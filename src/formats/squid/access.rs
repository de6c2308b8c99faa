//! Access lists: `http_access` and its like, as written and as rules.

use super::acl::Acls;
use super::meaning::Meanings;
use super::statements::{Place, Statement};
use crate::policy::{Action, Condition, Otherwise, Reason, Rule};
use crate::problem::Problem;
use crate::source::Span;

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

/// One `http_access` line, or a place where a file that was not pasted may hold some.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Line(Action, Terms),
    Missing(Reason),
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
            let unknown = acls.undefined(name, *span);
            acls.refusals.extend(unknown.clone().filter(|_| acls.missing.is_empty()));
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

/// Reads an `http_access` line. Squid skips one whose action is not exactly `allow` or `deny`, and one without ACL names
/// (checked with Squid 5.7).
pub(super) fn read(statement: &Statement, acls: &mut Acls<'_>, problems: &mut Vec<Problem>) -> Option<Placed> {
    let span = statement.place.span;
    let action = match statement.arguments.first().filter(|word| !word.quoted).map(|word| word.text.as_str()) {
        Some("allow") => Action::Allow,
        Some("deny") => Action::Deny,
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
    let entry = Entry::Line(action, Terms::read(statement, 1, acls));
    Some(Placed { entry, anchor: statement.place.anchor })
}

/// The rules of an access list. What was not pasted may allow or deny anything.
pub(super) fn rules(entries: &[Placed], meanings: &mut Meanings<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for placed in entries {
        match &placed.entry {
            Entry::Line(action, terms) => rules.push(Rule {
                name: terms.text.clone(),
                span: Some(terms.span),
                action: *action,
                when: terms.condition(meanings, None),
            }),
            Entry::Missing(reason) => rules.extend([Action::Allow, Action::Deny].map(|action| unclear(action, reason))),
        }
    }
    rules
}

fn unclear(action: Action, reason: &Reason) -> Rule {
    let name = "a file that was not pasted".to_owned();
    Rule { name, span: reason.span, action, when: Condition::Unknown(reason.clone()) }
}

/// What happens where no line matches: the opposite of the last line; without any line everything is denied (checked with
/// Squid 5.7). A last rule is added where it is not clear which line is the last.
pub(super) fn otherwise(entries: &[Placed], rules: &mut Vec<Rule>) -> Otherwise {
    let mut doubt: Option<&Reason> = None;
    for placed in entries.iter().rev() {
        match &placed.entry {
            Entry::Missing(reason) => doubt = doubt.or(Some(reason)),
            Entry::Line(action, terms) => {
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
