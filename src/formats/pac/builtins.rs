//! What scripts call: the functions that clients provide for them, and the methods of texts and lists.
//!
//! Sources: MDN, "Proxy Auto-Configuration (PAC) file"; what is marked so was checked with pacparser 1.3.6, whose functions
//! are Mozilla's.

use super::address::Whose;
use super::clock;
use super::patterns::{self, ending, holding, starting};
use super::run::Run;
use super::truth::{CLIENT, DNS, TIME, as_text, is_host, present, tested, truth, unknown};
use super::value::{Code, Count, Found, Of, Slice, Text, Value, and, constant, or};
use crate::addresses::AddressSet;
use crate::policy::{Condition, Reason};
use crate::source::Span;
use crate::stated::Stated;
use ipnet::{IpNet, Ipv4Net};
use std::net::Ipv4Addr;
use std::rc::Rc;

/// What a client's function gives; `None` if there is none of this name.
pub(super) fn call<'a>(
    run: &mut Run<'a, '_>,
    name: &str,
    arguments: &[Value<'a>],
    span: oxc_span::Span,
) -> Option<Value<'a>> {
    let place = run.at(span);
    if let Some(at) = arguments.iter().position(|argument| matches!(argument, Value::Cases(_)))
        && let Value::Cases(cases) = arguments[at].clone()
    {
        return Some(run.each_case(&cases, place, |run, value| {
            let mut own = arguments.to_vec();
            own[at] = value;
            call(run, name, &own, span).unwrap_or_else(|| Value::unknown("it is not followed", place))
        }));
    }
    let open = |text: &str| Some(Value::unknown(text, place));
    let given = match (name, arguments) {
        ("alert", _) => return Some(Value::Undefined),
        ("myIpAddress", _) => return Some(Value::Address(Whose::Client, None)),
        ("dnsResolve", [host]) if is_host(host) => return Some(Value::Address(Whose::Host, None)),
        ("dnsResolve", [Value::Str(text)]) if text.parse::<Ipv4Addr>().is_ok() => return Some(arguments[0].clone()),
        ("isResolvable", [host]) if is_host(host) => Some(Whose::Host.exists(run.stated, place)),
        ("weekdayRange" | "dateRange" | "timeRange", _) => {
            return match clock::range(run.stated.moment, name, arguments) {
                Some(holds) => Some(Value::Bool(holds)),
                None => open(TIME),
            };
        }
        ("isResolvable" | "isResolvableEx" | "dnsResolve" | "dnsResolveEx" | "isInNetEx" | "sortIpAddressList", _) => {
            return open(DNS);
        }
        ("myIpAddressEx", _) => return open(CLIENT),
        ("isInNet", [of, net, mask]) => in_net(of, net, mask, run.stated, place),
        ("String", [text @ (Value::Text(_) | Value::Str(_))]) => return Some(text.clone()),
        ("isPlainHostName", [Value::Text(text)]) => Some(patterns::dots(text, 0, Some(0), place)),
        ("dnsDomainLevels", [Value::Text(text)]) if *text == Text::whole(Of::Host) => {
            return Some(Value::Count(Rc::new(Count::Dots(text.clone())), 0.0));
        }
        ("dnsDomainIs", [Value::Text(text), Value::Str(domain)]) => {
            Some(patterns::matches(text, &ending(domain), place))
        }
        ("localHostOrDomainIs", [Value::Text(text), Value::Str(name)]) => Some(local_or_domain(text, name, place)),
        ("shExpMatch", [Value::Address(whose, None), Value::Str(pattern)]) => {
            Some(whose.shell(pattern, run.stated, place))
        }
        ("shExpMatch", [Value::Text(text), Value::Str(pattern)]) => Some(match patterns::shell(pattern) {
            Some(tokens) => patterns::matches(text, &tokens, place),
            None => unknown("clients differ on the signs in this pattern", place),
        }),
        ("isPlainHostName" | "dnsDomainLevels" | "dnsDomainIs" | "localHostOrDomainIs" | "shExpMatch", _) => None,
        _ => return None,
    };
    Some(given.map_or_else(
        || {
            run.lost.push(place);
            Value::unknown(format!("these arguments of `{name}` are not followed"), place)
        },
        tested,
    ))
}

/// The name itself, or what stands before one of its dots (checked with pacparser).
fn local_or_domain(text: &Text, name: &str, span: Span) -> Condition {
    let heads = name.match_indices('.').map(|(at, _)| &name[..at]);
    heads.chain([name]).fold(constant(false), |any, name| or(any, patterns::equals(text, name, span)))
}

/// Compares the address of the first argument, looking names up.
fn in_net(of: &Value<'_>, net: &Value<'_>, mask: &Value<'_>, stated: &Stated, span: Span) -> Option<Condition> {
    let (Value::Str(net), Value::Str(mask)) = (net, mask) else { return None };
    let (net, mask): (Ipv4Addr, Ipv4Addr) = (net.parse().ok()?, mask.parse().ok()?);
    let Ok(net) = Ipv4Net::with_netmask(net, mask) else {
        return Some(unknown("the mask has holes", span));
    };
    let set = AddressSet::from_net(IpNet::V4(net));
    match of {
        Value::Address(whose, None) => Some(whose.within(set, stated)),
        Value::Str(text) => text.parse().ok().map(|address| constant(set.contains(address))),
        of if is_host(of) => Some(Whose::Host.within(set, stated)),
        _ => None,
    }
}

/// What a method gives; `None` if it is not followed.
pub(super) fn method<'a>(
    run: &mut Run<'a, '_>,
    of: &Value<'a>,
    method: &str,
    arguments: &[Value<'a>],
    span: oxc_span::Span,
) -> Option<Value<'a>> {
    let place = run.at(span);
    match of {
        Value::Text(text) => of_request(text, method, arguments, place),
        Value::Str(text) => of_text(text, method, arguments, place),
        Value::Array(items) => of_list(run, items, method, arguments, span),
        Value::Object(_) => match (method, arguments) {
            ("hasOwnProperty", [key @ Value::Str(_)]) => Some(present(&run.member(of, key, span), place)),
            ("hasOwnProperty", [Value::Text(text)]) => {
                let Value::Object(items) = of else { return None };
                let any = items.keys().fold(constant(false), |any, name| or(any, patterns::equals(text, name, place)));
                Some(tested(any))
            }
            (name, arguments) => match run.member(of, &Value::text(name), span) {
                Value::Code(code) => Some(run.call(code, arguments.to_vec(), span)),
                _ => None,
            },
        },
        Value::Opaque(reason) => match (method, arguments.iter().any(|argument| matches!(argument, Value::Code(_)))) {
            (_, true) => None,
            ("concat" | "reverse" | "slice" | "sort" | "splice", _) => Some(of.clone()),
            _ => Some(Value::Unknown(reason.clone())),
        },
        Value::Regex(pattern, ignore_case) => match (method, arguments) {
            ("test", [Value::Text(text)]) => Some(tested(patterns::expression(text, pattern, *ignore_case, place))),
            _ => None,
        },
        Value::Address(whose, None) => Some(whose.method(method, arguments, run.stated, place)),
        Value::Address(whose, _) => Some(Value::unknown(whose.reason(), place)),
        Value::Now => run.stated.moment.and_then(|moment| clock::part(moment, method)),
        _ => None,
    }
}

fn of_request<'a>(text: &Text, method: &str, arguments: &[Value<'a>], span: Span) -> Option<Value<'a>> {
    let matches = |tokens: &[patterns::Token]| tested(patterns::matches(text, tokens, span));
    let whole = text.slice == Slice::Whole;
    let slice = |slice: Slice| {
        let plain = whole && text.before.is_empty() && text.after.is_empty();
        plain.then(|| Value::Text(Text { slice, ..text.clone() }))
    };
    match (method, arguments) {
        // Clients hand the host over in small letters.
        ("toLowerCase" | "toLocaleLowerCase", []) => {
            let (before, after) = (text.before.to_lowercase(), text.after.to_lowercase());
            Some(Value::Text(Text { before, after, ..text.clone() }))
        }
        ("trim", []) if text.before.trim() == text.before && text.after.trim() == text.after => {
            Some(Value::Text(text.clone()))
        }
        ("toString" | "valueOf", []) => Some(Value::Text(text.clone())),
        ("endsWith", [Value::Str(end)]) => Some(matches(&ending(end))),
        ("startsWith", [Value::Str(start)]) => Some(matches(&starting(start))),
        ("includes", [Value::Str(part)]) => Some(matches(&holding(part))),
        ("indexOf" | "lastIndexOf", [Value::Str(part)]) if whole && !part.is_empty() => {
            let found = patterns::matches(text, &holding(part), span);
            let is_last = method == "lastIndexOf";
            let at_start = (!is_last).then(|| patterns::matches(text, &starting(part), span));
            let of = Some((text.clone(), part.to_string(), is_last));
            Some(found_at(Found { found, at_start, of }))
        }
        // From where only the end is left: `host.indexOf(end, host.length - end.length)`.
        ("indexOf", [Value::Str(part), Value::Count(from, offset)])
            if matches!(from.as_ref(), Count::Length(of) if of == text) && *offset == -(part.len() as f64) =>
        {
            let found = patterns::matches(text, &ending(part), span);
            Some(found_at(Found { found, at_start: None, of: None }))
        }
        ("lastIndexOf", [Value::Str(part), Value::Number(0.0)]) => {
            let found = patterns::matches(text, &starting(part), span);
            Some(found_at(Found { at_start: Some(found.clone()), found, of: None }))
        }
        ("match" | "search", [Value::Regex(pattern, ignore_case)]) => {
            let found = patterns::expression(text, pattern, *ignore_case, span);
            Some(match method {
                "match" => {
                    let groups = Reason::new("what the parts of the expression match is not followed").at(span);
                    Value::choose(found, Value::Opaque(Rc::new(groups)), Value::Null, span)
                }
                _ => found_at(Found { found, at_start: None, of: None }),
            })
        }
        ("substring" | "slice" | "substr", [Value::Number(from)]) if from.fract() == 0.0 => {
            let count = from.abs() as usize;
            match (method, *from < 0.0) {
                (_, false) => slice(if count == 0 { Slice::Whole } else { Slice::From(count) }),
                ("substring", true) => slice(Slice::Whole),
                (_, true) => slice(Slice::Last(count)),
            }
        }
        ("substring" | "slice" | "substr", [Value::Number(0.0), Value::Number(to)])
            if *to >= 0.0 && to.fract() == 0.0 =>
        {
            slice(Slice::First(*to as usize))
        }
        ("substring" | "slice" | "substr" | "charAt", [Value::Count(count, offset), rest @ ..]) => {
            let Count::Length(of) = count.as_ref() else { return None };
            let to_end = match rest {
                [] => method != "charAt" || *offset == -1.0,
                [Value::Count(end, 0.0)] => {
                    method != "substr" && matches!(end.as_ref(), Count::Length(end) if end == of)
                }
                [Value::Number(number)] => method == "substr" && *number >= -offset,
                _ => false,
            };
            // Of a text that is shorter, `substring` gives all and `slice` counts from the end again.
            let sure = method != "slice" && method != "substr" || *offset == -1.0;
            let last = (-offset) as usize;
            (to_end && sure && *offset < 0.0 && offset.fract() == 0.0 && of == text)
                .then(|| slice(Slice::Last(last)))
                .flatten()
        }
        ("split", _) => Some(Value::Opaque(Rc::new(Reason::new("the parts of the host are not followed").at(span)))),
        ("charAt", [Value::Number(0.0)]) => slice(Slice::First(1)),
        ("concat", [Value::Str(more)]) if whole => {
            Some(Value::Text(Text { after: text.after.clone() + more, ..text.clone() }))
        }
        _ => None,
    }
}

fn of_text<'a>(text: &str, method: &str, arguments: &[Value<'a>], span: Span) -> Option<Value<'a>> {
    let plain = text.is_ascii();
    let at = |value: &Value<'_>| match value {
        Value::Number(number) if number.fract() == 0.0 => Some(*number as i64),
        _ => None,
    };
    let length = text.len() as i64;
    let cut = |from: i64, to: i64| {
        let (from, to) = (from.clamp(0, length) as usize, to.clamp(0, length) as usize);
        Value::text(text.get(from..to.max(from)).unwrap_or_default())
    };
    match (method, arguments) {
        ("toLowerCase", []) => Some(Value::text(&text.to_lowercase())),
        ("toUpperCase", []) => Some(Value::text(&text.to_uppercase())),
        ("toString" | "valueOf", []) => Some(Value::text(text)),
        ("trim", []) => Some(Value::text(text.trim())),
        ("split", [Value::Str(sign)]) if !sign.is_empty() => {
            Some(Value::Array(Rc::new(text.split(sign.as_ref()).map(Value::text).collect())))
        }
        ("concat", more) => {
            let more = more.iter().map(as_text).collect::<Option<Vec<_>>>()?;
            Some(Value::text(&(text.to_owned() + &more.concat())))
        }
        ("charAt", [index]) if plain => at(index).map(|index| cut(index, index + 1)),
        ("substring" | "slice", [from]) if plain => at(from).map(|from| match (method, from < 0) {
            ("slice", true) => cut(length + from, length),
            _ => cut(from, length),
        }),
        ("substring", [from, to]) if plain => {
            let (from, to) = (at(from)?, at(to)?);
            Some(cut(from.min(to), from.max(to)))
        }
        ("indexOf", [Value::Str(part)]) if plain => {
            Some(Value::Number(text.find(part.as_ref()).map_or(-1.0, |at| at as f64)))
        }
        ("lastIndexOf", [Value::Str(part)]) if plain => {
            Some(Value::Number(text.rfind(part.as_ref()).map_or(-1.0, |at| at as f64)))
        }
        // A list written as one text: "a b c".indexOf(host).
        ("indexOf", [Value::Text(_)]) => {
            Some(Value::unknown("where the host stands in this text is not followed", span))
        }
        ("startsWith", [Value::Str(part)]) => Some(Value::Bool(text.starts_with(part.as_ref()))),
        ("endsWith", [Value::Str(part)]) => Some(Value::Bool(text.ends_with(part.as_ref()))),
        ("includes", [Value::Str(part)]) => Some(Value::Bool(text.contains(part.as_ref()))),
        _ => None,
    }
}

fn of_list<'a>(
    run: &mut Run<'a, '_>,
    items: &Rc<Vec<Value<'a>>>,
    method: &str,
    arguments: &[Value<'a>],
    span: oxc_span::Span,
) -> Option<Value<'a>> {
    let place = run.at(span);
    match (method, arguments) {
        ("indexOf" | "includes", [wanted]) => {
            let any = items.iter().fold(constant(false), |any, item| or(any, run.equal(item, wanted, true, place)));
            Some(match method {
                "includes" => tested(any),
                _ => found_at(Found { found: any, at_start: None, of: None }),
            })
        }
        ("join", [Value::Str(sign)]) => {
            let texts = items.iter().map(as_text).collect::<Option<Vec<_>>>()?;
            Some(Value::text(&texts.join(sign)))
        }
        ("concat", [Value::Array(more)]) => {
            Some(Value::Array(Rc::new(items.iter().chain(more.iter()).cloned().collect())))
        }
        // The rest of the items is not asked once one decides.
        ("some" | "every", [Value::Code(code)]) => {
            Some(run.unchanged(span, |run| tested(each(run, items, *code, method == "some", span))))
        }
        ("forEach", [Value::Code(code)]) => {
            each(run, items, *code, true, span);
            Some(Value::Undefined)
        }
        _ => None,
    }
}

/// Whether a function holds of some of the items, or of all.
fn each<'a>(run: &mut Run<'a, '_>, items: &[Value<'a>], code: Code<'a>, some: bool, span: oxc_span::Span) -> Condition {
    let place = run.at(span);
    items.iter().enumerate().fold(constant(!some), |all, (at, item)| {
        let value = run.call(code, vec![item.clone(), Value::Number(at as f64)], span);
        let own = truth(&value, run.stated, place);
        if some { or(all, own) } else { and(all, own) }
    })
}

pub(super) fn found_at<'a>(found: Found) -> Value<'a> {
    Value::Count(Rc::new(Count::Found(Box::new(found))), 0.0)
}
