//! Intervals to the fewest prefixes.

use super::AddressSet;
use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};

pub(super) fn prefixes(set: &AddressSet) -> Vec<IpNet> {
    let v4 = set.v4.ranges().iter().flat_map(|&(first, last)| v4_prefixes(first, last));
    let v6 = set.v6.ranges().iter().flat_map(|&(first, last)| v6_prefixes(first, last));
    v4.map(IpNet::V4).chain(v6.map(IpNet::V6)).collect()
}

fn v4_prefixes(first: u32, last: u32) -> impl Iterator<Item = Ipv4Net> {
    Ipv4Subnets::new(first.into(), last.into(), 0)
}

fn v6_prefixes(first: u128, last: u128) -> impl Iterator<Item = Ipv6Net> {
    Ipv6Subnets::new(first.into(), last.into(), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_exact_and_fewest() {
        for (first, last, expected) in [
            ("10.0.0.0", "10.0.0.255", "10.0.0.0/24"),
            ("10.0.0.1", "10.0.0.4", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/32"),
            ("0.0.0.0", "255.255.255.255", "0.0.0.0/0"),
            ("255.255.255.254", "255.255.255.255", "255.255.255.254/31"),
            ("255.255.255.255", "255.255.255.255", "255.255.255.255/32"),
            ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"),
            ("2001:db8::1", "2001:db8::2", "2001:db8::1/128 2001:db8::2/128"),
        ] {
            let set = AddressSet::from_range(first.parse().unwrap(), last.parse().unwrap()).unwrap();
            let printed: Vec<String> = set.prefixes().iter().map(ToString::to_string).collect();
            assert_eq!(printed.join(" "), expected);
            assert_eq!(AddressSet::from_nets(set.prefixes()), set);
        }
    }
}
