//! Policies as rules: whom and what each matches, and between which interfaces it applies.

use super::context::{Context, Side, Test, unknown};
use super::fields::{Effect, effect};
use super::inspection::Inspections;
use super::internet;
use super::objects::Objects;
use super::pairs::{EXPLICIT, TRANSPARENT};
use super::schedules;
use super::services::Services;
use super::tree::{Entry, Table};
use crate::addresses::{AddressSet, Family};
use crate::policy::{Action, Condition, LineUse, Reason, Rule, Then};
use crate::source::Span;

/// The kinds of policy list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `config firewall policy`; IPv4 and IPv6 each have their fields.
    Policy,
    /// `config firewall policy6`
    Policy6,
    /// `config firewall acl`, which comes first and drops.
    Acl,
    Acl6,
    /// `config firewall interface-policy`, whose profiles may stop what passes an interface.
    Interface,
    Interface6,
    /// `config firewall security-policy`
    Security,
    /// `config firewall policy` in policy-based mode: what the traffic has to match besides.
    Consent,
    /// `config firewall proxy-policy`
    Proxy,
}

impl Kind {
    /// Whether it can only stop what other lists decide about.
    pub fn drops(self) -> bool {
        matches!(self, Kind::Acl | Kind::Acl6) || self.is_of_interface()
    }

    /// What an entry of the list is called: numbers of different lists may be the same.
    fn title(self) -> &'static str {
        match self {
            Kind::Acl | Kind::Acl6 => "ACL entry",
            Kind::Interface | Kind::Interface6 => "interface policy",
            _ => "policy",
        }
    }

    fn is_of_interface(self) -> bool {
        matches!(self, Kind::Interface | Kind::Interface6)
    }
}

/// One policy.
#[derive(Clone, Debug)]
pub(super) struct Applied {
    pub key: String,
    pub kind: Kind,
    /// What it does with what it matches; several rules where that is not known.
    pub rules: Vec<Rule>,
    pub from: Vec<String>,
    pub to: Vec<String>,
    /// What it opens of TLS.
    pub opens: Rule,
}

/// Reads the policies of a VDOM.
pub(super) struct Reader<'c, 'a> {
    pub context: &'c mut Context<'a>,
    pub objects: Objects,
    pub services: Services,
    pub inspections: Inspections,
}

impl<'a> Reader<'_, 'a> {
    /// The policies of a table in their order, with what may stand before, among and after them.
    pub fn table(&mut self, table: &'a Table, kind: Kind) -> Vec<Applied> {
        let doubt = table.doubt.as_ref();
        let foreign = |reason| foreign(reason, kind);
        let before = doubt.map(foreign);
        let after = doubt.or(table.cut.as_ref()).map(foreign);
        if let Some(reason) = doubt.or(table.cut.as_ref()) {
            self.context.loses(reason.span);
        }
        let policies: Vec<Applied> =
            table.entries.iter().filter_map(|entry| self.policy(entry, kind)).flat_map(Applied::either_way).collect();
        before.into_iter().chain(policies).chain(after).collect()
    }

    fn policy(&mut self, entry: &'a Entry, kind: Kind) -> Option<Applied> {
        self.account(entry);
        let idle = kind.is_of_interface() && !has_profile(entry);
        if entry.value("status") == Some("disable") || idle {
            return None;
        }
        let when = self.condition(entry, kind);
        let span = entry.span;
        let named = entry.value("name").map(|name| format!(" ({name})")).unwrap_or_default();
        let name = format!("{} {}{named}", kind.title(), entry.key);
        let rule = |then: Then, when: Condition| Rule { name: name.clone(), span, then, when };
        let either = |text: String| {
            let open = Condition::All(vec![when.clone(), Condition::Unknown(Reason { text, span })]);
            [Action::Allow, Action::Deny].map(|action| rule(action.into(), open.clone())).to_vec()
        };
        let rules = match (action(entry, kind), &entry.damaged) {
            _ if kind.is_of_interface() => {
                let text = "a profile of the interface policy may stop the traffic".to_owned();
                let open = Condition::Unknown(Reason { text, span });
                vec![rule(Action::Deny.into(), Condition::All(vec![when.clone(), open]))]
            }
            (_, Some(reason)) => either(reason.text.clone()),
            (Ok(Action::Deny), _) => vec![rule(Action::Deny.into(), when.clone())],
            (Ok(Action::Allow), _) => vec![rule(self.accepted(entry, kind), when.clone())],
            (Err(other), _) => either(format!("the policy's action is `{other}`")),
        };
        let allows = matches!(action(entry, kind), Ok(Action::Allow));
        let opens = if allows { self.inspections.opens(self.context, entry, kind) } else { Action::Deny.into() };
        let (from, to) = interfaces(entry, kind);
        Some(Applied { key: entry.key.clone(), kind, rules, from, to, opens: rule(opens, when.clone()) })
    }

    fn accepted(&mut self, entry: &'a Entry, kind: Kind) -> Then {
        match kind {
            Kind::Consent => Action::Allow.into(),
            _ => self.inspections.after(self.context, entry, kind),
        }
    }

    fn account(&mut self, entry: &Entry) {
        self.context.uses_fields(entry, &[]);
        for field in &entry.fields {
            match effect(field) {
                Effect::Unknown => self.context.loses(Some(field.span)),
                Effect::Nothing | Effect::Content => {}
                _ => self.context.account.record_span(self.context.source, field.span, LineUse::Used),
            }
        }
        if entry.damaged.is_some() {
            self.context.loses(entry.damaged.as_ref().and_then(|reason| reason.span));
        }
    }

    fn condition(&mut self, entry: &Entry, kind: Kind) -> Condition {
        let mut parts = self.narrowing(entry);
        parts.extend(self.schedule(entry, kind));
        let (from, to) = interfaces(entry, kind);
        if from.is_empty() || to.is_empty() {
            let text = "the policy does not name its interfaces in this text".to_owned();
            parts.push(Condition::Unknown(Reason { text, span: entry.span }));
        }
        let (source, destination) = (self.side(entry, Side::Source, kind), self.side(entry, Side::Destination, kind));
        parts.push(source.condition(Side::Source));
        if internet::is_used(entry) {
            parts.push(internet::condition(self.context, &mut self.objects, entry));
        } else {
            parts.push(destination.condition(Side::Destination));
            parts.push(self.service(entry, kind));
        }
        Condition::All(parts)
    }

    fn narrowing(&mut self, entry: &Entry) -> Vec<Condition> {
        let of = format!("policy {}", entry.key);
        let mut parts = Vec::new();
        for field in &entry.fields {
            match effect(field) {
                Effect::Narrows(why) => parts.push(unknown(format!("the policy also looks at {why}"), field.span)),
                Effect::Unknown => parts.push(self.context.unknown_field(field, &of)),
                _ => {}
            }
        }
        parts
    }

    /// What a policy says of one end, for both IP versions.
    fn side(&mut self, entry: &Entry, side: Side, kind: Kind) -> Test {
        let end = if side == Side::Source { "srcaddr" } else { "dstaddr" };
        let (v4, v6) = ([end.to_owned(), format!("{end}4")], format!("{end}6"));
        let is_v6 = matches!(kind, Kind::Policy6 | Kind::Acl6 | Kind::Interface6);
        let mut tests = Vec::new();
        for (names, family) in [(&v4[..], if is_v6 { Family::V6 } else { Family::V4 }), (&[v6][..], Family::V6)] {
            if let Some(field) =
                names.iter().find_map(|name| entry.field(name)).filter(|field| !field.values.is_empty())
            {
                let test = self.objects.of(self.context, field, family, side);
                tests.push(match negation(entry, &field.name) {
                    Negation::No => test,
                    Negation::Yes => test.within(&Test::set(AddressSet::all_of(family)), side),
                    Negation::Unclear => {
                        Test::other(unknown("whether the negation holds for IPv6 is not known", field.span))
                    }
                });
            }
        }
        let by_service = internet::is_used(entry) && side == Side::Destination;
        if tests.is_empty() && !by_service {
            let text = format!("the policy has no `{end}` in this text");
            tests.push(Test::other(Condition::Unknown(Reason { text, span: entry.span })));
        }
        Test::any(tests)
    }

    fn service(&mut self, entry: &Entry, kind: Kind) -> Condition {
        let services = match (entry.field("service"), kind) {
            (Some(field), _) if !field.values.is_empty() => self.services.of(self.context, field),
            (_, Kind::Consent | Kind::Proxy) => Condition::always(),
            _ => {
                Condition::Unknown(Reason { text: "the policy has no `service` in this text".into(), span: entry.span })
            }
        };
        if entry.enables("service-negate") { services.negate() } else { services }
    }

    fn schedule(&mut self, entry: &Entry, kind: Kind) -> Option<Condition> {
        match (entry.field("schedule"), entry.value("schedule")) {
            (Some(field), Some(name)) => schedules::when(self.context, name, field.span),
            _ if kind.drops() => None,
            _ => Some(Condition::Unknown(Reason {
                text: "the policy has no `schedule` in this text".into(),
                span: entry.span,
            })),
        }
    }
}

/// What policies that were not pasted may do.
fn foreign(reason: &Reason, kind: Kind) -> Applied {
    let rule = |action: Action| Rule {
        name: "what was not pasted".into(),
        span: reason.span,
        then: action.into(),
        when: Condition::Unknown(reason.clone()),
    };
    let rules = [Action::Allow, Action::Deny].map(rule).to_vec();
    Applied { key: String::new(), kind, rules, from: any(), to: any(), opens: rule(Action::Allow) }
}

fn any() -> Vec<String> {
    vec!["any".to_owned()]
}

impl Applied {
    /// An interface policy holds on the way in at its interface and on the way out.
    fn either_way(self) -> Vec<Applied> {
        match self.kind.is_of_interface() {
            true => vec![Applied { from: any(), to: self.from.clone(), ..self.clone() }, self],
            false => vec![self],
        }
    }

    /// What a proxy accepts that none of its policies matches.
    pub fn accepting_rest(proxy: &str, span: Span) -> Applied {
        let rule = |action: Action| {
            let name = "what no policy matches".to_owned();
            Rule { name, span: Some(span), then: action.into(), when: Condition::always() }
        };
        let (from, to) = (vec![proxy.to_owned()], any());
        let (rules, opens) = (vec![rule(Action::Allow)], rule(Action::Deny));
        Applied { key: String::new(), kind: Kind::Proxy, rules, from, to, opens }
    }
}

/// Without `action` a policy denies (CLI Reference: config firewall policy, "action", default deny).
fn action(entry: &Entry, kind: Kind) -> Result<Action, String> {
    match (entry.value("action"), kind) {
        _ if kind.drops() => Ok(Action::Deny),
        (_, Kind::Consent) => Ok(Action::Allow),
        (Some("accept"), _) => Ok(Action::Allow),
        (Some("deny"), _) => Ok(Action::Deny),
        (None, Kind::Security) => Err("not in this text".into()),
        (None, _) => Ok(Action::Deny),
        (Some(other), _) => Err(other.into()),
    }
}

/// Whether a list of addresses is negated. IPv6 has its own switch since FortiOS 7.2.
enum Negation {
    No,
    Yes,
    Unclear,
}

fn negation(entry: &Entry, field: &str) -> Negation {
    let general = field.trim_end_matches(['4', '6']);
    let own = entry.value(&format!("{field}-negate"));
    match (own, entry.enables(&format!("{general}-negate")), field.ends_with('6')) {
        (Some("enable"), _, _) | (None, true, false) => Negation::Yes,
        (None, true, true) => Negation::Unclear,
        _ => Negation::No,
    }
}

fn interfaces(entry: &Entry, kind: Kind) -> (Vec<String>, Vec<String>) {
    let named = |field: &str| entry.values(field).to_vec();
    match kind {
        kind if kind.drops() => (named("interface"), any()),
        Kind::Proxy => (from_proxy(entry), named("dstintf")),
        _ => (named("srcintf"), named("dstintf")),
    }
}

/// CLI Reference: config firewall interface-policy. Each profile has a switch, disabled by default; the ones that look at
/// contents only are no matter of destinations.
fn has_profile(entry: &Entry) -> bool {
    let switches = ["application-list-status", "webfilter-profile-status"];
    entry.damaged.is_some() || switches.iter().any(|switch| entry.enables(switch))
}

/// Requests reach an explicit proxy by its own port, a transparent one by an interface.
fn from_proxy(entry: &Entry) -> Vec<String> {
    match entry.value("proxy") {
        Some("transparent-web") => entry.values("srcintf").iter().map(|name| format!("{TRANSPARENT}{name}")).collect(),
        Some(kind) => vec![format!("{EXPLICIT}{kind}")],
        None => vec!["proxy explicit-web".to_owned()],
    }
}
