//! Functions of the script, walked where they are called.

use super::run::{Frame, MAX_DEPTH, Names, Run};
use super::value::{Case, Cases, Code, Value, is_always};
use crate::source::Span;
use oxc_ast::ast::{ArrowFunctionBody, BindingPattern};
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
        let (params, plain) = match code {
            Code::Function(function) => (&function.params, !function.generator && !function.r#async),
            Code::Arrow(arrow) => (&arrow.params, !arrow.r#async),
        };
        let names = params.items.iter().map(|item| match &item.pattern {
            BindingPattern::BindingIdentifier(name) if item.initializer.is_none() => Some(name.name.as_str()),
            _ => None,
        });
        let names: Option<Vec<&'a str>> = names.collect();
        let Some(names) = names.filter(|_| plain && params.rest.is_none()) else {
            self.lost.push(place);
            return (Vec::new(), Value::unknown("this kind of function is not followed", place));
        };
        let mut arguments = arguments.into_iter();
        let locals = names.into_iter().map(|name| (name, arguments.next().unwrap_or(Value::Undefined))).collect();
        let outer = std::mem::replace(&mut self.state.locals, Rc::new(locals));
        let globals = self.state.globals.clone();
        self.frames.push(Frame::default());
        let (goes_on, value) = self.body(code);
        let frame = self.frames.pop().unwrap_or_default();
        self.state.locals = outer;
        let conditional = frame.returned.iter().any(|case| !is_always(&case.when));
        if conditional && !Rc::ptr_eq(&globals, &self.state.globals) {
            self.forget(&globals, place);
        }
        (frame.returned, if goes_on { value } else { Value::Undefined })
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
