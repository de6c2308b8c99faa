//! Headings that say what becomes of the entries below them: allowed, denied, let through on some ports.

use super::doubt::Doubt;
use super::lines::{Entry, Reading};
use super::polarity::is_range_word;
use super::tokens::{Token, What, Written};

/// Why an entry below a heading that denies is in doubt.
pub(super) const DENIED: &str = "the heading above speaks of what is denied or taken back";

const DENYING: &[&str] = &[
    "abgelehnt",
    "blacklist",
    "block",
    "bloqu",
    "decommission",
    "denied",
    "deny",
    "deprecated",
    "disabled",
    "dropped",
    "entfernt",
    "excluded",
    "expired",
    "forbidden",
    "gesperrt",
    "inactive",
    "interdit",
    "obsolete",
    "prohibited",
    "rejected",
    "removed",
    "retired",
    "revoked",
    "veraltet",
    "verboten",
];
const ALLOWING: &[&str] = &[
    "accept",
    "allow",
    "approved",
    "autoris",
    "erlaubt",
    "freigabe",
    "freigegeben",
    "permit",
    "unblock",
    "whitelist",
    "zugelassen",
];
const NEGATING: &[&str] = &["don't", "kein", "keine", "never", "nicht", "no", "not"];
/// What a negation takes back, apart from permission.
const WANTED: &[&str] = &["ben\u{f6}tigt", "longer", "mehr", "needed", "required", "used"];

#[derive(Debug, PartialEq)]
pub(super) enum Heading {
    Allows,
    Denies,
    Ports(Vec<(u16, u16)>),
}

/// What the last headings say about the entries below them.
#[derive(Default)]
pub(super) struct Sections {
    denies: bool,
    ports: Vec<(u16, u16)>,
    /// Some heading allows: the list has sections.
    pub allows_somewhere: bool,
}

impl Sections {
    pub fn enter(&mut self, heading: Heading) {
        match heading {
            Heading::Ports(ports) => self.ports = ports,
            Heading::Denies => (self.denies, self.ports) = (true, Vec::new()),
            Heading::Allows => {
                (self.denies, self.ports) = (false, Vec::new());
                self.allows_somewhere = true;
            }
        }
    }

    pub fn apply(&self, reading: &mut Reading) {
        let (Reading::Entries(entries) | Reading::Unclear { entries, .. }) = reading else {
            return;
        };
        entries.iter_mut().for_each(|entry| self.limit(entry));
    }

    fn limit(&self, entry: &mut Entry) {
        entry.limits.perhaps.clone_from(&self.ports);
        if self.denies {
            entry.doubt.get_or_insert_with(|| Doubt::void(DENIED)).turns = true;
        }
    }
}

/// What a line without entries says as a heading.
pub(super) fn heading(line: &str) -> Option<Heading> {
    let trimmed = line.trim();
    let marked = trimmed.ends_with(':') || trimmed.starts_with(|c: char| "#;/[<*=-_".contains(c));
    let words: Vec<&str> = trimmed.split_whitespace().take(8).map(bare).filter(|word| !word.is_empty()).collect();
    if words.is_empty() || words.len() > if marked { 6 } else { 3 } {
        return None;
    }
    let tokens: Vec<Token> = words.iter().map(|word| Token::read(word)).collect();
    // Three dots make an address, be it mistyped; a date has two.
    let address = |word: &&str| word.matches('.').count() == 3;
    if tokens.iter().any(names_something) || words.iter().any(address) {
        return None;
    }
    ports(&tokens).map(Heading::Ports).or_else(|| permission(&words))
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| c.is_ascii_punctuation())
}

/// Hosts and addresses; a lone tag is an English word.
fn names_something(token: &Token) -> bool {
    match token {
        Token::Entry(Written { what: What::Tag(tag), .. }) => tag.contains('.'),
        Token::Entry(_) | Token::Anything => true,
        _ => false,
    }
}

fn ports(tokens: &[Token]) -> Option<Vec<(u16, u16)>> {
    let mut ports = Vec::new();
    let mut named = false;
    for token in tokens {
        match token {
            Token::Ports(first, last) => ports.push((*first, *last)),
            Token::Service(port) => {
                named = true;
                ports.push((*port, *port));
            }
            Token::Filler | Token::Protocols(_) => named = true,
            _ => return None,
        }
    }
    (named && !ports.is_empty()).then_some(ports)
}

fn permission(words: &[&str]) -> Option<Heading> {
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let holds = |stems: &[&str]| lower.iter().any(|word| stems.iter().any(|stem| word.starts_with(stem)));
    let negated = lower.iter().any(|word| NEGATING.contains(&word.as_str()));
    let blocks_of = lower.windows(2).any(|pair| is_range_word(&pair[0]) && pair[1].starts_with("block"));
    match (negated, holds(DENYING) && !blocks_of, holds(ALLOWING)) {
        (true, false, true) => Some(Heading::Denies),
        (true, false, false) if holds(WANTED) => Some(Heading::Denies),
        (true, ..) | (false, false, false) => None,
        (false, true, _) => Some(Heading::Denies),
        (false, false, true) => Some(Heading::Allows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_told_from_other_comments() {
        for line in
            ["Denied:", "# Blocked", "[deny]", "Not allowed:", "Removed 2024:", "== no longer needed ==", "Gesperrt:"]
        {
            assert_eq!(heading(line), Some(Heading::Denies), "{line}");
        }
        for line in ["Allowed:", "# allow list", "[allow]", "Unblocked:"] {
            assert_eq!(heading(line), Some(Heading::Allows), "{line}");
        }
        for line in [
            "# CIDR blocks for Azure",
            "# do not edit",
            "# must not be blocked",
            "# Azure sign-in",
            "# a.example blocked",
            "deny 20.60.2.300",
        ] {
            assert_eq!(heading(line), None, "{line}");
        }
        assert_eq!(heading("Port 80"), Some(Heading::Ports(vec![(80, 80)])));
        assert_eq!(heading("HTTP:"), Some(Heading::Ports(vec![(80, 80)])));
        assert_eq!(heading("# 2024"), None);
    }
}
