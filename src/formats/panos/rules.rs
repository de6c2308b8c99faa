//! What a rule means, and between which zones it holds.
//!
//! Source: "Components of a Security Policy Rule" (docs.paloaltonetworks.com, PAN-OS Administrator's Guide).

use super::addresses::{Addresses, Side};
use super::categories::Categories;
use super::context::{Context, Names, unknown};
use super::services::Services;
use super::tree::Node;
use crate::policy::{Action, Condition, Reason, Rule};
use crate::problem::{Problem, quote};
use crate::source::Span;
use std::collections::BTreeSet;

/// The rules between two zones, in the order of the device.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub zones: Zones,
    /// What becomes of the traffic: a profile may deny what a rule allows, so that one rule can be two.
    pub rules: Vec<Rule>,
    /// Whether it surely denies nothing.
    pub only_allows: bool,
}

/// Between which zones a rule holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Zones {
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub within: bool,
    pub between: bool,
    /// Intrazone rules have no destination zone.
    pub from_only: bool,
}

impl Zones {
    /// `universal` rules hold within and between zones.
    fn of(rule: &Node) -> Zones {
        let zones = |field: &str| rule.values(field).map(|zone| zone.name.clone()).collect();
        let kind = rule.value("rule-type").unwrap_or("universal");
        Zones {
            from: zones("from"),
            to: zones("to"),
            within: kind != "interzone",
            between: kind != "intrazone",
            from_only: kind == "intrazone",
        }
    }

    pub fn hold(&self, from: &str, to: &str) -> bool {
        let holds =
            |zones: &[String], zone: &str| zones.is_empty() || zones.iter().any(|own| own == "any" || own == zone);
        let kind = if from == to && from != "any" { self.within } else { self.between };
        kind && holds(&self.from, from) && (self.from_only || holds(&self.to, to))
    }
}

/// Fields that do not change what passes.
const IRRELEVANT: [&str; 14] = [
    "tag",
    "group-tag",
    "description",
    "log-setting",
    "log-start",
    "log-end",
    "log-success",
    "log-fail",
    "icmp-unreachable",
    "option",
    "qos",
    "uuid",
    "disable-inspect",
    "loc",
];

const READ: [&str; 14] = [
    "from",
    "to",
    "source",
    "destination",
    "negate-source",
    "negate-destination",
    "category",
    "application",
    "service",
    "action",
    "disabled",
    "rule-type",
    "profile-setting",
    "type",
];

/// Further fields of a decryption rule that do not change what is opened.
const DECRYPTION: [&str; 3] = ["profile", "packet-broker-profile", "forwarding-profile"];

/// Fields that hold where they say `any`, and are left open otherwise.
const OPEN_UNLESS_ANY: [(&str, &str); 9] = [
    ("source-user", "who the user is"),
    ("hip-profiles", "what state the client is in"),
    ("source-hip", "what state the client is in"),
    ("destination-hip", "what state the server is in"),
    ("saas-user-list", "which accounts are used"),
    ("saas-tenant-list", "which tenants are used"),
    ("source-imsi", "which mobile subscriber asks"),
    ("source-imei", "which mobile device asks"),
    ("source-nw-slice", "which network slice is used"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Security,
    Decryption,
}

pub(super) struct Reader<'c, 'a> {
    pub context: &'c mut Context<'a>,
    pub names: &'c Names<'a>,
    pub matched: &'c BTreeSet<String>,
}

impl<'a> Reader<'_, 'a> {
    /// A security rule; `None` if it is disabled. `only_if` is what else has to hold for it to be there at all.
    pub fn security(&mut self, rule: &Node, only_if: Option<&Reason>) -> Option<Placed> {
        self.context.used(rule.span);
        if rule.says("disabled", "yes") {
            return None;
        }
        let when = self.when(rule, only_if, Stage::Security);
        let zones = Zones::of(rule);
        let named = |name: &str, then: Action, when: Condition| Rule {
            name: name.to_owned(),
            span: Some(rule.span),
            then: then.into(),
            when,
        };
        let action = rule.value("action").unwrap_or_default();
        let rules = match action {
            "allow" => {
                let blocked = self.blocked(rule);
                let profile = blocked.map(|(blocked, span)| Rule {
                    span: Some(span),
                    ..named(
                        &format!("{} (URL filtering)", rule.name),
                        Action::Deny,
                        Condition::All(vec![when.clone(), blocked]),
                    )
                });
                profile.into_iter().chain([named(&rule.name, Action::Allow, when)]).collect()
            }
            "deny" | "drop" | "reset-client" | "reset-server" | "reset-both" => {
                vec![named(&rule.name, Action::Deny, when)]
            }
            _ => {
                let message = format!("The rule `{}` says no action that is known: `{}`.", rule.name, quote(action));
                if rule.complete {
                    self.context.say(Problem::warning("unknown-action", message).at(rule.span));
                }
                let open = Condition::All(vec![when, unknown("the rule says no action that is known", rule.span)]);
                vec![named(&rule.name, Action::Allow, open.clone()), named(&rule.name, Action::Deny, open)]
            }
        };
        let only_allows = action == "allow" && rules.len() == 1;
        Some(Placed { zones, rules, only_allows })
    }

    /// A decryption rule as one that "allows" what is opened. Source: "Decryption Policy Rule" (docs.paloaltonetworks.com).
    pub fn decryption(&mut self, rule: &Node, only_if: Option<&Reason>) -> Option<Placed> {
        self.context.used(rule.span);
        let other_type = rule.child("type").is_some_and(|kind| kind.child("ssl-forward-proxy").is_none());
        if rule.says("disabled", "yes") || other_type {
            return None;
        }
        let action = match rule.value("action") {
            Some("decrypt" | "decrypt-and-forward") => Action::Allow,
            _ => Action::Deny,
        };
        let when = self.when(rule, only_if, Stage::Decryption);
        let rules = vec![Rule { name: rule.name.clone(), span: Some(rule.span), then: action.into(), when }];
        Some(Placed { zones: Zones::of(rule), rules, only_allows: false })
    }

    pub fn blocked(&mut self, rule: &Node) -> Option<(Condition, Span)> {
        self.categories().blocked(rule)
    }

    fn categories(&mut self) -> Categories<'_, 'a> {
        Categories { context: self.context, names: self.names, matched: self.matched }
    }

    fn when(&mut self, rule: &Node, only_if: Option<&Reason>, stage: Stage) -> Condition {
        let negates = |field: &str| rule.says(field, "yes");
        let mut parts = vec![
            self.addresses(Side::Source).condition(rule, "source", negates("negate-source")),
            self.addresses(Side::Destination).condition(rule, "destination", negates("negate-destination")),
        ];
        let mut services = Services { context: self.context, names: self.names };
        match stage {
            Stage::Security => parts.push(services.condition(rule)),
            Stage::Decryption if rule.child("service").is_some() => parts.push(services.ports(rule)),
            Stage::Decryption => {}
        }
        parts.push(self.categories().condition(rule));
        parts.extend(only_if.cloned().map(Condition::Unknown));
        parts.extend(self.left_open(rule, stage));
        parts.retain(|part| *part != Condition::always());
        Condition::All(parts)
    }

    fn addresses(&mut self, side: Side) -> Addresses<'_, 'a> {
        Addresses { context: self.context, names: self.names, side }
    }

    /// What else the rule says that the export cannot decide.
    fn left_open(&mut self, rule: &Node, stage: Stage) -> Vec<Condition> {
        let mut open = Vec::new();
        for field in &rule.children {
            let name = field.name.as_str();
            if let Some((_, what)) = OPEN_UNLESS_ANY.iter().find(|(own, _)| *own == name) {
                if field.children.iter().any(|value| value.name != "any") {
                    open.push(unknown(
                        format!("the rule asks {what} (`{name}`), which is not in the export"),
                        field.span,
                    ));
                }
            } else if name == "schedule" {
                open.push(unknown("the rule holds only at the times of its schedule", field.span));
            } else if name == "target" {
                open.extend(self.target(field));
            } else if !READ.contains(&name)
                && !IRRELEVANT.contains(&name)
                && !(stage == Stage::Decryption && DECRYPTION.contains(&name))
            {
                let message = format!("The field `{}` of the rule `{}` is not known.", quote(name), rule.name);
                self.context.say(Problem::warning("unknown-field", message).at(field.span));
                self.context.not_understood(field.span);
                open.push(unknown(format!("what the field `{}` does is not known", quote(name)), field.span));
            }
        }
        for field in ["from", "to"] {
            if rule.values(field).next().is_none() && !(field == "to" && rule.says("rule-type", "intrazone")) {
                open.push(unknown(format!("the rule says no `{field}`"), rule.span));
            }
        }
        if !rule.complete {
            open.push(unknown("the rule is damaged", rule.span));
        }
        open
    }

    /// Panorama's `target` confines a rule to some firewalls.
    fn target(&mut self, target: &Node) -> Option<Condition> {
        let confined = target.entries(&["devices"]).next().is_some() || target.entries(&["tags"]).next().is_some();
        confined.then(|| unknown("Panorama gives the rule to some firewalls only (`target`)", target.span))
    }
}
