//! What to add: a test before all others, which gives the names the way out that the script gives to others.

use super::ENTRIES;
use super::text::{self, Wrapping};
use crate::formats::{Edit, Gap, Gaps, Remedy};
use crate::policy::{Policy, Route, Routing};
use crate::source::Source;
use oxc_allocator::Allocator;
use oxc_ast::ast::{AssignmentTarget, BindingPattern, Expression, Function, Statement};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// Only a script that stands there as it is can be added to.
pub(super) fn remedy(source: &Source, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
    let (script, wrapping) = text::script(source)?;
    let routing = policy.vantages.first()?.routing.as_ref()?;
    let (at, host) = head(script.text()).filter(|_| wrapping == Wrapping::None)?;
    let tests: Vec<String> = gaps.gaps.iter().filter_map(|gap| test(gap, &host)).collect();
    if tests.is_empty() {
        return None;
    }
    let route = way_out(routing);
    let lines: String = tests.iter().map(|test| format!("  {}\n", test.replace("ROUTE", &route.text()))).collect();
    let text = lines.trim_start_matches('\n').to_owned();
    let insert = format!("\n{text}");
    let place = format!("at the beginning of `FindProxyForURL`, line {}", source.line_number(at as u32));
    let decides = if route.is_direct() { "the network firewall" } else { "that proxy's policy" };
    let note = format!("The rule sends the names by `{}`; {decides} then decides about them.", route.text());
    Some(Remedy { text, place, edits: vec![Edit { at, insert }], notes: vec![note] })
}

/// The way that most likely leads out: the first proxy that the script names, else directly.
fn way_out(routing: &Routing) -> Route {
    let proxied = |route: &&Route| !route.is_direct() && route.first().is_some();
    routing.routes().iter().find(proxied).cloned().unwrap_or_else(Route::direct)
}

/// Behind the brace that opens the function's body, and what it calls the host. `None` where there are two functions of which
/// the client chooses one, or none that is written out.
fn head(script: &str) -> Option<(usize, String)> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, SourceType::script()).parse();
    let mut heads = parsed.program.body.iter().flat_map(defined).filter(|(name, _)| ENTRIES.contains(name));
    let (_, function) = heads.next().filter(|_| heads.next().is_none())?;
    let BindingPattern::BindingIdentifier(host) = &function.params.items.get(1)?.pattern else { return None };
    Some((function.body.as_ref()?.span.start as usize + 1, host.name.to_string()))
}

/// The functions to which a statement of the script gives a name.
fn defined<'a>(statement: &'a Statement<'a>) -> Vec<(&'a str, &'a Function<'a>)> {
    let written = |name: &'a str, value: &'a Expression<'a>| match value.without_parentheses() {
        Expression::FunctionExpression(function) => Some((name, &**function)),
        _ => None,
    };
    match statement {
        Statement::FunctionDeclaration(function) => {
            function.id.iter().map(|name| (name.name.as_str(), &**function)).collect()
        }
        Statement::VariableDeclaration(declaration) => {
            let each = declaration.declarations.iter();
            each.filter_map(|each| match (&each.id, &each.init) {
                (BindingPattern::BindingIdentifier(name), Some(value)) => written(name.name.as_str(), value),
                _ => None,
            })
            .collect()
        }
        Statement::ExpressionStatement(given) => match &given.expression {
            Expression::AssignmentExpression(given) => match &given.left {
                AssignmentTarget::AssignmentTargetIdentifier(name) => {
                    written(name.name.as_str(), &given.right).into_iter().collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn test(gap: &Gap, host: &str) -> Option<String> {
    let tests: Vec<String> = gap.names.iter().map(|name| one(name, host)).collect();
    let purpose = gap.purpose.replace(['\n', '\r'], " ");
    (!tests.is_empty()).then(|| format!("// {purpose}\n  if ({}) return \"ROUTE\";", tests.join(" || ")))
}

fn one(name: &str, host: &str) -> String {
    match name.strip_prefix('*').filter(|rest| rest.starts_with('.') && !rest.contains('*')) {
        Some(suffix) => format!("dnsDomainIs({host}, \"{suffix}\")"),
        None if name.contains('*') => format!("shExpMatch({host}, \"{name}\")"),
        None => format!("{host} == \"{name}\""),
    }
}
