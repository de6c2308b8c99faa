//! What an ExpressRoute circuit's Microsoft peering receives: a list of BGP communities, or an Azure route filter.
//!
//! No prefix reaches the customer until a route filter is attached, and then only those whose community it names
//! (Microsoft: "Configure route filters for Microsoft peering").

mod json;
mod list;

use super::{Confidence, Edit, Format, Gaps, Input, Remedy};
use crate::addresses::AddressSet;
use crate::policy::{
    Account, Action, Community, Condition, Gate, LineUse, Order, Otherwise, Planes, Policy, Reason, Rule, Vantage,
};
use crate::problem::Problem;
use crate::source::{Source, Span};
use crate::syntax::json::{Documents, Json, read as read_json};
use json::{Access, Filter, FilterRule};
use list::Line;
use std::collections::BTreeSet;

/// A list of BGP communities or a route filter.
pub struct RouteFilter;

impl Format for RouteFilter {
    fn id(&self) -> &'static str {
        "route-filter"
    }

    fn title(&self) -> &'static str {
        "ExpressRoute route filter or BGP communities"
    }

    fn how_to_export(&self) -> &'static str {
        "`az network route-filter show --resource-group RG --name FILTER --expand-rules`, or `Get-AzRouteFilter | ConvertTo-Json \
         -Depth 10`, or the list of community values (`12076:5060`), one a line."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        if looks_like_json(source) {
            let documents = read_json(source);
            let filters = json::filters(&documents);
            return match filters.first() {
                None => Confidence::none(),
                Some(first) if !first.certain => Confidence::new(40, "a name and no `rules`".to_owned()),
                Some(_) => Confidence::new(90, format!("{} route filter(s)", filters.len())),
            };
        }
        let lines: Vec<Line> = source.lines().map(|line| list::read(line.text)).collect();
        let listed = lines.iter().filter(|line| matches!(line, Line::Communities { .. })).count();
        let others = lines.iter().filter(|line| **line == Line::Unclear).count();
        match listed > 0 && listed >= others * 4 {
            true => Confidence::new(70, format!("{listed} lines with BGP communities")),
            false => Confidence::none(),
        }
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        if looks_like_json(input.source) {
            let documents = read_json(input.source);
            let filters = json::filters(&documents);
            if !filters.is_empty() {
                return read_filters(input.source, &documents, &filters);
            }
        }
        read_list(input.source)
    }

    fn remedy(&self, input: &Input<'_>, _policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        let missing: BTreeSet<Community> = gaps.gaps.iter().flat_map(|gap| gap.communities.iter().copied()).collect();
        if missing.is_empty() {
            return None;
        }
        let documents = read_json(input.source);
        let filters = json::filters(&documents);
        let chosen = filters.iter().find(|filter| filter.name == gaps.vantage);
        match chosen.filter(|_| looks_like_json(input.source)) {
            Some(filter) => remedy_in_filter(filter, &missing),
            None => Some(remedy_in_list(input.source, &missing)),
        }
    }
}

/// Objects make a route filter; an array of strings is a list like any other.
fn looks_like_json(source: &Source) -> bool {
    let text = source.text();
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(starts).any(|start| {
        let text = text[start..].trim_start();
        text.starts_with('{') || text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'))
    })
}

fn otherwise() -> Otherwise {
    Otherwise {
        action: Action::Deny,
        span: None,
        why: "a route filter lets only the listed communities through".to_owned(),
    }
}

fn vantage(label: String, rules: Vec<Rule>) -> Vantage {
    let order = Order::DenyWins;
    let rules = order.first_match(rules);
    let sources = AddressSet::all();
    let gate = Gate {
        name: label.clone(),
        speaks: Planes::COMMUNITIES,
        order,
        rules,
        chains: Vec::new(),
        otherwise: otherwise(),
        sources,
    };
    Vantage { label, gates: vec![gate], ..Vantage::default() }
}

fn listed(community: Community, span: Span, action: Action) -> Rule {
    Rule { name: community.to_string(), span: Some(span), then: action.into(), when: Condition::Community(community) }
}

fn unknown(text: &str, span: Span, action: Action) -> Rule {
    let why = Reason::new(format!("`{text}` is not understood")).at(span);
    Rule { name: text.to_owned(), span: Some(span), then: action.into(), when: Condition::Unknown(why) }
}

fn not_understood(text: &str, span: Span) -> Problem {
    Problem::warning("not-understood", format!("`{text}` is no BGP community."))
        .at(span)
        .hint("Write communities as `12076:5060`.")
}

fn read_list(source: &Source) -> Policy {
    let (mut rules, mut problems, mut account) = (Vec::new(), Vec::new(), Account::default());
    for line in source.lines() {
        let line_use = match list::read(line.text) {
            Line::Nothing => LineUse::Irrelevant,
            Line::Communities { values, denied } => {
                let action = if denied { Action::Deny } else { Action::Allow };
                rules.extend(values.into_iter().map(|value| listed(value, line.span, action)));
                LineUse::Used
            }
            Line::Unclear => {
                problems.push(not_understood(line.text.trim(), line.span));
                rules.push(unknown(line.text.trim(), line.span, Action::Allow));
                LineUse::NotUnderstood
            }
        };
        account.record(source.file(), line.number, line_use);
    }
    Policy { vantages: vec![vantage("list".to_owned(), rules)], problems, account }
}

fn read_filters(source: &Source, documents: &Documents, filters: &[Filter<'_>]) -> Policy {
    let mut problems = documents.problems.clone();
    let mut account = Account::default();
    let outside: BTreeSet<u32> = documents.outside.iter().map(|&(line, _)| line).collect();
    for &(line, line_use) in &documents.outside {
        account.record(source.file(), line, line_use);
    }
    for line in (1..=source.line_count()).filter(|line| !outside.contains(line)) {
        account.record(source.file(), line, LineUse::Irrelevant);
    }
    let mut vantages = Vec::new();
    for filter in filters {
        let mut rules = Vec::new();
        account.record(source.file(), source.line_number(filter.span.start), LineUse::Used);
        for rule in &filter.rules {
            account.record_span(source, rule.span, LineUse::Used);
            rules.extend(rule_rules(source, rule, &mut problems, &mut account));
        }
        let lost = documents.lost.clone().map(Condition::Unknown);
        rules.extend(lost.map(|when| Rule {
            name: "what is missing".to_owned(),
            span: None,
            then: Action::Allow.into(),
            when,
        }));
        if filter.attached == Some(false) {
            let message =
                format!("No peering uses the route filter `{}`: it has no effect until one does.", filter.name);
            problems.push(Problem::warning("not-attached", message));
        }
        vantages.push(vantage(filter.name.clone(), rules));
    }
    Policy { vantages, problems, account }
}

fn rule_rules(source: &Source, rule: &FilterRule<'_>, problems: &mut Vec<Problem>, account: &mut Account) -> Vec<Rule> {
    let action = if rule.access == Access::Deny { Action::Deny } else { Action::Allow };
    let mut rules = Vec::new();
    for (value, span) in &rule.communities {
        rules.push(match (value, &rule.access) {
            (Ok(community), Access::Unknown(access)) => {
                let why =
                    Reason::new(format!("the access `{access}` of rule `{}` is not known", rule.name)).at(rule.span);
                let when = Condition::All(vec![Condition::Community(*community), Condition::Unknown(why)]);
                Rule { when, ..listed(*community, *span, action) }
            }
            (Ok(community), _) => listed(*community, *span, action),
            (Err(text), _) => {
                problems.push(not_understood(text, *span));
                account.record_span(source, *span, LineUse::NotUnderstood);
                unknown(text, *span, action)
            }
        });
    }
    rules
}

fn remedy_in_list(source: &Source, missing: &BTreeSet<Community>) -> Remedy {
    let text = source.text();
    let lines: Vec<String> = missing.iter().map(Community::to_string).collect();
    let array = text.trim().starts_with('[') && text.trim().ends_with(']');
    let (edit, place) = if array {
        let at = text.trim_end().trim_end_matches(']').trim_end().len();
        let comma = if text[..at].ends_with([',', '[']) { "" } else { "," };
        (Edit { at, insert: format!("{comma}{}", quoted(missing)) }, "before the closing bracket of the array")
    } else {
        let feed = if text.ends_with('\n') { "" } else { "\n" };
        (Edit { at: text.len(), insert: format!("{feed}{}\n", lines.join("\n")) }, "at the end of the list")
    };
    Remedy { text: lines.join("\n"), place: place.to_owned(), edits: vec![edit], notes: Vec::new() }
}

fn quoted(communities: &BTreeSet<Community>) -> String {
    communities.iter().map(|community| format!("\"{community}\"")).collect::<Vec<_>>().join(", ")
}

/// Into the communities of the first rule that allows, or as a rule of its own.
fn remedy_in_filter(filter: &Filter<'_>, missing: &BTreeSet<Community>) -> Option<Remedy> {
    let allowing =
        filter.rules.iter().filter(|rule| rule.access == Access::Allow).find_map(|rule| Some((rule, rule.array?)));
    let (edit, text, place) = match allowing {
        Some((rule, array)) => {
            (into(array, &quoted(missing)), quoted(missing), format!("in `communities` of the rule `{}`", rule.name))
        }
        None => {
            let rule = format!(
                "{{\"name\": \"allow-azure\", \"properties\": {{\"access\": \"Allow\", \"routeFilterRuleType\": \"Community\", \
                 \"communities\": [{}]}}}}",
                quoted(missing)
            );
            (into(filter.array?, &rule), rule, format!("in `rules` of `{}`", filter.name))
        }
    };
    let notes = vec!["A route filter has one rule, which allows (Microsoft: \"Configure route filters\").".to_owned()];
    Some(Remedy { text, place, edits: vec![edit], notes })
}

/// Puts an item behind the last one of an array.
fn into(array: &Json, item: &str) -> Edit {
    match array.items().last() {
        Some(last) => Edit { at: last.span.end as usize, insert: format!(", {item}") },
        None => Edit { at: array.span.start as usize + 1, insert: item.to_owned() },
    }
}
