//! The options of a rule (iptables(8), iptables-extensions(8)).

use super::kinds;
use super::rule::{Interface, States, Target, Test, Words, target};
use crate::addresses::{AddressSet, Family, parse_entry};
use crate::formats::netfilter::{Pattern, SYN, constant, kind_of_address, tcp_flag};
use crate::policy::{Condition, Protocol, Reason};
use crate::problem::quote;
use std::net::{IpAddr, Ipv4Addr};

/// Stands for a word of a listing that is not understood, which follows.
pub(super) const UNREAD: &str = "--unread";

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
    match general(&name) {
        Some(general) => of_rule(words, general, negated),
        None => of_extension(words, &name, negated),
    }
}

/// Options that may stand behind those of any extension.
enum General {
    Source,
    Destination,
    Protocol,
    In,
    Out,
    Jump,
    Goto,
    Match,
    Counters,
    Fragment,
    Family(Family),
    Ports,
    SourcePorts,
    Comment,
}

fn general(name: &str) -> Option<General> {
    Some(match name {
        "-s" | "--source" | "--src" => General::Source,
        "-d" | "--destination" | "--dst" | "--dest" => General::Destination,
        "-p" | "--protocol" | "--proto" => General::Protocol,
        "-i" | "--in-interface" => General::In,
        "-o" | "--out-interface" => General::Out,
        "-j" | "--jump" => General::Jump,
        "-g" | "--goto" => General::Goto,
        "-m" | "--match" => General::Match,
        "-c" | "--set-counters" => General::Counters,
        "-f" | "--fragment" => General::Fragment,
        "-4" | "--ipv4" => General::Family(Family::V4),
        "-6" | "--ipv6" => General::Family(Family::V6),
        "--dport" | "--destination-port" | "--dports" | "--destination-ports" => General::Ports,
        "--sport" | "--source-port" | "--sports" | "--source-ports" => General::SourcePorts,
        "--comment" => General::Comment,
        _ => return None,
    })
}

fn of_rule(words: &mut Words<'_>, general: General, negated: bool) {
    let span = words.span;
    match general {
        General::Source => addresses(words, negated, Condition::Source),
        General::Destination => addresses(words, negated, Condition::destination),
        General::Protocol => protocol(words, negated),
        General::In => interface(words, negated, Test::In),
        General::Out => interface(words, negated, Test::Out),
        General::Jump => jump(words, false),
        General::Goto => jump(words, true),
        General::Match => extension(words),
        General::Counters => words.at += 2,
        General::Fragment => words.test(Condition::never(), negated),
        General::Family(family) => words.test(in_family(family), negated),
        General::Ports => ports(words, negated, Condition::Port),
        General::SourcePorts => ports(words, negated, |ranges| Condition::source_port(&ranges, span)),
        General::Comment => drop(words.next()),
    }
}

fn jump(words: &mut Words<'_>, goto: bool) {
    let name = words.value();
    words.rule.target = match words.is_chain(&name) {
        true => Target::Chain { name, goto },
        false => target(&name, goto),
    };
    words.skips = true;
}

fn takes_value(name: &str) -> bool {
    name.starts_with('-') && !["-f", "--fragment", "--syn", "-j", "-m"].contains(&name)
}

fn in_family(family: Family) -> Condition {
    Condition::destination(AddressSet::all_of(family))
}

fn of_extension(words: &mut Words<'_>, name: &str, negated: bool) {
    match name {
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
            words.tracked(constant(original), negated);
        }
        "--ctproto" => {
            let name = words.value().to_ascii_lowercase();
            words.tracked(named_protocol(&name), negated);
        }
        "--match-set" => set(words, negated),
        "--dst-type" => kinds_of_address(words, negated),
        "--src-type" => {
            let kind = words.value();
            words.open(format!("whether the source is an address of the kind `{}` is not in the paste", quote(&kind)));
        }
        "--icmp-type" | "--icmpv6-type" => {
            drop(words.next());
            words.open("the type of an ICMP message is not asked");
        }
        _ if words.skips => words.skip_values(),
        _ => {
            let shown = if name == UNREAD { words.value() } else { name.to_owned() };
            words.skip_values();
            words.lost(format!("`{}` is not understood", quote(&shown)));
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
    skip_own(words, &name);
}

/// The options of an extension that is not read, which may be called like others: `--state` of `-m recent` is none of them.
fn skip_own(words: &mut Words<'_>, own: &str) {
    while let Some(word) = words.words.get(words.at) {
        let next = if word == "!" { words.words.get(words.at + 1) } else { Some(word) };
        // `--proto` is an option of `-m policy` itself.
        if next.is_some_and(|next| general(next).is_some() && !(own == "policy" && next == "--proto")) {
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
    // Behind a mask, octets that are left out are 0: `20.60/16` (iptables(8), "-s").
    let missing = 3_usize.checked_sub(address.matches('.').count())?;
    let address = format!("{address}{}", ".0".repeat(missing));
    if let Some(Ok(entry)) = parse_entry(&format!("{address}/{mask}")) {
        return Some(entry.set);
    }
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
    // /etc/protocols calls the number 0 `ip` and `hopopt`.
    if !["all", "ip", "hopopt"].contains(&name.as_str()) && number(&name) != Some(0) {
        words.test(named_protocol(&name), negated);
    }
}

/// A number, which may be written in hexadecimal digits.
fn number(text: &str) -> Option<u8> {
    text.strip_prefix("0x").map_or_else(|| text.parse(), |digits| u8::from_str_radix(digits, 16)).ok()
}

fn named_protocol(name: &str) -> Condition {
    Condition::Protocol(match (name, number(name)) {
        ("tcp", _) | (_, Some(6)) => Protocol::Tcp,
        ("udp", _) | (_, Some(17)) => Protocol::Udp,
        _ => Protocol::Other,
    })
}

fn interface(words: &mut Words<'_>, negated: bool, test: impl Fn(Interface) -> Test) {
    let pattern = Pattern::new(&words.value(), '+');
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

fn flags(words: &mut Words<'_>, negated: bool) {
    let (mask, set) = (words.value(), words.value());
    match (bits(&mask), bits(&set)) {
        (Some(mask), Some(set)) => words.test(constant(SYN & mask == set), negated),
        _ => words.lost(format!("`{} {}` are no flags of TCP", quote(&mask), quote(&set))),
    }
}

/// `SYN,ACK`; `ALL` are the six of RFC 793 (iptables-extensions(8), "tcp").
fn bits(text: &str) -> Option<u8> {
    let bit = |name: &str| match name {
        "all" => Some(0x3f),
        "none" => Some(0),
        _ => tcp_flag(name),
    };
    text.to_ascii_lowercase().split(',').try_fold(0, |sum, name| Some(sum | bit(name)?))
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
        "--reject-with" if pair[1].starts_with("icmp6-") => Some(Family::V6),
        "--reject-with" if pair[1].starts_with("icmp-") => Some(Family::V4),
        _ => None,
    })
}

/// Which IP version the protocols of a rule are usual with; both programs take them.
pub(super) fn protocol_of(words: &[String]) -> Option<Family> {
    words.windows(2).find_map(|pair| match (pair[0].as_str(), pair[1].as_str()) {
        ("-p", "ipv6-icmp" | "icmpv6" | "58") => Some(Family::V6),
        ("-p", "icmp") => Some(Family::V4),
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
