//! Operators and comparisons.

use super::patterns::{self, holding};
use super::run::Run;
use super::truth::{MAX_CASES, as_text, is_number, kind, present, tested, truth, unknown};
use super::value::{Cases, Count, Slice, Text, Value, and, constant, is_always, is_never, not, or};
use crate::policy::Condition;
use crate::source::Span;
use oxc_ast::ast::{BinaryOperator, Expression, LogicalOperator, UnaryOperator};

impl<'a> Run<'a, '_> {
    pub fn unary(&mut self, operator: UnaryOperator, value: Value<'a>, span: oxc_span::Span) -> Value<'a> {
        let place = self.at(span);
        match (operator, value) {
            (UnaryOperator::LogicalNot, value) => tested(not(truth(&value, self.stated, place))),
            (UnaryOperator::UnaryNegation, Value::Number(number)) => Value::Number(-number),
            (UnaryOperator::UnaryPlus, Value::Number(number)) => Value::Number(number),
            // Of `~x` only whether it is 0 is asked: it is where x is -1.
            (UnaryOperator::BitwiseNot, value @ Value::Count(..)) => {
                tested(not(self.compare(BinaryOperator::Equality, &value, &Value::Number(-1.0), place)))
            }
            (UnaryOperator::Void, _) => Value::Undefined,
            (UnaryOperator::Typeof, Value::Undefined) => Value::text("undefined"),
            (UnaryOperator::Typeof, Value::Code(_)) => Value::text("function"),
            (UnaryOperator::Typeof, Value::Str(_) | Value::Text(_)) => Value::text("string"),
            _ => self.unfollowed("this operator is not followed", span),
        }
    }

    pub fn logical(
        &mut self,
        operator: LogicalOperator,
        left: Value<'a>,
        right: &'a Expression<'a>,
        span: oxc_span::Span,
    ) -> Value<'a> {
        let place = self.at(span);
        let when = truth(&left, self.stated, place);
        let (stops, continues) = match operator {
            LogicalOperator::And => (is_never(&when), is_always(&when)),
            LogicalOperator::Or => (is_always(&when), is_never(&when)),
            LogicalOperator::Coalesce => return self.unfollowed("this operator is not followed", span),
        };
        if stops {
            return left;
        }
        if continues {
            return self.value(right);
        }
        let asked = if operator == LogicalOperator::And { when.clone() } else { not(when.clone()) };
        let right = self.where_it_holds(asked, |run| run.aside(right));
        let boolean = |value: &Value<'_>| matches!(value, Value::Bool(_) | Value::Test(_));
        match (operator, boolean(&left) && boolean(&right)) {
            (LogicalOperator::And, true) => tested(and(when, truth(&right, self.stated, place))),
            (LogicalOperator::Or, true) => tested(or(when, truth(&right, self.stated, place))),
            (LogicalOperator::And, false) => Value::choose(when, right, left, place),
            (_, _) => Value::choose(when, left, right, place),
        }
    }

    pub fn binary(
        &mut self,
        operator: BinaryOperator,
        left: Value<'a>,
        right: Value<'a>,
        span: oxc_span::Span,
    ) -> Value<'a> {
        let place = self.at(span);
        if let Value::Cases(cases) = &left {
            return self
                .each_case(&cases.clone(), place, |run, value| run.binary(operator, value, right.clone(), span));
        }
        if let Value::Cases(cases) = &right {
            return self.each_case(&cases.clone(), place, |run, value| run.binary(operator, left.clone(), value, span));
        }
        use BinaryOperator::*;
        match operator {
            Equality | StrictEquality => tested(self.equal(&left, &right, operator == StrictEquality, place)),
            Inequality | StrictInequality => {
                tested(not(self.equal(&left, &right, operator == StrictInequality, place)))
            }
            LessThan | LessEqualThan | GreaterThan | GreaterEqualThan => {
                tested(self.compare(operator, &left, &right, place))
            }
            Addition => self.sum(left, right, span),
            Subtraction => match (left, right) {
                (Value::Number(a), Value::Number(b)) => Value::Number(a - b),
                (Value::Count(count, offset), Value::Number(number)) => Value::Count(count, offset - number),
                _ => self.unfollowed("this difference is not followed", span),
            },
            Multiplication | Division | Remainder => match (operator, left, right) {
                (Multiplication, Value::Number(a), Value::Number(b)) => Value::Number(a * b),
                (Division, Value::Number(a), Value::Number(b)) => Value::Number(a / b),
                (Remainder, Value::Number(a), Value::Number(b)) => Value::Number(a % b),
                _ => self.unfollowed("this operator is not followed", span),
            },
            In => match (&right, &left) {
                (Value::Object(items), Value::Str(name)) if items.contains_key(name.as_ref()) => Value::Bool(true),
                (Value::Object(items), Value::Text(_))
                    if items.values().any(|item| matches!(item, Value::Undefined)) =>
                {
                    self.unfollowed("this operator is not followed", span)
                }
                (Value::Object(_), Value::Str(_) | Value::Text(_)) => {
                    let found = self.member(&right, &left, span);
                    present(&found, place)
                }
                _ => self.unfollowed("this operator is not followed", span),
            },
            _ => self.unfollowed("this operator is not followed", span),
        }
    }

    /// The same done to each of several values.
    pub fn each_case(
        &mut self,
        cases: &Cases<'a>,
        span: Span,
        mut of: impl FnMut(&mut Self, Value<'a>) -> Value<'a>,
    ) -> Value<'a> {
        if cases.list.len() > MAX_CASES {
            return Value::unknown("it depends on too many conditions", span);
        }
        let any = cases.list.iter().fold(constant(false), |any, case| or(any, case.when.clone()));
        let otherwise = self.where_it_holds(not(any), |run| of(run, cases.otherwise.clone()));
        cases.list.iter().fold(otherwise, |otherwise, case| {
            let value = self.where_it_holds(case.when.clone(), |run| of(run, case.value.clone()));
            Value::choose(case.when.clone(), value, otherwise, case.span)
        })
    }

    /// Asks something that is asked only where a condition holds.
    pub fn where_it_holds(&mut self, when: Condition, ask: impl FnOnce(&mut Self) -> Value<'a>) -> Value<'a> {
        let base = self.frame().guards.len();
        self.frame().guards.push(when);
        let value = ask(self);
        self.frame().guards.truncate(base);
        value
    }

    fn sum(&mut self, left: Value<'a>, right: Value<'a>, span: oxc_span::Span) -> Value<'a> {
        match (left, right) {
            (Value::Number(a), Value::Number(b)) => Value::Number(a + b),
            (Value::Count(count, offset), Value::Number(number)) => Value::Count(count, offset + number),
            (Value::Text(text), Value::Str(more)) if text.slice == Slice::Whole => {
                Value::Text(Text { after: text.after + &more, ..text })
            }
            (Value::Str(more), Value::Text(text)) if text.slice == Slice::Whole => {
                Value::Text(Text { before: more.to_string() + &text.before, ..text })
            }
            (left, right) => match (as_text(&left), as_text(&right)) {
                (Some(a), Some(b)) if !(is_number(&left) && is_number(&right)) => Value::text(&(a + &b)),
                _ => self.unfollowed("this sum is not followed", span),
            },
        }
    }

    pub fn equal(&mut self, left: &Value<'a>, right: &Value<'a>, strict: bool, span: Span) -> Condition {
        match (left, right) {
            (Value::Cases(cases), other) | (other, Value::Cases(cases)) => {
                let value =
                    self.each_case(&cases.clone(), span, |run, value| tested(run.equal(&value, other, strict, span)));
                truth(&value, self.stated, span)
            }
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Condition::Unknown(reason.as_ref().clone()),
            (Value::Text(text), Value::Str(other)) | (Value::Str(other), Value::Text(text)) => {
                patterns::equals(text, other, span)
            }
            (Value::Test(when), Value::Bool(holds)) | (Value::Bool(holds), Value::Test(when)) => {
                let when = when.as_ref().clone();
                if *holds { when } else { not(when) }
            }
            (Value::Count(..), Value::Number(_) | Value::Count(..)) | (Value::Number(_), Value::Count(..)) => {
                self.compare(BinaryOperator::Equality, left, right, span)
            }
            (Value::Undefined | Value::Null, Value::Undefined | Value::Null) if !strict => constant(true),
            (Value::Number(a), Value::Str(b)) | (Value::Str(b), Value::Number(a)) if !strict => {
                constant(b.trim().parse() == Ok(*a))
            }
            (Value::Number(a), Value::Number(b)) => constant(a == b),
            (Value::Str(a), Value::Str(b)) => constant(a == b),
            (Value::Undefined | Value::Null, Value::Address(whose, None))
            | (Value::Address(whose, None), Value::Undefined | Value::Null) => match strict {
                // Clients differ in which of the two they give for a name that does not resolve.
                true => and(not(whose.exists(self.stated, span)), unknown(whose.reason(), span)),
                false => not(whose.exists(self.stated, span)),
            },
            (Value::Undefined | Value::Null, _) | (_, Value::Undefined | Value::Null) => constant(left.same(right)),
            _ if strict && kind(left).is_some() && kind(left) != kind(right) && kind(right).is_some() => {
                constant(false)
            }
            _ if left.same(right) => constant(true),
            (Value::Bool(a), Value::Bool(b)) => constant(a == b),
            (Value::Address(whose, first), Value::Str(text)) | (Value::Str(text), Value::Address(whose, first)) => {
                match first {
                    Some(first) => whose.begins(*first, text, self.stated, span),
                    None => whose.is(text, self.stated, span),
                }
            }
            (Value::Address(whose, _), _) | (_, Value::Address(whose, _)) => unknown(whose.reason(), span),
            _ => {
                self.lost.push(span);
                unknown("this comparison is not followed", span)
            }
        }
    }

    fn compare(&mut self, operator: BinaryOperator, left: &Value<'a>, right: &Value<'a>, span: Span) -> Condition {
        use BinaryOperator::*;
        let turned = match operator {
            LessThan => GreaterThan,
            LessEqualThan => GreaterEqualThan,
            GreaterThan => LessThan,
            GreaterEqualThan => LessEqualThan,
            other => other,
        };
        let known = match (left, right) {
            (Value::Number(a), Value::Number(b)) => Some(constant(match operator {
                LessThan => a < b,
                LessEqualThan => a <= b,
                GreaterThan => a > b,
                GreaterEqualThan => a >= b,
                _ => a == b,
            })),
            (Value::Count(count, offset), Value::Number(number)) => counted(count, operator, number - offset, span),
            (Value::Number(number), Value::Count(count, offset)) => counted(count, turned, number - offset, span),
            (Value::Count(a, x), Value::Count(b, y)) if operator == Equality => {
                ends_at(a, b, x - y, span).or_else(|| ends_at(b, a, y - x, span))
            }
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => {
                Some(Condition::Unknown(reason.as_ref().clone()))
            }
            _ => None,
        };
        known.unwrap_or_else(|| {
            self.lost.push(span);
            unknown("this comparison is not followed", span)
        })
    }
}

/// Where a number compares so with another.
pub(super) fn counted(count: &Count, operator: BinaryOperator, number: f64, span: Span) -> Option<Condition> {
    use BinaryOperator::*;
    // In whole numbers every comparison is one with the least number that is meant.
    match operator {
        GreaterEqualThan => least(count, number.ceil(), span),
        GreaterThan => least(count, number.floor() + 1.0, span),
        LessThan => least(count, number.ceil(), span).map(not),
        LessEqualThan => least(count, number.floor() + 1.0, span).map(not),
        _ if number.fract() != 0.0 => Some(constant(false)),
        _ => match (count, number) {
            (Count::Found(found), 0.0) if found.at_start.is_some() => found.at_start.clone(),
            _ => Some(and(least(count, number, span)?, not(least(count, number + 1.0, span)?))),
        },
    }
}

/// Where it is this number or more.
fn least(count: &Count, number: f64, span: Span) -> Option<Condition> {
    /// No text of a request is longer.
    const LONG: f64 = 1_000.0;
    let size = number.clamp(0.0, LONG) as usize;
    match count {
        Count::Found(of) => match number {
            number if number <= -1.0 => Some(constant(true)),
            0.0 => Some(of.found.clone()),
            1.0 => Some(and(of.found.clone(), not(of.at_start.clone()?))),
            _ => None,
        },
        Count::Length(_) if number <= 0.0 => Some(constant(true)),
        Count::Length(text) => {
            let tokens = [patterns::of_length(size), patterns::starting("")].concat();
            Some(patterns::matches(text, &tokens, span))
        }
        Count::Dots(_) if number <= 0.0 => Some(constant(true)),
        Count::Dots(text) => Some(patterns::dots(text, size, None, span)),
    }
}

/// Where the place of a text is the end of another less `offset`: `a.indexOf(b) == a.length - b.length`.
fn ends_at(place: &Count, length: &Count, offset: f64, span: Span) -> Option<Condition> {
    let (Count::Found(found), Count::Length(whole)) = (place, length) else { return None };
    let (text, wanted, is_last) = found.of.as_ref()?;
    if text != whole || offset != wanted.len() as f64 || wanted.is_empty() {
        return None;
    }
    let at_end = patterns::matches(text, &patterns::ending(wanted), span);
    let earlier = [holding(wanted), patterns::of_length(1), patterns::starting("")].concat();
    let only = if *is_last { constant(true) } else { not(patterns::matches(text, &earlier, span)) };
    // One character shorter than what is looked for, it is not found, and -1 is the difference.
    let short = patterns::matches(text, &patterns::of_length(wanted.len() - 1), span);
    Some(or(and(at_end, only), short))
}
