//! What may stop traffic before any policy is asked: routes that discard it, and portals at which users log in first.
//!
//! Sources: FortiOS CLI Reference, config router static ("blackhole"), config system interface ("security-mode"), config
//! authentication rule ("active-auth-method"); which route is nearest and who has logged in, no text tells.

use super::context::{Context, unknown};
use super::pairs::EXPLICIT;
use super::policies::{Applied, Kind};
use super::tree::Entry;
use crate::addresses::{AddressSet, parse_entry};
use crate::policy::{Action, Condition, Rule};

/// For every list of policies.
pub(super) fn all(context: &mut Context<'_>) -> Vec<Applied> {
    let scope = context.scope;
    let global = context.global;
    let routes = ["router static", "router static6"].iter().flat_map(|path| scope.entries(path));
    let mut found: Vec<Applied> = routes.filter_map(|route| discarding(context, route)).collect();
    let own = scope.entries("system interface").iter();
    let interfaces = own.chain(global.into_iter().flat_map(|global| global.entries("system interface")));
    found.extend(interfaces.filter_map(|interface| portal(context, interface)));
    found
}

/// For the explicit proxy: rules by which users log in.
pub(super) fn at_proxy(context: &mut Context<'_>) -> Vec<Applied> {
    let scope = context.scope;
    let rules = scope.entries("authentication rule").iter().filter(|rule| rule.value("status") != Some("disable"));
    let asks = |rule: &&Entry| rule.field("active-auth-method").or(rule.field("sso-auth-method")).is_some();
    rules.filter(asks).filter_map(|rule| held(context, rule, "an authentication rule", from_proxy())).collect()
}

fn from_proxy() -> Vec<String> {
    vec![format!("{EXPLICIT}explicit-web")]
}

fn discarding(context: &mut Context<'_>, route: &Entry) -> Option<Applied> {
    if !route.enables("blackhole") || route.value("status") == Some("disable") {
        return None;
    }
    let field = route.field("dst")?;
    let set = parse_entry(&field.values.join(" ")).and_then(Result::ok)?.set;
    // Where all destinations are discarded, another default route leads out; private ones are no matter here.
    let public = set.intersection(&AddressSet::public());
    if public.is_empty() || AddressSet::public().is_subset(&set) {
        return None;
    }
    context.uses_fields(route, &["dst", "blackhole"]);
    let open = unknown("a blackhole route discards it unless a nearer route exists", field.span);
    let when = Condition::All(vec![Condition::destination(public), open]);
    Some(dropping(format!("static route {}", route.key), route, when, vec!["any".to_owned()]))
}

fn portal(context: &mut Context<'_>, interface: &Entry) -> Option<Applied> {
    interface.value("security-mode").filter(|mode| *mode == "captive-portal")?;
    context.uses_fields(interface, &["security-mode"]);
    held(context, interface, "the captive portal of the interface", vec![interface.key.clone()])
}

fn held(context: &mut Context<'_>, entry: &Entry, what: &str, from: Vec<String>) -> Option<Applied> {
    context.uses_fields(entry, &["srcintf", "active-auth-method", "sso-auth-method"]);
    let when = unknown(format!("{what} may hold it back until the user logs in"), entry.span?);
    Some(dropping(format!("log-in by {}", entry.key), entry, when, from))
}

fn dropping(name: String, entry: &Entry, when: Condition, from: Vec<String>) -> Applied {
    let rule = |when| Rule { name: name.clone(), span: entry.span, then: Action::Deny.into(), when };
    let (rules, opens) = (vec![rule(when)], rule(Condition::never()));
    let key = entry.key.clone();
    Applied { key, kind: Kind::Interface, rules, from, to: vec!["any".to_owned()], opens }
}
