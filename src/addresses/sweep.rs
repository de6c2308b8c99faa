//! Which layers hold which addresses: one pass over all interval ends.

use super::intervals::{Intervals, Number};
use std::collections::BTreeSet;

/// Cuts `asked` into regions that the same layers hold and gives each, in order, with those layers by their index; the
/// first of them is what shows when the first match wins. The open layers stand in a sorted set, so that n intervals take
/// O(n log n).
pub fn sweep<T: Number>(
    layers: &[&Intervals<T>],
    asked: &Intervals<T>,
    mut visit: impl FnMut((T, T), &BTreeSet<usize>),
) {
    let mut events = Vec::new();
    for (layer, set) in layers.iter().enumerate() {
        for &(first, last) in asked.hull_of(set) {
            events.push((first, true, layer));
            events.extend(last.successor().map(|after| (after, false, layer)));
        }
    }
    events.sort_unstable();
    let mut open = BTreeSet::new();
    let mut wanted = asked.ranges();
    let mut at = T::MIN;
    for group in events.chunk_by(|a, b| a.0 == b.0) {
        let start = group[0].0;
        if let Some(last) = start.predecessor().filter(|&last| at <= last) {
            wanted = within(wanted, (at, last), |region| visit(region, &open));
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
    within(wanted, (at, T::MAX), |region| visit(region, &open));
}

/// Gives the parts of a region that lie in `wanted`, and what of `wanted` may meet later regions.
fn within<T: Number>(mut wanted: &[(T, T)], (first, last): (T, T), mut visit: impl FnMut((T, T))) -> &[(T, T)] {
    while let Some((&(from, to), rest)) = wanted.split_first() {
        if from > last {
            break;
        }
        if first <= to {
            visit((from.max(first), to.min(last)));
        }
        if to > last {
            break;
        }
        wanted = rest;
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn regions_of_one_asked_range_keep_their_layers() {
        let layers: Vec<Intervals<u8>> = [(10, 20), (15, 255), (0, 12)].map(|r| Intervals::from_ranges([r])).into();
        let mut regions = Vec::new();
        sweep(&layers.iter().collect::<Vec<_>>(), &Intervals::from_ranges([(5, 16), (30, 40)]), |region, open| {
            regions.push((region, open.iter().copied().collect::<Vec<_>>()));
        });
        let expected = [
            ((5, 9), vec![2]),
            ((10, 12), vec![0, 2]),
            ((13, 14), vec![0]),
            ((15, 16), vec![0, 1]),
            ((30, 40), vec![1]),
        ];
        assert_eq!(regions, expected);
    }

    proptest! {
        #[test]
        fn every_asked_number_is_visited_once_with_the_layers_that_hold_it(
            layers in proptest::collection::vec(proptest::collection::vec(any::<(u8, u8)>(), 0..4), 0..5),
            asked in proptest::collection::vec(any::<(u8, u8)>(), 0..4),
        ) {
            let layers: Vec<Intervals<u8>> = layers.into_iter().map(Intervals::from_ranges).collect();
            let asked = Intervals::from_ranges(asked);
            let mut seen = Vec::new();
            sweep(&layers.iter().collect::<Vec<_>>(), &asked, |(first, last), open| {
                seen.extend((first..=last).map(|n| (n, open.iter().copied().collect::<Vec<_>>())));
            });
            let holding = |n| (0..layers.len()).filter(|&layer| layers[layer].contains(n)).collect::<Vec<_>>();
            let expected: Vec<_> = (0..=255).filter(|&n| asked.contains(n)).map(|n| (n, holding(n))).collect();
            prop_assert_eq!(seen, expected);
        }
    }
}
