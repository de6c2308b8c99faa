//! Rule collections to add, in the export's own shape: application rules for names; network rules where network rules deny
//! before any name is seen, and where only tags or ranges are known.

mod additions;
mod new_group;
mod spell;

use super::order::{self, Level, Placed};
use super::reading;
use super::shapes::{self, Found};
use super::written::{Group, Kind, Policy};
use crate::addresses::{AddressSet, parse_entry};
use crate::formats::azure::resource::insertion;
use crate::formats::{Edit, Gap, Gaps, Input, Remedy};
use crate::hosts::HostSet;
use crate::policy::{Action, Gate, Vantage};
use crate::reach::{self, Outcome, Question, TagTable};
use additions::{Addition, additions};
use std::collections::BTreeSet;

/// The priorities that Azure accepts.
const PRIORITIES: std::ops::RangeInclusive<u32> = 100..=65000;
/// Microsoft's advice: "space your rule collection priority numbers in 100 increments".
const SPACING: u32 = 100;

pub(super) fn remedy(input: &Input<'_>, gaps: &Gaps) -> Option<Remedy> {
    let documents = reading::documents(input);
    let mut found = shapes::find(&documents);
    let (chain, levels, placed) = reading::path(&mut found, &gaps.vantage)?;
    let before = network_rules(&placed);
    let added = additions(gaps, |gap| names_arrive(gap, &before, gaps));
    let mut writer = Writer {
        input,
        gaps,
        new_groups: Vec::new(),
        remedy: Remedy { text: String::new(), place: String::new(), edits: Vec::new(), notes: added.notes },
    };
    let mut places = Vec::new();
    for (kind, rules) in [(Kind::Network, added.network), (Kind::Application, added.application)] {
        if !rules.is_empty() {
            let spot = spot(&found, &levels, &chain.policies, kind);
            let alone = || chain.policies.last().map(|&policy| (policy, None));
            let own_group = spot.map(|spot| (spot.policy, spot.group_below)).or_else(alone);
            let place = writer.add(&found, spot, kind, &rules);
            let place = place.or_else(|| writer.add_group(&found.policies[own_group?.0], own_group?.1, kind, &rules));
            places.push(place.unwrap_or_else(|| writer.add_loose(&found, spot, kind, &rules)));
        }
    }
    writer.remedy.place = places.join("; ");
    (!writer.remedy.text.is_empty()).then_some(writer.remedy)
}

struct NoTags;

impl TagTable for NoTags {
    fn addresses(&self, _: &str) -> Option<&AddressSet> {
        None
    }
}

/// What the network rules leave to the application rules: everything that they do not deny.
fn network_rules(placed: &[Placed]) -> Gate {
    let network = |placed: &&Placed| placed.meaning.as_ref().is_none_or(|meaning| meaning.kind == Kind::Network);
    let rules: Vec<Placed> = placed.iter().filter(network).cloned().collect();
    let mut gate = order::passes("network rules", &rules);
    gate.otherwise.action = Action::Allow;
    gate
}

/// Whether requests for the names of a gap reach the application rules.
fn names_arrive(gap: &Gap, before: &Gate, gaps: &Gaps) -> bool {
    let vantage = Vantage { label: String::new(), gates: vec![before.clone()], ..Vantage::default() };
    let source = gaps.source.as_deref().and_then(|text| parse_entry(text)?.ok()).map(|entry| entry.set);
    let arrives = |name: &String, port: u16| {
        let question = Question { source: source.clone(), ..Question::tcp(port) };
        let Ok(names) = HostSet::parse(name) else { return false };
        let parts = reach::names(&[vec![&vantage]], &question, &NoTags, &names);
        parts.iter().all(|part| part.joint().outcome == Outcome::Allowed)
    };
    !gap.names.is_empty() && gap.names.iter().all(|name| gap.tcp_ports.iter().all(|&port| arrives(name, port)))
}

/// Where a collection goes: a policy, a group of it, and the number that it has to stay below.
#[derive(Clone, Copy, Debug)]
struct Spot {
    policy: usize,
    group: usize,
    below: Option<u32>,
    /// The number of that group, if a new one would have to stand before it.
    group_below: Option<u32>,
}

/// Before the first collection of this kind that may deny; without one into the last policy.
fn spot(found: &Found<'_>, levels: &[Level], policies: &[usize], kind: Kind) -> Option<Spot> {
    let of_list = |policy: usize, group: usize| match found.policies[policy].classic {
        true => kind as usize,
        false => group,
    };
    for &policy in policies {
        let denies = |block: &&order::Block| {
            block.rules.iter().any(|rule| rule.kind == kind && rule.action != Some(Action::Allow))
        };
        let first = levels[policy].blocks.iter().filter(denies).min_by_key(|block| (block.group, block.priority));
        if let Some(block) = first {
            let below = Some(block.priority?);
            return Some(Spot { policy, group: of_list(policy, block.group_index), below, group_below: block.group });
        }
    }
    let policy = *policies.last()?;
    let like = levels[policy].blocks.iter().find(|block| block.rules.iter().any(|rule| rule.kind == kind));
    let group = like.map_or(found.policies[policy].groups.len().checked_sub(1)?, |block| block.group_index);
    Some(Spot { policy, group: of_list(policy, group), below: None, group_below: None })
}

/// The number of a new collection of a group.
fn free_priority(group: &Group<'_>, below: Option<u32>) -> Option<u32> {
    let number = |fields: super::written::Fields<'_>| fields.text("priority")?.parse().ok();
    free(&group.collections.iter().filter_map(|collection| number(collection.inner)).collect(), below)
}

/// As high as it may be before a denial, else behind what there is.
fn free(taken: &BTreeSet<u32>, below: Option<u32>) -> Option<u32> {
    let behind = taken.last().map_or(*PRIORITIES.start(), |last| last.saturating_add(SPACING));
    let last = below.map_or(behind, |below| below.saturating_sub(1)).min(*PRIORITIES.end());
    (*PRIORITIES.start()..=last).rev().find(|number| !taken.contains(number))
}

struct Writer<'r, 'i> {
    input: &'r Input<'i>,
    gaps: &'r Gaps,
    /// The numbers of groups that are made here.
    new_groups: Vec<u32>,
    remedy: Remedy,
}

impl Writer<'_, '_> {
    fn from(&self) -> &str {
        self.gaps.source.as_deref().unwrap_or("*")
    }

    /// Writes one collection into a group, if there is one with room; says where it goes.
    fn add(&mut self, found: &Found<'_>, spot: Option<Spot>, kind: Kind, rules: &[Addition]) -> Option<String> {
        let spot = spot?;
        let policy = &found.policies[spot.policy];
        let group = policy.groups.get(spot.group)?;
        let priority = free_priority(group, spot.below)?;
        let from = self.gaps.source.as_deref().unwrap_or("*");
        let name = spell::free_name(kind, group);
        let collection = spell::collection(
            &spell::Wanted { kind, name: &name, priority, from, classic: policy.classic, style: group.style },
            rules,
        );
        self.write(&collection);
        self.remedy.notes.extend(spell::commands(policy, &group.name, (kind, &name, priority, from), rules));
        let place = format!("into \"{}\" of \"{}\", with the priority {priority}", group.name, policy.key.name);
        Some(match self.edit(group, policy.classic, &collection) {
            Some(edit) => {
                let line = self.input.source.line_number((edit.at as u32).saturating_sub(1));
                self.remedy.edits.push(edit);
                format!("{place}, line {line}")
            }
            None => place,
        })
    }

    /// Writes a new group, below the export.
    fn add_group(&mut self, policy: &Policy<'_>, below: Option<u32>, kind: Kind, rules: &[Addition]) -> Option<String> {
        let group = new_group::of(policy, below, kind, &self.new_groups)?;
        self.new_groups.push(group.priority);
        let text = new_group::text(policy, &group, kind, self.from(), rules);
        self.remedy.notes.extend(new_group::commands(policy, &group, kind, self.from(), rules));
        self.write(&text);
        // One group alone would be read as one of several.
        self.remedy.edits.push(Edit { at: self.input.source.text().len(), insert: format!("\n[\n{text}\n]\n") });
        Some(format!(
            "as a new rule collection group \"{}\" of \"{}\", with the priority {}",
            group.name, policy.key.name, group.priority
        ))
    }

    /// Writes a collection for which nothing has room.
    fn add_loose(&mut self, found: &Found<'_>, spot: Option<Spot>, kind: Kind, rules: &[Addition]) -> String {
        self.write(&spell::loose(kind, rules, self.from()));
        let group = spot.and_then(|spot| Some((spot.below?, found.policies[spot.policy].groups.get(spot.group)?)));
        match group {
            Some((below, group)) => format!(
                "into \"{}\", once a priority below {below} is free there: give the collections that deny higher numbers",
                group.name
            ),
            None => "into a rule collection group of the policy, before everything that denies".to_owned(),
        }
    }

    fn write(&mut self, text: &str) {
        if !self.remedy.text.is_empty() {
            self.remedy.text += ",\n";
        }
        self.remedy.text += text;
    }

    /// An edit of the export; there is none for what stands in an attachment.
    fn edit(&self, group: &Group<'_>, classic: bool, collection: &str) -> Option<Edit> {
        let own = group.span.file == self.input.source.file();
        let key = if classic { &group.name } else { "ruleCollections" };
        insertion(group.place, key, collection).filter(|_| own)
    }
}
