//! Rules to add, in the export's own shape.
//!
//! A rule holds one service tag at most ("you can't specify multiple service tags … in a single rule", Network security
//! groups overview), so there is one rule a tag; prefixes go into one rule a family.

use super::group::{Group, Style, Written};
use super::words;
use crate::addresses::AddressSet;
use crate::formats::azure::resource::insertion;
use crate::formats::{Edit, Gap, Gaps, Remedy};
use crate::policy::{Action, Condition, Gate, Rule, Then};
use crate::source::Source;
use ipnet::IpNet;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// The priorities that a user's rules may have.
const PRIORITIES: RangeInclusive<u32> = 100..=4096;

/// A rule to be added, before it has a priority.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Addition {
    name: String,
    destination: Vec<String>,
    ports: Vec<u16>,
}

pub(super) fn remedy(source: &Source, groups: &[(&Group<'_>, &Gate)], gaps: &Gaps) -> Option<Remedy> {
    let mut remedy = Remedy { text: String::new(), place: String::new(), edits: Vec::new(), notes: notes(gaps) };
    let (mut places, mut full) = (Vec::new(), Vec::new());
    for (group, gate) in groups {
        let lacking: Vec<&Gap> = gaps.gaps.iter().filter(|gap| !passes(gate, gap)).collect();
        let additions = additions(&lacking);
        if !additions.is_empty() {
            let room = free_priorities(group, gate, additions.len());
            if room.is_none() {
                full.push(no_room(group, additions.len()));
                places.push(format!("into the rules of \"{}\", once priorities are free", group.name));
            }
            places.extend(room.and_then(|room| add(&mut remedy, source, group, (&additions, room), gaps)));
        }
    }
    remedy.place = places.join("; ");
    if remedy.edits.is_empty() {
        remedy.text = full.join("\n");
    } else {
        remedy.notes.extend(full);
    }
    (!remedy.text.is_empty()).then_some(remedy)
}

fn notes(gaps: &Gaps) -> Vec<String> {
    let names_only = gaps.gaps.iter().filter(|gap| gap.service_tags.is_empty() && gap.prefixes.is_empty());
    names_only
        .map(|gap| {
            let names = gap.names.join(", ");
            format!(
                "{}: a network security group knows no host names ({names}), and there is no service tag for them.",
                gap.purpose
            )
        })
        .collect()
}

/// Writes `additions` into one group; says where.
fn add(
    remedy: &mut Remedy,
    source: &Source,
    group: &Group<'_>,
    (additions, priorities): (&[Addition], Vec<u32>),
    gaps: &Gaps,
) -> Option<String> {
    let from = gaps.source.as_deref().unwrap_or("VirtualNetwork");
    let named =
        additions.iter().map(|addition| Addition { name: free_name(&addition.name, group), ..addition.clone() });
    let numbered: Vec<(u32, Addition)> = priorities.into_iter().zip(named).collect();
    let rules: Vec<String> =
        numbered.iter().map(|(priority, addition)| printed(addition, *priority, from, group.style)).collect();
    let (edit, place) = edit(source, group, &rules)?;
    if !remedy.text.is_empty() {
        remedy.text += "\n\n";
    }
    remedy.text += &rules.join(",\n");
    remedy.edits.push(edit);
    remedy.notes.extend(numbered.iter().map(|(priority, addition)| command(addition, *priority, from, group)));
    Some(place)
}

/// One rule a tag, with the ports of every gap that names it; prefixes only where there is no tag.
fn additions(gaps: &[&Gap]) -> Vec<Addition> {
    let mut tags: BTreeMap<&str, BTreeSet<u16>> = BTreeMap::new();
    let mut others = Vec::new();
    for gap in gaps {
        for tag in &gap.service_tags {
            tags.entry(tag).or_default().extend(&gap.tcp_ports);
        }
        if gap.service_tags.is_empty() {
            let (v4, v6): (Vec<IpNet>, Vec<IpNet>) = gap.prefixes.iter().partition(|net| matches!(net, IpNet::V4(_)));
            others.extend([(v4, ""), (v6, "V6")].into_iter().filter(|(nets, _)| !nets.is_empty()).map(
                |(nets, family)| {
                    let destination = nets.iter().map(ToString::to_string).collect();
                    Addition {
                        name: rule_name(&(gap.purpose.clone() + family)),
                        destination,
                        ports: gap.tcp_ports.clone(),
                    }
                },
            ));
        }
    }
    let by_tag = tags.into_iter().map(|(tag, ports)| Addition {
        name: rule_name(tag),
        destination: vec![tag.to_owned()],
        ports: ports.into_iter().collect(),
    });
    by_tag.chain(others).collect()
}

fn rule_name(what: &str) -> String {
    let kept: String = what.chars().filter(char::is_ascii_alphanumeric).take(50).collect();
    format!("Allow{kept}OutBound")
}

fn free_name(wanted: &str, group: &Group<'_>) -> String {
    let taken = |name: &str| group.rules.iter().any(|rule| rule.name.eq_ignore_ascii_case(name));
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

/// The highest free numbers below the first outbound rule that denies, so that earlier rules keep their place.
fn free_priorities(group: &Group<'_>, gate: &Gate, count: usize) -> Option<Vec<u32>> {
    let mut chosen = free_below_the_deny(group);
    chosen.truncate(count);
    chosen.reverse();
    (chosen.len() == count && !gate.rules.is_empty()).then_some(chosen)
}

/// From the highest on.
fn free_below_the_deny(group: &Group<'_>) -> Vec<u32> {
    let taken: BTreeSet<u32> = group.rules.iter().filter_map(number).collect();
    let last = first_deny(group).unwrap_or(u32::MAX).saturating_sub(1).min(*PRIORITIES.end());
    (*PRIORITIES.start()..=last).rev().filter(|number| !taken.contains(number)).collect()
}

fn first_deny(group: &Group<'_>) -> Option<u32> {
    group.rules.iter().filter(|rule| denies(rule)).filter_map(number).min()
}

/// Says what keeps `count` rules from being added, and which rules make room if they get higher numbers.
fn no_room(group: &Group<'_>, count: usize) -> String {
    let missing = count - free_below_the_deny(group).len().min(count);
    let moved: Vec<String> = moved(group, missing as u32)
        .iter()
        .map(|(rule, from, to)| format!("\"{}\" from {from} to {to}", rule.name))
        .collect();
    format!(
        "\"{}\": no priority is free below the rule that denies for {missing} of {count} rules to be added. Renumber first, \
         the last of these before the others: {}.",
        group.name,
        moved.join(", ")
    )
}

/// The first deny moved up by `by`, and whatever that pushes on, in order.
fn moved<'g, 'a>(group: &'g Group<'a>, by: u32) -> Vec<(&'g Written<'a>, u32, u32)> {
    let deny = first_deny(group).unwrap_or(*PRIORITIES.start());
    let numbered = group.rules.iter().filter_map(|rule| Some((number(rule)?, rule)));
    let mut later: Vec<(u32, &Written<'_>)> =
        numbered.filter(|(number, _)| (deny..=*PRIORITIES.end()).contains(number)).collect();
    later.sort_by_key(|(number, _)| *number);
    let pushed = later.iter().zip(deny + by..).take_while(|((number, _), to)| number < to);
    pushed.map(|(&(number, rule), to)| (rule, number, to)).collect()
}

fn field(rule: &Written<'_>, key: &str) -> Option<String> {
    rule.fields.get(key).and_then(|value| rule.template.text(value))
}

/// The priority of a rule that may be outbound.
fn number(rule: &Written<'_>) -> Option<u32> {
    let inbound = field(rule, "direction").is_some_and(|direction| direction.eq_ignore_ascii_case("inbound"));
    field(rule, "priority").filter(|_| !inbound)?.parse().ok()
}

fn denies(rule: &Written<'_>) -> bool {
    !field(rule, "access").is_some_and(|access| access.eq_ignore_ascii_case("allow"))
}

fn printed(addition: &Addition, priority: u32, from: &str, style: Style) -> String {
    let ports: Vec<String> = addition.ports.iter().map(ToString::to_string).collect();
    let rule = match style {
        Style::PowerShell => json!({
            "Name": addition.name, "Protocol": "Tcp", "SourcePortRange": ["*"], "DestinationPortRange": ports,
            "SourceAddressPrefix": [from], "DestinationAddressPrefix": addition.destination,
            "Access": "Allow", "Priority": priority, "Direction": "Outbound",
        }),
        Style::Api => json!({"name": addition.name, "properties": fields(addition, &ports, priority, from)}),
        Style::Flat => {
            let mut rule = fields(addition, &ports, priority, from);
            rule["name"] = json!(addition.name);
            rule
        }
    };
    serde_json::to_string_pretty(&rule).unwrap_or_default()
}

fn fields(addition: &Addition, ports: &[String], priority: u32, from: &str) -> Value {
    let mut fields = json!({
        "protocol": "Tcp", "sourcePortRange": "*", "sourceAddressPrefix": from, "destinationPortRanges": ports,
        "access": "Allow", "priority": priority, "direction": "Outbound",
    });
    match &addition.destination[..] {
        [one] => fields["destinationAddressPrefix"] = json!(one),
        many => fields["destinationAddressPrefixes"] = json!(many),
    }
    fields
}

/// Where the rules go: as the first of the group's array, or as a new array.
fn edit(source: &Source, group: &Group<'_>, rules: &[String]) -> Option<(Edit, String)> {
    let key = if group.style == Style::PowerShell { "SecurityRules" } else { "securityRules" };
    let edit = insertion(group.place, key, &rules.join(",\n"))?;
    let line = source.line_number((edit.at as u32).saturating_sub(1));
    Some((edit, format!("into the rules of \"{}\", line {line}", group.name)))
}

/// The same rule as a command. Source: learn.microsoft.com/cli/azure/network/nsg/rule
fn command(addition: &Addition, priority: u32, from: &str, group: &Group<'_>) -> String {
    let resource_group = group.resource_group.as_deref().unwrap_or("RESOURCE-GROUP");
    let ports: Vec<String> = addition.ports.iter().map(ToString::to_string).collect();
    format!(
        "az network nsg rule create -g {resource_group} --nsg-name {} -n {} --priority {priority} --direction Outbound \
         --access Allow --protocol Tcp --source-address-prefixes {from} --destination-address-prefixes {} \
         --destination-port-ranges {}",
        group.name,
        addition.name,
        addition.destination.join(" "),
        ports.join(" ")
    )
}

/// Whether a gate plainly lets a gap's addresses through already, so that nothing needs to be added to it: the first
/// rule that may concern them allows all of them.
fn passes(gate: &Gate, gap: &Gap) -> bool {
    let asked = AddressSet::from_nets(gap.prefixes.iter().copied());
    let whole = |rule: &Rule| gap.tcp_ports.iter().all(|&port| covers(&rule.when, gap, &asked, port));
    let apart = |rule: &Rule| gap.tcp_ports.iter().all(|&port| misses(&rule.when, &asked, port));
    let first = gate.rules.iter().find(|rule| !apart(rule));
    first.is_some_and(|rule| rule.then == Then::Decide(Action::Allow) && whole(rule))
}

/// Whether a condition surely holds for all of the gap.
fn covers(when: &Condition, gap: &Gap, asked: &AddressSet, port: u16) -> bool {
    match when {
        Condition::All(parts) => parts.iter().all(|part| covers(part, gap, asked, port)),
        Condition::Any(parts) => parts.iter().any(|part| covers(part, gap, asked, port)),
        Condition::Destination(test) => !asked.is_empty() && asked.is_subset(&test.set),
        Condition::DestinationTag(tag) => {
            !gap.service_tags.is_empty() && gap.service_tags.iter().all(|own| within(own, tag))
        }
        Condition::Source(set) => AddressSet::private().is_subset(set),
        _ => !misses(when, asked, port) && matches!(when, Condition::Port(_) | Condition::Protocol(_)),
    }
}

/// Whether a condition surely holds for nothing of the gap.
fn misses(when: &Condition, asked: &AddressSet, port: u16) -> bool {
    match when {
        Condition::All(parts) => parts.iter().any(|part| misses(part, asked, port)),
        Condition::Any(parts) => parts.iter().all(|part| misses(part, asked, port)),
        Condition::Destination(test) if test.set.is_subset(&words::platform()) => true,
        Condition::Destination(test) => !asked.is_empty() && asked.is_disjoint(&test.set),
        Condition::Port(ranges) => !ranges.iter().any(|&(first, last)| first <= port && port <= last),
        Condition::Protocol(protocol) => *protocol != crate::policy::Protocol::Tcp,
        _ => false,
    }
}

/// Whether a tag is another, or one of its regions: `Storage.WestEurope` lies within `Storage`.
fn within(tag: &str, whole: &str) -> bool {
    let start = tag.get(..whole.len()).is_some_and(|start| start.eq_ignore_ascii_case(whole));
    start && (tag.len() == whole.len() || tag[whole.len()..].starts_with('.'))
}
