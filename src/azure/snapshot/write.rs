//! Tags to a snapshot.

use super::columns::{self, Row};
use super::{Header, Listed, MAGIC, numbers};
use crate::addresses::AddressSet;
use crate::azure::{ServiceTags, Tag};

impl ServiceTags {
    /// The snapshot of these tags, to be packed with gzip. The same tags give the same bytes; problems are left out.
    pub fn write_snapshot(&self) -> Vec<u8> {
        let (listed, stored): (Vec<Listed>, Vec<AddressSet>) = self.tags().map(|tag| self.store(tag)).unzip();
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for ((service, region), set) in numbers(&listed).into_iter().zip(&stored) {
            let row = |first, last| Row { first, last, service, region };
            v4.extend(set.v4.ranges().iter().map(|&(first, last)| row(first.into(), last.into())));
            v6.extend(set.v6.ranges().iter().map(|&(first, last)| row(first, last)));
        }
        let mut out = MAGIC.to_vec();
        out.extend(serde_json::to_vec(&self.header(listed)).unwrap_or_default());
        out.push(b'\n');
        for mut rows in [v4, v6] {
            rows.sort_unstable();
            columns::write(&rows, &mut out);
        }
        out
    }

    fn header(&self, tags: Vec<Listed>) -> Header {
        Header {
            origin: self.origin.clone(),
            date: self.date.clone(),
            cloud: self.cloud_text.clone(),
            change_number: self.change_number,
            tags,
        }
    }

    /// What is written of a tag: the whole of it, or what its regional tags do not hold.
    fn store(&self, tag: &Tag) -> (Listed, AddressSet) {
        let regional = AddressSet::union_all(self.variants(&tag.name).map(|variant| &variant.addresses));
        let holds_regional = tag.region.is_none() && !regional.is_empty() && regional.is_subset(&tag.addresses);
        let stored = if holds_regional { tag.addresses.minus(&regional) } else { tag.addresses.clone() };
        let listed = Listed {
            name: tag.name.clone(),
            region: tag.region.clone(),
            system_service: tag.system_service.clone(),
            change_number: tag.change_number,
            holds_regional,
        };
        (listed, stored)
    }
}
