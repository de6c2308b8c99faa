//! What a rule means, and between which zones it holds.
//!
//! Source: "Components of a Security Policy Rule" (docs.paloaltonetworks.com, PAN-OS Administrator's Guide).

use super::addresses::{Addresses, Side};
use super::categories::Categories;
use super::context::{Context, Names, unknown};
use super::services::Services;
use super::tree::Node;
use crate::addresses::{AddressSet, parse_entry};
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

    /// The zones of a rule whose sides may be `zone [ ... ]` or `interface [ ... ]`; an interface may lie in any zone.
    fn of_flow(rule: &Node) -> Zones {
        let side = |field: &str| match rule.child(field) {
            Some(side) if side.child("interface").is_some() => Vec::new(),
            Some(side) if side.child("zone").is_some() => side.values("zone").map(|zone| zone.name.clone()).collect(),
            _ => rule.values(field).map(|zone| zone.name.clone()).collect(),
        };
        Zones { from: side("from"), to: side("to"), ..Zones::everywhere() }
    }

    pub fn everywhere() -> Zones {
        Zones { from: Vec::new(), to: Vec::new(), within: true, between: true, from_only: false }
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

/// The actions that let nothing through.
pub(super) const DENIES: [&str; 5] = ["deny", "drop", "reset-client", "reset-server", "reset-both"];

/// Fields that take `any`, or members.
const MEMBERS: [&str; 7] = ["from", "to", "source", "destination", "application", "service", "category"];

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
            denies if DENIES.contains(&denies) => vec![named(&rule.name, Action::Deny, when)],
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

    /// A decryption rule as one that "allows" what is opened. The first that matches counts. Source: "Exclude Traffic from
    /// Decryption for Business, Legal, or Regulatory Reasons (PAN-OS)" (docs.paloaltonetworks.com, Decryption).
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

    /// A rule of a stage before the security rules that may stop the traffic. It may name interfaces, and only the first of
    /// its list that matches counts, so that it may or may not match. Sources (docs.paloaltonetworks.com, PAN-OS): "Policy
    /// Based Forwarding Forwarding Tab", "DoS Protection Option/Protection Tab"; "Security Policy": authentication rules are
    /// evaluated before security rules.
    pub fn before(&mut self, stage: &str, rule: &Node) -> Option<Placed> {
        let what = match stage {
            "pbf" if rule.says("action", "discard") => "a rule of policy-based forwarding may discard it",
            "dos" if rule.says("action", "deny") => "a rule of DoS protection may drop it",
            "authentication" if !rule.says("authentication-enforcement", "default-no-captive-portal") => {
                "an authentication rule may hold it back until the user logs in"
            }
            "captive-portal" if !rule.says("action", "no-captive-portal") => {
                "a captive portal may hold it back until the user logs in"
            }
            _ => return None,
        };
        if rule.says("disabled", "yes") {
            return None;
        }
        self.context.used(rule.span);
        let mut parts = vec![
            self.addresses(Side::Source).condition(rule, "source", rule.says("negate-source", "yes")),
            self.addresses(Side::Destination).condition(rule, "destination", rule.says("negate-destination", "yes")),
        ];
        if rule.values("service").next().is_some() {
            parts.push(Services { context: self.context, names: self.names }.ports(rule));
        }
        parts.push(unknown(what, rule.span));
        let when = Condition::All(parts);
        let rules = vec![Rule { name: rule.name.clone(), span: Some(rule.span), then: Action::Deny.into(), when }];
        Some(Placed { zones: Zones::of_flow(rule), rules, only_allows: false })
    }

    /// A static route that discards; which route is nearest, the configuration alone does not tell. A default route leads out
    /// elsewhere, and private destinations are no matter here.
    pub fn discarding(&mut self, route: &Node) -> Option<Placed> {
        let set = parse_entry(route.value("destination")?).and_then(Result::ok)?.set;
        let public = set.intersection(&AddressSet::public());
        if public.is_empty() || AddressSet::public().is_subset(&set) {
            return None;
        }
        self.context.used(route.span);
        let open = unknown("a static route discards it unless a nearer route exists", route.span);
        let when = Condition::All(vec![Condition::destination(public), open]);
        let name = format!("static route {}", route.name);
        let rules = vec![Rule { name, span: Some(route.span), then: Action::Deny.into(), when }];
        Some(Placed { zones: Zones::everywhere(), rules, only_allows: false })
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
        let mut open: Vec<Condition> =
            rule.children.iter().filter_map(|field| self.field_left_open(rule, field, stage)).collect();
        for field in ["from", "to"] {
            if rule.values(field).next().is_none() && !(field == "to" && rule.says("rule-type", "intrazone")) {
                open.push(unknown(format!("the rule says no `{field}`"), rule.span));
            }
        }
        open.extend(MEMBERS.iter().filter_map(|field| any_beside_others(rule, field)));
        if !rule.complete {
            open.push(unknown("the rule is damaged", rule.span));
        }
        open
    }

    fn field_left_open(&mut self, rule: &Node, field: &Node, stage: Stage) -> Option<Condition> {
        let name = field.name.as_str();
        if let Some((_, what)) = OPEN_UNLESS_ANY.iter().find(|(own, _)| *own == name) {
            let confined = field.children.iter().any(|value| value.name != "any");
            let text = format!("the rule asks {what} (`{name}`), which is not in the export");
            return confined.then(|| unknown(text, field.span));
        }
        match name {
            "schedule" => Some(unknown("the rule holds only at the times of its schedule", field.span)),
            "target" => self.target(field),
            _ if READ.contains(&name) || IRRELEVANT.contains(&name) => None,
            _ if stage == Stage::Decryption && DECRYPTION.contains(&name) => None,
            _ => {
                let message = format!("The field `{}` of the rule `{}` is not known.", quote(name), rule.name);
                self.context.say(Problem::warning("unknown-field", message).at(field.span));
                self.context.not_understood(field.span);
                Some(unknown(format!("what the field `{}` does is not known", quote(name)), field.span))
            }
        }
    }

    /// Panorama's `target` confines a rule to some firewalls.
    fn target(&self, target: &Node) -> Option<Condition> {
        let confined = target.entries(&["devices"]).next().is_some() || target.entries(&["tags"]).next().is_some();
        confined.then(|| unknown("Panorama gives the rule to some firewalls only (`target`)", target.span))
    }
}

/// The device refuses `any` beside other members, so that which of them stand there in the end is not known.
fn any_beside_others(rule: &Node, field: &str) -> Option<Condition> {
    let alone = |value: &&Node| matches!(value.name.as_str(), "any" | "application-default");
    let any = rule.values(field).find(alone).filter(|_| rule.values(field).nth(1).is_some())?;
    Some(unknown(format!("`{}` stands beside other members of `{field}`", any.name), any.span))
}
