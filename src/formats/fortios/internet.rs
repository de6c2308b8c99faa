//! Internet services in a policy: the device's own data, and custom ones that the text defines.
//!
//! Source: FortiOS CLI Reference 7.4.2, config firewall internet-service-custom: entries of a protocol, ranges of ports, and
//! addresses by their names. In a policy an Internet service takes the place of destination and service.

use super::context::{Context, MAX_DEPTH, Side, unknown};
use super::objects::Objects;
use super::tree::{Entry, Field, Table};
use crate::addresses::Family;
use crate::policy::{Condition, Protocol, Reason};
use crate::problem::Problem;
use crate::source::Span;

/// The switches that put Internet services in the place of destinations, one for each IP version.
const SWITCHES: [(&str, Family); 2] = [("internet-service", Family::V4), ("internet-service6", Family::V6)];

/// Whether a policy names Internet services for its destinations.
pub(super) fn is_used(entry: &Entry) -> bool {
    SWITCHES.iter().any(|(switch, _)| entry.enables(switch))
}

/// When the Internet services of a policy match.
pub(super) fn condition(context: &mut Context<'_>, objects: &mut Objects, policy: &Entry) -> Condition {
    let on = SWITCHES.into_iter().filter(|(switch, _)| policy.enables(switch));
    let parts = on.map(|(switch, family)| {
        let test = of_switch(context, objects, policy, (switch, family));
        match policy.enables(&format!("{switch}-negate")) {
            true => test.negate(),
            false => test,
        }
    });
    Condition::Any(parts.collect())
}

fn of_switch(
    context: &mut Context<'_>,
    objects: &mut Objects,
    policy: &Entry,
    (switch, family): (&str, Family),
) -> Condition {
    let mut parts = Vec::new();
    parts.extend(of_the_device(context, policy, switch));
    for field in [format!("{switch}-custom"), format!("{switch}-custom-group")].iter().filter_map(|n| policy.field(n)) {
        for name in &field.values {
            parts.push(custom(context, objects, (name, family), field.span, MAX_DEPTH));
        }
    }
    match (parts.is_empty(), policy.field(switch)) {
        (true, Some(field)) => unknown("the policy names no Internet service in this text", field.span),
        _ => Condition::Any(parts),
    }
}

/// The services whose addresses FortiGuard supplies.
fn of_the_device(context: &mut Context<'_>, policy: &Entry, switch: &str) -> Option<Condition> {
    let fields = ["name", "group", "id", "fortiguard"].map(|kind| format!("{switch}-{kind}"));
    let named: Vec<&str> = fields.iter().flat_map(|field| policy.values(field)).map(String::as_str).collect();
    let span = policy.field(switch).map(|field| field.span).filter(|_| !named.is_empty())?;
    let message = format!("Policy {} names Internet services, whose addresses are FortiGuard's data.", policy.key);
    let hint =
        "What it lets through is undecided. `diagnose internet-service id-summary` on the device lists the addresses.";
    context.warn(&policy.key, Problem::warning("internet-service", message).at(span).hint(hint));
    let text =
        format!("the policy names Internet services ({}), whose addresses are FortiGuard's data", named.join(", "));
    Some(Condition::Unknown(Reason::new(text).at(span)))
}

fn custom(
    context: &mut Context<'_>,
    objects: &mut Objects,
    (name, family): (&str, Family),
    at: Span,
    depth: usize,
) -> Condition {
    if let Some(service) = context.find("firewall internet-service-custom", name) {
        context.uses_fields(service, &[]);
        let Some(entries) = service.children.get("entry") else {
            return unknown(format!("the custom Internet service `{name}` has no entries in this text"), at);
        };
        let damaged = [&service.damaged, &entries.doubt, &entries.cut].into_iter().flatten().cloned();
        let doubts: Vec<Condition> = damaged.map(Condition::Unknown).collect();
        let parts = entries.entries.iter().map(|entry| of_entry(context, objects, entry, family, at));
        return Condition::Any(parts.chain(doubts).collect());
    }
    match context.find("firewall internet-service-custom-group", name).filter(|_| depth > 0) {
        Some(group) => {
            context.uses_fields(group, &["member"]);
            let damaged = group.damaged.clone().map(Condition::Unknown);
            let members = group.values("member").iter();
            let parts: Vec<Condition> =
                members.map(|member| custom(context, objects, (member, family), at, depth / 2)).collect();
            Condition::Any(parts.into_iter().chain(damaged).collect())
        }
        None => context.undefined("custom Internet service", name, at, "show firewall internet-service-custom"),
    }
}

/// One protocol, its ports, and addresses. What an entry means that lacks one of these is not documented.
fn of_entry(context: &mut Context<'_>, objects: &mut Objects, entry: &Entry, family: Family, at: Span) -> Condition {
    let at = entry.span.unwrap_or(at);
    let mode = entry.value("addr-mode").unwrap_or("ipv4");
    if mode != (if family == Family::V4 { "ipv4" } else { "ipv6" }) {
        return Condition::never();
    }
    context.uses_fields(entry, &["addr-mode", "protocol", "dst", "dst6"]);
    let known = |field: &&Field| ["addr-mode", "protocol", "dst", "dst6", "id"].contains(&field.name.as_str());
    if let Some(field) = entry.fields.iter().find(|field| !known(field)) {
        return context.unknown_field(field, "the custom Internet service");
    }
    let lacks = |what: &str| unknown(format!("an entry of the custom Internet service has no {what}"), at);
    let addresses = entry.field(if family == Family::V4 { "dst" } else { "dst6" });
    let Some(addresses) = addresses.filter(|field| !field.values.is_empty()) else { return lacks("addresses") };
    let destination = objects.of(context, addresses, family, Side::Destination).condition(Side::Destination);
    let Some(ports) = ports(context, entry) else { return lacks("readable ports") };
    let protocol = match entry.value("protocol") {
        Some("6") => Condition::Protocol(Protocol::Tcp),
        Some("17") => Condition::Protocol(Protocol::Udp),
        None | Some("0") => lacks("protocol"),
        Some(_) => Condition::Protocol(Protocol::Other),
    };
    let damaged = entry.damaged.clone().map(Condition::Unknown);
    Condition::All([protocol, Condition::Port(ports), destination].into_iter().chain(damaged).collect())
}

/// Either end of a range is 1 and 65535 unless set (same page: start-port, end-port).
fn ports(context: &mut Context<'_>, entry: &Entry) -> Option<Vec<(u16, u16)>> {
    let whole = |table: &&Table| !table.entries.is_empty() && table.cut.is_none() && table.doubt.is_none();
    let ranges = entry.children.get("port-range").filter(whole)?;
    let mut ports = Vec::new();
    for range in &ranges.entries {
        context.uses_fields(range, &["start-port", "end-port"]);
        let end = |name: &str, default: u16| range.value(name).map_or(Some(default), |text| text.parse().ok());
        let (first, last) = (end("start-port", 1)?, end("end-port", u16::MAX)?);
        ports.extend((first <= last && range.damaged.is_none()).then_some((first, last)));
    }
    (ports.len() == ranges.entries.len()).then_some(ports)
}
