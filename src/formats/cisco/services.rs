//! Ports and services: operators, lists of ports, groups of services.

use super::cursor::Cursor;
use super::ports::port;
use crate::policy::{Condition, Protocol, Reason};
use crate::source::Span;

pub(in crate::formats) type Ranges = Vec<(u16, u16)>;

/// The words that begin a test of a port.
pub(in crate::formats) fn is_operator(word: &str) -> bool {
    ["eq", "neq", "lt", "gt", "range"].contains(&word)
}

/// `eq 80 443`, `range 1 1023`, `gt 1023`, `neq www`; several ports behind `eq` and `neq` (IOS: "Named ACL Support for
/// Noncontiguous Ports on an Access Control Entry").
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub(in crate::formats) fn operator(cursor: &mut Cursor<'_>) -> Result<Ranges, String> {
    let word = cursor.next();
    let first = number(cursor.next())?;
    Ok(match word {
        "lt" => first.checked_sub(1).map(|last| (0, last)).into_iter().collect(),
        "gt" => first.checked_add(1).map(|next| (next, u16::MAX)).into_iter().collect(),
        "range" => {
            let last = number(cursor.next())?;
            // IOS and ASA put the two in order themselves.
            vec![(first.min(last), first.max(last))]
        }
        "neq" => complement(several(cursor, first)),
        _ => several(cursor, first).into_iter().map(|port| (port, port)).collect(),
    })
}

fn number(word: &str) -> Result<u16, String> {
    port(word).ok_or_else(|| format!("`{word}` is no port that is known"))
}

/// Whether two entries are the same command: a port may be written as its name or as its number.
pub(in crate::formats) fn same_entry(one: &[String], other: &[String]) -> bool {
    let same = |(a, b): (&String, &String)| a == b || port(a).is_some() && port(a) == port(b);
    one.len() == other.len() && one.iter().zip(other).all(same)
}

fn several(cursor: &mut Cursor<'_>, first: u16) -> Vec<u16> {
    let mut ports = vec![first];
    while let Some(next) = port(cursor.peek()) {
        // `time` and `echo` may be ports; `log` and the like are none.
        cursor.next();
        ports.push(next);
    }
    ports
}

/// All ports but these.
fn complement(mut ports: Vec<u16>) -> Ranges {
    ports.sort_unstable();
    let mut ranges = Vec::new();
    let mut next = Some(0);
    for port in ports {
        if let Some(first) = next.filter(|&first| first < port) {
            ranges.push((first, port - 1));
        }
        next = port.checked_add(1);
    }
    ranges.extend(next.map(|first| (first, u16::MAX)));
    ranges
}

/// Ports that an entry or a group names, and what is missing of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::formats) struct Ports {
    pub ranges: Ranges,
    pub unknown: Vec<Reason>,
}

impl Ports {
    pub fn of(ranges: Ranges) -> Self {
        Ports { ranges, unknown: Vec::new() }
    }

    pub fn unknown(reason: Reason) -> Self {
        Ports { ranges: Vec::new(), unknown: vec![reason] }
    }

    pub fn join(&mut self, other: Ports) {
        self.ranges.extend(other.ranges);
        self.unknown.extend(other.unknown);
    }

    pub fn destination(&self) -> Condition {
        self.with(Condition::Port(self.ranges.clone()))
    }

    pub fn source(&self, span: Span) -> Condition {
        self.with(Condition::source_port(&self.ranges, span))
    }

    fn with(&self, known: Condition) -> Condition {
        match self.unknown.as_slice() {
            [] => known,
            unknown => {
                let open = unknown.iter().cloned().map(Condition::Unknown);
                Condition::Any(std::iter::once(known).chain(open).collect())
            }
        }
    }
}

/// `tcp`, `udp` or both, and what else a line of a service group may begin with.
pub(in crate::formats) fn protocol(word: &str) -> Option<Condition> {
    if word == "tcp-udp" {
        return Some(Condition::Any([Protocol::Tcp, Protocol::Udp].map(Condition::Protocol).to_vec()));
    }
    let protocol = super::ports::protocol(word)?;
    Some(protocol.map_or_else(Condition::always, Condition::Protocol))
}

/// `tcp source gt 1023 destination eq https`, `tcp eq 443`, `tcp 443` (IOS), `icmp echo`.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub(in crate::formats) fn service(cursor: &mut Cursor<'_>) -> Result<Condition, String> {
    let word = cursor.next();
    let protocol = protocol(word).ok_or_else(|| format!("`{word}` is no protocol that is known"))?;
    let mut parts = vec![protocol];
    if !["tcp", "udp", "tcp-udp", "6", "17"].contains(&word) {
        return Ok(parts.remove(0));
    }
    if cursor.take("source") {
        parts.push(Ports::of(ports(cursor)?).source(cursor.span));
    }
    cursor.take("destination");
    if !cursor.is_done() {
        parts.push(Condition::Port(ports(cursor)?));
    }
    match cursor.is_done() {
        true => Ok(Condition::All(parts)),
        false => Err(format!("`{}` is not known here", cursor.peek())),
    }
}

fn ports(cursor: &mut Cursor<'_>) -> Result<Ranges, String> {
    match is_operator(cursor.peek()) {
        true => operator(cursor),
        false => number(cursor.next()).map(|port| vec![(port, port)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Ranges, String> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        operator(&mut Cursor::new(&words, Span { file: 0, start: 0, end: 1 }))
    }

    #[test]
    fn operators() {
        for (text, expected) in [
            ("eq https", vec![(443, 443)]),
            ("eq 80 443 log", vec![(80, 80), (443, 443)]),
            ("lt 1024", vec![(0, 1023)]),
            ("lt 0", vec![]),
            ("gt 65535", vec![]),
            ("gt 1023", vec![(1024, 65535)]),
            ("range 2000 1000", vec![(1000, 2000)]),
            ("neq 443", vec![(0, 442), (444, 65535)]),
            ("neq 0 1 65535", vec![(2, 65534)]),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        assert!(read("eq nonsense").is_err() && read("range 1").is_err() && read("eq 70000").is_err());
    }
}
