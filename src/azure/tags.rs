//! The tags of one cloud, found by name and by region.

use super::regions::{RegionNames, key};
use super::{Cloud, wrong_input};
use crate::addresses::AddressSet;
use crate::problem::Problem;
use std::collections::BTreeMap;

/// One service tag. What the source does not say is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// As the source spells it: `Storage.WestEurope`.
    pub name: String,
    /// The `region` property: `westeurope`, but also `germanywc` for `Storage.GermanyWestCentral`.
    pub region: Option<String>,
    pub system_service: Option<String>,
    pub change_number: Option<u64>,
    pub addresses: AddressSet,
}

impl Tag {
    /// `Storage` and `WestEurope` of `Storage.WestEurope`; a tag without a region is not split.
    pub(super) fn parts(&self) -> (&str, Option<&str>) {
        split(&self.name, self.region.is_some())
    }
}

/// See [`Tag::parts`].
pub(super) fn split(name: &str, is_regional: bool) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        Some((service, suffix)) if is_regional => (service, Some(suffix)),
        _ => (name, None),
    }
}

/// All service tags of one cloud, from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceTags {
    /// `None` for a cloud that is no longer on sale, such as `AzureGermany`.
    pub cloud: Option<Cloud>,
    /// The cloud as the source names it.
    pub cloud_text: String,
    pub change_number: Option<u64>,
    /// The file name, or the package and its version.
    pub origin: String,
    /// `YYYY-MM-DD`: from the published file's name, or the date of the package's database.
    pub date: Option<String>,
    /// What reading found worth telling.
    pub problems: Vec<Problem>,
    tags: BTreeMap<String, Tag>,
    regions: RegionNames,
}

/// Where a set of tags comes from: see the fields of the same names in [`ServiceTags`].
#[derive(Clone, Debug, Default)]
pub struct About {
    pub cloud_text: String,
    pub change_number: Option<u64>,
    pub origin: String,
    pub date: Option<String>,
    pub problems: Vec<Problem>,
}

impl ServiceTags {
    /// # Errors
    /// A [`Problem`] that names a tag that is there twice.
    pub fn from_tags(about: About, list: Vec<Tag>) -> Result<ServiceTags, Problem> {
        let mut tags = BTreeMap::new();
        for tag in list {
            if let Some(double) = tags.insert(tag.name.to_ascii_lowercase(), tag) {
                return Err(wrong_input::double_tag(&about.origin, &double.name));
            }
        }
        Ok(ServiceTags {
            cloud: Cloud::published(&about.cloud_text),
            cloud_text: about.cloud_text,
            change_number: about.change_number,
            origin: about.origin,
            date: about.date,
            problems: about.problems,
            regions: RegionNames::of(&tags),
            tags,
        })
    }

    /// Adds to a tag what its regional tags hold.
    pub(super) fn add_regional(&mut self, name: &str) {
        let regional = AddressSet::union_all(self.variants(name).map(|variant| &variant.addresses));
        if let Some(tag) = self.tags.get_mut(&name.to_ascii_lowercase()) {
            tag.addresses = tag.addresses.union(&regional);
        }
    }

    /// The tag of this name, written in any case.
    pub fn tag(&self, name: &str) -> Option<&Tag> {
        self.tags.get(&name.trim().to_ascii_lowercase())
    }

    /// Every tag, ordered by name without regard to case.
    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.tags.values()
    }

    /// The variant of `tag` for `region`, which may be spelled as anywhere in Azure: `westeurope`, `West Europe`,
    /// `WestEurope`, and `germanywc` or `Germany West Central`. `None` if this source has no such variant.
    pub fn regional(&self, tag: &str, region: &str) -> Option<&Tag> {
        let wanted = key(region);
        let exact = self.tag(&format!("{}.{wanted}", tag.trim())).filter(|found| found.region.is_some());
        exact.or_else(|| {
            let region = self.regions.property(&wanted);
            self.variants(tag).find(|variant| self.regions.property_of(variant) == Some(region))
        })
    }

    /// The regional tags of `tag`, in order.
    pub fn variants(&self, tag: &str) -> impl Iterator<Item = &Tag> {
        let tag = tag.trim().to_ascii_lowercase();
        // '/' follows '.' in ASCII.
        let range = self.tags.range(format!("{tag}.")..format!("{tag}/"));
        range.map(|(_, variant)| variant).filter(move |variant| variant.parts().0.len() == tag.len())
    }

    pub fn has_regional_variants(&self, tag: &str) -> bool {
        self.variants(tag).next().is_some()
    }

    /// Each region once, as the source writes it in names of tags (`WestEurope`), in order.
    pub fn regions(&self) -> Vec<&str> {
        self.regions.display(&self.tags)
    }

    /// Whether any tag has a variant for `region`, in any of its spellings.
    pub fn has_region(&self, region: &str) -> bool {
        self.regions.knows(&key(region))
    }
}
