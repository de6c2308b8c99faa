//! What a set of ipset(8) matches.

use super::options::port_range;
use super::pieces::Pieces;
use super::sets::{Element, Set, Sets};
use crate::addresses::{AddressSet, Family, parse_entry};
use crate::policy::{Condition, Protocol, Reason};
use crate::problem::Problem;
use crate::source::Span;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// The ranges that all rules together may repeat of sets.
const MAX_RANGES: usize = 2_000_000;

/// The sets, as the rules ask for them.
pub(super) struct Elements {
    sets: Sets,
    /// Sets that rules add to.
    growing: BTreeSet<String>,
    missing: BTreeSet<String>,
    known: BTreeMap<(String, String, bool), (Condition, usize)>,
    spent: usize,
    pub problems: Vec<Problem>,
}

impl Elements {
    pub fn new(sets: Sets, growing: BTreeSet<String>) -> Self {
        let (missing, known) = (BTreeSet::new(), BTreeMap::new());
        Elements { sets, growing, missing, known, spent: 0, problems: Vec::new() }
    }

    /// The family that a set has of its own.
    pub fn family(&self, name: &str) -> Option<Family> {
        self.sets.get(name).and_then(Set::family)
    }

    /// The packets of a family that `-m set --match-set NAME FLAGS` matches.
    pub fn condition(&mut self, name: &str, flags: &str, family: Family, span: Span) -> Condition {
        let key = (name.to_owned(), flags.to_owned(), family == Family::V6);
        let (condition, size) = match self.known.get(&key) {
            Some(known) => known.clone(),
            None => {
                let found = self.find(name, flags, family, span, 0);
                self.known.insert(key, found.clone());
                found
            }
        };
        self.spent += size;
        if self.spent > MAX_RANGES {
            let text = format!("the sets that the rules name have more than {MAX_RANGES} elements together");
            return unknown(text, span);
        }
        condition
    }

    fn find(&mut self, name: &str, flags: &str, family: Family, span: Span, depth: usize) -> (Condition, usize) {
        let Some(set) = self.sets.get(name).cloned() else { return (self.absent(name, span), 1) };
        let flags: Vec<&str> = flags.split(',').collect();
        if set.method == "list" {
            return self.list(&set, &flags, family, span, depth);
        }
        let size = set.elements.len();
        // A set of another family, or of more dimensions than are asked, matches nothing (`ip_set_test`, net/netfilter/ipset/ip_set_core.c).
        let fits = set.family().is_none_or(|own| own == family) && flags.len() >= set.dimensions.len();
        let condition = if fits { meaning(&set, &flags) } else { Condition::never() };
        let open = match self.growing.contains(name) {
            true => format!("rules add to the set `{name}`"),
            false if set.is_cut() => format!("elements of the set `{name}` are missing in the paste"),
            false => return (condition, size),
        };
        (Condition::Any(vec![condition, unknown(open, set.span)]), size)
    }

    fn list(&mut self, set: &Set, flags: &[&str], family: Family, span: Span, depth: usize) -> (Condition, usize) {
        // A list may not hold lists (ipset(8), list:set).
        if depth > 0 {
            return (unknown("a list of sets stands within a list".to_owned(), set.span), 1);
        }
        let mut size = 0;
        let flags = flags.join(",");
        let members = set.elements.iter().map(|element| {
            let (condition, own) = self.find(&element.text, &flags, family, span, depth + 1);
            size += own;
            passing(condition, element, set)
        });
        (Condition::Any(members.collect()), size)
    }

    fn absent(&mut self, name: &str, span: Span) -> Condition {
        if self.missing.insert(name.to_owned()) {
            let problem = Problem::warning("missing-set", format!("The set `{name}` is not in the paste."));
            self.problems.push(problem.at(span).hint(format!("Add the output of `ipset save {name}`.")));
        }
        unknown(format!("the set `{name}` is not in the paste; add the output of `ipset save {name}`"), span)
    }
}

fn unknown(text: String, span: Span) -> Condition {
    Condition::Unknown(Reason::new(text).at(span))
}

/// An element that goes away by itself may be gone.
fn passing(condition: Condition, element: &Element, set: &Set) -> Condition {
    match passes(element, set) {
        true => {
            let text = format!("`{}` leaves its set when its time is up", element.text);
            Condition::All(vec![condition, unknown(text, element.span)])
        }
        false => condition,
    }
}

/// Whether an element has a time of its own, or that of its set.
fn passes(element: &Element, set: &Set) -> bool {
    let own = element.options.iter().position(|word| word == "timeout").and_then(|at| element.options.get(at + 1));
    own.map(String::as_str).or_else(|| set.option("timeout")).is_some_and(|seconds| seconds != "0")
}

fn is_exception(element: &Element) -> bool {
    element.options.iter().any(|word| word == "nomatch")
}

fn meaning(set: &Set, flags: &[&str]) -> Condition {
    let known = |dimension: &String| ["ip", "net", "port"].contains(&dimension.as_str());
    let masked = ["netmask", "bitmask"].iter().any(|name| set.option(name).is_some());
    if !set.dimensions.iter().all(known) || masked || set.method.is_empty() {
        let text = format!(
            "sets of the type `{}:{}` hold more than addresses and ports",
            set.method,
            set.dimensions.join(",")
        );
        return unknown(text, set.span);
    }
    let excepts = set.elements.iter().any(is_exception);
    if excepts && set.dimensions.iter().filter(|dimension| *dimension != "port").count() > 1 {
        let text =
            format!("exceptions in a set of the type `{}:{}` are not read", set.method, set.dimensions.join(","));
        return unknown(text, set.span);
    }
    let mut groups: BTreeMap<Vec<String>, Vec<(&Element, Option<AddressSet>)>> = BTreeMap::new();
    let at = set.dimensions.iter().position(|dimension| dimension != "port");
    let pieces = excepts.then(|| Pieces::of(set));
    for element in &set.elements {
        let mut parts: Vec<String> = element.text.split(',').map(str::to_owned).collect();
        let own = at.filter(|&at| at < parts.len()).map(|at| parts.remove(at));
        let net = own.as_deref().map(|text| parse_entry(text).and_then(Result::ok).map(|entry| entry.set));
        match net {
            Some(None) => return unknown(format!("the element `{}` is not understood", element.text), element.span),
            net => {
                let net = net.flatten();
                for parts in pieces.as_ref().map_or_else(|| vec![parts.clone()], |pieces| pieces.cut(&parts)) {
                    groups.entry(parts).or_default().push((element, net.clone()));
                }
            }
        }
    }
    let rest: Vec<(usize, &String)> =
        set.dimensions.iter().enumerate().filter(|(index, _)| Some(*index) != at).collect();
    let any = groups.into_iter().map(|(parts, elements)| {
        let span = elements.first().map_or(set.span, |(element, _)| element.span);
        let others = rest
            .iter()
            .zip(&parts)
            .map(|((index, dimension), text)| dimension_test(set, dimension, text, flags[*index], span));
        let mut all: Vec<Condition> = others.collect();
        match at {
            Some(at) => all.push(net_test(&elements, flags[at], set)),
            None => all.push(
                elements.first().map_or(Condition::always(), |(element, _)| passing(Condition::always(), element, set)),
            ),
        }
        if parts.len() < rest.len() {
            all.push(unknown("an element of the set is not understood".to_owned(), span));
        }
        Condition::All(all)
    });
    Condition::Any(any.collect())
}

fn dimension_test(set: &Set, dimension: &str, text: &str, flag: &str, span: Span) -> Condition {
    if dimension != "port" {
        let found = parse_entry(text).and_then(Result::ok).map(|entry| side(entry.set, flag));
        return found.unwrap_or_else(|| unknown(format!("the element `{text}` is not understood"), span));
    }
    let (protocol, port) = text.split_once(':').unwrap_or(("tcp", text));
    let Some(range) = port_range(port) else {
        return match protocol {
            "tcp" | "udp" => unknown(format!("the port `{text}` is not understood"), span),
            _ => Condition::Protocol(Protocol::Other),
        };
    };
    let port = if flag == "src" { Condition::source_port(&[range], span) } else { Condition::Port(vec![range]) };
    let of = match protocol {
        // The elements of `bitmap:port` have no protocol.
        _ if set.method == "bitmap" => return port,
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        _ => Protocol::Other,
    };
    Condition::All(vec![Condition::Protocol(of), port])
}

fn side(set: AddressSet, flag: &str) -> Condition {
    if flag == "src" { Condition::Source(set) } else { Condition::destination(set) }
}

/// The longest prefix that holds an address decides: an exception, or not (ipset(8), hash:net).
fn net_test(elements: &[(&Element, Option<AddressSet>)], flag: &str, of: &Set) -> Condition {
    let mut sizes: BTreeMap<u8, [Vec<IpNet>; 2]> = BTreeMap::new();
    let mut passing_by = Vec::new();
    let mut open = AddressSet::empty();
    for (element, set) in elements {
        let Some(set) = set else { continue };
        match (passes(element, of), is_exception(element)) {
            (true, false) => passing_by.push(passing(side(set.clone(), flag), element, of)),
            (true, true) => {
                let text = format!("the exception `{}` leaves its set when its time is up", element.text);
                open = open.union(set);
                passing_by.push(Condition::All(vec![side(set.clone(), flag), unknown(text, element.span)]));
            }
            // A range is kept as the prefixes that make it up.
            (false, exception) => {
                for net in set.prefixes() {
                    sizes.entry(net.prefix_len()).or_default()[usize::from(exception)].push(net);
                }
            }
        }
    }
    let mut found = AddressSet::empty();
    for [matching, exceptions] in sizes.into_values() {
        found = found.union(&AddressSet::from_nets(matching)).minus(&AddressSet::from_nets(exceptions));
    }
    let found = found.minus(&open);
    if passing_by.is_empty() {
        return side(found, flag);
    }
    Condition::Any(passing_by.into_iter().chain([side(found, flag)]).collect())
}
