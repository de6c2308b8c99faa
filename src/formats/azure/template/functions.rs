//! The functions of template expressions that need nothing but their arguments.
//!
//! Source: "ARM template functions" (learn.microsoft.com/azure/azure-resource-manager/templates/template-functions) and its
//! pages of array, comparison, logical, numeric, resource and string functions.

use super::Resolved;
use crate::syntax::json::{Json, Kind};

/// A text or a list that grows beyond is not read.
const MAX_SIZE: usize = 65_536;

/// What a call gives; `None` for what is not known here, or hangs on something unknown.
pub(super) fn call<'a>(function: &str, mut arguments: Vec<Resolved<'a>>) -> Option<Resolved<'a>> {
    match (function, &mut arguments[..]) {
        ("if", [condition, yes, no]) => {
            Some(std::mem::replace(if truth(condition)? { yes } else { no }, Resolved::Bool(true)))
        }
        ("and", all) => logical(all, false),
        ("or", all) => logical(all, true),
        ("not", [value]) => Some(Resolved::Bool(!truth(value)?)),
        ("true", []) => Some(Resolved::Bool(true)),
        ("false", []) => Some(Resolved::Bool(false)),
        ("equals", [a, b]) => Some(Resolved::Bool(equal(a, b)?)),
        ("concat", all) => concat(all),
        ("createarray", all) => Some(Resolved::List(all.to_vec())),
        ("split", [text, by]) => {
            let (text, by) = (text.text()?, by.text().filter(|by| !by.is_empty())?);
            Some(Resolved::List(text.split(&by).map(|piece| Resolved::Text(piece.to_owned())).collect()))
        }
        ("length", [whole]) => length(whole).and_then(|length| i64::try_from(length).ok()).map(Resolved::Number),
        ("add", [a, b]) => number(a)?.checked_add(number(b)?).map(Resolved::Number),
        ("sub", [a, b]) => number(a)?.checked_sub(number(b)?).map(Resolved::Number),
        ("mul", [a, b]) => number(a)?.checked_mul(number(b)?).map(Resolved::Number),
        ("int", [value]) => number(value).map(Resolved::Number),
        ("string", [value @ (Resolved::Text(_) | Resolved::Number(_))]) => value.text().map(Resolved::Text),
        ("tolower", [value]) => value.text().map(|text| Resolved::Text(text.to_lowercase())),
        ("toupper", [value]) => value.text().map(|text| Resolved::Text(text.to_uppercase())),
        ("trim", [value]) => value.text().map(|text| Resolved::Text(text.trim().to_owned())),
        ("format", all) => format(&texts(all)?).map(Resolved::Text),
        ("resourceid", all) => resource_id(&texts(all)?).map(Resolved::Text),
        _ => None,
    }
}

fn truth(value: &Resolved<'_>) -> Option<bool> {
    match value {
        Resolved::Bool(value) => Some(*value),
        Resolved::Json(Json { kind: Kind::Bool(value), .. }) => Some(*value),
        _ => None,
    }
}

/// `and` ends with the first false value, `or` with the first true one.
fn logical<'a>(values: &[Resolved<'a>], ends: bool) -> Option<Resolved<'a>> {
    let values: Vec<Option<bool>> = values.iter().map(truth).collect();
    if values.contains(&Some(ends)) {
        return Some(Resolved::Bool(ends));
    }
    values.iter().all(Option::is_some).then_some(Resolved::Bool(!ends))
}

/// Texts are compared with their case; values of two types are left open.
fn equal(a: &Resolved<'_>, b: &Resolved<'_>) -> Option<bool> {
    if let (Some(a), Some(b)) = (truth(a), truth(b)) {
        return Some(a == b);
    }
    let text = |value: &Resolved<'_>| match value {
        Resolved::Text(text) => Some(text.clone()),
        Resolved::Json(json) => json.as_str().map(str::to_owned),
        _ => None,
    };
    match (text(a), text(b)) {
        (Some(a), Some(b)) => Some(a == b),
        _ => match (a, b) {
            (Resolved::Number(_) | Resolved::Json(_), Resolved::Number(_) | Resolved::Json(_)) => {
                Some(written_number(a)? == written_number(b)?)
            }
            _ => None,
        },
    }
}

/// Texts make a text, lists a list.
fn concat<'a>(all: &[Resolved<'a>]) -> Option<Resolved<'a>> {
    if let Some(texts) = texts(all) {
        let text = texts.concat();
        return (text.len() <= MAX_SIZE).then_some(Resolved::Text(text));
    }
    let mut items = Vec::new();
    for list in all {
        items.extend(listed(list)?);
    }
    (items.len() <= MAX_SIZE).then_some(Resolved::List(items))
}

fn listed<'a>(value: &Resolved<'a>) -> Option<Vec<Resolved<'a>>> {
    match value {
        Resolved::List(items) => Some(items.clone()),
        Resolved::Json(json) if json.is_array() => Some(json.items().iter().map(Resolved::Json).collect()),
        _ => None,
    }
}

fn length(value: &Resolved<'_>) -> Option<usize> {
    match value {
        Resolved::Text(text) => Some(text.chars().count()),
        other => listed(other).map(|items| items.len()),
    }
}

fn number(value: &Resolved<'_>) -> Option<i64> {
    value.text()?.parse().ok()
}

fn written_number(value: &Resolved<'_>) -> Option<i64> {
    match value {
        Resolved::Json(Json { kind: Kind::Number(text), .. }) => text.parse().ok(),
        Resolved::Number(number) => Some(*number),
        _ => None,
    }
}

fn texts(all: &[Resolved<'_>]) -> Option<Vec<String>> {
    all.iter().map(Resolved::text).collect()
}

/// `('Microsoft.Network/a/b', 'x', 'y')` is `/providers/Microsoft.Network/a/x/b/y`; a subscription and a resource group may
/// stand before the type.
fn resource_id(arguments: &[String]) -> Option<String> {
    let at = arguments.iter().position(|argument| argument.contains('/'))?;
    let (scope, path) = arguments.split_at(at);
    let (kind, names) = path.split_first()?;
    let (provider, kinds) = kind.split_once('/')?;
    let kinds: Vec<&str> = kinds.split('/').collect();
    let scope = scope.last().map(|group| format!("/resourceGroups/{group}")).unwrap_or_default();
    let pairs: String = kinds.iter().zip(names).map(|(kind, name)| format!("/{kind}/{name}")).collect();
    (kinds.len() == names.len()).then(|| format!("{scope}/providers/{provider}{pairs}"))
}

/// What `format` makes of a text with `{0}` in it and the texts that follow; `None` for any other placeholder.
fn format(arguments: &[String]) -> Option<String> {
    let (pattern, values) = arguments.split_first().filter(|(pattern, _)| !pattern.contains("}}"))?;
    let mut pieces = pattern.split('{');
    let mut text = pieces.next()?.to_owned();
    for piece in pieces {
        let (number, rest) = piece.split_once('}')?;
        text += values.get(number.parse::<usize>().ok()?)?;
        text += rest;
        if text.len() > MAX_SIZE {
            return None;
        }
    }
    Some(text)
}
