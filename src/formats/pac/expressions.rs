//! The expressions of the script.

use super::builtins;
use super::patterns::{self, holding};
use super::run::Run;
use super::value::{Case, Cases, Code, Count, Of, Slice, Text, Value, and, constant, is_always, is_never, not, or};
use crate::policy::{Condition, Reason};
use crate::source::Span;
use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentOperator, AssignmentTarget, BinaryOperator, CallExpression, Expression,
    LogicalOperator, ObjectPropertyKind, RegExpFlags, SimpleAssignmentTarget, TemplateLiteral, UnaryOperator,
    UpdateOperator,
};
use oxc_span::GetSpan;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Expressions within each other deeper than this are not followed.
const MAX_DEPTH: usize = 200;
/// Values that depend on more conditions than this are not taken apart.
const MAX_CASES: usize = 200;

impl<'a> Run<'a, '_> {
    /// Whether an expression counts as true.
    pub fn condition(&mut self, expression: &'a Expression<'a>) -> Condition {
        let span = self.at(expression.span());
        let value = self.value(expression);
        truth(&value, span)
    }

    pub fn value(&mut self, expression: &'a Expression<'a>) -> Value<'a> {
        let span = expression.span();
        self.depth += 1;
        let value = match self.depth > MAX_DEPTH || !self.step(span) {
            true => self.unfollowed("the expression is nested too deep", span),
            false => self.evaluate(expression),
        };
        self.depth -= 1;
        value
    }

    /// A value that cannot be told; its line was not understood.
    fn unfollowed(&mut self, text: &str, span: oxc_span::Span) -> Value<'a> {
        let place = self.at(span);
        self.lost.push(place);
        Value::unknown(text, place)
    }

    fn evaluate(&mut self, expression: &'a Expression<'a>) -> Value<'a> {
        let span = expression.span();
        match expression {
            Expression::BooleanLiteral(literal) => Value::Bool(literal.value),
            Expression::NullLiteral(_) => Value::Null,
            Expression::NumericLiteral(literal) => Value::Number(literal.value),
            Expression::StringLiteral(literal) => Value::text(literal.value.as_str()),
            Expression::RegExpLiteral(literal) => match literal.regex.flags.difference(RegExpFlags::I).is_empty() {
                true => {
                    let ignore_case = literal.regex.flags.contains(RegExpFlags::I);
                    Value::Regex(literal.regex.pattern.text.as_str().into(), ignore_case)
                }
                false => self.unfollowed("the flags of this expression are not followed", span),
            },
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::Identifier(name) => self.named(name.name.as_str(), span),
            Expression::ParenthesizedExpression(inner) => self.value(&inner.expression),
            Expression::SequenceExpression(all) => {
                all.expressions.iter().fold(Value::Undefined, |_, each| self.value(each))
            }
            Expression::ArrayExpression(array) => {
                let items = array.elements.iter().map(|item| item.as_expression().map(|item| self.value(item)));
                match items.collect::<Option<Vec<_>>>() {
                    Some(items) => Value::Array(Rc::new(items)),
                    None => self.unfollowed("this list is not followed", span),
                }
            }
            Expression::ObjectExpression(object) => self.object(&object.properties, span),
            Expression::FunctionExpression(function) => Value::Code(Code::Function(function)),
            Expression::ArrowFunctionExpression(arrow) => Value::Code(Code::Arrow(arrow)),
            Expression::UnaryExpression(unary) => {
                let value = self.value(&unary.argument);
                self.unary(unary.operator, value, span)
            }
            Expression::BinaryExpression(binary) => {
                let (left, right) = (self.value(&binary.left), self.value(&binary.right));
                self.binary(binary.operator, left, right, span)
            }
            Expression::LogicalExpression(logical) => {
                let left = self.value(&logical.left);
                self.logical(logical.operator, left, &logical.right, span)
            }
            Expression::ConditionalExpression(choice) => {
                let when = self.condition(&choice.test);
                if is_always(&when) {
                    return self.value(&choice.consequent);
                }
                if is_never(&when) {
                    return self.value(&choice.alternate);
                }
                let (then, otherwise) = (self.aside(&choice.consequent), self.aside(&choice.alternate));
                Value::choose(when, then, otherwise, self.at(span))
            }
            Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            Expression::UpdateExpression(update) => match &update.argument {
                SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                    let Value::Number(before) = self.named(name.name.as_str(), span) else {
                        let unknown = self.unfollowed("how often it is counted depends on the request", span);
                        self.assign(name.name.as_str(), unknown.clone());
                        return unknown;
                    };
                    let after = if update.operator == UpdateOperator::Increment { before + 1.0 } else { before - 1.0 };
                    self.assign(name.name.as_str(), Value::Number(after));
                    Value::Number(if update.prefix { after } else { before })
                }
                _ => {
                    self.poison("this change is not followed", span);
                    Value::Undefined
                }
            },
            Expression::CallExpression(call) => self.call_expression(call),
            Expression::StaticMemberExpression(member) => {
                let of = self.value(&member.object);
                self.member(&of, &Value::text(member.property.name.as_str()), span)
            }
            Expression::ComputedMemberExpression(member) => {
                let (of, key) = (self.value(&member.object), self.value(&member.expression));
                self.member(&of, &key, span)
            }
            Expression::NewExpression(new) => {
                let name = match &new.callee {
                    Expression::Identifier(name) => name.name.as_str(),
                    _ => "",
                };
                let arguments = self.arguments(&new.arguments);
                match (name, arguments.as_deref()) {
                    ("Array", Some([])) => Value::Array(Rc::default()),
                    ("Array", Some(items)) if items.len() > 1 => Value::Array(Rc::new(items.to_vec())),
                    ("Object", Some([])) => Value::Object(Rc::default()),
                    ("RegExp", Some([Value::Str(pattern)])) => Value::Regex(pattern.clone(), false),
                    ("RegExp", Some([Value::Str(pattern), Value::Str(flags)])) if flags.as_ref() == "i" => {
                        Value::Regex(pattern.clone(), true)
                    }
                    ("Date", _) => Value::unknown("it depends on the time", self.at(span)),
                    _ => self.unfollowed("this object is not followed", span),
                }
            }
            _ => self.unfollowed("this expression is not followed", span),
        }
    }

    /// An expression that may not be asked at all: what it changes cannot be told.
    fn aside(&mut self, expression: &'a Expression<'a>) -> Value<'a> {
        let before = self.state.clone();
        let value = self.value(expression);
        let same = Rc::ptr_eq(&before.globals, &self.state.globals) && Rc::ptr_eq(&before.locals, &self.state.locals);
        if !same {
            self.poison("a change within a condition is not followed", expression.span());
        }
        value
    }

    fn named(&mut self, name: &'a str, span: oxc_span::Span) -> Value<'a> {
        let known = self.state.locals.get(name).or_else(|| self.state.globals.get(name)).cloned();
        let function = || self.functions.get(name).map(|function| Value::Code(Code::Function(function)));
        match known.or_else(function) {
            Some(value) => value,
            None if name == "undefined" => Value::Undefined,
            None if name == "NaN" => Value::Number(f64::NAN),
            None => self.unfollowed(&format!("`{name}` is not set anywhere"), span),
        }
    }

    fn template(&mut self, template: &'a TemplateLiteral<'a>) -> Value<'a> {
        let span = template.span;
        let mut whole = Value::text("");
        for (at, quasi) in template.quasis.iter().enumerate() {
            let text = Value::text(quasi.value.cooked.as_ref().map_or("", |text| text.as_str()));
            whole = self.binary(BinaryOperator::Addition, whole, text, span);
            if let Some(expression) = template.expressions.get(at) {
                let value = self.value(expression);
                whole = self.binary(BinaryOperator::Addition, whole, value, span);
            }
        }
        whole
    }

    fn object(&mut self, properties: &'a [ObjectPropertyKind<'a>], span: oxc_span::Span) -> Value<'a> {
        let mut object = BTreeMap::new();
        for property in properties {
            let ObjectPropertyKind::ObjectProperty(property) = property else {
                return self.unfollowed("this object is not followed", span);
            };
            let Some(name) = property.key.static_name() else {
                return self.unfollowed("this object is not followed", span);
            };
            let value = self.value(&property.value);
            object.insert(name.into_owned(), value);
        }
        Value::Object(Rc::new(object))
    }

    fn unary(&mut self, operator: UnaryOperator, value: Value<'a>, span: oxc_span::Span) -> Value<'a> {
        let place = self.at(span);
        match (operator, value) {
            (UnaryOperator::LogicalNot, value) => tested(not(truth(&value, place))),
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

    fn logical(
        &mut self,
        operator: LogicalOperator,
        left: Value<'a>,
        right: &'a Expression<'a>,
        span: oxc_span::Span,
    ) -> Value<'a> {
        let place = self.at(span);
        let when = truth(&left, place);
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
        let right = self.aside(right);
        let boolean = |value: &Value<'_>| matches!(value, Value::Bool(_) | Value::Test(_));
        match (operator, boolean(&left) && boolean(&right)) {
            (LogicalOperator::And, true) => tested(and(when, truth(&right, place))),
            (LogicalOperator::Or, true) => tested(or(when, truth(&right, place))),
            (LogicalOperator::And, false) => Value::choose(when, right, left, place),
            (_, _) => Value::choose(when, left, right, place),
        }
    }

    fn assignment(&mut self, assignment: &'a AssignmentExpression<'a>) -> Value<'a> {
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
                self.assign(name, value.clone());
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
        let done = name.and_then(|name| self.change(name, |object| set(object, key, value.clone())));
        if done != Some(true) {
            self.poison("what is changed here is not followed", span);
        }
        value
    }

    /// Changes the object of a name in its place; `None` if there is no such name.
    pub fn change<T>(&mut self, name: &str, change: impl FnOnce(&mut Value<'a>) -> T) -> Option<T> {
        let is_local = self.state.locals.contains_key(name);
        let names = if is_local { &mut self.state.locals } else { &mut self.state.globals };
        Rc::make_mut(names).get_mut(name).map(change)
    }

    fn binary(
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
            In => {
                let found = self.member(&right, &left, span);
                match (&right, &left) {
                    (Value::Object(_), Value::Str(_) | Value::Text(_)) => present(&found, place),
                    _ => self.unfollowed("this operator is not followed", span),
                }
            }
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
        let otherwise = of(self, cases.otherwise.clone());
        cases.list.iter().fold(otherwise, |otherwise, case| {
            let value = of(self, case.value.clone());
            Value::choose(case.when.clone(), value, otherwise, case.span)
        })
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
                truth(&value, span)
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
            (Value::Undefined | Value::Null, _) | (_, Value::Undefined | Value::Null) => constant(left.same(right)),
            _ if strict && kind(left).is_some() && kind(left) != kind(right) && kind(right).is_some() => {
                constant(false)
            }
            _ if left.same(right) => constant(true),
            (Value::Bool(a), Value::Bool(b)) => constant(a == b),
            (Value::Resolved, _) | (_, Value::Resolved) => unknown(DNS, span),
            (Value::MyAddress, _) | (_, Value::MyAddress) => unknown(CLIENT, span),
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

    /// A property of a value.
    pub fn member(&mut self, of: &Value<'a>, key: &Value<'a>, span: oxc_span::Span) -> Value<'a> {
        let place = self.at(span);
        let index = |key: &Value<'_>| match key {
            Value::Number(number) => Some(*number),
            Value::Str(text) => text.parse::<f64>().ok(),
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
            (_, Value::Unknown(_)) => key.clone(),
            _ => self.unfollowed("this property is not followed", span),
        }
    }

    pub fn arguments(&mut self, arguments: &'a [Argument<'a>]) -> Option<Vec<Value<'a>>> {
        arguments.iter().map(|argument| argument.as_expression().map(|argument| self.value(argument))).collect()
    }

    fn call_expression(&mut self, call: &'a CallExpression<'a>) -> Value<'a> {
        let span = call.span;
        match call.callee.without_parentheses() {
            Expression::Identifier(name) => {
                let name = name.name.as_str();
                let Some(arguments) = self.arguments(&call.arguments) else {
                    return self.unfollowed("these arguments are not followed", span);
                };
                let own = self.state.locals.get(name).or_else(|| self.state.globals.get(name)).cloned();
                let own =
                    own.or_else(|| self.functions.get(name).map(|function| Value::Code(Code::Function(function))));
                match own {
                    Some(Value::Code(code)) => self.call(code, arguments, span),
                    Some(_) => self.undefined_call(name, span),
                    None => {
                        builtins::call(self, name, &arguments, span).unwrap_or_else(|| self.undefined_call(name, span))
                    }
                }
            }
            Expression::StaticMemberExpression(member) => {
                let method = member.property.name.as_str();
                let owner = match &member.object {
                    Expression::Identifier(name) => Some(name.name.as_str()),
                    _ => None,
                };
                if matches!(owner, Some("console" | "Math" | "JSON"))
                    && self.state.globals.get(owner.unwrap_or_default()).is_none()
                {
                    self.arguments(&call.arguments);
                    return match owner {
                        Some("console") => Value::Undefined,
                        _ => self.unfollowed("this function is not followed", span),
                    };
                }
                let of = self.value(&member.object);
                let Some(arguments) = self.arguments(&call.arguments) else {
                    return self.unfollowed("these arguments are not followed", span);
                };
                if let (Some(owner), "push", Value::Array(_)) = (owner, method, &of) {
                    drop(of);
                    let pushed = self.change(owner, |array| push(array, arguments));
                    return Value::Number(pushed.unwrap_or_default() as f64);
                }
                self.method(&of, method, &arguments, span)
            }
            Expression::FunctionExpression(function) => match self.arguments(&call.arguments) {
                Some(arguments) => self.call(Code::Function(function), arguments, span),
                None => self.unfollowed("these arguments are not followed", span),
            },
            _ => {
                self.poison("what is called here is not followed", span);
                Value::unknown("what is called here is not followed", self.at(span))
            }
        }
    }

    /// The script ends in an error where it calls what there is not; what clients do then differs.
    fn undefined_call(&mut self, name: &str, span: oxc_span::Span) -> Value<'a> {
        let text = format!("there is no function `{name}`");
        self.poison(&text, span);
        Value::unknown(text, self.at(span))
    }

    fn method(&mut self, of: &Value<'a>, method: &str, arguments: &[Value<'a>], span: oxc_span::Span) -> Value<'a> {
        let place = self.at(span);
        if let Value::Cases(cases) = of {
            return self.each_case(&cases.clone(), place, |run, value| run.method(&value, method, arguments, span));
        }
        if let Some(at) = arguments.iter().position(|argument| matches!(argument, Value::Cases(_)))
            && let Value::Cases(cases) = arguments[at].clone()
        {
            return self.each_case(&cases, place, |run, value| {
                let mut own = arguments.to_vec();
                own[at] = value;
                run.method(of, method, &own, span)
            });
        }
        let unknown = [of].into_iter().chain(arguments).find(|value| matches!(value, Value::Unknown(_)));
        if let Some(unknown) = unknown {
            return unknown.clone();
        }
        let known = builtins::method(self, of, method, arguments, span);
        known.unwrap_or_else(|| self.unfollowed(&format!("`{method}` is not followed here"), span))
    }
}

pub(super) const DNS: &str = "it depends on what DNS says";
pub(super) const CLIENT: &str = "it depends on the client's own address";

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
pub(super) fn truth(value: &Value<'_>, span: Span) -> Condition {
    match value {
        Value::Undefined | Value::Null => constant(false),
        Value::Bool(holds) => constant(*holds),
        Value::Number(number) => constant(*number != 0.0 && !number.is_nan()),
        Value::Str(text) => constant(!text.is_empty()),
        Value::Array(_) | Value::Object(_) | Value::Regex(..) | Value::Code(_) | Value::MyAddress => constant(true),
        Value::Text(text) if text.slice == Slice::Whole => constant(true),
        Value::Text(text) => not(patterns::equals(text, "", span)),
        Value::Test(condition) => condition.as_ref().clone(),
        Value::Count(count, offset) => counted(count, BinaryOperator::Equality, -offset, span)
            .map_or_else(|| unknown("this number is not followed", span), not),
        Value::Resolved => unknown(DNS, span),
        Value::Unknown(reason) => Condition::Unknown(reason.as_ref().clone()),
        Value::Cases(cases) => true_cases(cases, span),
    }
}

fn true_cases(cases: &Cases<'_>, span: Span) -> Condition {
    let mut all = truth(&cases.otherwise, span);
    let mut turns = 0;
    let mut last = None;
    for Case { when, value, .. } in &cases.list {
        let own = truth(value, span);
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

fn is_number(value: &Value<'_>) -> bool {
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
fn kind(value: &Value<'_>) -> Option<u8> {
    match value {
        Value::Bool(_) | Value::Test(_) => Some(0),
        Value::Number(_) | Value::Count(..) => Some(1),
        Value::Str(_) | Value::Text(_) => Some(2),
        Value::Array(_) | Value::Object(_) | Value::Code(_) | Value::Regex(..) => Some(3),
        _ => None,
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

fn push<'a>(array: &mut Value<'a>, more: Vec<Value<'a>>) -> usize {
    let Value::Array(items) = array else { return 0 };
    Rc::make_mut(items).extend(more);
    items.len()
}

/// What every object has, as far as a host can be named so.
fn inherited(name: &str) -> bool {
    matches!(name, "constructor" | "toString" | "valueOf" | "hasOwnProperty") || name.starts_with("__")
}

/// The value that a table has for the host.
fn look_up<'a>(items: &BTreeMap<String, Value<'a>>, text: &Text, span: Span) -> Value<'a> {
    let inherited = ["constructor", "__proto__"]
        .iter()
        .filter(|name| !items.contains_key(**name))
        .map(|name| (*name, Value::unknown("every table has an entry of this name", span)));
    let own = items.iter().map(|(name, value)| (name.as_str(), value.clone()));
    own.chain(inherited).fold(Value::Undefined, |otherwise, (name, value)| {
        Value::choose(patterns::equals(text, name, span), value, otherwise, span)
    })
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

/// Where a number compares so with another.
fn counted(count: &Count, operator: BinaryOperator, number: f64, span: Span) -> Option<Condition> {
    use BinaryOperator::*;
    // In whole numbers every comparison is one with the least number that is meant.
    match operator {
        GreaterEqualThan => least(count, number.ceil(), span),
        GreaterThan => least(count, number.floor() + 1.0, span),
        LessThan => least(count, number.ceil(), span).map(not),
        LessEqualThan => least(count, number.floor() + 1.0, span).map(not),
        _ if number.fract() != 0.0 => Some(constant(false)),
        _ => Some(and(least(count, number, span)?, not(least(count, number + 1.0, span)?))),
    }
}

/// Where it is this number or more.
fn least(count: &Count, number: f64, span: Span) -> Option<Condition> {
    /// No text of a request is longer.
    const LONG: f64 = 1_000.0;
    let size = number.clamp(0.0, LONG) as usize;
    match count {
        Count::Found { found, at_start, .. } => match number {
            number if number <= -1.0 => Some(constant(true)),
            0.0 => Some(found.clone()),
            1.0 => Some(and(found.clone(), not(at_start.clone()?))),
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
    let (Count::Found { of: Some((text, wanted, is_last)), .. }, Count::Length(whole)) = (place, length) else {
        return None;
    };
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

/// Whether a value is the host itself.
pub(super) fn is_host(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(text) if *text == Text::whole(Of::Host))
}
