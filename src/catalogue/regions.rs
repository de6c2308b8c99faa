use super::{Origin, community};
use crate::azure::Cloud;
use crate::policy::Community;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The regions of all clouds and the communities of services, from tables that were published once and change rarely.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Regions {
    pub updated: String,
    pub sources: BTreeMap<String, Origin>,
    pub regions: Vec<Region>,
    pub service_communities: Vec<ServiceCommunity>,
}

/// One Azure region.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Region {
    /// `westeurope`
    pub name: String,
    /// `West Europe`
    pub display: String,
    pub cloud: Cloud,
    /// Other spellings that published tables use: `germanywc`, `India West`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Azure Backup's code of the region in host names: `we`.
    pub geo: Option<String>,
    /// Codes of the names under which the region serves as the second side of a pair.
    #[serde(default)]
    pub geo_secondary: Vec<String>,
    #[serde(default)]
    pub communities: RegionCommunities,
}

/// The BGP communities of a region, as far as they are published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeMap<RegionValue, String>")]
pub struct RegionCommunities(BTreeMap<RegionValue, Community>);

impl RegionCommunities {
    pub fn get(&self, kind: RegionValue) -> Option<Community> {
        self.0.get(&kind).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = (RegionValue, Community)> {
        self.0.iter().map(|(&kind, &community)| (kind, community))
    }
}

impl TryFrom<BTreeMap<RegionValue, String>> for RegionCommunities {
    type Error = String;

    fn try_from(written: BTreeMap<RegionValue, String>) -> Result<Self, String> {
        let parsed = written.into_iter().map(|(kind, text)| Ok((kind, community::parse(&text)?)));
        parsed.collect::<Result<_, String>>().map(RegionCommunities)
    }
}

/// What a region's community stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum RegionValue {
    /// The whole region, over Microsoft peering.
    Regional,
    /// The region over private peering.
    PrivatePeering,
    Storage,
    Sql,
    Cosmos,
    Backup,
}

/// The community of a service that has one value for a whole cloud.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceCommunity {
    pub label: String,
    pub cloud: Cloud,
    #[serde(deserialize_with = "community::deserialize")]
    pub value: Community,
}

impl RegionValue {
    /// What the community lets through, for people.
    pub fn title(self) -> &'static str {
        match self {
            RegionValue::Regional => "Azure region (Microsoft peering)",
            RegionValue::PrivatePeering => "Azure region (private peering)",
            RegionValue::Storage => "Azure Storage",
            RegionValue::Sql => "Azure SQL",
            RegionValue::Cosmos => "Azure Cosmos DB",
            RegionValue::Backup => "Azure Backup",
        }
    }
}

static BUILTIN: LazyLock<Regions> = LazyLock::new(|| {
    serde_json::from_str(include_str!("azure-regions.json")).expect("a test reads the embedded table of regions")
});

impl Regions {
    /// The table that the program carries.
    pub fn builtin() -> &'static Regions {
        &BUILTIN
    }

    /// The region of that name in any of Azure's spellings: `westeurope`, `West Europe`, `west-europe`, `germanywc`.
    pub fn find(&self, text: &str) -> Option<&Region> {
        let wanted = plain(text);
        self.regions.iter().find(|region| region.spellings().any(|spelling| plain(spelling) == wanted))
    }

    /// What a community stands for, for people: "Azure Storage, West Europe". `None` if no table has it.
    pub fn describe(&self, community: Community) -> Option<String> {
        let service = self.service_communities.iter().find(|service| service.value == community);
        service.map(|service| service.label.clone()).or_else(|| self.describe_regional(community))
    }

    fn describe_regional(&self, community: Community) -> Option<String> {
        self.regions.iter().find_map(|region| {
            let (kind, _) = region.communities.iter().find(|&(_, value)| value == community)?;
            Some(format!("{}, {}", kind.title(), region.display))
        })
    }
}

impl Region {
    fn spellings(&self) -> impl Iterator<Item = &str> {
        let aliases = self.aliases.iter().map(String::as_str);
        [self.name.as_str(), self.display.as_str()].into_iter().chain(aliases)
    }
}

/// The name without case, blanks and the characters that scripts put in their place.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_')).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_found_in_every_spelling() {
        let regions = Regions::builtin();
        for (spellings, name, geo) in [
            (&["westeurope", "West Europe", "WestEurope", " WEST-europe"][..], "westeurope", Some("we")),
            (&["centralindia", "Central India", "India Central"], "centralindia", Some("inc")),
            (&["germanywestcentral", "germanywc", "Germany West Central"], "germanywestcentral", Some("gwc")),
            (&["USGov Virginia", "US Gov Virginia", "usgovvirginia"], "usgovvirginia", Some("ugv")),
            (&["swedencentral", "Sweden Central"], "swedencentral", Some("sdc")),
            (&["austriaeast", "Austria East"], "austriaeast", None),
        ] {
            for spelling in spellings {
                let region = regions.find(spelling).unwrap();
                assert_eq!((region.name.as_str(), region.geo.as_deref()), (name, geo), "{spelling}");
            }
        }
        assert_eq!(regions.find("Atlantis"), None);
        assert_eq!(regions.find(""), None);
    }

    #[test]
    fn communities_follow_the_published_table() {
        let region = |name: &str| Regions::builtin().find(name).unwrap();
        for (name, kind, expected) in [
            ("eastus", RegionValue::Regional, Some(Community(12076, 51004))),
            ("eastus", RegionValue::PrivatePeering, Some(Community(12076, 50004))),
            ("eastus", RegionValue::Storage, Some(Community(12076, 52004))),
            ("eastus", RegionValue::Sql, Some(Community(12076, 53004))),
            ("eastus", RegionValue::Cosmos, Some(Community(12076, 54004))),
            ("eastus", RegionValue::Backup, Some(Community(12076, 55004))),
            ("westindia", RegionValue::Regional, Some(Community(12076, 51018))),
            ("usgovvirginia", RegionValue::Regional, Some(Community(12076, 51105))),
            ("usgovvirginia", RegionValue::Storage, None),
            ("chinanorth3", RegionValue::Regional, Some(Community(12076, 51305))),
            ("swedencentral", RegionValue::Regional, None),
        ] {
            assert_eq!(region(name).communities.get(kind), expected, "{name} {kind:?}");
        }
    }

    #[test]
    fn a_community_is_described_by_what_it_carries() {
        let describe = |text: &str| Regions::builtin().describe(text.parse().unwrap());
        assert_eq!(describe("12076:5060").as_deref(), Some("Microsoft Entra ID"));
        assert_eq!(describe("12076:5160").as_deref(), Some("Microsoft Entra ID (US Government)"));
        assert_eq!(describe("12076:52004").as_deref(), Some("Azure Storage, East US"));
        assert_eq!(describe("65000:1"), None);
    }

    #[test]
    fn no_two_regions_share_a_spelling_or_a_community() {
        let regions = Regions::builtin();
        let mut spellings: BTreeMap<String, &str> = BTreeMap::new();
        let mut communities: BTreeMap<Community, &str> = BTreeMap::new();
        for region in &regions.regions {
            for spelling in region.spellings() {
                let owner = *spellings.entry(plain(spelling)).or_insert(&region.name);
                assert_eq!(owner, region.name, "{spelling}");
            }
            for (_, community) in region.communities.iter() {
                assert_eq!(communities.insert(community, &region.name), None, "{community}");
            }
        }
    }
}
