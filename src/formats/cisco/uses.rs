//! Lists that serve another purpose than to filter what passes: NAT, VPN, management, routing, quality of service.

use super::config::{Config, Notebook};
use super::statements::Statement;
use crate::problem::{Problem, quote};

/// Words behind which the name of a list stands.
const BEFORE: &[&str] = &[
    "access-class",
    "access-group",
    "access-list",
    "acl",
    "address",
    "distribute-list",
    "group-list",
    "list",
    "name",
    "peer",
    "query-only",
    "redirect-list",
    "ro",
    "rw",
    "RO",
    "RW",
    "serve",
    "serve-only",
    "use-acl",
    "use-ipv4acl",
    "value",
];

impl Config {
    /// Takes down that a command which is not read names a word where a list's name may stand.
    pub fn note_use(&mut self, statement: &Statement) {
        if ["description", "remark", "hostname", "banner", "object-group", "username"].contains(&statement.word(0)) {
            return;
        }
        for pair in statement.words.windows(2).filter(|pair| BEFORE.contains(&pair[0].as_str())) {
            self.uses.push((pair[1].clone(), statement.span));
        }
        if ["snmp-server", "ntp", "ip"].contains(&statement.word(0))
            && let Some(last) = statement.words.last()
        {
            self.uses.push((last.clone(), statement.span));
        }
    }

    /// Whether a list is bound to an interface, or to all.
    pub fn is_bound(&self, name: &str) -> bool {
        self.bindings.iter().any(|binding| binding.acl == name)
    }

    /// Whether a list serves something else, and filters nothing that passes. Told once.
    pub fn serves_elsewhere(&self, name: &str, notes: &mut Notebook<'_>) -> bool {
        let used = self.uses.iter().find(|(used, _)| used == name).filter(|_| !self.is_bound(name));
        if let Some(&(_, span)) = used {
            let line = quote(notes.source.line_text(notes.source.line_number(span.start)));
            let message = format!("The list `{name}` filters nothing that passes by itself: `{line}` uses it.");
            notes.tell(Problem::note("other-use", message).at(span));
        }
        used.is_some()
    }
}
