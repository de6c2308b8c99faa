//! The order in which Azure Firewall tries rules.
//!
//! "Application rules are always processed after Network rules, which are processed after DNAT rules regardless of Rule
//! collection group or Rule collection priority and policy inheritance"; "Rule Collection Groups in the parent policy always
//! takes precedence"; "lower numbers to higher numbers" (Configure Azure Firewall rules,
//! learn.microsoft.com/azure/firewall/rule-processing).

use super::rule::Meaning;
use super::words;
use super::written::Kind;
use crate::addresses::{AddressSet, Family};
use crate::policy::{Action, Condition, Gate, Order, Otherwise, Planes, Reason, Rule};
use crate::problem::Problem;
use crate::source::Span;
use std::collections::BTreeMap;

/// The rules of one collection and where they stand; `None` for a priority that cannot be read.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub name: String,
    pub span: Span,
    pub group: Option<u32>,
    /// Which group of the policy it belongs to.
    pub group_index: usize,
    pub priority: Option<u32>,
    pub rules: Vec<Meaning>,
}

/// The blocks of one policy, and why some may be missing.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    pub blocks: Vec<Block>,
    pub lost: Vec<Reason>,
}

/// One rule with its meaning, in the order of the device; those that it adds itself have none.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub rule: Rule,
    pub meaning: Option<Meaning>,
}

/// The rules of policies, parents first.
pub(super) fn ordered(levels: &[Level], problems: &mut Vec<Problem>) -> Vec<Placed> {
    let mut all = vec![only_v4()];
    for kind in [Kind::Network, Kind::Application] {
        for level in levels {
            all.extend(level.lost.iter().flat_map(either));
            all.extend(of_level(level, kind, problems));
        }
    }
    all
}

fn only_v4() -> Placed {
    let rule = Rule {
        name: "Azure Firewall carries IPv4 only".to_owned(),
        span: None,
        then: Action::Deny.into(),
        when: Condition::destination(AddressSet::all_of(Family::V6)),
    };
    Placed { rule, meaning: None }
}

/// Rules that may be missing, of either action and at any place: nothing is certain.
fn either(reason: &Reason) -> [Placed; 2] {
    [Action::Deny, Action::Allow].map(|action| Placed {
        rule: Rule {
            name: "rules that are missing from the export".to_owned(),
            span: reason.span,
            then: action.into(),
            when: Condition::Unknown(reason.clone()),
        },
        meaning: None,
    })
}

/// Where a block stands: two with the same place are not ordered.
type Standing = Option<(u32, Option<u32>)>;

fn of_level(level: &Level, kind: Kind, problems: &mut Vec<Problem>) -> Vec<Placed> {
    let of_kind = |block: &&Block| block.rules.iter().any(|rule| rule.kind == kind);
    let mut standing: BTreeMap<Standing, Vec<&Block>> = BTreeMap::new();
    for block in level.blocks.iter().filter(of_kind) {
        standing.entry(stands(block, &level.blocks)).or_default().push(block);
    }
    let mut placed = Vec::new();
    for (at, blocks) in standing {
        if let (Some(_), [first, second, ..]) = (at, &blocks[..]) {
            problems.push(tie(first, second));
        }
        let rules: Vec<&Meaning> =
            blocks.iter().flat_map(|block| &block.rules).filter(|rule| rule.kind == kind).collect();
        let unordered = match at {
            None => Some("the priority cannot be read, so which rule is first is open"),
            Some(_) if blocks.len() > 1 => Some("two priorities are the same, so which rule is first is open"),
            Some(_) => None,
        };
        placed.extend(tried(&rules, unordered, at.is_none()));
    }
    placed
}

/// All collections of groups with the same priority stand in one place.
fn stands(block: &Block, all: &[Block]) -> Standing {
    let group = block.group?;
    let shared = all.iter().any(|other| other.group == Some(group) && other.group_index != block.group_index);
    if shared { Some((group, None)) } else { Some((group, Some(block.priority?))) }
}

fn tie(first: &Block, second: &Block) -> Problem {
    let message = format!(
        "\"{}\" and \"{}\" have the same priority; Azure accepts no two such collections, so which is first is open.",
        first.name, second.name
    );
    Problem::error("duplicate-priority", message).at(second.span)
}

/// Rules in their order; those without one with every denial that may come first put there too.
fn tried(rules: &[&Meaning], unordered: Option<&str>, anywhere: bool) -> Vec<Placed> {
    let Some(why) = unordered else { return rules.iter().flat_map(|rule| sure(rule)).collect() };
    let perhaps = |rule: &&Meaning| {
        let reason = Reason::new(why).at(rule.span);
        let when = Condition::All(vec![Condition::Unknown(reason), rule.when.clone()]);
        sure(&Meaning { when, ..(**rule).clone() })
    };
    let denies = |rule: &&&Meaning| rule.action != Some(Action::Allow);
    if anywhere {
        return rules.iter().flat_map(perhaps).collect();
    }
    let first = rules.iter().filter(denies).flat_map(perhaps);
    let allows = rules.iter().filter(|rule| !denies(rule));
    first.chain(allows.chain(rules.iter().filter(denies)).flat_map(|rule| sure(rule))).collect()
}

/// A rule whose action cannot be read may allow or deny.
fn sure(meaning: &Meaning) -> Vec<Placed> {
    let one = |action: Action, when: Condition| Placed {
        rule: Rule { name: meaning.name.clone(), span: Some(meaning.span), then: action.into(), when },
        meaning: Some(meaning.clone()),
    };
    match meaning.action {
        Some(action) => vec![one(action, meaning.when.clone())],
        None => {
            let reason = Reason::new("the action of the collection cannot be read").at(meaning.span);
            let when = Condition::All(vec![Condition::Unknown(reason), meaning.when.clone()]);
            vec![one(Action::Deny, when.clone()), one(Action::Allow, when)]
        }
    }
}

/// What lets traffic through. Of the built-in rules that come last Microsoft lists no names: they "are specific for the
/// platform and can't be used for other purposes" ("Infrastructure FQDNs", learn.microsoft.com/azure/firewall).
pub(super) fn passes(name: &str, placed: &[Placed]) -> Gate {
    let why = "the firewall denies what no rule allows (its own infrastructure rules serve only the platform)";
    gate(name, placed.iter().map(|placed| placed.rule.clone()).collect(), why)
}

/// The gate that "allows" what the firewall opens; `None` if no rule opens TLS.
pub(super) fn decrypts(name: &str, placed: &[Placed]) -> Option<Gate> {
    placed.iter().find(|placed| opens(placed).is_some())?;
    let rules = placed.iter().flat_map(|placed| match opens(placed) {
        // What it does not open it hands on, to be decided without.
        Some(when) => vec![
            Rule { when, then: Action::Allow.into(), ..placed.rule.clone() },
            Rule { then: Action::Deny.into(), ..placed.rule.clone() },
        ],
        None => vec![Rule { then: Action::Deny.into(), ..placed.rule.clone() }],
    });
    Some(gate(name, rules.collect(), "no rule opens its TLS"))
}

fn opens(placed: &Placed) -> Option<Condition> {
    let opens = placed.meaning.as_ref()?.opens.as_ref()?;
    let allows = placed.rule.then == Action::Allow.into();
    allows.then(|| Condition::All(vec![placed.rule.when.clone(), opens.clone()]))
}

fn gate(name: &str, rules: Vec<Rule>, why: &str) -> Gate {
    Gate {
        name: name.to_owned(),
        order: Order::First,
        speaks: Planes::BOTH,
        rules,
        chains: Vec::new(),
        otherwise: Otherwise { action: Action::Deny, span: None, why: why.to_owned() },
        sources: AddressSet::private().intersection(&words::everything()),
    }
}
