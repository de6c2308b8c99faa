use super::Syntax::{self, Perl, PosixBasic, PosixExtended};
use super::*;
use crate::hosts::{HostPattern, HostSet, Probe, TooComplex, Tri, explore, matches_text};
use std::time::{Duration, Instant};

/// Whether an expression, in a syntax, finds a match in a text.
const FOUND: &[(Syntax, &str, &str, bool)] = &[
    // What all have in common.
    (PosixBasic, "ex.com", "a.ex.com", true),
    (PosixBasic, "ex.com", "exxcom", true),
    (PosixBasic, "^ex\\.com$", "ex.com", true),
    (PosixBasic, "^ex\\.com$", "a.ex.com", false),
    (PosixBasic, "^[^.]*\\.ex\\.com$", "a.ex.com", true),
    (PosixBasic, "^[^.]*\\.ex\\.com$", "b.a.ex.com", false),
    (PosixBasic, "[[:digit:]]", "a1", true),
    (PosixBasic, "[]a]x", "ax", true),
    (PosixBasic, "[a\\]", "a", true),
    // Stars that repeat nothing are stars.
    (PosixBasic, "*.ex.com", "a.ex.com", false),
    (PosixBasic, "^*a", "a", false),
    (PosixBasic, "\\(*a\\)", "a", false),
    (PosixBasic, "\\(^a\\)", "ab", true),
    (PosixBasic, "b\\|*a", "a", false),
    (PosixBasic, "\\+a", "a", false),
    // Parentheses, braces and bars are themselves without a backslash, and special with one.
    (PosixBasic, "a|b", "a", false),
    (PosixBasic, "a\\|b", "b", true),
    (PosixBasic, "(a)", "a", false),
    (PosixBasic, "\\(ab\\)*c", "xababc", true),
    (PosixBasic, "^a\\{2,3\\}$", "aa", true),
    (PosixBasic, "^a\\{2,3\\}$", "aaaa", false),
    (PosixBasic, "^a\\{,2\\}$", "aa", true),
    (PosixBasic, "^a{2}$", "aa", false),
    (PosixBasic, "^ab\\+$", "abb", true),
    (PosixBasic, "^ab\\?$", "a", true),
    (PosixBasic, "^ab+$", "abb", false),
    (PosixBasic, "^a*\\+$", "aaa", true),
    (PosixExtended, "^a**$", "aaa", true),
    // Places where a caret or a dollar is a place.
    (PosixBasic, "a^b", "ab", false),
    (PosixBasic, "a$b", "ab", false),
    (PosixBasic, "\\(a$\\)", "ba", true),
    (PosixBasic, "a$\\|b$", "ab", true),
    (PosixBasic, "\\w\\W\\w", "a.b", true),
    (PosixExtended, "ex\\.com$", "a.ex.com", true),
    (PosixExtended, "^(a|b)+$", "abba", true),
    (PosixExtended, "^a{2}$", "aa", true),
    (PosixExtended, "^a{,2}$", "aaa", false),
    (PosixExtended, "a)", "a", false),
    (PosixExtended, "^(a|)b$", "b", true),
    (PosixExtended, "[\\d]", "d", true),
    (PosixExtended, "^(a))", "a", false),
    (PosixExtended, "^[a-a]$", "a", true),
    (PosixExtended, "^[[:alnum:]]+$", "a1", true),
    (PosixExtended, "[[:alnum:]]", "-", false),
    (PosixExtended, "^[[:lower:]]$", "a", true),
    (PosixExtended, "[[:lower:]]", "1", false),
    (PosixExtended, "[[:upper:]]", "a", false),
    (PosixExtended, "[[:space:][:blank:][:cntrl:]]", "a", false),
    (PosixExtended, "^[[:xdigit:]]+$", "0f", true),
    (PosixExtended, "[[:xdigit:]]", "g", false),
    (PosixExtended, "^[[:punct:]]+$", "-._", true),
    (PosixExtended, "[[:punct:]]", "a1", false),
    (PosixExtended, "^[[:print:]]+$", "a-1", true),
    (PosixExtended, "^[[:graph:]]+$", "a.1", true),
    // A caret or a dollar that is no place is a character, which no name has.
    (PosixBasic, "a*^b", "b", false),
    (PosixBasic, "a$b*", "a", false),
    (Perl, "^(?:a|b)+\\.ex\\.com$", "ab.ex.com", true),
    (Perl, "(?i)^A", "a", true),
    (Perl, "^A", "a", false),
    (Perl, "\\d{2,}", "a12", true),
    (Perl, "^\\d+$", "a12", false),
    (Perl, "[\\w.-]+\\.ex\\.com\\/?$", "a_b.ex.com", true),
    (Perl, "^[^\\d.]+$", "a1", false),
    (Perl, "[\\-a]x", "-x", true),
    (Perl, "[a-c\\-]$", "x-", true),
    (Perl, "[\\w-]$", "x-", true),
    (Perl, "[]a]x", "ax", true),
    (Perl, "[[:alpha:]]1", "a1", true),
    (Perl, "a.*?b", "axxb", true),
    (Perl, "^a??b$", "b", true),
    (Perl, "^a{1,2}?$", "aa", true),
    (Perl, "\\Aa\\.ex\\z", "a.ex", true),
    (Perl, "a\\Z", "ba", true),
    (Perl, "(?<name>a)(?P<other>b)", "ab", true),
    (Perl, "a\\sb", "ab", false),
    (Perl, "a\\sb", "axb", false),
    (Perl, "a\\Sb", "axb", true),
    (Perl, "a&&b", "ab", false),
    (Perl, "^[a&&b]$", "b", true),
    (Perl, "^[[a]$", "[", true),
    (Perl, "\\.ex\\.com:443$", "a.ex.com:443", true),
];

#[test]
fn expressions_find_what_their_syntax_says() {
    for &(syntax, expression, text, expected) in FOUND {
        let regex = HostPattern::Regex(Regex::parse(syntax, expression, false).expect(expression));
        let found = matches_text(&Probe { patterns: vec![&regex], after: "" }, text);
        assert_eq!(found, Tri::from(expected), "{syntax:?} {expression} in {text}");
    }
}

#[test]
fn capitals_are_small_letters_where_case_is_ignored() {
    for (ignore_case, expected) in [(true, Tri::Yes), (false, Tri::No)] {
        let regex = HostPattern::Regex(Regex::parse(PosixExtended, "^[[:upper:]]$", ignore_case).expect("read"));
        assert_eq!(matches_text(&Probe { patterns: vec![&regex], after: "" }, "a"), expected);
    }
}

/// Expressions that are not decided, and why.
const REFUSED: &[(Syntax, &str, &str)] = &[
    (PosixExtended, "(a)\\1", "refers back"),
    (PosixExtended, "(?=a)", "not part of POSIX"),
    (PosixExtended, "a\\b", "does not define"),
    (PosixExtended, "*a", "repeats nothing"),
    (PosixExtended, "a|*b", "repeats nothing"),
    (PosixExtended, "^*a", "repeats nothing"),
    (PosixExtended, "(a", "unmatched parenthesis"),
    (PosixExtended, "[a", "unmatched bracket"),
    (PosixExtended, "[[.a.]]", "collating"),
    (PosixExtended, "[!-[]", "range"),
    (PosixExtended, "[!-\\]", "range"),
    (Perl, "(?<>a)", "is not read"),
    (PosixExtended, "a{2,1}", "count"),
    (PosixExtended, "a{x}", "count"),
    (PosixExtended, "((a{1000}){1000}){1000}", "too many states"),
    (PosixExtended, "\u{e9}?a", "beyond ASCII"),
    (PosixBasic, "\\(a\\)\\1", "refers back"),
    (PosixBasic, "\\(a", "unmatched parenthesis"),
    (PosixBasic, "a\\)", "unmatched parenthesis"),
    (PosixBasic, "\\{2\\}", "repeats nothing"),
    (PosixBasic, "a\\{2", "count"),
    (PosixBasic, "a**", "repeats a repetition"),
    (PosixBasic, "a*\\{2\\}", "repeats a repetition"),
    (PosixBasic, "a\\<b", "does not define"),
    (PosixBasic, "a\\", "ends with a backslash"),
    (Perl, "(?=a)b", "looks ahead"),
    (Perl, "(?!a)b", "looks ahead"),
    (Perl, "(?<=a)b", "behind"),
    (Perl, "(?<!a)b", "behind"),
    (Perl, "(a)\\1", "refers back"),
    (Perl, "(?<n>a)\\k<n>", "refers back"),
    (Perl, "(?P=n)", "is not read"),
    (Perl, "\\bex\\b", "edge of a word"),
    (Perl, "a\\B", "edge of a word"),
    (Perl, "a++", "possessive"),
    (Perl, "a?+b", "possessive"),
    (Perl, "a{2}+", "possessive"),
    (Perl, "(?>a*)b", "is not read"),
    (Perl, "a**", "repeats a repetition"),
    (Perl, "a{2}{3}", "repeats a repetition"),
    (Perl, "a{,2}", "count"),
    (Perl, "a{x", "count"),
    (Perl, "\\Qa.b\\E", "is not read"),
    (Perl, "a(?#comment)b", "is not read"),
    (Perl, "(?x) a", "is not read"),
    (Perl, "a(?i)b", "is not read"),
    (Perl, "(?i:a)", "is not read"),
    (Perl, "(?R)", "is not read"),
    (Perl, "(?(1)a|b)", "is not read"),
    (Perl, "(*ACCEPT)a", "verb"),
    (Perl, "\\x41", "is not read"),
    (Perl, "\\pL", "is not read"),
    (Perl, "\\h", "is not read"),
    (Perl, "\\K", "is not read"),
    (Perl, "[\\b]", "is not read"),
    (Perl, "[a-\\d]", "range"),
    (Perl, "[\\d-z]", "range"),
    (Perl, "[z-a]", "range"),
    (Perl, "[[=a=]]", "collating"),
    (Perl, "[[:word:]]", "cannot be read"),
    (Perl, "*a", "repeats nothing"),
    (Perl, "^*", "repeats nothing"),
    (Perl, "(a", "unmatched parenthesis"),
    (Perl, "a)", "unmatched parenthesis"),
    (Perl, "a\\", "ends with a backslash"),
];

#[test]
fn expressions_that_are_not_regular_or_would_be_refused_say_why() {
    for &(syntax, expression, why) in REFUSED {
        let error = Regex::parse(syntax, expression, false).expect_err(expression);
        assert!(error.contains(why), "{syntax:?} {expression}: {error}");
    }
}

#[test]
fn expressions_that_nest_or_repeat_without_end_are_refused() {
    for syntax in [PosixBasic, PosixExtended, Perl] {
        let open = if syntax == PosixBasic { "\\(" } else { "(" };
        assert!(Regex::parse(syntax, &open.repeat(100_000), false).is_err(), "{syntax:?}");
        assert!(Regex::parse(syntax, &format!("a{}b", "*".repeat(100_000)), false).is_err(), "{syntax:?}");
    }
}

#[test]
fn expressions_built_to_explode_are_answered_at_once() {
    let required = HostSet::parse("*.ex.com").expect("a host set");
    for text in [
        "^[ab]*a[ab]{16}\\.ex\\.com$",
        "^[ab]{16}a[ab]*\\.ex\\.com$",
        "^([ab]{0,12}a){12}[ab]{40}a",
        "(a|aa)+(a|aa)+(a|aa)+$",
        "(x+x+)+y",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(.{0,100}a){0,100}b",
        "((a?){100}){100}",
        "^(a.?){0,200}(.?b){0,90}\\.",
        "^([ab]{0,50}[bc]{0,50}){0,100}\\.ex",
        "^(([ab]{0,10}c?){0,100}[bc]{0,50}){0,9}\\.ex",
        "([a-y]{0,90}[b-z]{0,90}){0,90}a",
    ] {
        let start = Instant::now();
        let answer = Regex::posix_extended(text, true).map(|regex| {
            let pattern = HostPattern::Regex(regex);
            explore(&required, &[Probe { patterns: vec![&pattern], after: "" }]).map(|cells| cells.len())
        });
        // A tenth of it suffices; a machine under load takes longer.
        assert!(start.elapsed() < Duration::from_secs(10), "{text}: {answer:?} after {:?}", start.elapsed());
    }
    let explodes = Regex::posix_extended("^[ab]{24}a[ab]*\\.ex\\.com$", true).expect("regular");
    let pattern = HostPattern::Regex(explodes);
    assert_eq!(explore(&required, &[Probe { patterns: vec![&pattern], after: "" }]), Err(TooComplex));
}
