use super::{Region, RegionValue};
use crate::policy::Community;
use serde::{Deserialize, Serialize};

/// A BGP community that a route filter has to let through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Written", into = "Written")]
pub struct CommunityNeed {
    pub label: String,
    pub value: CommunityValue,
}

/// Which community.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommunityValue {
    /// The same everywhere.
    Fixed(Community),
    /// The one of each chosen region.
    PerRegion(RegionValue),
}

/// The form in JSON: exactly one of `value` and `perRegion`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "CommunityNeed"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^\d{1,5}:\d{1,5}$")))]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    per_region: Option<RegionValue>,
}

impl CommunityNeed {
    /// The communities to let through for the chosen regions.
    ///
    /// # Errors
    /// Why it cannot be told, as a sentence without its full stop: no region is chosen, or none is published for it.
    pub fn resolve(&self, regions: &[&Region]) -> Result<Vec<Community>, String> {
        let kind = match self.value {
            CommunityValue::Fixed(community) => return Ok(vec![community]),
            CommunityValue::PerRegion(kind) => kind,
        };
        match regions {
            [] => Err(format!("the community \"{}\" depends on the region, and no region is chosen", self.label)),
            regions => regions.iter().map(|region| self.in_region(region, kind)).collect(),
        }
    }

    fn in_region(&self, region: &Region, kind: RegionValue) -> Result<Community, String> {
        let missing = || format!("no community \"{}\" is published for {}", self.label, region.display);
        region.communities.get(kind).ok_or_else(missing)
    }
}

impl TryFrom<Written> for CommunityNeed {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let value = match (written.value, written.per_region) {
            (Some(text), None) => CommunityValue::Fixed(parse(&text)?),
            (None, Some(kind)) => CommunityValue::PerRegion(kind),
            _ => return Err("a community has either \"value\" or \"perRegion\"".to_owned()),
        };
        Ok(CommunityNeed { label: written.label, value })
    }
}

impl From<CommunityNeed> for Written {
    fn from(need: CommunityNeed) -> Written {
        let (value, per_region) = match need.value {
            CommunityValue::Fixed(community) => (Some(community.to_string()), None),
            CommunityValue::PerRegion(kind) => (None, Some(kind)),
        };
        Written { label: need.label, value, per_region }
    }
}

pub(super) fn parse(text: &str) -> Result<Community, String> {
    text.parse().map_err(|()| format!("\"{text}\" is no BGP community such as 12076:5060"))
}

pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Community, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Regions;

    fn need(json: &str) -> Result<CommunityNeed, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_value_stands_or_follows_the_region() {
        let regions = Regions::builtin();
        let of = |name: &str| regions.find(name).unwrap();
        let fixed = need(r#"{"label": "Microsoft Entra ID", "value": "12076:5060"}"#).unwrap();
        assert_eq!(fixed.resolve(&[]).unwrap(), [Community(12076, 5060)]);
        let storage = need(r#"{"label": "Azure Storage", "perRegion": "storage"}"#).unwrap();
        let two = storage.resolve(&[of("eastus"), of("eastus2")]).unwrap();
        assert_eq!(two, [Community(12076, 52004), Community(12076, 52005)]);
        assert!(storage.resolve(&[]).unwrap_err().contains("no region is chosen"));
        assert!(storage.resolve(&[of("usgovvirginia")]).unwrap_err().contains("US Gov Virginia"));
    }

    #[test]
    fn exactly_one_kind_of_value_is_written() {
        for (json, part) in [
            (r#"{"label": "x"}"#, "either"),
            (r#"{"label": "x", "value": "12076:1", "perRegion": "sql"}"#, "either"),
            (r#"{"label": "x", "value": "12076"}"#, "no BGP community"),
            (r#"{"label": "x", "value": "12076:70000"}"#, "no BGP community"),
        ] {
            let error = need(json).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
