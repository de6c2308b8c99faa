//! Wildcard masks: a bit that is set does not matter, and such bits may stand anywhere.

use super::{AddressSet, Intervals};
use std::net::Ipv4Addr;

/// Masks that cut the addresses into more ranges are not unfolded.
pub const MAX_RANGES: u32 = 1 << 16;

impl AddressSet {
    /// The addresses that agree with `address` in every bit that is not set in `mask`, as in Cisco's `permit ip any
    /// 10.0.0.1 0.0.254.0` (Cisco: "Configuring IP Access Lists", "Masks").
    ///
    /// # Errors
    /// How many ranges it would take, if more than [`MAX_RANGES`].
    pub fn from_wildcard(address: Ipv4Addr, mask: Ipv4Addr) -> Result<AddressSet, u32> {
        let (address, mask) = (address.to_bits(), mask.to_bits());
        let low = mask.trailing_ones();
        let run = u32::MAX.checked_shr(32 - low).unwrap_or(0);
        let holes = mask & !run;
        let count = 1_u32.checked_shl(holes.count_ones()).unwrap_or(u32::MAX);
        if count > MAX_RANGES {
            return Err(count);
        }
        let start = address & !mask;
        let ranges = (0..count).map(|number| start | spread(number, holes)).map(|first| (first, first | run));
        Ok(AddressSet { v4: Intervals::from_ranges(ranges), ..AddressSet::default() })
    }
}

/// The bits of `number`, the lowest first, put where the bits of `holes` are.
fn spread(number: u32, mut holes: u32) -> u32 {
    let mut out = 0;
    let mut number = number;
    while holes != 0 {
        let lowest = holes & holes.wrapping_neg();
        out |= lowest * (number & 1);
        number >>= 1;
        holes ^= lowest;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(address: &str, mask: &str) -> Result<String, u32> {
        let set = AddressSet::from_wildcard(address.parse().expect("an address"), mask.parse().expect("a mask"))?;
        Ok(set.prefixes().iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn masks_with_and_without_holes() {
        for (address, mask, expected) in [
            ("10.1.2.3", "0.0.0.0", Ok("10.1.2.3/32")),
            ("10.1.2.3", "0.0.0.255", Ok("10.1.2.0/24")),
            ("10.1.2.3", "255.255.255.255", Ok("0.0.0.0/0")),
            ("10.0.0.0", "0.0.2.255", Ok("10.0.0.0/24 10.0.2.0/24")),
            ("10.0.0.1", "0.0.0.2", Ok("10.0.0.1/32 10.0.0.3/32")),
            ("0.0.0.0", "128.0.0.0", Ok("0.0.0.0/32 128.0.0.0/32")),
            ("0.0.0.0", "255.255.254.0", Err(1 << 23)),
            ("0.0.0.0", "255.255.255.254", Err(1 << 31)),
        ] {
            assert_eq!(set(address, mask), expected.map(str::to_owned), "{address} {mask}");
        }
    }

    #[test]
    fn as_many_ranges_as_the_bound_are_unfolded_and_no_more() {
        let ranges = |mask: [u8; 4]| AddressSet::from_wildcard([10, 0, 0, 0].into(), mask.into());
        assert_eq!(ranges([0, 255, 255, 0]).map(|set| set.v4.ranges().len()), Ok(MAX_RANGES as usize));
        assert_eq!(ranges([1, 255, 255, 0]), Err(2 * MAX_RANGES));
    }

    proptest! {
        #[test]
        fn an_address_is_in_it_if_it_agrees_where_it_must(address: u32, mask: u16, other: u32, near: u16) {
            let mask = u32::from(mask).reverse_bits() >> 8 | u32::from(mask & 0xff);
            let Ok(set) = AddressSet::from_wildcard(Ipv4Addr::from_bits(address), Ipv4Addr::from_bits(mask)) else {
                return Ok(());
            };
            for other in [other, address ^ u32::from(near), address ^ (other & mask)] {
                let agrees = (other ^ address) & !mask == 0;
                prop_assert_eq!(set.contains(Ipv4Addr::from_bits(other).into()), agrees);
            }
        }
    }
}
