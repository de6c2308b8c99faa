//! From a list's entries to rules.

use super::config::{Acl, Config, Notebook};
use super::entry::{self, Meant};
use super::objects::Objects;
use crate::addresses::AddressSet;
use crate::policy::{Action, Condition, Gate, Order, Otherwise, Planes, Reason, Rule};

/// What lists mean, and what is told about them.
pub(in crate::formats) struct Lists<'a, 'n, 's> {
    pub objects: Objects<'a>,
    pub notes: &'n mut Notebook<'s>,
}

impl<'a, 'n, 's> Lists<'a, 'n, 's> {
    pub fn new(config: &'a Config, notes: &'n mut Notebook<'s>) -> Self {
        Lists { objects: Objects::new(config), notes }
    }

    pub fn rules(&mut self, acl: &Acl) -> Vec<Rule> {
        acl.entries.iter().flat_map(|entry| self.entry(entry, acl)).collect()
    }

    fn entry(&mut self, entry: &super::config::Entry, acl: &Acl) -> Vec<Rule> {
        let Meant { rules, lost } = entry::meant(entry, acl, &mut self.objects);
        if let Some(why) = lost {
            self.notes.lost(entry.span);
            self.notes.tell(entry::not_understood(entry, &why));
        }
        rules
    }

    /// Hands over what was found out about objects, in the order of the lines.
    pub fn close(self) {
        self.objects.lost.iter().for_each(|&span| self.notes.lost(span));
        for problem in self.objects.problems {
            self.notes.tell(problem);
        }
        self.notes.problems.sort_by_key(|problem| problem.span.map(|span| (span.file, span.start)));
    }
}

/// A gate of a list with an implicit denial at its end.
pub(in crate::formats) fn gate(name: &str, speaks: Planes, rules: Vec<Rule>) -> Gate {
    let why = format!("`{name}` ends with an implicit `deny ip any any`");
    Gate {
        name: name.to_owned(),
        order: Order::First,
        speaks,
        rules,
        chains: Vec::new(),
        otherwise: Otherwise { action: Action::Deny, span: None, why },
        sources: AddressSet::all(),
    }
}

/// A rule that may let traffic to these addresses through.
pub(in crate::formats) fn perhaps(name: &str, to: AddressSet, reason: Reason) -> Rule {
    let when = Condition::All(vec![Condition::destination(to), Condition::Unknown(reason)]);
    Rule { name: name.to_owned(), span: None, then: Action::Allow.into(), when }
}
