use super::{Requirement, When};
use crate::azure::Cloud;
use serde::{Deserialize, Serialize};

/// Where a fact was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The file, the page or the table inside it.
    #[serde(rename = "where")]
    pub place: String,
    /// The date that the text itself bears, in its own words.
    pub date: String,
    /// The day on which somebody last compared the catalogue with the text, as `2026-11-22`.
    pub last_verified: String,
}

/// One way of using a service, with everything it needs from the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// Never changes: links and scripts name it.
    pub id: String,
    pub title: String,
    pub service: String,
    /// The cloud whose service tags and names the scenario speaks of; absent where it is the same in every cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    pub summary: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    pub requirements: Vec<Requirement>,
}

/// Something to know that no export can show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Note {
    pub text: String,
    /// When the note matters; always if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// Keys of the catalogue's sources.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub source: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradicts: Option<Contradiction>,
}

/// Another source that says something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Contradiction {
    /// Key of the source that disagrees.
    pub source: String,
    /// What it says.
    pub says: String,
}
