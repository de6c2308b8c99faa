//! Lines as terminals show them: prompts before what was typed, and lines broken at the edge of the screen.

use crate::source::{Line, Source, Span, wrap};
use std::ops::RangeInclusive;

/// A line as its device wrote it, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logical {
    pub text: String,
    pub span: Span,
    /// The physical lines that it stands on.
    pub numbers: RangeInclusive<u32>,
}

/// All lines as they stand.
pub fn physical(source: &Source) -> Vec<Logical> {
    let logical =
        |line: Line<'_>| Logical { text: line.text.to_owned(), span: line.span, numbers: line.number..=line.number };
    source.lines().map(logical).collect()
}

/// All lines, blank ones too. Where no line is longer than a terminal's width, one of that width was broken there, unless
/// what follows is blank or begins a statement: `begins` has what stands before, and the line.
pub fn unwrapped(source: &Source, begins: impl Fn(&str, &str) -> bool) -> Vec<Logical> {
    let width = wrap::width(source.text());
    let breaks = |text: &str| width.is_some_and(|width| text.chars().count() == width);
    let mut found: Vec<Logical> = Vec::new();
    let mut open = false;
    for line in source.lines() {
        let goes_on = |before: &Logical| open && !line.text.trim().is_empty() && !begins(&before.text, line.text);
        match found.last_mut().filter(|before| goes_on(before)) {
            Some(broken) => broken.append(line.text, line.span, line.number),
            None => {
                found.push(Logical { text: line.text.to_owned(), span: line.span, numbers: line.number..=line.number })
            }
        }
        open = breaks(line.text);
    }
    found
}

impl Logical {
    /// Goes on with the next physical line.
    pub fn append(&mut self, text: &str, span: Span, number: u32) {
        self.text.push_str(text);
        self.span.end = span.end;
        self.numbers = *self.numbers.start()..=number;
    }
}

/// What follows a device's prompt: `show run` in `fw01# show run`, `admin@PA-220> show run`, `FGT (root) # show run` or
/// `asa/pri/act(config)#show run`. `None` if the line does not begin with one.
pub fn after_prompt(line: &str) -> Option<&str> {
    let in_name = |c: char| c.is_alphanumeric() || "._-/@~:".contains(c);
    let rest = line.trim_start().trim_start_matches(in_name);
    let named = rest.len() < line.trim_start().len();
    let mode = rest.strip_prefix(' ').unwrap_or(rest);
    let rest = match mode.strip_prefix('(').and_then(|mode| mode.split_once(')')) {
        Some((_, rest)) => rest,
        None => rest,
    };
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    rest.strip_prefix(['#', '>']).filter(|_| named).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, RangeInclusive<u32>)> {
        let source = Source::read("t", 0, text.as_bytes()).expect("text");
        let begins = |_: &str, line: &str| line.starts_with("permit");
        unwrapped(&source, begins).into_iter().map(|line| (line.text, line.numbers)).collect()
    }

    #[test]
    fn lines_that_the_screen_broke_are_whole_again() {
        let (edge, short) = ("x".repeat(80), "y".repeat(20));
        let whole = |text: &str, numbers| (text.to_owned(), numbers);
        assert_eq!(
            read(&format!("a\n{edge}\n{short}\nb")),
            [whole("a", 1..=1), whole(&format!("{edge}{short}"), 2..=3), whole("b", 4..=4)]
        );
        assert_eq!(read(&format!("{edge}\n{edge}\n{short}")), [whole(&format!("{edge}{edge}{short}"), 1..=3)]);
    }

    #[test]
    fn lines_that_only_happen_to_be_long_stay_apart() {
        let edge = "x".repeat(80);
        for (text, lines) in [
            (format!("{edge}\npermit a"), 2),
            (format!("{edge}\n\nb"), 3),
            (format!("{edge}\nb\n{edge}x"), 3),
            (format!("{}\nb", "x".repeat(79)), 2),
        ] {
            assert_eq!(read(&text).len(), lines, "{text}");
        }
    }

    #[test]
    fn prompts_end_with_their_sign() {
        for (line, expected) in [
            ("fw01# show run", Some("show run")),
            ("asa/pri/act(config)#show run", Some("show run")),
            ("FortiGate-60F (root) # show firewall policy", Some("show firewall policy")),
            ("FortiGate-60F # ", Some("")),
            ("admin@PA-220> show config running", Some("show config running")),
            ("admin@PA-220(active)# show", Some("show")),
            ("# a comment", None),
            ("set comment \"a # b\"", None),
            ("<entry name=\"x\">", None),
            ("! remark # 1", None),
            ("    permit tcp any any eq 443", None),
        ] {
            assert_eq!(after_prompt(line), expected, "{line}");
        }
    }
}
