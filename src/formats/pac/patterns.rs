//! Tests of the host or the URL as conditions.
//!
//! A client asks with the URL as its user's program has it, but without path and query where that is `https` (Chrome always,
//! Firefox by default): `https://host/`. So a test of the URL is one of the host, with what stands around it taken off.

use super::value::{Of, Slice, Text, and, constant, not, or};
use crate::hosts::{Domain, HostPattern, Regex, Syntax};
use crate::policy::{Condition, HostTest, Method, OnAddress, Reason, Subject};
use crate::source::Span;
use std::collections::BTreeSet;

/// A piece of a glob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Token {
    Byte(u8),
    One,
    Run,
}

use Token::{Byte, One, Run};

/// A longer glob is not looked into.
const MAX_GLOB: usize = 2_000;

pub(super) fn literal(text: &str) -> Vec<Token> {
    text.bytes().map(Byte).collect()
}

pub(super) fn starting(text: &str) -> Vec<Token> {
    [literal(text), vec![Run]].concat()
}

pub(super) fn ending(text: &str) -> Vec<Token> {
    [vec![Run], literal(text)].concat()
}

pub(super) fn holding(text: &str) -> Vec<Token> {
    [vec![Run], literal(text), vec![Run]].concat()
}

pub(super) fn of_length(length: usize) -> Vec<Token> {
    vec![One; length]
}

/// A pattern of `shExpMatch`; `None` where implementations differ, which turn it into a regular expression or do not.
pub(super) fn shell(pattern: &str) -> Option<Vec<Token>> {
    let plain = !pattern.bytes().any(|byte| b"[](){}|+^$\\".contains(&byte));
    let token = |byte| match byte {
        b'*' => Run,
        b'?' => One,
        byte => Byte(byte),
    };
    plain.then(|| pattern.bytes().map(token).collect())
}

/// Whether a text equals another.
pub(super) fn equals(text: &Text, other: &str, span: Span) -> Condition {
    let length = other.len();
    let whole = |tokens: &[Token]| matches(&Text { slice: Slice::Whole, ..text.clone() }, tokens, span);
    // A slice of a text that is shorter than the slice is all of it.
    let short = |wanted: usize| if length < wanted { whole(&literal(other)) } else { Condition::never() };
    match text.slice {
        Slice::Whole => whole(&literal(other)),
        Slice::First(count) if count == length => whole(&starting(other)),
        Slice::Last(count) if count == length => whole(&ending(other)),
        Slice::First(count) | Slice::Last(count) => short(count),
        Slice::From(count) if other.is_empty() => {
            (0..=count).fold(Condition::never(), |any, length| or(any, whole(&of_length(length))))
        }
        Slice::From(count) => whole(&[of_length(count), literal(other)].concat()),
    }
}

/// Whether a whole text matches a glob.
pub(super) fn matches(text: &Text, tokens: &[Token], span: Span) -> Condition {
    if text.slice != Slice::Whole || tokens.len() > MAX_GLOB {
        return unknown("this part of the text is not followed", span);
    }
    let around = |before: &str, after: &[Token]| {
        let before = format!("{}{before}", text.before);
        let after = [after, &literal(&text.after)].concat();
        hosts(tokens, &before, &after)
    };
    match text.of {
        Of::Host => around("", &[]),
        Of::Url => {
            let tls = around("https://", &[Byte(b'/')]);
            let (certain, possible) = (around("http://", &[Byte(b'/')]), around("http://", &[Byte(b'/'), Run]));
            let certain =
                if tokens.last() == Some(&Run) && text.after.is_empty() { certain } else { Condition::never() };
            let path = unknown("the path of the request is not known", span);
            let plain = or(certain, and(path, possible));
            by_scheme(tls, plain, span)
        }
    }
}

/// `tls` for `https` on its own port, `plain` for `http` on its own.
fn by_scheme(tls: Condition, plain: Condition, span: Span) -> Condition {
    let on = |method, port| and(Condition::Method(method), Condition::Port(vec![(port, port)]));
    if tls == plain && matches!(&tls, Condition::All(parts) | Condition::Any(parts) if parts.is_empty()) {
        return tls;
    }
    let known = or(on(Method::Connect, 443), on(Method::Get, 80));
    let other = and(not(known), unknown("the URL on another port is not known", span));
    or(or(and(on(Method::Connect, 443), tls), and(on(Method::Get, 80), plain)), other)
}

fn unknown(text: &str, span: Span) -> Condition {
    Condition::Unknown(Reason::new(text).at(span))
}

/// The hosts that match the glob with `before` and `after` around them.
fn hosts(tokens: &[Token], before: &str, after: &[Token]) -> Condition {
    let starts = before.bytes().fold(closed(tokens, [0].into()), |places, byte| step(tokens, &places, byte));
    let turned: Vec<Token> = tokens.iter().rev().copied().collect();
    let ends = after.iter().rev().fold(closed(&turned, [0].into()), |places, token| match token {
        Byte(byte) => step(&turned, &places, *byte),
        _ => (places.iter().min().copied().unwrap_or(tokens.len() + 1)..=tokens.len()).collect(),
    });
    let ends: BTreeSet<usize> = ends.into_iter().map(|end| tokens.len() - end).collect();
    let mut globs: BTreeSet<&[Token]> = BTreeSet::new();
    for &start in &starts {
        globs.extend(ends.iter().filter(|&&end| start <= end).map(|&end| &tokens[start..end]));
    }
    if globs.contains(&[Run][..]) {
        return Condition::always();
    }
    globs.into_iter().fold(Condition::never(), |any, glob| or(any, host(glob)))
}

/// The places with those that lie behind runs, which may be empty.
fn closed(tokens: &[Token], places: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut all = places.clone();
    for place in places {
        let mut at = place;
        while tokens.get(at) == Some(&Run) {
            at += 1;
            all.insert(at);
        }
    }
    all
}

fn step(tokens: &[Token], places: &BTreeSet<usize>, byte: u8) -> BTreeSet<usize> {
    let next = places.iter().filter_map(|&place| match tokens.get(place)? {
        Byte(own) if *own == byte => Some(place + 1),
        One => Some(place + 1),
        Run => Some(place),
        Byte(_) => None,
    });
    closed(tokens, next.collect())
}

/// The hosts that match a glob.
fn host(glob: &[Token]) -> Condition {
    let in_host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.:[]".contains(&byte);
    if glob.is_empty() || glob.iter().any(|token| matches!(token, Byte(byte) if !in_host(*byte))) {
        return Condition::never();
    }
    let text = |glob: &[Token]| -> Option<String> {
        glob.iter().map(|token| if let Byte(byte) = token { Some(char::from(*byte)) } else { None }).collect()
    };
    let written = || {
        let sign = |token: &Token| match token {
            Byte(byte) => char::from(*byte),
            One => '?',
            Run => '*',
        };
        glob.iter().map(sign).collect::<String>()
    };
    let suffix = glob.strip_prefix(&[Run]).and_then(text).filter(|rest| rest.trim_matches('.').contains('.'));
    let pattern = match (text(glob), suffix) {
        (Some(name), _) => HostPattern::Exact(name),
        (None, Some(suffix)) => match suffix.strip_prefix('.') {
            Some(base) => HostPattern::Domain(Domain::below(base)),
            None => HostPattern::Domain(Domain { neighbours: crate::hosts::Tri::Yes, ..Domain::and_below(suffix) }),
        },
        _ => HostPattern::Glob(written()),
    };
    test(pattern)
}

fn test(pattern: HostPattern) -> Condition {
    Condition::Host(HostTest { pattern, subject: Subject::Host, on_address: OnAddress::AsText, maybe: None })
}

/// Whether a regular expression is found in a text.
pub(super) fn expression(text: &Text, pattern: &str, ignore_case: bool, span: Span) -> Condition {
    if *text != Text::whole(Of::Host) {
        return unknown("a regular expression on more than the host is not followed", span);
    }
    if pattern.contains("[:") {
        return unknown("clients know no classes like `[:alpha:]`", span);
    }
    match Regex::parse(Syntax::Perl, pattern, ignore_case) {
        Ok(regex) => test(HostPattern::Regex(regex)),
        Err(why) => unknown(&format!("the expression is not decided: {why}"), span),
    }
}

/// Whether the host has from `least` to `most` dots.
pub(super) fn dots(text: &Text, least: usize, most: Option<usize>, span: Span) -> Condition {
    /// More dots than this no name has.
    const MAX: usize = 127;
    if most.is_some_and(|most| most < least) || least > MAX {
        return constant(false);
    }
    let most = most.filter(|most| *most < MAX).map(|most| most.to_string()).unwrap_or_default();
    expression(text, &format!("^[^.]*(\\.[^.]*){{{least},{most}}}$"), false, span)
}
