//! Functions of the script, walked where they are called.

use super::run::{Frame, MAX_DEPTH, Names, Run, State};
use super::value::{Case, Cases, Code, Value, is_always};
use crate::policy::Condition;
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
            self.poison("functions call each other too deep here", span);
            return (Vec::new(), Value::unknown("functions call each other too deep here", place));
        }
        let (params, plain) = match code {
            Code::Function(function) => (&function.params, !function.generator && !function.r#async),
            Code::Arrow(arrow) => (&arrow.params, !arrow.r#async),
        };
        let names = params.items.iter().map(|item| match &item.pattern {
            BindingPattern::BindingIdentifier(name) if item.initializer.is_none() => Some(name.name.as_str()),
            _ => None,
        });
        let names: Option<Vec<&'a str>> = names.collect();
        let own = code.span();
        let within = |frame: &Frame<'a>| frame.code.is_some_and(|code| code.start < own.start && own.end <= code.end);
        let is_inner = self.frames.last().is_some_and(within);
        // What a function within another sees is known while that one is walked.
        let followed = plain && params.rest.is_none() && (is_inner || !self.nested.contains(&own.start));
        let Some(names) = names.filter(|_| followed) else {
            self.poison("this kind of function is not followed", span);
            return (Vec::new(), Value::unknown("this kind of function is not followed", place));
        };
        let mut values = arguments.iter().cloned();
        let own_name = match code {
            Code::Function(function) if function.is_expression() => function.id.as_ref().map(|name| name.name.as_str()),
            _ => None,
        };
        let mut locals = if is_inner { self.state.locals.as_ref().clone() } else { BTreeMap::new() };
        locals.extend(own_name.map(|name| (name, Value::Code(code))));
        locals.extend(names.iter().map(|name| (*name, values.next().unwrap_or(Value::Undefined))));
        let outer = std::mem::replace(&mut self.state.locals, Rc::new(locals));
        let globals = self.state.globals.clone();
        self.frames.push(Frame { code: Some(own), ..Frame::default() });
        let (declared, goes_on, value) = self.body(code, &names);
        let mut frame = self.frames.pop().unwrap_or_default();
        // Where the end is not reached, the last return takes what no other takes.
        if let Some(last) = frame.returned.last_mut().filter(|_| !goes_on) {
            last.when = Condition::always();
        }
        self.end(goes_on, frame.ends, place);
        let inner = std::mem::replace(&mut self.state.locals, outer);
        if is_inner {
            self.keep_set(&inner, &[names.as_slice(), &declared, own_name.as_slice()].concat());
        }
        self.forget_changed(&names, &arguments, &inner, &globals, place);
        frame.lost.into_iter().for_each(|case| self.lose(case.when, case.value, case.span));
        (frame.returned, if goes_on { value } else { Value::Undefined })
    }

    /// The names as they are after a function: those of the way that it took.
    fn end(&mut self, mut goes_on: bool, ends: Vec<(Condition, State<'a>)>, span: Span) {
        for (when, state) in ends.into_iter().rev() {
            match goes_on {
                true => self.join(when, state, span),
                false => self.state = state,
            }
            goes_on = true;
        }
    }

    /// What an inner function set of the outer one's names.
    fn keep_set(&mut self, inner: &Names<'a>, own: &[&str]) {
        let changed = |(name, value): &(&&'a str, &Value<'a>)| {
            !own.contains(name) && inner.get(*name).is_some_and(|inner| !inner.same(value))
        };
        let set: Vec<&'a str> = self.state.locals.iter().filter(changed).map(|(name, _)| *name).collect();
        for name in set {
            if let Some(value) = inner.get(name) {
                Rc::make_mut(&mut self.state.locals).insert(name, value.clone());
            }
        }
    }

    /// Lists and objects that a function changed, as its parameters or as names of the script, have other names here.
    fn forget_changed(
        &mut self,
        names: &[&str],
        arguments: &[Value<'a>],
        inner: &Names<'a>,
        globals: &Names<'a>,
        span: Span,
    ) {
        for (name, argument) in names.iter().zip(arguments) {
            if inner.get(name).is_none_or(|value| !value.same(argument)) {
                self.forget_others(address(argument), "", span);
            }
        }
        if !Rc::ptr_eq(globals, &self.state.globals) {
            let changed = |(name, old): &(&&'a str, &Value<'a>)| {
                address(old).is_some() && self.state.globals.get(*name).is_none_or(|value| !value.same(old))
            };
            let changed: Vec<(&'a str, Option<usize>)> =
                globals.iter().filter(changed).map(|(name, old)| (*name, address(old))).collect();
            changed.into_iter().for_each(|(name, old)| self.forget_others(old, name, span));
        }
    }

    /// A list or an object that has other names is changed under them as well, which is not followed.
    pub fn forget_others(&mut self, changed: Option<usize>, changer: &str, span: Span) {
        let Some(changed) = changed else { return };
        let unknown = Value::unknown("it was changed under another name", span);
        for names in [&mut self.state.locals, &mut self.state.globals] {
            let is_other = |(name, value): &(&&str, &Value<'a>)| **name != changer && value.holds(changed);
            let others: Vec<&'a str> = names.iter().filter(is_other).map(|(name, _)| *name).collect();
            for name in others {
                Rc::make_mut(names).insert(name, unknown.clone());
            }
        }
    }

    /// Walks the body: the names that it declares, whether its end is reached, and the value of an expression.
    fn body(&mut self, code: Code<'a>, parameters: &[&str]) -> (Vec<&'a str>, bool, Value<'a>) {
        let statements = match code {
            Code::Function(function) => function.body.as_ref().map_or(&[][..], |body| &body.statements),
            Code::Arrow(arrow) => match &arrow.body {
                ArrowFunctionBody::FunctionBody(body) => &body.statements,
                other => {
                    let value = other.as_expression().map_or(Value::Undefined, |expression| self.value(expression));
                    return (Vec::new(), true, value);
                }
            },
        };
        let declared = self.hoist(statements, parameters);
        (declared, self.statements(statements), Value::Undefined)
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
