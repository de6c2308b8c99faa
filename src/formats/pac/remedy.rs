//! What to add: a test before all others, which gives the names the way out that the script gives to others.

use super::text::{self, Wrapping};
use crate::formats::{Edit, Gap, Gaps, Remedy};
use crate::policy::{Policy, Route, Routing};
use crate::source::Source;

/// Only a script that stands there as it is can be added to.
pub(super) fn remedy(source: &Source, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
    let (script, wrapping) = text::script(source)?;
    let routing = policy.vantages.first()?.routing.as_ref()?;
    let (at, host) = head(script.text()).filter(|_| wrapping == Wrapping::None)?;
    let tests: Vec<String> = gaps.gaps.iter().filter_map(|gap| test(gap, host)).collect();
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

/// Behind the brace that opens the function's body, and what it calls the host. `None` for a head that is written otherwise, and
/// for two functions of which the client chooses one.
fn head(script: &str) -> Option<(usize, &str)> {
    let names = script.match_indices("FindProxyForURL").map(|(at, name)| at + name.len());
    let mut heads = names.filter(|&at| script[at..].trim_start().starts_with('('));
    let at = heads.next().filter(|_| heads.next().is_none())?;
    let (parameters, _) = script[at..].split_once(')')?;
    let (_, host) = parameters.split_once(',')?;
    let host = host.trim();
    let is_name = host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$') && !host.is_empty();
    let behind = at + parameters.len() + 1;
    let open = script[behind..].trim_start().starts_with('{') && is_name;
    let brace = behind + script[behind..].find('{')?;
    open.then_some((brace + 1, host))
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
