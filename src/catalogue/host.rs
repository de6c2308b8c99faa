use super::Region;
use crate::hosts::{Domain, HostPattern, normalize};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A required host name, or `*.suffix` for every name below a suffix at any depth, without the suffix itself.
///
/// It may hold the variables `{region}` (`westeurope`) and `{geo}` (Azure Backup's code of a region: `we`), which stand for
/// the chosen regions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = r"^(\*\.)?([a-z0-9._-]|\{geo\}|\{region\})+$")))]
#[serde(try_from = "String", into = "String")]
pub struct HostEntry(String);

const GEO: &str = "{geo}";
const REGION: &str = "{region}";

impl HostEntry {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for many names.
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }

    pub fn has_variables(&self) -> bool {
        self.0.contains('{')
    }

    /// The names that it stands for, without variables: one for each region, or itself if it has no variable.
    ///
    /// # Errors
    /// Why it cannot be told, as a sentence without its full stop: no region is chosen, or no code of it is known.
    pub fn resolve(&self, regions: &[&Region]) -> Result<Vec<HostEntry>, String> {
        match (self.has_variables(), regions) {
            (false, _) => Ok(vec![self.clone()]),
            (true, []) => Err(format!("{self} depends on the region of the vault, and no region is chosen")),
            (true, regions) => regions.iter().map(|region| self.in_region(region)).collect(),
        }
    }

    fn in_region(&self, region: &Region) -> Result<HostEntry, String> {
        let named = self.0.replace(REGION, &region.name);
        match &region.geo {
            Some(geo) => Ok(HostEntry(named.replace(GEO, geo))),
            None if !named.contains(GEO) => Ok(HostEntry(named)),
            None => Err(format!("{self} needs Azure Backup's code for {}, which no source gives", region.display)),
        }
    }

    /// The set of names; `None` while variables are left.
    pub fn pattern(&self) -> Option<HostPattern> {
        match self.0.strip_prefix("*.") {
            _ if self.has_variables() => None,
            Some(base) => Some(HostPattern::Domain(Domain::below(base))),
            None => Some(HostPattern::Exact(self.0.clone())),
        }
    }
}

impl fmt::Display for HostEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<HostEntry> for String {
    fn from(entry: HostEntry) -> String {
        entry.0
    }
}

impl TryFrom<String> for HostEntry {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (star, name) = match text.strip_prefix("*.") {
            Some(name) => ("*.", name),
            None => ("", text.as_str()),
        };
        // Any legal label does for a check of the rest of the name.
        let sample = name.replace(GEO, "x").replace(REGION, "x");
        match normalize(&sample) {
            Ok(plain) if plain == sample => Ok(HostEntry(format!("{star}{name}"))),
            Ok(_) => Err(format!("\"{text}\" is not in lower-case ASCII without blanks around it or a dot at its end")),
            Err(error) => Err(format!("\"{text}\" is neither a host name nor *. and a host name: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Regions;

    fn entry(text: &str) -> HostEntry {
        HostEntry::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn only_names_and_leading_stars_are_entries() {
        for text in ["login.windows.net", "*.windows.net", "*.{geo}.backup.windowsazure.com", "{region}.x.y", "a_b.c"] {
            assert_eq!(entry(text).as_str(), text);
        }
        for text in [
            "",
            "*",
            "*.",
            "*x.y",
            "a.*.b",
            ".x.y",
            "https://x.y",
            "x.y:443",
            "x.y/z",
            "X.y",
            " x.y",
            "x.y.",
            "{vault}.x.y",
        ] {
            let error = HostEntry::try_from(text.to_owned()).unwrap_err();
            assert!(error.contains(&format!("\"{text}\"")), "{error}");
        }
    }

    #[test]
    fn variables_stand_for_the_chosen_regions() {
        let regions = Regions::builtin();
        let of = |name: &str| regions.find(name).unwrap();
        let geo = entry("*.privatelink.{geo}.backup.windowsazure.com");
        assert_eq!(
            geo.resolve(&[of("westeurope"), of("eastus")]).unwrap(),
            [entry("*.privatelink.we.backup.windowsazure.com"), entry("*.privatelink.eus.backup.windowsazure.com")]
        );
        assert!(geo.resolve(&[]).unwrap_err().contains("no region is chosen"));
        assert!(geo.resolve(&[of("austriaeast")]).unwrap_err().contains("Austria East"));
        assert_eq!(entry("{region}.x.y").resolve(&[of("austriaeast")]).unwrap(), [entry("austriaeast.x.y")]);
        assert_eq!(entry("x.y").resolve(&[]).unwrap(), [entry("x.y")]);
    }

    #[test]
    fn a_star_is_every_name_below() {
        assert_eq!(entry("*.x.y").pattern(), Some(HostPattern::Domain(Domain::below("x.y"))));
        assert_eq!(entry("x.y").pattern(), Some(HostPattern::Exact("x.y".into())));
        assert_eq!(entry("{geo}.y").pattern(), None);
    }
}
