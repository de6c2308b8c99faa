//! What an expression of the script stands for: a value that is known, or one that depends on the request.

use super::address::Whose;
use crate::policy::{Condition, Reason};
use crate::source::Span;
use oxc_ast::ast::{ArrowFunctionExpression, Function};
use std::rc::Rc;

#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Str(Rc<str>),
    /// The host, the URL, or a part of one.
    Text(Text),
    /// A number that depends on the request.
    Count(Rc<Count>, f64),
    /// True where the condition holds.
    Test(Rc<Condition>),
    Array(Rc<Vec<Value<'a>>>),
    Object(Rc<Table<'a>>),
    /// An object whose contents are not followed.
    Opaque(Rc<Reason>),
    /// A regular expression and whether it ignores case.
    Regex(Rc<str>, bool),
    Code(Code<'a>),
    Cases(Rc<Cases<'a>>),
    /// The text of an address that the request does not tell, or its first characters.
    Address(Whose, Option<usize>),
    /// The stated time, as a date.
    Now,
    Unknown(Rc<Reason>),
}

/// The entries of an object, in the order in which they were written.
pub(super) type Table<'a> = indexmap::IndexMap<String, Value<'a>>;

#[derive(Clone, Copy, Debug)]
pub(super) enum Code<'a> {
    Function(&'a Function<'a>),
    Arrow(&'a ArrowFunctionExpression<'a>),
}

/// Several values, each where its condition holds and no later one does: the last of the list is asked first.
#[derive(Clone, Debug)]
pub(super) struct Cases<'a> {
    pub list: Vec<Case<'a>>,
    pub otherwise: Value<'a>,
}

#[derive(Clone, Debug)]
pub(super) struct Case<'a> {
    pub when: Condition,
    pub value: Value<'a>,
    pub span: Span,
}

/// A text that depends on the request.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub of: Of,
    pub before: String,
    pub after: String,
    pub slice: Slice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Host,
    Url,
}

/// A part of a text, by numbers of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slice {
    Whole,
    First(usize),
    Last(usize),
    From(usize),
}

/// A number that depends on the request.
#[derive(Clone, Debug)]
pub(super) enum Count {
    /// Where something is found, -1 where it is not.
    Found(Box<Found>),
    Length(Text),
    Dots(Text),
}

/// Where something is found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub found: Condition,
    /// Where it is found at the very start; `None` if that cannot be told.
    pub at_start: Option<Condition>,
    /// The text, what is looked for, and whether its last place counts.
    pub of: Option<(Text, String, bool)>,
}

impl Text {
    pub fn whole(of: Of) -> Text {
        Text { of, before: String::new(), after: String::new(), slice: Slice::Whole }
    }
}

impl<'a> Value<'a> {
    pub fn unknown(text: impl Into<String>, span: Span) -> Self {
        Value::Unknown(Rc::new(Reason::new(text).at(span)))
    }

    pub fn text(text: &str) -> Self {
        Value::Str(text.into())
    }

    /// The value where `when` holds, and `otherwise` elsewhere.
    pub fn choose(when: Condition, value: Value<'a>, otherwise: Value<'a>, span: Span) -> Value<'a> {
        if is_always(&when) || value.same(&otherwise) {
            return value;
        }
        if is_never(&when) {
            return otherwise;
        }
        let mut cases = match otherwise {
            Value::Cases(cases) => cases,
            otherwise => Rc::new(Cases { list: Vec::new(), otherwise }),
        };
        let own = Rc::make_mut(&mut cases);
        match (own.list.last_mut().filter(|last| last.value.same(&value)), value) {
            (Some(last), _) => {
                let before = std::mem::replace(&mut last.when, Condition::never());
                last.when = or(before, when);
            }
            (None, Value::Cases(inner)) => {
                let otherwise = inner.otherwise.clone();
                own.list.push(Case { when: when.clone(), value: otherwise, span });
                let each = |case: &Case<'a>| Case { when: and(when.clone(), case.when.clone()), ..case.clone() };
                own.list.extend(inner.list.iter().map(each));
            }
            (None, value) => own.list.push(Case { when, value, span }),
        }
        Value::Cases(cases)
    }

    /// `undefined` or `null`.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Value::Undefined | Value::Null)
    }

    /// Whether it is, or has in it, the list or object that stands at this address.
    pub fn holds(&self, at: usize) -> bool {
        match self {
            Value::Array(items) => Rc::as_ptr(items).addr() == at || items.iter().any(|item| item.holds(at)),
            Value::Object(items) => Rc::as_ptr(items).addr() == at || items.values().any(|item| item.holds(at)),
            Value::Cases(cases) => cases.otherwise.holds(at) || cases.list.iter().any(|case| case.value.holds(at)),
            _ => false,
        }
    }

    /// Whether two values are known to be the same; never wrongly yes.
    pub fn same(&self, other: &Value<'a>) -> bool {
        match (self, other) {
            (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Array(a), Value::Array(b)) => Rc::ptr_eq(a, b),
            (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b),
            (Value::Cases(a), Value::Cases(b)) => Rc::ptr_eq(a, b),
            (Value::Test(a), Value::Test(b)) => Rc::ptr_eq(a, b),
            (Value::Unknown(a), Value::Unknown(b)) => Rc::ptr_eq(a, b),
            (Value::Count(a, x), Value::Count(b, y)) => Rc::ptr_eq(a, b) && x == y,
            (Value::Regex(a, x), Value::Regex(b, y)) => a == b && x == y,
            (Value::Code(a), Value::Code(b)) => a.is(b),
            (Value::Address(a, x), Value::Address(b, y)) => a == b && x == y,
            _ => false,
        }
    }
}

impl Code<'_> {
    pub fn span(&self) -> oxc_span::Span {
        match self {
            Code::Function(function) => function.span,
            Code::Arrow(arrow) => arrow.span,
        }
    }

    fn is(&self, other: &Code<'_>) -> bool {
        match (self, other) {
            (Code::Function(a), Code::Function(b)) => std::ptr::addr_eq(*a, *b),
            (Code::Arrow(a), Code::Arrow(b)) => std::ptr::addr_eq(*a, *b),
            _ => false,
        }
    }
}

pub(super) fn is_always(condition: &Condition) -> bool {
    matches!(condition, Condition::All(parts) if parts.is_empty())
}

pub(super) fn is_never(condition: &Condition) -> bool {
    matches!(condition, Condition::Any(parts) if parts.is_empty())
}

pub(super) fn constant(holds: bool) -> Condition {
    if holds { Condition::always() } else { Condition::never() }
}

pub(super) fn and(a: Condition, b: Condition) -> Condition {
    if is_never(&a) || is_never(&b) {
        return Condition::never();
    }
    match (a, b) {
        (Condition::All(mut parts), Condition::All(more)) => {
            parts.extend(more);
            Condition::All(parts)
        }
        (Condition::All(mut parts), other) | (other, Condition::All(mut parts)) => {
            parts.push(other);
            one_or(parts, Condition::All)
        }
        (a, b) => Condition::All(vec![a, b]),
    }
}

pub(super) fn or(a: Condition, b: Condition) -> Condition {
    if is_always(&a) || is_always(&b) {
        return Condition::always();
    }
    match (a, b) {
        (Condition::Any(mut parts), Condition::Any(more)) => {
            parts.extend(more);
            Condition::Any(parts)
        }
        (Condition::Any(mut parts), other) | (other, Condition::Any(mut parts)) => {
            parts.push(other);
            one_or(parts, Condition::Any)
        }
        (a, b) => Condition::Any(vec![a, b]),
    }
}

fn one_or(mut parts: Vec<Condition>, whole: fn(Vec<Condition>) -> Condition) -> Condition {
    if parts.len() == 1 { parts.remove(0) } else { whole(parts) }
}

pub(super) fn not(condition: Condition) -> Condition {
    match condition {
        Condition::Not(inner) => *inner,
        other if is_always(&other) => Condition::never(),
        other if is_never(&other) => Condition::always(),
        other => other.negate(),
    }
}
