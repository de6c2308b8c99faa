//! The names of the script: those of a body and of a block, what they are given, and what they hide.

use super::hoist::{self, Declared};
use super::run::{Run, State};
use super::value::{Code, Value};
use crate::policy::Reason;
use oxc_ast::ast::{BindingPattern, Statement, VariableDeclaration};
use std::rc::Rc;

/// What the names of a block had been before; `None` for those that the function did not have.
pub(super) type Hidden<'a> = Vec<(&'a str, Option<Value<'a>>)>;

/// What every client provides, besides the functions of [`super::builtins`].
const GLOBALS: &[&str] = &[
    "Array",
    "Boolean",
    "Date",
    "Infinity",
    "JSON",
    "Math",
    "Number",
    "Object",
    "RegExp",
    "String",
    "console",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
];

/// The functions that every client provides (MDN, "Proxy Auto-Configuration (PAC) file").
const FUNCTIONS: &[&str] = &[
    "alert",
    "dateRange",
    "dnsDomainIs",
    "dnsDomainLevels",
    "dnsResolve",
    "isInNet",
    "isPlainHostName",
    "isResolvable",
    "localHostOrDomainIs",
    "myIpAddress",
    "shExpMatch",
    "timeRange",
    "weekdayRange",
];

/// What some clients provide besides.
const PERHAPS: &[&str] = &["dnsResolveEx", "isInNetEx", "isResolvableEx", "myIpAddressEx", "sortIpAddressList"];

/// Whether clients provide a function of this name; `None` if only some do.
pub(super) fn is_function(name: &str) -> Option<bool> {
    if PERHAPS.contains(&name) || GLOBALS.contains(&name) { None } else { Some(FUNCTIONS.contains(&name)) }
}

impl<'a> Run<'a, '_> {
    /// Makes the names of a body known before it is walked. The names of the parameters have their values already.
    pub fn hoist(&mut self, statements: &'a [Statement<'a>], parameters: &[&str]) -> Vec<&'a str> {
        let Declared { vars, own, constants, functions } = hoist::declared(statements);
        self.constants.extend(constants);
        let is_outside = self.frames.len() == 1;
        for name in &vars {
            let has = parameters.contains(name) || is_outside && self.state.globals.contains_key(name);
            if !has {
                self.name(name, Value::Undefined);
            }
        }
        own.iter().for_each(|name| self.name(name, undeclared()));
        for (name, function) in &functions {
            let code = self.defined(Code::Function(function));
            self.name(name, code);
        }
        vars.into_iter().chain(own).chain(functions.into_iter().map(|(name, _)| name)).collect()
    }

    /// A function as a value; one within another is known to be so.
    pub fn defined(&mut self, code: Code<'a>) -> Value<'a> {
        if self.frames.last().is_some_and(|frame| frame.code.is_some()) {
            self.nested.insert(code.span().start);
        }
        Value::Code(code)
    }

    /// Walks the statements of a block, whose own names hide others until it ends.
    pub fn block(&mut self, statements: &'a [Statement<'a>]) -> bool {
        let Declared { own, functions, .. } = hoist::declared(statements);
        self.with_names(own, functions, |run| run.statements(statements))
    }

    /// Walks something with names of its own.
    pub fn with_names(
        &mut self,
        own: Vec<&'a str>,
        functions: Vec<(&'a str, &'a oxc_ast::ast::Function<'a>)>,
        walk: impl FnOnce(&mut Self) -> bool,
    ) -> bool {
        if own.is_empty() && functions.is_empty() {
            return walk(self);
        }
        let names = own.into_iter().chain(functions.iter().map(|(name, _)| *name));
        let hidden: Hidden<'a> = names.map(|name| (name, self.local(name).cloned())).collect();
        let names: Vec<&'a str> = hidden.iter().map(|(name, _)| *name).collect();
        self.frame().hidden.push(hidden);
        names.into_iter().for_each(|name| self.name(name, undeclared()));
        for (name, function) in functions {
            let code = self.defined(Code::Function(function));
            self.name(name, code);
        }
        let goes_on = walk(self);
        if let Some(hidden) = self.frame().hidden.pop() {
            let outside = self.frames.len() == 1;
            restore(&mut self.state, &hidden, outside);
        }
        goes_on
    }

    /// A function of a block is one of the body around it as well, once its declaration is reached (ECMAScript, B.3.2).
    pub fn reached(&mut self, name: &'a str) {
        let value = self.local(name).cloned();
        let last = self.frame().hidden.last_mut();
        if let Some(slot) = last.and_then(|hidden| hidden.iter_mut().find(|(hidden, _)| *hidden == name)) {
            slot.1 = value;
        }
    }

    /// The names as they are outside of the blocks that are left, down to `depth`.
    pub fn outside(&mut self, depth: usize) -> State<'a> {
        let mut state = self.state.clone();
        let is_outside = self.frames.len() == 1;
        for hidden in self.frame().hidden.iter().skip(depth).rev() {
            restore(&mut state, hidden, is_outside);
        }
        state
    }

    pub fn declare(&mut self, declaration: &'a VariableDeclaration<'a>) {
        for each in &declaration.declarations {
            let BindingPattern::BindingIdentifier(name) = &each.id else {
                self.poison("this declaration is not followed", each.span);
                continue;
            };
            match &each.init {
                Some(init) => {
                    let value = self.value(init);
                    self.name(name.name.as_str(), value);
                }
                None if !declaration.kind.is_var() => self.name(name.name.as_str(), Value::Undefined),
                None => {}
            }
        }
    }

    fn local(&self, name: &str) -> Option<&Value<'a>> {
        if self.frames.len() > 1 { self.state.locals.get(name) } else { self.state.globals.get(name) }
    }

    /// Gives a name of the function, or of the script outside of functions, a value.
    pub fn name(&mut self, name: &'a str, value: Value<'a>) {
        let names = if self.frames.len() > 1 { &mut self.state.locals } else { &mut self.state.globals };
        Rc::make_mut(names).insert(name, value);
    }

    /// Gives a name, wherever it was declared, a value.
    pub fn assign(&mut self, name: &'a str, value: Value<'a>, span: oxc_span::Span) {
        let is_local = self.state.locals.contains_key(name);
        if self.constants.contains(name) {
            self.given_up("a constant is changed here, and clients give the script up", span);
        } else if self.is_strict && !is_local && !self.state.globals.contains_key(name) {
            self.given_up("nothing declares this name, and clients give the script up", span);
        }
        match is_local {
            true => Rc::make_mut(&mut self.state.locals).insert(name, value),
            false => Rc::make_mut(&mut self.state.globals).insert(name, value),
        };
    }

    /// What a name stands for; the script ends in an error where there is none.
    pub fn named(&mut self, name: &'a str, span: oxc_span::Span) -> Value<'a> {
        let known = self.known(name);
        match known {
            Some(value) => value,
            None if name == "undefined" => Value::Undefined,
            None if name == "NaN" => Value::Number(f64::NAN),
            None => {
                let text = format!("what `{name}` is here is not followed");
                if GLOBALS.contains(&name) || is_function(name) != Some(false) {
                    return Value::unknown(text, self.at(span));
                }
                self.poison(&text, span);
                Value::unknown(text, self.at(span))
            }
        }
    }

    /// What the script itself gave a name.
    pub fn known(&self, name: &str) -> Option<Value<'a>> {
        self.state.locals.get(name).or_else(|| self.state.globals.get(name)).cloned()
    }
}

/// What a name is before its declaration is reached: clients give the script up where it is read.
fn undeclared<'a>() -> Value<'a> {
    Value::Unknown(Rc::new(Reason::new("the script may use a name before it is declared, which clients refuse")))
}

fn restore<'a>(state: &mut State<'a>, hidden: &Hidden<'a>, is_outside: bool) {
    let names = Rc::make_mut(if is_outside { &mut state.globals } else { &mut state.locals });
    for (name, value) in hidden {
        match value {
            Some(value) => names.insert(name, value.clone()),
            None => names.remove(name),
        };
    }
}
