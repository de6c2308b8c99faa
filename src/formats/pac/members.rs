//! Assignments, and the properties of tables, lists and texts.

use super::calls::address;
use super::patterns;
use super::run::Run;
use super::truth::as_text;
use super::value::{Count, Slice, Table, Text, Value};
use crate::source::Span;
use oxc_ast::ast::{AssignmentExpression, AssignmentOperator, AssignmentTarget, BinaryOperator, Expression};
use std::rc::Rc;

impl<'a> Run<'a, '_> {
    pub fn assignment(&mut self, assignment: &'a AssignmentExpression<'a>) -> Value<'a> {
        let span = assignment.span;
        let right = self.value(&assignment.right);
        let operator = match assignment.operator {
            AssignmentOperator::Assign => None,
            AssignmentOperator::Addition => Some(BinaryOperator::Addition),
            AssignmentOperator::Subtraction => Some(BinaryOperator::Subtraction),
            _ => {
                self.poison("this assignment is not followed", span);
                return Value::Undefined;
            }
        };
        match &assignment.left {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                let name = name.name.as_str();
                let value = match operator {
                    Some(operator) => {
                        let left = self.named(name, span);
                        self.binary(operator, left, right, span)
                    }
                    None => right,
                };
                self.assign(name, value.clone(), span);
                value
            }
            AssignmentTarget::ComputedMemberExpression(member) if operator.is_none() => {
                let key = self.value(&member.expression);
                self.set_member(&member.object, &key, right, span)
            }
            AssignmentTarget::StaticMemberExpression(member) if operator.is_none() => {
                self.set_member(&member.object, &Value::text(member.property.name.as_str()), right, span)
            }
            _ => {
                self.poison("this assignment is not followed", span);
                right
            }
        }
    }

    fn set_member(
        &mut self,
        of: &'a Expression<'a>,
        key: &Value<'a>,
        value: Value<'a>,
        span: oxc_span::Span,
    ) -> Value<'a> {
        let name = if let Expression::Identifier(name) = of { Some(name.name.as_str()) } else { None };
        let done = name.and_then(|name| self.change(name, self.at(span), |object| set(object, key, value.clone())));
        if done != Some(true) {
            self.poison("what is changed here is not followed", span);
        }
        value
    }

    /// Changes the object of a name in its place; `None` if there is no such name.
    pub fn change<T>(&mut self, name: &str, place: Span, change: impl FnOnce(&mut Value<'a>) -> T) -> Option<T> {
        let is_local = self.state.locals.contains_key(name);
        let names = if is_local { &mut self.state.locals } else { &mut self.state.globals };
        let value = Rc::make_mut(names).get_mut(name)?;
        let before = address(value);
        let changed = change(value);
        self.forget_others(before, name, place);
        Some(changed)
    }

    /// A property of a value.
    pub fn member(&mut self, of: &Value<'a>, key: &Value<'a>, span: oxc_span::Span) -> Value<'a> {
        let place = self.at(span);
        let index = |key: &Value<'_>| match key {
            Value::Number(number) => Some(*number),
            Value::Str(text) => text.parse::<u32>().ok().filter(|at| at.to_string() == **text).map(f64::from),
            _ => None,
        };
        match (of, key) {
            (Value::Cases(cases), _) => {
                self.each_case(&cases.clone(), place, |run, value| run.member(&value, key, span))
            }
            (_, Value::Cases(cases)) => self.each_case(&cases.clone(), place, |run, key| run.member(of, &key, span)),
            (Value::Array(items), Value::Str(name)) if name.as_ref() == "length" => Value::Number(items.len() as f64),
            (Value::Array(items), key) if index(key).is_some() => {
                let at = index(key).filter(|at| *at >= 0.0 && at.fract() == 0.0);
                at.and_then(|at| items.get(at as usize).cloned()).unwrap_or(Value::Undefined)
            }
            (Value::Object(items), Value::Str(name)) if !inherited(name) || items.contains_key(name.as_ref()) => {
                items.get(name.as_ref()).cloned().unwrap_or(Value::Undefined)
            }
            (Value::Object(_), Value::Undefined) => self.member(of, &Value::text("undefined"), span),
            (Value::Object(_), Value::Null) => self.member(of, &Value::text("null"), span),
            (Value::Object(items), Value::Number(number)) => {
                items.get(&number.to_string()).cloned().unwrap_or(Value::Undefined)
            }
            (Value::Object(items), Value::Text(text)) => look_up(items, text, place),
            (Value::Str(text), Value::Str(name)) if name.as_ref() == "length" => {
                Value::Number(text.encode_utf16().count() as f64)
            }
            (Value::Text(text), Value::Str(name)) if name.as_ref() == "length" && *text == Text::whole(text.of) => {
                Value::Count(Rc::new(Count::Length(text.clone())), 0.0)
            }
            (Value::Text(text), Value::Number(at)) if *at == 0.0 && text.slice == Slice::Whole => {
                Value::Text(Text { slice: Slice::First(1), ..text.clone() })
            }
            (Value::Unknown(_), _) => of.clone(),
            (Value::Opaque(reason), _) => Value::Unknown(reason.clone()),
            (_, Value::Unknown(_)) => key.clone(),
            (Value::Undefined | Value::Null, _) => {
                self.given_up("clients give the script up here, as there is no such object", span)
            }
            _ => self.unfollowed("this property is not followed", span),
        }
    }
}

fn set<'a>(object: &mut Value<'a>, key: &Value<'a>, value: Value<'a>) -> bool {
    match (object, key) {
        (Value::Object(items), key) => {
            let Some(name) = as_text(key) else { return false };
            Rc::make_mut(items).insert(name, value);
            true
        }
        (Value::Array(items), Value::Number(at)) if *at == items.len() as f64 => {
            Rc::make_mut(items).push(value);
            true
        }
        (Value::Array(items), Value::Number(at)) if *at >= 0.0 && at.fract() == 0.0 && *at < items.len() as f64 => {
            Rc::make_mut(items)[*at as usize] = value;
            true
        }
        _ => false,
    }
}

pub(super) fn push<'a>(array: &mut Value<'a>, more: Vec<Value<'a>>) -> usize {
    let Value::Array(items) = array else { return 0 };
    Rc::make_mut(items).extend(more);
    items.len()
}

/// What every object has, as far as a host can be named so.
fn inherited(name: &str) -> bool {
    matches!(name, "constructor" | "toString" | "valueOf" | "hasOwnProperty") || name.starts_with("__")
}

/// The value that a table has for the host.
fn look_up<'a>(items: &Table<'a>, text: &Text, span: Span) -> Value<'a> {
    let inherited = ["constructor", "__proto__"]
        .iter()
        .filter(|name| !items.contains_key(**name))
        .map(|name| (*name, Value::unknown("every table has an entry of this name", span)));
    let own = items.iter().map(|(name, value)| (name.as_str(), value.clone()));
    own.chain(inherited).fold(Value::Undefined, |otherwise, (name, value)| {
        Value::choose(patterns::equals(text, name, span), value, otherwise, span)
    })
}
