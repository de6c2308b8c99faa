//! Addresses whose text scripts compare: the client's own, which is the source that is asked for, and what DNS gives for the
//! host, which is undecided where the user does not state it.

use super::builtins::found_at;
use super::truth::{CLIENT, DNS, tested, unknown};
use super::value::{Found, Value, constant, not, or};
use crate::addresses::AddressSet;
use crate::hosts::HostPattern;
use crate::policy::{Condition, DestinationTest};
use crate::source::Span;
use crate::stated::Stated;
use ipnet::{IpNet, Ipv4Net};
use std::net::Ipv4Addr;

/// Whose address it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Client,
    Host,
}

impl Whose {
    /// Why it cannot be told.
    pub fn reason(self) -> &'static str {
        match self {
            Whose::Client => CLIENT,
            Whose::Host => DNS,
        }
    }

    /// Where it is one of these.
    pub fn within(self, set: AddressSet, stated: &Stated) -> Condition {
        match self {
            Whose::Client => Condition::Source(set),
            Whose::Host => {
                let test = DestinationTest { set: set.clone(), resolves_names: true };
                stated.leads_into(&set, Condition::Destination(test))
            }
        }
    }

    /// Where there is one at all.
    pub fn exists(self, stated: &Stated, span: Span) -> Condition {
        match self {
            Whose::Client => constant(true),
            Whose::Host => {
                let is_address = not(Condition::host(HostPattern::Any));
                stated.resolves(or(is_address, unknown(DNS, span)))
            }
        }
    }

    /// What a method of its text gives.
    pub fn method<'a>(self, method: &str, arguments: &[Value<'a>], stated: &Stated, span: Span) -> Value<'a> {
        match (method, arguments) {
            ("startsWith", [Value::Str(start)]) => tested(self.within(beginning(start), stated)),
            ("indexOf", [Value::Str(start)]) => {
                let at_start = self.within(beginning(start), stated);
                let found = or(at_start.clone(), unknown(self.reason(), span));
                found_at(Found { found, at_start: Some(at_start), of: None })
            }
            ("substring" | "substr" | "slice", [Value::Number(0.0), Value::Number(first)])
                if *first >= 1.0 && first.fract() == 0.0 =>
            {
                Value::Address(self, Some(*first as usize))
            }
            ("toString" | "valueOf" | "toLowerCase", []) => Value::Address(self, None),
            _ => Value::unknown(self.reason(), span),
        }
    }

    /// Where the address is this text. Clients differ in what they give for a name that does not resolve.
    pub fn is(self, text: &str, stated: &Stated, span: Span) -> Condition {
        match text.parse::<Ipv4Addr>() {
            Ok(address) => self.within(AddressSet::from_address(address.into()), stated),
            Err(_) if self == Whose::Host && text.is_empty() => {
                stated.by_lookup(unknown(DNS, span), |addresses| (!addresses.is_empty()).then_some(false))
            }
            Err(_) => constant(false),
        }
    }

    /// Where so many of its first characters are this text.
    pub fn begins(self, first: usize, text: &str, stated: &Stated, span: Span) -> Condition {
        match text.len() == first {
            true => self.within(beginning(text), stated),
            // No more than the whole of a shorter address.
            false if text.len() < first && !text.is_empty() => self.is(text, stated, span),
            false => constant(false),
        }
    }

    /// Where the address fits `10.1.*`; other patterns are open.
    pub fn shell(self, pattern: &str, stated: &Stated, span: Span) -> Condition {
        match pattern.strip_suffix('*') {
            _ if pattern == "*" && self == Whose::Client => Condition::always(),
            None if !pattern.contains(['*', '?', '[', '\\']) => self.is(pattern, stated, span),
            Some(start) if !start.contains(['*', '?', '[', '\\']) => self.within(beginning(start), stated),
            _ => unknown(self.reason(), span),
        }
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
