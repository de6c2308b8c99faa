//! Address objects, groups, external lists and regions, as sources and destinations.
//!
//! Sources: "Address Objects" and "External Dynamic List" (docs.paloaltonetworks.com, PAN-OS Administrator's Guide); "DotW:
//! FQDN Policy" (knowledgebase.paloaltonetworks.com): an FQDN object is what DNS gives for one name, without wildcards.

mod dynamic;
mod external;

pub(super) use external::attached;

use super::context::{Context, Found, Names, unknown};
use super::tree::Node;
use crate::addresses::{AddressSet, parse_entry};
use crate::hosts::{HostPattern, normalize};
use crate::policy::{Condition, LineUse};
use crate::problem::{Problem, quote};
use crate::source::Span;
use external::Line;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Groups within groups beyond this are left undecided; PAN-OS itself takes far fewer.
const MAX_NESTING: usize = 64;

const SECTIONS: [&str; 4] = ["address", "address-group", "external-list", "region"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Source,
    Destination,
}

/// What the members of a field amount to.
#[derive(Default)]
struct Collected {
    sets: Vec<AddressSet>,
    others: Vec<Condition>,
    has_names: bool,
}

pub(super) struct Addresses<'c, 'a> {
    pub context: &'c mut Context<'a>,
    pub names: &'c Names<'a>,
    pub side: Side,
}

impl<'a> Addresses<'_, 'a> {
    /// The condition that a field of a rule states; `negated` where the rule turns it round.
    pub fn condition(&mut self, rule: &Node, field: &str, negated: bool) -> Condition {
        let members: Vec<&Node> = rule.values(field).collect();
        if members.iter().any(|member| member.name == "any") {
            return if negated { Condition::never() } else { Condition::always() };
        }
        if members.is_empty() {
            let span = rule.span;
            return unknown(format!("the rule says no `{field}`"), span);
        }
        let mut collected = Collected::default();
        let mut seen = BTreeSet::new();
        for member in members {
            self.add(&member.name, member.span, &mut collected, &mut seen, 0);
        }
        let has_names = collected.has_names;
        let condition = self.join(collected);
        match negated {
            // The addresses of an FQDN object are excluded too, and only DNS knows them.
            true if has_names => {
                let reason =
                    unknown("the rule excludes the addresses of FQDN objects, which only DNS can tell", rule.span);
                Condition::All(vec![condition.negate(), reason])
            }
            true => condition.negate(),
            false => condition,
        }
    }

    fn join(&self, collected: Collected) -> Condition {
        let set = AddressSet::union_all(&collected.sets);
        let of_set = (!set.is_empty()).then(|| match self.side {
            Side::Source => Condition::Source(set),
            Side::Destination => Condition::destination(set),
        });
        Condition::Any(of_set.into_iter().chain(collected.others).collect())
    }

    fn add(&mut self, name: &str, span: Span, to: &mut Collected, seen: &mut BTreeSet<String>, depth: usize) {
        if !seen.insert(name.to_owned()) {
            return;
        }
        if depth > MAX_NESTING {
            let text = format!("groups are nested more than {MAX_NESTING} deep");
            return to.others.push(unknown(text, span));
        }
        match self.names.find(&SECTIONS, name) {
            (Found::Here(node), "address") => self.object(node, to),
            (Found::Here(node), "address-group") => self.group(node, to, seen, depth),
            (Found::Here(node), "external-list") => self.list(node, span, to),
            (Found::Here(node), _) => self.region(node, to),
            (Found::Perhaps(why), _) if parse_entry(name).is_none() => {
                to.others.push(unknown(format!("the address `{name}` {why}"), span));
            }
            _ => self.literal(name, span, to),
        }
    }

    fn object(&mut self, node: &Node, to: &mut Collected) {
        if let Some(value) = node.value("fqdn") {
            return self.fqdn(node, value, to);
        }
        if let Some(value) = node.value("ip-wildcard") {
            return self.wildcard(node, value, to);
        }
        let value = node.value("ip-netmask").or_else(|| node.value("ip-range"));
        match value.and_then(parse_entry) {
            Some(Ok(entry)) => to.sets.push(entry.set),
            _ => self.bad(node, value.unwrap_or_default(), to),
        }
    }

    fn bad(&mut self, node: &Node, value: &str, to: &mut Collected) {
        let what =
            if value.is_empty() { "has no value that is known".to_owned() } else { format!("is `{}`", quote(value)) };
        let message = format!("The address object `{}` {what}.", node.name);
        self.context.say(Problem::warning("bad-address", message).at(node.span));
        self.context.not_understood(node.span);
        to.others.push(unknown(format!("the address object `{}` {what}", node.name), node.span));
    }

    fn fqdn(&mut self, node: &Node, value: &str, to: &mut Collected) {
        to.has_names = true;
        match normalize(value).ok().filter(|name| !name.contains('*')) {
            Some(name) if self.side == Side::Destination => {
                to.others.push(Condition::host(HostPattern::Exact(name)));
            }
            Some(name) => {
                to.others.push(unknown(format!("the source is what DNS gives for `{name}`"), node.span));
            }
            None => {
                let message = format!("An FQDN object takes no wildcard: `{}` in `{}`.", quote(value), node.name);
                let hint = "Use a custom URL category for names with a wildcard.";
                self.context.say(Problem::error("refused-by-device", message).at(node.span).hint(hint));
                to.others.push(unknown(format!("`{}` is no name that PAN-OS takes", quote(value)), node.span));
            }
        }
    }

    /// Until "Wildcard Top Down Match Mode" is on, of several rules with wildcard masks the longest prefix counts, not the
    /// first rule ("Address Objects").
    fn wildcard(&mut self, node: &Node, value: &str, to: &mut Collected) {
        let parts = value.split_once('/');
        let parsed = parts.and_then(|(a, m)| Some((a.parse::<Ipv4Addr>().ok()?, m.parse::<Ipv4Addr>().ok()?)));
        let Some((address, mask)) = parsed else { return self.bad(node, value, to) };
        let several =
            self.names.entries("address").filter(|other| other.child("ip-wildcard").is_some()).nth(1).is_some();
        match AddressSet::from_wildcard(address, mask) {
            Ok(set) if !several => to.sets.push(set),
            Ok(set) => {
                let of_set = self.join(Collected { sets: vec![set], ..Collected::default() });
                let why = "which of several rules with wildcard masks counts depends on the wildcard match mode";
                to.others.push(Condition::All(vec![of_set, unknown(why, node.span)]));
            }
            Err(ranges) => {
                let text = format!("the wildcard mask of `{}` makes {ranges} ranges", node.name);
                to.others.push(unknown(text, node.span));
            }
        }
    }

    fn group(&mut self, node: &Node, to: &mut Collected, seen: &mut BTreeSet<String>, depth: usize) {
        if let Some(dynamic) = node.child("dynamic") {
            for member in self.tagged(dynamic.value("filter").unwrap_or_default()) {
                self.add(&member.name, member.span, to, seen, depth + 1);
            }
            let text = format!("the members of the dynamic group `{}` are known to the firewall only", node.name);
            to.others.push(unknown(text, node.span));
        }
        for member in node.values("static") {
            self.add(&member.name, member.span, to, seen, depth + 1);
        }
        if !node.complete {
            to.others.push(unknown(format!("the group `{}` is damaged", node.name), node.span));
        }
        if node.child("dynamic").is_none() && node.child("static").is_none() {
            to.others.push(unknown(format!("the group `{}` has no members here", node.name), node.span));
        }
    }

    /// The objects and groups whose own tags make them members; addresses that are registered with tags are known to the
    /// firewall only ("Use Dynamic Address Groups in Policy", "Objects > Address Groups", docs.paloaltonetworks.com, PAN-OS).
    fn tagged(&self, filter: &str) -> Vec<&'a Node> {
        let counts = |node: &Node| match self.names.find(&SECTIONS, &node.name) {
            (Found::Here(own), _) => std::ptr::eq(own, node),
            _ => false,
        };
        let holds = |node: &Node| {
            let tags: Vec<&str> = node.values("tag").map(|tag| tag.name.as_str()).collect();
            tags.iter().any(|tag| filter.contains(tag)) && dynamic::holds(filter, &tags) == Some(true)
        };
        let all = ["address", "address-group"].into_iter().flat_map(|section| self.names.entries(section));
        all.filter(|node| holds(node) && counts(node)).collect()
    }

    fn region(&mut self, node: &Node, to: &mut Collected) {
        for member in node.values("address") {
            match parse_entry(&member.name) {
                Some(Ok(entry)) => to.sets.push(entry.set),
                _ => self.bad(node, &member.name, to),
            }
        }
        if node.child("address").is_none() {
            to.others.push(unknown(
                format!("the addresses of the region `{}` are known to the firewall only", node.name),
                node.span,
            ));
        }
    }

    fn literal(&mut self, name: &str, span: Span, to: &mut Collected) {
        let is_country = name.len() == 2 && name.bytes().all(|b| b.is_ascii_uppercase());
        match parse_entry(name) {
            Some(Ok(entry)) => to.sets.push(entry.set),
            _ if is_country => {
                let text = format!("which addresses belong to the region `{name}` is known to the firewall only");
                to.others.push(unknown(text, span));
            }
            _ if name.starts_with("panw-") => {
                let text = format!("the predefined list `{name}` is known to the firewall only");
                to.others.push(unknown(text, span));
            }
            _ => {
                let condition = self.context.unresolved("address", name, span);
                to.others.push(condition);
            }
        }
    }

    fn list(&mut self, node: &Node, span: Span, to: &mut Collected) {
        let Some(file) = external::attached(self.context, node, "ip") else {
            let text = format!("the external list `{}` is not attached", node.name);
            return to.others.push(unknown(text, span));
        };
        for line in file.lines() {
            let line_use = match external::line(line.text) {
                Line::Empty => LineUse::Irrelevant,
                Line::Ignored => LineUse::NotUnderstood,
                Line::Entry(set) if !file.is_altered(line.span.start) => {
                    to.sets.push(set);
                    LineUse::Used
                }
                Line::Entry(set) | Line::Perhaps(set) => {
                    let text =
                        format!("whether the firewall takes the line for an entry of `{}` is left open", node.name);
                    let of_set = self.join(Collected { sets: vec![set], ..Collected::default() });
                    to.others.push(Condition::All(vec![of_set, unknown(text, line.span)]));
                    LineUse::NotUnderstood
                }
            };
            self.context.account.record(file.file(), line.number, line_use);
        }
    }
}
