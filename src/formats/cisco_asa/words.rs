//! What the words of a line on the ASA tell about it.

use super::super::cisco::config::ObjectKind;
use super::super::cisco::networks::{Mask, masked};
use super::super::cisco::orders::without_hits;
use super::shown;
use crate::addresses::AddressSet;

/// Without the count of hits and the hash that `show access-list` adds; whether there were any.
pub(super) fn without_count(words: Vec<String>) -> (Vec<String>, bool) {
    let is_hash = |word: &String| word.starts_with("0x") && word[2..].chars().all(|c| c.is_ascii_hexdigit());
    let remark = words.first().is_some_and(|word| word == "remark");
    let counted = words.iter().any(|word| word.starts_with("(hitcnt=")) || words.last().is_some_and(is_hash);
    if remark || !counted {
        return (words, false);
    }
    let states = ["(unresolved)", "(resolved)"];
    let kept: Vec<String> =
        words.into_iter().filter(|word| !states.contains(&word.as_str()) && !is_hash(word)).collect();
    if shown::is_resolved(&kept) {
        return (kept, true);
    }
    (without_hits(&kept), true)
}

pub(super) fn group_kind(kind: &str, rest: &[&str]) -> ObjectKind {
    match (kind, rest) {
        ("network", _) => ObjectKind::Network,
        ("service", []) => ObjectKind::Service,
        ("service", _) => ObjectKind::Ports,
        ("protocol", _) => ObjectKind::Protocols,
        _ => ObjectKind::Other,
    }
}

/// `network-object host 192.0.2.1` and `host 192.0.2.1` say the same.
pub(super) fn member_words(words: &[String]) -> Vec<String> {
    let heads = ["network-object", "subnet", "service-object", "service", "port-object", "protocol-object"];
    let skip = words.first().is_some_and(|word| heads.contains(&word.as_str()));
    words[usize::from(skip)..].to_vec()
}

pub(super) fn is_member(head: &str) -> bool {
    const MEMBERS: &[&str] = &[
        "network-object",
        "subnet",
        "host",
        "range",
        "fqdn",
        "service-object",
        "service",
        "port-object",
        "protocol-object",
        "group-object",
        "icmp-object",
        "user",
        "user-group",
    ];
    MEMBERS.contains(&head)
}

/// Where indentation is lost, these tell that an interface's lines are over.
pub(super) const ENDS_INTERFACE: &[&str] =
    &["ftp", "dns", "router", "crypto", "pager", "mtu", "logging", "aaa", "class-map", "policy-map", "username"];

pub(super) fn network_of(address: &str, mask: &str) -> AddressSet {
    let (Ok(address), Ok(mask)) = (address.parse::<std::net::Ipv4Addr>(), mask.parse::<std::net::Ipv4Addr>()) else {
        return AddressSet::empty();
    };
    let network = std::net::Ipv4Addr::from_bits(address.to_bits() & mask.to_bits());
    masked(network, mask, Mask::Net).unwrap_or_default()
}
