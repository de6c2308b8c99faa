//! The values of `src` and `dst`: what Squid 5.7 was seen to make of each.

use crate::addresses::AddressSet;
use ipnet::{IpNet, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a value of `src` or `dst` means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Addresses(AddressSet, Option<Warning>),
    /// A host name, which Squid looks up when it starts.
    HostName,
    /// Squid refuses the file.
    Refused,
    /// Squid takes it, but for what is not known.
    Unclear,
}

/// Something that its author did not mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Warning {
    /// Bits beyond the prefix are set; Squid masks them away.
    HostBits,
    /// The mask's ones are not one run from the left; Squid keeps the ones on the left only.
    OddMask,
    /// A prefix length of 0 in any form but `0.0.0.0/0` leaves the addresses as they are written.
    ZeroLength,
    /// What follows the mask's digits, or a range's end, is not read.
    StrayText,
    /// `ipv4` matches nothing.
    Nothing,
    /// The range ends before it starts; Squid keeps its first address only.
    ReversedRange,
}

impl Warning {
    /// The stable id of its problem.
    pub fn id(self) -> &'static str {
        match self {
            Warning::HostBits => "host-bits",
            Warning::OddMask => "odd-mask",
            Warning::ZeroLength => "zero-length",
            Warning::StrayText => "odd-mask",
            Warning::Nothing => "never-matches",
            Warning::ReversedRange => "reversed-range",
        }
    }

    /// What it means, after the quoted value.
    pub fn text(self) -> &'static str {
        match self {
            Warning::HostBits => "has bits set beyond its prefix length; Squid masks them away",
            Warning::OddMask => "has a mask that is no netmask; Squid keeps only the ones on its left",
            Warning::ZeroLength => {
                "matches in Squid no more than the address as written; write `all` for every address"
            }
            Warning::StrayText => "goes on after what Squid reads of it; two values may have run together",
            Warning::Nothing => "never matches anything in Squid; write `all`",
            Warning::ReversedRange => "ends before it starts; Squid matches its first address only",
        }
    }
}

/// What Squid stores for `ipv4`. No request has it, but values that contain it are left out after it.
const UNSPECIFIED: IpNet = IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128));

pub(super) fn read(text: &str) -> Value {
    match text {
        "all" | "0.0.0.0/0" | "0/0" | "0.0.0.0/0.0.0.0" => Value::Addresses(AddressSet::all(), None),
        "ipv4" => Value::Addresses(AddressSet::from_net(UNSPECIFIED), Some(Warning::Nothing)),
        "ipv6" => Value::Addresses(ipv6(), None),
        _ => range(text),
    }
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
    let (last, stray) = last.map_or((None, false), |last| leading_address(last, start));
    let Some(end) = last.map_or(Some(start), address) else { return Value::Refused };
    let mask = match mask {
        _ if stray => Mask::Length(longest(start), Some(Warning::StrayText)),
        Some(text) => mask_of(text, start, last.is_some()),
        None => Mask::Length(longest(start), None),
    };
    match mask {
        Mask::Length(0, _) => between(start, end, longest(start), Some(Warning::ZeroLength)),
        Mask::Length(length, warning) => between(start, end, length, warning),
        Mask::Refused => Value::Refused,
        Mask::Unclear => Value::Unclear,
    }
}

/// The part of a range's end that Squid reads, and whether text follows it; then it reads no mask either.
fn leading_address(text: &str, like: IpAddr) -> (Option<&str>, bool) {
    let in_address =
        |c: char| if like.is_ipv4() { c.is_ascii_digit() || c == '.' } else { c.is_ascii_hexdigit() || c == ':' };
    let end = text.find(|c| !in_address(c)).unwrap_or(text.len());
    (Some(&text[..end]), end < text.len())
}

fn between(start: IpAddr, end: IpAddr, length: u8, warning: Option<Warning>) -> Value {
    let (Ok(first), Ok(last)) = (IpNet::new(start, length), IpNet::new(end, length)) else {
        return Value::Refused;
    };
    let masked_away = first.trunc() != first || last.trunc() != last;
    match AddressSet::from_range(first.network(), last.broadcast()) {
        Some(set) => Value::Addresses(set, warning.or(masked_away.then_some(Warning::HostBits))),
        None => Value::Addresses(AddressSet::from_net(first), Some(Warning::ReversedRange)),
    }
}

/// What Squid reads after the `/`.
enum Mask {
    Length(u8, Option<Warning>),
    Refused,
    Unclear,
}

fn longest(of: IpAddr) -> u8 {
    if of.is_ipv4() { 32 } else { 128 }
}

/// Squid reads the digits (for IPv4 also the dots) that come first, and nothing after them. Where there are none, the
/// addresses stand as they are written; after a single IPv6 address it refuses that.
fn mask_of(text: &str, of: IpAddr, is_range: bool) -> Mask {
    let in_mask = |c: char| c.is_ascii_digit() || (of.is_ipv4() && c == '.');
    let end = text.find(|c| !in_mask(c)).unwrap_or(text.len());
    let stray = (end < text.len()).then_some(Warning::StrayText);
    match &text[..end] {
        "" if stray.is_some() && (of.is_ipv4() || is_range) => Mask::Length(longest(of), stray),
        "" => Mask::Refused,
        dotted if dotted.contains('.') => netmask(dotted, stray),
        digits => prefix_length(digits, of, stray),
    }
}

/// A dotted mask: its ones on the left.
fn netmask(dotted: &str, stray: Option<Warning>) -> Mask {
    let Some(bits) = ipv4(dotted).map(u32::from) else { return Mask::Refused };
    let ones = bits.leading_ones();
    let odd = (ones + bits.trailing_zeros() < 32).then_some(Warning::OddMask);
    Mask::Length(ones as u8, stray.or(odd))
}

/// A number beyond 128 is taken for an address and made a mask.
fn prefix_length(digits: &str, of: IpAddr, stray: Option<Warning>) -> Mask {
    match digits.parse::<u8>() {
        Ok(length) if length <= longest(of) => Mask::Length(length, stray),
        Ok(..=128) => Mask::Refused,
        _ => Mask::Unclear,
    }
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
            ("::/0", "::/128zero-length"),
            ("10.0.0.0/0", "10.0.0.0/32zero-length"),
            ("ipv4", "::/128never-matches"),
            ("10.1.0.0/16", "10.1.0.0/16"),
            ("10.1.2.3/16", "10.1.0.0/16host-bits"),
            ("10.1.0.0/255.255.0.0", "10.1.0.0/16"),
            ("10.1.0.0/0.0.255.255", "10.1.0.0/32zero-length"),
            ("10.1.0.3/255.255.0.255", "10.1.0.0/16odd-mask"),
            ("1.2.3.4", "1.2.3.4/32"),
            ("1.2.3.4-1.2.3.5", "1.2.3.4/31"),
            ("10.1.0.0-10.3.0.0/16", "10.1.0.0/16 10.2.0.0/15"),
            ("1.2.3.9-1.2.3.1", "1.2.3.9/32reversed-range"),
            ("010.1.0.0", "8.1.0.0/32"),
            ("10/8", "0.0.0.0/8host-bits"),
            ("8.8.8.8-8.8.8.9/0", "8.8.8.8/31zero-length"),
            ("2001:db8::1/0", "2001:db8::1/128zero-length"),
            ("20.60.0.0/16all", "20.60.0.0/16odd-mask"),
            ("20.60.0.0/16,9.9.9.9", "20.60.0.0/16odd-mask"),
            ("10.1.2.3/abc", "10.1.2.3/32odd-mask"),
            ("10.1.2.3/0x10", "10.1.2.3/32zero-length"),
            ("10.1.2.3/-1", "10.1.2.3/32odd-mask"),
            ("10.1.2.3/8.5", "10.1.2.3/32zero-length"),
            ("10.0.0.0/255.255", "10.0.0.0/8odd-mask"),
            ("10.1.2.3-10.1.2.4,8.8.8.8", "10.1.2.3/32 10.1.2.4/32odd-mask"),
            ("10.1.2.3/16.", "Refused"),
            ("10.1.2.3/33all", "Refused"),
            ("2001:db8::/32x", "2001:db8::/32odd-mask"),
            ("2001:db8::1/x", "Refused"),
            ("2001:db8::2-2001:db8::3/x", "2001:db8::2/127odd-mask"),
            ("2001:db8::1/129", "Unclear"),
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
