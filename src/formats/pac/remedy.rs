//! What to add: a test before all others, which gives the names the way out that the script gives to others.

use super::text::{self, Wrapping};
use crate::formats::{Edit, Gap, Gaps, Remedy};
use crate::policy::{Policy, Route, Routing};
use crate::source::Source;

/// Only a script that stands there as it is can be added to.
pub(super) fn remedy(source: &Source, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
    let (script, wrapping) = text::script(source)?;
    let routing = policy.vantages.first()?.routing.as_ref()?;
    let tests: Vec<String> = gaps.gaps.iter().filter_map(test).collect();
    if wrapping != Wrapping::None || tests.is_empty() {
        return None;
    }
    let at = body(script.text())?;
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

/// Behind the brace that opens the function's body.
fn body(script: &str) -> Option<usize> {
    let at = script.match_indices("FindProxyForURL").map(|(at, name)| at + name.len());
    let mut heads = at.filter(|&at| script[at..].trim_start().starts_with('('));
    let head = heads.next()?;
    let open = head + script[head..].find('{')?;
    let two_names = script[head..open].matches(',').count() == 1;
    two_names.then_some(open + 1)
}

fn test(gap: &Gap) -> Option<String> {
    let tests: Vec<String> = gap.names.iter().map(|name| one(name)).collect();
    let purpose = gap.purpose.replace(['\n', '\r'], " ");
    (!tests.is_empty()).then(|| format!("// {purpose}\n  if ({}) return \"ROUTE\";", tests.join(" || ")))
}

fn one(name: &str) -> String {
    match name.strip_prefix('*').filter(|rest| rest.starts_with('.') && !rest.contains('*')) {
        Some(suffix) => format!("dnsDomainIs(host, \"{suffix}\")"),
        None if name.contains('*') => format!("shExpMatch(host, \"{name}\")"),
        None => format!("host == \"{name}\""),
    }
}
