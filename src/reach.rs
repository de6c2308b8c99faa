//! Which destinations a policy lets through: for certain, not at all, or undecided.
//!
//! Two runs of one engine. The *certain* run takes an allow that the text cannot decide as not matching and such a deny as
//! matching; the *possible* run does the opposite. What passes in the first is allowed, what fails in the second is
//! blocked, the rest is undecided. The same two runs answer for addresses, names and communities.

mod addresses;
mod bounds;
mod communities;
mod facts;
mod names;
mod winner;

use crate::addresses::{AddressSet, Family};
use crate::hosts::HostSet;
use crate::policy::{Community, Gate, Method, Protocol, Reason, Vantage};
use crate::source::Span;

/// What is asked, besides the destination.
#[derive(Clone, Debug)]
pub struct Question {
    /// `None`: the answer holds for every source.
    pub source: Option<AddressSet>,
    pub protocol: Protocol,
    pub port: u16,
    /// How a client asks a proxy.
    pub method: Method,
    /// The IP versions that a name may resolve to.
    pub families: Vec<Family>,
}

impl Question {
    /// TCP to `port` over IPv4 from every source, asked of proxies by CONNECT unless the port is 80.
    pub fn tcp(port: u16) -> Self {
        let method = if port == 80 { Method::Get } else { Method::Connect };
        Question { source: None, protocol: Protocol::Tcp, port, method, families: vec![Family::V4] }
    }

    /// The public addresses of the asked families: where a public name can lead.
    fn public(&self) -> AddressSet {
        let families: Vec<_> = self.families.iter().map(|&family| AddressSet::public().only(family)).collect();
        AddressSet::union_all(&families)
    }
}

/// The service tags that rules may name.
pub trait TagTable {
    /// The addresses of a tag, whatever the case of its name.
    fn addresses(&self, tag: &str) -> Option<&AddressSet>;
}

/// What becomes of a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Allowed,
    Blocked,
    Undecided,
    /// The gate cannot tell such destinations apart.
    Unsupported,
}

/// Destinations with one outcome, and what decides it.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<T> {
    /// The addresses, or a shortest of the names.
    pub of: T,
    pub outcome: Outcome,
    /// The rules that decide, in the order of the gates.
    pub by: Vec<By>,
    /// Why it is undecided or unsupported.
    pub reasons: Vec<Reason>,
}

/// A rule, or a gate's default, that decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    pub gate: String,
    /// The rule's name, or why the default applies.
    pub rule: String,
    pub span: Option<Span>,
    pub allows: bool,
    /// Whether no rule matched and the gate's default decides.
    pub default: bool,
}

/// Splits `asked` by what becomes of each address at one device, seen from all the vantages.
pub fn addresses(
    vantages: &[&Vantage],
    question: &Question,
    tags: &dyn TagTable,
    asked: &AddressSet,
) -> Vec<Part<AddressSet>> {
    let views = vantages.iter().map(|vantage| {
        let whole = Part { of: asked.clone(), outcome: Outcome::Allowed, by: Vec::new(), reasons: Vec::new() };
        let parts = vantage.gates.iter().fold(vec![whole], |parts, gate| {
            parts.into_iter().flat_map(|part| through_gate(part, gate, question, tags)).collect()
        });
        (vantage.label.as_str(), parts)
    });
    agree(views, |a, b| {
        let common = a.intersection(b);
        (!common.is_empty()).then_some(common)
    })
}

fn through_gate(
    part: Part<AddressSet>,
    gate: &Gate,
    question: &Question,
    tags: &dyn TagTable,
) -> Vec<Part<AddressSet>> {
    if part.outcome == Outcome::Blocked {
        return vec![part];
    }
    let pieces = addresses::through(gate, question, tags, &part.of);
    pieces.into_iter().map(|piece| in_series(&part, piece)).collect()
}

/// Splits the names of `asked` by what becomes of them at one device, seen from all the vantages; one part a kind of name.
pub fn names(vantages: &[&Vantage], question: &Question, tags: &dyn TagTable, asked: &HostSet) -> Vec<Part<String>> {
    let gates: Vec<&Gate> = vantages.iter().flat_map(|vantage| &vantage.gates).collect();
    let cells = match names::cells(&gates, question, tags, asked) {
        Ok(cells) => cells,
        Err(reason) => {
            let of = asked.text().replace('*', "a");
            return vec![Part { of, outcome: Outcome::Undecided, by: Vec::new(), reasons: vec![reason] }];
        }
    };
    let joined = cells.into_iter().flat_map(|(witness, mut at_gates)| {
        let views = vantages.iter().map(|vantage| {
            let own = at_gates.drain(..vantage.gates.len());
            let whole = Part { of: witness.clone(), outcome: Outcome::Allowed, by: Vec::new(), reasons: Vec::new() };
            (vantage.label.as_str(), vec![own.fold(whole, |part, at_gate| in_series(&part, at_gate))])
        });
        agree(views, |a, _| Some(a.clone()))
    });
    joined.collect()
}

/// What becomes of routes with a community.
pub fn community(vantages: &[&Vantage], question: &Question, tags: &dyn TagTable, asked: Community) -> Part<Community> {
    let views = vantages.iter().map(|vantage| {
        let whole = Part { of: asked, outcome: Outcome::Allowed, by: Vec::new(), reasons: Vec::new() };
        let part = vantage.gates.iter().fold(whole, |part, gate| {
            let at_gate = communities::through(gate, question, tags, asked);
            in_series(&part, at_gate)
        });
        (vantage.label.as_str(), vec![part])
    });
    let nothing_read = || Part {
        of: asked,
        outcome: Outcome::Undecided,
        by: Vec::new(),
        reasons: vec![Reason::new("nothing could be read")],
    };
    agree(views, |a, _| Some(*a)).pop().unwrap_or_else(nothing_read)
}

/// The outcome of two gates (or devices) one after the other: blocked if either blocks.
pub fn in_series<T: Clone>(before: &Part<T>, at_gate: Part<T>) -> Part<T> {
    let rank = |outcome| match outcome {
        Outcome::Allowed => 0,
        Outcome::Unsupported => 1,
        Outcome::Undecided => 2,
        Outcome::Blocked => 3,
    };
    let (worse, other) = match rank(at_gate.outcome) > rank(before.outcome) {
        true => (&at_gate, None),
        false if at_gate.outcome == before.outcome => (before, Some(&at_gate)),
        false => (before, None),
    };
    let with_other = |own: &[By], more: Option<&[By]>| own.iter().chain(more.unwrap_or_default()).cloned().collect();
    Part {
        of: at_gate.of.clone(),
        outcome: worse.outcome,
        by: with_other(&worse.by, other.map(|part| part.by.as_slice())),
        reasons: merged(&worse.reasons, other.map_or(&[], |part| part.reasons.as_slice())),
    }
}

/// The views of several vantages on the same destinations: an outcome stands only where all have it.
fn agree<'a, T: Clone>(
    views: impl Iterator<Item = (&'a str, Vec<Part<T>>)>,
    common: impl Fn(&T, &T) -> Option<T>,
) -> Vec<Part<T>> {
    let mut agreed: Option<(&str, Vec<Part<T>>)> = None;
    for (label, parts) in views {
        agreed = Some(match agreed {
            None => (label, parts),
            Some((first, before)) => (first, meet(first, &before, label, &parts, &common)),
        });
    }
    agreed.map(|(_, parts)| parts).unwrap_or_default()
}

fn meet<T: Clone>(
    first: &str,
    before: &[Part<T>],
    label: &str,
    parts: &[Part<T>],
    common: &impl Fn(&T, &T) -> Option<T>,
) -> Vec<Part<T>> {
    let pairs = before.iter().flat_map(|a| parts.iter().map(move |b| (a, b)));
    let met = pairs.filter_map(|(a, b)| {
        let of = common(&a.of, &b.of)?;
        if a.outcome == b.outcome {
            return Some(Part { of, reasons: merged(&a.reasons, &b.reasons), ..a.clone() });
        }
        let differ = Reason::new(format!(
            "it {} seen from `{first}` and {} seen from `{label}`; choose the vantage that applies",
            a.outcome.verb(),
            b.outcome.verb()
        ));
        let reasons = if a.outcome == Outcome::Undecided { merged(&a.reasons, &[]) } else { vec![differ] };
        Some(Part { of, outcome: Outcome::Undecided, by: [a.by.clone(), b.by.clone()].concat(), reasons })
    });
    met.collect()
}

fn merged(a: &[Reason], b: &[Reason]) -> Vec<Reason> {
    let mut all: Vec<Reason> = a.iter().chain(b).cloned().collect();
    all.sort();
    all.dedup();
    all
}

impl Outcome {
    /// The outcome as what happens to a destination: "is blocked".
    pub fn verb(self) -> &'static str {
        match self {
            Outcome::Allowed => "is let through",
            Outcome::Blocked => "is blocked",
            Outcome::Undecided => "is undecided",
            Outcome::Unsupported => "cannot be told",
        }
    }
}
