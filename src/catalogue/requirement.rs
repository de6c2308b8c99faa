use super::{CommunityNeed, Contradiction, Facts, HostEntry, Note, When};
use crate::hosts::Tri;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU16;

/// One thing that has to be reachable.
///
/// It can be met on any of three planes, and covered on one is covered:
/// - **names**: all of `urls`;
/// - **ranges**: all of `ips` together with all of `serviceTags`;
/// - **communities**: all of `bgpCommunities`.
///
/// An empty plane cannot meet it. On whatever plane, all of `tcpPorts` have to pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Requirement {
    /// Unique in its scenario; never changes.
    pub id: String,
    /// What it is for, as a heading: "Azure Storage".
    pub purpose: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether the scenario's own document asks for it, so that it counts for the verdict as a whole. What other sources
    /// add is information.
    pub required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<HostEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub ips: Vec<IpNet>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bgp_communities: Vec<CommunityNeed>,
    /// Private DNS zones that have to answer for the names; a zone may hold the same variables as a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub private_dns_zones: Vec<HostEntry>,
    /// TCP ports at the destination.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub tcp_ports: Vec<NonZeroU16>,
    /// When it applies; always if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// What the names resolve to.
    #[serde(default)]
    pub address_space: AddressSpace,
    #[serde(default)]
    pub tls_inspection: TlsInspection,
    /// Keys of the sources for `tlsInspection`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tls_inspection_source: Vec<String>,
    /// Known hosts under the names: examples, never proof.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub witnesses: Vec<HostEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Keys of the catalogue's sources.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub source: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradicts: Option<Contradiction>,
}

impl Requirement {
    /// Whether it applies under what is known. [`Tri::Maybe`] where a fact that decides it is unknown.
    pub fn applies(&self, facts: &Facts) -> Tri {
        self.when.as_ref().map_or(Tri::Yes, |when| when.holds(facts))
    }
}

/// How a network should treat the traffic, in the terms of Microsoft's endpoint service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Category {
    Optimize,
    Allow,
    Default,
}

/// Whether a device may open TLS on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum TlsInspection {
    /// The service does not support it.
    Bypass,
    Allowed,
    /// No source says.
    #[default]
    Unknown,
}

/// The kind of address that names resolve to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AddressSpace {
    #[default]
    Public,
    /// Addresses of a virtual network: no service tag or published range holds them.
    Private,
}
