//! What one rule means.
//!
//! Source: "Network security groups overview" (learn.microsoft.com/azure/virtual-network/network-security-groups-overview).

use super::group::Written;
use super::keys;
use super::words::{self, Addresses};
use crate::addresses::{AddressSet, Entry, Family, parse_entry};
use crate::formats::azure::conditions::{any, unknowns};
use crate::formats::azure::field::{Text, Values, values};
use crate::policy::{Condition, LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::source::Span;
use crate::syntax::json::Member;

/// A rule's meaning; unless it is inbound, which means nothing here.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    pub name: String,
    pub span: Span,
    pub access: Option<Access>,
    pub priority: Option<u32>,
    pub when: Condition,
    /// When the rule matches the addresses of the platform; never, unless it names a tag of the platform.
    pub platform: Option<Condition>,
    /// Whether the rule surely is there.
    pub certain: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Allow,
    Deny,
    /// Of security admin rules: passes the network security groups too.
    AlwaysAllow,
}

/// What reading a rule leaves behind besides its meaning.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub problems: Vec<Problem>,
    pub lines: Vec<(Span, LineUse)>,
}

const QUAD_ZERO: &str = "0.0.0.0/0";

/// Reads a rule; `None` if it is inbound.
pub(super) fn meaning(rule: &Written<'_>, notes: &mut Notes) -> Option<Meaning> {
    let unknown = rule.only_if.iter().cloned().collect();
    let mut reader = Reader { rule, notes, unknown, by_default: false, platform: Vec::new() };
    if reader.inbound() {
        return None;
    }
    let access = reader.access();
    let priority = reader.priority();
    reader.by_default = priority.is_some_and(|priority| priority >= 65000);
    let (protocol, source, destination) = (reader.protocol(), reader.source(), reader.destination());
    let (ports, source_ports) = (reader.destination_ports(), reader.source_ports());
    reader.other_fields();
    let when = |destination| {
        let parts = [protocol.clone(), source.clone(), source_ports.clone(), destination, ports.clone()];
        let parts = parts.into_iter().filter(|part| *part != Condition::always());
        Condition::All(parts.chain(reader.unknown.iter().cloned().map(Condition::Unknown)).collect())
    };
    Some(Meaning {
        name: rule.name.clone(),
        span: rule.span,
        access,
        priority,
        when: when(destination),
        platform: (!reader.platform.is_empty()).then(|| when(any(reader.platform.clone()))),
        certain: rule.only_if.is_none(),
    })
}

struct Reader<'r, 'a> {
    rule: &'r Written<'a>,
    notes: &'r mut Notes,
    /// Why it is open whether the rule matches.
    unknown: Vec<Reason>,
    /// Whether Azure made the rule: there `0.0.0.0/0` "represents all IP addresses" (section "Default security rules").
    by_default: bool,
    /// What of the destination is the platform, by tag, or may be.
    platform: Vec<Condition>,
}

impl Reader<'_, '_> {
    fn values(&mut self, key: &str) -> Values {
        let values = values(self.rule.fields, key, &self.rule.template);
        if let Some(member) = self.rule.fields.member(key) {
            self.notes.lines.push((member.span(), LineUse::Used));
        }
        for (problem, _) in &values.unreadable {
            self.report(problem.clone());
        }
        values
    }

    fn report(&mut self, problem: Problem) {
        self.notes.lines.extend(problem.span.map(|span| (span, LineUse::NotUnderstood)));
        self.notes.problems.push(problem);
    }

    /// Reports a value that means nothing to us.
    fn strange(&mut self, id: &'static str, what: &str, at: &Text, why: &str) -> Reason {
        let (name, text) = (&self.rule.name, quote(&at.text));
        let message = format!("Rule \"{name}\": the {what} \"{text}\" is not understood: {why}.");
        self.report(Problem::error(id, message).at(at.span));
        Reason::new(format!("the {what} \"{text}\" is not understood")).at(at.span)
    }

    /// A field that must be there is not: it is open whether the rule matches.
    fn absent(&mut self, what: &str) {
        let name = &self.rule.name;
        let message = format!("Rule \"{name}\" has no {what}; Azure has no such rules, so a part is missing.");
        self.unknown.push(Reason::new(format!("rule \"{name}\" has no {what}")).at(self.rule.span));
        self.report(Problem::error("rule-incomplete", message).at(self.rule.span));
    }

    /// Reads a field that holds one word, by `read`, which knows the `expected` ones.
    fn word<T>(&mut self, key: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let values = self.values(key);
        if values.is_blank() {
            self.absent(key);
        }
        self.unknown.extend(values.unreadable.into_iter().map(|(_, reason)| reason));
        let text = values.texts.first()?;
        let meaning = read(&text.text).filter(|_| values.texts.len() == 1);
        if meaning.is_none() {
            let reason = self.strange("unknown-value", key, text, &format!("expected {expected}"));
            self.unknown.push(reason);
        }
        meaning
    }

    /// Only what leaves an interface is asked about. A direction that cannot be read may be either.
    fn inbound(&mut self) -> bool {
        let direction = values(self.rule.fields, "direction", &self.rule.template);
        let is = |wanted: &str| direction.texts.len() == 1 && direction.texts[0].text.eq_ignore_ascii_case(wanted);
        if !is("inbound") {
            self.word("direction", "Inbound or Outbound", |word| word.eq_ignore_ascii_case("outbound").then_some(()));
        }
        is("inbound")
    }

    fn access(&mut self) -> Option<Access> {
        self.word("access", "Allow or Deny", |word| match word.to_ascii_lowercase().as_str() {
            "allow" => Some(Access::Allow),
            "deny" => Some(Access::Deny),
            "alwaysallow" => Some(Access::AlwaysAllow),
            _ => None,
        })
    }

    fn priority(&mut self) -> Option<u32> {
        let priority = self.word("priority", "a number", |word| word.parse().ok())?;
        if !self.rule.effective && !is_priority(priority) {
            let name = &self.rule.name;
            let message = format!(
                "Rule \"{name}\" has the priority {priority}; Azure accepts 100 to 4096. It is read in the order of its number."
            );
            let span = self.rule.fields.member("priority").map_or(self.rule.span, Member::span);
            self.notes.problems.push(Problem::error("priority-out-of-range", message).at(span));
        }
        Some(priority)
    }

    fn protocol(&mut self) -> Condition {
        let protocol = self.word("protocol", "Tcp, Udp, Icmp, Esp, Ah or *", words::protocol);
        protocol.flatten().map_or_else(Condition::always, Condition::Protocol)
    }

    /// A list that is not empty counts instead of the single field, which then is empty or stale.
    fn either(&mut self, plural: &str, singular: &str) -> Values {
        let many = self.values(plural);
        if many.is_blank() { self.values(singular) } else { many }
    }

    fn source(&mut self) -> Condition {
        let prefixes = self.either("sourceAddressPrefixes", "sourceAddressPrefix");
        if self.lists_resources("sourceApplicationSecurityGroups") {
            let text =
                "the rule holds for the members of an application security group, which the export does not list";
            self.unknown.push(Reason::new(text).at(self.rule.span));
        } else if prefixes.is_blank() {
            self.absent("source");
        }
        self.expanded("expandedSourceAddressPrefix");
        // Traffic that leaves the interface comes from its virtual network, whatever the ranges.
        let whole = |word: &str, set: AddressSet| if words::is_virtual_network(word) { AddressSet::all() } else { set };
        let (set, mut tests) = self.addresses(prefixes, whole, words::source);
        tests.extend((!set.is_empty()).then(|| words::source(Addresses::Set(set))));
        any(tests)
    }

    fn destination(&mut self) -> Condition {
        let prefixes = self.either("destinationAddressPrefixes", "destinationAddressPrefix");
        let groups = self.lists_resources("destinationApplicationSecurityGroups");
        if prefixes.is_blank() && !groups {
            self.absent("destination");
        }
        let expanded = self.expanded("expandedDestinationAddressPrefix");
        self.platform = platform(&prefixes);
        let (set, mut tests) =
            self.addresses(prefixes, |word, set| spelled_out(word, set, &expanded), words::destination);
        tests.extend((!set.is_empty()).then(|| Condition::destination(set)));
        tests.extend(groups.then(|| self.application_group()));
        any(tests)
    }

    /// Application security groups hold network interfaces, so private addresses only; which ones is not said.
    /// Source: learn.microsoft.com/azure/virtual-network/application-security-groups
    fn application_group(&self) -> Condition {
        let text = "the export does not say which interfaces are in the application security group";
        let unknown = Condition::Unknown(Reason::new(text).at(self.rule.span));
        Condition::All(vec![Condition::destination(AddressSet::private()), unknown])
    }

    /// Whether a field names resources.
    fn lists_resources(&mut self, key: &str) -> bool {
        self.values(key);
        self.rule.fields.get(key).is_some_and(|list| !list.is_blank())
    }

    /// The addresses of a list as one set, and tests for what is no plain address: tags, and what cannot be read.
    fn addresses(
        &mut self,
        prefixes: Values,
        known: impl Fn(&str, AddressSet) -> AddressSet,
        test: impl Fn(Addresses) -> Condition,
    ) -> (AddressSet, Vec<Condition>) {
        let (mut sets, mut tests) = (Vec::new(), unknowns(prefixes.unreadable));
        for text in &prefixes.texts {
            match words::addresses(&text.text) {
                Ok(Addresses::Set(_)) if text.text == QUAD_ZERO && self.by_default => sets.push(AddressSet::all()),
                Ok(Addresses::Set(set)) => {
                    self.host_bits(text);
                    sets.push(known(&text.text, set));
                    tests.extend((text.text == QUAD_ZERO && self.rule.effective).then(|| self.perhaps_all()));
                }
                Ok(other) => tests.push(test(other)),
                Err(why) => tests.push(Condition::Unknown(self.strange("bad-address", "address", text, &why))),
            }
        }
        (AddressSet::union_all(&sets), tests)
    }

    /// Azure asks for the network's address; what stands behind the prefix length is read as zero.
    fn host_bits(&mut self, text: &Text) {
        if let Some(Ok(Entry { host_bits: Some(net), .. })) = parse_entry(&text.text) {
            let name = &self.rule.name;
            let message = format!("Rule \"{name}\": `{}` has host bits set; it is read as {net}.", text.text);
            self.notes.problems.push(Problem::warning("host-bits", message).at(text.span));
        }
    }

    /// Effective rules write `0.0.0.0/0` also for the `*` that was configured, which holds IPv6 too.
    fn perhaps_all(&self) -> Condition {
        let text = "effective rules write 0.0.0.0/0 both for itself and for `*`, which would hold IPv6 too";
        let unknown = Condition::Unknown(Reason::new(text).at(self.rule.span));
        Condition::All(vec![Condition::destination(AddressSet::all_of(Family::V6)), unknown])
    }

    /// The prefixes that Azure's effective rules list for a tag.
    fn expanded(&mut self, key: &str) -> AddressSet {
        let prefixes = self.values(key);
        self.addresses(prefixes, |_, set| set, words::destination).0
    }

    fn destination_ports(&mut self) -> Condition {
        let ports = self.either("destinationPortRanges", "destinationPortRange");
        if ports.is_blank() {
            self.absent("destination port");
        }
        let (ranges, mut tests) = self.ranges(ports);
        if ranges.contains(&(0, u16::MAX)) {
            return Condition::always();
        }
        tests.extend((!ranges.is_empty()).then_some(Condition::Port(ranges)));
        any(tests)
    }

    /// Clients take their own port from a range that the export cannot tell.
    fn source_ports(&mut self) -> Condition {
        let ports = self.either("sourcePortRanges", "sourcePortRange");
        if ports.is_blank() {
            self.absent("source port");
            return Condition::always();
        }
        let (ranges, mut tests) = self.ranges(ports);
        tests.extend((!ranges.is_empty()).then(|| Condition::source_port(&ranges, self.rule.span)));
        any(tests)
    }

    fn ranges(&mut self, ports: Values) -> (Vec<(u16, u16)>, Vec<Condition>) {
        let (mut ranges, mut tests) = (Vec::new(), unknowns(ports.unreadable));
        for text in &ports.texts {
            match words::ports(&text.text) {
                Some(range) => ranges.push(range),
                None => {
                    let reason = self.strange("bad-port", "port", text, "it is no port and no range of ports");
                    tests.push(Condition::Unknown(reason));
                }
            }
        }
        (ranges, tests)
    }

    /// A field that we do not know may say when the rule holds.
    fn other_fields(&mut self) {
        for member in self.rule.fields.members() {
            if !keys::is_known(&member.key) && !member.value.is_blank() {
                let (key, name) = (&member.key, &self.rule.name);
                let message = format!("Rule \"{name}\" has the field \"{key}\", which is not known here.");
                self.unknown.push(Reason::new(format!("what the field \"{key}\" does is not known")).at(member.span()));
                self.report(Problem::warning("unknown-field", message).at(member.span()));
            }
        }
    }
}

/// Whether a group may hold a rule of this priority: "a number between 100 and 4096", or one of the default rules.
fn is_priority(number: u32) -> bool {
    (100..=4096).contains(&number) || [65000, 65001, 65500].contains(&number)
}

/// The platform's addresses among `prefixes`. What cannot be read may be a tag of the platform.
fn platform(prefixes: &Values) -> Vec<Condition> {
    let tags = prefixes.texts.iter().filter_map(|text| words::platform_tag(&text.text)).map(Condition::destination);
    let unknown = prefixes.unreadable.iter().map(|(_, reason)| Condition::Unknown(reason.clone()));
    tags.chain(unknown.map(|unknown| Condition::All(vec![Condition::destination(words::platform()), unknown])))
        .collect()
}

/// `VirtualNetwork` and `Internet` as the effective rules spell them out: with on-premises ranges, and without them.
/// Other tags keep their name, since Azure moves their ranges. A family that is not spelled out keeps its meaning.
fn spelled_out(word: &str, set: AddressSet, expanded: &AddressSet) -> AddressSet {
    if !words::is_virtual_network(word) && !words::is_internet(word) {
        return set;
    }
    let family = |family| {
        let listed = expanded.only(family);
        if listed.is_empty() { set.only(family) } else { listed }
    };
    family(Family::V4).union(&family(Family::V6))
}
