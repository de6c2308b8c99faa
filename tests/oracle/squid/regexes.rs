//! Random regular expressions, a few of them broken.

use crate::chance::{one_in, pick};
use fastrand::Rng;

/// What an expression ends in at the latest.
const ATOMS: &[&str] = &[
    "a",
    "b",
    "ab",
    "ex",
    "A",
    "B",
    ".",
    "\\.",
    "\\.",
    "-",
    "_",
    "0",
    "2",
    "443",
    "[ab]",
    "[^a]",
    "[a-c]",
    "[A-C]",
    "[0-9]",
    "[^.]",
    "[a-z0-9-]",
    "[]a]",
    "[a-]",
    "[[:alpha:]]",
    "[[:digit:]]",
    "[[:upper:]]",
    "[^[:alnum:]]",
    "\\w",
    "\\W",
    "\\-",
    "()",
    ":",
    "\\[",
    "]",
];
/// Whole expressions as administrators write them, and some that the C library refuses.
const WHOLE: &[&str] = &[
    "^a\\.",
    "\\.ex$",
    "(^|\\.)a\\.ex$",
    "^https",
    "^https?://",
    "^http://",
    ":443$",
    "^[0-9.]+$",
    "^20\\.",
    ".",
    "^",
    "$",
    ".*",
    "^$",
    "a|b",
    "^a|b\\.ex$",
    "^(a|b)\\.",
    "^[^.]+\\.ex",
    "ex:8",
    "^\\[",
    "*.ex",
    "a{2,1}",
    "(a",
    "[a",
    "?a",
    "a**",
    "a)",
    "|a",
    "none",
    "^.*?\\.ex$",
    ".*?a",
    ".*+b",
    "^.*$",
];
const REPEATS: &[&str] = &["*", "+", "?", "{2}", "{1,2}", "{0,}", "{,2}"];
const DEPTH: u32 = 3;

pub fn expression(random: &mut Rng) -> String {
    if one_in(random, 3) {
        return pick(random, WHOLE).to_owned();
    }
    let start = pick(random, &["", "", "^", "^", "(^|\\.)", ".*", "^.*", ".*\\."]);
    let end = pick(random, &["", "", "$", ":443$", "\\.ex$"]);
    format!("{start}{}{end}", sequence(random, DEPTH))
}

fn sequence(random: &mut Rng, depth: u32) -> String {
    (0..random.usize(1..4)).map(|_| repeated(random, depth)).collect()
}

fn repeated(random: &mut Rng, depth: u32) -> String {
    let repeat = if one_in(random, 4) { pick(random, REPEATS) } else { "" };
    piece(random, depth) + repeat
}

fn piece(random: &mut Rng, depth: u32) -> String {
    if depth == 0 || !one_in(random, 4) {
        return pick(random, ATOMS).to_owned();
    }
    let alternatives: Vec<String> = (0..random.usize(1..4)).map(|_| sequence(random, depth - 1)).collect();
    format!("({})", alternatives.join("|"))
}
