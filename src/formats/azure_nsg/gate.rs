//! The rules of one group in the order in which Azure tries them.

use super::rule::{Access, Meaning};
use super::words;
use crate::addresses::AddressSet;
use crate::policy::{Action, Condition, Gate, Order, Otherwise, Planes, Reason, Rule};
use crate::problem::Problem;
use std::collections::BTreeMap;

/// A gate of `rules`, with the rules that Azure adds where the export leaves them out.
pub(super) fn gate(name: &str, rules: &[Meaning], lost: Option<&Reason>, problems: &mut Vec<Problem>) -> Gate {
    let mut by_priority = in_order(rules, problems);
    let added: Vec<(Option<u32>, Rule)> = defaults()
        .into_iter()
        .filter(|(priority, _)| !has(rules, *priority))
        .map(|(at, rule)| (Some(at), rule))
        .collect();
    if !added.is_empty() {
        let names: Vec<&str> = added.iter().map(|(_, rule)| rule.name.as_str()).collect();
        let message =
            format!("\"{name}\": the export leaves out rules that every group has; added: {}.", names.join(", "));
        problems.push(Problem::note("default-rules-added", message));
    }
    by_priority.extend(added);
    by_priority.sort_by_key(|(priority, _)| *priority);
    let before = lost.into_iter().flat_map(either).chain(platform_rules(rules));
    Gate {
        name: name.to_owned(),
        speaks: Planes::ADDRESSES,
        order: Order::First,
        rules: before.chain(by_priority.into_iter().map(|(_, rule)| rule)).collect(),
        chains: Vec::new(),
        otherwise: Otherwise {
            action: Action::Deny,
            span: None,
            why: "DenyAllOutBound (priority 65500) denies what no other rule allows".to_owned(),
        },
        sources: AddressSet::private(),
    }
}

/// An interface that only security admin rules guard: without a network security group everything passes.
pub(super) fn without_group(name: &str) -> Gate {
    Gate {
        name: name.to_owned(),
        speaks: Planes::ADDRESSES,
        order: Order::First,
        rules: Vec::new(),
        chains: Vec::new(),
        otherwise: Otherwise {
            action: Action::Allow,
            span: None,
            why: "no network security group stands on this path".to_owned(),
        },
        sources: AddressSet::private(),
    }
}

/// What becomes of the platform's own addresses: only rules that name a tag of the platform filter them.
fn platform_rules(rules: &[Meaning]) -> Vec<Rule> {
    let targeting = |rule: &Meaning| Some(Meaning { when: rule.platform.clone()?, ..rule.clone() });
    let mut targeted: Vec<Meaning> = rules.iter().filter_map(targeting).collect();
    targeted.sort_by_key(|rule| rule.priority);
    let open = Rule {
        name: "the platform's address, which only rules with a tag of the platform filter".to_owned(),
        span: None,
        then: Action::Allow.into(),
        when: Condition::destination(words::platform()),
    };
    targeted.iter().flat_map(rules_of).chain([open]).collect()
}

fn has(rules: &[Meaning], priority: u32) -> bool {
    rules.iter().any(|rule| rule.priority == Some(priority))
}

/// What every group does last. They cannot be removed, only overridden.
/// Source: "Default security rules", learn.microsoft.com/azure/virtual-network/network-security-groups-overview
fn defaults() -> Vec<(u32, Rule)> {
    let rule = |name: &str, priority: u32, action: Action, when| {
        let name = format!("{name} (priority {priority})");
        (priority, Rule { name, span: None, then: action.into(), when })
    };
    // What the interface sends comes from its virtual network.
    let inside = Condition::destination(AddressSet::private());
    vec![
        rule("AllowVnetOutBound", 65000, Action::Allow, inside),
        rule("AllowInternetOutBound", 65001, Action::Allow, Condition::destination(AddressSet::public())),
        rule("DenyAllOutBound", 65500, Action::Deny, Condition::always()),
    ]
}

/// Rules that may be missing, of either action and at any place: nothing is certain.
fn either(reason: &Reason) -> [Rule; 2] {
    [Action::Deny, Action::Allow].map(|action| Rule {
        name: "rules that are missing from the export".to_owned(),
        span: reason.span,
        then: action.into(),
        when: Condition::Unknown(reason.clone()),
    })
}

/// By priority, the lowest number first; a rule whose priority cannot be read may stand anywhere, so it stands first and
/// is unknown.
fn in_order(rules: &[Meaning], problems: &mut Vec<Problem>) -> Vec<(Option<u32>, Rule)> {
    let mut by_priority: BTreeMap<Option<u32>, Vec<&Meaning>> = BTreeMap::new();
    for rule in rules {
        by_priority.entry(rule.priority).or_default().push(rule);
    }
    let mut ordered = Vec::new();
    for (priority, tied) in by_priority {
        let certain: Vec<&Meaning> = tied.iter().copied().filter(|rule| rule.certain).collect();
        if let (Some(priority), [first, second, ..]) = (priority, &certain[..]) {
            problems.push(duplicate(priority, first, second));
        }
        ordered.extend(tied_rules(&tied).into_iter().map(|rule| (priority, rule)));
    }
    ordered
}

/// Names are unique within a group. Of two rules with one name but different priorities one is not there, or belongs to
/// another group; which, is open.
/// Source: property "Name" in learn.microsoft.com/azure/virtual-network/network-security-groups-overview
pub(super) fn leave_same_names_open(rules: &mut [Meaning], problems: &mut Vec<Problem>) {
    let mut by_name: BTreeMap<String, Vec<&mut Meaning>> = BTreeMap::new();
    for rule in rules.iter_mut().filter(|rule| rule.certain && rule.name.starts_with(char::is_alphanumeric)) {
        by_name.entry(rule.name.to_ascii_lowercase()).or_default().push(rule);
    }
    for mut same in by_name.into_values() {
        let Some(other) = same.iter().find(|rule| rule.priority != same[0].priority) else { continue };
        let text = format!("the group has two rules of the name \"{}\"", other.name);
        problems
            .push(Problem::error("duplicate-name", format!("Azure accepts no two such rules: {text}.")).at(other.span));
        same.iter_mut().for_each(|rule| leave_open(rule, &text));
    }
}

fn leave_open(rule: &mut Meaning, text: &str) {
    let unknown = || Condition::Unknown(Reason::new(text).at(rule.span));
    rule.platform = rule.platform.take().map(|when| Condition::All(vec![unknown(), when]));
    rule.when = Condition::All(vec![unknown(), rule.when.clone()]);
}

fn duplicate(priority: u32, first: &Meaning, second: &Meaning) -> Problem {
    let message = format!(
        "\"{}\" and \"{}\" have the same priority {priority}; Azure accepts no two such rules, so which is first is open.",
        first.name, second.name
    );
    Problem::error("duplicate-priority", message).at(second.span)
}

/// Rules of one priority. Where an allow and a deny meet, either may be first: a deny that may come first stands before
/// the allows, and the denies again after them.
fn tied_rules(tied: &[&Meaning]) -> Vec<Rule> {
    let of = |deny: bool| tied.iter().filter(move |rule| (rule.access == Some(Access::Deny)) == deny);
    let mut ordered = Vec::new();
    if tied.len() > 1 && of(false).next().is_some() {
        ordered.extend(of(true).map(|rule| perhaps_first(rule)));
    }
    ordered.extend(of(false).chain(of(true)).flat_map(|rule| rules_of(rule)));
    ordered
}

fn perhaps_first(rule: &Meaning) -> Rule {
    let reason = Reason::new("two rules have the same priority, so which is first is open").at(rule.span);
    self::rule(rule, Action::Deny, vec![Condition::Unknown(reason), rule.when.clone()])
}

/// A rule whose access cannot be read may allow or deny; its condition then holds an unknown already.
fn rules_of(rule: &Meaning) -> Vec<Rule> {
    let one = |action| self::rule(rule, action, vec![rule.when.clone()]);
    match rule.access {
        Some(Access::Allow | Access::AlwaysAllow) => vec![one(Action::Allow)],
        Some(Access::Deny) => vec![one(Action::Deny)],
        None => vec![one(Action::Deny), one(Action::Allow)],
    }
}

fn rule(meaning: &Meaning, action: Action, mut parts: Vec<Condition>) -> Rule {
    let when = if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) };
    Rule { name: title(meaning), span: Some(meaning.span), then: action.into(), when }
}

fn title(meaning: &Meaning) -> String {
    match meaning.priority {
        Some(priority) => format!("{} (priority {priority})", meaning.name),
        None => meaning.name.clone(),
    }
}

/// The rules of a virtual network manager that end the evaluation before any network security group: `Deny` and
/// `AlwaysAllow`, each but for what an earlier `Allow` hands on to the groups.
/// Source: "Security admin rules", learn.microsoft.com/azure/virtual-network-manager/concept-security-admins
pub(super) fn admin_rules(rules: &[Meaning], lost: Option<&Reason>, problems: &mut Vec<Problem>) -> Vec<Rule> {
    let ordered: Vec<Meaning> = {
        let mut sorted = rules.to_vec();
        sorted.sort_by_key(|rule| rule.priority);
        sorted
    };
    let mut handed_on = Vec::new();
    let mut ending: Vec<Rule> = lost.into_iter().flat_map(either).collect();
    for meaning in &ordered {
        if meaning.access == Some(Access::Allow) {
            handed_on.push(meaning.when.clone());
            continue;
        }
        let not_handed_on = Condition::Any(handed_on.clone()).negate();
        let guarded = if handed_on.is_empty() {
            meaning.when.clone()
        } else {
            Condition::All(vec![not_handed_on, meaning.when.clone()])
        };
        ending.extend(rules_of(&Meaning { when: guarded, ..meaning.clone() }));
    }
    for pair in ordered.windows(2).filter(|pair| pair[0].priority == pair[1].priority) {
        problems.extend(pair[0].priority.map(|priority| duplicate(priority, &pair[0], &pair[1])));
    }
    ending
}
