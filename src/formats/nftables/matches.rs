//! Expressions that a packet is compared by.

use super::notes::Notes;
use super::tokens::Token;
use super::tree::Table;
use super::values::{Field, ports, unknown};
use crate::addresses::{AddressSet, Family};
use crate::formats::netfilter::Seen;
use crate::policy::Condition;
use crate::problem::{Problem, quote};
use std::net::Ipv4Addr;

/// What rules are read in.
pub(super) struct Context<'a> {
    pub table: &'a Table,
    /// The interfaces as the hook knows them.
    pub comes: Seen,
    pub leaves: Seen,
    pub tracking: Tracking,
    /// What rules may take out of tracking.
    pub untracked: Condition,
    pub notes: &'a mut Notes,
}

/// Whether the connection of a packet is known where the rules stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracking {
    Done,
    /// Every packet counts as `invalid` (`nft_ct_get_eval`, net/netfilter/nft_ct.c).
    Before,
    /// A rule may take traffic out of tracking.
    Open,
}

/// What the fields are compared with, from the words behind them, and where the next expression begins.
pub(super) fn compared(
    fields: &[Field],
    words: &[Token],
    mut at: usize,
    context: &mut Context<'_>,
) -> Option<(Condition, usize)> {
    let operator = words.get(at).map_or("", |word| word.text.as_str());
    let not = ["!=", "!", "ne"].contains(&operator);
    if ["<", ">", "<=", ">=", "lt", "gt", "le", "ge"].contains(&operator) {
        let value = words.get(at + 1)?;
        return Some((bounded(fields, operator, value), at + 2));
    }
    if ["&", "and"].contains(&operator) {
        return masked(fields, words, at + 1);
    }
    if not || ["==", "eq"].contains(&operator) {
        at += 1;
    }
    let (test, next, values) = values(fields, words, at, context)?;
    let lists_flags =
        values > 1 && not && matches!(fields, [Field::State(..)]) && !words.get(at).is_some_and(|word| word.is("{"));
    let test = match lists_flags {
        true if test_may_hold(&test) => unknown("`!=` before several states is not certain", &words[at..next]),
        _ if not => test.negate(),
        _ => test,
    };
    let needs = fields.iter().map(Field::needs);
    Some((Condition::All(needs.chain([test]).collect()), next))
}

/// `ip daddr & 255.255.0.0 == 20.60.0.0`, `meta mark & 0xff != 0x1`, from the mask on.
fn masked(fields: &[Field], words: &[Token], at: usize) -> Option<(Condition, usize)> {
    let (mask, operator) = (words.get(at)?, words.get(at + 1)?);
    let compares = ["==", "eq", "!=", "ne"].iter().any(|sign| operator.is(sign));
    let value = words.get(at + 1 + usize::from(compares))?;
    let end = at + 2 + usize::from(compares);
    let goes_on = words.get(end).is_some_and(|next| [",", "-", "/", "|", "&", "^"].iter().any(|sign| next.is(sign)));
    let is_one = [mask, value].iter().all(|word| word.text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'.'));
    if goes_on || !is_one {
        return None;
    }
    let wildcard = || {
        let (address, mask) = (value.text.parse::<Ipv4Addr>().ok()?, u32::from(mask.text.parse::<Ipv4Addr>().ok()?));
        // What lies outside of the mask is 0 in every packet.
        let is_possible = u32::from(address) & !mask == 0;
        let set = AddressSet::from_wildcard(address, Ipv4Addr::from(!mask)).ok()?;
        Some(if is_possible { set } else { AddressSet::empty() })
    };
    let test = match (fields, wildcard()) {
        ([Field::Source(Family::V4)], Some(set)) => Condition::Source(set),
        ([Field::Destination(Family::V4)], Some(set)) => Condition::destination(set),
        _ => unknown("the comparison under a mask cannot be told", &words[at..end]),
    };
    let test = if operator.is("!=") || operator.is("ne") { test.negate() } else { test };
    Some((Condition::All(fields.iter().map(Field::needs).chain([test]).collect()), end))
}

fn test_may_hold(test: &Condition) -> bool {
    matches!(test, Condition::Any(parts) if parts.iter().any(|part| *part != Condition::never()))
}

fn bounded(fields: &[Field], operator: &str, value: &Token) -> Condition {
    let words = std::slice::from_ref(value);
    let range = ports(&value.text).map(|(port, _)| match operator {
        "<" | "lt" => (port > 0).then(|| (0, port - 1)),
        ">" | "gt" => (port < u16::MAX).then(|| (port + 1, u16::MAX)),
        "<=" | "le" => Some((0, port)),
        _ => Some((port, u16::MAX)),
    });
    match (fields, range) {
        ([field @ Field::DestinationPort(_)], Some(range)) => {
            Condition::All(vec![field.needs(), Condition::Port(range.into_iter().collect())])
        }
        _ => unknown("the comparison is not understood", words),
    }
}

/// The condition, where the words behind the values begin, and how many values there are.
fn values(
    fields: &[Field],
    words: &[Token],
    at: usize,
    context: &mut Context<'_>,
) -> Option<(Condition, usize, usize)> {
    let first = words.get(at)?;
    if first.is("{") {
        let end = closing(words, at);
        let elements = split(&words[at + 1..end], ",");
        return Some((elements_test(fields, &elements), end + 1, elements.len()));
    }
    if let Some(name) = first.text.strip_prefix('@') {
        return Some((named(fields, name, first, context), at + 1, 1));
    }
    let mut end = at + 1;
    while words.get(end).is_some_and(|word| [".", ",", "-"].contains(&word.text.as_str())) {
        end += 2;
    }
    let end = end.min(words.len());
    let masked = words.get(end).is_some_and(|word| ["/", "|", "^", "&"].contains(&word.text.as_str()));
    if masked || ["&", "|", "^", "(", "and", "or", "xor"].contains(&first.text.as_str()) {
        return None;
    }
    let elements = split(&words[at..end], ",");
    Some((elements_test(fields, &elements), end, elements.len()))
}

/// Where the brace closes that opens here.
pub(super) fn closing(words: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate().skip(open) {
        if word.is("{") {
            depth += 1;
        } else if word.is("}") {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    words.len()
}

/// The parts between a sign. Sets within sets, where a name stands for one, count as their elements.
pub(super) fn split<'a>(words: &'a [Token], sign: &str) -> Vec<&'a [Token]> {
    words
        .split(|word| word.is(sign) || word.is("{") || word.is("}"))
        .filter(|part| part.iter().any(|word| !word.is_end()))
        .collect()
}

/// The elements of a set that is named.
fn named(fields: &[Field], name: &str, at: &Token, context: &mut Context<'_>) -> Condition {
    let words = std::slice::from_ref(at);
    let Some(set) = context.table.sets.get(name) else {
        let message = format!("The set `{}` is used, but it is not in the paste.", quote(name));
        let hint = "Paste the whole ruleset: `nft list ruleset`.";
        context.notes.tell(Problem::warning("missing-set", message).at(at.span).hint(hint));
        return unknown(&format!("the set `{}` is not in the paste", quote(name)), words);
    };
    if set.changes {
        return unknown(&format!("what the set `{}` holds changes with time or traffic", quote(name)), words);
    }
    if set.elements.is_empty() {
        let text = "holds no elements in the paste; `nft -t` leaves them out, and programs may fill it";
        return unknown(&format!("the set `{}` {text}", quote(name)), words);
    }
    elements_test(fields, &split(&set.elements, ","))
}

/// Whether the fields have the values of some element.
pub(super) fn elements_test(fields: &[Field], elements: &[&[Token]]) -> Condition {
    let (lasting, passing): (Vec<&[Token]>, Vec<&[Token]>) = elements.iter().partition(|element| !passes(element));
    let mut parts = match fields {
        [field] => vec![field.any(&lasting.into_iter().map(bare).collect::<Vec<_>>())],
        _ => lasting.into_iter().map(|element| joined(fields, bare(element))).collect(),
    };
    for element in passing {
        let open = unknown("the element is there for a time only", element);
        parts.push(Condition::All(vec![joined(fields, bare(element)), open]));
    }
    match (parts.len(), &parts[..]) {
        (1, [Condition::Any(_)]) => parts.remove(0),
        _ => Condition::Any(parts),
    }
}

fn joined(fields: &[Field], element: &[Token]) -> Condition {
    let values = split(element, ".");
    if element.len() == 1 && element[0].is("*") {
        return Condition::always();
    }
    if values.len() != fields.len() {
        return unknown("the element has not the parts of the expression", element);
    }
    Condition::All(fields.iter().zip(values).map(|(field, value)| field.any(&[value])).collect())
}

fn passes(element: &[Token]) -> bool {
    element.iter().any(|word| word.is("timeout") || word.is("expires"))
}

/// An element without what is said about it.
fn bare(element: &[Token]) -> &[Token] {
    let about = ["timeout", "expires", "counter", "comment", "limit", "quota", "last"];
    let start = element.iter().position(|word| !word.is_end()).unwrap_or(0);
    let said = |word: &Token| about.contains(&word.text.as_str()) || word.is_end();
    let length = element[start..].iter().position(said).unwrap_or(element.len() - start);
    &element[start..start + length]
}
