//! Which way out a device chooses, and which of the devices behind it stand on that way.

use super::{Along, Outcome, Part, Question, TagTable, Views, addresses, common, merged};
use crate::addresses::AddressSet;
use crate::policy::{Hop, Reason, Routing, Vantage};
use std::collections::BTreeSet;

/// What the gates of a routing say together: each tells one bit of the route.
pub(super) fn chosen<T>(routing: &Routing, of: T, bits: &[Part<T>]) -> Part<T> {
    let open = |part: &&Part<T>| !matches!(part.outcome, Outcome::Allowed | Outcome::Blocked);
    let part = Part { outcome: Outcome::Undecided, ..Part::passed(of) };
    if bits.iter().any(|bit| open(&bit)) {
        let reasons = bits.iter().filter(open).fold(Vec::new(), |all, bit| merged(&all, &bit.reasons));
        // The rules at the gates of bits allow or deny a bit, not the traffic: what is open is told by the reasons.
        return Part { reasons, ..part };
    }
    let Some(route) = routing.route(bits.iter().map(|bit| bit.outcome == Outcome::Allowed)) else { return part };
    let leads = route.first().is_some();
    let mut by = bits.first().map(|bit| bit.by.clone()).unwrap_or_default();
    by.iter_mut().for_each(|by| by.allows = leads);
    match leads {
        true => Part { outcome: Outcome::Allowed, by, route: Some(route.clone()), ..part },
        false => Part { outcome: Outcome::Blocked, by, ..part },
    }
}

/// Addresses that are asked as they are, by the route they take.
pub(super) fn through(
    routing: &Routing,
    question: &Question,
    tags: &dyn TagTable,
    asked: &AddressSet,
) -> Vec<Part<AddressSet>> {
    let start: Vec<(AddressSet, Vec<Part<AddressSet>>)> = vec![(asked.clone(), Vec::new())];
    let cut = routing.gates().iter().fold(start, |found, gate| {
        let pieces = addresses::through(gate, question, tags, asked);
        let pairs = found.iter().flat_map(|before| pieces.iter().map(move |piece| (before, piece)));
        let met = pairs.filter_map(|((of, bits), piece)| {
            Some((common(of, &piece.of)?, [bits.as_slice(), std::slice::from_ref(piece)].concat()))
        });
        met.collect()
    });
    cut.into_iter().map(|(of, bits)| chosen(routing, of, &bits)).collect()
}

/// The way that destinations take behind the device that routes them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    Direct,
    Proxied,
}

/// Asks a path whose device may choose between ways out: what goes direct skips the proxies behind it, and what no device
/// behind it can decide is left to those that were not pasted.
pub(super) fn along_lanes<T: Clone>(path: &[Views<'_>], ask: impl Fn(&[Views<'_>]) -> Vec<Along<T>>) -> Vec<Along<T>> {
    let routing = |device: &Views<'_>| device.iter().any(|vantage| vantage.routing.is_some());
    let Some(at) = path.iter().position(routing) else { return ask(path) };
    let is_proxy = |device: &Views<'_>| device.iter().any(|vantage| vantage.is_proxy());
    let lanes = if path[at + 1..].is_empty() { &[Lane::Direct][..] } else { &[Lane::Direct, Lane::Proxied] };
    let mut found = Vec::new();
    for &lane in lanes {
        let stands = |index: usize| index <= at || lane == Lane::Proxied || !is_proxy(&path[index]);
        let kept: Vec<Views<'_>> = (0..path.len()).filter(|&index| stands(index)).map(|i| path[i].clone()).collect();
        let own = ask(&kept).into_iter().filter(|each| lanes.len() == 1 || lane_of(&each.at[at]) == lane);
        found.extend(own.map(|each| settled(each, at, path, &stands)));
    }
    found
}

fn lane_of<T>(part: &Part<T>) -> Lane {
    match &part.route {
        Some(route) if !route.is_direct() => Lane::Proxied,
        _ => Lane::Direct,
    }
}

/// The parts at every device of the path, the skipped ones among them.
fn settled<T: Clone>(each: Along<T>, at: usize, path: &[Views<'_>], stands: &impl Fn(usize) -> bool) -> Along<T> {
    let Along { of, at: parts } = each;
    let mut parts = parts.into_iter();
    let mut all: Vec<Part<T>> = (0..path.len())
        .map(|index| stands(index).then(|| parts.next()).flatten().unwrap_or_else(|| Part::passed(of.clone())))
        .collect();
    if all[at].outcome == Outcome::Blocked {
        return Along { of, at: all };
    }
    let left = left_to(&all[at], at, path, stands);
    if left.is_some() || all[at].outcome == Outcome::Undecided {
        all[at + 1..].iter_mut().for_each(|part| *part = Part::passed(of.clone()));
    }
    if let Some(reason) = left {
        all[at].outcome = Outcome::Undecided;
        all[at].reasons = vec![reason];
    }
    Along { of, at: all }
}

/// Who decides that is not on the path; `None` if the devices behind do.
fn left_to<T>(part: &Part<T>, at: usize, path: &[Views<'_>], stands: &impl Fn(usize) -> bool) -> Option<Reason> {
    let hop = part.route.as_ref()?.first()?;
    let behind = at + 1..path.len();
    if lane_of(part) == Lane::Direct {
        let someone = behind.clone().any(stands);
        return (!someone).then(|| Reason::new("it goes direct, and the network firewall decides"));
    }
    let next = path.get(at + 1).filter(|device| device.iter().any(|vantage| vantage.is_proxy()));
    let proxies = proxies(&path[at]);
    match next {
        Some(_) if proxies.len() == 1 => None,
        Some(_) => Some(Reason::new(format!(
            "the policy of `{}` decides, and of which of the {} proxies the next export is cannot be told",
            hop.text,
            proxies.len()
        ))),
        None => Some(Reason::new(format!("the policy of `{}` decides", hop.text))),
    }
}

/// The proxies that a device sends to first.
fn proxies<'a>(device: &'a [&Vantage]) -> BTreeSet<&'a str> {
    let routes = device.iter().filter_map(|vantage| vantage.routing.as_ref()).flat_map(Routing::routes);
    let first = routes.filter(|route| !route.is_direct()).filter_map(|route| route.first());
    first.map(|Hop { text, .. }| text.as_str()).collect()
}
