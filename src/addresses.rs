//! Exact sets of IPv4 and IPv6 addresses.

mod cidr;
mod cover;
mod intervals;
mod parse;
mod sweep;
mod wildcard;

pub use cover::Cover;
pub use intervals::{Intervals, Number};
pub use parse::{AddressError, Entry, parse_entry};
pub use sweep::sweep;
pub use wildcard::MAX_RANGES;

use ipnet::IpNet;
use std::net::IpAddr;

/// IP version 4 or 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    V4,
    V6,
}

/// A set of addresses; IPv4 and IPv6 stand apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AddressSet {
    pub v4: Intervals<u32>,
    pub v6: Intervals<u128>,
}

impl AddressSet {
    pub fn empty() -> Self {
        AddressSet::default()
    }

    /// Every IPv4 and every IPv6 address.
    pub fn all() -> Self {
        AddressSet { v4: Intervals::all(), v6: Intervals::all() }
    }

    /// Every address of one family.
    pub fn all_of(family: Family) -> Self {
        AddressSet::all().only(family)
    }

    /// RFC 1918 and shared (RFC 6598) space, and IPv6 unique local addresses (RFC 4193).
    pub fn private() -> Self {
        AddressSet {
            v4: Intervals::from_ranges([
                (0x0a00_0000, 0x0aff_ffff),
                (0x6440_0000, 0x647f_ffff),
                (0xac10_0000, 0xac1f_ffff),
                (0xc0a8_0000, 0xc0a8_ffff),
            ]),
            v6: Intervals::from_ranges([(0xfc << 120, (0xfe << 120) - 1)]),
        }
    }

    /// Unicast addresses that hosts on the public Internet can have: neither private, "this network", loopback,
    /// link-local nor multicast and above.
    pub fn public() -> Self {
        let special = AddressSet {
            v4: Intervals::from_ranges([
                (0x0000_0000, 0x00ff_ffff),
                (0x7f00_0000, 0x7fff_ffff),
                // 168.63.129.16, the virtual address of an Azure host: learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
                (0xa83f_8110, 0xa83f_8110),
                (0xa9fe_0000, 0xa9fe_ffff),
                (0xe000_0000, 0xffff_ffff),
            ]),
            v6: Intervals::all().minus(&Intervals::from_ranges([(0x2 << 124, (0x4 << 124) - 1)])),
        };
        AddressSet::all().minus(&special).minus(&AddressSet::private())
    }

    pub fn from_net(net: IpNet) -> Self {
        match net {
            IpNet::V4(net) => AddressSet {
                v4: Intervals::from_ranges([(net.network().to_bits(), net.broadcast().to_bits())]),
                ..AddressSet::default()
            },
            IpNet::V6(net) => AddressSet {
                v6: Intervals::from_ranges([(net.network().to_bits(), net.broadcast().to_bits())]),
                ..AddressSet::default()
            },
        }
    }

    /// All addresses from `first` to `last`, both included; `None` if the families differ or `last` comes first.
    pub fn from_range(first: IpAddr, last: IpAddr) -> Option<Self> {
        match (first, last) {
            (IpAddr::V4(a), IpAddr::V4(b)) if a <= b => {
                Some(AddressSet { v4: Intervals::from_ranges([(a.to_bits(), b.to_bits())]), ..AddressSet::default() })
            }
            (IpAddr::V6(a), IpAddr::V6(b)) if a <= b => {
                Some(AddressSet { v6: Intervals::from_ranges([(a.to_bits(), b.to_bits())]), ..AddressSet::default() })
            }
            _ => None,
        }
    }

    pub fn from_address(address: IpAddr) -> Self {
        AddressSet::from_net(IpNet::from(address))
    }

    pub fn from_nets(nets: impl IntoIterator<Item = IpNet>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for net in nets {
            match net {
                IpNet::V4(net) => v4.push((net.network().to_bits(), net.broadcast().to_bits())),
                IpNet::V6(net) => v6.push((net.network().to_bits(), net.broadcast().to_bits())),
            }
        }
        AddressSet { v4: Intervals::from_ranges(v4), v6: Intervals::from_ranges(v6) }
    }

    /// The union of many sets, sorted once.
    pub fn union_all<'a>(sets: impl IntoIterator<Item = &'a AddressSet>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for set in sets {
            v4.extend_from_slice(set.v4.ranges());
            v6.extend_from_slice(set.v6.ranges());
        }
        AddressSet { v4: Intervals::from_ranges(v4), v6: Intervals::from_ranges(v6) }
    }

    pub fn union(&self, other: &Self) -> Self {
        AddressSet { v4: self.v4.union(&other.v4), v6: self.v6.union(&other.v6) }
    }

    pub fn intersection(&self, other: &Self) -> Self {
        AddressSet { v4: self.v4.intersection(&other.v4), v6: self.v6.intersection(&other.v6) }
    }

    pub fn minus(&self, other: &Self) -> Self {
        AddressSet { v4: self.v4.minus(&other.v4), v6: self.v6.minus(&other.v6) }
    }

    pub fn complement(&self) -> Self {
        AddressSet { v4: self.v4.complement(), v6: self.v6.complement() }
    }

    pub fn only(&self, family: Family) -> Self {
        match family {
            Family::V4 => AddressSet { v4: self.v4.clone(), ..AddressSet::default() },
            Family::V6 => AddressSet { v6: self.v6.clone(), ..AddressSet::default() },
        }
    }

    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    pub fn is_all(&self) -> bool {
        *self == AddressSet::all()
    }

    pub fn is_subset(&self, other: &Self) -> bool {
        self.v4.is_subset(&other.v4) && self.v6.is_subset(&other.v6)
    }

    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.intersection(other).is_empty()
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.v4.contains(address.to_bits()),
            IpAddr::V6(address) => self.v6.contains(address.to_bits()),
        }
    }

    /// The smallest address, IPv4 before IPv6.
    pub fn first(&self) -> Option<IpAddr> {
        let v4 = self.v4.ranges().first().map(|&(first, _)| IpAddr::V4(first.into()));
        v4.or_else(|| self.v6.ranges().first().map(|&(first, _)| IpAddr::V6(first.into())))
    }

    /// How many addresses it has, for people: "256 IPv4 addresses", "256 IPv4 and 2^64 IPv6 addresses".
    pub fn count_text(&self) -> String {
        let counts = [(self.v4.count(), "IPv4"), (self.v6.count(), "IPv6")];
        let texts = counts.iter().filter(|(count, _)| *count != Some(0)).map(|(count, family)| match count {
            Some(count) if *count < 1 << 32 => format!("{count} {family}"),
            Some(count) => format!("about 2^{} {family}", count.ilog2()),
            None => format!("all {family}"),
        });
        let texts: Vec<String> = texts.collect();
        format!("{} addresses", if texts.is_empty() { "no".to_owned() } else { texts.join(" and ") })
    }

    /// The fewest prefixes that make up exactly this set, in order.
    pub fn prefixes(&self) -> Vec<IpNet> {
        cidr::prefixes(self)
    }

    /// At most `budget` prefixes of each family that hold at least this set and as little else as possible, and what else
    /// they hold. Time and memory grow with the number of prefixes times the budget.
    pub fn cover(&self, budget: usize) -> Cover {
        cover::cover(self, budget)
    }
}
