//! Random filter files, and hosts that they may name.

use crate::chance::{one_in, pick};
use fastrand::Rng;

/// A kind of expression: the dialect that reads it, and what tinyproxy calls it.
#[derive(Debug)]
pub struct Kind {
    pub dialect: &'static str,
    pub filter_type: &'static str,
    atoms: &'static [&'static str],
    whole: &'static [&'static str],
}

pub const KINDS: [Kind; 3] = [
    Kind { dialect: "tinyproxy", filter_type: "bre", atoms: BASIC, whole: WHOLE_BASIC },
    Kind { dialect: "tinyproxy-extended", filter_type: "ere", atoms: EXTENDED, whole: WHOLE_EXTENDED },
    Kind { dialect: "tinyproxy-fnmatch", filter_type: "fnmatch", atoms: PATTERN, whole: WHOLE_PATTERN },
];

const BASIC: &[&str] = &[
    "a",
    "b",
    "ex",
    "ab",
    ".",
    "\\.",
    "\\.",
    "-",
    "0",
    "[ab]",
    "[^a]",
    "[a-c]",
    "[0-9]",
    "[^.]",
    "a*",
    ".*",
    "\\(a\\|b\\)",
    "\\(ex\\)*",
    "a\\{1,2\\}",
    "b\\+",
    "a\\?",
    "*",
    "(",
    "|",
    "+",
    "[[:alpha:]]",
];
const WHOLE_BASIC: &[&str] = &[
    "^a\\.",
    "\\.ex$",
    "^b\\.ex$",
    "*.ex",
    ".*\\.ex$",
    "a#b",
    "a\\#b",
    "^",
    "$",
    "\\(a",
    "[a",
    "^a\\|b\\.ex$",
    "^A\\.",
];
const EXTENDED: &[&str] = &[
    "a",
    "b",
    "ex",
    "ab",
    ".",
    "\\.",
    "\\.",
    "-",
    "0",
    "[ab]",
    "[^a]",
    "[a-c]",
    "[^.]",
    "a*",
    ".*",
    "(a|b)",
    "(ex)?",
    "a{1,2}",
    "b+",
    "[[:digit:]]",
];
const WHOLE_EXTENDED: &[&str] =
    &["^a\\.", "(^|\\.)b\\.ex$", "^(a|b)\\.", "^[^.]+\\.ex$", "a|b", "(a", "a)", "[a", "a{2,1}", "a#b", "^A\\."];
const PATTERN: &[&str] =
    &["a", "b", "ex", "ab", ".", ".", "-", "0", "*", "*", "?", "[ab]", "[!a]", "[a-c]", "\\.", "\\a"];
const WHOLE_PATTERN: &[&str] = &["*.ex", "*ex", "a.*", "?.ex", "*", "[!a]*.ex", "a.ex", "A.ex", "[a", "*.ex#x"];

const LABELS: &[&str] = &["a", "b", "ab", "ba", "aa", "abc", "0", "a-b", "ex", "exa", "c"];
const ENDS: &[&str] = &[".ex", ".ex", ".ex", ".a.ex", ".b.ex", ".ex.a", ".exa", ".bex"];

pub struct Filter {
    pub kind: &'static Kind,
    pub text: String,
    /// `FilterDefaultDeny Yes`
    pub allows: bool,
    pub case_counts: bool,
}

impl Filter {
    pub fn random(random: &mut Rng) -> Filter {
        let kind = &KINDS[random.usize(..KINDS.len())];
        let first = expression(random, kind) + "\n";
        let lines: String = (0..random.usize(..5)).map(|_| line(random, kind)).collect();
        Filter { kind, text: first + &lines, allows: random.bool(), case_counts: one_in(random, 4) }
    }

    pub fn host(&self, random: &mut Rng) -> String {
        let labels: Vec<&str> = (0..random.usize(1..3)).map(|_| pick(random, LABELS)).collect();
        labels.join(".") + pick(random, ENDS)
    }
}

fn line(random: &mut Rng, kind: &Kind) -> String {
    let before = pick(random, &["", "", "", " ", "\t"]);
    let after = pick(random, &["", "", "", "  ", " # and why", "#"]);
    let end = pick(random, &["\n", "\n", "\n", "\r\n"]);
    match random.u32(..16) {
        0 => format!("{before}# a comment{end}"),
        1 => end.to_owned(),
        _ => format!("{before}{}{after}{end}", expression(random, kind)),
    }
}

fn expression(random: &mut Rng, kind: &Kind) -> String {
    if one_in(random, 3) {
        // Broken ones and capitals are rare: the one ends the trial, the other cannot be decided.
        let chosen = pick(random, kind.whole);
        let odd = ["\\(a", "(a", "a)", "[a", "a{2,1}"].contains(&chosen) || chosen.contains('A');
        return if odd && !one_in(random, 8) { pick(random, kind.whole) } else { chosen }.to_owned();
    }
    let is_pattern = kind.filter_type == "fnmatch";
    let start = if is_pattern { pick(random, &["", "*", "*."]) } else { pick(random, &["", "^", ".*"]) };
    let end = if is_pattern { pick(random, &["", "*", ".ex"]) } else { pick(random, &["", "$", "\\.ex$"]) };
    let middle: String = (0..random.usize(1..4)).map(|_| pick(random, kind.atoms)).collect();
    format!("{start}{middle}{end}")
}
