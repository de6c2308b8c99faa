//! Additions for a device that takes only so many prefixes.

use super::Check;
use crate::addresses::AddressSet;
use crate::coverage::Need;
use crate::device::Device;
use crate::formats::{Gap, Remedy};
use crate::reach::{self, Outcome};

/// Prefixes that stand for more exact ones.
pub(super) struct Loose {
    prefixes: usize,
    exact: usize,
    /// Where they may open more than is required.
    others: AddressSet,
}

/// The gaps with no more prefixes of each IP version than the user allows altogether.
pub(super) fn within(gaps: Vec<Gap>, needs: &[Need<'_>], most: u32) -> (Vec<Gap>, Loose) {
    let exact = AddressSet::from_nets(gaps.iter().flat_map(|gap| gap.prefixes.iter().copied()));
    let cover = exact.cover(most as usize);
    let required = AddressSet::union_all(needs.iter().flat_map(|need| &need.ranges).map(|range| &range.addresses));
    let covered = |gap: Gap| {
        let own = AddressSet::from_nets(gap.prefixes.iter().copied());
        let holds = |net: &ipnet::IpNet| !AddressSet::from_net(*net).is_disjoint(&own);
        Gap { prefixes: cover.prefixes.iter().copied().filter(holds).collect(), ..gap }
    };
    let gaps = gaps.into_iter().map(covered).collect();
    // What is written for a prefix may hold more than it: Squid has one word for all of both IP versions.
    let others = match cover.opened.is_subset(&required) {
        true => AddressSet::empty(),
        false => AddressSet::all().minus(&required),
    };
    (gaps, Loose { prefixes: cover.prefixes.len(), exact: exact.prefixes().len(), others })
}

impl Loose {
    /// What the additions open besides what is required: asked of the export with and without them.
    pub fn note(&self, check: &Check<'_>, device: &Device<'_>, remedy: &Remedy) -> Option<String> {
        let source = device.input.source;
        let text = remedy.apply(source.text());
        let amended = source.with_text(&text).ok()?;
        let after = self.let_through(check, &device.with_text(&amended));
        let opened = after.minus(&self.let_through(check, device));
        let first = opened.prefixes().first().copied()?;
        let prefixes = if self.prefixes == 1 { "1 prefix".to_owned() } else { format!("{} prefixes", self.prefixes) };
        let (exact, count) = (self.exact, opened.count_text());
        Some(format!(
            "{prefixes} in the place of {exact} exact ones, which also opens {count}, {first} the first of them."
        ))
    }

    fn let_through(&self, check: &Check<'_>, device: &Device<'_>) -> AddressSet {
        let along = reach::addresses(&[device.views()], &check.question(443), check.tags, &self.others);
        let allowed = along.iter().filter(|each| each.joint().outcome == Outcome::Allowed);
        AddressSet::union_all(allowed.map(|each| &each.of))
    }
}
