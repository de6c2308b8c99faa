//! What is missing, as groups with ports.

use super::config::{Config, Platform};
use crate::addresses::{AddressSet, Family, parse_entry};
use crate::formats::{Gap, Gaps};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// Destinations that are to be reached on some ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Addition {
    /// A name that no object has.
    pub group: String,
    pub prefixes: Vec<IpNet>,
    /// Names for FQDN objects.
    pub names: Vec<String>,
    pub ports: Vec<u16>,
}

/// One addition for each set of ports. Names serve where no ranges are known, and where the device can resolve them.
pub(super) fn additions(config: &Config, gaps: &Gaps, notes: &mut Vec<String>) -> Vec<Addition> {
    let mut by_ports: BTreeMap<Vec<u16>, (Vec<IpNet>, BTreeSet<String>)> = BTreeMap::new();
    for gap in &gaps.gaps {
        let (prefixes, names) = expressible(config.platform, gap, notes);
        if !prefixes.is_empty() || !names.is_empty() {
            let (all_prefixes, all_names) = by_ports.entry(gap.tcp_ports.clone()).or_default();
            all_prefixes.extend(prefixes);
            all_names.extend(names);
        }
    }
    let mut taken: BTreeSet<String> = config.objects.keys().cloned().collect();
    let named = by_ports.into_iter().map(|(ports, (prefixes, names))| {
        let group = free("AZURE-EGRESS", &taken);
        taken.insert(group.clone());
        let prefixes = AddressSet::from_nets(prefixes).prefixes();
        Addition { group, prefixes, names: names.into_iter().collect(), ports }
    });
    named.collect()
}

fn free(stem: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{stem}-{number}"));
    std::iter::once(stem.to_owned()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default()
}

/// The ranges of a gap, or its names; what the platform cannot say is noted.
fn expressible(platform: Platform, gap: &Gap, notes: &mut Vec<String>) -> (Vec<IpNet>, Vec<String>) {
    let fits = |net: &&IpNet| platform == Platform::Asa || matches!(net, IpNet::V4(_));
    let prefixes: Vec<IpNet> = gap.prefixes.iter().filter(fits).copied().collect();
    if prefixes.len() < gap.prefixes.len() {
        notes.push(format!("{}: the IPv6 ranges belong into an `ipv6 access-list`.", gap.purpose));
    }
    if !prefixes.is_empty() || gap.names.is_empty() {
        return (prefixes, Vec::new());
    }
    let plain: Vec<String> = match platform {
        Platform::Asa => gap.names.iter().filter(|name| !name.contains('*')).map(|name| name.to_lowercase()).collect(),
        Platform::Ios | Platform::Nxos => Vec::new(),
    };
    if plain.len() < gap.names.len() {
        let what = match platform {
            Platform::Asa => "an FQDN object takes no wildcard",
            Platform::Ios | Platform::Nxos => "these lists know no host names",
        };
        notes.push(format!("{}: {what} ({}).", gap.purpose, gap.names.join(", ")));
    }
    (Vec::new(), plain)
}

/// The sources that were asked for, as IPv4 prefixes; none for any.
pub(super) fn sources(gaps: &Gaps) -> Vec<IpNet> {
    let asked = gaps.source.as_deref().and_then(parse_entry).and_then(Result::ok);
    asked.map(|entry| entry.set.only(Family::V4).prefixes()).unwrap_or_default()
}
