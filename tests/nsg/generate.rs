//! Random groups and packets from a small world, so that rules overlap and packets hit their edges.

use crate::model::{EVERY_PORT, Group, Packet, Place, Prefix, Protocol, Rule, TAGS, VIRTUAL_NETWORK, default_rules};
use crate::random::Random;
use std::net::IpAddr;

const PREFIXES: &[&str] = &[
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "0.0.0.0/32",
    "255.255.255.255/32",
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.2.0/24",
    "10.1.2.3/32",
    "100.64.0.0/10",
    "172.16.0.0/12",
    "192.168.7.0/24",
    "20.60.0.0/16",
    "20.60.1.0/24",
    "20.60.1.128/25",
    "20.60.1.200/32",
    "20.32.0.0/11",
    "20.190.128.0/18",
    "40.74.0.0/15",
    "168.63.0.0/16",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "224.0.0.0/4",
    "8.8.8.8/32",
    "::/0",
    "2000::/3",
    "2603:1000::/24",
    "2603:1020:200::/40",
    "2603:1020:206::/48",
    "2603:1020:206::7/128",
    "fc00::/7",
    "fd00:1::/32",
    "fe80::/10",
    "ff00::/8",
];
const SOURCES: &[&str] =
    &["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "172.16.0.0/12", "fd00:1::/32", "fd00:1::5/128"];
const PORTS: &[u16] = &[0, 1, 53, 80, 443, 444, 1023, 1024, 1688, 8443, 50000, 65535];
const PROTOCOLS: &[Protocol] = &[
    Protocol::Any,
    Protocol::Any,
    Protocol::Tcp,
    Protocol::Tcp,
    Protocol::Udp,
    Protocol::Icmp,
    Protocol::Esp,
    Protocol::Ah,
];

/// What the rules of a group may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// `Internet` and `VirtualNetwork` are spelled out.
    pub effective: bool,
    /// Rules that look at what nobody asks: source ports and application security groups.
    pub hidden: bool,
}

pub fn group(random: &mut Random, name: &'static str, wanted: Wanted) -> Group {
    let mut priorities: Vec<u32> = (0..12).map(|_| 100 + random.below(3997) as u32).chain([100, 4096]).collect();
    priorities.sort_unstable();
    priorities.dedup();
    random.shuffle(&mut priorities);
    let count = random.below(9);
    let mut rules: Vec<Rule> = priorities.iter().take(count).map(|&priority| rule(random, priority, wanted)).collect();
    // Inbound rules have priorities of their own.
    let mut inbound: Vec<Rule> = rules.iter().take(random.below(4)).cloned().collect();
    for rule in &mut inbound {
        rule.name += "-in";
        rule.outbound = false;
        rule.allow = !rule.allow;
    }
    rules.append(&mut inbound);
    let mut defaults = default_rules();
    if wanted.effective {
        defaults.iter_mut().for_each(|rule| rule.destination = spelled_out(random, &rule.destination));
    }
    Group { name, rules, defaults }
}

fn rule(random: &mut Random, priority: u32, wanted: Wanted) -> Rule {
    let mut destination = destination(random);
    let mut source = if wanted.hidden && !random.once_in(4) { vec![Place::Any] } else { source(random) };
    let mut source_ports = vec![EVERY_PORT];
    if wanted.effective {
        destination = spelled_out(random, &destination);
    }
    if wanted.hidden && random.once_in(5) {
        match random.below(3) {
            0 => source_ports = vec![random.pick(&[(1024, 5000), (1024, 65535), (0, 1023)])],
            1 => source = vec![Place::Group(random.pick(&["asg-web", "asg-db"]))],
            _ => destination = vec![Place::Group(random.pick(&["asg-web", "asg-db"]))],
        }
    }
    Rule {
        name: format!("r{priority}"),
        priority,
        outbound: true,
        allow: random.once_in(2),
        protocol: random.pick(PROTOCOLS),
        source,
        source_ports,
        destination,
        ports: ports(random),
    }
}

fn prefix(random: &mut Random, from: &[&str]) -> Place {
    Place::Prefix(Prefix::parse(random.pick(from)))
}

fn source(random: &mut Random) -> Vec<Place> {
    match random.below(10) {
        0..5 => vec![Place::Any],
        5 => vec![Place::VirtualNetwork],
        6 => vec![random.pick(&[Place::Internet, Place::AzureLoadBalancer, Place::Tag("Storage")])],
        7 => vec![Place::Prefix(Prefix::parse(random.pick(&["0.0.0.0/0", "::/0"])))],
        _ => random.some(3, |random| prefix(random, SOURCES)),
    }
}

fn destination(random: &mut Random) -> Vec<Place> {
    let tag = |random: &mut Random| Place::Tag(random.pick(TAGS).0);
    match random.below(17) {
        0..2 => vec![Place::Any],
        2..4 => vec![Place::Internet],
        4 => vec![Place::VirtualNetwork],
        15.. => vec![random.pick(&[Place::AzureLoadBalancer, Place::AzurePlatformDns, Place::AzurePlatformImds])],
        5..8 => vec![tag(random)],
        8 => [random.some(2, |random| prefix(random, PREFIXES)), vec![tag(random)]].concat(),
        _ => random.some(4, |random| prefix(random, PREFIXES)),
    }
}

fn ports(random: &mut Random) -> Vec<(u16, u16)> {
    match random.below(4) {
        0 | 1 => vec![EVERY_PORT],
        2 => vec![(443, 443)],
        _ => random.some(4, |random| {
            let (a, b) = (random.pick(PORTS), random.pick(PORTS));
            if random.once_in(2) { (a, a) } else { (a.min(b), a.max(b)) }
        }),
    }
}

/// Effective rules list the ranges of the two tags, which are not those that we should guess.
fn spelled_out(random: &mut Random, places: &[Place]) -> Vec<Place> {
    let list = |prefixes: &[&str]| prefixes.iter().map(|prefix| Prefix::parse(prefix)).collect();
    let inside: &[&str] =
        if random.once_in(2) { &["10.1.0.0/16", "198.51.100.0/24"] } else { &["10.0.0.0/8", "100.64.0.0/10"] };
    let outside = &[
        "0.0.0.0/5",
        "8.0.0.0/7",
        "11.0.0.0/8",
        "12.0.0.0/6",
        "16.0.0.0/4",
        "32.0.0.0/3",
        "64.0.0.0/2",
        "128.0.0.0/2",
    ];
    let spell = |place: &Place| match place {
        Place::VirtualNetwork => Place::SpelledOut("VirtualNetwork", list(inside)),
        Place::Internet => Place::SpelledOut("Internet", list(outside)),
        other => other.clone(),
    };
    places.iter().map(spell).collect()
}

/// A source and a service to ask for.
pub struct Asked {
    pub source: IpAddr,
    pub protocol: Protocol,
    pub port: u16,
}

pub fn asked(random: &mut Random, v4_only: bool) -> Asked {
    let sources: &[&str] = if v4_only { &SOURCES[..5] } else { SOURCES };
    let within = Prefix::parse(random.pick(sources));
    let near = 1 + random.below(3) as i128;
    let port = random.pick(PORTS);
    Asked {
        source: random.pick(&[within.address, moved(within.address, near), moved(within.address, -near)]),
        protocol: random.pick(&[Protocol::Tcp, Protocol::Tcp, Protocol::Udp]),
        port: if random.once_in(2) { 443 } else { port },
    }
}

/// A packet that the asked source sends to an edge of some prefix, or into it.
pub fn packet(random: &mut Random, asked: &Asked) -> Packet {
    let (_, of_tag) = random.pick(TAGS);
    let near = random.pick(&[PREFIXES, PREFIXES, of_tag, VIRTUAL_NETWORK]);
    let same_family: Vec<Prefix> = near
        .iter()
        .map(|prefix| Prefix::parse(prefix))
        .filter(|prefix| prefix.address.is_ipv4() == asked.source.is_ipv4())
        .collect();
    let destination = match same_family.as_slice() {
        [] => asked.source,
        prefixes => {
            let near = random.pick(prefixes);
            edge(random, near)
        }
    };
    Packet {
        source: asked.source,
        source_port: 50000,
        destination,
        protocol: asked.protocol,
        port: asked.port,
        source_groups: Vec::new(),
        destination_groups: Vec::new(),
    }
}

/// The first or last address of a prefix, a neighbour of one of them, or any address inside.
fn edge(random: &mut Random, prefix: Prefix) -> IpAddr {
    let width = if prefix.address.is_ipv4() { 32 } else { 128 };
    let rest = width - u32::from(prefix.length);
    let inside = (u128::from(random.next()) << 64 | u128::from(random.next()))
        & 1u128.checked_shl(rest).map_or(u128::MAX, |size| size - 1);
    let last = 1u128.checked_shl(rest).map_or(u128::MAX, |size| size - 1);
    let offset = random.pick(&[0, -1, last as i128, (last as i128).wrapping_add(1), inside as i128]);
    moved(prefix.address, offset)
}

/// The address `by` further, round the end of the address space.
fn moved(address: IpAddr, by: i128) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(u32::from(address).wrapping_add(by as u32).into()),
        IpAddr::V6(address) => IpAddr::V6(u128::from(address).wrapping_add(by as u128).into()),
    }
}
