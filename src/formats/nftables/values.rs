//! What an expression looks at, and the values that it is compared with.

use super::tokens::{Token, span};
use crate::addresses::{AddressSet, Family};
use crate::formats::netfilter::{Pattern, Seen, constant, kind_of_address, unless};
use crate::policy::{Condition, Protocol, Reason};
use crate::problem::quote;
use crate::source::Span;
use ipnet::IpNet;
use std::net::IpAddr;

/// What is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Field {
    Source(Family),
    Destination(Family),
    SourcePort(Option<Protocol>),
    DestinationPort(Option<Protocol>),
    Layer4(Option<Family>),
    Version,
    Interface(Seen),
    /// Of the connection: whether it is known already, and where it may not be tracked.
    State(bool, Condition),
    /// Of the packet in it, likewise; nothing is said of a connection that is not known.
    Direction(bool, Condition),
    /// What was done to a connection that is known. What a rule may have sent elsewhere is open at every gate behind.
    Status(bool, Condition),
    /// Whose the destination is.
    AddressKind,
    /// Something else, of traffic of this kind.
    Opaque(Option<Protocol>, String),
}

impl Field {
    /// What must hold before the field is there at all.
    pub fn needs(&self) -> Condition {
        match self {
            Field::Source(family) | Field::Destination(family) | Field::Layer4(Some(family)) => version(*family),
            Field::SourcePort(Some(protocol))
            | Field::DestinationPort(Some(protocol))
            | Field::Opaque(Some(protocol), _) => Condition::Protocol(*protocol),
            Field::Status(tracked, untracked) | Field::Direction(tracked, untracked) => {
                tracked_only(constant(*tracked), untracked, None)
            }
            _ => Condition::always(),
        }
    }

    /// Whether the field has one of the values.
    pub fn any(&self, values: &[&[Token]]) -> Condition {
        match self {
            Field::Source(_) => gathered(values, address, |sets| Condition::Source(AddressSet::union_all(sets))),
            Field::Destination(_) => {
                gathered(values, address, |sets| Condition::destination(AddressSet::union_all(sets)))
            }
            Field::DestinationPort(_) => gathered(values, ports, |ranges| Condition::Port(ranges.to_vec())),
            Field::SourcePort(_) => match values.first().and_then(|value| span(value)) {
                Some(at) => gathered(values, ports, |ranges| Condition::source_port(ranges, at)),
                None => Condition::never(),
            },
            _ => Condition::Any(values.iter().map(|value| self.one(value)).collect()),
        }
    }

    fn one(&self, value: &[Token]) -> Condition {
        let word = value.first().map_or("", |word| word.text.as_str());
        let known = match self {
            Field::Layer4(_) => protocol(word).map(Condition::Protocol),
            Field::Version => family(word).map(version),
            Field::Interface(seen) => Some(seen.test(&Pattern::new(word, '*'), span(value))),
            Field::State(tracked, untracked) => {
                let holds = match word {
                    "new" => Some(*tracked),
                    "invalid" => Some(!tracked),
                    "untracked" => Some(false),
                    "established" | "related" => return Condition::never(),
                    _ => None,
                };
                holds.map(|holds| tracked_only(constant(holds), untracked, span(value)))
            }
            Field::Status(..) if ["dnat", "seen-reply", "assured", "confirmed"].contains(&word) => {
                Some(Condition::never())
            }
            Field::Status(..) => return unknown("the ruleset cannot tell `ct status` of a packet", value),
            Field::AddressKind => span(value).map(|at| kind_of_address(word, at)),
            Field::Direction(..) => match word {
                "original" | "reply" => Some(constant(word == "original")),
                _ => None,
            },
            Field::Opaque(_, what) => return unknown(&format!("the ruleset cannot tell `{what}` of a packet"), value),
            _ => None,
        };
        known.unwrap_or_else(|| unknown(&format!("`{}` is not understood", quote(word)), value))
    }
}

/// A condition on a connection, which is open where that may not be tracked.
fn tracked_only(condition: Condition, untracked: &Condition, span: Option<Span>) -> Condition {
    let text = "rules may take the connection out of tracking";
    unless(untracked.clone(), condition, Reason { span, text: text.to_owned() })
}

/// A condition that the text cannot decide.
pub(super) fn unknown(text: &str, words: &[Token]) -> Condition {
    Condition::Unknown(Reason { span: span(words), text: text.to_owned() })
}

pub(super) fn version(family: Family) -> Condition {
    Condition::destination(AddressSet::all_of(family))
}

/// One condition of all values that can be read, and an open one for each that cannot.
fn gathered<T>(values: &[&[Token]], read: impl Fn(&str) -> Option<T>, all: impl Fn(&[T]) -> Condition) -> Condition {
    let (mut known, mut open) = (Vec::new(), Vec::new());
    for value in values {
        let text: String = value.iter().map(|word| word.text.as_str()).collect();
        match read(&text) {
            Some(found) => known.push(found),
            None if text == "*" => open.push(Condition::always()),
            None => open.push(unknown(&format!("`{}` is not understood", quote(&text)), value)),
        }
    }
    if !known.is_empty() {
        open.insert(0, all(&known));
    }
    if open.len() == 1 { open.remove(0) } else { Condition::Any(open) }
}

fn address(text: &str) -> Option<AddressSet> {
    if let Some((first, last)) = text.split_once('-') {
        return AddressSet::from_range(first.parse().ok()?, last.parse().ok()?);
    }
    match text.split_once('/') {
        Some(_) => text.parse::<IpNet>().ok().map(AddressSet::from_net),
        None => text.parse::<IpAddr>().ok().map(AddressSet::from_address),
    }
}

pub(super) fn ports(text: &str) -> Option<(u16, u16)> {
    if let Some(one) = port(text) {
        return Some((one, one));
    }
    let (first, last) = text.split_once('-')?;
    Some((port(first)?, port(last)?)).filter(|(first, last)| first <= last)
}

/// /etc/services, as far as rules of the kind name them.
fn port(text: &str) -> Option<u16> {
    const NAMES: [(&str, u16); 22] = [
        ("ftp", 21),
        ("ssh", 22),
        ("telnet", 23),
        ("smtp", 25),
        ("domain", 53),
        ("http", 80),
        ("kerberos", 88),
        ("pop3", 110),
        ("sunrpc", 111),
        ("ntp", 123),
        ("imap2", 143),
        ("imap", 143),
        ("ldap", 389),
        ("https", 443),
        ("microsoft-ds", 445),
        ("submission", 587),
        ("ldaps", 636),
        ("imaps", 993),
        ("pop3s", 995),
        ("ms-sql-s", 1433),
        ("mysql", 3306),
        ("http-alt", 8080),
    ];
    let named = || NAMES.iter().find(|(name, _)| *name == text).map(|(_, port)| *port);
    text.parse().ok().or_else(named)
}

fn protocol(text: &str) -> Option<Protocol> {
    match text {
        "tcp" | "6" => Some(Protocol::Tcp),
        "udp" | "17" => Some(Protocol::Udp),
        "icmp" | "icmpv6" | "ipv6-icmp" | "esp" | "ah" | "sctp" | "dccp" | "udplite" | "igmp" | "gre" | "comp"
        | "ospf" | "vrrp" | "ipip" | "ipencap" | "pim" | "l2tp" | "eigrp" => Some(Protocol::Other),
        _ => text.parse::<u8>().ok().map(|_| Protocol::Other),
    }
}

fn family(text: &str) -> Option<Family> {
    match text {
        "ipv4" | "ip" | "2" => Some(Family::V4),
        "ipv6" | "ip6" | "10" => Some(Family::V6),
        _ => None,
    }
}
