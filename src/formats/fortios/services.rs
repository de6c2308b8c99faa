//! Services and their groups: protocols and ports.

use super::context::{Context, MAX_DEPTH, MAX_PARTS, unknown};
use super::predefined::{GROUPS, SERVICES};
use super::tree::{Entry, Field};
use crate::addresses::parse_entry;
use crate::hosts::products;
use crate::policy::{Condition, Method, Protocol};
use crate::problem::{Problem, quote};
use crate::source::Span;
use std::collections::BTreeMap;

/// The services of a VDOM, as far as policies named them.
#[derive(Default)]
pub(super) struct Services {
    known: BTreeMap<String, Vec<Condition>>,
}

const READ: &[&str] = &[
    "protocol",
    "protocol-number",
    "tcp-portrange",
    "udp-portrange",
    "sctp-portrange",
    "iprange",
    "fqdn",
    "member",
    "app-service-type",
    "proxy",
];

/// Fields that change nothing about what a service matches (CLI Reference: config firewall service custom, group).
const HARMLESS: &[&str] = &[
    "uuid",
    "comment",
    "color",
    "visibility",
    "category",
    "fabric-object",
    "helper",
    "check-reset-range",
    "session-ttl",
    "tcp-halfclose-timer",
    "tcp-halfopen-timer",
    "tcp-timewait-timer",
    "tcp-rst-timer",
    "udp-idle-timer",
    "icmptype",
    "icmpcode",
    "udplite-portrange",
    "name",
    "explicit-proxy",
];

/// The name of the predefined service for every protocol and port.
const ALL: [&str; 2] = ["ALL", "ANY"];

impl Services {
    /// When the services of a policy's field match, together.
    pub fn of(&mut self, context: &mut Context<'_>, field: &Field) -> Condition {
        let names = field.values.iter();
        let parts: Vec<Condition> =
            names.flat_map(|name| self.named(context, name, field.span, &mut Vec::new())).collect();
        match parts.iter().any(|part| *part == Condition::always()) {
            true => Condition::always(),
            false => Condition::Any(parts),
        }
    }

    fn named(&mut self, context: &mut Context<'_>, name: &str, at: Span, open: &mut Vec<String>) -> Vec<Condition> {
        if let Some(parts) = self.known.get(name) {
            return parts.clone();
        }
        if open.len() > MAX_DEPTH || open.iter().any(|outer| outer == name) {
            let message = format!("The service group `{name}` contains itself or nests more than {MAX_DEPTH} deep.");
            context.warn(name, Problem::error("group-circle", message).at(at));
            return vec![unknown(format!("the service group `{name}` contains itself or nests too deep"), at)];
        }
        open.push(name.to_owned());
        let mut parts = self.looked_up(context, name, at, open);
        open.pop();
        if parts.len() > MAX_PARTS {
            parts = vec![unknown(format!("the service group `{name}` unfolds to too many parts"), at)];
        }
        self.known.insert(name.to_owned(), parts.clone());
        parts
    }

    fn looked_up(&mut self, context: &mut Context<'_>, name: &str, at: Span, open: &mut Vec<String>) -> Vec<Condition> {
        if let Some(entry) = context.find("firewall service custom", name) {
            return vec![service(context, entry, at)];
        }
        if let Some(entry) = context.find("firewall service group", name) {
            let mut parts = doubts(context, entry, at);
            if !parts.is_empty() {
                return parts;
            }
            for member in entry.values("member") {
                parts.extend(self.named(context, member, entry.span.unwrap_or(at), open));
            }
            return parts;
        }
        if ALL.contains(&name) || name == "webproxy" {
            return vec![Condition::always()];
        }
        if let Some((_, tcp, udp)) = SERVICES.iter().find(|(known, ..)| *known == name) {
            return vec![predefined(context, tcp, udp, at)];
        }
        if let Some((_, members)) = GROUPS.iter().find(|(known, _)| *known == name) {
            return members.iter().flat_map(|member| self.named(context, member, at, open)).collect();
        }
        let shown = "show firewall service custom` and `show firewall service group";
        vec![context.undefined("service", name, at, shown)]
    }
}

fn predefined(context: &mut Context<'_>, tcp: &str, udp: &str, at: Span) -> Condition {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    if tcp.is_empty() && udp.is_empty() {
        return Condition::Protocol(Protocol::Other);
    }
    Condition::Any(vec![ports(context, &words(tcp), Protocol::Tcp, at), ports(context, &words(udp), Protocol::Udp, at)])
}

fn doubts(context: &mut Context<'_>, entry: &Entry, at: Span) -> Vec<Condition> {
    context.uses_fields(entry, READ);
    let known = |field: &&Field| READ.contains(&field.name.as_str()) || HARMLESS.contains(&field.name.as_str());
    let of = format!("the service `{}`", entry.key);
    let application = ["application", "app-category"];
    let strange: Vec<Condition> = entry
        .fields
        .iter()
        .filter(|field| !known(field) && !application.contains(&field.name.as_str()))
        .map(|field| context.unknown_field(field, &of))
        .collect();
    let damaged = entry.damaged.clone().map(|reason| unknown(reason.text, reason.span.unwrap_or(at)));
    strange.into_iter().chain(damaged).collect()
}

/// CLI Reference: config firewall service custom. Without `protocol` a service is of TCP, UDP and SCTP.
fn service(context: &mut Context<'_>, entry: &Entry, at: Span) -> Condition {
    let at = entry.span.unwrap_or(at);
    let mut doubts = doubts(context, entry, at);
    if entry.value("app-service-type").is_some_and(|kind| kind != "disable") {
        doubts.push(unknown(format!("the service `{}` is known by application control only", entry.key), at));
    }
    if !doubts.is_empty() {
        return Condition::Any(doubts);
    }
    let number = entry.value("protocol-number").and_then(|number| number.parse::<u8>().ok());
    let matches = match entry.value("protocol") {
        None | Some("TCP/UDP/SCTP" | "TCP/UDP/UDP-Lite/SCTP") => by_ports(context, entry, at),
        Some("ICMP" | "ICMP6" | "FTP" | "SOCKS-UDP") => Condition::Protocol(Protocol::Other),
        Some("IP") => match number {
            None | Some(0) => Condition::always(),
            Some(6) => Condition::Protocol(Protocol::Tcp),
            Some(17) => Condition::Protocol(Protocol::Udp),
            Some(_) => Condition::Protocol(Protocol::Other),
        },
        Some("ALL") => by_proxy(context, entry, None, at),
        Some("HTTP") => by_proxy(context, entry, Some(Method::Get), at),
        Some("CONNECT") => by_proxy(context, entry, Some(Method::Connect), at),
        Some(other) => {
            context.loses(entry.field("protocol").map(|field| field.span));
            unknown(format!("the protocol `{other}` of the service `{}` is not known", entry.key), at)
        }
    };
    match destination(entry, at) {
        Some(destination) => Condition::All(vec![matches, destination]),
        None => matches,
    }
}

/// What a service without any ports matches is not documented.
fn by_ports(context: &mut Context<'_>, entry: &Entry, at: Span) -> Condition {
    const FIELDS: [(&str, Protocol); 3] =
        [("tcp-portrange", Protocol::Tcp), ("udp-portrange", Protocol::Udp), ("sctp-portrange", Protocol::Other)];
    let named = FIELDS.into_iter().filter(|(field, _)| !entry.values(field).is_empty());
    let parts: Vec<Condition> =
        named.map(|(field, protocol)| ports(context, entry.values(field), protocol, at)).collect();
    if parts.is_empty() && entry.field("udplite-portrange").is_none() {
        let message = format!("The service `{}` names no ports; what it matches is undecided.", entry.key);
        context.warn(&entry.key, Problem::warning("service-without-ports", message).at(at));
        return unknown(format!("the service `{}` names no ports", entry.key), at);
    }
    Condition::Any(parts)
}

fn by_proxy(context: &mut Context<'_>, entry: &Entry, method: Option<Method>, at: Span) -> Condition {
    let mut parts: Vec<Condition> = method.map(Condition::Method).into_iter().collect();
    if !entry.values("tcp-portrange").is_empty() {
        parts.push(ports(context, entry.values("tcp-portrange"), Protocol::Tcp, at));
    }
    Condition::All(parts)
}

/// Ports of one protocol, each `destination` or `destination:source`.
fn ports(context: &mut Context<'_>, words: &[String], protocol: Protocol, at: Span) -> Condition {
    let parts = words.iter().map(|word| {
        let (destination, source) = word.split_once(':').map_or((word.as_str(), None), |(d, s)| (d, Some(s)));
        let (Some(destination), Some(source)) = (range(destination), source.map_or(Some((0, u16::MAX)), range)) else {
            let text = format!("`{}` is no range of ports", quote(word));
            context.warn(word, Problem::warning("bad-port", format!("{text}.")).at(at));
            context.loses(Some(at));
            return unknown(text, at);
        };
        let source = if source.0 <= 1 { (0, source.1) } else { source };
        Condition::All(vec![Condition::Port(vec![destination]), Condition::source_port(&[source], at)])
    });
    let parts: Vec<Condition> = parts.collect();
    match parts.is_empty() {
        true => Condition::never(),
        false => Condition::All(vec![Condition::Protocol(protocol), Condition::Any(parts)]),
    }
}

fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then_some((first, last))
}

/// The addresses or the name that belong to a service. What it means for other destinations is not documented.
fn destination(entry: &Entry, at: Span) -> Option<Condition> {
    let addresses = entry.value("iprange").filter(|text| !matches!(*text, "" | "0.0.0.0"));
    let addresses = addresses.map(|text| parse_entry(text).and_then(Result::ok));
    let named = entry.value("fqdn").filter(|text| !text.is_empty());
    if addresses.is_none() && named.is_none() {
        return None;
    }
    let text = format!("the service `{}` is bound to destinations", entry.key);
    let mut parts = vec![unknown(text, at)];
    parts.extend(addresses.flatten().map(|entry| Condition::destination(entry.set)));
    parts.extend(
        named.and_then(|name| products::FORTIGATE_FQDN.read(name)).map(|meant| super::objects::host(meant, at)),
    );
    Some(Condition::Any(parts))
}
