//! What may stand behind the addresses and ports of an entry.

use super::config::Platform;
use super::cursor::Cursor;
use crate::policy::{Condition, Reason};
use std::collections::BTreeMap;

/// What the options of an entry do to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::formats) struct Options {
    pub conditions: Vec<Condition>,
    /// ASA's `inactive`.
    pub disabled: bool,
    /// The first word that is not known.
    pub lost: Option<String>,
}

/// Look at fields of a packet that an export says nothing about.
const FIELDS: &[&str] = &[
    "auth",
    "dest-option",
    "dest-option-type",
    "dscp",
    "flow-label",
    "hbh",
    "http-method",
    "mobility",
    "mobility-type",
    "option",
    "packet-length",
    "precedence",
    "routing",
    "routing-type",
    "tcp-option-length",
    "time-range",
    "tos",
    "tracked",
    "ttl",
    "udf",
    "undetermined-transport",
    "vlan",
];

const FLAGS: &[&str] = &["ack", "fin", "psh", "rst", "syn", "urg"];

/// Without effect on what matches.
const LOGGING: &[&str] = &["log", "log-input", "log-update", "count"];

impl Options {
    pub fn read(cursor: &mut Cursor<'_>, platform: Platform) -> Options {
        let mut options = Options::default();
        let mut flags = Vec::new();
        while !cursor.is_done() {
            let word = cursor.next();
            match word {
                "inactive" | "(inactive)" if platform == Platform::Asa => options.disabled = true,
                _ if LOGGING.contains(&word) => logging(cursor, platform),
                // Neither belongs to the packet that opens a connection (IOS: "IP Access List Overview", "Creating an
                // IP Access List to Filter TCP Flags"; fragments: noninitial ones only).
                "established" | "fragments" => options.conditions.push(Condition::never()),
                "reflect" => {
                    cursor.next();
                    if cursor.take("timeout") {
                        cursor.next();
                    }
                }
                "capture" if platform == Platform::Nxos => cursor.skip_all(),
                "match-all" | "match-any" => options.conditions.push(matching(cursor, word == "match-all")),
                _ if FLAGS.contains(&word) => flags.push(word),
                _ if FIELDS.contains(&word) => {
                    value(cursor);
                    let text = format!("the entry holds only where `{word}` does, which the text cannot tell");
                    options.conditions.push(Condition::Unknown(Reason::new(text).at(cursor.span)));
                }
                _ => {
                    options.lost.get_or_insert_with(|| word.to_owned());
                }
            }
        }
        if !flags.is_empty() && !flags.contains(&"syn") {
            options.conditions.push(Condition::never());
        }
        options
    }
}

/// The value of a field, which may be compared: `ttl gt 5`, `packet-length range 64 128`.
fn value(cursor: &mut Cursor<'_>) {
    let count = match cursor.next() {
        "eq" | "gt" | "lt" | "neq" => 1,
        "range" => 2,
        _ => 0,
    };
    (0..count).for_each(|_| {
        cursor.next();
    });
}

/// `log notifications interval 60`, `log disable`, `log TAG`.
fn logging(cursor: &mut Cursor<'_>, platform: Platform) {
    const LEVELS: &[&str] = &[
        "alerts",
        "critical",
        "debugging",
        "default",
        "disable",
        "emergencies",
        "errors",
        "informational",
        "notifications",
        "warnings",
    ];
    if platform == Platform::Asa {
        let is_level = |word: &str| LEVELS.contains(&word) || word.parse::<u8>().is_ok_and(|level| level < 8);
        if is_level(cursor.peek()) {
            cursor.next();
        }
        if cursor.take("interval") {
            cursor.next();
        }
        return;
    }
    let word = cursor.peek();
    let known = [FIELDS, FLAGS, LOGGING].iter().any(|words| words.contains(&word));
    let is_cookie = platform == Platform::Ios && !known && !["established", "fragments", "reflect", ""].contains(&word);
    if is_cookie {
        cursor.next();
    }
}

/// Of the six flags the packet that opens a connection has `syn` only.
fn matching(cursor: &mut Cursor<'_>, all: bool) -> Condition {
    let mut wanted: BTreeMap<&str, bool> = BTreeMap::new();
    while let Some(flag) = cursor.peek().strip_prefix(['+', '-']) {
        wanted.insert(flag, cursor.next().starts_with('+'));
    }
    let mut met = wanted.iter().map(|(&flag, &set)| set == (flag == "syn"));
    match if all { met.all(|met| met) } else { met.any(|met| met) } {
        true => Condition::always(),
        false => Condition::never(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn read(text: &str, platform: Platform) -> Options {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        Options::read(&mut Cursor::new(&words, Span { file: 0, start: 0, end: 1 }), platform)
    }

    #[test]
    fn only_syn_opens_a_connection() {
        for (text, holds) in [
            ("established", false),
            ("fragments", false),
            ("ack", false),
            ("syn", true),
            ("syn ack log", true),
            ("match-all +syn -ack", true),
            ("match-all +syn +ack", false),
            ("match-any +ack +rst", false),
            ("match-any +ack +syn", true),
            ("log", true),
            ("log COOKIE", true),
            ("ttl gt 5", true),
            ("packet-length range 64 128 log", true),
        ] {
            let options = read(text, Platform::Ios);
            assert_eq!(!options.conditions.contains(&Condition::never()), holds, "{text}");
            assert_eq!(options.lost, None, "{text}");
        }
    }

    #[test]
    fn logging_takes_its_words_and_no_more() {
        for text in ["log", "log 6 interval 300", "log warnings", "log disable inactive", "log default"] {
            assert_eq!(read(text, Platform::Asa).lost, None, "{text}");
        }
        assert!(read("log disable inactive", Platform::Asa).disabled);
        assert_eq!(read("log 6 sometimes", Platform::Asa).lost.as_deref(), Some("sometimes"));
        assert_eq!(read("log dscp af11", Platform::Ios).conditions.len(), 1);
    }
}
