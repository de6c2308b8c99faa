//! Names as targets of rules.
//!
//! Sources: "Azure Firewall FAQ", "How do wildcards work in target URLs and target FQDNs in application rules?";
//! "Use FQDN filtering in network rules"; "Configure Azure Firewall rules" (all learn.microsoft.com/azure/firewall).

use super::rule::Reader;
use super::words;
use crate::catalogue::fqdn_tag;
use crate::formats::azure::conditions::unknowns;
use crate::formats::azure::field::{Text, Values};
use crate::hosts::{HostPattern, Name, Url, products};
use crate::policy::{Action, Condition, HostTest, Method, OnAddress, Reason, Subject};

/// The FQDNs of an application rule.
pub(super) fn names(reader: &mut Reader<'_, '_>, list: Values) -> Vec<Condition> {
    let mut tests = unknowns(list.unreadable);
    tests.extend(list.texts.iter().map(|text| name(reader, text)));
    tests
}

fn name(reader: &mut Reader<'_, '_>, text: &Text) -> Condition {
    let url = Url::split(&text.text);
    let bare = url.scheme.is_none() && url.port.is_none() && url.path.is_empty();
    match pattern(&text.text).filter(|_| bare) {
        Some(HostPattern::Any) => any_name(text),
        Some(pattern) => test(pattern, None),
        None => {
            let why = "expected a name, with a star as its first character at most";
            Condition::Unknown(reader.strange("bad-fqdn", "FQDN", text, why))
        }
    }
}

/// What Azure Firewall takes a name for; `None` for what it does not support.
fn pattern(text: &str) -> Option<HostPattern> {
    let text = text.trim();
    let end = text.strip_prefix('*').unwrap_or(text);
    let meant = products::AZURE_FIREWALL.read(text).filter(|_| !end.contains('*'))?;
    match meant.maybe {
        None => Some(meant.pattern),
        // "Asterisks on the left-most side mean literally anything to the left will match", also before a lone `.net`.
        Some(_) if end != text && Name::parse(end.trim_start_matches('.')).is_some() => {
            Some(HostPattern::Glob(text.to_ascii_lowercase()))
        }
        Some(_) => None,
    }
}

fn test(pattern: HostPattern, maybe: Option<Reason>) -> Condition {
    Condition::Host(HostTest { pattern, subject: Subject::Host, on_address: OnAddress::Never, maybe })
}

/// Every name. A connection without one is not decided: "for HTTPS, Azure Firewall looks for an application rule match
/// according to SNI only".
fn any_name(text: &Text) -> Condition {
    let why = "application rules look at the name in the TLS hello or the Host header, which a request to a bare address lacks";
    let unnamed = vec![Condition::destination(words::everything()), Condition::Unknown(Reason::new(why).at(text.span))];
    Condition::Any(vec![test(HostPattern::Any, None), Condition::All(unnamed)])
}

/// The FQDNs of a network rule, which the firewall resolves: "by design, FQDN filtering in network rules doesn't support
/// wildcards", and "you must enable DNS Proxy".
pub(super) fn resolved_names(reader: &mut Reader<'_, '_>, list: Values) -> Vec<Condition> {
    let mut tests = unknowns(list.unreadable);
    for text in &list.texts {
        let plain = pattern(&text.text).filter(|pattern| matches!(pattern, HostPattern::Exact(_)));
        let Some(exact) = plain else {
            let reason = reader.strange("bad-fqdn", "FQDN", text, "network rules take whole names only");
            tests.push(Condition::Unknown(reason));
            continue;
        };
        let named = test(exact, None);
        let without = match reader.context.dns_proxy {
            Some(true) => None,
            Some(false) => Some("names in network rules need the DNS proxy, which is off"),
            None => Some(
                "names in network rules need the DNS proxy, and whether the policy switches it on is not in the text",
            ),
        };
        let open = without.map(|why| Condition::Unknown(Reason::new(why).at(text.span)));
        tests.push(Condition::All(std::iter::once(named).chain(open).collect()));
        // It cannot "discern between two FQDNs that are resolved to the same IP address".
        if reader.context.action != Some(Action::Allow) {
            let why = format!("the rule denies the addresses of `{}`, which others may share", text.text);
            let shared =
                vec![Condition::destination(words::everything()), Condition::Unknown(Reason::new(why).at(text.span))];
            tests.push(Condition::All(shared));
        }
    }
    tests
}

/// The URLs of an application rule. Only HTTP and opened TLS show the path, and a requirement states none.
pub(super) fn urls(reader: &mut Reader<'_, '_>, list: Values, opened: bool) -> Vec<Condition> {
    let mut tests = unknowns(list.unreadable);
    tests.extend(list.texts.iter().map(|text| url(reader, text, opened)));
    tests
}

fn url(reader: &mut Reader<'_, '_>, text: &Text, opened: bool) -> Condition {
    let url = Url::split(&text.text);
    let supported = url.scheme.is_none() && url.port.is_none() && !url.path.contains('?');
    let stars_end = !url.path.trim_end_matches('*').contains('*');
    let Some(pattern) = pattern(url.host).filter(|_| supported && stars_end) else {
        let why = "expected a host with a path, a star as the first or last character at most, no port and no query";
        return Condition::Unknown(reader.strange("bad-url", "URL", text, why));
    };
    let perhaps =
        |why: String| test(HostPattern::Perhaps(Box::new(pattern.clone())), Some(Reason::new(why).at(text.span)));
    if url.path != "/*" || text.text.starts_with('*') {
        return perhaps(format!("the rule looks at the whole URL (`{}`), whose path is not known", text.text));
    }
    if opened {
        return test(pattern, None);
    }
    let hidden = perhaps("the rule looks at URLs without opening TLS, which hides them".to_owned());
    Condition::Any(vec![
        Condition::All(vec![Condition::Method(Method::Get), test(pattern.clone(), None)]),
        Condition::All(vec![Condition::Method(Method::Connect), hidden]),
    ])
}

/// FQDN tags, as far as their content is documented.
pub(super) fn tags(reader: &mut Reader<'_, '_>, list: Values) -> Vec<Condition> {
    let mut tests = unknowns(list.unreadable);
    for text in &list.texts {
        match fqdn_tag(&text.text) {
            Some(tag) => {
                reader.notes.fqdn_tags.push(format!("{} as of {} ({})", tag.tag, tag.date, tag.title));
                tests.extend(tag.names.iter().filter_map(|name| pattern(name)).map(|pattern| test(pattern, None)));
                let why = format!("Microsoft does not say whether the FQDN tag {} holds this name too", tag.tag);
                let perhaps = |pattern| {
                    let pattern = HostPattern::Perhaps(Box::new(pattern));
                    test(pattern, Some(Reason::new(why.clone()).at(text.span)))
                };
                tests.extend(tag.perhaps.iter().filter_map(|name| pattern(name)).map(perhaps));
            }
            None => {
                let why = format!("Microsoft does not document which names the FQDN tag {} holds", text.text);
                let any = HostPattern::Perhaps(Box::new(HostPattern::Any));
                tests.push(test(any, Some(Reason::new(why).at(text.span))));
            }
        }
    }
    tests
}

pub(super) fn categories(list: Values) -> Vec<Condition> {
    let mut tests = unknowns(list.unreadable);
    tests.extend(list.texts.iter().map(|text| {
        let why = format!("which sites belong to the web category {} is not in the export", text.text);
        Condition::Unknown(Reason::new(why).at(text.span))
    }));
    tests
}
