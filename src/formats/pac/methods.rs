//! Methods, and what those that are not followed may do.

use super::builtins;
use super::calls::address;
use super::run::Run;
use super::value::Value;
use oxc_ast::ast::Expression;
use oxc_span::GetSpan;
use std::rc::Rc;

/// Methods that change the list that they are called of.
const CHANGERS: [&str; 9] = ["copyWithin", "fill", "pop", "push", "reverse", "shift", "sort", "splice", "unshift"];

/// Methods that change nothing and call nothing, whatever they are called of.
const HARMLESS: [&str; 38] = [
    "charAt",
    "charCodeAt",
    "concat",
    "endsWith",
    "exec",
    "getDate",
    "getDay",
    "getFullYear",
    "getHours",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "getTime",
    "getTimezoneOffset",
    "getUTCDate",
    "getUTCDay",
    "getUTCHours",
    "getUTCMinutes",
    "getUTCMonth",
    "hasOwnProperty",
    "includes",
    "indexOf",
    "join",
    "keys",
    "lastIndexOf",
    "match",
    "replace",
    "search",
    "slice",
    "split",
    "startsWith",
    "substr",
    "substring",
    "test",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
];

impl<'a> Run<'a, '_> {
    /// An expression that may not be asked at all: what it changes cannot be told.
    pub fn aside(&mut self, expression: &'a Expression<'a>) -> Value<'a> {
        self.unchanged(expression.span(), |run| run.value(expression))
    }

    pub fn method(&mut self, of: &Value<'a>, method: &str, arguments: &[Value<'a>], span: oxc_span::Span) -> Value<'a> {
        let place = self.at(span);
        if let Value::Cases(cases) = of {
            return self.unchanged(span, |run| {
                run.each_case(&cases.clone(), place, |run, value| run.method(&value, method, arguments, span))
            });
        }
        if let Some(at) = arguments.iter().position(|argument| matches!(argument, Value::Cases(_)))
            && let Value::Cases(cases) = arguments[at].clone()
        {
            return self.unchanged(span, |run| {
                run.each_case(&cases, place, |run, value| {
                    let mut own = arguments.to_vec();
                    own[at] = value;
                    run.method(of, method, &own, span)
                })
            });
        }
        let unknown = [of].into_iter().chain(arguments).find(|value| matches!(value, Value::Unknown(_)));
        if let Some(unknown) = unknown {
            self.escape(Some(of), method, arguments, span);
            return unknown.clone();
        }
        let known = builtins::method(self, of, method, arguments, span);
        known.unwrap_or_else(|| {
            self.escape(None, method, arguments, span);
            let text = format!("`{method}` is not followed here");
            if matches!(of, Value::Array(_)) && CHANGERS.contains(&method)
                || matches!(of, Value::Null | Value::Undefined)
            {
                self.poison(&text, span);
            }
            self.unfollowed(&text, span)
        })
    }

    /// Something that is asked in several ways, of which one is taken: what it changes cannot be told.
    pub fn unchanged(&mut self, span: oxc_span::Span, ask: impl FnOnce(&mut Self) -> Value<'a>) -> Value<'a> {
        let before = self.state.clone();
        let value = ask(self);
        let same = Rc::ptr_eq(&before.globals, &self.state.globals) && Rc::ptr_eq(&before.locals, &self.state.locals);
        if !same {
            self.poison("a change within a condition is not followed", span);
        }
        value
    }

    /// What a method that is not followed may do: call functions, and change lists and objects.
    fn escape(&mut self, of: Option<&Value<'a>>, method: &str, arguments: &[Value<'a>], span: oxc_span::Span) {
        let calls = arguments.iter().any(|argument| matches!(argument, Value::Code(_)));
        if calls || matches!(of, Some(Value::Unknown(_))) && !HARMLESS.contains(&method) {
            self.poison(&format!("what `{method}` does here is not followed"), span);
        }
        for argument in arguments.iter().filter(|_| !HARMLESS.contains(&method)) {
            self.forget_others(address(argument), "", self.at(span));
        }
    }
}
