//! What interfaces and routes tell: where traffic leaves, what is reached elsewhere, and what else filters there.

use super::config::{Config, Interface, Route};
use super::networks::{Mask, masked};
use super::rules::perhaps;
use crate::addresses::AddressSet;
use crate::policy::{Reason, Rule};
use crate::source::Span;
use ipnet::Ipv4Net;
use std::net::{IpAddr, Ipv4Addr};

impl Config {
    /// The interface that the nearest default routes lead to, if it is one.
    pub fn default_exit(&self) -> Option<&str> {
        let defaults = || self.routes.iter().filter(|route| route.default);
        let nearest = defaults().map(|route| route.distance).min()?;
        let mut exits = defaults().filter(|route| route.distance == nearest).map(|route| self.interface_of(route));
        let first = exits.next().flatten()?;
        exits.all(|exit| exit == Some(first)).then_some(first)
    }

    /// Whether a default route leads there, the nearest or not.
    pub fn is_exit(&self, interface: &str) -> bool {
        self.routes.iter().any(|route| route.default && self.interface_of(route) == Some(interface))
    }

    fn interface_of<'a>(&'a self, route: &'a Route) -> Option<&'a str> {
        let reaches = |interface: &&Interface| route.via.is_some_and(|via| interface.network.contains(via));
        match route.interface.as_str() {
            "" => self.interfaces.iter().find(reaches).map(|interface| interface.name.as_str()),
            named => Some(named),
        }
    }

    /// A rule for the destinations that are reached elsewhere than by `exit`, if there are any.
    pub fn elsewhere(&self, exit: &str) -> Option<Rule> {
        let away = self.away(exit);
        let text = format!("a route leads to another interface than `{exit}`");
        (!away.is_empty()).then(|| perhaps("route", away, Reason::new(text)))
    }

    /// The destinations behind other interfaces than this one.
    fn away(&self, exit: &str) -> AddressSet {
        let other = |route: &&Route| !route.default && self.interface_of(route) != Some(exit);
        let routes = self.routes.iter().filter(other);
        let connected = self.interfaces.iter().filter(|interface| interface.name != exit);
        AddressSet::union_all(routes.map(|route| &route.to).chain(connected.map(|interface| &interface.network)))
    }

    /// A policy map at an interface that drops a class of traffic filters beside the lists.
    pub fn note_drops(&mut self) {
        let at_work = |(name, drops): &(String, Option<Span>)| drops.filter(|_| self.service_policies.contains(name));
        let found = self.policy_maps.iter().find_map(at_work);
        let why = "a policy map at an interface drops a class of traffic, and which is not decided here";
        self.others.extend(found.map(|span| (span, why)));
    }

    /// Takes down a line of an interface, such as its address.
    pub fn note_address(&mut self, interface: &str, words: &[&str]) -> bool {
        let Some(known) = self.interfaces.iter_mut().rev().find(|known| known.name == interface) else { return false };
        let network = match words {
            ["vrf", "forwarding" | "member", ..] | ["ip", "vrf", "forwarding", ..] => {
                known.apart = true;
                known.network = AddressSet::empty();
                return true;
            }
            ["ip", "address", address, mask] => network(address, mask),
            ["ip", "address", prefix] => {
                prefix.parse().ok().map(|net: Ipv4Net| AddressSet::from_net(net.trunc().into()))
            }
            _ => None,
        };
        let network = network.filter(|_| !known.apart);
        network.map(|network| known.network = network).is_some()
    }

    /// Takes down a static route of a router or switch, outside of any VRF: `ip route 0.0.0.0 0.0.0.0 192.0.2.1 250`,
    /// `ip route 0.0.0.0/0 Ethernet1/1 192.0.2.1`.
    pub fn note_route(&mut self, words: &[&str]) -> bool {
        let (to, rest) = match words {
            ["ip", "route", prefix, rest @ ..] if prefix.contains('/') => {
                (prefix.parse().ok().map(|net: Ipv4Net| AddressSet::from_net(net.trunc().into())), rest)
            }
            ["ip", "route", address, mask, rest @ ..] => (network(address, mask), rest),
            _ => return false,
        };
        let (Some(to), [next, further @ ..]) = (to, rest) else { return false };
        let address = |word: &str| word.parse::<IpAddr>().ok();
        let (interface, via) = match address(next) {
            Some(via) => (String::new(), Some(via)),
            None => ((*next).to_owned(), None),
        };
        let distance =
            further.iter().find(|word| address(word).is_none()).and_then(|word| word.parse().ok()).unwrap_or(1);
        let default = to == AddressSet::all_of(crate::addresses::Family::V4);
        self.routes.push(Route { interface, via, to, default, distance });
        true
    }
}

fn network(address: &str, mask: &str) -> Option<AddressSet> {
    let (address, mask): (Ipv4Addr, Ipv4Addr) = (address.parse().ok()?, mask.parse().ok()?);
    masked(Ipv4Addr::from_bits(address.to_bits() & mask.to_bits()), mask, Mask::Net).ok()
}
