//! What one rule means.
//!
//! Source: "Configure Azure Firewall rules" (learn.microsoft.com/azure/firewall/rule-processing) and "Azure Firewall Policy
//! rule sets" (…/policy-rule-sets).

mod application;

use super::ip_groups::IpGroups;
use super::keys;
use super::targets;
use super::words::{self, Addresses};
use super::written::{Fields, Kind};
use crate::addresses::AddressSet;
use crate::formats::azure::conditions::{self, any, unknowns};
use crate::formats::azure::field::{Text, Values, values};
use crate::policy::{Action, Condition, LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::source::Span;
use crate::syntax::json::Member;

/// A rule's meaning; DNAT rules have none here.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    pub name: String,
    pub span: Span,
    pub kind: Kind,
    /// Of its collection; `None` if that cannot be read.
    pub action: Option<Action>,
    pub when: Condition,
    /// When the firewall opens the TLS of what matches, if it may.
    pub opens: Option<Condition>,
}

/// What reading leaves behind besides meanings.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub problems: Vec<Problem>,
    pub lines: Vec<(Span, LineUse)>,
    /// Documented FQDN tags that rules name, with the dates of their pages.
    pub fqdn_tags: Vec<String>,
}

impl Notes {
    pub fn report(&mut self, problem: Problem) {
        self.lines.extend(problem.span.map(|span| (span, LineUse::NotUnderstood)));
        self.problems.push(problem);
    }
}

/// What a rule is read with.
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    pub ip_groups: &'c IpGroups<'c>,
    pub action: Option<Action>,
    /// What the list of a classic firewall says.
    pub kind: Option<Kind>,
    /// Whether the DNS proxy is on; `None` if the text does not tell.
    pub dns_proxy: Option<bool>,
}

/// Reads a rule; `None` for a DNAT rule. A rule of an unknown type may be of either type.
pub(super) fn meanings(rule: Fields<'_>, context: Context<'_>, notes: &mut Notes) -> Vec<Meaning> {
    let mut reader = Reader { rule, name: rule.name(), span: rule.span(), context, notes, unknown: Vec::new() };
    match reader.kind() {
        Some(Kind::Nat) => Vec::new(),
        Some(Kind::Network) => vec![reader.network()],
        Some(Kind::Application) => vec![reader.application()],
        None => [Kind::Network, Kind::Application].map(|kind| reader.meaning(kind, Vec::new(), None)).into(),
    }
}

pub(super) struct Reader<'r, 'a> {
    rule: Fields<'a>,
    name: String,
    pub span: Span,
    pub context: Context<'r>,
    pub notes: &'r mut Notes,
    /// Why it is open whether the rule matches.
    unknown: Vec<Reason>,
}

impl Reader<'_, '_> {
    /// DNAT translates what comes in to a public address of the firewall; no outbound traffic goes there.
    fn kind(&mut self) -> Option<Kind> {
        if let Some(kind) = self.context.kind {
            return Some(kind);
        }
        let values = self.values("ruleType");
        let text = values.texts.first()?;
        let kind = match text.text.to_ascii_lowercase().as_str() {
            "natrule" => Some(Kind::Nat),
            "networkrule" => Some(Kind::Network),
            "applicationrule" => Some(Kind::Application),
            _ => None,
        };
        if kind.is_none() {
            let why = "expected NetworkRule, ApplicationRule or NatRule";
            let reason = self.strange("unknown-rule-type", "type of rule", text, why);
            self.unknown.push(reason);
        }
        kind
    }

    fn meaning(&mut self, kind: Kind, parts: Vec<Condition>, opens: Option<Condition>) -> Meaning {
        if parts.is_empty() && self.unknown.is_empty() {
            self.absent("type");
        }
        let parts = parts.into_iter().filter(|part| *part != Condition::always());
        let when = Condition::All(parts.chain(self.unknown.iter().cloned().map(Condition::Unknown)).collect());
        let opens = opens.map(|opens| Condition::All(vec![when.clone(), opens]));
        Meaning { name: self.name.clone(), span: self.span, kind, action: self.context.action, when, opens }
    }

    pub fn values(&mut self, key: &str) -> Values {
        let values = values(self.rule.json, key, &self.rule.template);
        if let Some(member) = self.rule.json.member(key) {
            self.notes.lines.push((member.span(), LineUse::Used));
        }
        for (problem, _) in &values.unreadable {
            self.notes.report(problem.clone());
        }
        values
    }

    /// Reports a value that means nothing to us.
    pub fn strange(&mut self, id: &'static str, what: &str, at: &Text, why: &str) -> Reason {
        let (name, text) = (&self.name, quote(&at.text));
        let message = format!("Rule \"{name}\": the {what} \"{text}\" is not understood: {why}.");
        self.notes.report(Problem::error(id, message).at(at.span));
        Reason::new(format!("the {what} \"{text}\" is not understood")).at(at.span)
    }

    /// A field that must be there is not: it is open whether the rule matches.
    fn absent(&mut self, what: &str) {
        let name = &self.name;
        let message = format!("Rule \"{name}\" has no {what}; Azure has no such rules, so a part is missing.");
        self.unknown.push(Reason::new(format!("rule \"{name}\" has no {what}")).at(self.span));
        self.notes.report(Problem::error("rule-incomplete", message).at(self.span));
    }

    fn network(&mut self) -> Meaning {
        let protocol = self.protocols();
        let source = self.source();
        let destination = self.destination();
        let ports = self.ports();
        self.other_fields();
        self.meaning(Kind::Network, vec![protocol, source, destination, ports], None)
    }

    /// PowerShell calls the protocols of network rules `protocols`, as classic rules do.
    fn protocols(&mut self) -> Condition {
        let mut protocols = self.values("ipProtocols");
        if protocols.is_blank() {
            protocols = self.values("protocols");
        }
        if protocols.is_blank() {
            self.absent("protocol");
        }
        let mut tests = unknowns(protocols.unreadable);
        for text in &protocols.texts {
            tests.push(match words::protocol(&text.text) {
                Some(protocol) => protocol.map_or_else(Condition::always, Condition::Protocol),
                None => {
                    let why = "expected TCP, UDP, ICMP or Any";
                    Condition::Unknown(self.strange("unknown-value", "protocol", text, why))
                }
            });
        }
        any(tests)
    }

    /// Both lists count together: an empty one adds nothing, and is not "any".
    fn source(&mut self) -> Condition {
        let addresses = self.values("sourceAddresses");
        let groups = self.values("sourceIpGroups");
        if addresses.is_blank() && groups.is_blank() {
            self.absent("source");
        }
        let mut tests = self.addresses(addresses, words::source);
        tests.extend(self.ip_groups(groups, words::source));
        any(tests)
    }

    fn destination(&mut self) -> Condition {
        let addresses = self.values("destinationAddresses");
        let groups = self.values("destinationIpGroups");
        let names = self.values("destinationFqdns");
        if addresses.is_blank() && groups.is_blank() && names.is_blank() {
            self.absent("destination");
        }
        let mut tests = self.addresses(addresses, words::destination);
        tests.extend(self.ip_groups(groups, words::destination));
        tests.extend(targets::resolved_names(self, names));
        any(tests)
    }

    /// The addresses of a list as one set, and tests for what is no plain address.
    fn addresses(&mut self, list: Values, test: impl Fn(Addresses) -> Condition) -> Vec<Condition> {
        let (mut sets, mut tests) = (Vec::new(), unknowns(list.unreadable));
        for text in &list.texts {
            match words::addresses(&text.text) {
                Ok(Addresses::Set(set)) => sets.push(set),
                Ok(tag) => tests.push(test(tag)),
                Err(why) => tests.push(Condition::Unknown(self.strange("bad-address", "address", text, &why))),
            }
        }
        tests.extend((!sets.is_empty()).then(|| test(Addresses::Set(AddressSet::union_all(&sets)))));
        tests
    }

    fn ip_groups(&mut self, list: Values, test: impl Fn(Addresses) -> Condition) -> Vec<Condition> {
        let mut tests = unknowns(list.unreadable);
        for text in &list.texts {
            let group = self.context.ip_groups.resolve(text, self.notes);
            tests.extend(group.unknown.into_iter().map(Condition::Unknown));
            tests.push(test(Addresses::Set(group.set)));
        }
        tests
    }

    fn ports(&mut self) -> Condition {
        let ports = self.values("destinationPorts");
        if ports.is_blank() {
            self.absent("destination port");
        }
        let (mut ranges, mut tests) = (Vec::new(), unknowns(ports.unreadable));
        for text in &ports.texts {
            match conditions::ports(&text.text) {
                Some(range) => ranges.push(range),
                None => {
                    let reason = self.strange("bad-port", "port", text, "it is no port and no range of ports");
                    tests.push(Condition::Unknown(reason));
                }
            }
        }
        if ranges.contains(&(0, u16::MAX)) {
            return Condition::always();
        }
        tests.extend((!ranges.is_empty()).then_some(Condition::Port(ranges)));
        any(tests)
    }

    /// A field that we do not know may say when the rule holds.
    fn other_fields(&mut self) {
        let strange = |member: &&Member| !keys::is_of_rule(&member.key) && !member.value.is_blank();
        for member in self.rule.json.members().iter().filter(strange) {
            let (key, name) = (&member.key, &self.name);
            let message = format!("Rule \"{name}\" has the field \"{key}\", which is not known here.");
            self.unknown.push(Reason::new(format!("what the field \"{key}\" does is not known")).at(member.span()));
            self.notes.report(Problem::warning("unknown-field", message).at(member.span()));
        }
    }
}
