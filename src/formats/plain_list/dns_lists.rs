//! Lines of lists that steer name resolution or ad blockers: hosts files, AdBlock, RPZ, dnsmasq, unbound.
//!
//! They usually say what is blocked, so whether they allow or block is asked.

use super::doubt::Doubt;
use super::lines::{Entry, Limits, Meant};
use crate::hosts::products::{DNSMASQ, HOSTS_FILE, UNBOUND};
use crate::hosts::{self, Domain, HostPattern, normalize};
use std::net::IpAddr;

/// What a line of such a list says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DnsLine {
    /// Part of the form that names nothing: a header, an SOA record, a cosmetic filter.
    Frame,
    Entries(Vec<Entry>),
}

/// Addresses that a sink-hole answers with.
const SINKS: &[&str] = &["0.0.0.0", "127.0.0.1", "::", "::1", "127.0.0.0", "255.255.255.255"];

/// Whether the text is an AdBlock list, where a `!` begins a comment.
pub(super) fn is_adblock(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| {
        line.starts_with("||")
            || line.starts_with("@@||")
            || line.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("[adblock"))
    })
}

/// A line in the syntax of one of these lists; `None` if it is none.
pub(super) fn read(line: &str, adblock: bool) -> Option<DnsLine> {
    let line = line.trim();
    if adblock && let Some(read) = adblock_line(line) {
        return Some(read);
    }
    hosts_line(line).or_else(|| rpz_line(line)).or_else(|| dnsmasq_line(line)).or_else(|| unbound_line(line))
}

fn entry(text: &str, pattern: HostPattern, denied: bool, doubt: Option<&str>) -> Entry {
    let doubt = doubt.map(Doubt::void);
    Entry { text: text.to_owned(), meant: Meant::Names(pattern.into()), limits: Limits::default(), denied, doubt }
}

fn below(name: &str) -> HostPattern {
    HostPattern::Domain(Domain::below(name))
}

fn and_below(name: &str) -> HostPattern {
    HostPattern::Domain(Domain::and_below(name))
}

/// `||x^` takes x and what lies below it, `@@` excepts, options after `$` narrow it (AdGuard: "DNS filtering rules
/// syntax").
fn adblock_line(line: &str) -> Option<DnsLine> {
    if line.starts_with(['!', '[']) || line.contains("##") || line.contains("#@#") {
        return Some(DnsLine::Frame);
    }
    let (rule, excepted) = match line.strip_prefix("@@") {
        Some(rule) => (rule, true),
        None => (line, false),
    };
    let (name, options) = rule.strip_prefix("||")?.split_once('^').unwrap_or((rule.strip_prefix("||")?, ""));
    let doubt = (!options.is_empty()).then_some("the rule has options");
    let pattern =
        normalize(name).map(|name| and_below(&name)).unwrap_or(HostPattern::Glob(format!("*{}*", name.to_lowercase())));
    Some(DnsLine::Entries(vec![entry(line, pattern, excepted, doubt)]))
}

/// `0.0.0.0 a.example b.example`: exactly these names. The names of the machine itself are no entries.
fn hosts_line(line: &str) -> Option<DnsLine> {
    let line = line.split('#').next().unwrap_or(line);
    let mut words = line.split_whitespace();
    let sink = words.next().filter(|word| SINKS.contains(word))?;
    let names: Vec<&str> = words.collect();
    let is_name = |word: &&str| normalize(word).is_ok() && word.parse::<IpAddr>().is_err();
    if names.is_empty() || !names.iter().all(is_name) || (sink == "0.0.0.0" && names == ["any"]) {
        return None;
    }
    let listed = names.iter().filter(|name| name.contains('.') && !name.ends_with(".localdomain"));
    let meant = listed.filter_map(|name| HOSTS_FILE.read(name));
    let entries: Vec<Entry> = meant.map(|meant| of_product(line.trim(), meant, false, None)).collect();
    Some(if entries.is_empty() { DnsLine::Frame } else { DnsLine::Entries(entries) })
}

/// `x CNAME .` blocks x, `*.x CNAME .` what lies below, `CNAME rpz-passthru.` excepts (draft-vixie-dnsop-dns-rpz).
fn rpz_line(line: &str) -> Option<DnsLine> {
    let words: Vec<&str> = line.split(';').next().unwrap_or(line).split_whitespace().collect();
    let record = words.iter().position(|word| ["CNAME", "SOA", "NS"].contains(&word.to_ascii_uppercase().as_str()))?;
    if line.starts_with('$') || !words[record].eq_ignore_ascii_case("CNAME") {
        return (record < 4).then_some(DnsLine::Frame);
    }
    let (owner, target) = (words.first()?, words.get(record + 1)?);
    let pattern = match owner.strip_prefix("*.") {
        Some(base) => below(&normalize(base).ok()?),
        None => HostPattern::Exact(normalize(owner).ok()?),
    };
    let excepted = target.starts_with("rpz-passthru");
    let known = excepted || [".", "*.", "rpz-drop.", "rpz-tcp-only."].contains(target);
    Some(DnsLine::Entries(vec![entry(
        line,
        pattern,
        excepted,
        (!known).then_some("the record answers with another name"),
    )]))
}

/// `address=/x/…` and `local=/x/` take x and what lies below it, `#` every name; the more specific domain wins (dnsmasq
/// manual).
fn dnsmasq_line(line: &str) -> Option<DnsLine> {
    let (key, value) = line.split_once("=/")?;
    let forwards = key == "server" || key == "rev-server";
    if !forwards && !["address", "local", "bogus-nxdomain"].contains(&key) {
        return None;
    }
    let (names, answer) = value.rsplit_once('/')?;
    let excepted = (forwards && !answer.is_empty()) || answer == "#";
    let doubt = excepted.then_some("the more specific domain wins");
    let mut entries = Vec::new();
    for name in names.split('/').filter(|name| !name.is_empty()) {
        entries.push(match name {
            "#" => entry(line, HostPattern::Any, excepted, doubt),
            name => of_product(line, DNSMASQ.read(name)?, excepted, doubt),
        });
    }
    Some(if entries.is_empty() { DnsLine::Frame } else { DnsLine::Entries(entries) })
}

fn of_product(line: &str, meant: hosts::Meant, excepted: bool, doubt: Option<&str>) -> Entry {
    entry(line, meant.pattern, excepted, doubt.or(meant.maybe.as_deref()))
}

/// `local-zone: "x." always_nxdomain` takes x and what lies below it (unbound.conf manual).
fn unbound_line(line: &str) -> Option<DnsLine> {
    let (key, value) = line.split_once(':')?;
    if key == "server" && value.trim().is_empty() {
        return Some(DnsLine::Frame);
    }
    if key != "local-zone" && key != "local-data" {
        return None;
    }
    let words: Vec<&str> = value.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    let name = normalize(words.first()?).ok()?;
    if key == "local-data" {
        return Some(DnsLine::Entries(vec![entry(line, HostPattern::Exact(name), false, None)]));
    }
    let kind = words.get(1).copied().unwrap_or("");
    let excepted = kind.ends_with("transparent") || kind == "nodefault";
    let doubt = excepted.then_some("the more specific zone wins");
    Some(DnsLine::Entries(vec![of_product(line, UNBOUND.read(&name)?, excepted, doubt)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::{Probe, Tri, matches_text};

    /// What the entries of a line match.
    fn answer(line: &str, host: &str) -> Option<Tri> {
        let Some(DnsLine::Entries(entries)) = read(line, false) else {
            return None;
        };
        let patterns = entries.iter().filter_map(|entry| match &entry.meant {
            Meant::Names(meant) => Some(&meant.pattern),
            _ => None,
        });
        Some(matches_text(&Probe { patterns: patterns.collect(), after: "" }, host))
    }

    #[test]
    fn no_name_of_a_resolver_is_dropped_silently() {
        for (line, expected) in [
            ("address=/ex.com/0.0.0.0", Some(Tri::Yes)),
            ("address=/other.example/.ex.com/0.0.0.0", Some(Tri::Yes)),
            ("address=/com/0.0.0.0", Some(Tri::Yes)),
            ("address=/#/0.0.0.0", Some(Tri::Yes)),
            ("address=/*ex.com/0.0.0.0", Some(Tri::Maybe)),
            ("address=/other.example/0.0.0.0", Some(Tri::No)),
            ("address=/b d/0.0.0.0", None),
            ("local=//", None),
            ("local-zone: \"ex.com.\" always_nxdomain", Some(Tri::Yes)),
            ("0.0.0.0 other.example a.ex.com", Some(Tri::Yes)),
        ] {
            assert_eq!(answer(line, "a.ex.com"), expected, "{line}");
        }
    }
}
