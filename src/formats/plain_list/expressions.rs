//! Lists whose lines are expressions, as a filter file of tinyproxy.
//!
//! Source: tinyproxy 1.11.1, tried: an expression begins behind the blanks of its line and ends before the next blank, or
//! before a `#` without a backslash; lines are read in pieces of 511 bytes.

use super::lines::{Entry, Limits, Meant, Reading, Scope};
use crate::hosts::Product;

/// Longer lines are cut into several expressions.
const LONGEST: usize = 511;

pub(super) fn read(line: &str, product: &Product) -> Reading {
    let unclear = |why| Reading::Unclear { why, scope: Scope::Anything, entries: Vec::new() };
    if line.len() > LONGEST {
        return unclear(format!("the line is longer than {LONGEST} bytes, and is cut"));
    }
    let text = expression(line);
    match product.expression(text).filter(|_| !text.is_empty()) {
        None => Reading::Nothing,
        Some(Err(why)) => unclear(why),
        Some(Ok(meant)) => Reading::Entries(vec![Entry {
            text: text.to_owned(),
            meant: Meant::Names(meant),
            limits: Limits::default(),
            denied: false,
            doubt: None,
        }]),
    }
}

/// The line without blanks and comments.
fn expression(line: &str) -> &str {
    let text = line.trim_start_matches(|c: char| c.is_ascii_whitespace());
    let ends = |(at, c): &(usize, char)| c.is_ascii_whitespace() || (*c == '#' && !text[..*at].ends_with('\\'));
    let end = text.char_indices().find(ends).map_or(text.len(), |(at, _)| at);
    &text[..end]
}
