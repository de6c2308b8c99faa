//! What a configuration says, sorted, before it means anything.

use super::statements::Statement;
use crate::addresses::{AddressSet, Family};
use crate::policy::{Account, LineUse};
use crate::problem::{Problem, quote};
use crate::source::{Source, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Platform {
    Asa,
    Ios,
    Nxos,
}

/// One device's configuration, or one context's.
#[derive(Clone, Debug)]
pub(in crate::formats) struct Config {
    pub platform: Platform,
    pub host: String,
    pub acls: Vec<Acl>,
    pub objects: BTreeMap<String, Object>,
    /// ASA's `name 10.1.1.1 alias`.
    pub aliases: BTreeMap<String, IpAddr>,
    pub interfaces: Vec<Interface>,
    pub bindings: Vec<Binding>,
    pub routes: Vec<Route>,
    /// Where lists are named for another purpose than to filter what passes: a list's name and the command.
    pub uses: Vec<(String, Span)>,
    /// `same-security-traffic permit inter-interface`
    pub same_level_passes: bool,
    /// ASA before 9.0: `any` is IPv4 only.
    pub any_is_ipv4: bool,
    /// Filters beside the lists, whose rules are not read: the first line of each, and why it leaves things open.
    pub others: Vec<(Span, &'static str)>,
    /// Policy maps in the order of the text, each with its line that drops a class of traffic, if it has one.
    pub policy_maps: Vec<(String, Option<Span>)>,
    /// The policy maps at work at interfaces.
    pub service_policies: Vec<String>,
    /// Whether it begins with a name and ends with `end`.
    pub whole: bool,
}

impl Config {
    pub fn new(platform: Platform) -> Self {
        Config {
            platform,
            host: String::new(),
            acls: Vec::new(),
            objects: BTreeMap::new(),
            aliases: BTreeMap::new(),
            interfaces: Vec::new(),
            bindings: Vec::new(),
            routes: Vec::new(),
            uses: Vec::new(),
            same_level_passes: false,
            any_is_ipv4: false,
            others: Vec::new(),
            policy_maps: Vec::new(),
            service_policies: Vec::new(),
            whole: false,
        }
    }

    pub fn acl(&self, name: &str, family: Family) -> Option<&Acl> {
        self.acls.iter().find(|acl| acl.name == name && acl.family == family)
    }

    /// The list of this name, opened if it is new.
    pub fn open(&mut self, name: &str, family: Family, kind: Kind, span: Span) -> usize {
        let known = self.acls.iter().position(|acl| acl.name == name && acl.family == family);
        known.unwrap_or_else(|| {
            let name = name.to_owned();
            self.acls.push(Acl { name, family, kind, entries: Vec::new(), written: BTreeSet::new(), opened: span });
            self.acls.len() - 1
        })
    }
}

/// An access list. ASA's hold both IP versions and count as IPv4's.
#[derive(Clone, Debug)]
pub(in crate::formats) struct Acl {
    pub name: String,
    pub family: Family,
    pub kind: Kind,
    /// In the order in which the device asks them.
    pub entries: Vec<Entry>,
    /// The entries as written, to know one that comes again.
    pub written: BTreeSet<Vec<String>>,
    pub opened: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Kind {
    Extended,
    /// Looks at the source only.
    Standard,
}

/// An entry as written, without the list's name and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Entry {
    /// Its sequence number; on ASA its line, remarks counted.
    pub number: u32,
    /// From the action on: `permit tcp any any`.
    pub words: Vec<String>,
    pub span: Span,
}

/// An object or a group of objects.
#[derive(Clone, Debug)]
pub(in crate::formats) struct Object {
    pub kind: ObjectKind,
    pub members: Vec<Member>,
    /// Defined twice, as two different kinds.
    pub clash: Option<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) enum ObjectKind {
    Network,
    /// A single object, whose last value counts.
    NetworkObject,
    /// Services with their protocols.
    Service,
    ServiceObject,
    /// Ports of `tcp`, `udp` or `tcp-udp`.
    Ports,
    Protocols,
    /// Users, security groups, ICMP types and what else there is.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Member {
    pub words: Vec<String>,
    pub span: Span,
}

#[derive(Clone, Debug, Default)]
pub(in crate::formats) struct Interface {
    pub name: String,
    pub level: Option<u8>,
    pub network: AddressSet,
    pub management_only: bool,
    pub shut: bool,
    /// It belongs to a routing table of its own (VRF).
    pub apart: bool,
}

/// A list at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Binding {
    pub acl: String,
    pub family: Family,
    /// The interface; `None` for ASA's `global`.
    pub at: Option<String>,
    pub inbound: bool,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(in crate::formats) struct Route {
    /// Empty where the route names a next hop only.
    pub interface: String,
    pub via: Option<IpAddr>,
    pub to: AddressSet,
    pub default: bool,
    /// Of routes to the same destinations the nearest counts.
    pub distance: u32,
}

/// What reading leaves behind besides the configuration.
pub(in crate::formats) struct Notebook<'a> {
    pub source: &'a Source,
    pub account: Account,
    pub problems: Vec<Problem>,
}

impl<'a> Notebook<'a> {
    pub fn new(source: &'a Source) -> Self {
        let mut account = Account::default();
        source.lines().for_each(|line| account.record(source.file(), line.number, LineUse::Irrelevant));
        Notebook { source, account, problems: Vec::new() }
    }

    pub fn used(&mut self, span: Span) {
        self.account.record_span(self.source, span, LineUse::Used);
    }

    pub fn lost(&mut self, span: Span) {
        self.account.record_span(self.source, span, LineUse::NotUnderstood);
    }

    /// Tells of the commands that the device did not take.
    pub fn tell_refused(&mut self, refused: &[Statement]) {
        for statement in refused {
            let line = quote(&statement.words.join(" "));
            let message = format!("The device refused `{line}`; it is not counted.");
            self.tell(Problem::warning("refused-command", message).at(statement.span));
        }
    }

    /// Tells a problem once.
    pub fn tell(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}
