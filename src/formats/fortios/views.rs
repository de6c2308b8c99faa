//! One VDOM as gates: its lists of policies, seen from each pair of interfaces.

use super::before;
use super::context::Context;
use super::inspection::Inspections;
use super::objects::Objects;
use super::pairs::{Alike, Zones, alike};
use super::policies::{Applied, Kind, Reader};
use super::services::Services;
use super::tree::{Scope, Table};
use crate::addresses::{AddressSet, Family};
use crate::policy::{Action, Chain, Condition, Gate, Order, Otherwise, Planes, Reason, Rule, Then, Vantage};
use crate::problem::Problem;

/// More points of view than this are not kept apart.
const MAX_VIEWS: usize = 200;

/// A point of view, and what a remedy needs to know of it.
pub(super) struct View {
    pub vantage: Vantage,
    pub alike: Alike,
    /// The list that decides, as `config` names it.
    pub path: &'static str,
    /// The first of its policies that applies.
    pub first: Option<String>,
    /// All of them that could accept.
    pub accepting: Vec<String>,
}

/// The lists of policies of a VDOM; each list is a stage of its own, or one of several that are tried as one.
pub(super) fn views(context: &mut Context<'_>, prefix: &str) -> Vec<View> {
    let scope = context.scope;
    let zones = Zones::of(scope);
    let mut reader = Reader {
        context,
        objects: Objects::default(),
        services: Services::default(),
        inspections: Inspections::default(),
    };
    let based_on_applications = is_policy_based(scope);
    tell_unread(reader.context);
    let mut views = Vec::new();
    let (path, lists): (&'static str, &[(&str, Kind)]) = match based_on_applications {
        true => ("firewall security-policy", &[("firewall security-policy", Kind::Security)]),
        false => ("firewall policy", PACKETS),
    };
    let first_stage: &[(&str, Kind)] = if based_on_applications { &[("firewall policy", Kind::Consent)] } else { &[] };
    let consent = read(&mut reader, first_stage);
    let mut dropped = before::all(reader.context);
    dropped.extend(read(&mut reader, DROPS));
    let decided = read(&mut reader, lists);
    let mut proxied = read(&mut reader, &[("firewall proxy-policy", Kind::Proxy)]);
    let tables = Tables { chains: reader.inspections.chains, openings: reader.inspections.tls.chains };
    if !decided.is_empty() || lists.iter().any(|(path, _)| scope.tables.contains_key(*path)) {
        let path = if scope.tables.contains_key("firewall consolidated policy") {
            "firewall consolidated policy"
        } else {
            path
        };
        let list = List { path, prefix, otherwise: implicit_deny(), planes: Planes::BOTH, sources: AddressSet::all() };
        let both = [dropped.clone(), decided].concat();
        views.extend(of_list(&list, &both, &consent, &zones, &tables, reader.context));
    }
    if !proxied.is_empty() {
        proxied.splice(..0, before::at_proxy(reader.context));
        proxied.extend(proxy_accepts(reader.context));
        let list = List {
            path: "firewall proxy-policy",
            prefix,
            otherwise: proxy_deny(),
            planes: Planes::PROXY,
            sources: proxy_clients(scope),
        };
        views.extend(of_list(&list, &proxied, &[], &zones, &tables, reader.context));
    }
    views
}

const PACKETS: &[(&str, Kind)] = &[
    ("firewall consolidated policy", Kind::Policy),
    ("firewall policy", Kind::Policy),
    ("firewall policy6", Kind::Policy6),
];

/// What comes before the policies, on the way in; interface policies also hold on the way out (community.fortinet.com:
/// article 364811 on interface policies).
const DROPS: &[(&str, Kind)] = &[
    ("firewall acl", Kind::Acl),
    ("firewall acl6", Kind::Acl6),
    ("firewall interface-policy", Kind::Interface),
    ("firewall interface-policy6", Kind::Interface6),
];

/// Lists of policies that are not read, and what they are about.
const UNREAD: &[(&str, &str)] = &[
    ("firewall policy46", "it translates IPv4 to IPv6 and lets through addresses that stand for others"),
    ("firewall policy64", "it translates IPv6 to IPv4 and lets through addresses that stand for others"),
    ("firewall DoS-policy", "it stops floods and scans; destinations are not its matter"),
    ("firewall DoS-policy6", "it stops floods and scans; destinations are not its matter"),
    ("firewall ttl-policy", "it stops packets by the hops they have left"),
    ("firewall local-in-policy", "it is about traffic to the device itself, such as to its explicit proxy"),
    ("firewall local-in-policy6", "it is about traffic to the device itself, such as to its explicit proxy"),
];

fn tell_unread(context: &mut Context<'_>) {
    let scope = context.scope;
    for (path, what) in UNREAD {
        let in_force = scope.entries(path).iter().filter(|entry| entry.value("status") != Some("disable"));
        if let Some(entry) = in_force.clone().next() {
            let message = format!("`{path}` is not read: {what}.");
            let problem = Problem::note("other-stage", message);
            context.problems.push(match entry.span {
                Some(span) => problem.at(span),
                None => problem,
            });
            in_force.for_each(|entry| context.loses(entry.span));
        }
    }
}

/// The chains that policies lead to.
struct Tables {
    chains: Vec<Chain>,
    openings: Vec<Chain>,
}

struct List<'a> {
    path: &'static str,
    prefix: &'a str,
    otherwise: Otherwise,
    planes: Planes,
    sources: AddressSet,
}

/// Policies that name applications exist in policy-based mode only (FortiOS Administration Guide: NGFW policy).
fn is_policy_based(scope: &Scope) -> bool {
    let settings = scope.tables.get("system settings").and_then(|table| table.own.value("ngfw-mode"));
    match settings {
        Some(mode) => mode == "policy-based",
        None => !scope.entries("firewall security-policy").is_empty(),
    }
}

fn read<'a>(reader: &mut Reader<'_, 'a>, lists: &[(&str, Kind)]) -> Vec<Applied> {
    let scope = reader.context.scope;
    let tables: Vec<(&'a Table, Kind)> =
        lists.iter().filter_map(|(path, kind)| Some((scope.tables.get(*path)?, *kind))).collect();
    tables.into_iter().flat_map(|(table, kind)| reader.table(table, kind)).collect()
}

/// FortiOS Administration Guide, "Firewall policy": what no policy matches is dropped by the implicit one, of ID 0.
fn implicit_deny() -> Otherwise {
    Otherwise { action: Action::Deny, span: None, why: "the implicit policy 0 denies the rest".into() }
}

/// community.fortinet.com: article 402210 on the default behavior of the explicit proxy, which denies.
fn proxy_deny() -> Otherwise {
    Otherwise { action: Action::Deny, span: None, why: "the proxy denies what no policy matches".into() }
}

/// The explicit web proxy can accept what none of its policies matches; transparent and FTP proxies have no part in it
/// (community.fortinet.com: article 333684 on its default action).
fn proxy_accepts(context: &mut Context<'_>) -> Option<Applied> {
    let own = &context.scope.tables.get("web-proxy explicit")?.own;
    let field = own.field("sec-default-action").filter(|field| field.values == ["accept"])?;
    context.uses(Some(field.span));
    Some(Applied::accepting_rest("proxy explicit-web", field.span))
}

/// CLI Reference: config web-proxy explicit, "ipv6-status", default disable.
fn proxy_clients(scope: &Scope) -> AddressSet {
    let settings = scope.tables.get("web-proxy explicit").map(|table| &table.own);
    match settings.is_some_and(|own| own.enables("ipv6-status")) {
        true => AddressSet::all(),
        false => AddressSet::all_of(Family::V4),
    }
}

fn of_list(
    list: &List<'_>,
    policies: &[Applied],
    consent: &[Applied],
    zones: &Zones,
    tables: &Tables,
    context: &mut Context<'_>,
) -> Vec<View> {
    let mut groups = alike(policies, zones);
    if groups.is_empty() {
        groups.push(Alike { pairs: vec![("any".into(), "any".into())], policies: Vec::new() });
    }
    let rest = groups.split_off(groups.len().min(MAX_VIEWS));
    let mut views: Vec<View> = groups.into_iter().map(|group| view(list, policies, consent, tables, group)).collect();
    if !rest.is_empty() {
        let message =
            format!("The policies tell more than {MAX_VIEWS} pairs of interfaces apart; the others stay undecided.");
        context.problems.push(Problem::warning("too-many-pairs", message));
        views.push(others(list));
    }
    views
}

fn view(list: &List<'_>, policies: &[Applied], consent: &[Applied], tables: &Tables, alike: Alike) -> View {
    let own: Vec<&Applied> = alike.policies.iter().map(|&index| &policies[index]).collect();
    let gate = |name: &str, rules: Vec<Rule>, chains: &[Chain], otherwise: Otherwise| Gate {
        name: name.to_owned(),
        order: Order::First,
        speaks: list.planes,
        rules,
        chains: chains.to_vec(),
        otherwise,
        sources: list.sources.clone(),
    };
    let rules = own.iter().flat_map(|policy| policy.rules.clone()).collect();
    let mut gates = vec![gate(list.path, rules, &tables.chains, list.otherwise.clone())];
    if !consent.is_empty() {
        gates.insert(0, gate("SSL inspection and authentication policies", agreed(consent), &[], implicit_deny()));
    }
    let openings: Vec<Rule> = own.iter().map(|policy| policy.opens.clone()).collect();
    let opens = openings.iter().any(|rule| rule.then != Then::Decide(Action::Deny));
    let why = "no policy that inspects it deeply accepts it".to_owned();
    let decrypts = opens.then(|| {
        gate("SSL inspection", openings, &tables.openings, Otherwise { action: Action::Deny, span: None, why })
    });
    let movable = |policy: &&&Applied| matches!(policy.kind, Kind::Policy | Kind::Security | Kind::Proxy);
    let keys = own.iter().filter(movable).map(|policy| policy.key.clone());
    let accepting: Vec<String> = keys.filter(|key| !key.is_empty()).collect();
    let first = accepting.first().cloned();
    let vantage = Vantage { label: format!("{}{}", list.prefix, alike.label()), gates, decrypts, ..Vantage::default() };
    View { vantage, alike, path: list.path, first, accepting }
}

/// What matches one of these policies goes on; what becomes of the rest is not documented well enough.
fn agreed(consent: &[Applied]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = consent.iter().flat_map(|policy| policy.rules.clone()).collect();
    let text = "no SSL inspection and authentication policy matches, and what follows from it is not known";
    let span = rules.first().and_then(|rule| rule.span);
    let when = Condition::Unknown(Reason { text: text.into(), span });
    rules.push(Rule { name: "no policy of the first list".into(), span, then: Action::Allow.into(), when });
    rules
}

/// All pairs beyond the limit, as one point of view that nothing is known of.
fn others(list: &List<'_>) -> View {
    let reason = Reason::new(format!("more than {MAX_VIEWS} pairs of interfaces are told apart"));
    let rule =
        Rule { name: "further pairs".into(), span: None, then: Action::Allow.into(), when: Condition::Unknown(reason) };
    let gate = Gate {
        name: list.path.to_owned(),
        order: Order::First,
        speaks: list.planes,
        rules: vec![rule],
        chains: Vec::new(),
        otherwise: list.otherwise.clone(),
        sources: AddressSet::all(),
    };
    let vantage = Vantage { label: format!("{}further pairs", list.prefix), gates: vec![gate], ..Vantage::default() };
    View {
        vantage,
        alike: Alike { pairs: Vec::new(), policies: Vec::new() },
        path: list.path,
        first: None,
        accepting: Vec::new(),
    }
}

/// What stands for a text that has objects, but no policies.
pub(super) fn without_policies(reason: Reason) -> Vantage {
    let rule =
        Rule { name: "policies".into(), span: None, then: Action::Allow.into(), when: Condition::Unknown(reason) };
    let gate = Gate {
        name: "firewall policy".into(),
        order: Order::First,
        speaks: Planes::BOTH,
        rules: vec![rule],
        chains: Vec::new(),
        otherwise: implicit_deny(),
        sources: AddressSet::all(),
    };
    Vantage { label: "policies that were not pasted".into(), gates: vec![gate], ..Vantage::default() }
}
