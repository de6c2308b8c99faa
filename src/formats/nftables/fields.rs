//! What a rule looks at: headers, interfaces, connections (nft(8), "EXPRESSIONS").

use super::matches::{Context, Tracking};
use super::tokens::Token;
use super::values::Field;
use crate::addresses::Family;
use crate::policy::Protocol;
use crate::problem::quote;

/// The fields of `ip daddr . tcp dport`, and where the words behind them begin. `None` for no expression that is known.
pub(super) fn fields(words: &[Token], mut at: usize, context: &Context<'_>) -> Option<(Vec<Field>, usize)> {
    let mut fields = Vec::new();
    loop {
        let (field, next) = field(words, at, context)?;
        fields.push(field);
        at = next;
        if !words.get(at).is_some_and(|word| word.is(".")) {
            return Some((fields, at));
        }
        at += 1;
    }
}

/// The fields of TCP options (nft(8), "EXTENSION HEADER EXPRESSIONS").
const OPTION_FIELDS: [&str; 10] =
    ["kind", "length", "size", "count", "left", "right", "tsval", "tsecr", "subtype", "echo"];

fn field(words: &[Token], at: usize, context: &Context<'_>) -> Option<(Field, usize)> {
    let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    let (head, key) = (text(at), text(at + 1));
    if let Some(field) = alone(head, context) {
        return Some((field, at + 1));
    }
    if head == "fib" {
        return fib(words, at);
    }
    Some((header(head, key).or_else(|| of_packet(head, key, context))?, at + width(words, at)))
}

/// How many words a field has.
pub(super) fn width(words: &[Token], at: usize) -> usize {
    let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    match (text(at), text(at + 1), text(at + 2)) {
        ("iif" | "iifname" | "oif" | "oifname" | "l4proto" | "nfproto" | "mark", ..) => 1,
        // `ct original ip daddr`, `ct reply proto-src`
        ("ct", "original" | "reply", "ip" | "ip6") => 4,
        ("ct", "original" | "reply", _) => 3,
        ("fib", ..) => 3,
        // `tcp option maxseg size`, and `tcp option sack-perm exists`
        ("tcp", "option", _) if OPTION_FIELDS.contains(&text(at + 3)) => 4,
        ("tcp", "option", _) => 3,
        _ => 2,
    }
}

/// Expressions of one word.
fn alone(head: &str, context: &Context<'_>) -> Option<Field> {
    Some(match head {
        "iif" | "iifname" => Field::Interface(context.comes.clone()),
        "oif" | "oifname" => Field::Interface(context.leaves.clone()),
        "l4proto" => Field::Layer4(None),
        "nfproto" => Field::Version,
        "mark" | "skuid" | "skgid" | "pkttype" | "cgroup" | "cpu" | "iiftype" | "oiftype" => {
            Field::Opaque(None, head.to_owned())
        }
        _ => return None,
    })
}

/// What stands in the packet.
fn header(head: &str, key: &str) -> Option<Field> {
    Some(match (head, key) {
        ("ip", "saddr") => Field::Source(Family::V4),
        ("ip", "daddr") => Field::Destination(Family::V4),
        ("ip6", "saddr") => Field::Source(Family::V6),
        ("ip6", "daddr") => Field::Destination(Family::V6),
        ("ip", "protocol") => Field::Layer4(Some(Family::V4)),
        ("ip6", "nexthdr") => Field::Layer4(Some(Family::V6)),
        ("tcp", "dport") => Field::DestinationPort(Some(Protocol::Tcp)),
        ("tcp", "sport") => Field::SourcePort(Some(Protocol::Tcp)),
        ("udp", "dport") => Field::DestinationPort(Some(Protocol::Udp)),
        ("udp", "sport") => Field::SourcePort(Some(Protocol::Udp)),
        ("th", "dport") => Field::DestinationPort(None),
        ("th", "sport") => Field::SourcePort(None),
        _ => return None,
    })
}

/// What the kernel knows of a packet, and headers that are not asked.
fn of_packet(head: &str, key: &str, context: &Context<'_>) -> Option<Field> {
    let opaque = |protocol| Field::Opaque(protocol, quote(&format!("{head} {key}")));
    Some(match (head, key) {
        ("meta", "l4proto") => Field::Layer4(None),
        ("meta", "nfproto" | "protocol") => Field::Version,
        ("meta", "iif" | "iifname") => Field::Interface(context.comes.clone()),
        ("meta", "oif" | "oifname") => Field::Interface(context.leaves.clone()),
        ("ct", "state") if context.tracking != Tracking::Open => {
            Field::State(context.tracking == Tracking::Done, context.untracked.clone())
        }
        ("ct", "status") if context.tracking != Tracking::Open => {
            Field::Status(context.tracking == Tracking::Done, context.untracked.clone())
        }
        ("ct", "direction") if context.tracking != Tracking::Open => {
            Field::Direction(context.tracking == Tracking::Done, context.untracked.clone())
        }
        // What comes from the host itself has no Ethernet header yet.
        ("ether", "type") if context.table.family == "netdev" => Field::Version,
        ("tcp", _) => opaque(Some(Protocol::Tcp)),
        ("udp", _) => opaque(Some(Protocol::Udp)),
        ("icmp" | "icmpv6" | "igmp" | "esp" | "ah" | "sctp" | "dccp" | "udplite" | "comp", _) => {
            opaque(Some(Protocol::Other))
        }
        ("ip" | "ip6" | "meta" | "ct" | "ether" | "vlan", _) => opaque(None),
        _ => return None,
    })
}

/// `fib daddr type local`; other questions to the routes are open.
fn fib(words: &[Token], at: usize) -> Option<(Field, usize)> {
    let asks = ["daddr", "type"];
    let same = asks.iter().zip(words.get(at + 1..)?).all(|(text, word)| word.is(text));
    same.then_some((Field::AddressKind, at + 3))
}
