//! Which rule decides which addresses when the first match wins.

use super::intervals::{Intervals, Number};
use std::collections::BTreeSet;

/// An inclusive range of numbers and the layer that covers it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region<T> {
    pub first: T,
    pub last: T,
    /// Index of the first layer that holds the range; `None` where no layer does.
    pub layer: Option<usize>,
}

/// Lays `layers` over the whole number line, the first on top, and gives what shows: adjacent regions of different
/// layers, in order, without gaps. One sweep over all interval ends with the open layers in a sorted set:
/// O(n log n) for n intervals.
pub fn paint<'a, T: Number + 'a>(layers: impl IntoIterator<Item = &'a Intervals<T>>) -> Vec<Region<T>> {
    let mut events = Vec::new();
    for (layer, set) in layers.into_iter().enumerate() {
        for &(first, last) in set.ranges() {
            events.push((first, true, layer));
            events.extend(last.successor().map(|after| (after, false, layer)));
        }
    }
    events.sort_unstable();
    let mut open = BTreeSet::new();
    let mut regions: Vec<Region<T>> = Vec::new();
    let mut at = T::MIN;
    for group in events.chunk_by(|a, b| a.0 == b.0) {
        let start = group[0].0;
        if let Some(last) = start.predecessor().filter(|&last| at <= last) {
            extend(&mut regions, at, last, open.first().copied());
        }
        for &(_, opens, layer) in group {
            if opens {
                open.insert(layer);
            } else {
                open.remove(&layer);
            }
        }
        at = start;
    }
    extend(&mut regions, at, T::MAX, open.first().copied());
    regions
}

/// Adds a region, merged with the one before where the layer is the same.
fn extend<T: Number>(regions: &mut Vec<Region<T>>, first: T, last: T, layer: Option<usize>) {
    match regions.last_mut() {
        Some(before) if before.layer == layer => before.last = last,
        _ => regions.push(Region { first, last, layer }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_layer_that_holds_a_number_shows(
            layers in proptest::collection::vec(proptest::collection::vec(any::<(u8, u8)>(), 0..4), 0..6)
        ) {
            let layers: Vec<Intervals<u8>> = layers.into_iter().map(Intervals::from_ranges).collect();
            let regions = paint(&layers);
            prop_assert_eq!(regions[0].first, 0);
            prop_assert_eq!(regions[regions.len() - 1].last, 255);
            for pair in regions.windows(2) {
                prop_assert_eq!(pair[0].last + 1, pair[1].first);
                prop_assert_ne!(pair[0].layer, pair[1].layer);
            }
            for region in regions {
                for n in region.first..=region.last {
                    prop_assert_eq!(region.layer, layers.iter().position(|set| set.contains(n)));
                }
            }
        }
    }
}
