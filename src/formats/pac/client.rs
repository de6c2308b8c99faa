//! The client's own address, as far as scripts compare its text: it is the source that is asked for.

use super::builtins::found_at;
use super::truth::{CLIENT, tested, unknown};
use super::value::{Found, Value, or};
use crate::addresses::AddressSet;
use crate::policy::Condition;
use crate::source::Span;
use ipnet::{IpNet, Ipv4Net};
use std::net::Ipv4Addr;

/// What a method of its text gives.
pub(super) fn method<'a>(method: &str, arguments: &[Value<'a>], span: Span) -> Value<'a> {
    match (method, arguments) {
        ("startsWith", [Value::Str(start)]) => tested(Condition::Source(beginning(start))),
        ("indexOf", [Value::Str(start)]) => {
            let at_start = Condition::Source(beginning(start));
            let found = or(at_start.clone(), unknown(CLIENT, span));
            found_at(Found { found, at_start: Some(at_start), of: None })
        }
        ("toString" | "valueOf" | "toLowerCase", []) => Value::MyAddress,
        _ => Value::unknown(CLIENT, span),
    }
}

/// Where the address is this text.
pub(super) fn is(text: &str) -> Condition {
    let address = text.parse::<Ipv4Addr>().map(|address| AddressSet::from_address(address.into()));
    Condition::Source(address.unwrap_or_default())
}

/// Where the address fits `10.1.*`; other patterns are open.
pub(super) fn shell(pattern: &str, span: Span) -> Condition {
    match pattern.strip_suffix('*') {
        _ if pattern == "*" => Condition::always(),
        None if !pattern.contains(['*', '?', '[', '\\']) => is(pattern),
        Some(start) if !start.contains(['*', '?', '[', '\\']) => Condition::Source(beginning(start)),
        _ => unknown(CLIENT, span),
    }
}

/// The addresses whose text begins so: `10.1` is the beginning of `10.1.0.0`, and of `10.100.0.0`.
fn beginning(start: &str) -> AddressSet {
    let parts: Vec<&str> = start.split('.').collect();
    let Some((last, whole)) = parts.split_last().filter(|(_, whole)| whole.len() < 4) else {
        return AddressSet::empty();
    };
    let Ok(whole) = whole.iter().map(|part| part.parse()).collect::<Result<Vec<u8>, _>>() else {
        return AddressSet::empty();
    };
    let octets = (0..=u8::MAX).filter(|octet| octet.to_string().starts_with(last));
    let net = |octet: u8| {
        let mut bytes = [0; 4];
        bytes[..whole.len()].copy_from_slice(&whole);
        bytes[whole.len()] = octet;
        let length = 8 * (whole.len() as u8 + 1);
        Ipv4Net::new(bytes.into(), length).ok().map(IpNet::V4)
    };
    AddressSet::from_nets(octets.filter_map(net))
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn beginnings_of_addresses_are_sets() {
        for (start, expected) in [
            ("10.", "10.0.0.0/8"),
            ("10.1.2.", "10.1.2.0/24"),
            ("10.1.2.3", "10.1.2.3/32, 10.1.2.30/31, 10.1.2.32/29"),
            ("192.168.25", "192.168.25.0/24, 192.168.250.0/23, 192.168.252.0/22"),
            ("x", ""),
            ("10.1.2.3.", ""),
        ] {
            let prefixes: Vec<String> = beginning(start).prefixes().iter().map(ToString::to_string).collect();
            let expected: Vec<&str> = expected.split(", ").filter(|text| !text.is_empty()).collect();
            let shown: Vec<&str> = prefixes.iter().map(String::as_str).take(expected.len()).collect();
            assert_eq!(shown, expected, "{start}");
            assert_eq!(prefixes.is_empty(), expected.is_empty(), "{start}");
        }
    }
}
