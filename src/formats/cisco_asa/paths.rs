//! The ways through an ASA: in at one interface, out at another.
//!
//! "1. Interface access rule. 2. Global access rule. 3. Implicit deny." ("Access Rules", "Implicit Deny"). Without any rule on
//! an interface, traffic passes to interfaces of a lower security level ("Access Rules", "Implicit Permits").

use super::super::cisco::config::{Binding, Config, Interface, Notebook};
use super::super::cisco::rules::{Lists, gate, perhaps};
use super::super::cisco::view::named;
use crate::addresses::{AddressSet, Family};
use crate::policy::{Action, Gate, Otherwise, Planes, Policy, Reason, Rule, Vantage};
use crate::problem::Problem;
use crate::source::Span;

pub(super) fn policy(configs: &[Config], mut notes: Notebook<'_>) -> Policy {
    let mut vantages = Vec::new();
    for config in configs {
        let mut paths = Paths { config, lists: Lists::new(config, &mut notes) };
        let found = paths.vantages();
        vantages.extend(found.into_iter().map(|vantage| (config, vantage)));
        paths.lists.close();
    }
    let vantages = named(vantages, configs.len() > 1);
    Policy { vantages, problems: notes.problems, account: notes.account }
}

struct Paths<'a, 'n, 's> {
    config: &'a Config,
    lists: Lists<'a, 'n, 's>,
}

impl<'a> Paths<'a, '_, '_> {
    fn vantages(&mut self) -> Vec<Vantage> {
        let mut found: Vec<Vantage> = self.entrances().into_iter().flat_map(|name| self.from(name)).collect();
        if found.is_empty() {
            found.extend(self.exits());
            found.extend(self.global());
        }
        for acl in &self.config.acls {
            let name = &acl.name;
            if !self.config.is_bound(name) && !self.config.serves_elsewhere(name, self.lists.notes) {
                let gate = gate(name, Planes::BOTH, self.lists.rules(acl));
                found.push(Vantage { label: format!("{name} (not bound)"), gates: vec![gate], ..Vantage::default() });
            }
        }
        found
    }

    /// The interfaces at which traffic comes in: those with a list, and the others that it can leave for a lower level.
    fn entrances(&self) -> Vec<&'a str> {
        let config = self.config;
        let listed = config.bindings.iter().filter(|binding| binding.inbound).filter_map(|b| b.at.as_deref());
        let mut names: Vec<&str> = listed.collect();
        let no_route = !self.config.routes.iter().any(|route| route.default);
        let lowest = config.interfaces.iter().filter_map(|interface| interface.level).min();
        for interface in config.interfaces.iter().filter(|interface| !interface.name.is_empty()) {
            let name = interface.name.as_str();
            let leads_out = self.config.is_exit(name) || no_route && interface.level == lowest;
            let idle = interface.management_only || interface.shut || interface.level.is_none();
            if !names.contains(&name) && !leads_out && !idle {
                names.push(name);
            }
        }
        names
    }

    fn binding(&self, at: Option<&str>, inbound: bool) -> Option<&'a Binding> {
        self.config.bindings.iter().find(|binding| binding.at.as_deref() == at && binding.inbound == inbound)
    }

    /// One vantage for each interface that traffic may leave at, where a list stands there.
    fn from(&mut self, name: &'a str) -> Vec<Vantage> {
        let inside = self.entrance(name);
        let exits: Vec<&Binding> = self.config.bindings.iter().filter(|binding| !binding.inbound).collect();
        let vantage = |label: String, gates| Vantage { label, gates, ..Vantage::default() };
        if let Some(exit) = self.config.default_exit() {
            let mut gates = vec![inside];
            if let Some(binding) = self.binding(Some(exit), false) {
                gates.push(self.exit(binding, exit));
            }
            return vec![vantage(name.to_owned(), gates)];
        }
        let mut all = vec![vantage(name.to_owned(), vec![inside.clone()])];
        for binding in exits {
            let exit = binding.at.as_deref().unwrap_or("");
            let gates = vec![inside.clone(), self.exit(binding, exit)];
            all.push(vantage(format!("{name} to {exit}"), gates));
        }
        all
    }

    /// The interface's list, then the global one, then the implicit denial; without either the security level.
    fn entrance(&mut self, name: &str) -> Gate {
        let own = self.binding(Some(name), true);
        let global = self.binding(None, true);
        let bound: Vec<&Binding> = own.into_iter().chain(global).collect();
        let names: Vec<&str> = bound.iter().map(|binding| binding.acl.as_str()).collect();
        if bound.is_empty() {
            return self.by_level(name);
        }
        let rules = bound.iter().flat_map(|binding| self.list(&binding.acl, binding.span)).collect();
        gate(&names.join(" + "), Planes::BOTH, rules)
    }

    fn list(&mut self, name: &str, span: Span) -> Vec<Rule> {
        if let Some(acl) = self.config.acl(name, Family::V4) {
            return self.lists.rules(acl);
        }
        let problem =
            Problem::warning("undefined-list", format!("The list `{name}` is bound, but it is not in the paste."));
        self.lists.notes.tell(problem.at(span).hint("Paste the output of `show running-config access-list` as well."));
        let reason = Reason::new(format!("the list `{name}` is not in the paste")).at(span);
        vec![Rule { span: Some(span), ..perhaps(name, AddressSet::all(), reason) }]
    }

    /// What leaves elsewhere does not meet the list at the exit.
    fn exit(&mut self, binding: &Binding, exit: &str) -> Gate {
        let mut rules: Vec<Rule> = self.config.elsewhere(exit).into_iter().collect();
        rules.extend(self.list(&binding.acl, binding.span));
        gate(&binding.acl, Planes::BOTH, rules)
    }

    fn by_level(&self, name: &str) -> Gate {
        let level = |name: &str| self.interface(name).and_then(|interface| interface.level);
        let own = level(name).unwrap_or_default();
        let exit = self.config.default_exit();
        let known = exit.and_then(level);
        let highest =
            self.config.interfaces.iter().filter(|other| other.name != name).filter_map(|other| other.level).max();
        let towards = known.or(highest);
        let action = match towards {
            Some(other) if own > other || own == other && self.config.same_level_passes => Action::Allow,
            _ => Action::Deny,
        };
        let than = towards.map_or("no other is known".to_owned(), |other| format!("traffic leaves to level {other}"));
        let why = format!("`{name}` has no access list: its security level is {own}, and {than}");
        let mut rules: Vec<Rule> = exit.and_then(|exit| self.config.elsewhere(exit)).into_iter().collect();
        let unsure = towards.is_none() || known.is_none() && action == Action::Deny;
        if unsure {
            let text = "the interface has no access list, and where the traffic leaves is not known";
            rules.push(perhaps(name, AddressSet::all(), Reason::new(text)));
        }
        let rules = rules.into_iter().map(|rule| against(rule, action)).collect();
        let otherwise = Otherwise { action, span: None, why };
        Gate { otherwise, ..gate(&format!("security level of {name}"), Planes::BOTH, rules) }
    }

    fn interface(&self, name: &str) -> Option<&'a Interface> {
        self.config.interfaces.iter().find(|interface| interface.name == name)
    }

    /// A paste with lists at exits only.
    fn exits(&mut self) -> Vec<Vantage> {
        let bound = self.config.bindings.iter().filter(|binding| !binding.inbound);
        let of = |binding: &Binding| {
            let rules = self.list(&binding.acl, binding.span);
            let label = format!("out at {}", binding.at.as_deref().unwrap_or(""));
            Vantage { label, gates: vec![gate(&binding.acl, Planes::BOTH, rules)], ..Vantage::default() }
        };
        bound.map(of).collect()
    }

    fn global(&mut self) -> Option<Vantage> {
        let binding = self.binding(None, true)?;
        let rules = self.list(&binding.acl, binding.span);
        Some(Vantage {
            label: "global".into(),
            gates: vec![gate(&binding.acl, Planes::BOTH, rules)],
            ..Vantage::default()
        })
    }
}

/// An open rule beside a default that allows has to deny.
fn against(rule: Rule, otherwise: Action) -> Rule {
    let then = match otherwise {
        Action::Allow => Action::Deny,
        Action::Deny => Action::Allow,
    };
    Rule { then: then.into(), ..rule }
}
