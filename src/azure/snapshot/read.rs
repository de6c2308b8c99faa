//! A snapshot to tags.

use super::columns::{self, Row};
use super::{Header, Listed, MAGIC, numbers};
use crate::addresses::{AddressSet, Intervals};
use crate::azure::{About, ServiceTags, Tag};
use crate::problem::Problem;
use std::collections::BTreeMap;

impl ServiceTags {
    /// Reads a snapshot that was unpacked from its gzip form.
    ///
    /// # Errors
    /// A [`Problem`] if the bytes are no snapshot, a cut or a changed one.
    pub fn read_snapshot(bytes: &[u8]) -> Result<ServiceTags, Problem> {
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err(damaged("it does not start as one"));
        };
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
            return Err(damaged("it ends within its list of tags"));
        };
        let (header, binary) = (&rest[..end], &rest[end + 1..]);
        let header: Header = serde_json::from_slice(header).map_err(|_| damaged("its list of tags is damaged"))?;
        let sets = sets(&header.tags, binary).ok_or_else(|| damaged("its addresses are damaged"))?;
        assemble(header, sets)
    }
}

fn assemble(header: Header, sets: Vec<AddressSet>) -> Result<ServiceTags, Problem> {
    let about = About {
        cloud_text: header.cloud,
        change_number: header.change_number,
        origin: header.origin,
        date: header.date,
        problems: Vec::new(),
    };
    let holders: Vec<String> =
        header.tags.iter().filter(|tag| tag.holds_regional).map(|tag| tag.name.clone()).collect();
    let tags = header.tags.into_iter().zip(sets).map(|(listed, addresses)| tag(listed, addresses)).collect();
    let mut tags = ServiceTags::from_tags(about, tags).map_err(|_| damaged("it has a tag twice"))?;
    for name in holders {
        tags.add_regional(&name);
    }
    Ok(tags)
}

fn tag(listed: Listed, addresses: AddressSet) -> Tag {
    let Listed { name, region, system_service, change_number, .. } = listed;
    Tag { name, region, system_service, change_number, addresses }
}

/// The addresses that are stored for each tag.
fn sets(tags: &[Listed], mut binary: &[u8]) -> Option<Vec<AddressSet>> {
    let by_numbers: BTreeMap<(u128, u128), usize> = numbers(tags).into_iter().zip(0..).collect();
    let mut v4 = ranges(&columns::read(&mut binary)?, &by_numbers, tags.len())?;
    let mut v6 = ranges(&columns::read(&mut binary)?, &by_numbers, tags.len())?;
    let set = |(v4, v6)| AddressSet { v4: Intervals::from_ranges(v4), v6: Intervals::from_ranges(v6) };
    binary.is_empty().then(|| v4.drain(..).zip(v6.drain(..)).map(set).collect())
}

/// The rows of each tag; `None` if a row is of no tag or of the other family.
fn ranges<T: TryFrom<u128>>(
    rows: &[Row],
    by_numbers: &BTreeMap<(u128, u128), usize>,
    tags: usize,
) -> Option<Vec<Vec<(T, T)>>> {
    let mut ranges: Vec<Vec<(T, T)>> = std::iter::repeat_with(Vec::new).take(tags).collect();
    for row in rows {
        let tag = *by_numbers.get(&(row.service, row.region))?;
        ranges[tag].push((row.first.try_into().ok()?, row.last.try_into().ok()?));
    }
    Some(ranges)
}

fn damaged(reason: &str) -> Problem {
    Problem::error("snapshot-damaged", format!("This is no usable snapshot of the service tags: {reason}."))
        .hint("Load the published file in its place.")
}
