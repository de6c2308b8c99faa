//! The words that stand for addresses, ports and protocols.
//!
//! Sources: "Network security groups overview" (learn.microsoft.com/azure/virtual-network/network-security-groups-overview)
//! for the fields of a rule, "Service tags overview" (…/service-tags-overview) for the tags and their classic spellings.

use crate::addresses::{AddressSet, Family, parse_entry};
use crate::formats::azure::conditions;
use crate::policy::{Condition, Protocol};
use std::net::Ipv4Addr;

/// The virtual address of the host node, where probes and the platform's DNS live: never an Internet destination.
const HOST_NODE: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);
/// The instance metadata service.
const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);

/// What one address prefix of a rule means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Addresses {
    Set(AddressSet),
    /// A service tag that the published tables hold.
    Tag(String),
    /// The platform's licence servers, which answer on port 1688 only ("Azure platform considerations").
    Licences,
}

/// Reads one address prefix.
///
/// # Errors
/// Why it is none, as the end of a sentence.
pub(super) fn addresses(word: &str) -> Result<Addresses, String> {
    let lower = word.to_ascii_lowercase();
    Ok(Addresses::Set(match lower.as_str() {
        "*" | "any" => AddressSet::all(),
        // "Includes the Azure-owned public IP address space."
        "internet" => AddressSet::public(),
        "virtualnetwork" | "virtual_network" => AddressSet::private(),
        "azureplatformlkm" => return Ok(Addresses::Licences),
        platform if platform_tag(platform).is_some() => platform_tag(platform).unwrap_or_default(),
        _ => match parse_entry(word) {
            // `*` holds both families, 0.0.0.0/0 IPv4 only.
            Some(Ok(entry)) if is_prefix(word) => entry.set,
            Some(Ok(_)) => return Err("Azure takes an address, a prefix or a service tag here".to_owned()),
            Some(Err(error)) => return Err(error.to_string()),
            None if is_tag(word) => return Ok(Addresses::Tag(word.to_owned())),
            None => return Err("this is neither an address nor a service tag".to_owned()),
        },
    }))
}

/// Whether an entry is a single IP address or a prefix; lists of other products have ranges too.
/// Source: learn.microsoft.com/rest/api/virtualnetwork/security-rules/get, "CIDR or destination IP range", of which Azure
/// refuses all but "a single IP address, IP subnet, default tag, or *" (`NetworkSecurityGroupRule.SourceAddressPrefix`).
fn is_prefix(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '/'))
}

/// The addresses of the tags that alone reach the platform: any other rule passes its traffic by.
/// Source: "Azure platform considerations", learn.microsoft.com/azure/virtual-network/network-security-groups-overview
pub(super) fn platform_tag(word: &str) -> Option<AddressSet> {
    match word.to_ascii_lowercase().as_str() {
        "azureloadbalancer" | "azure_loadbalancer" | "azureplatformdns" => Some(HOST_NODE),
        "azureplatformimds" => Some(METADATA),
        _ => None,
    }
    .map(|address| AddressSet::from_address(address.into()))
}

/// The addresses of the platform that no rule without such a tag filters.
pub(super) fn platform() -> AddressSet {
    AddressSet::from_address(HOST_NODE.into()).union(&AddressSet::from_address(METADATA.into()))
}

pub(super) fn is_virtual_network(word: &str) -> bool {
    word.eq_ignore_ascii_case("VirtualNetwork") || word.eq_ignore_ascii_case("VIRTUAL_NETWORK")
}

pub(super) fn is_internet(word: &str) -> bool {
    word.eq_ignore_ascii_case("Internet")
}

fn is_tag(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// The destination is one of these.
pub(super) fn destination(addresses: Addresses) -> Condition {
    match addresses {
        Addresses::Set(set) => Condition::destination(set),
        Addresses::Tag(tag) => Condition::DestinationTag(tag),
        Addresses::Licences => Condition::All(vec![
            Condition::Port(vec![(1688, 1688)]),
            Condition::DestinationTag("AzurePlatformLKM".to_owned()),
        ]),
    }
}

/// The source is one of these. Both ends of a packet are of one family, so "every IPv4 source" is no limit to an
/// IPv4 destination.
pub(super) fn source(addresses: Addresses) -> Condition {
    let set = match addresses {
        Addresses::Set(set) => set,
        Addresses::Tag(tag) => return Condition::SourceTag(tag),
        // The licence servers open no connection.
        Addresses::Licences => return Condition::never(),
    };
    let whole = [Family::V4, Family::V6].into_iter().filter(|&family| AddressSet::all_of(family).is_subset(&set));
    let whole: Vec<Family> = whole.collect();
    let [family] = whole[..] else {
        return if whole.is_empty() { Condition::Source(set) } else { Condition::always() };
    };
    let all = AddressSet::all_of(family);
    let of_family = Condition::destination(all.clone());
    match set.minus(&all) {
        rest if rest.is_empty() => of_family,
        rest => Condition::Any(vec![of_family, Condition::Source(rest)]),
    }
}

/// Reads `*`, `Any`, `443` or `80-443`; `None` if the text is none of them.
pub(super) fn ports(word: &str) -> Option<(u16, u16)> {
    conditions::ports(if word.eq_ignore_ascii_case("any") { "*" } else { word })
}

/// Reads a protocol; `Some(None)` for any. `All` is what effective rules write.
pub(super) fn protocol(word: &str) -> Option<Option<Protocol>> {
    Some(match word.to_ascii_lowercase().as_str() {
        "*" | "any" | "all" => None,
        "tcp" | "6" => Some(Protocol::Tcp),
        "udp" | "17" => Some(Protocol::Udp),
        "icmp" | "icmpv4" | "icmpv6" | "esp" | "ah" => Some(Protocol::Other),
        number => number.parse::<u8>().ok().map(|_| Some(Protocol::Other))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Result<Addresses, String> {
        Ok(Addresses::Set(AddressSet::from_net(text.parse().expect("net"))))
    }

    #[test]
    fn address_words() {
        assert_eq!(addresses("*"), Ok(Addresses::Set(AddressSet::all())));
        assert_eq!(addresses("0.0.0.0/0"), Ok(Addresses::Set(AddressSet::all_of(Family::V4))));
        assert_eq!(addresses("INTERNET"), Ok(Addresses::Set(AddressSet::public())));
        assert_eq!(addresses("VIRTUAL_NETWORK"), Ok(Addresses::Set(AddressSet::private())));
        assert_eq!(addresses("AzureLoadBalancer"), net("168.63.129.16/32"));
        assert_eq!(addresses("20.60.0.0/16"), net("20.60.0.0/16"));
        assert_eq!(addresses("Storage.WestEurope"), Ok(Addresses::Tag("Storage.WestEurope".to_owned())));
        assert!(addresses("10.0.0.0/40").is_err() && addresses("https://x").is_err());
        assert!(addresses("20.60.0.0-20.60.255.255").is_err());
    }

    #[test]
    fn port_words() {
        assert_eq!(ports("*"), Some((0, 65535)));
        assert_eq!(ports("443"), Some((443, 443)));
        assert_eq!(ports("80-443"), Some((80, 443)));
        for none in ["443-80", "70000", "https", ""] {
            assert_eq!(ports(none), None, "{none}");
        }
    }

    #[test]
    fn protocol_words() {
        assert_eq!(protocol("TCP"), Some(Some(Protocol::Tcp)));
        assert_eq!(protocol("6"), Some(Some(Protocol::Tcp)));
        assert_eq!(protocol("*"), Some(None));
        assert_eq!(protocol("All"), Some(None));
        assert_eq!(protocol("Esp"), Some(Some(Protocol::Other)));
        assert_eq!(protocol("50"), Some(Some(Protocol::Other)));
        assert_eq!(protocol("Tcpp"), None);
    }
}
