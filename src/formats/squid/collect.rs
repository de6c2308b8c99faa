//! Goes through the statements once, in order, and sorts them.

use super::access::{self, Access, Entry, List, Placed};
use super::acl::Acls;
use super::bump;
use super::directives::{self, Effect};
use super::statements::{Event, Place, Statement};
use crate::formats::Input;
use crate::policy::{Account, LineUse, Reason};
use crate::problem::Problem;
use crate::source::Span;
use std::collections::BTreeMap;

/// A configuration, sorted.
pub(super) struct Collected<'a> {
    pub acls: Acls<'a>,
    pub access: Access,
    pub bumps: Vec<bump::Line>,
    pub ports: Ports,
    pub problems: Vec<Problem>,
    /// Directives whose effect comes after `http_access`, with their lines.
    later: BTreeMap<String, Vec<Span>>,
    last: Last,
}

/// What the listening ports say about TLS, and about how connections get there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ports {
    pub any: bool,
    pub bumping: bool,
    /// Whether clients can be configured to use one of them.
    plain: bool,
    /// The port for intercepted connections, if there is one; the first for TLS rather than another.
    intercepting: Option<(NotTls, Span)>,
}

type NotTls = bool;

impl Ports {
    /// Why the names behind TLS are not known, where all connections are intercepted: before a look at the client's hello
    /// Squid has their addresses only.
    /// Source: "Processing steps", wiki.squid-cache.org/Features/SslPeekAndSplice
    pub fn nameless(&self) -> Option<Reason> {
        let (_, span) = self.intercepting.filter(|_| !self.plain)?;
        let text = "clients' connections are intercepted, and of TLS ones Squid knows the address and not the name";
        Some(Reason::new(text).at(span))
    }

    fn problem(&self) -> Option<Problem> {
        let (_, span) = self.intercepting.filter(|_| self.plain)?;
        let message = "Of TLS connections that are intercepted Squid knows the address and not the name; what is said of \
            names holds for clients that are configured to use the proxy.";
        Some(Problem::warning("intercepting-port", message).at(span))
    }
}

/// The statement just before, which a damaged line may continue.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Last {
    Acl(String),
    Access(usize),
    Other,
}

impl<'a> Collected<'a> {
    pub fn new(input: &'a Input<'a>) -> Self {
        Collected {
            acls: Acls::new(input),
            access: Access::default(),
            bumps: Vec::new(),
            ports: Ports::default(),
            problems: Vec::new(),
            later: BTreeMap::new(),
            last: Last::Other,
        }
    }

    pub fn take(&mut self, event: &Event, account: &mut Account) {
        match event {
            Event::Missing(place, reason) => self.missing(place, reason),
            Event::Statement(statement) => {
                let line_use = self.statement(statement, account);
                let Place { span, logical, .. } = &statement.place;
                logical.numbers.clone().for_each(|number| account.record(span.file, number, line_use));
            }
        }
    }

    fn missing(&mut self, place: &Place, reason: &Reason) {
        self.acls.missing.push(reason.clone());
        self.access.0.push(Placed { entry: Entry::Missing(reason.clone()), anchor: place.anchor });
        self.last = Last::Other;
    }

    fn statement(&mut self, statement: &Statement, account: &mut Account) -> LineUse {
        match directives::effect(&statement.directive) {
            None => {
                self.last = match in_small_letters(statement) {
                    Some((known, reason)) => {
                        self.acls.refusals.push(reason);
                        self.read(&known, account)
                    }
                    None => self.unknown(statement),
                };
                return LineUse::NotUnderstood;
            }
            Some(Effect::Nothing) => {
                self.last = Last::Other;
                return LineUse::Irrelevant;
            }
            Some(Effect::Later) => {
                self.last = Last::Other;
                self.later.entry(statement.directive.clone()).or_default().push(statement.place.span);
            }
            Some(Effect::Read) => self.last = self.read(statement, account),
        }
        LineUse::Used
    }

    fn read(&mut self, statement: &Statement, account: &mut Account) -> Last {
        if let Some(list) = List::of(&statement.directive) {
            let placed = access::read(list, statement, &mut self.acls, &mut self.problems);
            let taken = placed.map(|placed| self.access.0.push(placed));
            return taken.map_or(Last::Other, |()| Last::Access(self.access.0.len() - 1));
        }
        match statement.directive.as_str() {
            "acl" => return self.acls.define(statement, account).map_or(Last::Other, Last::Acl),
            "ssl_bump" => self.bumps.push(bump::Line::read(statement, &mut self.acls)),
            "configuration_includes_quoted_values" => self.quoted_values(statement),
            _ => self.port(statement),
        }
        Last::Other
    }

    fn quoted_values(&mut self, statement: &Statement) {
        match statement.arguments.first().map_or("", |word| &word.text) {
            "on" => self.acls.quoted_values = true,
            "off" => self.acls.quoted_values = false,
            other => {
                let text = format!("`{other}` is neither `on` nor `off`");
                self.acls.refusals.push(Reason::new(text).at(statement.place.span));
            }
        }
    }

    /// Connections are opened only where they arrive at a port with the option `ssl-bump`. `transparent` is what `intercept`
    /// was called (checked with Squid 5.7).
    fn port(&mut self, statement: &Statement) {
        let has = |option: &str| statement.arguments.iter().any(|word| word.text == option);
        self.ports.any = true;
        self.ports.bumping |= has("ssl-bump");
        if !["intercept", "tproxy", "transparent"].into_iter().any(has) {
            self.ports.plain = true;
            return;
        }
        let own = (statement.directive != "https_port", statement.place.span);
        self.ports.intercepting = self.ports.intercepting.into_iter().chain([own]).min();
    }

    /// No Squid knows the directive. Right after an `acl` or `http_access` line it may be a wrapped part of it.
    fn unknown(&mut self, statement: &Statement) -> Last {
        let span = statement.place.span;
        let directive = &statement.directive;
        let message = format!("No Squid knows the directive `{directive}`, and Squid 5 refuses to start with it.");
        let hint = "If it is the rest of a wrapped line, join the two.";
        self.problems.push(Problem::warning("unknown-directive", message).at(span).hint(hint));
        let last = self.last.clone();
        if self.is_name(directive) {
            return last;
        }
        let reason = Reason::new(format!("the line `{directive}` may be the rest of the line before")).at(span);
        match &last {
            Last::Acl(name) => {
                if let Some(acl) = self.acls.get_mut(name) {
                    acl.unread.push(reason);
                }
            }
            Last::Access(index) => {
                if let Some(Placed { entry: Entry::Line(_, _, terms), .. }) = self.access.0.get_mut(*index) {
                    terms.unclear.push(reason);
                }
            }
            Last::Other => {}
        }
        last
    }

    /// Whether a word looks like a directive rather than like an ACL's value or name.
    fn is_name(&self, word: &str) -> bool {
        let plain = word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        plain && self.acls.get(word).is_none()
    }

    /// What to tell of the ports, and one note for each kind of directive that acts after `http_access`.
    pub fn notes(&self) -> Vec<Problem> {
        let notes = self.later.iter().filter_map(|(directive, spans)| {
            let more = match spans.len() {
                1 => String::new(),
                count => format!(" ({count} lines)"),
            };
            let message =
                format!("`{directive}`{more} may still block or change requests; it is not decided by http_access.");
            Some(Problem::note("other-stage", message).at(*spans.first()?))
        });
        notes.chain(self.ports.problem()).collect()
    }
}

/// A line that differs from a known directive in capitals only, which Squid refuses; as what it was meant to be, undecided.
fn in_small_letters(statement: &Statement) -> Option<(Statement, Reason)> {
    let directive = statement.directive.to_lowercase();
    directives::effect(&directive).filter(|&effect| effect == Effect::Read)?;
    let text = format!("Squid knows no directive `{}`, only `{directive}`", statement.directive);
    let reason = Reason::new(text).at(statement.place.span);
    let place = Place { guard: Some(reason.clone()), ..statement.place.clone() };
    Some((Statement { place, directive, ..statement.clone() }, reason))
}
