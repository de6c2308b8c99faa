//! The addresses that a condition matches for certain, and those that it may match.

use super::facts::{Asked, short, unknown_tag};
use crate::addresses::{AddressSet, Family};
use crate::hosts::{HostPattern, HostSet, Probe, Tri, explore, matches_text};
use crate::policy::{Condition, HostTest, Method, OnAddress, Reason, Subject};

/// Bounds of an address set that the text cannot give exactly, and why not.
#[derive(Clone, Debug, Default)]
pub(super) struct Bounds {
    pub certain: AddressSet,
    pub possible: AddressSet,
    /// What leaves which addresses open.
    pub open: Vec<(AddressSet, Reason)>,
}

impl Bounds {
    fn exact(set: AddressSet) -> Self {
        Bounds { possible: set.clone(), certain: set, open: Vec::new() }
    }

    fn of_answer((tri, reason): (Tri, Option<Reason>)) -> Self {
        let all_if = |holds| if holds { AddressSet::all() } else { AddressSet::empty() };
        Bounds {
            certain: all_if(tri == Tri::Yes),
            possible: all_if(tri != Tri::No),
            open: reason.filter(|_| tri == Tri::Maybe).map(|reason| (AddressSet::all(), reason)).into_iter().collect(),
        }
    }

    fn and(self, other: Bounds) -> Bounds {
        Bounds {
            certain: self.certain.intersection(&other.certain),
            possible: self.possible.intersection(&other.possible),
            open: [self.open, other.open].concat(),
        }
        .settled()
    }

    fn complement(self) -> Bounds {
        Bounds { certain: self.possible.complement(), possible: self.certain.complement(), open: self.open }
    }

    /// Without the reasons that no longer matter: where the whole is certain, or certainly not.
    fn settled(mut self) -> Bounds {
        if !self.open.is_empty() {
            let open = self.possible.minus(&self.certain);
            self.open.iter_mut().for_each(|(set, _)| *set = set.intersection(&open));
            self.open.retain(|(set, _)| !set.is_empty());
        }
        self
    }
}

/// The addresses among `destinations` (the ones asked about) that the condition matches; beyond them the bounds say nothing.
pub(super) fn bounds(condition: &Condition, asked: &Asked<'_>, destinations: &AddressSet) -> Bounds {
    if let Condition::Source(_) | Condition::SourceTag(_) = condition {
        return source(condition, asked);
    }
    if let Some(answer) = asked.answer(condition) {
        return Bounds::of_answer(answer);
    }
    let part = |part: &Condition| bounds(part, asked, destinations);
    match condition {
        Condition::All(parts) => {
            let mut all = Bounds::exact(AddressSet::all());
            for each in parts {
                all = all.and(part(each));
                if all.possible.is_empty() {
                    return Bounds::default();
                }
            }
            all
        }
        Condition::Any(parts) => any(parts.iter().map(part)),
        Condition::Not(inner) => part(inner).complement(),
        Condition::Destination(test) => Bounds::exact(test.set.clone()),
        Condition::DestinationTag(tag) => match asked.tags.addresses(tag) {
            Some(set) => Bounds::exact(set.clone()),
            None => Bounds::of_answer((Tri::Maybe, Some(unknown_tag(tag)))),
        },
        Condition::Host(test) => host(test, asked, destinations),
        _ => Bounds::default(),
    }
}

/// A test of the source may hold for one IP version and not for the other.
fn source(condition: &Condition, asked: &Asked<'_>) -> Bounds {
    any([Family::V4, Family::V6].into_iter().map(|family| {
        let answer = Bounds::of_answer(asked.source(condition, &[family]));
        answer.and(Bounds::exact(AddressSet::all_of(family)))
    }))
}

/// The union, merged at once: a rule may list thousands of entries.
fn any(parts: impl Iterator<Item = Bounds>) -> Bounds {
    let parts: Vec<Bounds> = parts.collect();
    Bounds {
        certain: AddressSet::union_all(parts.iter().map(|part| &part.certain)),
        possible: AddressSet::union_all(parts.iter().map(|part| &part.possible)),
        open: parts.into_iter().flat_map(|part| part.open).collect(),
    }
    .settled()
}

/// A test of names, put to addresses: some products look at the address as text, some look its name up.
fn host(test: &HostTest, asked: &Asked<'_>, destinations: &AddressSet) -> Bounds {
    let answer = match (&test.pattern, test.on_address) {
        (HostPattern::Never, _) | (_, OnAddress::Never) => (Tri::No, None),
        (HostPattern::Any, _) => (Tri::Yes, None),
        _ if test.subject == Subject::Url && asked.question.method == Method::Get => (Tri::Maybe, Some(path_unknown())),
        (_, on_address) => {
            let answer = as_text(test, asked, destinations);
            match (answer.0, on_address) {
                (Tri::No, OnAddress::AsTextOrLookup) => (Tri::Maybe, Some(lookup())),
                _ => answer,
            }
        }
    };
    Bounds::of_answer(answer)
}

/// A plain request shows its path, which a requirement does not state.
pub(super) fn path_unknown() -> Reason {
    Reason::new("the rule looks at the whole URL, whose path is not known")
}

fn lookup() -> Reason {
    Reason::new("the proxy looks up the name of the address, which only its DNS can tell")
}

fn as_text(test: &HostTest, asked: &Asked<'_>, destinations: &AddressSet) -> (Tri, Option<Reason>) {
    let after = match test.subject {
        Subject::Host => String::new(),
        Subject::Url => format!(":{}", asked.question.port),
    };
    let probe = Probe { patterns: vec![&test.pattern], after: &after };
    let single = destinations.first().filter(|&address| *destinations == AddressSet::from_address(address));
    if let Some(address) = single {
        let text = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
        return (matches_text(&probe, &text), test.maybe.clone());
    }
    if let HostPattern::Exact(_) | HostPattern::Domain(_) = test.pattern
        && !ends_like_an_address(&test.pattern)
    {
        return (Tri::No, None);
    }
    all_or_none(&probe, destinations)
}

fn ends_like_an_address(pattern: &HostPattern) -> bool {
    let end = match pattern {
        HostPattern::Exact(name) => name,
        HostPattern::Domain(domain) => &domain.base,
        _ => return true,
    };
    end.contains(':') || end.rsplit('.').next().is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the pattern matches every IPv4 address as text, or none; in between it is left open.
fn all_or_none(probe: &Probe<'_>, destinations: &AddressSet) -> (Tri, Option<Reason>) {
    let open = || {
        Reason::new(format!(
            "which addresses of {} the expression matches as text is not worked out",
            short(destinations)
        ))
    };
    let texts = HostSet::addresses_as_text();
    let cells = if destinations.v6.is_empty() { explore(&texts, std::slice::from_ref(probe)).ok() } else { None };
    let answers: Vec<Tri> = cells.iter().flatten().map(|cell| cell.matched(0)).collect();
    match answers.split_first() {
        Some((&first, rest)) if first != Tri::Maybe && rest.iter().all(|&answer| answer == first) => (first, None),
        _ => (Tri::Maybe, Some(open())),
    }
}
