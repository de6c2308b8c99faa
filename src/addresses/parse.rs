//! One address entry as people write it: address, prefix, netmask, range.

use super::AddressSet;
use ipnet::IpNet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// A parsed entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub set: AddressSet,
    /// The prefix with its host bits cleared, where the entry had some set: `10.1.2.3/16` is read as `10.1.0.0/16`.
    pub host_bits: Option<IpNet>,
}

/// Why a text that looks like an address is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// `010.1.1.1`: octal for some programs, decimal for others.
    LeadingZero,
    /// An octet above 255, a missing octet, a bad group.
    BadAddress,
    /// A prefix length beyond the family's.
    BadPrefixLength,
    /// A mask whose ones are not one run from the left, such as the wildcard mask `0.0.0.255`.
    BadMask,
    /// The last address comes before the first, or is of the other family.
    ReversedRange,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressError::LeadingZero => "an octet has a leading zero, which some programs read as octal",
            AddressError::BadAddress => "this is no valid address",
            AddressError::BadPrefixLength => "the prefix length is too large",
            AddressError::BadMask => "the mask is no netmask (is it a wildcard mask?)",
            AddressError::ReversedRange => "the range ends before it starts",
        })
    }
}

/// Parses `a`, `a/len`, `a/mask`, `a mask`, `a-b`, `a - b`, `a – b` and `10.0.0.5-20`.
///
/// # Errors
/// `None` if the text does not look like an address at all; an [`AddressError`] if it does but is none.
pub fn parse_entry(text: &str) -> Option<Result<Entry, AddressError>> {
    let text = text.trim();
    let (head, tail) = match text.find([' ', '\t', '/', '-', '\u{2013}']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    if !looks_like_address(head) {
        return None;
    }
    let tail = tail.trim();
    Some(match tail.chars().next() {
        None => address(head).map(|a| exact(AddressSet::from_address(a))),
        Some('/') => prefix(head, tail[1..].trim()),
        Some('-' | '\u{2013}') => range(head, tail.trim_start_matches(['-', '\u{2013}']).trim()),
        Some(_) => masked(head, tail),
    })
}

fn exact(set: AddressSet) -> Entry {
    Entry { set, host_bits: None }
}

/// Four groups of digits, or at least two colons among hexadecimal digits.
fn looks_like_address(text: &str) -> bool {
    let v4 = text.split('.').count() == 4 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let v6 = text.matches(':').count() >= 2 && text.chars().all(|c| c.is_ascii_hexdigit() || c == ':' || c == '.');
    v4 || v6
}

fn address(text: &str) -> Result<IpAddr, AddressError> {
    let octal = |octet: &str| octet.len() > 1 && octet.starts_with('0');
    if !text.contains(':') && text.split('.').any(octal) {
        return Err(AddressError::LeadingZero);
    }
    text.parse().map_err(|_| AddressError::BadAddress)
}

fn prefix(head: &str, tail: &str) -> Result<Entry, AddressError> {
    if tail.contains('.') {
        return masked(head, tail);
    }
    let length = tail.parse().map_err(|_| AddressError::BadPrefixLength)?;
    with_length(address(head)?, length)
}

fn masked(head: &str, mask: &str) -> Result<Entry, AddressError> {
    let mask = u32::from(mask.parse::<Ipv4Addr>().map_err(|_| AddressError::BadMask)?);
    if mask.leading_ones() + mask.trailing_zeros() < 32 {
        return Err(AddressError::BadMask);
    }
    match address(head)? {
        IpAddr::V4(a) => with_length(a.into(), mask.leading_ones() as u8),
        IpAddr::V6(_) => Err(AddressError::BadMask),
    }
}

fn with_length(address: IpAddr, length: u8) -> Result<Entry, AddressError> {
    let net = IpNet::new(address, length).map_err(|_| AddressError::BadPrefixLength)?;
    let network = net.trunc();
    Ok(Entry { set: AddressSet::from_net(network), host_bits: (network != net).then_some(network) })
}

fn range(first: &str, last: &str) -> Result<Entry, AddressError> {
    let start = address(first)?;
    let end = match (start, last.parse::<u8>()) {
        (IpAddr::V4(a), Ok(octet)) => {
            let [x, y, z, _] = a.octets();
            Ipv4Addr::new(x, y, z, octet).into()
        }
        _ => address(last)?,
    };
    AddressSet::from_range(start, end).map(exact).ok_or(AddressError::ReversedRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> String {
        match parse_entry(text) {
            None => "no address".into(),
            Some(Err(error)) => format!("{error:?}"),
            Some(Ok(entry)) => {
                let prefixes: Vec<String> = entry.set.prefixes().iter().map(ToString::to_string).collect();
                let note = entry.host_bits.map(|_| " (host bits)").unwrap_or_default();
                prefixes.join(" ") + note
            }
        }
    }

    #[test]
    fn entries_read_as_people_write_them() {
        for (text, expected) in [
            ("10.1.2.3", "10.1.2.3/32"),
            ("10.1.0.0/16", "10.1.0.0/16"),
            ("10.1.2.3/16", "10.1.0.0/16 (host bits)"),
            ("10.1.0.0 255.255.0.0", "10.1.0.0/16"),
            ("10.1.0.0/255.255.0.0", "10.1.0.0/16"),
            ("10.1.0.0 0.0.255.255", "BadMask"),
            ("10.1.0.0 255.0.255.0", "BadMask"),
            ("10.1.2.3 255.255.255.255", "10.1.2.3/32"),
            ("0.0.0.0 0.0.0.0", "0.0.0.0/0"),
            ("10.0.0.5-20", "10.0.0.5/32 10.0.0.6/31 10.0.0.8/29 10.0.0.16/30 10.0.0.20/32"),
            ("10.0.0.0 - 10.0.0.255", "10.0.0.0/24"),
            ("10.0.0.0 \u{2013} 10.0.0.255", "10.0.0.0/24"),
            ("10.0.0.9-10.0.0.1", "ReversedRange"),
            ("10.0.0.1-2001:db8::1", "ReversedRange"),
            ("2001:db8::2-2001:db8::1", "ReversedRange"),
            ("2001:db8::2-2001:db8::3", "2001:db8::2/127"),
            ("255.255.255.255/32", "255.255.255.255/32"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("2001:db8::1", "2001:db8::1/128"),
            ("010.1.1.1", "LeadingZero"),
            ("10.1.1.256", "BadAddress"),
            ("10.1.1.0/33", "BadPrefixLength"),
            ("10.1.1.0/", "BadPrefixLength"),
            ("host.example.com", "no address"),
            ("1.2.3", "no address"),
            ("add:me", "no address"),
            ("a:b:zz", "no address"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1/128"),
            ("", "no address"),
        ] {
            assert_eq!(printed(text), expected, "{text}");
        }
    }
}
