//! Sorted, disjoint, inclusive, non-adjacent intervals over unsigned integers.

use std::fmt::Debug;
use std::hash::Hash;

/// The integers that addresses are made of: `u8` in tests, `u32` for IPv4, `u128` for IPv6.
pub trait Number: Copy + Ord + Debug + Hash {
    const MIN: Self;
    const MAX: Self;
    fn successor(self) -> Option<Self>;
    fn predecessor(self) -> Option<Self>;
    /// How far `self` lies behind `first`.
    fn distance(self, first: Self) -> u128;
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl Number for $type {
            const MIN: Self = <$type>::MIN;
            const MAX: Self = <$type>::MAX;
            fn successor(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn predecessor(self) -> Option<Self> {
                self.checked_sub(1)
            }
            fn distance(self, first: Self) -> u128 {
                (self - first) as u128
            }
        }
    )*};
}

number!(u8, u16, u32, u128);

/// A set of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Intervals<T> {
    ranges: Vec<(T, T)>,
}

impl<T> Default for Intervals<T> {
    fn default() -> Self {
        Intervals { ranges: Vec::new() }
    }
}

impl<T: Number> Intervals<T> {
    pub fn all() -> Self {
        Intervals { ranges: vec![(T::MIN, T::MAX)] }
    }

    /// From inclusive ranges in any order, overlapping or not; a reversed range is empty.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut sorted: Vec<(T, T)> = ranges.into_iter().filter(|(first, last)| first <= last).collect();
        sorted.sort_unstable();
        let mut merged: Vec<(T, T)> = Vec::with_capacity(sorted.len());
        for (first, last) in sorted {
            match merged.last_mut() {
                Some(open) if touches(open.1, first) => open.1 = open.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Intervals { ranges: merged }
    }

    /// The inclusive ranges, in order.
    pub fn ranges(&self) -> &[(T, T)] {
        &self.ranges
    }

    /// How many numbers it has; `None` if more than fit into a number.
    pub fn count(&self) -> Option<u128> {
        let add = |sum: u128, &(first, last): &(T, T)| sum.checked_add(last.distance(first))?.checked_add(1);
        self.ranges.iter().try_fold(0, add)
    }

    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    pub fn contains(&self, number: T) -> bool {
        let after = self.ranges.partition_point(|&(first, _)| first <= number);
        after > 0 && number <= self.ranges[after - 1].1
    }

    pub fn union(&self, other: &Self) -> Self {
        Intervals::from_ranges(self.ranges.iter().chain(&other.ranges).copied())
    }

    pub fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = Some(T::MIN);
        for &(first, last) in &self.ranges {
            if let (Some(start), Some(end)) = (next, first.predecessor())
                && start <= end
            {
                gaps.push((start, end));
            }
            next = last.successor();
        }
        gaps.extend(next.map(|start| (start, T::MAX)));
        Intervals { ranges: gaps }
    }

    pub fn intersection(&self, other: &Self) -> Self {
        let (mut ours, mut theirs) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        let mut common = Vec::new();
        while let (Some(&&(a, b)), Some(&&(c, d))) = (ours.peek(), theirs.peek()) {
            if a.max(c) <= b.min(d) {
                common.push((a.max(c), b.min(d)));
            }
            if b <= d {
                ours.next();
            } else {
                theirs.next();
            }
        }
        Intervals { ranges: common }
    }

    /// The ranges of `other` that may meet this set: those between its first and its last number.
    pub(super) fn hull_of<'a>(&self, other: &'a Self) -> &'a [(T, T)] {
        let (Some(&(first, _)), Some(&(_, last))) = (self.ranges.first(), self.ranges.last()) else { return &[] };
        let from = other.ranges.partition_point(|&(_, end)| end < first);
        let to = other.ranges.partition_point(|&(start, _)| start <= last);
        &other.ranges[from..to.max(from)]
    }

    pub fn minus(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }

    pub fn is_subset(&self, other: &Self) -> bool {
        self.minus(other).is_empty()
    }
}

/// Whether an interval that ends at `end` and one that starts at `start` (not before it) leave no gap.
fn touches<T: Number>(end: T, start: T) -> bool {
    end.successor().is_none_or(|next| start <= next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn members(set: &Intervals<u8>) -> Vec<u8> {
        (0..=255).filter(|&n| set.contains(n)).collect()
    }

    fn where_true(test: impl Fn(u8) -> bool) -> Vec<u8> {
        (0..=255).filter(|&n| test(n)).collect()
    }

    proptest! {
        #[test]
        fn algebra_equals_enumeration(a in proptest::collection::vec(any::<(u8, u8)>(), 0..6), b in proptest::collection::vec(any::<(u8, u8)>(), 0..6)) {
            let holds = |ranges: &[(u8, u8)], n: u8| ranges.iter().any(|&(first, last)| first <= n && n <= last);
            let (x, y) = (Intervals::from_ranges(a.clone()), Intervals::from_ranges(b.clone()));
            prop_assert_eq!(members(&x), where_true(|n| holds(&a, n)));
            prop_assert_eq!(members(&x.union(&y)), where_true(|n| holds(&a, n) || holds(&b, n)));
            prop_assert_eq!(members(&x.intersection(&y)), where_true(|n| holds(&a, n) && holds(&b, n)));
            prop_assert_eq!(members(&x.minus(&y)), where_true(|n| holds(&a, n) && !holds(&b, n)));
            prop_assert_eq!(members(&x.complement()), where_true(|n| !holds(&a, n)));
            for set in [&x.union(&y), &x.intersection(&y), &x.minus(&y), &x.complement()] {
                for pair in set.ranges().windows(2) {
                    prop_assert!(pair[0].1 as u16 + 1 < pair[1].0 as u16, "sorted, disjoint, not adjacent: {:?}", set);
                }
            }
            prop_assert_eq!(x.is_subset(&y), members(&x).iter().all(|&n| y.contains(n)));
        }
    }
}
