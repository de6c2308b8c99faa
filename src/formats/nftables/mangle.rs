//! Statements that write into the packet or beside it: `meta mark set 0x1`, `tcp option maxseg size set rt mtu`. What stands
//! behind them in the rule is in force as well.

use super::fields::fields;
use super::matches::{Context, Tracking};
use super::tokens::{Kind, Token};
use crate::addresses::Family;

/// What may be written without sending the packet elsewhere.
pub(super) fn changes_no_way(words: &[Token]) -> bool {
    let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    match (text(0), text(1)) {
        ("meta" | "ct" | "mark", _) | ("tcp", "option") | ("ether", _) => true,
        ("ip" | "ip6", key) => ["dscp", "ecn", "ttl", "hoplimit", "flowlabel"].contains(&key),
        _ => false,
    }
}

/// The only version of IP that has such a header.
pub(super) fn family(words: &[Token]) -> Option<Family> {
    match words.first()?.text.as_str() {
        "ip" => Some(Family::V4),
        "ip6" => Some(Family::V6),
        _ => None,
    }
}

/// Where the statement behind a value begins; `None` where the value is not understood, or where a packet may have none, which
/// ends the rule there.
pub(super) fn behind_value(words: &[Token], at: usize, context: &Context<'_>) -> Option<usize> {
    const OPERATORS: [&str; 8] = ["and", "or", "xor", "&", "|", "^", "<<", ">>"];
    let mut at = operand(words, at, context)?;
    while words.get(at).is_some_and(|word| OPERATORS.contains(&word.text.as_str())) {
        at = operand(words, at + 1, context)?;
    }
    Some(at).filter(|&at| !words.get(at).is_some_and(|word| word.is("map")))
}

fn operand(words: &[Token], at: usize, context: &Context<'_>) -> Option<usize> {
    let word = words.get(at)?;
    if word.is("(") {
        let mut depth = 0_i32;
        let ends = words[at..].iter().position(|word| {
            depth += i32::from(word.is("(")) - i32::from(word.is(")"));
            depth == 0
        });
        return ends.map(|length| at + length + 1);
    }
    let key = words.get(at + 1).map_or("", |word| word.text.as_str());
    match word.text.as_str() {
        "mark" => Some(at + 1),
        "meta" if ["mark", "priority", "cpu"].contains(&key) => Some(at + 2),
        "ct" if key == "mark" && context.tracking == Tracking::Done => Some(at + 2),
        "rt" if key == "mtu" => Some(at + 2),
        _ if fields(words, at, context).is_some() => None,
        "numgen" | "jhash" | "symhash" | "socket" | "osf" | "map" | "{" => None,
        _ if word.kind == Kind::Quoted => Some(at + 1),
        // A class of `tc` is written with a colon: `1:10`.
        _ if words.get(at + 1).is_some_and(|next| next.is(":")) => Some(at + 3),
        _ => Some(at + 1),
    }
}
