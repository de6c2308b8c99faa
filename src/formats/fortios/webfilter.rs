//! Web filter profiles: the static URL filter, then FortiGuard's categories.
//!
//! Sources (community.fortinet.com): "Technical Tip: Explanation of the Allow, Block, Exempt, and Monitor static URL filter
//! actions", "URL Filter expressions for the FortiGate", "How to block all, except some URLs"; CLI Reference: config
//! webfilter urlfilter (an entry is simple and exempts unless it says otherwise) and profile.

use super::context::{Context, unknown};
use super::inspection::{Profiles, first_blocking};
use super::tree::{Entry, Field};
use crate::hosts::{Domain, HostPattern, Meant, Product, products};
use crate::policy::{Action, Condition, HostTest, OnAddress, Reason, Rule, Subject, Then};
use crate::source::Span;

/// How the policy inspects: `flow` unless it or, before FortiOS 6.2, the VDOM says otherwise.
pub(super) fn mode<'a>(context: &Context<'a>, policy: &'a Entry) -> &'a str {
    let settings = || context.scope.tables.get("system settings").and_then(|table| table.own.value("inspection-mode"));
    policy.value("inspection-mode").or_else(settings).unwrap_or("flow")
}

/// The rules that a profile adds behind a policy; those that end with `Allow` let through what comes so far.
pub(super) fn rules(context: &mut Context<'_>, field: &Field, profiles: &Profiles<'_>) -> Vec<Rule> {
    let name = field.values.join(" ");
    let Some(profile) = context.find("webfilter profile", &name) else {
        let when = context.undefined("web filter profile", &name, field.span, "show webfilter profile");
        return vec![deny(format!("web filter {name}"), Some(field.span), when)];
    };
    context.uses_fields(profile, &[]);
    let mut filter =
        Filter { seen: seen(profiles, field.span), categories: categories(context, profile, &name), rules: Vec::new() };
    if let Some(reason) = &profile.damaged {
        filter.deny(format!("web filter {name}"), reason.span, Condition::Unknown(reason.clone()));
    }
    if let Some(table) = profile.children.get("web").and_then(|web| web.own.field("urlfilter-table")) {
        context.uses(Some(table.span));
        let mode = mode(context, profiles.policy);
        filter.list(context, table, mode);
    }
    filter.categories_decide();
    filter.rules
}

struct Filter {
    /// Where the filter sees names at all.
    seen: Condition,
    /// Why a category may stop the traffic.
    categories: Option<Reason>,
    rules: Vec<Rule>,
}

/// Web traffic is that of ports 80 and 443; the names of TLS connections are seen only with a profile that looks at them.
fn seen(profiles: &Profiles<'_>, at: Span) -> Condition {
    let looks = profiles.field("ssl-ssh-profile").is_some_and(|field| field.values != ["no-inspection"]);
    let plain = Condition::Port(vec![(80, 80)]);
    let web = if looks { Condition::Port(vec![(80, 80), (443, 443)]) } else { plain };
    Condition::Any(vec![web, unknown("whether the web filter sees the names of this traffic is not known", at)])
}

fn deny(name: String, span: Option<Span>, when: Condition) -> Rule {
    Rule { name, span, then: Action::Deny.into(), when }
}

fn categories(context: &mut Context<'_>, profile: &Entry, name: &str) -> Option<Reason> {
    let filters = profile.children.get("ftgd-wf")?.own.children.get("filters")?;
    filters.entries.iter().for_each(|entry| context.uses_fields(entry, &["category", "action"]));
    let at = first_blocking(&filters.entries, false)?;
    Some(
        Reason::new(format!("the web filter `{name}` blocks categories, and FortiGuard knows which one this is of"))
            .at(at),
    )
}

impl Filter {
    fn deny(&mut self, name: String, span: Option<Span>, when: Condition) {
        let when = Condition::All(vec![when, self.seen.clone()]);
        self.rules.push(deny(name, span, when));
    }

    fn list(&mut self, context: &mut Context<'_>, table: &Field, mode: &str) {
        let number = table.values.join(" ");
        let Some(list) = context.find("webfilter urlfilter", &number) else {
            let when = context.undefined("URL filter", &number, table.span, "show webfilter urlfilter");
            return self.deny(format!("URL filter {number}"), Some(table.span), when);
        };
        context.uses_fields(list, &["name", "include-subdomains"]);
        let entries = list.children.get("entries").map_or(&[][..], |table| &table.entries);
        let in_force: Vec<&Entry> = entries.iter().filter(|entry| entry.value("status") != Some("disable")).collect();
        in_force.iter().for_each(|entry| self.entry(context, entry, list, mode));
        if !in_force.is_empty() {
            let text = "no entry of the URL filter matches, and Fortinet's articles disagree about what happens then";
            let when = unknown(text, list.span.unwrap_or(table.span));
            self.deny(format!("URL filter {number}"), list.span, when);
        }
    }

    fn entry(&mut self, context: &mut Context<'_>, entry: &Entry, list: &Entry, mode: &str) {
        context.uses_fields(entry, &["url", "type", "action", "status", "referrer-host"]);
        let Some(span) = entry.span else { return };
        let name = format!("URL filter {}, entry {}", list.key, entry.key);
        let mut when = matches(entry, list, mode, span);
        let doubts = entry.field("referrer-host").filter(|field| field.values.iter().any(|value| !value.is_empty()));
        let doubts = doubts.map(|field| unknown("the entry also looks at where the request comes from", field.span));
        let damaged = entry.damaged.clone().map(Condition::Unknown);
        when = Condition::All([when].into_iter().chain(doubts).chain(damaged).collect());
        let allow = |when| Rule { name: name.clone(), span: Some(span), then: Then::Decide(Action::Allow), when };
        match entry.value("action") {
            Some("block") => self.deny(name, Some(span), when),
            None | Some("exempt") => self.rules.push(allow(when)),
            Some("allow" | "monitor" | "pass") => {
                if let Some(reason) = self.categories.clone() {
                    let open = Condition::All(vec![when.clone(), Condition::Unknown(reason)]);
                    self.deny(name.clone(), Some(span), open);
                }
                self.rules.push(allow(when));
            }
            Some(other) => {
                context.loses(entry.field("action").map(|field| field.span));
                let text = format!("the action `{other}` of a URL filter is not known");
                self.deny(name, Some(span), Condition::All(vec![when, unknown(text, span)]));
            }
        }
    }

    fn categories_decide(&mut self) {
        if let Some(reason) = self.categories.clone() {
            self.deny("FortiGuard categories".into(), reason.span, Condition::Unknown(reason));
        }
    }
}

/// When an entry matches: by the name in the request or, in TLS, in its handshake.
fn matches(entry: &Entry, list: &Entry, mode: &str, span: Span) -> Condition {
    let url = entry.value("url").unwrap_or_default();
    let meant = match entry.value("type") {
        None | Some("simple") => simple(url, list, mode),
        Some("wildcard") => products::FORTIGATE_URLFILTER_WILDCARD.read(url),
        Some("regex") => products::FORTIGATE_URLFILTER_REGEX.read(url),
        Some(_) => None,
    };
    match meant {
        Some(Meant { pattern, maybe, surely }) => {
            let maybe = maybe.map(|why| Reason::new(why).at(span));
            // A client that is asked about by its address alone may still send a name.
            let on_address = OnAddress::AsTextOrLookup;
            let test =
                |pattern, maybe| Condition::Host(HostTest { pattern, subject: Subject::Host, on_address, maybe });
            let surely = surely.map(|name| test(HostPattern::Exact(name), None));
            Condition::Any(surely.into_iter().chain([test(pattern, maybe)]).collect())
        }
        None => unknown(format!("what `{}` matches is not decided", crate::problem::quote(url)), span),
    }
}

/// Whether a simple entry matches names below its own, since FortiOS 7.6.3 a switch of the list.
fn simple(url: &str, list: &Entry, mode: &str) -> Option<Meant> {
    let product: &Product = match mode {
        "proxy" => &products::FORTIGATE_URLFILTER_PROXY,
        _ => &products::FORTIGATE_URLFILTER_FLOW,
    };
    let meant = product.read(url)?;
    match (mode, list.value("include-subdomains"), &meant.pattern) {
        ("proxy", Some(switch), HostPattern::Domain(domain)) => {
            let base = domain.base.clone();
            let pattern = match switch {
                "enable" => HostPattern::Domain(Domain::and_below(base)),
                _ => HostPattern::Exact(base),
            };
            Some(pattern.into())
        }
        _ => Some(meant),
    }
}
