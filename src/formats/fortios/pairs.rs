//! The points of view: pairs of interfaces between which policies tell traffic apart.

use super::policies::Applied;
use super::tree::Scope;
use std::collections::{BTreeMap, BTreeSet};

/// Pairs that every policy treats alike.
#[derive(Clone, Debug)]
pub(super) struct Alike {
    pub pairs: Vec<(String, String)>,
    /// The policies that apply, by their index.
    pub policies: Vec<usize>,
}

const ANY: &str = "any";

/// What stands in front of the kind of an explicit proxy, as the side that requests come from.
pub(super) const EXPLICIT: &str = "proxy ";
/// What stands in front of the interface at which a transparent proxy takes requests.
pub(super) const TRANSPARENT: &str = "transparent proxy at ";

/// The zones of a VDOM, SD-WAN's too: each member with its zone.
pub(super) struct Zones(BTreeMap<String, String>);

impl Zones {
    /// CLI Reference: config system zone, config system sdwan (`virtual-wan-link` is the zone of members without one).
    pub fn of(scope: &Scope) -> Zones {
        let mut zones = BTreeMap::new();
        for zone in scope.entries("system zone") {
            zones.extend(zone.values("interface").iter().map(|member| (member.clone(), zone.key.clone())));
        }
        for (path, in_own_zone) in [("system sdwan", true), ("system virtual-wan-link", false)] {
            let members = scope.tables.get(path).and_then(|table| table.own.children.get("members"));
            for member in members.map_or(&[][..], |table| &table.entries) {
                let zone = member.value("zone").filter(|_| in_own_zone).unwrap_or("virtual-wan-link");
                zones.extend(member.value("interface").map(|name| (name.to_owned(), zone.to_owned())));
            }
        }
        Zones(zones)
    }

    /// Whether what holds at the interface holds for a part of what a policy calls so.
    fn is_part(&self, interface: &str, whole: &str) -> bool {
        interface != whole && (whole == ANY || self.0.get(interface).is_some_and(|zone| zone == whole))
    }

    /// Whether a policy that lists these interfaces applies to one of them. A list that is not there may hold any.
    fn holds(&self, listed: &[String], name: &str) -> bool {
        let zone = self.0.get(name);
        let is_at_any = |each: &str| each.strip_prefix(TRANSPARENT) == Some(ANY) && name.starts_with(TRANSPARENT);
        listed.is_empty()
            || listed.iter().any(|each| each == ANY || each == name || Some(each) == zone || is_at_any(each))
    }
}

/// The pairs that occur in policies, those together that every policy treats alike, in the order of the policies.
pub(super) fn alike(policies: &[Applied], zones: &Zones) -> Vec<Alike> {
    let mut groups: Vec<Alike> = Vec::new();
    let mut places: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    for (from, to) in pairs(policies, zones) {
        let applies = |policy: &Applied| zones.holds(&policy.from, &from) && zones.holds(&policy.to, &to);
        let own: Vec<usize> = (0..policies.len()).filter(|&index| applies(&policies[index])).collect();
        let place = *places.entry(own.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.pairs.push((from, to)),
            None => groups.push(Alike { pairs: vec![(from, to)], policies: own }),
        }
    }
    groups
}

/// The pairs that policies name, and those that what drops at an interface tells apart from its zone or from `any`.
fn pairs(policies: &[Applied], zones: &Zones) -> Vec<(String, String)> {
    let (drops, deciding): (Vec<&Applied>, Vec<&Applied>) = policies.iter().partition(|policy| policy.kind.drops());
    let mut found = named_pairs(&deciding);
    let mut seen: BTreeSet<(String, String)> = found.iter().cloned().collect();
    for drop in drops {
        let parts = |listed: &[String], whole: &String| -> Vec<String> {
            let parts = named(listed).filter(|name| zones.is_part(name, whole)).map(str::to_owned);
            std::iter::once(whole.clone()).chain(parts).collect()
        };
        for (from, to) in found.clone() {
            let pairs = parts(&drop.from, &from).into_iter();
            let pairs = pairs.flat_map(|from| parts(&drop.to, &to).into_iter().map(move |to| (from.clone(), to)));
            found.extend(pairs.filter(|pair| seen.insert(pair.clone())));
        }
    }
    found
}

/// Where a policy names an interface on one side and `any` on the other, `any` stands for those that other policies name
/// with it, and for any other only where there are none.
fn named_pairs(policies: &[&Applied]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut add = |from: &str, to: &str| {
        let pair = (from.to_owned(), to.to_owned());
        if seen.insert(pair.clone()) {
            found.push(pair);
        }
    };
    for policy in policies {
        for from in named(&policy.from) {
            named(&policy.to).for_each(|to| add(from, to));
        }
    }
    let open_to: BTreeSet<&str> =
        policies.iter().filter(|policy| is_open(&policy.to)).flat_map(|p| named(&p.from)).collect();
    let open_from: BTreeSet<&str> =
        policies.iter().filter(|policy| is_open(&policy.from)).flat_map(|p| named(&p.to)).collect();
    let all_to: Vec<&str> = distinct(policies.iter().flat_map(|policy| named(&policy.to)));
    let all_from: Vec<&str> = distinct(policies.iter().flat_map(|policy| named(&policy.from)));
    for &from in &open_to {
        let beside = if all_to.is_empty() { &[ANY][..] } else { &all_to[..] };
        beside.iter().for_each(|to| add(from, to));
    }
    for &to in &open_from {
        let beside = if all_from.is_empty() { &[ANY][..] } else { &all_from[..] };
        beside.iter().for_each(|from| add(from, to));
    }
    if found.is_empty() && !policies.is_empty() {
        found.push((ANY.to_owned(), ANY.to_owned()));
    }
    found
}

fn named(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter().map(String::as_str).filter(|name| *name != ANY)
}

fn is_open(list: &[String]) -> bool {
    list.is_empty() || list.iter().any(|name| name == ANY)
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(*name)).collect()
}

impl Alike {
    /// `lan, dmz to wan1`; pairs that are not every one of such a list stand one by one.
    pub fn label(&self) -> String {
        let (from, to) = self.sides();
        match from.len() * to.len() == self.pairs.len() {
            true => format!("{} to {}", from.join(", "), to.join(", ")),
            false => self.pairs.iter().map(|(from, to)| format!("{from} to {to}")).collect::<Vec<_>>().join("; "),
        }
    }

    /// The interfaces on either side.
    fn sides(&self) -> (Vec<&str>, Vec<&str>) {
        (
            distinct(self.pairs.iter().map(|(from, _)| from.as_str())),
            distinct(self.pairs.iter().map(|(_, to)| to.as_str())),
        )
    }

    /// The pairs as few lists: sources with the same destinations together.
    pub fn lists(&self) -> Vec<(Vec<&str>, Vec<&str>)> {
        let mut by_destinations: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
        for from in self.sides().0 {
            let to = self.pairs.iter().filter(|(own, _)| own == from).map(|(_, to)| to.as_str());
            by_destinations.entry(distinct(to)).or_default().push(from);
        }
        by_destinations.into_iter().map(|(to, from)| (from, to)).collect()
    }
}
