//! Which way traffic leaves its client, where an export chooses among several.

use super::{Action, Condition, Gate, Order, Otherwise, Planes, Reason, Rule};
use crate::addresses::AddressSet;
use crate::source::Span;

/// The routes among which an export chooses, and the rules that choose: the first that matches does. It is held as gates
/// that the engine can ask, of which number `k` allows what takes a route whose index has bit `k`.
#[derive(Clone, Debug)]
pub struct Routing {
    routes: Vec<Route>,
    gates: Vec<Gate>,
}

/// A way out: its entries are tried in order, a later one only where those before it fail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    pub entries: Vec<Hop>,
}

/// One entry of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// As the device writes it: `PROXY px1.corp:8080`, `DIRECT`.
    pub text: String,
    pub leads: Leads,
}

/// Where an entry leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To the destination itself.
    Direct,
    Proxy,
    /// To a place where nobody answers.
    Nowhere,
}

impl Route {
    pub fn direct() -> Route {
        Route { entries: vec![Hop { text: "DIRECT".into(), leads: Leads::Direct }] }
    }

    /// The entry that decides: the first that leads anywhere. `None` if the route is a dead end.
    pub fn first(&self) -> Option<&Hop> {
        self.entries.iter().find(|hop| hop.leads != Leads::Nowhere)
    }

    pub fn is_direct(&self) -> bool {
        self.first().is_some_and(|hop| hop.leads == Leads::Direct)
    }

    /// The entries in order: `PROXY px1.corp:8080; DIRECT`.
    pub fn text(&self) -> String {
        self.entries.iter().map(|hop| hop.text.as_str()).collect::<Vec<_>>().join("; ")
    }
}

/// A rule that chooses a route, or one of which the text cannot tell.
#[derive(Clone, Debug)]
pub struct RouteRule {
    pub span: Span,
    pub when: Condition,
    pub route: Result<Route, Reason>,
}

impl Routing {
    /// Rules in first-match order; what none matches goes direct.
    pub fn new(name: &str, rules: &[RouteRule]) -> Routing {
        let mut routes = vec![Route::direct()];
        let mut indexes: std::collections::BTreeMap<String, usize> = [(Route::direct().text(), 0)].into();
        let index = |rule: &RouteRule| -> Option<usize> {
            let route = rule.route.as_ref().ok()?;
            Some(*indexes.entry(route.text()).or_insert_with(|| {
                routes.push(route.clone());
                routes.len() - 1
            }))
        };
        let chosen: Vec<Option<usize>> = rules.iter().map(index).collect();
        let bits = usize::BITS - (routes.len() - 1).max(1).leading_zeros();
        let gate = |bit| Gate {
            name: name.to_owned(),
            speaks: Planes::PROXY,
            order: Order::First,
            rules: rules.iter().zip(&chosen).flat_map(|(rule, &route)| choosing(rule, route, bit)).collect(),
            chains: Vec::new(),
            otherwise: Otherwise {
                action: Action::Deny,
                span: None,
                why: format!("what `{name}` gives no route goes direct"),
            },
            sources: AddressSet::all(),
        };
        let gates = (0..bits).map(gate).collect();
        Routing { routes, gates }
    }

    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// The route of which each gate says whether it has its bit.
    pub fn route(&self, bits: impl Iterator<Item = bool>) -> Option<&Route> {
        let index = bits.enumerate().fold(0, |index, (bit, set)| index | usize::from(set) << bit);
        self.routes.get(index)
    }
}

/// The rule at the gate of one bit. A route of which the text cannot tell may have it or not.
fn choosing(rule: &RouteRule, route: Option<usize>, bit: u32) -> Vec<Rule> {
    let one = |action, when, name: String| Rule { name, span: Some(rule.span), then: Action::into(action), when };
    match (route, &rule.route) {
        (Some(route), Ok(known)) => {
            let action = if route >> bit & 1 == 1 { Action::Allow } else { Action::Deny };
            vec![one(action, rule.when.clone(), known.text())]
        }
        (_, Err(reason)) => {
            let open = Condition::All(vec![rule.when.clone(), Condition::Unknown(reason.clone())]);
            let name = || "a route that cannot be told".to_owned();
            vec![one(Action::Allow, open, name()), one(Action::Deny, rule.when.clone(), name())]
        }
        (None, Ok(_)) => Vec::new(),
    }
}
