//! Addresses and their groups: what the names in a policy stand for.

use super::context::{Context, MAX_DEPTH, MAX_PARTS, Side, Test, unknown};
use super::tree::{Entry, Field};
use crate::addresses::{AddressSet, Family, parse_entry};
use crate::hosts::products;
use crate::policy::{Condition, HostTest, OnAddress, Reason, Subject};
use crate::problem::Problem;
use crate::source::Span;
use std::collections::BTreeMap;

/// The objects of a VDOM, as far as policies named them.
#[derive(Default)]
pub(super) struct Objects {
    known: BTreeMap<(Family, Side, String), Test>,
}

/// Fields that change nothing about what an address matches (CLI Reference: config firewall address, address6, addrgrp).
const HARMLESS: &[&str] = &[
    "uuid",
    "comment",
    "color",
    "visibility",
    "associated-interface",
    "allow-routing",
    "fabric-object",
    "cache-ttl",
    "node-ip-only",
    "name",
    "category",
    "clearpass-spt",
    "obj-type",
    "tag-type",
    "tag-detection-level",
    "sdn-addr-type",
    "passive-fqdn-learning",
    "agent-id",
    "route-tag",
    "sdn-tag",
    "hw-model",
    "hw-vendor",
    "os",
    "sw-version",
    "dirty",
    "fsso-group",
    "policy-group",
    "tenant",
    "organization",
    "epg-name",
    "subnet-name",
    "obj-tag",
    "filter",
    "obj-id",
    "sub-type",
    "sdn",
    "macaddr",
    "start-mac",
    "end-mac",
    "country",
    "host-type",
    "template",
    "host",
    "tags",
    "color-id",
];

/// Fields that are read.
const READ: &[&str] = &[
    "type",
    "subnet",
    "start-ip",
    "end-ip",
    "fqdn",
    "wildcard-fqdn",
    "wildcard",
    "interface",
    "ip6",
    "member",
    "exclude",
    "exclude-member",
];

impl Objects {
    /// What the names of a policy's field stand for, together.
    pub fn of(&mut self, context: &mut Context<'_>, field: &Field, family: Family, side: Side) -> Test {
        let names = field.values.iter();
        Test::any(names.map(|name| self.named(context, name, (family, side), field.span, &mut Vec::new())))
    }

    fn named(
        &mut self,
        context: &mut Context<'_>,
        name: &str,
        (family, side): (Family, Side),
        at: Span,
        open: &mut Vec<String>,
    ) -> Test {
        let key = (family, side, name.to_owned());
        if let Some(test) = self.known.get(&key) {
            return test.clone();
        }
        if open.len() > MAX_DEPTH || open.iter().any(|outer| outer == name) {
            return Test::other(circle(context, name, at));
        }
        open.push(name.to_owned());
        let test = self.looked_up(context, name, (family, side), at, open);
        open.pop();
        let test = if test.others.len() > MAX_PARTS { too_large(context, name, at) } else { test };
        self.known.insert(key, test.clone());
        test
    }

    fn looked_up(
        &mut self,
        context: &mut Context<'_>,
        name: &str,
        (family, side): (Family, Side),
        at: Span,
        open: &mut Vec<String>,
    ) -> Test {
        let [addresses, groups, vips, vip_groups] = tables(family);
        if let Some(entry) = context.find(addresses, name) {
            return address(context, entry, family, side);
        }
        if let Some(entry) = context.find(groups, name) {
            return self.group(context, entry, (family, side), at, open);
        }
        if let Some(entry) = context.find(vips, name) {
            return virtual_address(context, entry, at);
        }
        if let Some(entry) = context.find(vip_groups, name) {
            return self.group(context, entry, (family, side), at, open);
        }
        if let Some(entry) = context.find("firewall proxy-address", name) {
            return proxy_address(context, entry, at);
        }
        if let Some(entry) = context.find("firewall proxy-addrgrp", name) {
            return self.group(context, entry, (family, side), at, open);
        }
        if let Some(entry) = context.find("system external-resource", name) {
            return Test::other(threat_feed(context, entry, name, at));
        }
        match name {
            "all" | "any" => Test::set(AddressSet::all_of(family)),
            "none" => Test::default(),
            _ => Test::other(context.undefined("address", name, at, &format!("show {addresses}` and `show {groups}"))),
        }
    }

    fn group(
        &mut self,
        context: &mut Context<'_>,
        entry: &Entry,
        kind: (Family, Side),
        at: Span,
        open: &mut Vec<String>,
    ) -> Test {
        let doubts = doubts(context, entry, "the group", at);
        if !doubts.is_empty() {
            return Test { set: AddressSet::empty(), others: doubts };
        }
        let mut members = |context: &mut Context<'_>, field: &str| {
            let names = entry.values(field);
            let at = entry.field(field).map_or(at, |field| field.span);
            Test::any(names.iter().map(|name| self.named(context, name, kind, at, open)).collect::<Vec<_>>())
        };
        let included = members(context, "member");
        match entry.enables("exclude") {
            true => members(context, "exclude-member").within(&included, kind.1),
            false => included,
        }
    }
}

fn tables(family: Family) -> [&'static str; 4] {
    match family {
        Family::V4 => ["firewall address", "firewall addrgrp", "firewall vip", "firewall vipgrp"],
        Family::V6 => ["firewall address6", "firewall addrgrp6", "firewall vip6", "firewall vipgrp6"],
    }
}

fn circle(context: &mut Context<'_>, name: &str, at: Span) -> Condition {
    let text = format!("the group `{name}` contains itself or nests too deep");
    let message = format!("The group `{name}` contains itself or nests more than {MAX_DEPTH} deep.");
    context.warn(name, Problem::error("group-circle", message).at(at));
    unknown(text, at)
}

fn too_large(context: &mut Context<'_>, name: &str, at: Span) -> Test {
    let message = format!("The group `{name}` unfolds to more than {MAX_PARTS} parts; it stays undecided.");
    context.warn(name, Problem::warning("group-too-large", message).at(at));
    Test::other(unknown(format!("the group `{name}` unfolds to too many parts"), at))
}

fn threat_feed(context: &mut Context<'_>, entry: &Entry, name: &str, at: Span) -> Condition {
    context.uses_fields(entry, &["type", "resource"]);
    let message = format!("`{name}` is a threat feed, whose list lies elsewhere; what it holds is undecided.");
    context.warn(name, Problem::warning("external-list", message).at(at));
    unknown(format!("`{name}` is a threat feed, whose list is not in the configuration"), at)
}

/// Why an object may mean something else than what is read of it.
fn doubts(context: &mut Context<'_>, entry: &Entry, of: &str, at: Span) -> Vec<Condition> {
    context.uses_fields(entry, READ);
    let known = |field: &&Field| READ.contains(&field.name.as_str()) || HARMLESS.contains(&field.name.as_str());
    let strange: Vec<&Field> = entry.fields.iter().filter(|field| !known(field)).collect();
    let of = format!("{of} `{}`", entry.key);
    let strange = strange.into_iter().map(|field| context.unknown_field(field, &of));
    let mut doubts: Vec<Condition> = strange.collect();
    if let Some(reason) = &entry.damaged {
        context.loses(entry.span);
        doubts.push(Condition::Unknown(Reason { span: reason.span.or(Some(at)), ..reason.clone() }));
    }
    doubts
}

/// CLI Reference: config firewall address ("type"; the default subnet is 0.0.0.0 0.0.0.0) and address6.
fn address(context: &mut Context<'_>, entry: &Entry, family: Family, side: Side) -> Test {
    let at = entry.span.unwrap_or(Span { file: 0, start: 0, end: 0 });
    let doubts = doubts(context, entry, "the address", at);
    if !doubts.is_empty() {
        return Test { set: AddressSet::empty(), others: doubts };
    }
    let ranged =
        || format!("{}-{}", entry.value("start-ip").unwrap_or_default(), entry.value("end-ip").unwrap_or_default());
    match (entry.value("type"), family) {
        (None | Some("ipmask"), Family::V4) => whole_by_default(context, entry, "subnet", family, at),
        (None | Some("ipprefix"), Family::V6) => whole_by_default(context, entry, "ip6", family, at),
        (Some("iprange"), _) => written(context, entry, &ranged(), at),
        (Some("fqdn"), _) => fqdn(context, entry, side, at),
        (Some("wildcard"), Family::V4) => wildcard(context, entry, at),
        (Some("interface-subnet"), Family::V4) => interface_subnet(context, entry, at),
        (Some(kind), _) => Test::other(unknown(unknowable(context, entry, kind), at)),
    }
}

/// What an address of a type holds that the configuration does not tell.
fn unknowable(context: &mut Context<'_>, entry: &Entry, kind: &str) -> String {
    let what = match kind {
        "geography" => "the addresses of a country, which are FortiGuard's data",
        "dynamic" => "the addresses that a connector or tag supplies",
        "mac" => "hardware addresses",
        "route-tag" => "the routes with a tag",
        "wildcard-fqdn" => "names for exemptions from inspection, which are not meant for policies",
        "template" => "a template",
        _ => {
            context.loses(entry.field("type").map(|field| field.span));
            "something of a type that is not known"
        }
    };
    format!("the address `{}` stands for {what}", entry.key)
}

fn whole_by_default(context: &mut Context<'_>, entry: &Entry, field: &str, family: Family, at: Span) -> Test {
    match entry.values(field) {
        [] => Test::set(AddressSet::all_of(family)),
        values => written(context, entry, &values.join(" "), at),
    }
}

fn written(context: &mut Context<'_>, entry: &Entry, text: &str, at: Span) -> Test {
    match parse_entry(text) {
        Some(Ok(entry)) => Test::set(entry.set),
        _ => bad_address(context, entry, text, at),
    }
}

fn bad_address(context: &mut Context<'_>, entry: &Entry, text: &str, at: Span) -> Test {
    let text = format!("`{}` in the address `{}` is no address", crate::problem::quote(text), entry.key);
    context.warn(&entry.key, Problem::warning("bad-address", format!("{text}.")).at(at));
    context.loses(Some(at));
    Test::other(unknown(text, at))
}

/// What the name of an address object matches (Using wildcard FQDN addresses in firewall policies).
fn fqdn(context: &mut Context<'_>, entry: &Entry, side: Side, at: Span) -> Test {
    let name = entry.value("fqdn").unwrap_or_default();
    if side == Side::Source {
        let text = format!("the address `{}` stands for what a name resolves to, on the side of the source", entry.key);
        return Test::other(unknown(text, at));
    }
    match products::FORTIGATE_FQDN.read(name) {
        Some(meant) => Test::other(host(meant, at)),
        None => bad_address(context, entry, name, at),
    }
}

pub(super) fn host(meant: crate::hosts::Meant, at: Span) -> Condition {
    let maybe = meant.maybe.map(|why| Reason::new(why).at(at));
    Condition::Host(HostTest { pattern: meant.pattern, subject: Subject::Host, on_address: OnAddress::Never, maybe })
}

/// An address and a mask whose ones must agree, with holes allowed (CLI Reference: config firewall address, "wildcard").
fn wildcard(context: &mut Context<'_>, entry: &Entry, at: Span) -> Test {
    let text = entry.values("wildcard").join(" ");
    let parts =
        text.split_once([' ', '/']).map(|(address, mask)| (address.parse(), mask.trim().parse::<std::net::Ipv4Addr>()));
    let Some((Ok(address), Ok(mask))) = parts else { return bad_address(context, entry, &text, at) };
    match AddressSet::from_wildcard(address, (!mask.to_bits()).into()) {
        Ok(set) => Test::set(set),
        Err(count) => {
            let text = format!("the mask of `{}` cuts the addresses into {count} ranges", entry.key);
            Test::other(unknown(text, at))
        }
    }
}

/// The network of an interface: what the object says, unless the interface itself says otherwise.
fn interface_subnet(context: &mut Context<'_>, entry: &Entry, at: Span) -> Test {
    let read = |values: &[String]| parse_entry(&values.join(" ")).and_then(Result::ok).map(|entry| entry.set);
    let own = read(entry.values("subnet"));
    let interface = context.find("system interface", entry.value("interface").unwrap_or_default());
    let of_interface = interface.and_then(|interface| read(interface.values("ip")));
    match (own, of_interface) {
        (Some(own), None) => Test::set(own),
        (None, Some(of_interface)) => Test::set(of_interface),
        (Some(own), Some(other)) if own == other => Test::set(own),
        _ => Test::other(unknown(format!("the address `{}` follows the network of an interface", entry.key), at)),
    }
}

/// A virtual address matches traffic to its outer addresses.
fn virtual_address(context: &mut Context<'_>, entry: &Entry, at: Span) -> Test {
    context.uses_fields(entry, &["extip"]);
    let outer = entry.value("extip").and_then(parse_entry).and_then(Result::ok);
    match outer.filter(|_| entry.damaged.is_none()) {
        Some(outer) => Test::set(outer.set),
        None => {
            Test::other(unknown(format!("the outer addresses of the virtual IP `{}` are not known", entry.key), at))
        }
    }
}

/// CLI Reference: config firewall proxy-address. Only a pattern for hosts is decided by the host alone.
fn proxy_address(context: &mut Context<'_>, entry: &Entry, at: Span) -> Test {
    context.uses_fields(entry, &["type", "host-regex", "host", "path", "category"]);
    let at = entry.span.unwrap_or(at);
    let pattern = entry.value("host-regex").filter(|_| entry.value("type") == Some("host-regex"));
    let meant = pattern.and_then(|pattern| products::FORTIGATE_URLFILTER_REGEX.read(pattern));
    Test::other(match meant.filter(|_| entry.damaged.is_none()) {
        Some(meant) => host(meant, at),
        None => unknown(format!("the proxy address `{}` looks at more than the host", entry.key), at),
    })
}
