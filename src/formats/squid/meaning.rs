//! What an ACL means: its values as conditions.

use super::acl::{Acl, Acls, Value};
use super::addresses::{self as values, Warning};
use super::kinds::Kind;
use super::sets::{Kept, address_test};
use super::{domains, regexes};
use crate::addresses::AddressSet;
use crate::hosts::{HostPattern, Regex};
use crate::policy::{Condition, HostTest, Method, OnAddress, Reason, Subject};
use crate::problem::{Problem, quote};
use crate::source::Span;
use crate::stated::Stated;
use std::collections::BTreeMap;

/// Conditions larger than this in all are not built: `any-of` and `all-of` can double at each step.
const MAX_SIZE: usize = 2_000_000;
/// What naming an ACL counts for beside its values.
const NAMING: usize = 20;
/// `any-of` and `all-of` are followed this deep.
const MAX_DEPTH: usize = 100;

/// The conditions of every ACL. `any-of` and `all-of` are put together on demand.
pub(super) struct Meanings<'a> {
    acls: &'a Acls<'a>,
    stated: &'a Stated,
    plain: BTreeMap<&'a str, Vec<Condition>>,
    pub problems: Vec<Problem>,
    pub refusals: Vec<Reason>,
    /// Why Squid does not know the names behind TLS, if so.
    nameless: Option<Reason>,
    size: usize,
}

impl<'a> Meanings<'a> {
    pub fn of(acls: &'a Acls<'a>, stated: &'a Stated, nameless: Option<Reason>) -> Self {
        let (plain, problems, refusals) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut meanings = Meanings { acls, stated, plain, problems, refusals, nameless, size: 0 };
        for acl in acls.iter() {
            let conditions = meanings.plain(acl);
            meanings.plain.insert(&acl.name, conditions);
        }
        meanings
    }

    /// When the ACL called `name` matches, at the given step of `ssl_bump` or, at `None`, in `http_access`.
    pub fn condition(&mut self, name: &str, step: Option<u8>) -> Condition {
        self.named(name, step, &mut Vec::new())
    }

    fn named(&mut self, name: &str, step: Option<u8>, open: &mut Vec<&'a str>) -> Condition {
        let Some(acl) = self.acls.get(name) else {
            let doubt = self.acls.doubts(name).next().cloned();
            let undefined = || Reason::new(format!("no line before defines the ACL `{name}`"));
            return Condition::Unknown(doubt.unwrap_or_else(undefined));
        };
        if let Some(reason) = &acl.refused {
            return Condition::Unknown(reason.clone());
        }
        let circular = open.contains(&acl.name.as_str());
        let too_large = self.size > MAX_SIZE || open.len() > MAX_DEPTH;
        if circular || too_large {
            let why = if circular { "contains itself" } else { "unfolds to too many conditions" };
            let text = format!("the ACL `{name}` {why}");
            if !circular {
                self.too_large(&text, acl.span);
            }
            return Condition::Unknown(Reason { text, span: acl.span });
        }
        open.push(&acl.name);
        let mut parts = match acl.kind {
            Kind::AnyOf | Kind::AllOf => self.composed(acl, step, open),
            Kind::AtStep => at_step(acl, step),
            _ => self.settled(acl, step),
        };
        open.pop();
        self.size += parts.len() + NAMING;
        parts.extend(acl.unread.iter().chain(self.acls.doubts(name)).cloned().map(Condition::Unknown));
        any(parts)
    }

    /// The conditions of an ACL that is made of no others. Of intercepted TLS the name is known from the second step on.
    fn settled(&self, acl: &Acl, step: Option<u8>) -> Vec<Condition> {
        let parts = self.plain.get(acl.name.as_str()).cloned().unwrap_or_default();
        match &self.nameless {
            Some(reason) if acl.kind.looks_at_names() && step.is_none_or(|step| step == 1) && !parts.is_empty() => {
                vec![not_by_name(any(parts), reason)]
            }
            _ => parts,
        }
    }

    /// Told once: the next step would be too large as well.
    fn too_large(&mut self, text: &str, span: Option<Span>) {
        if !self.problems.iter().any(|problem| problem.id == "acl-too-large") {
            let message = format!("Put together from other ACLs, {text}.");
            self.warn("acl-too-large", span, message, "What depends on it stays undecided.");
        }
    }

    /// `any-of` joins all its values by "or"; `all-of` joins those of a line by "and" and its lines by "or".
    fn composed(&mut self, acl: &'a Acl, step: Option<u8>, open: &mut Vec<&'a str>) -> Vec<Condition> {
        let mut lines: BTreeMap<usize, Vec<Condition>> = (1..=acl.groups).map(|group| (group, Vec::new())).collect();
        for value in &acl.values {
            let name = value.text.strip_prefix('!').unwrap_or(&value.text);
            let part = self.named(name, step, open);
            let part = if name == value.text { part } else { part.negate() };
            lines.entry(value.group).or_default().push(guarded(part, value));
        }
        match acl.kind {
            Kind::AllOf => lines.into_values().map(Condition::All).collect(),
            _ => lines.into_values().flatten().collect(),
        }
    }

    fn plain(&mut self, acl: &Acl) -> Vec<Condition> {
        match acl.kind {
            Kind::Src | Kind::Dst => self.addresses(acl),
            Kind::AnyOf | Kind::AllOf | Kind::AtStep => Vec::new(),
            Kind::Always => vec![Condition::always()],
            Kind::Conditional(what) => {
                self.check(acl);
                let text = format!("`acl {} {}` looks at {what}, which the text cannot tell", acl.name, acl.type_name);
                vec![Condition::Unknown(Reason { text, span: acl.span })]
            }
            _ if acl.from_handshake => {
                let text =
                    format!("`{}` looks at parts of the TLS handshake only, which the text cannot tell", acl.name);
                vec![Condition::Unknown(Reason { text, span: acl.span })]
            }
            kind if kind.takes_patterns() => self.expressions(acl),
            _ => acl.values.iter().map(|value| guarded(self.value(acl, value), value)).collect(),
        }
    }

    fn expressions(&mut self, acl: &Acl) -> Vec<Condition> {
        let mut parts = Vec::new();
        for line in acl.values.chunk_by(|a, b| a.group == b.group) {
            match line {
                [first, ..] if regexes::merge(line) => parts.push(self.merged(acl, first)),
                _ => parts.extend(line.iter().map(|value| guarded(self.value(acl, value), value))),
            }
        }
        parts
    }

    fn value(&mut self, acl: &Acl, value: &Value) -> Condition {
        match acl.kind {
            Kind::DstDomain | Kind::ServerName => self.domain(acl, value),
            Kind::Port => self.port(acl, value),
            Kind::Proto => proto(&value.text),
            Kind::Method => method(&value.text),
            Kind::UrlPathRegex => Condition::All(vec![
                Condition::Method(Method::Get),
                Condition::Unknown(Reason {
                    text: format!("`{}` looks at the path of the URL", acl.name),
                    span: value.span,
                }),
            ]),
            _ => self.expression(acl, value),
        }
    }

    fn domain(&mut self, acl: &Acl, value: &Value) -> Condition {
        let pattern = domains::pattern(&value.text);
        if pattern == HostPattern::Never {
            self.never_matches(acl, value);
        }
        host(pattern, Subject::Host, on_address(acl))
    }

    fn never_matches(&mut self, acl: &Acl, value: &Value) {
        let message = format!("`{}` in `{}` never matches anything in Squid.", quote(&value.text), acl.name);
        let hint =
            "Squid writes a domain and everything below it as `.example.com`, without star, scheme, port or path.";
        self.warn("never-matches", value.span, message, hint);
    }

    fn warn(&mut self, id: &'static str, span: Option<Span>, message: String, hint: &str) {
        let problem = Problem { span, ..Problem::warning(id, message) };
        self.problems.push(problem.hint(hint));
    }

    fn expression(&mut self, acl: &Acl, value: &Value) -> Condition {
        let text = regexes::without_wildcards(&value.text);
        if regexes::is_refused(text) {
            self.bad_expression(acl, value, text != value.text);
            return Condition::never();
        }
        let subject = if acl.kind == Kind::UrlRegex { Subject::Url } else { Subject::Host };
        match Regex::posix_extended(text, value.ignore_case) {
            Ok(regex) => host(HostPattern::Regex(regex), subject, on_address(acl)),
            Err(why) => {
                let text = format!("the expression `{}` cannot be decided: {why}", quote(&value.text));
                let message = format!("In `{}`, {text}.", acl.name);
                self.warn("undecided-expression", value.span, message, "What it may match stays undecided.");
                Condition::Unknown(Reason { text, span: value.span })
            }
        }
    }

    /// A line whose expressions run into one another.
    fn merged(&mut self, acl: &Acl, first: &Value) -> Condition {
        let text =
            format!("An expression of `{}` leaves a bracket open, and Squid reads on into the next one", acl.name);
        self.warn("bad-expression", first.span, format!("{text}."), "Close the bracket, or take the expression out.");
        Condition::Unknown(Reason { text, span: first.span })
    }

    fn bad_expression(&mut self, acl: &Acl, value: &Value, was_cut: bool) {
        let (how, hint) = match was_cut {
            true => (" once Squid has taken `.*` off its front", "Leave out `.*` and what repeats it in front."),
            false => ("", "In a regular expression a star repeats what stands before it."),
        };
        let message =
            format!("`{}` in `{}` is no regular expression{how}; Squid skips it.", quote(&value.text), acl.name);
        self.warn("bad-expression", value.span, message, hint);
    }

    /// What Squid refuses among the values of types that the text cannot decide.
    fn check(&mut self, acl: &Acl) {
        for value in &acl.values {
            match acl.type_name.as_str() {
                "localport" | "myport" => drop(self.port(acl, value)),
                "localip" | "myip" if values::read(&value.text) == values::Value::Refused => {
                    drop(
                        self.refused(
                            format!("`{}` in the ACL `{}` is no address", quote(&value.text), acl.name),
                            value,
                        ),
                    );
                }
                _ => {}
            }
        }
    }

    fn port(&mut self, acl: &Acl, value: &Value) -> Condition {
        let (first, last) = value.text.split_once('-').unwrap_or((&value.text, &value.text));
        match (first.parse::<u16>(), last.parse::<u16>()) {
            (Ok(first), Ok(last)) if first <= last => Condition::Port(vec![(first, last)]),
            _ => self.refused(format!("`{}` in the ACL `{}` is no port", quote(&value.text), acl.name), value),
        }
    }

    fn refused(&mut self, text: String, value: &Value) -> Condition {
        let reason = Reason { text, span: value.span };
        self.refusals.push(reason.clone());
        Condition::Unknown(reason)
    }

    fn addresses(&mut self, acl: &Acl) -> Vec<Condition> {
        let mut sets = Vec::new();
        let mut parts = Vec::new();
        for value in &acl.values {
            match values::read(&value.text) {
                values::Value::Addresses(set, warning) => {
                    self.address_warning(acl, value, warning);
                    match &value.guard {
                        None => sets.push((set, value)),
                        Some(_) => parts.push(guarded(address_test(acl, set, self.stated), value)),
                    }
                }
                values::Value::HostName => parts.push(unknown(
                    acl,
                    value,
                    "is looked up when Squid starts, which it does not without an answer",
                )),
                values::Value::Unclear => parts.push(unknown(acl, value, "has a mask that Squid reads in its own way")),
                values::Value::Refused => {
                    let text = format!("`{}` in the ACL `{}` is no address", quote(&value.text), acl.name);
                    parts.push(self.refused(text, value));
                }
            }
        }
        parts.extend(self.united(acl, &sets));
        parts
    }

    fn address_warning(&mut self, acl: &Acl, value: &Value, warning: Option<Warning>) {
        if let Some(warning) = warning {
            let message = format!("`{}` in `{}` {}.", value.text, acl.name, warning.text());
            self.problems.push(Problem { span: value.span, ..Problem::warning(warning.id(), message) });
        }
    }

    /// Before version 7 Squid leaves out a value that overlaps an earlier one, even if it is the broader (checked with
    /// Squid 5.7); since then it merges them.
    fn united(&mut self, acl: &Acl, sets: &[(AddressSet, &Value)]) -> Vec<Condition> {
        let mut kept = Kept::default();
        let (in_force, left_out): (Vec<_>, Vec<_>) = sets.iter().partition(|(set, _)| kept.takes(set));
        let certain = AddressSet::union_all(in_force.iter().map(|(set, _)| set));
        let unclear = AddressSet::union_all(left_out.iter().map(|(set, _)| set)).minus(&certain);
        if unclear.is_empty() {
            return vec![address_test(acl, certain, self.stated)];
        }
        let first = left_out.iter().find(|(set, _)| !set.is_subset(&certain)).map(|(_, value)| *value);
        let text = first.map_or("", |value| value.text.as_str());
        let message =
            format!("`{text}` in `{}` overlaps an earlier value; Squid before version 7 leaves it out.", acl.name);
        let span = first.and_then(|value| value.span);
        self.warn("overlapping-addresses", span, message, "Put the broader value first, or take the narrower out.");
        let text =
            format!("Squid before version 7 leaves `{text}` out of `{}`, as it overlaps an earlier value", acl.name);
        let unknown = Condition::Unknown(Reason { text, span });
        vec![
            address_test(acl, certain, self.stated),
            Condition::All(vec![address_test(acl, unclear, self.stated), unknown]),
        ]
    }
}

/// What the text cannot tell about a value.
fn unknown(acl: &Acl, value: &Value, why: &str) -> Condition {
    Condition::Unknown(Reason { text: format!("`{}` in `{}` {why}", quote(&value.text), acl.name), span: value.span })
}

/// A condition that holds only under the undecided `if` around its value.
fn guarded(condition: Condition, value: &Value) -> Condition {
    match &value.guard {
        Some(guard) => Condition::All(vec![Condition::Unknown(guard.clone()), condition]),
        None => condition,
    }
}

/// The parts joined by "or".
fn any(mut parts: Vec<Condition>) -> Condition {
    match parts.len() {
        1 => parts.remove(0),
        _ => Condition::Any(parts),
    }
}

fn host(pattern: HostPattern, subject: Subject, on_address: OnAddress) -> Condition {
    Condition::Host(HostTest { pattern, subject, on_address, maybe: None })
}

/// A test that is left open where a name is wanted by TLS, and is as it is otherwise.
fn not_by_name(test: Condition, reason: &Reason) -> Condition {
    let is_name = host(HostPattern::Any, Subject::Host, OnAddress::Never);
    let nameless = Condition::All(vec![Condition::Method(Method::Connect), is_name]);
    Condition::Any(vec![
        Condition::All(vec![nameless.clone().negate(), test]),
        Condition::All(vec![nameless, Condition::Unknown(reason.clone())]),
    ])
}

/// Without `-n` a reverse look-up of an address may give a name (`dstdomain` and `dstdom_regex` only).
fn on_address(acl: &Acl) -> OnAddress {
    match (acl.kind, acl.no_lookup) {
        (Kind::DstDomain | Kind::DstDomRegex, false) => OnAddress::AsTextOrLookup,
        _ => OnAddress::AsText,
    }
}

/// Under CONNECT the protocol is `NONE`; a plain request is HTTP (checked with Squid 5.7).
fn proto(text: &str) -> Condition {
    match text.to_ascii_uppercase().as_str() {
        "HTTP" => Condition::Method(Method::Get),
        "NONE" => Condition::Method(Method::Connect),
        _ => Condition::never(),
    }
}

fn method(text: &str) -> Condition {
    match text.to_ascii_uppercase().as_str() {
        "CONNECT" => Condition::Method(Method::Connect),
        "GET" => Condition::Method(Method::Get),
        _ => Condition::never(),
    }
}

fn at_step(acl: &Acl, step: Option<u8>) -> Vec<Condition> {
    let Some(step) = step else {
        let text = format!("`acl {} at_step` is decided in ssl_bump only", acl.name);
        return vec![Condition::Unknown(Reason { text, span: acl.span })];
    };
    let names = acl.values.iter().filter(|value| value.text == format!("SslBump{step}"));
    names.map(|value| guarded(Condition::always(), value)).collect()
}
