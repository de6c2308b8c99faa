//! The values of `src` and `dst`: what Squid 5.7 was seen to make of each.

use crate::addresses::AddressSet;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

/// What a value of `src` or `dst` means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Addresses(AddressSet, Option<Warning>),
    /// A host name, which Squid looks up when it starts.
    HostName,
    /// Squid refuses the file.
    Refused,
}

/// Something that its author did not mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Warning {
    /// Bits beyond the prefix are set; Squid masks them away.
    HostBits,
    /// The mask's ones are not one run from the left; Squid keeps the ones on the left only.
    OddMask,
    /// A prefix length of 0 in any form but `0.0.0.0/0` matches nothing.
    ZeroLength,
    /// The range ends before it starts; Squid keeps its first address only.
    ReversedRange,
}

impl Warning {
    /// The stable id of its problem.
    pub fn id(self) -> &'static str {
        match self {
            Warning::HostBits => "host-bits",
            Warning::OddMask => "odd-mask",
            Warning::ZeroLength => "never-matches",
            Warning::ReversedRange => "reversed-range",
        }
    }

    /// What it means, after the quoted value.
    pub fn text(self) -> &'static str {
        match self {
            Warning::HostBits => "has bits set beyond its prefix length; Squid masks them away",
            Warning::OddMask => "has a mask that is no netmask; Squid keeps only the ones on its left",
            Warning::ZeroLength => "never matches anything in Squid; write `all`",
            Warning::ReversedRange => "ends before it starts; Squid matches its first address only",
        }
    }
}

pub(super) fn read(text: &str) -> Value {
    match text {
        "all" | "0.0.0.0/0" | "0/0" | "0.0.0.0/0.0.0.0" => Value::Addresses(AddressSet::all(), None),
        "ipv4" => never(),
        "ipv6" => Value::Addresses(ipv6(), None),
        _ => range(text),
    }
}

fn never() -> Value {
    Value::Addresses(AddressSet::empty(), Some(Warning::ZeroLength))
}

/// The unicast blocks that `ipv6` stands for: 1000::/4 to e000::/4, unique local, link-local.
fn ipv6() -> AddressSet {
    let blocks = ["1000::/4", "2000::/3", "4000::/2", "8000::/2", "c000::/3", "e000::/4", "fc00::/7", "fe80::/10"];
    AddressSet::from_nets(blocks.iter().filter_map(|block| block.parse::<IpNet>().ok()))
}

/// `first[-last][/mask]`
fn range(text: &str) -> Value {
    let (ends, mask) = text.split_once('/').map_or((text, None), |(ends, mask)| (ends, Some(mask)));
    let (first, last) = ends.split_once('-').map_or((ends, None), |(first, last)| (first, Some(last)));
    let Some(start) = address(first) else {
        return match looks_like_name(first) && last.is_none() {
            true => Value::HostName,
            false => Value::Refused,
        };
    };
    let end = last.map_or(Some(start), address);
    let length = mask.map_or(Some((if start.is_ipv4() { 32 } else { 128 }, false)), |mask| length(mask, start));
    match (end, length) {
        (Some(_), Some((0, _))) => never(),
        (Some(end), Some((length, odd))) => between(start, end, length, odd),
        _ => Value::Refused,
    }
}

fn between(start: IpAddr, end: IpAddr, length: u8, odd: bool) -> Value {
    let (Ok(first), Ok(last)) = (IpNet::new(start, length), IpNet::new(end, length)) else {
        return Value::Refused;
    };
    let masked_away = first.trunc() != first || last.trunc() != last;
    match AddressSet::from_range(first.network(), last.broadcast()) {
        Some(set) => {
            let warning = if odd { Some(Warning::OddMask) } else { masked_away.then_some(Warning::HostBits) };
            Value::Addresses(set, warning)
        }
        None => Value::Addresses(AddressSet::from_net(first), Some(Warning::ReversedRange)),
    }
}

/// The prefix length of a mask, and whether the mask is no netmask.
fn length(mask: &str, of: IpAddr) -> Option<(u8, bool)> {
    if mask.contains('.') {
        let bits = u32::from(mask.parse::<Ipv4Addr>().ok().filter(|_| of.is_ipv4())?);
        let ones = bits.leading_ones();
        return Some((ones as u8, ones + bits.trailing_zeros() < 32));
    }
    let longest = if of.is_ipv4() { 32 } else { 128 };
    mask.parse().ok().filter(|&length| length <= longest).map(|length| (length, false))
}

fn address(text: &str) -> Option<IpAddr> {
    match text.contains(':') {
        true => text.parse().ok().filter(IpAddr::is_ipv6),
        false => ipv4(text).map(IpAddr::V4),
    }
}

/// An IPv4 address as the C library reads it: `10.1` is 10.0.0.1, and a leading zero means octal.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
    let (&last, heads) = parts.split_last()?;
    if heads.len() > 3 || heads.iter().any(|&head| head > 255) || last >= 1 << (8 * (4 - heads.len())) {
        return None;
    }
    let head = heads.iter().enumerate().fold(0, |bits, (index, part)| bits | part << (24 - 8 * index));
    Some(Ipv4Addr::from_bits((head | last) as u32))
}

fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    match digits.starts_with('+') {
        true => None,
        false => u64::from_str_radix(digits, radix).ok(),
    }
}

fn looks_like_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.chars().all(allowed) && text.contains(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> String {
        match read(text) {
            Value::Addresses(set, warning) => {
                let prefixes: Vec<String> = set.prefixes().iter().map(ToString::to_string).collect();
                prefixes.join(" ") + warning.map_or("", |warning| warning.id())
            }
            other => format!("{other:?}"),
        }
    }

    /// Every row was put to Squid 5.7 as `acl a dst …` with addresses in and around it.
    #[test]
    fn values_mean_what_squid_makes_of_them() {
        for (text, expected) in [
            ("all", "0.0.0.0/0 ::/0"),
            ("0.0.0.0/0", "0.0.0.0/0 ::/0"),
            ("0/0", "0.0.0.0/0 ::/0"),
            ("::/0", "never-matches"),
            ("10.0.0.0/0", "never-matches"),
            ("ipv4", "never-matches"),
            ("10.1.0.0/16", "10.1.0.0/16"),
            ("10.1.2.3/16", "10.1.0.0/16host-bits"),
            ("10.1.0.0/255.255.0.0", "10.1.0.0/16"),
            ("10.1.0.0/0.0.255.255", "never-matches"),
            ("10.1.0.3/255.255.0.255", "10.1.0.0/16odd-mask"),
            ("1.2.3.4", "1.2.3.4/32"),
            ("1.2.3.4-1.2.3.5", "1.2.3.4/31"),
            ("10.1.0.0-10.3.0.0/16", "10.1.0.0/16 10.2.0.0/15"),
            ("1.2.3.9-1.2.3.1", "1.2.3.9/32reversed-range"),
            ("010.1.0.0", "8.1.0.0/32"),
            ("10/8", "0.0.0.0/8host-bits"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("2001:db8::2-2001:db8::3", "2001:db8::2/127"),
            ("10.1.0.256", "Refused"),
            ("10.1.0.0/33", "Refused"),
            ("10.0.0.0/", "Refused"),
            ("[2001:db8::1]", "Refused"),
            ("!10.0.0.0/8", "Refused"),
            ("-", "Refused"),
            ("ALL", "HostName"),
            ("proxy.example", "HostName"),
        ] {
            assert_eq!(printed(text), expected, "{text}");
        }
        assert!(matches!(read("ipv6"), Value::Addresses(set, None) if set.contains("fd00::1".parse().unwrap())));
    }
}
