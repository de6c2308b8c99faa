//! One region, two names: the suffix of a tag's name and its `region` property.

use super::Tag;
use std::collections::{BTreeMap, BTreeSet};

/// Which suffix means which `region` property, learnt from the tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RegionNames {
    /// Suffix, as a [`key`], to property.
    property_by_suffix: BTreeMap<String, String>,
}

/// A region's name without what its spellings differ in: case, spaces, hyphens.
pub(super) fn key(region: &str) -> String {
    region.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

impl RegionNames {
    /// A suffix that differs from its property is another name for it, unless one service has tags for both: then it is
    /// a part of the region (`Storage.EastUS2Stage` beside `Storage.EastUS2`, both with `eastus2`).
    pub(super) fn of(tags: &BTreeMap<String, Tag>) -> RegionNames {
        let mut property_by_suffix = BTreeMap::new();
        let mut parts = BTreeSet::new();
        for tag in tags.values() {
            let (service, Some(suffix), Some(property)) = (tag.parts().0, tag.parts().1, &tag.region) else { continue };
            let (suffix, property) = (key(suffix), key(property));
            if suffix != property && tags.contains_key(&format!("{service}.{property}").to_ascii_lowercase()) {
                parts.insert(suffix.clone());
            }
            property_by_suffix.insert(suffix, property);
        }
        property_by_suffix.retain(|suffix, _| !parts.contains(suffix));
        RegionNames { property_by_suffix }
    }

    /// The property that `region`, a suffix or a property, stands for.
    pub(super) fn property<'a>(&'a self, region: &'a str) -> &'a str {
        self.property_by_suffix.get(region).map_or(region, String::as_str)
    }

    /// The property of a tag for a whole region.
    pub(super) fn property_of(&self, tag: &Tag) -> Option<&str> {
        self.property_by_suffix.get(&key(tag.parts().1?)).map(String::as_str)
    }

    pub(super) fn knows(&self, region: &str) -> bool {
        self.property_by_suffix.iter().any(|(suffix, property)| suffix == region || property == region)
    }

    /// One suffix for each property. Capitals sort first, so `GermanyWestCentral` wins over `germanywc`.
    pub(super) fn display<'a>(&self, tags: &'a BTreeMap<String, Tag>) -> Vec<&'a str> {
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        for tag in tags.values() {
            if let (Some(property), Some(suffix)) = (self.property_of(tag), tag.parts().1) {
                let name = names.entry(property).or_insert(suffix);
                *name = suffix.min(name);
            }
        }
        let mut names: Vec<&str> = names.into_values().collect();
        names.sort_unstable_by_key(|name| name.to_ascii_lowercase());
        names
    }
}

#[cfg(test)]
mod tests {
    use crate::azure::ServiceTags;

    /// Names and `region` properties, as in the published files.
    const TAGS: &[(&str, &str)] = &[
        ("AzureCloud", ""),
        ("AzureCloud.germanywc", "germanywc"),
        ("AzureCloud.westeurope", "westeurope"),
        ("AzureFrontDoor.Backend", ""),
        ("AzurePortal", ""),
        ("AzurePortal.AzureAppServiceUx", "eastus2"),
        ("AzurePortal.EastUS2", "eastus2"),
        ("Storage", ""),
        ("Storage.EastUS2", "eastus2"),
        ("Storage.EastUS2Stage", "eastus2"),
        ("Storage.GermanyWestCentral", "germanywc"),
        ("Storage.WestEurope", "westeurope"),
        ("Sql.EastUS2Stage", "eastus2"),
    ];

    fn tags() -> ServiceTags {
        let values: Vec<String> = TAGS
            .iter()
            .map(|(name, region)| {
                format!(
                    r#"{{"name":"{name}","properties":{{"region":"{region}","addressPrefixes":["203.0.113.0/24"]}}}}"#
                )
            })
            .collect();
        let text = format!(r#"{{"cloud":"Public","changeNumber":1,"values":[{}]}}"#, values.join(","));
        ServiceTags::read("t.json", text.as_bytes()).unwrap()
    }

    #[test]
    fn a_region_is_found_in_every_spelling() {
        let tags = tags();
        for (tag, region, expected) in [
            ("Storage", "westeurope", "Storage.WestEurope"),
            ("storage", "West Europe", "Storage.WestEurope"),
            ("Storage", "WestEurope", "Storage.WestEurope"),
            ("AzureCloud", "WestEurope", "AzureCloud.westeurope"),
            ("Storage", "germanywc", "Storage.GermanyWestCentral"),
            ("AzureCloud", "Germany West Central", "AzureCloud.germanywc"),
            ("Storage", "eastus2", "Storage.EastUS2"),
            ("Storage", "East US 2 Stage", "Storage.EastUS2Stage"),
            ("Sql", "eastus2", ""),
            ("AzurePortal", "eastus2", "AzurePortal.EastUS2"),
            ("AzureFrontDoor", "Backend", ""),
            ("Storage", "mars", ""),
            ("Storage", "", ""),
        ] {
            let found = tags.regional(tag, region).map_or("", |tag| tag.name.as_str());
            assert_eq!(found, expected, "{tag} {region}");
        }
    }

    #[test]
    fn regions_are_listed_once_and_parts_of_regions_not_at_all() {
        let tags = tags();
        assert_eq!(tags.regions(), ["EastUS2", "GermanyWestCentral", "WestEurope"]);
        assert!(tags.has_region("germany west central") && tags.has_region("GermanyWC"));
        assert!(!tags.has_region("Backend") && !tags.has_region("EastUS2Stage"));
    }

    #[test]
    fn parts_of_a_service_are_no_regional_variants() {
        let tags = tags();
        let names = |tag| tags.variants(tag).map(|tag| tag.name.as_str()).collect::<Vec<_>>();
        assert_eq!(names("AZURECLOUD"), ["AzureCloud.germanywc", "AzureCloud.westeurope"]);
        assert!(tags.has_regional_variants("Storage") && !tags.has_regional_variants("AzureFrontDoor"));
    }
}
