//! The expressions of the script.

use super::builtins;
use super::members::push;
use super::names::is_function;
use super::run::Run;
use super::truth::{TIME, truth};
use super::value::{Code, Table, Value, is_always, is_never, not};
use crate::policy::Condition;
use oxc_ast::ast::{
    Argument, BinaryOperator, CallExpression, Expression, ObjectPropertyKind, PropertyKind, RegExpFlags,
    SimpleAssignmentTarget, TemplateLiteral, UnaryOperator, UpdateOperator,
};
use oxc_span::GetSpan;
use std::rc::Rc;

/// Expressions within each other deeper than this are not followed.
const MAX_DEPTH: usize = 200;

impl<'a> Run<'a, '_> {
    /// Whether an expression counts as true.
    pub fn condition(&mut self, expression: &'a Expression<'a>) -> Condition {
        let span = self.at(expression.span());
        let value = self.value(expression);
        truth(&value, self.stated, span)
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
    pub fn unfollowed(&mut self, text: &str, span: oxc_span::Span) -> Value<'a> {
        let place = self.at(span);
        self.lost.push(place);
        Value::unknown(text, place)
    }

    /// The same where script may have run that was not walked.
    pub fn lost_value(&mut self, text: &str, span: oxc_span::Span) -> Value<'a> {
        self.poison(text, span);
        Value::unknown(text, self.at(span))
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
            Expression::FunctionExpression(function) => self.defined(Code::Function(function)),
            Expression::ArrowFunctionExpression(arrow) => self.defined(Code::Arrow(arrow)),
            Expression::UnaryExpression(unary) if unary.operator == UnaryOperator::Delete => {
                self.poison("what is deleted here is not followed", span);
                Value::Bool(true)
            }
            Expression::UnaryExpression(unary) => {
                if let (UnaryOperator::Typeof, Expression::Identifier(name)) = (unary.operator, &unary.argument)
                    && self.known(name.name.as_str()).is_none()
                {
                    return match is_function(name.name.as_str()) {
                        Some(true) => Value::text("function"),
                        Some(false) => Value::text("undefined"),
                        None => Value::unknown("clients differ in what they provide", self.at(span)),
                    };
                }
                let value = self.value(&unary.argument);
                self.unary(unary.operator, value, span)
            }
            Expression::BinaryExpression(binary) => {
                let (left, right) = (self.value(&binary.left), self.value(&binary.right));
                self.binary(binary.operator, left, right, span)
            }
            Expression::LogicalExpression(logical) => {
                // Long chains are nested to the left.
                let (mut first, mut rest) = (&logical.left, vec![logical]);
                while let Expression::LogicalExpression(inner) = first {
                    first = &inner.left;
                    rest.push(inner);
                }
                let first = self.value(first);
                rest.into_iter().rev().fold(first, |left, part| self.logical(part.operator, left, &part.right, span))
            }
            Expression::ConditionalExpression(choice) => {
                let when = self.condition(&choice.test);
                if is_always(&when) {
                    return self.value(&choice.consequent);
                }
                if is_never(&when) {
                    return self.value(&choice.alternate);
                }
                let then = self.where_it_holds(when.clone(), |run| run.aside(&choice.consequent));
                let otherwise = self.where_it_holds(not(when.clone()), |run| run.aside(&choice.alternate));
                Value::choose(when, then, otherwise, self.at(span))
            }
            Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            Expression::UpdateExpression(update) => match &update.argument {
                SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                    let Value::Number(before) = self.named(name.name.as_str(), span) else {
                        let unknown = self.unfollowed("how often it is counted depends on the request", span);
                        self.assign(name.name.as_str(), unknown.clone(), span);
                        return unknown;
                    };
                    let after = if update.operator == UpdateOperator::Increment { before + 1.0 } else { before - 1.0 };
                    self.assign(name.name.as_str(), Value::Number(after), span);
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
                    ("Date", Some([])) if self.stated.moment.is_some() => Value::Now,
                    ("Date", _) => Value::unknown(TIME, self.at(span)),
                    _ => self.lost_value("this object is not followed", span),
                }
            }
            _ => self.lost_value("this expression is not followed", span),
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
        let mut object = Table::new();
        for property in properties {
            let ObjectPropertyKind::ObjectProperty(property) = property else {
                return self.unfollowed("this object is not followed", span);
            };
            let name = property.key.static_name().filter(|name| name != "__proto__");
            let Some(name) = name.filter(|_| property.kind == PropertyKind::Init) else {
                return self.unfollowed("this object is not followed", span);
            };
            let value = self.value(&property.value);
            object.insert(name.into_owned(), value);
        }
        Value::Object(Rc::new(object))
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
                    return self.lost_value("these arguments are not followed", span);
                };
                match self.known(name) {
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
                    return self.lost_value("these arguments are not followed", span);
                };
                if let (Some(owner), "push", Value::Array(_)) = (owner, method, &of) {
                    drop(of);
                    let pushed = self.change(owner, self.at(span), |array| push(array, arguments));
                    return Value::Number(pushed.unwrap_or_default() as f64);
                }
                self.method(&of, method, &arguments, span)
            }
            Expression::FunctionExpression(function) => match self.arguments(&call.arguments) {
                Some(arguments) => self.call(Code::Function(function), arguments, span),
                None => self.lost_value("these arguments are not followed", span),
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
}
