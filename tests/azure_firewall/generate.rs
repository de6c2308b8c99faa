//! Random firewalls and requests from a small world, so that rules overlap and requests hit their edges.

use crate::model::{
    Collection, Firewall, Group, IP_GROUPS, Matches, Place, Policy, Request, Rule, TAGS, Transport, Web, range,
};
use crate::random::Random;
use std::net::Ipv4Addr;

const RANGES: &[&str] = &[
    "0.0.0.0-255.255.255.255",
    "0.0.0.0-127.255.255.255",
    "10.1.0.0-10.1.255.255",
    "20.60.0.0-20.60.255.255",
    "20.60.1.0-20.60.1.255",
    "20.60.1.200-20.60.1.200",
    "20.60.4.0-20.60.9.17",
    "40.74.0.0-40.75.255.255",
    "203.0.113.7-203.0.113.9",
];
const SOURCES: &[&str] =
    &["10.0.0.0-10.255.255.255", "10.1.0.0-10.1.255.255", "10.1.2.0-10.1.2.255", "10.1.2.3-10.1.2.3"];
pub const NAMES: &[&str] = &[
    "example.com",
    "a.example.com",
    "b.a.example.com",
    "xexample.com",
    "a.example.net",
    "acct.blob.core.windows.net",
    "pod1.backup.windowsazure.com",
    "backup.windowsazure.com",
];
const PATTERNS: &[&str] = &[
    "*",
    "example.com",
    "*.example.com",
    "*example.com",
    "a.example.com",
    "*.net",
    "*.windows.net",
    "*windowsazure.com",
];
const PORTS: &[u16] = &[22, 80, 443, 444, 8443];

pub fn firewall(random: &mut Random) -> Firewall {
    let classic = random.once_in(4);
    let count = if classic { 1 } else { 1 + random.below(3) };
    let policies = (0..count).map(|index| policy(random, index, classic)).collect();
    let mut firewall = Firewall { policies, classic, dns_proxy: random.once_in(2) };
    let groups = firewall.policies.iter_mut().flat_map(|policy| &mut policy.groups);
    for rule in groups.flat_map(|group| &mut group.collections).flat_map(|one| &mut one.rules) {
        if let Matches::Network { resolved, .. } = &mut rule.matches {
            *resolved = firewall.dns_proxy;
        }
    }
    firewall
}

fn priorities(random: &mut Random, count: usize) -> Vec<u32> {
    let mut all: Vec<u32> = (0..8).map(|_| 100 + random.below(64901) as u32).chain([100, 65000]).collect();
    all.sort_unstable();
    all.dedup();
    random.shuffle(&mut all);
    all.truncate(count);
    all
}

fn policy(random: &mut Random, index: usize, classic: bool) -> Policy {
    let count = if classic { 1 } else { random.below(4) };
    let groups = priorities(random, count).into_iter().map(|priority| group(random, priority)).collect();
    Policy { name: format!("pol-{index}"), groups }
}

fn group(random: &mut Random, priority: u32) -> Group {
    let count = random.below(5);
    let collections = priorities(random, count).into_iter().map(|priority| collection(random, priority)).collect();
    Group { name: format!("rcg-{priority}"), priority, collections }
}

fn collection(random: &mut Random, priority: u32) -> Collection {
    let (network, allow) = (random.once_in(2), !random.once_in(3));
    let rules =
        (0..=random.below(3)).map(|index| rule(random, format!("r{priority}-{index}"), network, allow)).collect();
    Collection { name: format!("rc-{priority}"), priority, allow, rules }
}

fn rule(random: &mut Random, name: String, network: bool, allow: bool) -> Rule {
    let from = match random.below(4) {
        0 => random.some(2, |random| place(random, SOURCES)),
        1 => vec![Place::IpGroup(random.pick(IP_GROUPS).0)],
        _ => vec![Place::Any],
    };
    Rule { name, from, matches: if network { of_network(random, allow) } else { of_application(random) } }
}

fn place(random: &mut Random, from: &[&str]) -> Place {
    let (first, last) = range(random.pick(from));
    Place::Range(first, last)
}

/// Denials name no FQDN here: their addresses may belong to others, which is open whatever is asked.
fn of_network(random: &mut Random, allow: bool) -> Matches {
    let names = if allow && random.once_in(5) { random.some(2, |random| random.pick(NAMES)) } else { Vec::new() };
    let to = match random.below(6) {
        0 => vec![Place::Any],
        1 => vec![Place::Tag(random.pick(TAGS).0)],
        2 => vec![Place::IpGroup(random.pick(IP_GROUPS).0), place(random, RANGES)],
        _ if !names.is_empty() => Vec::new(),
        _ => random.some(3, |random| place(random, RANGES)),
    };
    let ports = match random.below(3) {
        0 => vec![(0, 65535)],
        1 => vec![(443, 443)],
        _ => random.some(2, |random| {
            let (a, b) = (random.pick(PORTS), random.pick(PORTS));
            (a.min(b), a.max(b))
        }),
    };
    let transports = [Transport::Any, Transport::Tcp, Transport::Tcp, Transport::Udp, Transport::Icmp];
    Matches::Network {
        transports: random.some(2, |random| random.pick(&transports)),
        to,
        names,
        resolved: false,
        ports,
    }
}

fn of_application(random: &mut Random) -> Matches {
    let protocol = |random: &mut Random| {
        random.pick(&[(Web::Https, 443), (Web::Https, 443), (Web::Http, 80), (Web::Https, 8443), (Web::Http, 443)])
    };
    let backup_tag = random.once_in(6);
    let names = if backup_tag { Vec::new() } else { random.some(3, |random| random.pick(PATTERNS)) };
    Matches::Application { protocols: random.some(2, protocol), names, backup_tag }
}

/// A request without its destination.
pub fn asked(random: &mut Random) -> Request {
    let (first, last) = range(random.pick(SOURCES));
    let moved = |address: Ipv4Addr, by: u32| Ipv4Addr::from(u32::from(address).wrapping_add(by));
    let port = if random.once_in(2) { 443 } else { random.pick(PORTS) };
    let plain = if port == 80 { !random.once_in(8) } else { random.once_in(8) };
    Request {
        source: random.pick(&[first, last, moved(last, 1), moved(first, 3)]),
        destination: Ipv4Addr::UNSPECIFIED,
        name: None,
        transport: if random.once_in(8) { Transport::Udp } else { Transport::Tcp },
        web: if plain { Web::Http } else { Web::Https },
        port,
    }
}

/// The first and last addresses of every list, and their neighbours.
pub fn edges() -> Vec<Ipv4Addr> {
    let lists = TAGS.iter().chain(IP_GROUPS).flat_map(|(_, ranges)| ranges.iter());
    let mut edges: Vec<u32> = Vec::new();
    for (first, last) in lists.chain(RANGES).map(|text| range(text)) {
        let (first, last) = (u32::from(first), u32::from(last));
        edges.extend([first.wrapping_sub(1), first, last, last.wrapping_add(1)]);
    }
    edges.sort_unstable();
    edges.dedup();
    edges.into_iter().map(Ipv4Addr::from).collect()
}

/// Whether a public name can lead there.
pub fn is_public(address: Ipv4Addr) -> bool {
    let first = address.octets()[0];
    !(address.is_private() || first == 0 || first == 127 || first >= 224)
}
