//! Which groups stand on one path: outbound traffic passes the group of its interface, then that of its subnet.
//!
//! Source: "How network security groups filter network traffic", section "Outbound traffic"
//! (learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works).

use super::group::Group;
use crate::syntax::json::{Documents, Json};
use std::collections::{BTreeMap, BTreeSet};

/// Groups in series, by index, with the name of what they guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub label: String,
    pub groups: Vec<usize>,
}

/// The ids that a group says it is attached to, of one kind.
type IdsOf = for<'g, 'x> fn(&'g Group<'x>) -> &'g [String];

/// Every path that the text proves; a group that stands on none is a path of its own.
pub(super) fn paths(groups: &[Group<'_>], documents: &Documents) -> Vec<Path> {
    let mut paths = effective(groups);
    paths.extend(configured(groups, documents));
    unique(&mut paths);
    paths
}

/// The parts of one answer of "list effective" belong to one interface, unless they name several.
fn effective(groups: &[Group<'_>]) -> Vec<Path> {
    let mut answers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, group) in groups.iter().enumerate() {
        if let Some(answer) = group.effective {
            answers.entry(answer).or_default().push(index);
        }
    }
    answers.into_values().flat_map(|members| answer(groups, members)).collect()
}

fn answer(groups: &[Group<'_>], mut members: Vec<usize>) -> Vec<Path> {
    // Security admin rules stand before each group, not beside them.
    if members.iter().any(|&index| !groups[index].admin) {
        members.retain(|&index| !groups[index].admin);
    }
    let named = |ids: IdsOf| -> BTreeSet<&String> { members.iter().flat_map(|&index| ids(&groups[index])).collect() };
    let interfaces = named(|group| &group.interfaces);
    let one_path = interfaces.len() <= 1 && named(|group| &group.subnets).len() <= 1;
    let associated =
        members.iter().all(|&index| !groups[index].interfaces.is_empty() || !groups[index].subnets.is_empty());
    if members.len() > 1 && one_path && associated {
        let label = interfaces.iter().next().and_then(|id| id.rsplit('/').next()).map(str::to_owned);
        members.sort_by_key(|&index| groups[index].interfaces.is_empty());
        let label = label.unwrap_or_else(|| joined(groups, &members));
        return vec![Path { label, groups: members }];
    }
    members.into_iter().map(|index| alone(groups, index)).collect()
}

fn alone(groups: &[Group<'_>], index: usize) -> Path {
    Path { label: groups[index].name.clone(), groups: vec![index] }
}

fn joined(groups: &[Group<'_>], members: &[usize]) -> String {
    members.iter().map(|&index| groups[index].name.as_str()).collect::<Vec<_>>().join(" + ")
}

/// Pairs of groups that the export itself connects: an interface in a subnet, each with a group.
fn configured(groups: &[Group<'_>], documents: &Documents) -> Vec<Path> {
    let memberships = memberships(documents);
    let (mut pairs, mut proved) = (Vec::new(), BTreeSet::new());
    for (interface, subnet) in &memberships {
        let guards = |of: IdsOf, id: &String| {
            groups.iter().position(|group| group.effective.is_none() && of(group).contains(id))
        };
        let near = guards(|group| &group.interfaces, interface);
        let far = guards(|group| &group.subnets, subnet);
        if let (Some(near), Some(far)) = (near, far)
            && near != far
        {
            pairs.push(vec![near, far]);
            proved.insert((near, interface));
            proved.insert((far, interface));
        }
    }
    pairs.sort();
    pairs.dedup();
    let elsewhere = |index: usize| {
        let group = &groups[index];
        let inside =
            memberships.iter().filter(|(_, subnet)| group.subnets.contains(subnet)).map(|(interface, _)| interface);
        let in_pair = pairs.iter().any(|pair| pair.contains(&index));
        !in_pair || group.interfaces.iter().chain(inside).any(|interface| !proved.contains(&(index, interface)))
    };
    let single = (0..groups.len()).filter(|&index| groups[index].effective.is_none() && elsewhere(index));
    let mut paths: Vec<Path> = single.map(|index| alone(groups, index)).collect();
    paths.extend(pairs.iter().map(|pair| Path { label: joined(groups, pair), groups: pair.clone() }));
    paths.sort_by_key(|path| path.groups.clone());
    paths
}

/// Pairs of an interface and its subnet, lower-case: an interface's `ipConfigurations[].subnet.id`, or a subnet's
/// `ipConfigurations[].id`, which lie inside the interfaces' ids.
fn memberships(documents: &Documents) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for root in &documents.roots {
        root.walk(&mut |json| found.extend(memberships_of(json)));
    }
    found
}

fn memberships_of(json: &Json) -> Vec<(String, String)> {
    let inner = json.get("properties").unwrap_or(json);
    let Some(id) = json.get("id").and_then(Json::as_str).map(str::to_ascii_lowercase) else { return Vec::new() };
    let configurations = inner.get("ipConfigurations").map(Json::items).unwrap_or_default();
    let pair = |configuration: &Json| {
        let own = configuration.get("id").and_then(Json::as_str).map(str::to_ascii_lowercase);
        if id.contains("/subnets/") {
            let interface = own?.split("/ipconfigurations/").next()?.to_owned();
            return Some((interface, id.clone()));
        }
        let subnet = configuration.get("properties").unwrap_or(configuration).get("subnet")?.get("id")?.as_str()?;
        Some((id.clone(), subnet.to_ascii_lowercase()))
    };
    configurations.iter().filter_map(pair).collect()
}

/// Labels are how a user picks a path, so no two are the same.
fn unique(paths: &mut [Path]) {
    let mut taken = BTreeSet::new();
    for path in paths {
        let base = path.label.clone();
        let mut number = 2;
        while !taken.insert(path.label.clone()) {
            path.label = format!("{base} ({number})");
            number += 1;
        }
    }
}
