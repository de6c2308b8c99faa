//! What one rule means.
//!
//! Source: "Configure Azure Firewall rules" (learn.microsoft.com/azure/firewall/rule-processing) and "Azure Firewall Policy
//! rule sets" (…/policy-rule-sets).

use super::ip_groups::IpGroups;
use super::keys;
use super::targets;
use super::words::{self, Addresses};
use super::written::{Fields, Kind};
use crate::addresses::AddressSet;
use crate::formats::azure::field::{Text, Values, values};
use crate::policy::{Action, Condition, LineUse, Method, Protocol, Reason};
use crate::problem::{Problem, quote};
use crate::source::Span;
use crate::syntax::json::{Json, Kind as JsonKind, Member};

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
    /// Whether the policy says that its DNS proxy is off.
    pub without_dns_proxy: bool,
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
        let mut tests = unreadable(protocols.unreadable);
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
        let (mut sets, mut tests) = (Vec::new(), unreadable(list.unreadable));
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
        let mut tests = unreadable(list.unreadable);
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
        let (mut ranges, mut tests) = (Vec::new(), unreadable(ports.unreadable));
        for text in &ports.texts {
            match words::ports(&text.text) {
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

    fn application(&mut self) -> Meaning {
        let source = self.source();
        let terminates = self.terminates();
        let (target, only_tags) = self.targets(terminates == Some(true));
        let protocols = self.application_protocols(only_tags);
        let destination = self.values("destinationAddresses");
        if !destination.is_blank() {
            let text = "what destination addresses do in an application rule is not documented";
            self.unknown.push(Reason::new(text).at(destination.texts.first().map_or(self.span, |text| text.span)));
        }
        self.other_fields();
        let by_tls = Condition::Method(Method::Connect);
        let opens = match terminates {
            Some(true) => Some(by_tls),
            Some(false) => None,
            None => {
                let text = "whether the rule opens TLS cannot be read";
                Some(Condition::All(vec![by_tls, Condition::Unknown(Reason::new(text).at(self.span))]))
            }
        };
        let tcp = Condition::Protocol(Protocol::Tcp);
        self.meaning(Kind::Application, vec![tcp, source, protocols, target], opens)
    }

    /// Whether TLS is opened; `None` if that cannot be read.
    fn terminates(&mut self) -> Option<bool> {
        let member = self.rule.json.member("terminateTLS")?;
        match member.value.kind {
            JsonKind::Bool(opens) => Some(opens),
            JsonKind::Null => Some(false),
            _ => match self.rule.template.text(&member.value)?.to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
        }
    }

    /// The targets, and whether they are FQDN tags only.
    fn targets(&mut self, opened: bool) -> (Condition, bool) {
        let names = self.values("targetFqdns");
        let urls = self.values("targetUrls");
        let tags = self.values("fqdnTags");
        let categories = self.values("webCategories");
        let other = !names.is_blank() || !urls.is_blank() || !categories.is_blank();
        if !other && tags.is_blank() {
            self.absent("target");
        }
        let only_tags = !other && !tags.is_blank();
        let mut tests = targets::names(self, names);
        tests.extend(targets::urls(self, urls, opened));
        tests.extend(targets::tags(self, tags));
        tests.extend(targets::categories(categories));
        (any(tests), only_tags)
    }

    /// `{"protocolType": "Https", "port": 443}`, or as commands write it: `Https:443`.
    fn application_protocols(&mut self, only_tags: bool) -> Condition {
        let json = self.rule.json.member("protocols");
        let texts = self.values("protocols");
        let mut tests = unreadable(texts.unreadable);
        for text in &texts.texts {
            let (kind, port) = text.text.split_once([':', '=']).unwrap_or((&text.text, ""));
            tests.push(self.application_protocol(text, kind, port));
        }
        for item in json.map(|member| member.value.items()).unwrap_or_default().iter().filter(|item| item.is_object()) {
            let field = |key: &str| item.get(key).and_then(|value| self.rule.template.text(value)).unwrap_or_default();
            let (kind, port) = (field("protocolType"), field("port"));
            let text = Text { text: format!("{kind}:{port}"), span: item.span };
            tests.push(self.application_protocol(&text, &kind, &port));
        }
        match (tests.is_empty(), only_tags) {
            (false, _) => any(tests),
            // "The protocol:port field must be set to https" (FQDN tags overview); commands leave it out.
            (true, true) => by(443, Method::Connect),
            (true, false) => {
                self.absent("protocol");
                Condition::always()
            }
        }
    }

    fn application_protocol(&mut self, at: &Text, kind: &str, port: &str) -> Condition {
        let number = port.trim().parse::<u16>().ok();
        match (kind.trim().to_ascii_lowercase().as_str(), number) {
            ("http", Some(port)) => by(port, Method::Get),
            ("https", Some(port)) => by(port, Method::Connect),
            // TDS, which is neither HTTP nor TLS from the start.
            ("mssql", Some(80 | 443)) => Condition::never(),
            ("mssql", Some(port)) => by(port, Method::Connect),
            _ => {
                let why = "expected Http, Https or Mssql with a port";
                Condition::Unknown(self.strange("unknown-value", "protocol", at, why))
            }
        }
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

fn by(port: u16, method: Method) -> Condition {
    Condition::All(vec![Condition::Port(vec![(port, port)]), Condition::Method(method)])
}

pub(super) fn unreadable(values: Vec<(Problem, Reason)>) -> Vec<Condition> {
    values.into_iter().map(|(_, reason)| Condition::Unknown(reason)).collect()
}

/// Some of `tests` holds. Without any the field is absent, which [`Reader::absent`] has made unknown.
fn any(mut tests: Vec<Condition>) -> Condition {
    match tests.len() {
        0 => Condition::always(),
        1 => tests.remove(0),
        _ if tests.contains(&Condition::always()) => Condition::always(),
        _ => Condition::Any(tests),
    }
}

/// The number of a priority, and what is wrong with it.
pub(super) fn priority(fields: Fields<'_>, of: &str, notes: &mut Notes) -> Option<u32> {
    let values = values(fields.json, "priority", &fields.template);
    let span = fields.json.member("priority").map_or(fields.span(), Member::span);
    notes.lines.push((span, LineUse::Used));
    let number = values.texts.first().and_then(|text| text.text.parse().ok());
    match number {
        Some(100..=65000) => {}
        Some(number) => {
            let message = format!(
                "\"{of}\" has the priority {number}; Azure accepts 100 to 65000. It is read in the order of its number."
            );
            notes.problems.push(Problem::error("priority-out-of-range", message).at(span));
        }
        None => match values.unreadable.into_iter().next() {
            Some((problem, _)) => notes.report(problem),
            None => {
                let message = format!("\"{of}\" has no priority that is a number, so it may come first or last.");
                notes.report(Problem::error("bad-priority", message).at(span));
            }
        },
    }
    number
}

/// What a collection does, `None` if that cannot be read.
pub(super) fn action(fields: Fields<'_>, of: &str, notes: &mut Notes) -> Option<Action> {
    let member = fields.json.member("action");
    let word = member.and_then(|member| fields.template.text(member.value.get("type").unwrap_or(&member.value)));
    let span = member.map_or(fields.span(), Member::span);
    notes.lines.push((span, LineUse::Used));
    let action = match word.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("allow") => Some(Action::Allow),
        Some("deny") => Some(Action::Deny),
        _ => None,
    };
    if action.is_none() {
        let shown = word.or_else(|| member.and_then(|member| Json::as_str(&member.value).map(str::to_owned)));
        let shown = shown.map_or_else(|| "no action".to_owned(), |word| format!("the action \"{}\"", quote(&word)));
        let message = format!("\"{of}\" has {shown}; expected Allow or Deny.");
        notes.report(Problem::error("unknown-value", message).at(span));
    }
    action
}
