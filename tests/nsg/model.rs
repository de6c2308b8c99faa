//! Network security groups as the documentation tells them, one packet at a time. Nothing here is shared with the engine.
//!
//! Sources: "Azure network security groups overview" (properties of a rule, default security rules, platform
//! considerations), "How network security groups filter network traffic" (outbound: interface, then subnet), "Virtual
//! network service tags" (Internet, VirtualNetwork, AzureLoadBalancer), "Application security groups".

use std::net::{IpAddr, Ipv4Addr};

/// The service tags of the test: tags inside tags, tags that share a part, regions, both IP versions.
pub const TAGS: &[(&str, &[&str])] = &[
    ("AzureCloud", &["20.32.0.0/11", "20.60.0.0/16", "40.64.0.0/10", "2603:1000::/24"]),
    ("AzureCloud.WestEurope", &["20.60.0.0/18", "40.74.0.0/16", "2603:1020::/32"]),
    ("Storage", &["20.60.0.0/16", "20.38.96.0/19", "2603:1020:200::/48"]),
    ("Storage.WestEurope", &["20.60.0.0/20", "2603:1020:206::/48"]),
    ("AzureBackup", &["20.60.1.0/24", "40.74.24.0/26"]),
    ("AzureActiveDirectory", &["20.190.128.0/18", "40.126.0.0/18"]),
];

/// What an export takes for the virtual network where it does not spell it out: private and shared addresses.
pub const VIRTUAL_NETWORK: &[&str] = &["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/// What no host on the public Internet has: "this network", loopback, link-local, multicast and above, the virtual
/// address of a host node; of IPv6 all but global unicast.
const NOT_PUBLIC: &[&str] =
    &["0.0.0.0/8", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "224.0.0.0/3", "::/3", "4000::/2", "8000::/1"];

const HOST_NODE: IpAddr = IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16));
const METADATA: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    pub address: IpAddr,
    pub length: u8,
}

impl Prefix {
    pub fn parse(text: &str) -> Prefix {
        let (address, length) = text.split_once('/').expect("a prefix");
        Prefix { address: address.parse().expect("an address"), length: length.parse().expect("a length") }
    }

    pub fn holds(&self, address: IpAddr) -> bool {
        let bits = |address| match address {
            IpAddr::V4(address) => (32, u128::from(u32::from(address))),
            IpAddr::V6(address) => (128, u128::from(address)),
        };
        let ((width, own), (other_width, other)) = (bits(self.address), bits(address));
        let rest = width - u32::from(self.length);
        width == other_width && own.checked_shr(rest) == other.checked_shr(rest)
    }
}

fn among(prefixes: &[&str], address: IpAddr) -> bool {
    prefixes.iter().any(|prefix| Prefix::parse(prefix).holds(address))
}

/// One entry of a rule's source or destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Any,
    Prefix(Prefix),
    Internet,
    VirtualNetwork,
    AzureLoadBalancer,
    AzurePlatformDns,
    AzurePlatformImds,
    Tag(&'static str),
    /// As effective rules spell `Internet` or `VirtualNetwork` out.
    SpelledOut(&'static str, Vec<Prefix>),
    /// The members of an application security group.
    Group(&'static str),
}

impl Place {
    pub fn holds(&self, address: IpAddr, groups: &[&str]) -> bool {
        match self {
            Place::Any => true,
            Place::Prefix(prefix) => prefix.holds(address),
            Place::Internet => !among(VIRTUAL_NETWORK, address) && !among(NOT_PUBLIC, address),
            Place::VirtualNetwork => among(VIRTUAL_NETWORK, address),
            Place::AzureLoadBalancer | Place::AzurePlatformDns => address == HOST_NODE,
            Place::AzurePlatformImds => address == METADATA,
            Place::Tag(tag) => TAGS.iter().any(|(name, prefixes)| name == tag && among(prefixes, address)),
            Place::SpelledOut(_, prefixes) => prefixes.iter().any(|prefix| prefix.holds(address)),
            Place::Group(group) => groups.contains(group),
        }
    }

    /// Whether it holds the source of traffic that leaves an interface: what is inside a virtual network sends from it.
    fn sends(&self, address: IpAddr, groups: &[&str]) -> bool {
        matches!(self, Place::VirtualNetwork | Place::SpelledOut("VirtualNetwork", _)) || self.holds(address, groups)
    }

    /// Whether the entry is a service tag of the platform's own services.
    fn is_of_platform(&self) -> bool {
        matches!(self, Place::AzureLoadBalancer | Place::AzurePlatformDns | Place::AzurePlatformImds)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Any,
    Tcp,
    Udp,
    Icmp,
    Esp,
    Ah,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub name: String,
    pub priority: u32,
    pub outbound: bool,
    pub allow: bool,
    pub protocol: Protocol,
    pub source: Vec<Place>,
    pub source_ports: Vec<(u16, u16)>,
    pub destination: Vec<Place>,
    pub ports: Vec<(u16, u16)>,
}

pub const EVERY_PORT: (u16, u16) = (0, 65535);

#[derive(Clone, Debug)]
pub struct Packet {
    pub source: IpAddr,
    pub source_port: u16,
    pub destination: IpAddr,
    pub protocol: Protocol,
    pub port: u16,
    /// The application security groups of the interface that sends it, and of the one that it goes to.
    pub source_groups: Vec<&'static str>,
    pub destination_groups: Vec<&'static str>,
}

impl Rule {
    fn matches(&self, packet: &Packet) -> bool {
        let inside = |ranges: &[(u16, u16)], port| ranges.iter().any(|&(first, last)| first <= port && port <= last);
        (self.protocol == Protocol::Any || self.protocol == packet.protocol)
            && self.source.iter().any(|place| place.sends(packet.source, &packet.source_groups))
            && inside(&self.source_ports, packet.source_port)
            && self.destination.iter().any(|place| place.holds(packet.destination, &packet.destination_groups))
            && inside(&self.ports, packet.port)
    }

    fn targets_platform(&self, address: IpAddr) -> bool {
        self.destination.iter().any(|place| place.is_of_platform() && place.holds(address, &[]))
    }
}

/// "Azure creates the following default rules in each network security group that you create", outbound.
pub fn default_rules() -> Vec<Rule> {
    let rule = |name: &str, priority, source: Place, destination: Place, allow| Rule {
        name: name.to_owned(),
        priority,
        outbound: true,
        allow,
        protocol: Protocol::Any,
        source: vec![source],
        source_ports: vec![EVERY_PORT],
        destination: vec![destination],
        ports: vec![EVERY_PORT],
    };
    vec![
        rule("AllowVnetOutBound", 65000, Place::VirtualNetwork, Place::VirtualNetwork, true),
        rule("AllowInternetOutBound", 65001, Place::Any, Place::Internet, true),
        rule("DenyAllOutBound", 65500, Place::Any, Place::Any, false),
    ]
}

#[derive(Clone, Debug)]
pub struct Group {
    pub name: &'static str,
    pub rules: Vec<Rule>,
    /// The default rules as this group has them; effective rules spell their tags out.
    pub defaults: Vec<Rule>,
}

impl Group {
    /// "Rules are processed in priority order, with lower numbers processed before higher numbers. Once traffic matches a
    /// rule, processing stops." The platform's services "aren't subject to the configured network security groups unless
    /// targeted by service tags specific to each service".
    pub fn allows(&self, packet: &Packet) -> bool {
        let platform = [HOST_NODE, METADATA].contains(&packet.destination);
        let mut rules: Vec<&Rule> = self.rules.iter().chain(&self.defaults).filter(|rule| rule.outbound).collect();
        rules.sort_by_key(|rule| rule.priority);
        for rule in rules {
            if (!platform || rule.targets_platform(packet.destination)) && rule.matches(packet) {
                return rule.allow;
            }
        }
        platform
    }
}

/// Outbound traffic passes the group of its interface, then that of its subnet; where one denies it, it is dropped.
pub fn passes(groups: &[Group], packet: &Packet) -> bool {
    groups.iter().all(|group| group.allows(packet))
}
