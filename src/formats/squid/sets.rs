//! Sets of addresses as tests: which values of an ACL stay, and what `src` and `dst` compare them with.

use super::acl::Acl;
use super::kinds::Kind;
use crate::addresses::AddressSet;
use crate::hosts::HostPattern;
use crate::policy::{Condition, DestinationTest, HostTest, OnAddress, Subject};
use crate::stated::Stated;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The ranges that an ACL took, by their first address; IPv4 as IPv6-mapped addresses, as Squid stores them.
#[derive(Default)]
pub(super) struct Kept(BTreeMap<u128, u128>);

impl Kept {
    /// Whether a value stays; one that overlaps an earlier one is left out.
    pub fn takes(&mut self, set: &AddressSet) -> bool {
        let mapped = |address: u32| u128::from(std::net::Ipv4Addr::from_bits(address).to_ipv6_mapped());
        let v4 = set.v4.ranges().iter().map(|&(first, last)| (mapped(first), mapped(last)));
        let v6 = set.v6.ranges().iter().copied();
        let ranges: Vec<(u128, u128)> = if set.is_all() { vec![(0, u128::MAX)] } else { v4.chain(v6).collect() };
        let free = ranges.iter().all(|&range| self.is_free(range));
        if free {
            self.0.extend(ranges);
        }
        free
    }

    fn is_free(&self, (first, last): (u128, u128)) -> bool {
        self.0.range(..=last).next_back().is_none_or(|(_, &end)| end < first)
    }
}

/// `src` looks at the client. `dst` looks a requested name up, unless `-n` forbids it; no public name resolves to the proxy
/// itself or to its link.
pub(super) fn address_test(acl: &Acl, set: AddressSet, stated: &Stated) -> Condition {
    if acl.kind == Kind::Src {
        return Condition::Source(set);
    }
    let of_names = !acl.no_lookup && !set.is_subset(&own_addresses());
    let test = Condition::Destination(DestinationTest { set: set.clone(), resolves_names: of_names });
    let test = if of_names { test } else { Condition::All(vec![test, any_name().negate()]) };
    if acl.no_lookup { test } else { stated.leads_into(&set, test) }
}

/// Every destination that is asked by name.
fn any_name() -> Condition {
    let (pattern, subject, on_address) = (HostPattern::Any, Subject::Host, OnAddress::Never);
    Condition::Host(HostTest { pattern, subject, on_address, maybe: None })
}

/// Loopback, link-local and unspecified addresses.
fn own_addresses() -> AddressSet {
    let ranges = [
        ([0, 0, 0, 0].into(), [0, 255, 255, 255].into()),
        ([127, 0, 0, 0].into(), [127, 255, 255, 255].into()),
        ([169, 254, 0, 0].into(), [169, 254, 255, 255].into()),
    ];
    let v4 = ranges.into_iter().filter_map(|(first, last): (IpAddr, IpAddr)| AddressSet::from_range(first, last));
    let v6 = ["::/127", "fe80::/10"].iter().filter_map(|net| net.parse().ok()).map(AddressSet::from_net);
    AddressSet::union_all(&v4.chain(v6).collect::<Vec<_>>())
}
