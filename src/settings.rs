//! What the user chose.

use crate::azure::Cloud;
use crate::formats::Polarity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The choices that a check depends on, besides the files themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS), ts(export, optional_fields))]
pub struct Settings {
    /// Scenario ids; empty for the default.
    pub scenarios: Vec<String>,
    /// `public`, `usgov` or `china`.
    /// The default is the scenarios' cloud, else the public one.
    pub cloud: Option<Cloud>,
    /// Azure regions in any of Azure's spellings; empty for all.
    pub regions: Vec<String>,
    /// An address or prefix; `None`: the answer holds for every source.
    pub source: Option<String>,
    pub vantage: Option<String>,
    pub facts: BTreeMap<String, String>,
    /// What DNS answers where the traffic is decided: a name, `*.name` or `*`, and addresses, prefixes, `public`, `private` or
    /// `none`. What is not stated is undecided where it counts.
    pub dns: BTreeMap<String, String>,
    /// When the traffic is sent, by the clock of the device or client: `2026-11-23T10:30`, or with its distance to UTC,
    /// `2026-11-23T10:30+01:00`. `None`: undecided where it counts.
    pub time: Option<String>,
    pub dialect: Option<String>,
    pub polarity: Option<Polarity>,
    pub ip: IpVersions,
    /// How many prefixes of each IP version the additions to a device may have, where it takes only so many; they may open
    /// more addresses then. `None`: as many as are exact.
    pub max_prefixes: Option<u32>,
}

/// Which IP versions are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS), ts(export))]
pub enum IpVersions {
    #[default]
    #[serde(rename = "4")]
    V4,
    #[serde(rename = "6")]
    V6,
    #[serde(rename = "both")]
    Both,
}
