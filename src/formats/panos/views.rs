//! From where a configuration is seen: each scope between each pair of zones, with the rules in the order of the device.

use super::context::{Context, Names};
use super::lists::{self, List, matched_categories};
use super::rules::{DENIES, Placed, Reader, Zones};
use super::scopes::Scopes;
use super::tree::Node;
use crate::addresses::AddressSet;
use crate::policy::{Action, Condition, Gate, Order, Otherwise, Planes, Reason, Rule, Vantage};
use crate::problem::Problem;
use std::collections::BTreeSet;

/// More kinds of zone pairs are not listed.
pub(super) const MOST_VIEWS: usize = 64;
const MOST_PAIRS: usize = 4096;

/// The lists of rules that traffic passes before the security rules.
const STAGES_BEFORE: [&str; 4] = ["pbf", "dos", "authentication", "captive-portal"];

/// A source zone and a destination zone.
pub(super) type Pair = (String, String);

/// What a scope sees, before zones are looked at.
pub(super) struct Sight<'a> {
    pub scope: usize,
    /// What may stop traffic before the security rules see it.
    before: Vec<Placed>,
    pub lists: Vec<List<'a>>,
    /// The rules that count, each with its list and its place in it.
    pub placed: Vec<(usize, usize, Placed)>,
    pub decryption: Vec<Placed>,
    /// The default rules within a zone and between zones.
    within: Fallback,
    between: Fallback,
}

#[derive(Clone)]
struct Fallback {
    otherwise: Otherwise,
    rules: Vec<Rule>,
}

/// Pairs of zones that all rules treat alike.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub label: String,
    pub pairs: Vec<Pair>,
}

impl<'a> Sight<'a> {
    pub fn of(scopes: &Scopes<'a>, scope: usize, context: &mut Context<'a>) -> Sight<'a> {
        let names = Names::seen_from(scopes, scope);
        let lists = lists::lists(scopes, scope, "security");
        let matched = matched_categories(&lists);
        let mut reader = Reader { context, names: &names, matched: &matched };
        let mut placed = Vec::new();
        for (index, list) in lists.iter().enumerate() {
            for (at, rule) in list.rules.iter().enumerate() {
                placed.extend(reader.security(rule, list.only_if.as_ref()).map(|rule| (index, at, rule)));
            }
            if list.cut {
                placed.push((
                    index,
                    list.rules.len(),
                    lost(&Reason::new("rules may be missing where the export is damaged")),
                ));
            }
        }
        let before = STAGES_BEFORE.into_iter().flat_map(|stage| {
            let rules: Vec<&Node> =
                lists::lists(scopes, scope, stage).into_iter().flat_map(|list| list.rules).collect();
            rules.into_iter().filter_map(|rule| reader.before(stage, rule)).collect::<Vec<_>>()
        });
        let mut before: Vec<Placed> = before.collect();
        before.extend(scopes.discards.iter().filter_map(|route| reader.discarding(route)));
        let decryption = lists_of(scopes, scope, "decryption", &mut reader);
        let exclusions = exclusions(scopes, scope);
        let decryption = exclusions.into_iter().chain(decryption).collect();
        let within = Fallback::of(scopes, scope, "intrazone-default", &mut reader);
        let between = Fallback::of(scopes, scope, "interzone-default", &mut reader);
        Sight { scope, before, lists, placed, decryption, within, between }
    }

    /// The pairs of zones, those together that all rules treat alike, in the order in which rules name them.
    pub fn views(&self, prefix: &str, context: &mut Context<'_>) -> Vec<View> {
        let mut kinds: Vec<(Vec<bool>, Vec<Pair>)> = Vec::new();
        for (from, to) in self.pairs() {
            let beside = self.before.iter().chain(&self.decryption);
            let all = self.placed.iter().map(|(_, _, placed)| placed).chain(beside);
            let key: Vec<bool> = all.map(|placed| placed.zones.hold(&from, &to)).chain([from == to]).collect();
            match kinds.iter_mut().find(|(own, _)| *own == key) {
                Some((_, pairs)) => pairs.push((from, to)),
                None => kinds.push((key, vec![(from, to)])),
            }
        }
        if kinds.len() > MOST_VIEWS {
            let message =
                format!("The rules tell {} kinds of zone pairs apart; the first {MOST_VIEWS} are listed.", kinds.len());
            context.say(Problem::warning("too-many-zone-pairs", message));
            kinds.truncate(MOST_VIEWS);
        }
        kinds.into_iter().map(|(_, pairs)| View { label: format!("{prefix}{}", label(&pairs)), pairs }).collect()
    }

    /// The pairs of zones that rules name, `any` standing for all that are named on that side.
    fn pairs(&self) -> Vec<Pair> {
        let all: Vec<&Zones> = self.placed.iter().map(|(_, _, placed)| &placed.zones).collect();
        let froms = named(all.iter().flat_map(|zones| &zones.from));
        let tos = named(all.iter().filter(|zones| !zones.from_only).flat_map(|zones| &zones.to));
        let mut pairs: Vec<Pair> = Vec::new();
        let mut seen = BTreeSet::new();
        for zones in &all {
            let any = |side: &[String]| side.is_empty() || side.iter().any(|zone| zone == "any");
            if zones.from_only {
                let within = zones.from.iter().filter(|zone| *zone != "any").map(|zone| (zone.clone(), zone.clone()));
                pairs.extend(within.filter(|pair| seen.insert(pair.clone())));
                continue;
            }
            if any(&zones.from) && any(&zones.to) {
                continue;
            }
            let side = |own: &[String], named: &[String]| match (any(own), named.is_empty()) {
                (true, true) => vec!["any".to_owned()],
                (true, false) => named.to_vec(),
                (false, _) => own.to_vec(),
            };
            let only_within = zones.from == zones.to && zones.from.len() == 1;
            for from in side(&zones.from, &froms) {
                for to in side(&zones.to, &tos) {
                    let pair = (from.clone(), to);
                    if (pair.0 != pair.1 || only_within) && pairs.len() < MOST_PAIRS && seen.insert(pair.clone()) {
                        pairs.push(pair);
                    }
                }
            }
        }
        if pairs.is_empty() {
            let first = |zones: Vec<String>| zones.into_iter().next().unwrap_or_else(|| "any".to_owned());
            pairs.push((first(froms), first(tos)));
        }
        pairs
    }

    pub fn vantage(&self, view: &View, name: &str, lost: Option<&Reason>) -> Vantage {
        let (from, to) = view.pairs.first().cloned().unwrap_or_default();
        let holding = |zones: &Zones| zones.hold(&from, &to);
        let default = if from == to && from != "any" { &self.within } else { &self.between };
        let placed = self.before.iter().chain(self.placed.iter().map(|(_, _, placed)| placed));
        let rules = placed.filter(|placed| holding(&placed.zones)).flat_map(|placed| placed.rules.clone());
        let front = lost.map(|reason| self::lost(reason).rules).unwrap_or_default();
        let rules = front.into_iter().chain(rules);
        let gate = Gate {
            name: name.to_owned(),
            order: Order::First,
            speaks: Planes::BOTH,
            rules: rules.chain(default.rules.iter().cloned()).collect(),
            chains: Vec::new(),
            otherwise: default.otherwise.clone(),
            sources: AddressSet::all(),
        };
        let opened: Vec<Rule> = self
            .decryption
            .iter()
            .filter(|placed| holding(&placed.zones))
            .flat_map(|placed| placed.rules.clone())
            .collect();
        let decrypts = (!opened.is_empty()).then(|| Gate {
            name: "decryption rules".to_owned(),
            order: Order::First,
            speaks: Planes::BOTH,
            rules: opened,
            chains: Vec::new(),
            otherwise: Otherwise { action: Action::Deny, span: None, why: "no decryption rule opens it".to_owned() },
            sources: AddressSet::all(),
        });
        Vantage { label: view.label.clone(), gates: vec![gate], decrypts, ..Vantage::default() }
    }
}

/// A rule that may be there, and may do anything.
pub(super) fn lost(reason: &Reason) -> Placed {
    let rule = |then: Action| Rule {
        name: "what is missing".to_owned(),
        span: reason.span,
        then: then.into(),
        when: Condition::Unknown(reason.clone()),
    };
    Placed { zones: Zones::everywhere(), rules: vec![rule(Action::Allow), rule(Action::Deny)], only_allows: false }
}

fn named<'z>(zones: impl Iterator<Item = &'z String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    zones.filter(|zone| *zone != "any" && seen.insert(*zone)).cloned().collect()
}

/// `trust, dmz -> untrust`
fn label(pairs: &[Pair]) -> String {
    const SHOWN: usize = 6;
    let mut by_to: Vec<(&str, Vec<&str>)> = Vec::new();
    for (from, to) in pairs {
        match by_to.iter_mut().find(|(own, _)| own == to) {
            Some((_, froms)) => froms.push(from),
            None => by_to.push((to, vec![from])),
        }
    }
    let froms = |froms: &[&str]| match froms.len() {
        ..=SHOWN => froms.join(", "),
        more => format!("{} and {} more", froms[..SHOWN].join(", "), more - SHOWN),
    };
    let texts: Vec<String> = by_to.iter().map(|(to, of)| format!("{} -> {to}", froms(of))).collect();
    texts.join("; ")
}

fn lists_of(scopes: &Scopes<'_>, scope: usize, stage: &str, reader: &mut Reader<'_, '_>) -> Vec<Placed> {
    let lists = lists::lists(scopes, scope, stage);
    let rules = lists.iter().flat_map(|list| list.rules.iter().map(|rule| (*rule, list.only_if.as_ref())));
    rules.filter_map(|(rule, only_if)| reader.decryption(rule, only_if)).collect()
}

/// Hosts that are never opened. How their entries match is not documented as exactly as URL categories are.
fn exclusions(scopes: &Scopes<'_>, scope: usize) -> Option<Placed> {
    let excluded = |index: usize| {
        let mut entries = scopes.all[index].node.entries(&["ssl-decrypt", "ssl-exclude-cert"]);
        entries.find(|entry| !entry.says("exclude", "no"))
    };
    let entry = scopes.chain(scope).into_iter().find_map(excluded)?;
    let reason =
        Reason::new("hosts are excluded from decryption, and how the entries match is left open").at(entry.span);
    let Placed { mut rules, zones, .. } = lost(&reason);
    rules.retain(|rule| rule.then == Action::Deny.into());
    Some(Placed { rules, zones, only_allows: false })
}

impl Fallback {
    /// The innermost override of a default rule, or what the device does without one. The firewall's own comes before a device
    /// group's, and that before the shared one ("Device Group Policies", docs.paloaltonetworks.com, Panorama Administrator's
    /// Guide).
    fn of(scopes: &Scopes<'_>, scope: usize, name: &str, reader: &mut Reader<'_, '_>) -> Fallback {
        let sections = ["rulebase", "pre-rulebase", "post-rulebase"];
        let chain = scopes.chain(scope);
        let written = chain.iter().find_map(|&index| {
            let node = scopes.all[index].node;
            sections.iter().find_map(|section| {
                node.entries(&[section, "default-security-rules", "rules"]).find(|rule| rule.name == name)
            })
        });
        let allows = name == "intrazone-default";
        match written {
            Some(rule) => reader.default(rule, allows),
            None => Fallback::new(if allows { Action::Allow } else { Action::Deny }, name, None),
        }
    }

    fn new(action: Action, name: &str, rule: Option<&Node>) -> Fallback {
        let does = if action == Action::Allow { "allows" } else { "denies" };
        let why = format!("`{name}` {does}");
        Fallback { otherwise: Otherwise { action, span: rule.map(|rule| rule.span), why }, rules: Vec::new() }
    }
}

impl Reader<'_, '_> {
    fn default(&mut self, rule: &Node, allows: bool) -> Fallback {
        self.context.used(rule.span);
        let stated = rule.value("action").filter(|_| rule.complete);
        let action = match stated {
            Some("allow") => Action::Allow,
            None if allows => Action::Allow,
            _ => Action::Deny,
        };
        let known = stated.map_or(rule.complete, |action| action == "allow" || DENIES.contains(&action));
        let open = (!known).then(|| lost(&Reason::new("the rule says no action that is known").at(rule.span)).rules);
        let blocked = (action == Action::Allow).then(|| self.blocked(rule)).flatten();
        let rules = blocked.map(|(when, span)| Rule {
            name: format!("{} (URL filtering)", rule.name),
            span: Some(span),
            then: Action::Deny.into(),
            when,
        });
        let rules = open.into_iter().flatten().chain(rules).collect();
        Fallback { rules, ..Fallback::new(action, &rule.name, Some(rule)) }
    }
}
