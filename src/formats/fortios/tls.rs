//! SSL inspection profiles: which connections the firewall opens.
//!
//! Sources: CLI Reference, config firewall ssl-ssh-profile; FortiOS Administration Guide, "SSL & SSH Inspection".

use super::context::{Context, unknown};
use super::inspection::Profiles;
use super::objects::host;
use super::tree::{Entry, Field};
use crate::hosts::products;
use crate::policy::{Action, Chain, Condition, Reason, Rule, Then};
use crate::source::Span;
use std::collections::BTreeMap;

/// One chain for each profile that opens connections.
#[derive(Default)]
pub(super) struct Openings {
    pub chains: Vec<Chain>,
    known: BTreeMap<(String, bool), Then>,
}

impl Openings {
    /// What a policy with these profiles opens: "allow" is to open.
    pub fn of(&mut self, context: &mut Context<'_>, profiles: &Profiles<'_>) -> Then {
        let Some(field) = profiles.field("ssl-ssh-profile").or_else(|| profiles.policy.field("ssl-ssh-profile")) else {
            return Action::Deny.into();
        };
        let key = (field.values.join(" "), profiles.is_on());
        if let Some(then) = self.known.get(&key) {
            return *then;
        }
        let rules = rules(context, field, profiles.is_on());
        let then = match rules.is_empty() {
            true => Action::Deny.into(),
            false => {
                self.chains.push(Chain { name: format!("SSL inspection {}", key.0), rules });
                Then::Goto(self.chains.len() - 1)
            }
        };
        self.known.insert(key, then);
        then
    }
}

fn rule(action: Action, name: &str, span: Option<Span>, when: Condition) -> Rule {
    Rule { name: format!("SSL inspection {name}"), span, then: action.into(), when }
}

/// The exemptions of a profile, then that it opens; nothing if it opens no connection.
fn rules(context: &mut Context<'_>, field: &Field, profiles_on: bool) -> Vec<Rule> {
    let name = field.values.join(" ");
    let profile = context.find("firewall ssl-ssh-profile", &name);
    let opens = match profile {
        Some(profile) => opens_https(context, profile),
        None => shipped(&name, field.span),
    };
    let Some(mut when) = opens else { return Vec::new() };
    if !profiles_on {
        let text = "without another security profile it is not known whether the policy inspects TLS";
        when = Condition::All(vec![when, unknown(text, field.span)]);
    }
    let exempt = profile.map(|profile| exemptions(context, profile, &name)).unwrap_or_default();
    let opens = rule(Action::Allow, &name, profile.and_then(|profile| profile.span).or(Some(field.span)), when);
    exempt.into_iter().chain([opens]).collect()
}

/// The profiles that every device has.
fn shipped(name: &str, at: Span) -> Option<Condition> {
    match name {
        "" | "no-inspection" | "certificate-inspection" => None,
        "deep-inspection" | "custom-deep-inspection" => {
            Some(unknown(format!("the profile `{name}` opens TLS, but for exemptions that were not pasted"), at))
        }
        _ => Some(unknown(format!("the profile `{name}` is not defined in this text"), at)),
    }
}

fn opens_https(context: &mut Context<'_>, profile: &Entry) -> Option<Condition> {
    let status = |table: &str| profile.children.get(table).and_then(|table| table.own.field("status"));
    let fields = [status("https"), status("ssl")];
    fields.iter().flatten().for_each(|field| context.uses(Some(field.span)));
    let value = |field: Option<&Field>| field.and_then(|field| field.values.first()).cloned();
    let ports = profile.children.get("https").map(|table| table.own.values("ports").to_vec()).unwrap_or_default();
    let mut ports: Vec<u16> = ports.iter().filter_map(|port| port.parse().ok()).collect();
    if ports.is_empty() {
        ports.push(443);
    }
    let [https, ssl] = fields.map(value);
    match (https.as_deref(), ssl.as_deref()) {
        (_, Some("deep-inspection")) => Some(Condition::always()),
        // An unset status is not the same in every version.
        (None, None) if !profile.children.is_empty() => {
            let text = format!("the profile `{}` does not say in this text what it does with HTTPS", profile.key);
            Some(Condition::Unknown(Reason { text, span: profile.span }))
        }
        (Some("deep-inspection"), _) => Some(Condition::Port(ports.iter().map(|&port| (port, port)).collect())),
        _ => None,
    }
}

fn exemptions(context: &mut Context<'_>, profile: &Entry, name: &str) -> Vec<Rule> {
    let entries = profile.children.get("ssl-exempt").map_or(&[][..], |table| &table.entries);
    let mut rules = Vec::new();
    for entry in entries {
        context.uses_fields(entry, &["type", "fortiguard-category", "address", "address6", "wildcard-fqdn", "regex"]);
        let Some(span) = entry.span else { continue };
        let when = exemption(context, entry, span);
        rules.push(rule(Action::Deny, &format!("{name}, exemption {}", entry.key), Some(span), when));
    }
    rules
}

/// Names decide exactly; categories and addresses of the other side do not.
fn exemption(context: &mut Context<'_>, entry: &Entry, span: Span) -> Condition {
    let object = |path: &str, field: &str| context.find(path, entry.value(field)?);
    let named = match entry.value("type") {
        Some("wildcard-fqdn") => {
            object("firewall wildcard-fqdn custom", "wildcard-fqdn").and_then(|object| object.value("wildcard-fqdn"))
        }
        Some("address") => object("firewall address", "address").and_then(|object| object.value("fqdn")),
        _ => None,
    };
    match named.and_then(|name| products::FORTIGATE_FQDN.read(name)) {
        Some(meant) => host(meant, span),
        None => unknown("whether the exemption covers this destination is not known", span),
    }
}
