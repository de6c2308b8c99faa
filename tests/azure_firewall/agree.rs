//! The engine and the naive evaluator, on random requests to random firewalls.
//!
//! `AZFW_SEED` repeats a run, `AZFW_REQUESTS` makes it longer.

use crate::generate::{self, NAMES};
use crate::model::{Firewall, Matches, Place, Request, Transport, Web};
use crate::random::Random;
use crate::spell;
use egress_check::addresses::AddressSet;
use egress_check::azure::ServiceTags;
use egress_check::device::{Device, Reading};
use egress_check::explain::{AnswerVerdict, Target, explain};
use egress_check::policy::{Method, Protocol};
use egress_check::problem::Severity;
use egress_check::reach::{self, Outcome, Question, TagTable};
use egress_check::source::Source;
use std::net::{IpAddr, Ipv4Addr};

const QUESTIONS: usize = 8;

struct Table(ServiceTags);

impl TagTable for Table {
    fn addresses(&self, tag: &str) -> Option<&AddressSet> {
        Some(&self.0.tag(tag)?.addresses)
    }
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// A run's seed: the given one, else another every time.
fn seed() -> u64 {
    let clock =
        || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |time| time.as_nanos() as u64);
    let seed = from_environment("AZFW_SEED").unwrap_or_else(clock);
    println!("AZFW_SEED={seed}");
    seed
}

fn read<'a>(source: &'a Source, what: &str) -> Device<'a> {
    let reading = Reading { format: Some("azure-firewall"), ..Reading::default() };
    let device = Device::read(source, &[], &reading).unwrap_or_else(|problem| panic!("{problem:?}\n{what}"));
    let bad: Vec<_> = device.policy.problems.iter().filter(|problem| problem.severity > Severity::Note).collect();
    assert!(bad.is_empty(), "{bad:?}\n{what}");
    assert_eq!(device.labels().len(), 1, "{:?}\n{what}", device.labels());
    device
}

fn question(asked: &Request) -> Question {
    let mut question = Question::tcp(asked.port);
    question.source = Some(AddressSet::from_address(asked.source.into()));
    question.method = if asked.web == Web::Http { Method::Get } else { Method::Connect };
    question.protocol = if asked.transport == Transport::Udp { Protocol::Udp } else { Protocol::Tcp };
    question
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Expected {
    outcome: Outcome,
    /// Whether the engine may leave it open: two rules look at the same thing that nobody asked.
    may_be_open: bool,
}

impl Expected {
    fn of(passing: usize, worlds: usize, may_be_open: bool) -> Expected {
        let outcome = match passing {
            0 => Outcome::Blocked,
            all if all == worlds => Outcome::Allowed,
            _ => Outcome::Undecided,
        };
        Expected { outcome, may_be_open }
    }

    fn agrees(self, outcome: Outcome) -> bool {
        outcome == self.outcome || self.may_be_open && outcome == Outcome::Undecided
    }
}

/// A request to an address without a name: whether a lone star takes it is not documented.
fn at_address(firewall: &Firewall, request: &Request) -> Expected {
    let passing = [true, false].iter().filter(|&&open| firewall.allows(request, open)).count();
    let starred = |allow| {
        let rules = firewall.collections().filter(move |one| one.allow == allow).flat_map(|one| &one.rules);
        let mut application = rules.filter(|rule| matches!(rule.matches, Matches::Application { .. }));
        application.any(|rule| rule.matches(request, true))
    };
    Expected::of(passing, 2, starred(true) && starred(false))
}

/// A request by name, wherever the name leads and whatever is true of what is not documented. An allow of addresses is no
/// allow of a name.
fn by_name(firewall: &Firewall, request: &Request, worlds: &[Ipv4Addr]) -> Expected {
    let stripped = without_partial_allows(firewall, worlds);
    let cases: Vec<(Request, bool)> = [true, false]
        .iter()
        .flat_map(|&open| worlds.iter().map(move |&destination| (Request { destination, ..request.clone() }, open)))
        .collect();
    let passing = cases.iter().filter(|(request, open)| stripped.allows(request, *open)).count();
    let partly = |rule: &&crate::model::Rule| {
        let matching = cases.iter().filter(|(request, open)| rule.matches(request, *open)).count();
        0 < matching && matching < cases.len()
    };
    Expected::of(passing, cases.len(), stripped.collections().flat_map(|one| &one.rules).filter(partly).count() > 1)
}

fn without_partial_allows(firewall: &Firewall, worlds: &[Ipv4Addr]) -> Firewall {
    let mut stripped = firewall.clone();
    let collections = stripped.policies.iter_mut().flat_map(|policy| &mut policy.groups);
    for collection in collections.flat_map(|group| &mut group.collections).filter(|one| one.allow) {
        for rule in &mut collection.rules {
            if let Matches::Network { to, .. } = &mut rule.matches {
                let whole = worlds.iter().all(|&world| to.iter().any(|place: &Place| place.holds(world)));
                if !whole {
                    to.clear();
                }
            }
        }
    }
    stripped
}

fn outcome(verdict: AnswerVerdict) -> Outcome {
    match verdict {
        AnswerVerdict::Allowed => Outcome::Allowed,
        AnswerVerdict::Blocked => Outcome::Blocked,
        _ => Outcome::Undecided,
    }
}

#[test]
fn the_engine_agrees_with_the_naive_evaluator() {
    let tags = ServiceTags::read("tags.json", spell::service_tags().as_bytes());
    let tags = Table(tags.unwrap_or_else(|problem| panic!("{}", problem.message)));
    let (seed, edges) = (seed(), generate::edges());
    let worlds: Vec<Ipv4Addr> = edges.iter().copied().filter(|&address| generate::is_public(address)).collect();
    let wanted = from_environment("AZFW_REQUESTS").unwrap_or(100_000) as usize;
    let mut random = Random::new(seed);
    let (mut total, mut firewalls, mut counts) = (0, 0, [0usize; 3]);
    while total < wanted {
        let firewall = generate::firewall(&mut random);
        let text = spell::text(&mut random, &firewall);
        let what = format!("AZFW_SEED={seed}, firewall {firewalls}: {firewall:#?}\n{text}");
        firewalls += 1;
        // A policy without any rule collection is not an export.
        if firewall.collections().next().is_none() {
            continue;
        }
        let source =
            Source::read("fw.json", 0, text.as_bytes()).unwrap_or_else(|problem| panic!("{}", problem.message));
        let device = read(&source, &what);
        for _ in 0..QUESTIONS {
            let asked = generate::asked(&mut random);
            let question = question(&asked);
            let mut count = |expected: Expected, got: Outcome, request: &Request| {
                assert!(expected.agrees(got), "{request:?}: got {got:?}, expected {expected:?}\n{what}");
                counts[match got {
                    Outcome::Allowed => 0,
                    Outcome::Blocked => 1,
                    _ => 2,
                }] += 1;
            };
            let parts = reach::addresses(&[device.views()], &question, &tags, &AddressSet::all());
            for &destination in &edges {
                let request = Request { destination, ..asked.clone() };
                let part = parts.iter().find(|part| part.of.contains(IpAddr::V4(destination)));
                let got = part.map_or_else(|| panic!("{destination} stands in no part"), |part| part.joint().outcome);
                count(at_address(&firewall, &request), got, &request);
            }
            let destination = random.pick(&edges);
            let request = Request { destination, ..asked.clone() };
            let target = Target::Addresses(AddressSet::from_address(destination.into()));
            let answer = explain(&device, &question, &tags, &destination.to_string(), &target);
            count(at_address(&firewall, &request), outcome(answer.verdict), &request);
            for name in (0..4).map(|_| random.pick(NAMES)) {
                let request = Request { name: Some(name), ..asked.clone() };
                let target = Target::parse(name).unwrap_or_else(|problem| panic!("{problem:?}"));
                let answer = explain(&device, &question, &tags, name, &target);
                count(by_name(&firewall, &request, &worlds), outcome(answer.verdict), &request);
            }
            total += edges.len() + 5;
        }
    }
    let [allowed, blocked, open] = counts;
    println!("{total} requests to {firewalls} firewalls: {allowed} allowed, {blocked} blocked, {open} undecided");
    assert!(allowed * 10 > total && blocked * 10 > total, "one-sided: {allowed} allowed, {blocked} blocked of {total}");
}
