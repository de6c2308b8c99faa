//! Which destinations a policy lets through: for certain, not at all, or undecided.
//!
//! Two runs of one walk ([`decide`]). The *certain* run takes an allow that the text cannot decide as not matching and such
//! a deny as matching; the *possible* run does the opposite. What passes in the first is allowed, what fails in the second
//! is blocked, the rest is undecided, and hangs on exactly the rules whose matching can still change the outcome.
//! Addresses are cut into regions that the same rules match, names into cells; each region and cell is walked once.

mod addresses;
mod agree;
mod bounds;
mod communities;
mod decide;
mod facts;
mod lists;
mod names;
mod points;
mod routes;
mod sources;
mod tags;
#[cfg(test)]
mod tests;

use crate::addresses::{AddressSet, Family};
use crate::hosts::HostSet;
use crate::policy::{Community, Gate, Method, Protocol, Reason, Route, Vantage};
use crate::source::Span;
use agree::{View, agree};

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
    /// The addresses that the asked names lead to, where that is documented.
    pub leads_to: Option<AddressSet>,
    /// Whether the asked names lead to private endpoints, not to public addresses.
    pub private: bool,
    /// Whether a proxy stands before the device: then the source is the proxy, whose address is not known.
    pub behind_proxy: bool,
}

impl Question {
    /// TCP to `port` over IPv4 from every source, asked of proxies by CONNECT unless the port is 80.
    pub fn tcp(port: u16) -> Self {
        let method = if port == 80 { Method::Get } else { Method::Connect };
        Question {
            source: None,
            protocol: Protocol::Tcp,
            port,
            method,
            families: vec![Family::V4],
            leads_to: None,
            private: false,
            behind_proxy: false,
        }
    }

    /// The addresses of the asked families to which the asked names can lead.
    fn space(&self) -> AddressSet {
        let space = if self.private { AddressSet::private() } else { AddressSet::public() };
        let families: Vec<_> = self.families.iter().map(|&family| space.only(family)).collect();
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
    /// Why it is undecided or unsupported; where it is undecided, the smallest set: with all of them known it is decided,
    /// with any of them left out it need not be. Each is taken by itself, also where two have to do with the same thing.
    pub reasons: Vec<Reason>,
    pub behind: Option<Behind>,
    /// The way out that is chosen for it, where one is for certain. Undecided then means that this export alone cannot tell.
    pub route: Option<Route>,
}

/// A rule of the other action that would decide if the one that does did not come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// What decides, at the same gate.
    pub first: Vec<By>,
    pub by: By,
    /// Whether the rules before it take everything that it names, whatever is asked. Not looked into for names.
    pub never: bool,
    /// Whether what decides wins wherever it stands.
    pub wherever: bool,
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

/// Destinations that fare alike all along a path, and how they fare at each device of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Along<T> {
    /// The addresses, or a shortest of the names.
    pub of: T,
    /// One part a device, in the order of the path.
    pub at: Vec<Part<T>>,
}

impl<T: Clone> Along<T> {
    /// What becomes of the destinations in the end.
    pub fn joint(&self) -> Part<T> {
        let start = Part::passed(self.of.clone());
        self.at.iter().fold(start, |before, at_device| in_series(&before, at_device.clone()))
    }
}

impl<T> Part<T> {
    /// What no gate has stopped so far.
    fn passed(of: T) -> Self {
        Part { of, outcome: Outcome::Allowed, by: Vec::new(), reasons: Vec::new(), behind: None, route: None }
    }
}

/// The vantages from which one device on a path is seen.
pub type Views<'a> = Vec<&'a Vantage>;

/// The question as it is put to each device: behind a proxy traffic comes from the proxy, not from the stated source.
fn at_devices(path: &[Views<'_>], question: &Question) -> Vec<Question> {
    let is_proxy = |device: &Views<'_>| device.iter().any(|vantage| vantage.is_proxy());
    let first_behind = path.iter().position(is_proxy).map_or(path.len(), |proxy| proxy + 1);
    let behind = Question { source: None, behind_proxy: true, ..question.clone() };
    (0..path.len()).map(|device| if device < first_behind { question.clone() } else { behind.clone() }).collect()
}

/// Splits `asked` by what becomes of each address at each device of `path`.
pub fn addresses(
    path: &[Views<'_>],
    question: &Question,
    tags: &dyn TagTable,
    asked: &AddressSet,
) -> Vec<Along<AddressSet>> {
    routes::along_lanes(path, |path| addresses_on(path, question, tags, asked))
}

fn addresses_on(
    path: &[Views<'_>],
    question: &Question,
    tags: &dyn TagTable,
    asked: &AddressSet,
) -> Vec<Along<AddressSet>> {
    let families = [Family::V4, Family::V6].map(|family| (family, asked.only(family)));
    let own = families.into_iter().filter(|(_, asked)| !asked.is_empty());
    own.flat_map(|(family, asked)| addresses_of(path, question, tags, family, &asked)).collect()
}

fn addresses_of(
    path: &[Views<'_>],
    question: &Question,
    tags: &dyn TagTable,
    family: Family,
    asked: &AddressSet,
) -> Vec<Along<AddressSet>> {
    let whole = Along { of: asked.clone(), at: Vec::new() };
    path.iter().zip(at_devices(path, question)).fold(vec![whole], |along, (device, question)| {
        let parts = addresses_at(device, &sources::questions(device, &question, tags, &[family]), tags, asked);
        let split = along.iter().flat_map(|before| {
            let met = parts.iter().filter_map(|part| Some(Part { of: common(&before.of, &part.of)?, ..part.clone() }));
            met.map(|part| Along { of: part.of.clone(), at: [before.at.clone(), vec![part]].concat() })
        });
        split.collect()
    })
}

fn addresses_at(
    device: &Views<'_>,
    questions: &[(String, Question)],
    tags: &dyn TagTable,
    asked: &AddressSet,
) -> Vec<Part<AddressSet>> {
    let parts = |vantage: &Vantage, question: &Question| {
        let passed = vantage.gates.iter().fold(vec![Part::passed(asked.clone())], |parts, gate| {
            through_gate(parts, |open| addresses::through(gate, question, tags, open))
        });
        match &vantage.routing {
            Some(routing) => through_gate(passed, |open| routes::through(routing, question, tags, open)),
            None => passed,
        }
    };
    agree(views(device, questions, parts), common)
}

/// A device as each vantage sees it, for each question.
fn views<'a, T>(
    device: &Views<'a>,
    questions: &[(String, Question)],
    mut parts: impl FnMut(&'a Vantage, &Question) -> Vec<Part<T>>,
) -> Vec<View<'a, T>> {
    let mut views = Vec::new();
    for vantage in device {
        for (source, question) in questions {
            let parts = parts(vantage, question);
            views.push(View { vantage: &vantage.label, source: source.clone(), parts });
        }
    }
    views
}

/// What no gate has blocked so far goes through the next.
fn through_gate(
    parts: Vec<Part<AddressSet>>,
    through: impl Fn(&AddressSet) -> Vec<Part<AddressSet>>,
) -> Vec<Part<AddressSet>> {
    let (blocked, open): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.outcome == Outcome::Blocked);
    let pieces = through(&AddressSet::union_all(open.iter().map(|part| &part.of)));
    let pairs = open.iter().flat_map(|part| pieces.iter().map(move |piece| (part, piece)));
    let met = pairs.filter_map(|(part, piece)| {
        let of = common(&part.of, &piece.of)?;
        Some(in_series(part, Part { of, ..piece.clone() }))
    });
    blocked.into_iter().chain(met).collect()
}

fn common(a: &AddressSet, b: &AddressSet) -> Option<AddressSet> {
    let common = a.intersection(b);
    (!common.is_empty()).then_some(common)
}

/// Splits the names of `asked` by what becomes of them at each device of `path`; one entry a kind of name, the shortest
/// name first.
pub fn names(path: &[Views<'_>], question: &Question, tags: &dyn TagTable, asked: &HostSet) -> Vec<Along<String>> {
    routes::along_lanes(path, |path| names_on(path, question, tags, asked))
}

fn names_on(path: &[Views<'_>], question: &Question, tags: &dyn TagTable, asked: &HostSet) -> Vec<Along<String>> {
    let of_device = |(device, question): (_, Question)| sources::questions(device, &question, tags, &question.families);
    let questions: Vec<Vec<(String, Question)>> = path.iter().zip(at_devices(path, question)).map(of_device).collect();
    let mut gates: Vec<(&Gate, &Question)> = Vec::new();
    for (device, questions) in path.iter().zip(&questions) {
        for vantage in device {
            gates.extend(
                questions.iter().flat_map(|(_, question)| vantage.all_gates().map(move |gate| (gate, question))),
            );
        }
    }
    let kinds = match names::kinds(&gates, tags, asked) {
        Ok(kinds) if !kinds.is_empty() => kinds,
        Ok(_) => return vec![open_question(path, asked, Reason::new("no name that DNS can hold fits it"))],
        Err(reason) => return vec![open_question(path, asked, reason)],
    };
    let along = kinds.into_iter().map(|(witness, at_gates)| {
        let mut at_gates = at_gates.into_iter();
        let devices = path.iter().zip(&questions);
        let at = devices.map(|(device, questions)| names_at(device, questions, &witness, &mut at_gates)).collect();
        Along { of: witness, at }
    });
    along.collect()
}

fn open_question(path: &[Views<'_>], asked: &HostSet, reason: Reason) -> Along<String> {
    let of = asked.text().replace('*', "a");
    let part = Part { outcome: Outcome::Undecided, reasons: vec![reason], ..Part::passed(of.clone()) };
    Along { of, at: vec![part; path.len()] }
}

/// What becomes of one kind of name at a device, given what becomes of it at each gate of the device.
fn names_at(
    device: &Views<'_>,
    questions: &[(String, Question)],
    witness: &str,
    at_gates: &mut impl Iterator<Item = Part<String>>,
) -> Part<String> {
    let views = views(device, questions, |vantage, _| {
        let own = at_gates.by_ref().take(vantage.gates.len());
        let passed = own.fold(Part::passed(witness.to_owned()), |part, at_gate| in_series(&part, at_gate));
        let routed = vantage.routing.as_ref().map(|routing| {
            let bits: Vec<_> = at_gates.by_ref().take(routing.gates().len()).collect();
            in_series(&passed, routes::chosen(routing, witness.to_owned(), &bits))
        });
        vec![routed.unwrap_or(passed)]
    });
    agree(views, |a, _| Some(a.clone())).pop().unwrap_or_else(|| nothing_read(witness.to_owned()))
}

fn nothing_read<T>(of: T) -> Part<T> {
    Part { outcome: Outcome::Undecided, reasons: vec![Reason::new("no rule could be read")], ..Part::passed(of) }
}

/// What becomes of routes with a community at each device of `path`.
pub fn community(path: &[Views<'_>], question: &Question, tags: &dyn TagTable, asked: Community) -> Along<Community> {
    let as_it_is = |_: &Views<'_>, question: &Question| vec![(String::new(), question.clone())];
    at_points((path, question), asked, as_it_is, |gate, question| communities::through(gate, question, tags, asked))
}

/// What becomes of a service tag at each device of `path`, by its name alone: "allowed" holds whatever addresses the tag has.
pub fn tag(path: &[Views<'_>], question: &Question, tags: &dyn TagTable, asked: &str) -> Along<String> {
    let by_source =
        |device: &Views<'_>, question: &Question| sources::questions(device, question, tags, &question.families);
    at_points((path, question), asked.to_owned(), by_source, |gate, question| {
        tags::through(gate, question, tags, asked)
    })
}

fn at_points<T: Clone>(
    (path, question): (&[Views<'_>], &Question),
    asked: T,
    questions: impl Fn(&Views<'_>, &Question) -> Vec<(String, Question)>,
    through: impl Fn(&Gate, &Question) -> Part<T>,
) -> Along<T> {
    let at = path.iter().zip(at_devices(path, question)).map(|(device, question)| {
        let views = views(device, &questions(device, &question), |vantage, question| {
            if vantage.routing.is_some() {
                return vec![nameless(asked.clone())];
            }
            let passed = Part::passed(asked.clone());
            vec![vantage.gates.iter().fold(passed, |part, gate| in_series(&part, through(gate, question)))]
        });
        agree(views, |a, _| Some(a.clone())).pop().unwrap_or_else(|| nothing_read(asked.clone()))
    });
    Along { of: asked.clone(), at: at.collect() }
}

/// What chooses routes for names knows no tags or communities.
fn nameless<T>(of: T) -> Part<T> {
    let reason = Reason::new("the file routes names; the devices behind it decide about anything else");
    Part { outcome: Outcome::Unsupported, reasons: vec![reason], ..Part::passed(of) }
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
        route: before.route.as_ref().or(at_gate.route.as_ref()).cloned(),
        behind: worse.behind.clone().or_else(|| other.filter(|_| worse.outcome == Outcome::Allowed)?.behind.clone()),
    }
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
