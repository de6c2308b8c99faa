//! Where a value counts as true.

use super::operators::counted;
use super::patterns;
use super::value::{Case, Cases, Of, Slice, Text, Value, and, constant, is_always, is_never, not, or};
use crate::policy::{Condition, Reason};
use crate::source::Span;
use crate::stated::Stated;
use oxc_ast::ast::BinaryOperator;
use std::rc::Rc;

/// Values that depend on more conditions than this are not taken apart.
pub(super) const MAX_CASES: usize = 200;

pub(super) const DNS: &str = "it depends on what DNS says, which can be stated";
pub(super) const CLIENT: &str = "it depends on the client's own address";
pub(super) const TIME: &str = "it depends on the time, which can be stated";

pub(super) fn unknown(text: &str, span: Span) -> Condition {
    Condition::Unknown(Reason::new(text).at(span))
}

pub(super) fn tested<'a>(condition: Condition) -> Value<'a> {
    match condition {
        condition if is_always(&condition) => Value::Bool(true),
        condition if is_never(&condition) => Value::Bool(false),
        condition => Value::Test(Rc::new(condition)),
    }
}

/// Where a value counts as true.
pub(super) fn truth(value: &Value<'_>, stated: &Stated, span: Span) -> Condition {
    match value {
        Value::Undefined | Value::Null => constant(false),
        Value::Bool(holds) => constant(*holds),
        Value::Number(number) => constant(*number != 0.0 && !number.is_nan()),
        Value::Str(text) => constant(!text.is_empty()),
        Value::Array(_) | Value::Object(_) | Value::Regex(..) | Value::Code(_) | Value::Opaque(_) | Value::Now => {
            constant(true)
        }
        Value::Text(text) if text.slice == Slice::Whole => constant(true),
        Value::Text(text) => not(patterns::equals(text, "", span)),
        Value::Test(condition) => condition.as_ref().clone(),
        Value::Count(count, offset) => counted(count, BinaryOperator::Equality, -offset, span)
            .map_or_else(|| unknown("this number is not followed", span), not),
        Value::Address(whose, _) => whose.exists(stated, span),
        Value::Unknown(reason) => Condition::Unknown(reason.as_ref().clone()),
        Value::Cases(cases) => true_cases(cases, stated, span),
    }
}

fn true_cases(cases: &Cases<'_>, stated: &Stated, span: Span) -> Condition {
    let mut all = truth(&cases.otherwise, stated, span);
    let mut turns = 0;
    let mut last = None;
    for Case { when, value, .. } in &cases.list {
        let own = truth(value, stated, span);
        let now = is_always(&own);
        turns += usize::from(last.is_some_and(|last| last != now));
        last = Some(now);
        if turns > MAX_CASES {
            return unknown("it depends on too many conditions", span);
        }
        all = match (now, is_never(&own)) {
            (true, _) => or(all, when.clone()),
            (_, true) => and(all, not(when.clone())),
            _ => or(and(when.clone(), own), and(not(when.clone()), all)),
        };
    }
    all
}

pub(super) fn is_number(value: &Value<'_>) -> bool {
    matches!(value, Value::Number(_))
}

pub(super) fn as_text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_string()),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => Some((*number as i64).to_string()),
        Value::Bool(holds) => Some(holds.to_string()),
        _ => None,
    }
}

/// What strict comparison tells apart.
pub(super) fn kind(value: &Value<'_>) -> Option<u8> {
    match value {
        Value::Bool(_) | Value::Test(_) => Some(0),
        Value::Number(_) | Value::Count(..) => Some(1),
        Value::Str(_) | Value::Text(_) => Some(2),
        Value::Array(_) | Value::Object(_) | Value::Code(_) | Value::Regex(..) | Value::Opaque(_) => Some(3),
        _ => None,
    }
}

/// Whether a value is the host itself.
pub(super) fn is_host(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(text) if *text == Text::whole(Of::Host))
}

/// Whether a table has an entry, given what it has there.
pub(super) fn present<'a>(found: &Value<'a>, span: Span) -> Value<'a> {
    match found {
        Value::Undefined => Value::Bool(false),
        Value::Unknown(_) => found.clone(),
        Value::Cases(cases) => {
            let none = matches!(cases.otherwise, Value::Undefined);
            let start = if none { Value::Bool(false) } else { Value::Bool(true) };
            cases.list.iter().fold(start, |otherwise, case| {
                Value::choose(case.when.clone(), present(&case.value, span), otherwise, span)
            })
        }
        _ => Value::Bool(true),
    }
}
