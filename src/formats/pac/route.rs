//! What the script returns: `PROXY px1.corp:8080; DIRECT`.

use super::value::{Case, Value, and, is_always};
use crate::policy::{Condition, Hop, Leads, Reason, Route, RouteRule};
use crate::source::Span;
use std::net::IpAddr;

/// The kinds of entry that lead to a proxy.
const PROXIES: &[&str] = &["PROXY", "HTTP", "HTTPS", "SOCKS", "SOCKS4", "SOCKS5", "QUIC"];

/// The rules by which a value is returned, in first-match order.
pub(super) fn rules(when: Condition, value: &Value<'_>, span: Span, into: &mut Vec<RouteRule>) {
    if let Value::Cases(cases) = value {
        for Case { when: own, value, span } in cases.list.iter().rev() {
            rules(and(when.clone(), own.clone()), value, *span, into);
        }
        return rules(when, &cases.otherwise, span, into);
    }
    let route = match value {
        Value::Undefined | Value::Null => Ok(Route::direct()),
        Value::Str(text) => route(text).map_err(|why| Reason::new(why).at(span)),
        Value::Unknown(reason) => Err(reason.as_ref().clone()),
        _ => Err(Reason::new("what is returned here is no list of proxies").at(span)),
    };
    into.push(RouteRule { span, when, route });
}

/// Whether rules hold for everything at their end.
pub(super) fn is_complete(rules: &[RouteRule]) -> bool {
    rules.last().is_some_and(|rule| is_always(&rule.when))
}

/// An empty list means direct (MDN, "Proxy Auto-Configuration (PAC) file").
fn route(text: &str) -> Result<Route, String> {
    let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    let entries: Vec<Hop> = entries.map(hop).collect::<Result<_, _>>()?;
    Ok(if entries.is_empty() { Route::direct() } else { Route { entries } })
}

fn hop(entry: &str) -> Result<Hop, String> {
    let mut words = entry.split_whitespace();
    let kind = words.next().unwrap_or_default().to_ascii_uppercase();
    let at = words.next();
    let told = || format!("`{}` is no entry of a list of proxies", crate::problem::quote(entry));
    match (kind.as_str(), at, words.next()) {
        ("DIRECT", None, None) => Ok(Hop { text: "DIRECT".into(), leads: Leads::Direct }),
        (kind, Some(at), None) if PROXIES.contains(&kind) => {
            let leads = if is_dead_end(at) { Leads::Nowhere } else { Leads::Proxy };
            Ok(Hop { text: format!("{kind} {at}"), leads })
        }
        _ => Err(told()),
    }
}

/// Nobody answers at `0.0.0.0`, at a name below `.invalid` (RFC 6761, section 6.4), at port 0, and at the ports 1 and 9 of the
/// host itself, where only test services ever stood (RFC 1078, RFC 863). A proxy on another port of the host may well run.
fn is_dead_end(at: &str) -> bool {
    let (host, port) =
        at.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).unwrap_or((at, ""));
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    let own = host == "localhost" || address.is_some_and(|address| address.is_loopback());
    address.is_some_and(|address| address.is_unspecified())
        || host == "invalid"
        || host.ends_with(".invalid")
        || port.parse() == Ok(0)
        || own && matches!(port.parse(), Ok(1 | 9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_proxies_are_told_apart() {
        let leads =
            |text: &str| -> Vec<Leads> { route(text).expect(text).entries.iter().map(|hop| hop.leads).collect() };
        assert_eq!(leads("PROXY a:8080; DIRECT"), [Leads::Proxy, Leads::Direct]);
        assert_eq!(leads(" ; "), [Leads::Direct]);
        assert_eq!(leads("socks5 a:1080;HTTPS b"), [Leads::Proxy, Leads::Proxy]);
        for dead in ["0.0.0.0:80", "127.0.0.1:9", "[::1]:1", "localhost:0", "x.invalid:8080", "a.example:0", "0.0.0.0"]
        {
            assert_eq!(leads(&format!("PROXY {dead}")), [Leads::Nowhere], "{dead}");
        }
        for alive in ["127.0.0.1:8080", "localhost", "a.example:9", "10.0.0.9:1"] {
            assert_eq!(leads(&format!("PROXY {alive}")), [Leads::Proxy], "{alive}");
        }
        assert!(route("PROXY").is_err() && route("NONSENSE a:1").is_err() && route("DIRECT a").is_err());
    }
}
