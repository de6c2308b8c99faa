//! Azure Firewall as the documentation tells it, one request at a time. Nothing here is shared with the engine.
//!
//! Sources: "Configure Azure Firewall rules" (order of rules), "Azure Firewall FAQ" (wildcards), "Use FQDN filtering in
//! network rules", "FQDN tags overview", "IP Groups in Azure Firewall" (learn.microsoft.com/azure/firewall).

use std::net::Ipv4Addr;

/// The service tags of the test: a tag inside another, a region of one.
pub const TAGS: &[(&str, &[&str])] = &[
    ("AzureCloud", &["20.0.0.0-20.127.255.255", "40.64.0.0-40.127.255.255"]),
    ("Storage", &["20.60.0.0-20.60.255.255", "20.38.96.0-20.38.127.255"]),
    ("Storage.WestEurope", &["20.60.0.0-20.60.15.255"]),
];

/// IP groups; an empty one skips its rule.
pub const IP_GROUPS: &[(&str, &[&str])] = &[
    ("ipg-spokes", &["10.1.0.0-10.1.255.255", "10.9.0.4-10.9.0.7"]),
    ("ipg-partners", &["203.0.113.0-203.0.113.255", "20.60.8.0-20.60.8.255"]),
    ("ipg-empty", &[]),
];

/// What the FQDN tag of Azure Backup holds: the service's own names ("Back up SQL Server databases in Azure VMs").
const BACKUP: &[&str] = &["*.backup.windowsazure.com"];
/// Names of the services that Azure Backup needs besides; no page says whether the tag holds them.
const PERHAPS_BACKUP: &[&str] = &["*.blob.core.windows.net"];

#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    Any,
    Range(Ipv4Addr, Ipv4Addr),
    Tag(&'static str),
    IpGroup(&'static str),
}

pub fn range(text: &str) -> (Ipv4Addr, Ipv4Addr) {
    let (first, last) = text.split_once('-').expect("a range");
    (first.parse().expect("an address"), last.parse().expect("an address"))
}

fn listed(lists: &[(&str, &[&str])], name: &str, address: Ipv4Addr) -> bool {
    let list = lists.iter().find(|(other, _)| *other == name).expect("a list");
    list.1.iter().map(|text| range(text)).any(|(first, last)| first <= address && address <= last)
}

impl Place {
    pub fn holds(&self, address: Ipv4Addr) -> bool {
        match self {
            Place::Any => true,
            Place::Range(first, last) => *first <= address && address <= *last,
            Place::Tag(tag) => listed(TAGS, tag, address),
            Place::IpGroup(group) => listed(IP_GROUPS, group, address),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Any,
    Tcp,
    Udp,
    Icmp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Web {
    Http,
    Https,
}

#[derive(Clone, Debug)]
pub enum Matches {
    Network {
        transports: Vec<Transport>,
        to: Vec<Place>,
        names: Vec<&'static str>,
        resolved: bool,
        ports: Vec<(u16, u16)>,
    },
    Application {
        protocols: Vec<(Web, u16)>,
        names: Vec<&'static str>,
        backup_tag: bool,
    },
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub name: String,
    pub from: Vec<Place>,
    pub matches: Matches,
}

#[derive(Clone, Debug)]
pub struct Collection {
    pub name: String,
    pub priority: u32,
    pub allow: bool,
    pub rules: Vec<Rule>,
}

impl Collection {
    pub fn is_network(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule.matches, Matches::Network { .. }))
    }
}

#[derive(Clone, Debug)]
pub struct Group {
    pub name: String,
    pub priority: u32,
    pub collections: Vec<Collection>,
}

#[derive(Clone, Debug)]
pub struct Policy {
    pub name: String,
    pub groups: Vec<Group>,
}

/// A firewall's policies, the farthest parent first; a classic firewall has one, with one group.
#[derive(Clone, Debug)]
pub struct Firewall {
    pub policies: Vec<Policy>,
    pub classic: bool,
    /// Without it names in network rules mean nothing certain.
    pub dns_proxy: bool,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub source: Ipv4Addr,
    pub destination: Ipv4Addr,
    /// The name in the TLS hello or the Host header.
    pub name: Option<&'static str>,
    pub transport: Transport,
    pub web: Web,
    pub port: u16,
}

/// "Asterisks on the left-most side mean literally anything to the left will match."
pub fn fqdn_matches(pattern: &str, name: &str) -> bool {
    pattern.strip_prefix('*').map_or(pattern == name, |end| name.ends_with(end))
}

impl Rule {
    /// `open` says whether that counts which is not documented: a lone star for a request that names nothing, more names in an
    /// FQDN tag, names in network rules without the DNS proxy.
    pub fn matches(&self, request: &Request, open: bool) -> bool {
        self.from.iter().any(|place| place.holds(request.source))
            && match &self.matches {
                Matches::Network { transports, to, names, resolved, ports } => {
                    transports.iter().any(|one| *one == Transport::Any || *one == request.transport)
                        && ports.iter().any(|&(first, last)| first <= request.port && request.port <= last)
                        && (to.iter().any(|place| place.holds(request.destination))
                            || (*resolved || open) && request.name.is_some_and(|name| names.contains(&name)))
                }
                Matches::Application { protocols, names, backup_tag } => {
                    let perhaps = PERHAPS_BACKUP.iter().filter(|_| open);
                    let targets = names.iter().chain(BACKUP.iter().chain(perhaps).filter(|_| *backup_tag));
                    request.transport == Transport::Tcp
                        && protocols.contains(&(request.web, request.port))
                        && match request.name {
                            Some(name) => targets.into_iter().any(|pattern| fqdn_matches(pattern, name)),
                            None => open && names.contains(&"*"),
                        }
                }
            }
    }
}

impl Firewall {
    /// "Network rules are applied in priority order before application rules. The rules are terminating." "Rule Collection
    /// Groups in the parent policy always takes precedence." "If there's still no match, then the packet is denied."
    pub fn allows(&self, request: &Request, open: bool) -> bool {
        for network in [true, false] {
            for policy in &self.policies {
                let mut groups: Vec<&Group> = policy.groups.iter().collect();
                groups.sort_by_key(|group| group.priority);
                for group in groups {
                    let mut collections: Vec<&Collection> = group.collections.iter().collect();
                    collections.sort_by_key(|collection| collection.priority);
                    for collection in collections.iter().filter(|collection| collection.is_network() == network) {
                        if collection.rules.iter().any(|rule| rule.matches(request, open)) {
                            return collection.allow;
                        }
                    }
                }
            }
        }
        false
    }

    pub fn collections(&self) -> impl Iterator<Item = &Collection> {
        self.policies.iter().flat_map(|policy| &policy.groups).flat_map(|group| &group.collections)
    }
}
