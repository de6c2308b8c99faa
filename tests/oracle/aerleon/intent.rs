//! Random policies, and packets that meet their edges.

use crate::chance::{one_in, pick};
use egress_check::addresses::{AddressSet, Family};
use egress_check::policy::Protocol;
use egress_check::reach::Question;
use fastrand::Rng;
use serde_json::{Map, Value, json};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where all addresses come from: few bits are random, so that networks overlap and hold each other.
const CLIENTS: Block = Block { v4: 0x0A14_0000, v6: 0x2001_0db8_0001 };
const SERVERS: Block = Block { v4: 0xC633_0000, v6: 0x2001_0db8_0002 };

/// A service's name, and its ranges of ports with their protocol.
type Service = (String, Vec<(u16, u16, &'static str)>);

#[derive(Clone, Copy)]
struct Block {
    v4: u32,
    v6: u64,
}

/// A policy for Aerleon, with the networks and services that it names.
pub struct Intent {
    networks: Vec<Network>,
    services: Vec<Service>,
    terms: Vec<Value>,
    /// Whether terms may exclude addresses: some products are asked only about intents without.
    excluding: bool,
}

struct Network {
    name: String,
    prefixes: Vec<(IpAddr, u8)>,
}

pub fn random(random: &mut Rng) -> Intent {
    let mut intent =
        Intent { networks: networks(random), services: services(random), terms: Vec::new(), excluding: random.bool() };
    for number in 0..random.usize(2..8) {
        let term = term(random, &mut intent, number);
        intent.terms.push(term);
    }
    match random.u32(..8) {
        0 | 2 => {}
        3..=5 => intent.terms.push(json!({"name": "rest", "action": "accept"})),
        1 => intent.terms.push(json!({"name": "rest", "protocol": "tcp", "action": "accept"})),
        _ => intent.terms.push(json!({"name": "rest", "action": "deny"})),
    }
    intent
}

impl Intent {
    pub fn has_protocol_without_ports(&self) -> bool {
        let lacks = |term: &Value, field| term.get(field).is_none();
        self.terms.iter().any(|term| !lacks(term, "protocol") && lacks(term, "destination-port"))
    }

    pub fn has_exclusions(&self) -> bool {
        let excludes =
            |term: &Value| ["source-exclude", "destination-exclude"].iter().any(|&side| term.get(side).is_some());
        self.terms.iter().any(excludes)
    }

    pub fn json(&self) -> Value {
        let prefixes = |network: &Network| -> Value {
            network.prefixes.iter().map(|(address, length)| format!("{address}/{length}")).collect()
        };
        let networks: Map<_, _> = self.networks.iter().map(|each| (each.name.clone(), prefixes(each))).collect();
        let ports = |(low, high, protocol): &(u16, u16, &str)| match low == high {
            true => json!([low.to_string(), protocol]),
            false => json!([format!("{low}-{high}"), protocol]),
        };
        let services = self.services.iter().map(|(name, all)| (name.clone(), all.iter().map(ports).collect()));
        let services: Map<String, Value> = services.collect();
        json!({"networks": networks, "services": services, "terms": self.terms})
    }
}

/// `C…` are of clients and `S…` of servers.
fn networks(random: &mut Rng) -> Vec<Network> {
    let mut network = |block, name: String| {
        let prefixes = (0..random.usize(1..4)).map(|_| prefix(random, block)).collect();
        Network { name, prefixes }
    };
    let clients: Vec<Network> = (0..3).map(|number| network(CLIENTS, format!("C{number}"))).collect();
    clients.into_iter().chain((0..3).map(|number| network(SERVERS, format!("S{number}")))).collect()
}

fn prefix(random: &mut Rng, block: Block) -> (IpAddr, u8) {
    let v6 = one_in(random, 3);
    let address = address(random, block, v6);
    let lengths: &[u8] = if address.is_ipv4() { &[16, 22, 24, 27, 30, 31, 32] } else { &[48, 56, 64, 120, 126, 128] };
    let length = pick(random, lengths);
    (first(address, length), length)
}

fn address(random: &mut Rng, block: Block, v6: bool) -> IpAddr {
    match v6 {
        true => {
            let subnet = u128::from(random.u16(..4)) << 64;
            Ipv6Addr::from(u128::from(block.v6) << 80 | subnet | u128::from(random.u8(..16))).into()
        }
        false => Ipv4Addr::from(block.v4 | u32::from(random.u16(..4)) << 8 | u32::from(random.u8(..16))).into(),
    }
}

/// The first address of the prefix.
fn first(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => Ipv4Addr::from(address.to_bits() & u32::MAX << (32 - length)).into(),
        IpAddr::V6(address) => Ipv6Addr::from(address.to_bits() & u128::MAX << (128 - length)).into(),
    }
}

fn services(random: &mut Rng) -> Vec<Service> {
    let mut service = |number| {
        let entries = (0..random.usize(1..4)).map(|_| {
            let low = pick(random, &[53, 80, 443, 514, 1433, 8000, 8080]);
            let high = if one_in(random, 3) { low + pick(random, &[1, 10, 600]) } else { low };
            (low, high, pick(random, &["tcp", "udp"]))
        });
        (format!("P{number}"), entries.collect())
    };
    let mut services: Vec<(String, Vec<_>)> = (0..3).map(&mut service).collect();
    services.push(("WEB".into(), vec![(80, 80, "tcp"), (443, 443, "tcp"), (443, 443, "udp")]));
    services.push(("HIGH".into(), vec![(1024, 65535, "tcp"), (1024, 65535, "udp")]));
    services
}

fn term(random: &mut Rng, intent: &mut Intent, number: usize) -> Value {
    let mut term = json!({"name": format!("t{number}"), "action": pick(random, &["accept", "accept", "deny"])});
    for (side, letter) in [("source", 'C'), ("destination", 'S')] {
        if one_in(random, 4) {
            continue;
        }
        let (name, other) = (format!("{letter}{}", random.u8(..3)), format!("{letter}{}", random.u8(..3)));
        if intent.excluding && one_in(random, 3) {
            term[format!("{side}-exclude")] = hole(random, intent, &name, format!("H{number}{letter}")).into();
        }
        term[format!("{side}-address")] = if one_in(random, 3) { format!("{name} {other}") } else { name }.into();
    }
    ports(random, intent, &mut term);
    term
}

/// Names a part of one of the network's prefixes.
fn hole(random: &mut Rng, intent: &mut Intent, of: &str, name: String) -> String {
    let network = intent.networks.iter().find(|network| network.name == of).expect("a known name");
    let (address, length) = network.prefixes[random.usize(..network.prefixes.len())];
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let prefixes = vec![(address, pick(random, &[length + 1, length + 4, length + 8]).min(longest))];
    intent.networks.push(Network { name: name.clone(), prefixes });
    name
}

/// A term names ports of one protocol only, or of both: Aerleon takes the ports of a service that has the protocol.
fn ports(random: &mut Rng, intent: &Intent, term: &mut Value) {
    let protocol = pick(random, &["tcp", "tcp", "udp", "tcp udp", ""]);
    if protocol.is_empty() {
        return;
    }
    term["protocol"] = protocol.into();
    let has = |(_, all): &&(String, Vec<(u16, u16, &str)>)| {
        protocol.split(' ').all(|protocol| all.iter().any(|entry| entry.2 == protocol))
    };
    let names: Vec<&str> = intent.services.iter().filter(has).map(|(name, _)| name.as_str()).collect();
    if !one_in(random, 12) {
        term["destination-port"] = pick(random, &names).into();
    }
    if one_in(random, 6) {
        term["source-port"] = "HIGH".into();
    }
}

/// What is asked: a client's packet.
pub struct Packet {
    source: IpAddr,
    pub destination: IpAddr,
    source_port: u16,
    port: u16,
    udp: bool,
}

impl Packet {
    pub fn random(random: &mut Rng, intent: &Intent) -> Packet {
        let v6 = one_in(random, 3);
        Packet {
            source: met(random, intent, CLIENTS, v6),
            destination: met(random, intent, SERVERS, v6),
            source_port: random.u16(1024..),
            port: port(random, intent),
            udp: one_in(random, 3),
        }
    }

    pub fn family(&self) -> Family {
        if self.destination.is_ipv4() { Family::V4 } else { Family::V6 }
    }

    pub fn question(&self) -> Question {
        let protocol = if self.udp { Protocol::Udp } else { Protocol::Tcp };
        Question { source: Some(AddressSet::from_address(self.source)), protocol, ..Question::tcp(self.port) }
    }

    pub fn json(&self) -> Value {
        json!([self.source, self.destination, self.source_port, self.port, self.protocol()])
    }

    fn protocol(&self) -> &'static str {
        if self.udp { "udp" } else { "tcp" }
    }
}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Packet { source, destination, port, .. } = self;
        write!(f, "{source} to {destination}, {} port {port}", self.protocol())
    }
}

/// An address of the block, most often at the edge of a network, inside or outside.
fn met(random: &mut Rng, intent: &Intent, block: Block, v6: bool) -> IpAddr {
    let firsts = intent.networks.iter().flat_map(|network| &network.prefixes);
    let edges: Vec<(IpAddr, u8)> =
        firsts.filter(|(first, _)| first.is_ipv6() == v6 && block.holds(*first)).copied().collect();
    if edges.is_empty() || one_in(random, 3) {
        return address(random, block, v6);
    }
    let step = pick(random, &[0, 1, -1, 3]);
    match pick(random, &edges) {
        (IpAddr::V4(first), length) => {
            let last = first.to_bits() | u32::MAX.checked_shr(length.into()).unwrap_or(0);
            Ipv4Addr::from(pick(random, &[first.to_bits(), last]).wrapping_add_signed(step)).into()
        }
        (IpAddr::V6(first), length) => {
            let last = first.to_bits() | u128::MAX.checked_shr(length.into()).unwrap_or(0);
            Ipv6Addr::from(pick(random, &[first.to_bits(), last]).wrapping_add_signed(step.into())).into()
        }
    }
}

impl Block {
    fn holds(self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => address.to_bits() >> 16 == self.v4 >> 16,
            IpAddr::V6(address) => address.to_bits() >> 80 == self.v6.into(),
        }
    }
}

fn port(random: &mut Rng, intent: &Intent) -> u16 {
    let ranges: Vec<_> = intent.services.iter().flat_map(|(_, all)| all).collect();
    let (low, high, _) = *pick(random, &ranges);
    pick(random, &[low, low, high, low - 1, high.saturating_add(1), 22])
}
