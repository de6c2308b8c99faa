//! Addresses as the three platforms write them.

use super::config::Platform;
use super::cursor::Cursor;
use crate::addresses::{AddressSet, Family};
use crate::hosts::HostPattern;
use crate::hosts::products::ASA_FQDN;
use crate::policy::{Condition, Reason};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

/// The sources or destinations of an entry, or the members of a group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::formats) struct Networks {
    /// Whatever address, and whatever name.
    pub any: bool,
    pub set: AddressSet,
    pub hosts: Vec<HostPattern>,
    pub unknown: Vec<Reason>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Side {
    Source,
    Destination,
}

impl Networks {
    pub fn of(set: AddressSet) -> Self {
        Networks { set, ..Networks::default() }
    }

    pub fn any() -> Self {
        Networks { any: true, ..Networks::default() }
    }

    pub fn unknown(reason: Reason) -> Self {
        Networks { unknown: vec![reason], ..Networks::default() }
    }

    /// The addresses of a name: ASA resolves FQDN objects by DNS, and knows no wildcards in them.
    pub fn named(name: &str, reason: Reason) -> Self {
        let meant = ASA_FQDN.read(name).filter(|meant| meant.maybe.is_none());
        match meant {
            Some(meant) => Networks { hosts: vec![meant.pattern], ..Networks::default() },
            None => Networks::unknown(reason),
        }
    }

    pub fn join(&mut self, other: Networks) {
        self.any |= other.any;
        self.set = self.set.union(&other.set);
        self.hosts.extend(other.hosts);
        for reason in other.unknown {
            if !self.unknown.contains(&reason) {
                self.unknown.push(reason);
            }
        }
    }

    pub fn join_all(&mut self, others: Vec<Networks>) {
        let sets: Vec<AddressSet> = others.iter().map(|other| other.set.clone()).collect();
        self.set = self.set.union(&AddressSet::union_all(&sets));
        others.into_iter().for_each(|other| self.join(Networks { set: AddressSet::empty(), ..other }));
    }

    /// When a rule that tests these applies. Where names are denied, addresses behind them are, too: DNS decides.
    pub fn condition(&self, side: Side, denies: bool) -> Condition {
        if self.any {
            return Condition::always();
        }
        let mut parts: Vec<Condition> = self.unknown.iter().cloned().map(Condition::Unknown).collect();
        if !self.hosts.is_empty() && (denies || side == Side::Source) {
            let text = "the entry names an FQDN object, whose addresses only the firewall's DNS can tell";
            parts.push(Condition::Unknown(Reason::new(text)));
        }
        match side {
            Side::Source => parts.push(Condition::Source(self.set.clone())),
            Side::Destination => {
                parts.push(Condition::destination(self.set.clone()));
                parts.extend(self.hosts.iter().cloned().map(Condition::host));
            }
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => Condition::Any(parts),
        }
    }
}

/// What stands behind an address says how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Mask {
    /// A set bit must agree.
    Net,
    /// A set bit does not matter.
    Wildcard,
}

impl Mask {
    pub fn of(platform: Platform) -> Mask {
        match platform {
            Platform::Asa => Mask::Net,
            Platform::Ios | Platform::Nxos => Mask::Wildcard,
        }
    }
}

/// `10.0.0.0 255.0.0.0`, `10.0.0.0 /8`, `10.0.0.0/8`, `2001:db8::/32`, `10.0.0.1`.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub(in crate::formats) fn network(cursor: &mut Cursor<'_>, mask: Mask) -> Result<AddressSet, String> {
    let word = cursor.next();
    if word.contains('/') {
        return prefix(word);
    }
    let address: IpAddr = word.parse().map_err(|_| format!("`{word}` is no address"))?;
    let IpAddr::V4(address) = address else { return Ok(AddressSet::from_address(address)) };
    let next = cursor.peek();
    if let Some(length) = next.strip_prefix('/') {
        cursor.next();
        return prefix(&format!("{address}/{length}"));
    }
    let Ok(bits) = next.parse::<Ipv4Addr>() else { return Ok(AddressSet::from_address(address.into())) };
    cursor.next();
    masked(address, bits, mask)
}

pub(in crate::formats) fn prefix(word: &str) -> Result<AddressSet, String> {
    let net: IpNet = word.parse().map_err(|_| format!("`{word}` is no prefix"))?;
    Ok(AddressSet::from_net(net))
}

pub(in crate::formats) fn masked(address: Ipv4Addr, bits: Ipv4Addr, mask: Mask) -> Result<AddressSet, String> {
    match mask {
        Mask::Wildcard => AddressSet::from_wildcard(address, bits)
            .map_err(|count| format!("the wildcard mask {bits} stands for {count} ranges; it looks like a netmask")),
        Mask::Net if bits.to_bits().leading_ones() + bits.to_bits().trailing_zeros() < 32 => {
            Err(format!("{bits} is no netmask"))
        }
        // "ERROR: IP address,mask doesn't pair": the ASA takes no host bits.
        Mask::Net if address.to_bits() & !bits.to_bits() != 0 => {
            Err(format!("{address} has bits outside of the mask {bits}, which the ASA refuses"))
        }
        Mask::Net => prefix(&format!("{address}/{}", bits.to_bits().leading_ones())),
    }
}

/// The addresses from one to another.
pub(in crate::formats) fn range(cursor: &mut Cursor<'_>) -> Result<AddressSet, String> {
    let (first, last) = (cursor.next(), cursor.next());
    let address = |word: &str| word.parse::<IpAddr>().map_err(|_| format!("`{word}` is no address"));
    AddressSet::from_range(address(first)?, address(last)?).ok_or(format!("`{first} {last}` is no range"))
}

pub(in crate::formats) fn all(family: Option<Family>) -> AddressSet {
    family.map_or_else(AddressSet::all, AddressSet::all_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn read(text: &str, mask: Mask) -> Result<String, String> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let set = network(&mut Cursor::new(&words, Span { file: 0, start: 0, end: 1 }), mask)?;
        Ok(set.prefixes().iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn netmasks_and_wildcard_masks_are_opposites() {
        for (text, mask, expected) in [
            ("10.1.0.0 255.255.0.0", Mask::Net, "10.1.0.0/16"),
            ("10.1.0.0 0.0.255.255", Mask::Wildcard, "10.1.0.0/16"),
            ("0.0.0.0 0.0.0.0", Mask::Net, "0.0.0.0/0"),
            ("10.0.0.0 0.0.2.0", Mask::Wildcard, "10.0.0.0/32 10.0.2.0/32"),
            ("10.1.0.0 /16", Mask::Net, "10.1.0.0/16"),
            ("10.1.0.0/16", Mask::Wildcard, "10.1.0.0/16"),
            ("10.1.0.5", Mask::Net, "10.1.0.5/32"),
            ("2001:db8::/32", Mask::Net, "2001:db8::/32"),
        ] {
            assert_eq!(read(text, mask).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_a_device_would_refuse_is_not_guessed() {
        for (text, mask) in [
            ("10.1.0.0 0.0.255.255", Mask::Net),
            ("10.1.0.1 255.255.0.0", Mask::Net),
            ("10.1.0.0 255.255.255.0", Mask::Wildcard),
            ("10.1.0.300 255.255.0.0", Mask::Net),
            ("10.1.0.0/33", Mask::Net),
            ("", Mask::Net),
        ] {
            assert!(read(text, mask).is_err(), "{text}");
        }
    }
}
