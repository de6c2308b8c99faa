//! What happens to traffic that a policy accepts: profiles that may stop it by its name, and whether its TLS is opened.

use super::context::Context;
use super::fields::{CONTENT, Effect, effect};
use super::policies::Kind;
use super::tls;
use super::tree::{Entry, Field};
use super::webfilter;
use crate::policy::{Action, Chain, Condition, Reason, Rule, Then};
use crate::problem::Problem;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The chains that accepted traffic goes through, one for each combination of profiles.
#[derive(Default)]
pub(super) struct Inspections {
    pub chains: Vec<Chain>,
    known: BTreeMap<Vec<String>, Then>,
    /// Which names are opened, one chain a TLS profile.
    pub tls: tls::Openings,
    told: BTreeSet<&'static str>,
}

/// A policy's profiles: its own fields, or those of its profile group.
pub(super) struct Profiles<'a> {
    pub policy: &'a Entry,
    group: Option<&'a Entry>,
    missing: Option<Reason>,
    on: bool,
}

impl<'a> Profiles<'a> {
    /// CLI Reference: config firewall policy, "utm-status", "profile-type".
    pub fn of(context: &Context<'a>, policy: &'a Entry, kind: Kind) -> Self {
        let on = policy.enables("utm-status") || kind == Kind::Security;
        let field = policy.field("profile-group").filter(|_| policy.value("profile-type") == Some("group"));
        let found = field.map(|field| (field, context.find("firewall profile-group", &joined(field))));
        let missing = found.filter(|(_, group)| group.is_none()).map(|(field, _)| {
            Reason::new(format!("the profile group `{}` is not defined in this text", joined(field))).at(field.span)
        });
        Profiles { policy, group: found.and_then(|(_, group)| group), missing, on }
    }

    /// The profile of a kind, if it is in use.
    pub fn field(&self, name: &str) -> Option<&'a Field> {
        let entry = self.group.unwrap_or(self.policy);
        entry.field(name).filter(|field| self.on && field.values.iter().any(|value| !value.is_empty()))
    }

    pub fn is_on(&self) -> bool {
        self.on
    }
}

fn joined(field: &Field) -> String {
    field.values.join(" ")
}

impl Inspections {
    /// Where an accepting policy leads.
    pub fn after<'a>(&mut self, context: &mut Context<'a>, entry: &'a Entry, kind: Kind) -> Then {
        let profiles = Profiles::of(context, entry, kind);
        self.tell_content(context, &profiles);
        let key = key(context, &profiles);
        if let Some(then) = self.known.get(&key) {
            return *then;
        }
        let then = match rules(context, &profiles) {
            rules if rules.is_empty() => Then::Decide(Action::Allow),
            rules => {
                let name = format!("profiles of policy {}", entry.key);
                self.chains.push(Chain { name, rules });
                Then::Goto(self.chains.len() - 1)
            }
        };
        self.known.insert(key, then);
        then
    }

    /// What an accepting policy opens of TLS.
    pub fn opens<'a>(&mut self, context: &mut Context<'a>, entry: &'a Entry, kind: Kind) -> Then {
        let profiles = Profiles::of(context, entry, kind);
        self.tls.of(context, &profiles)
    }

    /// Profiles that look at contents are told of once.
    fn tell_content(&mut self, context: &mut Context<'_>, profiles: &Profiles<'_>) {
        for name in CONTENT {
            if let Some(field) = profiles.field(name).filter(|_| self.told.insert(name)) {
                let message = format!(
                    "`{name}` may stop what it takes for an attack or unwanted content; destinations are not its matter."
                );
                context.problems.push(Problem::note("other-stage", message).at(field.span));
            }
        }
    }
}

/// What the chain of a policy depends on.
fn key(context: &Context<'_>, profiles: &Profiles<'_>) -> Vec<String> {
    let named = ["webfilter-profile", "application-list", "dnsfilter-profile", "ssl-ssh-profile"];
    let values = named.iter().map(|name| profiles.field(name).map(joined).unwrap_or_default());
    let stops = stops(profiles).map(|reason| reason.text);
    let mode = webfilter::mode(context, profiles.policy).to_owned();
    let missing = profiles.missing.iter().map(|reason| reason.text.clone());
    values.chain([mode]).chain(stops).chain(missing).collect()
}

/// Why what the policy accepts may not get through, whatever its profiles.
fn stops(profiles: &Profiles<'_>) -> impl Iterator<Item = Reason> {
    profiles.policy.fields.iter().filter_map(|field| match effect(field) {
        Effect::Stops(why) => Some(Reason::new(why).at(field.span)),
        _ => None,
    })
}

fn rules(context: &mut Context<'_>, profiles: &Profiles<'_>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = stops(profiles).chain(profiles.missing.clone()).map(may_stop).collect();
    for (field, path) in [("application-list", "application list"), ("dnsfilter-profile", "dnsfilter profile")] {
        rules.extend(profiles.field(field).and_then(|field| blocking(context, field, path)).map(may_stop));
    }
    if let Some(field) = profiles.field("webfilter-profile") {
        rules.extend(webfilter::rules(context, field, profiles));
    }
    if rules.iter().all(|rule| rule.then == Then::Decide(Action::Allow)) {
        return Vec::new();
    }
    let allow = Rule {
        name: "what no profile stops".into(),
        span: None,
        then: Action::Allow.into(),
        when: Condition::always(),
    };
    rules.push(allow);
    rules
}

fn may_stop(reason: Reason) -> Rule {
    let name = "what a profile may stop".to_owned();
    Rule { name, span: reason.span, then: Action::Deny.into(), when: Condition::Unknown(reason) }
}

/// Why a list of applications, or a filter of DNS names, may stop the traffic; `None` if it only watches.
fn blocking(context: &mut Context<'_>, field: &Field, path: &str) -> Option<Reason> {
    let name = joined(field);
    let Some(profile) = context.find(path, &name) else {
        context.undefined(path, &name, field.span, &format!("show {path}"));
        let text = format!("the {path} `{name}` is not defined in this text");
        return Some(Reason::new(text).at(field.span));
    };
    context.uses_fields(profile, &["other-application-action", "unknown-application-action"]);
    let at = match path {
        "application list" => blocking_application(context, profile),
        _ => blocking_name(context, profile),
    }?;
    Some(Reason::new(format!("the {path} `{name}` blocks some traffic, and which of it this is, is not known")).at(at))
}

/// CLI Reference: config application list. An entry blocks unless it says otherwise.
fn blocking_application(context: &mut Context<'_>, list: &Entry) -> Option<Span> {
    let rest = ["other-application-action", "unknown-application-action"];
    let of_rest = rest.iter().filter_map(|name| list.field(name)).find(|field| field.values == ["block"]);
    of_rest.map(|field| field.span).or_else(|| {
        let entries = list.children.get("entries").map_or(&[][..], |table| &table.entries);
        entries.iter().for_each(|entry| context.uses_fields(entry, &["action"]));
        first_blocking(entries, true)
    })
}

/// CLI Reference: config dnsfilter profile, domain-filter. A domain blocks unless it says otherwise, a category does not.
fn blocking_name(context: &mut Context<'_>, profile: &Entry) -> Option<Span> {
    let own = |name: &str| profile.children.get(name).map(|table| &table.own);
    let number = own("domain-filter").and_then(|own| own.value("domain-filter-table"));
    let table = number.map(|number| (number, context.find("dnsfilter domain-filter", number)));
    match table {
        Some((_, None)) => return own("domain-filter").and_then(|own| own.fields.first()).map(|field| field.span),
        Some((_, Some(list))) => {
            if let Some(span) = list.children.get("entries").and_then(|table| first_blocking(&table.entries, true)) {
                return Some(span);
            }
        }
        None => {}
    }
    let categories = own("ftgd-dns").and_then(|own| own.children.get("filters"));
    categories.and_then(|table| first_blocking(&table.entries, false))
}

pub(super) fn first_blocking(entries: &[Entry], by_default: bool) -> Option<Span> {
    let blocks = |entry: &&Entry| match entry.value("action") {
        None => by_default,
        Some(action) => !matches!(action, "pass" | "allow" | "monitor"),
    };
    entries.iter().filter(|entry| entry.value("status") != Some("disable")).find(blocks).and_then(|entry| entry.span)
}
