//! The options of a rule (iptables(8), iptables-extensions(8)).

use super::kinds;
use super::rule::{Interface, States, Target, Test, Words, target};
use crate::addresses::{AddressSet, Family, parse_entry};
use crate::formats::netfilter::kind_of_address;
use crate::policy::{Condition, Protocol, Reason};
use crate::problem::quote;
use std::net::{IpAddr, Ipv4Addr};

/// Takes one option with its values.
pub(super) fn option(words: &mut Words<'_>) {
    let mut name = words.value();
    let negated = name == "!";
    if negated {
        name = words.value();
    }
    // Older releases wrote the sign behind the option: `-d ! 10.0.0.0/8`.
    let late = words.words.get(words.at).is_some_and(|word| word == "!") && takes_value(&name);
    words.at += usize::from(late);
    let negated = negated != late;
    match name.as_str() {
        "-s" | "--source" | "--src" => addresses(words, negated, Condition::Source),
        "-d" | "--destination" | "--dst" => addresses(words, negated, Condition::destination),
        "-p" | "--protocol" | "--proto" => protocol(words, negated),
        "-i" | "--in-interface" => interface(words, negated, Test::In),
        "-o" | "--out-interface" => interface(words, negated, Test::Out),
        "-j" | "--jump" | "-g" | "--goto" => {
            let to = words.value();
            words.rule.target = target(&to, name.starts_with("-g") || name == "--goto");
            words.skips = true;
        }
        "-m" | "--match" => extension(words),
        "-c" | "--set-counters" => words.at += 2,
        "-f" | "--fragment" => words.test(Condition::never(), negated),
        "-4" | "--ipv4" => words.test(in_family(Family::V4), negated),
        "-6" | "--ipv6" => words.test(in_family(Family::V6), negated),
        _ => of_extension(words, &name, negated),
    }
}

fn takes_value(name: &str) -> bool {
    name.starts_with('-') && !["-f", "--fragment", "--syn", "-j", "-m"].contains(&name)
}

fn in_family(family: Family) -> Condition {
    Condition::destination(AddressSet::all_of(family))
}

fn of_extension(words: &mut Words<'_>, name: &str, negated: bool) {
    match name {
        "--dport" | "--destination-port" | "--dports" | "--destination-ports" => ports(words, negated, Condition::Port),
        "--sport" | "--source-port" | "--sports" | "--source-ports" => {
            let span = words.span;
            ports(words, negated, |ranges| Condition::source_port(&ranges, span));
        }
        "--ports" => {
            let span = words.span;
            let either = |ranges: Vec<(u16, u16)>| {
                let own = Condition::source_port(&ranges, span);
                Condition::Any(vec![Condition::Port(ranges), own])
            };
            ports(words, negated, either);
        }
        "--syn" => words.test(Condition::always(), negated),
        "--tcp-flags" => flags(words, negated),
        "--dst-range" => range(words, negated, Condition::destination),
        "--src-range" => range(words, negated, Condition::Source),
        "--state" | "--ctstate" => states(words, negated),
        "--ctdir" => {
            let original = words.value().eq_ignore_ascii_case("ORIGINAL");
            let condition = if original { Condition::always() } else { Condition::never() };
            words.test(condition, negated);
        }
        "--ctproto" => protocol(words, negated),
        "--comment" => drop(words.next()),
        "--match-set" => set(words, negated),
        "--dst-type" => kinds_of_address(words, negated),
        "--icmp-type" | "--icmpv6-type" => {
            drop(words.next());
            words.open("the type of an ICMP message is not asked");
        }
        _ if words.skips => words.skip_values(),
        _ => {
            words.skip_values();
            let text = format!("`{}` is not understood", quote(name));
            words.lost(text);
        }
    }
}

fn extension(words: &mut Words<'_>) {
    let name = words.value();
    words.skips = false;
    if kinds::READ_MATCHES.contains(&name.as_str()) {
        let protocol = ["tcp", "udp"].contains(&name.as_str()) && words.protocol.is_none();
        if protocol {
            words.test(named_protocol(&name), false);
        }
        return;
    }
    words.skips = true;
    match kinds::OPEN_MATCHES.contains(&name.as_str()) {
        true => words.open(format!("what `-m {name}` looks at is not in the paste")),
        false => words.lost(format!("the match `{}` is not known", quote(&name))),
    }
    skip_own(words);
}

/// The options of an extension that is not read, which may be called like others: `--state` of `-m recent` is none of them.
fn skip_own(words: &mut Words<'_>) {
    const GENERAL: &[&str] = &[
        "-s",
        "-d",
        "-p",
        "-i",
        "-o",
        "-j",
        "-g",
        "-m",
        "-c",
        "-f",
        "--comment",
        "--destination",
        "--destination-port",
        "--destination-ports",
        "--dport",
        "--dports",
        "--dst",
        "--fragment",
        "--goto",
        "--in-interface",
        "--jump",
        "--match",
        "--out-interface",
        "--proto",
        "--protocol",
        "--source",
        "--source-port",
        "--source-ports",
        "--sport",
        "--sports",
        "--src",
    ];
    while let Some(word) = words.words.get(words.at) {
        let next = if word == "!" { words.words.get(words.at + 1) } else { Some(word) };
        if next.is_some_and(|next| GENERAL.contains(&next.as_str())) {
            return;
        }
        words.at += 1;
    }
}

fn addresses(words: &mut Words<'_>, negated: bool, test: impl Fn(AddressSet) -> Condition) {
    let text = words.value();
    let sets: Option<Vec<AddressSet>> = text.split(',').map(address).collect();
    match sets {
        Some(sets) => words.test(test(AddressSet::union_all(&sets)), negated),
        None => words.lost(format!("`{}` is no address", quote(&text))),
    }
}

/// An address, a prefix, or an address with any mask.
fn address(text: &str) -> Option<AddressSet> {
    if let Some(Ok(entry)) = parse_entry(text) {
        return Some(entry.set);
    }
    let (address, mask) = text.split_once('/')?;
    let mask = u32::from(mask.parse::<Ipv4Addr>().ok()?);
    AddressSet::from_wildcard(address.parse().ok()?, Ipv4Addr::from(!mask)).ok()
}

fn range(words: &mut Words<'_>, negated: bool, test: impl Fn(AddressSet) -> Condition) {
    let text = words.value();
    match parse_entry(&text) {
        Some(Ok(entry)) => words.test(test(entry.set), negated),
        _ => words.lost(format!("`{}` is no range of addresses", quote(&text))),
    }
}

fn protocol(words: &mut Words<'_>, negated: bool) {
    let name = words.value().to_ascii_lowercase();
    words.protocol = Some(name.clone());
    if name != "all" && name != "0" {
        words.test(named_protocol(&name), negated);
    }
}

fn named_protocol(name: &str) -> Condition {
    Condition::Protocol(match name {
        "tcp" | "6" => Protocol::Tcp,
        "udp" | "17" => Protocol::Udp,
        _ => Protocol::Other,
    })
}

fn interface(words: &mut Words<'_>, negated: bool, test: impl Fn(Interface) -> Test) {
    let pattern = words.value();
    words.rule.tests.push(test(Interface { pattern, negated }));
}

fn ports(words: &mut Words<'_>, negated: bool, test: impl Fn(Vec<(u16, u16)>) -> Condition) {
    let text = words.value();
    match text.split(',').map(port_range).collect::<Option<Vec<_>>>() {
        Some(ranges) => words.test(test(ranges), negated),
        None => words.lost(format!("`{}` is no port number; paste the output of `-n`", quote(&text))),
    }
}

/// `443`, `400:500`, `:1023`, `1024:`; the two names of which nobody doubts the number.
pub(super) fn port_range(text: &str) -> Option<(u16, u16)> {
    let number = |text: &str, absent: u16| match text {
        "" => Some(absent),
        "https" => Some(443),
        "http" => Some(80),
        _ => text.parse().ok(),
    };
    match text.split_once([':', '-']) {
        Some((first, last)) => Some((number(first, 0)?, number(last, u16::MAX)?)).filter(|(first, last)| first <= last),
        None if text.is_empty() => None,
        None => number(text, 0).map(|port| (port, port)),
    }
}

/// The first packet of a connection has SYN alone.
fn flags(words: &mut Words<'_>, negated: bool) {
    let (mask, set) = (words.value(), words.value());
    let has_syn =
        |text: &str| text.split(',').any(|flag| flag == "SYN" || flag == "ALL" || flag == "0x02" || flag == "0x2");
    let only_syn = set == "SYN";
    let holds = if has_syn(&mask) { only_syn } else { set == "NONE" };
    let condition = if holds { Condition::always() } else { Condition::never() };
    words.test(condition, negated);
}

fn states(words: &mut Words<'_>, negated: bool) {
    let mut states = States { negated, ..States::default() };
    for state in words.value().split(',') {
        match state.to_ascii_uppercase().as_str() {
            "NEW" => states.new = true,
            "UNTRACKED" => states.untracked = true,
            "DNAT" => states.dnat = true,
            "INVALID" => states.invalid = true,
            "ESTABLISHED" => states.established = true,
            "RELATED" | "SNAT" => {}
            other => words.lost(format!("the state `{}` is not known", quote(other))),
        }
    }
    words.rule.tests.push(Test::State(states));
}

fn set(words: &mut Words<'_>, negated: bool) {
    let (name, flags) = (words.value(), words.value());
    let (family, span) = (words.family, words.span);
    let mut condition = words.elements.condition(&name, &flags, family, span);
    while words.words.get(words.at).is_some_and(|word| word.starts_with("--return-nomatch")) {
        words.at += 1;
        let text = "`--return-nomatch` turns the meaning of the set's exceptions round";
        condition = Condition::Unknown(Reason::new(text).at(span));
    }
    if words
        .words
        .get(words.at)
        .is_some_and(|word| word.contains("-counters") || word.contains("-eq") || word.contains("-lt"))
    {
        words.open("the counters of a set are not in the paste");
        words.skips = true;
    }
    words.test(condition, negated);
}

fn kinds_of_address(words: &mut Words<'_>, negated: bool) {
    let text = words.value();
    let any = text.split(',').map(|kind| kind_of_address(kind, words.span)).collect();
    words.test(Condition::Any(any), negated);
}

/// Which IP version the words of a rule speak of.
pub(super) fn speaks_of(words: &[String]) -> Option<Family> {
    words.windows(2).find_map(|pair| match pair[0].as_str() {
        "-s" | "-d" | "--dst-range" | "--src-range" | "--to-destination" | "--to-source" => family_of(&pair[1]),
        "-p" if ["ipv6-icmp", "icmpv6", "58"].contains(&pair[1].as_str()) => Some(Family::V6),
        "-p" if pair[1] == "icmp" => Some(Family::V4),
        "--reject-with" if pair[1].starts_with("icmp6-") => Some(Family::V6),
        "--reject-with" if pair[1].starts_with("icmp-") => Some(Family::V4),
        _ => None,
    })
}

fn family_of(text: &str) -> Option<Family> {
    let head = text.split(['/', '-', ',']).next()?;
    let bare = head.trim_start_matches('[').split(']').next()?;
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => Some(Family::V4),
        Ok(IpAddr::V6(_)) => Some(Family::V6),
        Err(_) => None,
    }
}

/// The name of the set that a target adds to.
pub(super) fn grows(words: &[String]) -> Option<&String> {
    let at = words.iter().position(|word| word == "--add-set" || word == "--del-set" || word == "--map-set")?;
    words.get(at + 1)
}

/// Whether a target takes connections out of tracking.
pub(super) fn untracks(words: &[String], target: &Target) -> bool {
    *target == Target::GoesOn && words.iter().any(|word| word == "NOTRACK" || word == "--notrack")
}
