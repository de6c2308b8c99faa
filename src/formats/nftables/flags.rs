//! `tcp flags`: the first packet of a connection has SYN alone.

use super::tokens::Token;
use crate::formats::netfilter::{SYN, constant, tcp_flag};
use crate::policy::{Condition, Protocol};

/// The condition, and how many words it takes; `None` if these words are none, or none that is understood.
///
/// Without an operator any of the flags is enough; `==` and `!=` compare all flags, or those of a mask (nft(8), "TCP HEADER
/// EXPRESSION" and "Bitmask type").
pub(super) fn flags(words: &[Token]) -> Option<(Condition, usize)> {
    if !words.first()?.is("tcp") || !words.get(1)?.is("flags") {
        return None;
    }
    let mut at = 2;
    let mut mask = None;
    if words.get(at)?.is("&") {
        let (bits, next) = bits(words, at + 1)?;
        (mask, at) = (Some(bits), next);
    }
    let operator = words.get(at)?.text.as_str();
    at += usize::from(["==", "!=", "!"].contains(&operator));
    let (wanted, mut at) = bits(words, at)?;
    if words.get(at).is_some_and(|word| word.is("/")) {
        let (bits, next) = bits(words, at + 1)?;
        (mask, at) = (Some(bits), next);
    }
    let holds = match (operator, mask) {
        ("!=", mask) => SYN & mask.unwrap_or(u8::MAX) != wanted,
        ("==", None) => SYN == wanted,
        ("!", None) => SYN & wanted == 0,
        (_, None) => SYN & wanted != 0,
        ("!", Some(_)) => return None,
        (_, Some(mask)) => SYN & mask == wanted,
    };
    Some((Condition::All(vec![Condition::Protocol(Protocol::Tcp), constant(holds)]), at))
}

/// `syn`, `fin,syn`, `(fin | syn)`, `0x2`, and where the words behind them begin.
fn bits(words: &[Token], from: usize) -> Option<(u8, usize)> {
    let opens = words.get(from)?.is("(");
    let mut at = from + usize::from(opens);
    let mut sum = tcp_flag(&words.get(at)?.text)?;
    at += 1;
    while words.get(at).is_some_and(|word| word.is(",") || word.is("|")) {
        sum |= tcp_flag(&words.get(at + 1)?.text)?;
        at += 2;
    }
    if opens && !words.get(at)?.is(")") {
        return None;
    }
    Some((sum, at + usize::from(opens)))
}
