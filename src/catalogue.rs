//! What Azure services need from a network: facts as data, each with its sources.
//!
//! One JSON file a service; all files together are the built-in catalogue, and each of them is a whole catalogue of its
//! own, in the form that users write theirs. Every word of the files is read into a type that can hold nothing wrong, so a
//! [`Catalogue`] in hand is a valid one.

mod builtin;
mod check;
mod community;
mod facts;
mod fqdn_tags;
mod host;
mod locate;
mod read;
mod regions;
mod requirement;
mod scenario;
#[cfg(feature = "schema")]
mod schema;
mod when;

pub use community::{CommunityNeed, CommunityValue};
pub use facts::{Fact, FactType, Facts};
pub use fqdn_tags::{FqdnTag, fqdn_tag};
pub use host::HostEntry;
pub use regions::{Region, RegionCommunities, RegionValue, Regions, ServiceCommunity};
pub use requirement::{AddressSpace, Category, Requirement, TlsInspection};
pub use scenario::{Contradiction, Note, Origin, Scenario};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use when::{Op, Value, When};

use crate::azure::Cloud;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The scenario that is asked where the user names none.
pub const DEFAULT_SCENARIO: &str = "backup.mars.public";

/// Scenarios, the sources they rest on, and the facts their conditions ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Catalogue {
    /// The schema that an editor checks the file against; read over.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Year, month, day and a two-digit number of that day: `2026112200`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^\d{10}$")))]
    pub catalogue_version: String,
    /// The day of the last change, as `2026-11-22`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^\d{4}-\d\d-\d\d$")))]
    pub updated: String,
    /// What entries cite, by key.
    pub sources: BTreeMap<String, Origin>,
    /// What conditions ask about, by key.
    #[serde(default)]
    pub facts: BTreeMap<String, Fact>,
    pub scenarios: Vec<Scenario>,
}

impl Catalogue {
    /// The scenario that is asked where the user names none: [`DEFAULT_SCENARIO`] if it is there and of the cloud, else the
    /// first of the cloud; the first at all in a catalogue that speaks of no cloud.
    pub fn default_scenario(&self, cloud: Option<Cloud>) -> Option<&Scenario> {
        let fits = |scenario: &&Scenario| cloud.is_none() || scenario.cloud == cloud;
        let default = self.scenario(DEFAULT_SCENARIO).filter(fits).or_else(|| self.scenarios.iter().find(fits));
        let cloudless = self.scenarios.iter().all(|scenario| scenario.cloud.is_none());
        default.or_else(|| self.scenarios.first().filter(|_| cloudless))
    }

    pub fn scenario(&self, id: &str) -> Option<&Scenario> {
        self.scenarios.iter().find(|scenario| scenario.id == id)
    }
}
