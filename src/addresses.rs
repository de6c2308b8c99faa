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
        match texts.as_slice() {
            [] => "no addresses".to_owned(),
            [one] if one.starts_with("1 ") => format!("{one} address"),
            _ => texts.join(" and ") + " addresses",
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_private_public_or_neither() {
        for (address, private, public) in [
            ("0.0.0.0", false, false),
            ("0.255.255.255", false, false),
            ("1.0.0.0", false, true),
            ("9.255.255.255", false, true),
            ("10.0.0.0", true, false),
            ("10.255.255.255", true, false),
            ("11.0.0.0", false, true),
            ("100.63.255.255", false, true),
            ("100.64.0.0", true, false),
            ("100.127.255.255", true, false),
            ("100.128.0.0", false, true),
            ("126.255.255.255", false, true),
            ("127.0.0.1", false, false),
            ("128.0.0.0", false, true),
            ("168.63.129.15", false, true),
            ("168.63.129.16", false, false),
            ("168.63.129.17", false, true),
            ("169.254.0.0", false, false),
            ("169.254.255.255", false, false),
            ("172.15.255.255", false, true),
            ("172.16.0.0", true, false),
            ("172.31.255.255", true, false),
            ("172.32.0.0", false, true),
            ("192.168.0.0", true, false),
            ("192.168.255.255", true, false),
            ("192.169.0.0", false, true),
            ("223.255.255.255", false, true),
            ("224.0.0.0", false, false),
            ("255.255.255.255", false, false),
            ("::1", false, false),
            ("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false, false),
            ("2000::", false, true),
            ("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false, true),
            ("4000::", false, false),
            ("fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false, false),
            ("fc00::", true, false),
            ("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true, false),
            ("fe00::", false, false),
            ("fe80::1", false, false),
        ] {
            let parsed: IpAddr = address.parse().expect(address);
            let found = (AddressSet::private().contains(parsed), AddressSet::public().contains(parsed));
            assert_eq!(found, (private, public), "{address}");
        }
    }

    #[test]
    fn the_whole_space_and_its_halves() {
        let (v4, v6) = (AddressSet::all_of(Family::V4), AddressSet::all_of(Family::V6));
        assert_eq!(v4.union(&v6), AddressSet::all());
        assert!(v4.is_disjoint(&v6) && !v4.is_disjoint(&AddressSet::all()));
        assert!(AddressSet::all().is_all() && !v4.is_all() && !v6.is_all());
        assert!(AddressSet::empty().is_empty() && !v4.is_empty() && !v6.is_empty());
        assert!(
            v4.is_subset(&AddressSet::all()) && !AddressSet::all().is_subset(&v6) && !AddressSet::all().is_subset(&v4)
        );
        assert_eq!((AddressSet::all().complement(), v4.complement()), (AddressSet::empty(), v6.clone()));
        assert_eq!(AddressSet::all().minus(&v4), v6);
        assert_eq!(AddressSet::all().intersection(&v6), v6);
        assert_eq!(v4.prefixes(), ["0.0.0.0/0".parse::<IpNet>().expect("a prefix")]);
    }

    #[test]
    fn the_first_address_and_how_many_there_are() {
        for (entries, first, count) in [
            ("", None, "no addresses"),
            ("10.0.0.7", Some("10.0.0.7"), "1 IPv4 address"),
            ("10.0.0.0/24 2001:db8::/96", Some("10.0.0.0"), "256 IPv4 and about 2^32 IPv6 addresses"),
            ("2001:db8::5", Some("2001:db8::5"), "1 IPv6 address"),
            ("0.0.0.0/0", Some("0.0.0.0"), "about 2^32 IPv4 addresses"),
            ("::/0", Some("::"), "all IPv6 addresses"),
            ("::/1", Some("::"), "about 2^127 IPv6 addresses"),
            ("255.255.255.255/32", Some("255.255.255.255"), "1 IPv4 address"),
        ] {
            let sets: Vec<AddressSet> =
                entries.split_whitespace().map(|entry| parse_entry(entry).expect(entry).expect(entry).set).collect();
            let set = AddressSet::union_all(&sets);
            assert_eq!(set.first(), first.map(|address| address.parse().expect(address)), "{entries}");
            assert_eq!(set.count_text(), count, "{entries}");
        }
    }
}
