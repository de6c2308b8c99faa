//! From an entry to the condition under which it matches.

use super::lines::{Entry, Meant, Scope};
use super::tokens::{What, Written};
use crate::addresses::AddressSet;
use crate::hosts::{self, HostPattern, Product, Shape};
use crate::policy::{Condition, HostTest, OnAddress, Planes, Protocol, Reason, Subject};

const PATH: &str = "the entry has a path, which cannot be seen in encrypted traffic without interception";
const REGEX: &str = "regular expressions differ between products; this one is not read";
const ANYTHING: &str = "a word such as `any` in a list may mean every destination";

/// The conditions of an entry; any of them is enough. Most entries have one.
pub(super) fn conditions(entry: &Entry, product: &Product) -> Vec<Condition> {
    let destinations = match &entry.meant {
        Meant::Anything => vec![unknown(Vec::new(), ANYTHING)],
        Meant::Names(meant) => named(meant.clone()),
        Meant::Written(written) => destinations(written, product),
    };
    destinations.into_iter().map(|destination| limited(destination, entry)).collect()
}

fn destinations(written: &Written, product: &Product) -> Vec<Condition> {
    match &written.what {
        What::Addresses { set, .. } => vec![Condition::destination(set.clone())],
        What::Tag(tag) => vec![Condition::DestinationTag(tag.clone())],
        What::Regex => vec![unknown(vec![Condition::host(HostPattern::Any)], REGEX)],
        What::Name(name) => {
            let mut parts = named(product.meant(name, written.around));
            if name.shape == Shape::Everything {
                let addresses = vec![Condition::destination(AddressSet::all())];
                parts.push(unknown(addresses, "a lone star may or may not include bare addresses"));
            }
            parts
        }
    }
}

fn is_address(written: &Written) -> bool {
    matches!(written.what, What::Addresses { .. })
}

/// The names that an entry matches for certain, and those that it may match.
fn named(meant: hosts::Meant) -> Vec<Condition> {
    let surely = meant.surely.map(|name| Condition::host(HostPattern::Exact(name)));
    let pattern = Condition::Host(HostTest {
        pattern: meant.pattern,
        subject: Subject::Host,
        on_address: OnAddress::Never,
        maybe: meant.maybe.map(Reason::new),
    });
    surely.into_iter().chain([pattern]).collect()
}

fn unknown(mut parts: Vec<Condition>, why: &str) -> Condition {
    parts.push(Condition::Unknown(Reason::new(why)));
    Condition::All(parts)
}

/// A destination under the limits that its entry and its line give.
fn limited(destination: Condition, entry: &Entry) -> Condition {
    let mut parts = vec![destination];
    match ports(entry) {
        Some(ports) => parts.push(Condition::Port(ports)),
        None => parts.extend(perhaps(&entry.limits.perhaps)),
    }
    parts.extend(protocol(&entry.limits.protocols));
    parts.extend(entry.limits.source.clone().map(Condition::Source));
    let path =
        matches!(&entry.meant, Meant::Written(written) if written.around.path && is_address(written)).then_some(PATH);
    let doubts = entry.doubt.as_ref().map(|doubt| doubt.why.as_str()).into_iter().chain(path);
    parts.extend(doubts.map(|why| Condition::Unknown(Reason::new(why))));
    match parts.len() {
        1 => parts.remove(0),
        _ => Condition::All(parts),
    }
}

/// The ports of a heading hold for certain, others perhaps.
fn perhaps(ports: &[(u16, u16)]) -> Option<Condition> {
    let others = Condition::Unknown(Reason::new("the heading above may limit the entry to its ports"));
    (!ports.is_empty()).then(|| Condition::Any(vec![Condition::Port(ports.to_vec()), others]))
}

/// The ports of an entry: its own before those of its line; `None` for all.
pub(super) fn ports(entry: &Entry) -> Option<Vec<(u16, u16)>> {
    let own = match &entry.meant {
        Meant::Written(written) => Some(written.ports.clone()).filter(|ports| !ports.is_empty()),
        _ => None,
    };
    own.or_else(|| Some(entry.limits.ports.clone())).filter(|ports| !ports.is_empty())
}

fn protocol(protocols: &[Protocol]) -> Option<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    for protocol in protocols {
        let condition = Condition::Protocol(*protocol);
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => Some(Condition::Any(conditions)),
    }
}

/// What a text that is not understood may match.
pub(super) fn not_understood(scope: Scope, text: &str) -> Condition {
    let why = format!("`{text}` is not understood");
    match scope {
        Scope::Addresses => unknown(vec![Condition::destination(AddressSet::all())], &why),
        Scope::Anything => Condition::Unknown(Reason::new(why)),
    }
}

/// The planes that an entry speaks.
pub(super) fn planes(entry: &Entry) -> Planes {
    match &entry.meant {
        Meant::Names(_) => Planes::NAMES,
        Meant::Anything => Planes::BOTH,
        Meant::Written(written) => match &written.what {
            What::Addresses { .. } | What::Tag(_) => Planes::ADDRESSES,
            What::Name(name) if name.shape == Shape::Everything => Planes::BOTH,
            What::Name(_) | What::Regex => Planes::NAMES,
        },
    }
}
