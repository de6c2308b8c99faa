//! The snapshot that ships with the program: all tags of one cloud in few bytes.
//!
//! The file is compressed with gzip; here it is already unpacked, since browsers and the program each have their own way.
//!
//! ```text
//! "egress-check service tags 1\n"
//! a line of JSON        origin, date, cloud, change number, the tags' names and properties (see [`Header`])
//! four columns          for IPv4
//! four columns          for IPv6
//! ```
//!
//! A row is one interval of one tag; rows are sorted by address. The columns hold, row by row, the distance from the
//! previous first address; the size; the tag's service; the tag's region, 0 where it is that of the row before. In this
//! order neighbouring rows resemble each other, since each region has the same services in the same sizes: the same rows
//! take 120 kB after gzip that take 180 kB tag by tag. A tag that holds all its regional tags stores only the rest.
//!
//! Numbers are LEB128. A column is preceded by its length in bytes. Services and regions are numbered in the order in
//! which the list of tags first has them.

mod columns;
mod read;
mod write;

use super::tags::split;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const MAGIC: &[u8] = b"egress-check service tags 1\n";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    origin: String,
    date: Option<String>,
    cloud: String,
    change_number: Option<u64>,
    tags: Vec<Listed>,
}

/// A tag without its addresses. Absent fields were absent in the source.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    system_service: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change_number: Option<u64>,
    /// Its rows are only what its regional tags do not hold.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    holds_regional: bool,
}

/// The number of each tag's service and region. Region 0 is none.
fn numbers<'tags>(tags: &'tags [Listed]) -> Vec<(u128, u128)> {
    let (mut services, mut regions) = (BTreeMap::new(), BTreeMap::from([(None, 0)]));
    let number = |tag: &'tags Listed| {
        let (service, suffix) = split(&tag.name, tag.region.is_some());
        let next = services.len() as u128;
        let service = *services.entry(service).or_insert(next);
        let next = regions.len() as u128;
        (service, *regions.entry(suffix).or_insert(next))
    };
    tags.iter().map(number).collect()
}

#[cfg(test)]
mod tests;
