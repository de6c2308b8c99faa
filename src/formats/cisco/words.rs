//! What the words of a line on IOS and NX-OS tell about it.

use super::config::{Kind, ObjectKind};
use crate::addresses::Family;

/// Blocks whose own lines begin with `permit`, `deny` or `ip access-group`, and filter no packets that pass.
pub(super) fn is_foreign(words: &[&str]) -> bool {
    match words {
        ["mac" | "arp", "access-list", ..] | ["ip", "access-list", "role-based" | "fqdn", ..] => true,
        ["ip" | "ipv6", kind, ..] => kind.contains("community-list") || kind.contains("prefix-list"),
        [first, ..] => ["control-plane", "route-map", "class-map", "policy-map", "role", "line", "vrf"].contains(first),
        [] => false,
    }
}

/// Where indentation is lost, these tell that an interface's lines are over.
pub(super) fn ends_interface(word: &str) -> bool {
    ["router", "end", "exit", "hostname"].contains(&word)
}

/// `ip access-list extended OUT`, `ip access-list OUT` (NX-OS), `Extended IP access list 101` (as shown).
pub(super) fn list_header<'w>(words: &[&'w str]) -> Option<(&'w str, Family, Kind)> {
    let small: Vec<String> = words.iter().take(4).map(|word| word.to_lowercase()).collect();
    let small: Vec<&str> = small.iter().map(String::as_str).collect();
    Some(match (small.as_slice(), words) {
        (["ip", "access-list", "extended", _], [.., name]) => (*name, Family::V4, Kind::Extended),
        (["ip", "access-list", "standard", _], [.., name]) => (*name, Family::V4, Kind::Standard),
        (["ip", "access-list", _], [.., name]) => (*name, Family::V4, Kind::Extended),
        (["ipv6", "access-list", _], [.., name]) => (*name, Family::V6, Kind::Extended),
        (["extended", "ip", "access", "list"], [_, _, _, _, name, ..]) => (*name, Family::V4, Kind::Extended),
        (["standard", "ip", "access", "list"], [_, _, _, _, name, ..]) => (*name, Family::V4, Kind::Standard),
        (["ip", "access", "list", _], [_, _, _, name, ..]) => (*name, Family::V4, Kind::Extended),
        (["ipv4", "acl", _], [_, _, name]) => (*name, Family::V4, Kind::Extended),
        (["ipv6", "acl", _], [_, _, name]) => (*name, Family::V6, Kind::Extended),
        (["ipv6", "access", "list", _], [_, _, _, name, ..]) => (*name, Family::V6, Kind::Extended),
        _ => return None,
    })
}

pub(super) fn object_kind(words: &[&str]) -> ObjectKind {
    match words {
        ["network"] | ["ip" | "ipv6", "address"] | ["v6-network"] => ObjectKind::Network,
        ["service"] | ["v6-service"] => ObjectKind::Service,
        ["ip" | "ipv6", "port"] => ObjectKind::Ports,
        _ => ObjectKind::Other,
    }
}

pub(super) fn is_entry(words: &[String]) -> bool {
    let actions = ["permit", "deny", "remark", "evaluate", "dynamic"];
    let (_, rest) = split_number(words);
    rest.first().is_some_and(|word| actions.contains(&word.as_str()))
}

/// A misspelt action before a protocol and an address.
pub(super) fn looks_like_entry(words: &[String]) -> bool {
    let (_, rest) = split_number(words);
    let [_, protocol, source, ..] = rest.as_slice() else { return false };
    let address = ["any", "host", "object-group", "addrgroup"].contains(&source.as_str())
        || source.split('/').next().is_some_and(|head| head.parse::<std::net::IpAddr>().is_ok());
    address && super::ports::protocol(protocol).is_some()
}

pub(super) fn is_member(word: &str) -> bool {
    let words = ["host", "any", "range", "group-object", "eq", "neq", "gt", "lt", "tcp", "udp", "tcp-udp", "icmp"];
    words.contains(&word) || word.split('/').next().is_some_and(|head| head.parse::<std::net::IpAddr>().is_ok())
}

/// `10.1.0.0, wildcard bits 0.0.255.255` is how `show access-lists` prints a standard entry.
pub(super) fn as_typed(words: &[String]) -> Vec<String> {
    match words.iter().position(|word| word == "wildcard") {
        Some(at) if words.get(at + 1).is_some_and(|word| word == "bits") => {
            let kept = words[..at].iter().map(|word| word.trim_end_matches(',').to_owned());
            kept.chain(words[at + 2..].iter().cloned()).collect()
        }
        _ => words.to_vec(),
    }
}

/// `10 permit …`, `sequence 10 permit …`, `permit … sequence 10`
pub(super) fn split_number(words: &[String]) -> (Option<u32>, Vec<String>) {
    let number = |word: &String| word.parse::<u32>().ok();
    match words {
        [word, number_word, rest @ ..] if word == "sequence" && number(number_word).is_some() => {
            (number(number_word), rest.to_vec())
        }
        [first, rest @ ..] if number(first).is_some() => (number(first), rest.to_vec()),
        [rest @ .., word, last] if word == "sequence" && number(last).is_some() && rest[..1] != ["remark"] => {
            (number(last), rest.to_vec())
        }
        _ => (None, words.to_vec()),
    }
}
