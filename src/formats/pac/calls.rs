//! Functions of the script, walked where they are called.

use super::run::{Frame, MAX_DEPTH, Names, Run};
use super::value::{Case, Cases, Code, Value, is_always};
use crate::source::Span;
use oxc_ast::ast::{ArrowFunctionBody, BindingPattern};
use std::collections::BTreeMap;
use std::rc::Rc;

impl<'a> Run<'a, '_> {
    /// Walks a function with these arguments; what it returns.
    pub fn call(&mut self, code: Code<'a>, arguments: Vec<Value<'a>>, span: oxc_span::Span) -> Value<'a> {
        let (list, otherwise) = self.ways(code, arguments, span);
        returned(list, otherwise)
    }

    /// The same in first-match order, and what it comes to where nothing is returned.
    pub fn ways(
        &mut self,
        code: Code<'a>,
        arguments: Vec<Value<'a>>,
        span: oxc_span::Span,
    ) -> (Vec<Case<'a>>, Value<'a>) {
        let place = self.at(span);
        if self.frames.len() > MAX_DEPTH || !self.step(span) {
            let text = "functions call each other too deep here";
            self.lost.push(place);
            return (Vec::new(), Value::unknown(text, place));
        }
        let (params, plain, own) = match code {
            Code::Function(function) => (&function.params, !function.generator && !function.r#async, function.span),
            Code::Arrow(arrow) => (&arrow.params, !arrow.r#async, arrow.span),
        };
        let names = params.items.iter().map(|item| match &item.pattern {
            BindingPattern::BindingIdentifier(name) if item.initializer.is_none() => Some(name.name.as_str()),
            _ => None,
        });
        let names: Option<Vec<&'a str>> = names.collect();
        let within = |frame: &Frame<'a>| frame.code.is_some_and(|code| code.start < own.start && own.end <= code.end);
        let is_inner = self.frames.last().is_some_and(within);
        let followed = plain && params.rest.is_none() && (is_inner || !self.frames.iter().any(within));
        let Some(names) = names.filter(|_| followed) else {
            self.poison("this kind of function is not followed", span);
            return (Vec::new(), Value::unknown("this kind of function is not followed", place));
        };
        let mut values = arguments.iter().cloned();
        let mut locals = if is_inner { self.state.locals.as_ref().clone() } else { BTreeMap::new() };
        locals.extend(names.iter().map(|name| (*name, values.next().unwrap_or(Value::Undefined))));
        let outer = std::mem::replace(&mut self.state.locals, Rc::new(locals));
        let globals = self.state.globals.clone();
        self.frames.push(Frame { code: Some(own), ..Frame::default() });
        let (goes_on, value) = self.body(code);
        let frame = self.frames.pop().unwrap_or_default();
        let inner = std::mem::replace(&mut self.state.locals, outer);
        for (name, argument) in names.iter().zip(&arguments) {
            if inner.get(name).is_none_or(|value| !value.same(argument)) {
                self.forget_others(address(argument), "", place);
            }
        }
        if is_inner {
            self.forget_set(&inner, &names, place);
        }
        let conditional = frame.returned.iter().any(|case| !is_always(&case.when));
        if conditional && !Rc::ptr_eq(&globals, &self.state.globals) {
            self.forget(&globals, place);
        }
        (frame.returned, if goes_on { value } else { Value::Undefined })
    }

    /// What an inner function set of the outer one's names is not followed.
    fn forget_set(&mut self, inner: &Names<'a>, own: &[&str], span: Span) {
        let set = |name: &str, old: &Value<'a>| inner.get(name).is_none_or(|value| !value.same(old));
        let unknown = Value::unknown("whether the function within sets it is not followed", span);
        for (name, value) in Rc::make_mut(&mut self.state.locals) {
            if !own.contains(name) && set(name, value) {
                *value = unknown.clone();
            }
        }
    }

    /// A list or an object that has other names is changed under them as well, which is not followed.
    pub fn forget_others(&mut self, changed: Option<usize>, changer: &str, span: Span) {
        let Some(changed) = changed else { return };
        let unknown = Value::unknown("it was changed under another name", span);
        for names in [&mut self.state.locals, &mut self.state.globals] {
            let is_other = |(name, value): &(&&str, &Value<'a>)| **name != changer && address(value) == Some(changed);
            let others: Vec<&'a str> = names.iter().filter(is_other).map(|(name, _)| *name).collect();
            for name in others {
                Rc::make_mut(names).insert(name, unknown.clone());
            }
        }
    }

    fn body(&mut self, code: Code<'a>) -> (bool, Value<'a>) {
        match code {
            Code::Function(function) => {
                let statements = function.body.as_ref().map_or(&[][..], |body| &body.statements);
                (self.statements(statements), Value::Undefined)
            }
            Code::Arrow(arrow) => match &arrow.body {
                ArrowFunctionBody::FunctionBody(body) => (self.statements(&body.statements), Value::Undefined),
                other => (true, other.as_expression().map_or(Value::Undefined, |expression| self.value(expression))),
            },
        }
    }

    /// Which of the names that a function sets are set depends on where it returned.
    fn forget(&mut self, before: &Names<'a>, span: Span) {
        let unknown = Value::unknown("whether the function sets it depends on where it returned", span);
        for (name, value) in Rc::make_mut(&mut self.state.globals) {
            if before.get(name).is_none_or(|old| !old.same(value)) {
                *value = unknown.clone();
            }
        }
    }
}

/// What tells one list or object from another that is the same.
pub(super) fn address(value: &Value<'_>) -> Option<usize> {
    match value {
        Value::Array(items) => Some(Rc::as_ptr(items).addr()),
        Value::Object(items) => Some(Rc::as_ptr(items).addr()),
        _ => None,
    }
}

/// What a call comes to: the first that it returned counts.
fn returned<'a>(list: Vec<Case<'a>>, otherwise: Value<'a>) -> Value<'a> {
    let mut cases = Vec::new();
    let mut last = otherwise;
    for case in list {
        if is_always(&case.when) {
            last = case.value;
            break;
        }
        cases.push(case);
    }
    if cases.is_empty() {
        return last;
    }
    cases.reverse();
    Value::Cases(Rc::new(Cases { list: cases, otherwise: last }))
}
