//! The notation of template expressions: literals, calls, members and items.
//!
//! Source: "Template syntax and expressions" (learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions).

use super::functions;
use super::{Resolved, Scope, Template};
use crate::syntax::json::{Json, Kind};

/// Parameters may name variables and the other way round; longer chains are not followed.
const MAX_HOPS: usize = 16;
/// Calls within calls.
const MAX_DEPTH: usize = 32;
/// Values read for one expression: variables that double each other would never end.
const MAX_STEPS: usize = 4_096;

/// The reading of one value.
pub(super) struct Evaluation<'a> {
    template: Template<'a>,
    steps: usize,
    hops: usize,
}

impl<'a> Evaluation<'a> {
    pub fn new(template: Template<'a>) -> Self {
        Evaluation { template, steps: MAX_STEPS, hops: MAX_HOPS }
    }

    pub fn json(&mut self, json: &'a Json) -> Resolved<'a> {
        let Some(text) = json.as_str() else { return Resolved::Json(json) };
        if let Some(literal) = text.strip_prefix("[[") {
            return Resolved::Text(format!("[{literal}"));
        }
        let Some(expression) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
            return Resolved::Json(json);
        };
        let mut parser = Parser { evaluation: self, rest: expression.trim(), depth: MAX_DEPTH };
        match parser.value() {
            Some(value) if parser.rest.is_empty() && !matches!(value, Resolved::Unknown(_)) => value,
            _ => Resolved::Unknown(text.to_owned()),
        }
    }

    /// The value of a parameter or a variable.
    pub fn named(&mut self, function: &str, name: &str) -> Resolved<'a> {
        let scope = self.template.scope;
        let given = scope.given.filter(|_| function == "parameters").and_then(|given| given.get(name));
        let value = match given.and_then(|given| given.get("value")) {
            // "null" asks for the default; a file of the portal holds it where a value is to be filled in.
            Some(value) if !matches!(value.kind, Kind::Null) => return self.given(value),
            None if given.is_some_and(|given| !given.is_blank()) => return unknown(),
            _ if function == "parameters" => scope.parameters.and_then(|list| list.get(name)?.get("defaultValue")),
            _ => scope.variables.and_then(|list| list.get(name)),
        };
        value.map_or_else(unknown, |value| self.hop(value, self.template))
    }

    /// A value from outside: of the template around, else as it is written.
    fn given(&mut self, value: &'a Json) -> Resolved<'a> {
        if let (Some(around), true) = (self.template.around, value.as_str().is_some()) {
            let around = Template { is_template: true, scope: around, around: None };
            return self.hop(value, around);
        }
        match value.as_str() {
            Some(text) => Resolved::Text(text.to_owned()),
            None if holds_expressions(value) => unknown(),
            None => Resolved::Json(value),
        }
    }

    fn hop(&mut self, value: &'a Json, template: Template<'a>) -> Resolved<'a> {
        let Some(hops) = self.hops.checked_sub(1) else { return unknown() };
        let mut inner = Evaluation { template, steps: self.steps, hops };
        let resolved = inner.json(value);
        self.steps = inner.steps;
        // What is resolved later is read with the names in force here.
        let elsewhere = !same_scope(&template.scope, &self.template.scope);
        match resolved {
            Resolved::Json(json) if elsewhere && holds_expressions(json) => unknown(),
            other => other,
        }
    }
}

fn same_scope(a: &Scope<'_>, b: &Scope<'_>) -> bool {
    let same = |a: Option<&Json>, b: Option<&Json>| match (a, b) {
        (Some(a), Some(b)) => std::ptr::eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    same(a.parameters, b.parameters) && same(a.variables, b.variables) && same(a.given, b.given)
}

fn holds_expressions(json: &Json) -> bool {
    let mut found = false;
    json.walk(&mut |part| found |= part.as_str().is_some_and(|text| text.starts_with('[')));
    found
}

pub(super) fn unknown<'a>() -> Resolved<'a> {
    Resolved::Unknown(String::new())
}

/// Reads one expression from the left.
struct Parser<'e, 't, 'a> {
    evaluation: &'e mut Evaluation<'a>,
    rest: &'t str,
    depth: usize,
}

impl<'a> Parser<'_, '_, 'a> {
    /// `None` if the text is no expression.
    fn value(&mut self) -> Option<Resolved<'a>> {
        self.evaluation.steps = self.evaluation.steps.checked_sub(1)?;
        self.depth = self.depth.checked_sub(1)?;
        let mut value = match self.rest.as_bytes().first()? {
            b'\'' => Resolved::Text(self.literal()?),
            b'-' | b'0'..=b'9' => Resolved::Number(self.number()?),
            _ => self.call()?,
        };
        while let Some(key) = self.key()? {
            value = self.part(&value, &key);
        }
        self.depth += 1;
        Some(value)
    }

    fn call(&mut self) -> Option<Resolved<'a>> {
        let (function, rest) = self.rest.split_once('(')?;
        self.rest = rest.trim_start();
        let arguments = self.arguments()?;
        let function = function.trim().to_ascii_lowercase();
        Some(match (function.as_str(), &arguments[..]) {
            ("parameters" | "variables", [Resolved::Text(name)]) => self.evaluation.named(&function, name),
            _ => functions::call(&function, arguments).unwrap_or_else(unknown),
        })
    }

    fn arguments(&mut self) -> Option<Vec<Resolved<'a>>> {
        let mut values = Vec::new();
        while !self.rest.starts_with(')') {
            values.push(self.value()?);
            match self.take(',') {
                Some(()) => {}
                None => break,
            }
        }
        self.take(')').map(|()| values)
    }

    /// `.name` or `[…]` behind a value; `Some(None)` where neither follows.
    fn key(&mut self) -> Option<Option<Resolved<'a>>> {
        if self.take('.').is_some() {
            let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
            let (name, rest) = self.rest.split_at(end);
            self.rest = rest.trim_start();
            return (!name.is_empty()).then(|| Some(Resolved::Text(name.to_owned())));
        }
        if self.take('[').is_some() {
            let key = self.value()?;
            return self.take(']').map(|()| Some(key));
        }
        Some(None)
    }

    fn part(&mut self, whole: &Resolved<'a>, key: &Resolved<'a>) -> Resolved<'a> {
        let part = match (whole, key) {
            (Resolved::Json(json), Resolved::Text(name)) => json.get(name),
            (Resolved::Json(json), Resolved::Number(number)) => {
                usize::try_from(*number).ok().and_then(|number| json.items().get(number))
            }
            (Resolved::List(list), Resolved::Number(number)) => {
                match usize::try_from(*number).ok().and_then(|number| list.get(number)) {
                    Some(Resolved::Json(json)) => Some(*json),
                    Some(item) => return item.clone(),
                    None => None,
                }
            }
            _ => None,
        };
        let template = self.evaluation.template;
        part.map_or_else(unknown, |json| self.evaluation.hop(json, template))
    }

    fn number(&mut self) -> Option<i64> {
        let digits = |c: char| !c.is_ascii_digit() && c != '-';
        let (number, rest) = self.rest.split_at(self.rest.find(digits).unwrap_or(self.rest.len()));
        self.rest = rest.trim_start();
        number.parse().ok()
    }

    /// A text in single quotes; a doubled quote stands for one.
    fn literal(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut rest = self.rest.strip_prefix('\'')?;
        loop {
            let (piece, after) = rest.split_once('\'')?;
            text += piece;
            let Some(more) = after.strip_prefix('\'') else {
                self.rest = after.trim_start();
                return Some(text);
            };
            text.push('\'');
            rest = more;
        }
    }

    fn take(&mut self, what: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(what)?.trim_start();
        Some(())
    }
}
