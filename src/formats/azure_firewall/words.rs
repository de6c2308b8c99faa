//! The words that stand for addresses, ports and protocols.
//!
//! Source: "Azure Firewall FAQ" and "IP Groups in Azure Firewall" (learn.microsoft.com/azure/firewall), which take single
//! addresses, CIDR blocks and ranges.

use crate::addresses::{AddressSet, Family, parse_entry};
use crate::policy::{Condition, Protocol};

/// What one address of a rule means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Addresses {
    Set(AddressSet),
    Tag(String),
}

/// Everything that the firewall can carry: it "doesn't currently support IPv6".
/// Source: "Overview of IPv6 for Azure Virtual Network" (learn.microsoft.com/azure/virtual-network/ip-services/ipv6-overview).
pub(super) fn everything() -> AddressSet {
    AddressSet::all_of(Family::V4)
}

/// Reads one address, prefix, range or service tag.
///
/// # Errors
/// Why it is none, as the end of a sentence.
pub(super) fn addresses(word: &str) -> Result<Addresses, String> {
    if word == "*" {
        return Ok(Addresses::Set(everything()));
    }
    match parse_entry(word) {
        Some(Ok(entry)) if entry.set.is_subset(&everything()) => Ok(Addresses::Set(entry.set)),
        Some(Ok(_)) => Err("Azure Firewall takes IPv4 only".to_owned()),
        Some(Err(error)) => Err(error.to_string()),
        None if is_tag(word) => Ok(Addresses::Tag(word.to_owned())),
        None => Err("this is neither an address nor a service tag".to_owned()),
    }
}

fn is_tag(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

pub(super) fn destination(addresses: Addresses) -> Condition {
    match addresses {
        Addresses::Set(set) => Condition::destination(set),
        Addresses::Tag(tag) => Condition::DestinationTag(tag),
    }
}

pub(super) fn source(addresses: Addresses) -> Condition {
    match addresses {
        Addresses::Set(set) if everything().is_subset(&set) => Condition::always(),
        Addresses::Set(set) => Condition::Source(set),
        Addresses::Tag(tag) => Condition::SourceTag(tag),
    }
}

/// Reads a protocol of a network rule; `Some(None)` for any.
pub(super) fn protocol(word: &str) -> Option<Option<Protocol>> {
    Some(match word.to_ascii_lowercase().as_str() {
        "any" | "*" => None,
        "tcp" => Some(Protocol::Tcp),
        "udp" => Some(Protocol::Udp),
        "icmp" => Some(Protocol::Other),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_words() {
        let set = |text: &str| parse_entry(text).expect("an entry").expect("an address").set;
        assert_eq!(addresses("*"), Ok(Addresses::Set(everything())));
        assert_eq!(addresses("10.0.0.0-10.0.0.9"), Ok(Addresses::Set(set("10.0.0.0-10.0.0.9"))));
        assert_eq!(addresses("Storage.WestEurope"), Ok(Addresses::Tag("Storage.WestEurope".to_owned())));
        assert!(addresses("2603:1000::/24").is_err() && addresses("10.0.0.0/40").is_err() && addresses("a b").is_err());
    }
}
