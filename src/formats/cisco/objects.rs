//! What objects and groups stand for.

use super::config::{Config, Member, Object, ObjectKind, Platform};
use super::cursor::Cursor;
use super::networks::{self, Mask, Networks};
use super::ports;
use super::services::{self, Ports};
use crate::policy::{Condition, Reason};
use crate::problem::{Problem, quote};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Groups may lie within groups to this depth; no device nests deeper.
const MAX_DEPTH: usize = 64;

/// The objects of a configuration, as far as their meaning was asked for.
pub(in crate::formats) struct Objects<'a> {
    pub config: &'a Config,
    pub problems: Vec<Problem>,
    /// Lines of members that were not understood.
    pub lost: Vec<Span>,
    networks: BTreeMap<String, Networks>,
    told: BTreeSet<String>,
}

impl<'a> Objects<'a> {
    pub fn new(config: &'a Config) -> Self {
        Objects { config, problems: Vec::new(), lost: Vec::new(), networks: BTreeMap::new(), told: BTreeSet::new() }
    }

    pub fn kind(&self, name: &str) -> Option<&'a ObjectKind> {
        self.config.objects.get(name).map(|object| &object.kind)
    }

    pub fn is_network(&self, name: &str) -> bool {
        matches!(self.kind(name), Some(ObjectKind::Network | ObjectKind::NetworkObject))
    }

    pub fn networks(&mut self, name: &str, at: Span) -> Networks {
        if let Some(known) = self.networks.get(name) {
            return known.clone();
        }
        let mut seen = BTreeSet::new();
        let found = self.network_group(name, at, &mut seen, 0);
        self.networks.insert(name.to_owned(), found.clone());
        found
    }

    fn network_group(&mut self, name: &str, at: Span, seen: &mut BTreeSet<String>, depth: usize) -> Networks {
        let object = match self
            .object(name, at, depth, |kind| matches!(kind, ObjectKind::Network | ObjectKind::NetworkObject))
        {
            Ok(object) => object,
            Err(reason) => return Networks::unknown(reason),
        };
        if !seen.insert(name.to_owned()) {
            return Networks::default();
        }
        let found = object.members.iter().map(|member| self.network_member(member, seen, depth)).collect();
        let mut all = Networks::default();
        all.join_all(found);
        all
    }

    fn network_member(&mut self, member: &Member, seen: &mut BTreeSet<String>, depth: usize) -> Networks {
        let mut cursor = Cursor::new(&member.words, member.span);
        match cursor.peek() {
            "group-object" | "object" | "object-group" => {
                let nested = cursor.ahead(1).to_owned();
                self.circle(&nested, seen, member.span);
                return self.network_group(&nested, member.span, seen, depth + 1);
            }
            _ => {}
        }
        match self.network_value(&mut cursor) {
            Ok(networks) if cursor.is_done() => networks,
            Ok(_) => Networks::unknown(self.unread(member, &format!("`{}` is not known here", cursor.peek()))),
            Err(why) => Networks::unknown(self.unread(member, &why)),
        }
    }

    fn network_value(&mut self, cursor: &mut Cursor<'_>) -> Result<Networks, String> {
        let mask = match self.config.platform {
            // "network-address network-mask" in an IOS object group ("Object Groups for ACLs").
            Platform::Asa | Platform::Ios => Mask::Net,
            Platform::Nxos => Mask::Wildcard,
        };
        match cursor.peek() {
            "any" => {
                cursor.next();
                Ok(Networks::any())
            }
            "host" => {
                cursor.next();
                self.address(cursor.next()).map(Networks::of)
            }
            "range" => {
                cursor.next();
                networks::range(cursor).map(Networks::of)
            }
            "fqdn" => {
                cursor.next();
                let _version = cursor.take("v4") || cursor.take("v6");
                let name = cursor.next();
                let why = Reason::new(format!("`{name}` is no name that the ASA can resolve")).at(cursor.span);
                cursor.take("id").then(|| cursor.next());
                Ok(Networks::named(name, why))
            }
            alias if self.config.aliases.contains_key(alias) => {
                let set = self.aliased(cursor, mask)?;
                Ok(Networks::of(set))
            }
            _ => networks::network(cursor, mask).map(Networks::of),
        }
    }

    /// An address, or ASA's name for one.
    pub fn address(&self, word: &str) -> Result<crate::addresses::AddressSet, String> {
        let known = self.config.aliases.get(word).copied();
        let address = known.or_else(|| word.parse().ok());
        address
            .map(crate::addresses::AddressSet::from_address)
            .ok_or_else(|| format!("`{word}` is neither an address nor a name that stands in the paste"))
    }

    /// `alias 255.255.0.0`
    pub fn aliased(&self, cursor: &mut Cursor<'_>, mask: Mask) -> Result<crate::addresses::AddressSet, String> {
        let word = cursor.next().to_owned();
        match (self.config.aliases.get(&word), cursor.peek().parse()) {
            (Some(std::net::IpAddr::V4(address)), Ok(bits)) => {
                cursor.next();
                networks::masked(*address, bits, mask)
            }
            _ => self.address(&word),
        }
    }

    /// The ports of a group of ports.
    pub fn ports(&mut self, name: &str, at: Span) -> Ports {
        self.port_group(name, at, &mut BTreeSet::new(), 0)
    }

    fn port_group(&mut self, name: &str, at: Span, seen: &mut BTreeSet<String>, depth: usize) -> Ports {
        let object = match self.object(name, at, depth, |kind| *kind == ObjectKind::Ports) {
            Ok(object) => object,
            Err(reason) => return Ports::unknown(reason),
        };
        let mut all = Ports::default();
        if seen.insert(name.to_owned()) {
            for member in &object.members {
                all.join(self.port_member(member, seen, depth));
            }
        }
        all
    }

    fn port_member(&mut self, member: &Member, seen: &mut BTreeSet<String>, depth: usize) -> Ports {
        let mut cursor = Cursor::new(&member.words, member.span);
        if cursor.peek() == "group-object" {
            let nested = cursor.ahead(1).to_owned();
            self.circle(&nested, seen, member.span);
            return self.port_group(&nested, member.span, seen, depth + 1);
        }
        let found = match services::is_operator(cursor.peek()) {
            true => services::operator(&mut cursor),
            false => Err(format!("`{}` is not known here", cursor.peek())),
        };
        match found {
            Ok(ranges) if cursor.is_done() => Ports::of(ranges),
            Ok(_) => Ports::unknown(self.unread(member, &format!("`{}` is not known here", cursor.peek()))),
            Err(why) => Ports::unknown(self.unread(member, &why)),
        }
    }

    /// The services of an object or group in the place of a protocol.
    pub fn services(&mut self, name: &str, at: Span) -> Condition {
        self.service_group(name, at, &mut BTreeSet::new(), 0)
    }

    fn service_group(&mut self, name: &str, at: Span, seen: &mut BTreeSet<String>, depth: usize) -> Condition {
        let is =
            |kind: &ObjectKind| matches!(kind, ObjectKind::Service | ObjectKind::ServiceObject | ObjectKind::Protocols);
        let object = match self.object(name, at, depth, is) {
            Ok(object) => object,
            Err(reason) => return Condition::Unknown(reason),
        };
        if !seen.insert(name.to_owned()) {
            return Condition::never();
        }
        let members = object.members.iter();
        Condition::Any(members.map(|member| self.service_member(member, seen, depth)).collect())
    }

    fn service_member(&mut self, member: &Member, seen: &mut BTreeSet<String>, depth: usize) -> Condition {
        let mut cursor = Cursor::new(&member.words, member.span);
        if ["group-object", "object"].contains(&cursor.peek()) {
            let nested = cursor.ahead(1).to_owned();
            self.circle(&nested, seen, member.span);
            return self.service_group(&nested, member.span, seen, depth + 1);
        }
        services::service(&mut cursor).unwrap_or_else(|why| Condition::Unknown(self.unread(member, &why)))
    }

    fn object(
        &mut self,
        name: &str,
        at: Span,
        depth: usize,
        fits: impl Fn(&ObjectKind) -> bool,
    ) -> Result<&'a Object, Reason> {
        let config = self.config;
        let (text, id) = match config.objects.get(name) {
            None => (format!("the object `{name}` is not in the paste"), "unresolved-object"),
            Some(object) if object.clash.is_some() => {
                (format!("the object `{name}` is defined twice, as two kinds of object"), "object-defined-twice")
            }
            Some(object) if !fits(&object.kind) => {
                (format!("the object `{name}` is of a kind that does not belong here"), "wrong-object")
            }
            Some(_) if depth > MAX_DEPTH => {
                (format!("groups are nested more than {MAX_DEPTH} deep at `{name}`"), "nested-too-deep")
            }
            Some(object) => return Ok(object),
        };
        if self.told.insert(format!("{id} {name}")) {
            let mut sentence = text.clone();
            sentence[..1].make_ascii_uppercase();
            let problem = Problem::warning(id, sentence + ".").at(at);
            self.problems.push(match id {
                "unresolved-object" => problem
                    .hint("Paste the part of the configuration that defines it as well: what uses it is undecided."),
                _ => problem,
            });
        }
        Err(Reason::new(text).at(at))
    }

    /// A group within itself adds nothing; the devices refuse it.
    fn circle(&mut self, name: &str, seen: &BTreeSet<String>, at: Span) {
        let leads_back = seen.contains(name) && self.leads_to(name, name);
        if leads_back && self.told.insert(format!("circle {name}")) {
            let message =
                format!("The group `{name}` contains itself, which the device refuses; the circle adds nothing.");
            self.problems.push(Problem::warning("circular-group", message).at(at));
        }
    }

    fn leads_to(&self, from: &str, to: &str) -> bool {
        let (mut open, mut seen) = (vec![from.to_owned()], BTreeSet::new());
        while let Some(name) = open.pop() {
            let members = self.config.objects.get(&name).into_iter().flat_map(|object| &object.members);
            for member in members.filter(|member| member.words.first().is_some_and(|word| word.contains("object"))) {
                let next = member.words.get(1).cloned().unwrap_or_default();
                if next == to {
                    return true;
                }
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        false
    }

    fn unread(&mut self, member: &Member, why: &str) -> Reason {
        let line = quote(&member.words.join(" "));
        if self.told.insert(format!("member {}", member.span.start)) {
            let message = format!("`{line}` is not understood: {why}.");
            self.problems.push(Problem::warning("unknown-object", message).at(member.span));
            self.lost.push(member.span);
        }
        Reason::new(format!("a line of a group is not understood: {why}")).at(member.span)
    }
}

/// Whether nothing but TCP can be what the protocol slot of an entry names.
pub(in crate::formats) fn excludes_tcp(word: &str) -> bool {
    matches!(ports::protocol(word), Some(Some(protocol)) if protocol != crate::policy::Protocol::Tcp)
}
