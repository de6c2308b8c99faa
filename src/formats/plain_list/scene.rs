//! How the words of a line stand to each other: entry, label, sentence, comment.

use super::dialects::Blanks;
use super::doubt::Doubt;
use super::lines::{IN_A_SENTENCE, Item, Style, is_entry};
use super::tokens::{Token, What, Written};
use super::words;

/// How an entry stands among the words of its line.
pub(super) enum Standing {
    Entry,
    Doubtful(Doubt),
    Comment,
}

/// What the words of a line are to its entries.
pub(super) struct Scene {
    style: Style,
    /// Index of the first entry.
    first: usize,
    /// A number stands before everything else, and nothing says that it is a port.
    pub begins_with_number: bool,
    /// For each segment: where its first entry stands, where prose begins behind it, and whether prose stands before it.
    segments: Vec<Prose>,
    /// The line names hosts or addresses, so that a lone tag name beside them is a label.
    has_hosts: bool,
    has_prose: bool,
    /// Some word of the line may take an entry back.
    takes_back: bool,
    /// The first segment that is a label.
    label: Option<usize>,
    /// Where the first word stands that denies what follows, and whether one stands behind all entries.
    denial: Option<usize>,
    denied_behind: bool,
    /// A word before all entries may take them back.
    taken_before: bool,
    /// Where the last word stands, apart from the entries, that may take back those before it.
    taken_behind: Option<usize>,
    /// The addresses may be sources and destinations.
    pairs: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Prose {
    entry: Option<usize>,
    before: bool,
    after: Option<usize>,
    /// Prose stands in this segment, which has no entry.
    label: bool,
    /// Words behind the entry may take it back.
    taken_back: bool,
    /// `tcp`, `port`: the numbers of this segment are ports.
    service: bool,
}

impl Scene {
    pub fn of(items: &[Item<'_>], style: Style) -> Scene {
        let count = items.last().map_or(0, |item| item.segment + 1);
        let mut segments = vec![Prose::default(); count];
        for (at, item) in items.iter().enumerate() {
            let prose = &mut segments[item.segment];
            prose.taken_back |= prose.entry.is_some() && takes_back(item);
            match &item.token {
                token if is_entry(token) && !is_lone_tag(token) => prose.entry = prose.entry.or(Some(at)),
                Token::Word => match prose.entry {
                    Some(_) => prose.after = prose.after.or(Some(at)),
                    None => prose.before = !item.text.ends_with(':'),
                },
                Token::Protocols(_) | Token::Service(_) | Token::Filler => prose.service = true,
                _ => {}
            }
        }
        for prose in &mut segments {
            prose.label = prose.entry.is_none() && prose.before;
        }
        let first = items.iter().position(|item| is_entry(&item.token)).unwrap_or(0);
        let has_hosts = items.iter().any(|item| is_entry(&item.token) && !is_lone_tag(&item.token));
        let has_prose = items.iter().any(|item| item.token == Token::Word);
        let last = items.iter().rposition(|item| is_entry(&item.token)).unwrap_or(0);
        let number = |item: &Item<'_>| matches!(item.token, Token::Ports(..));
        let begins_with_number = items.first().is_some_and(number) && !segments.iter().any(|prose| prose.service);
        let label = segments.iter().position(|prose| prose.label);
        let denials = || places(items, |item| denies(item, segments[item.segment]));
        let (denial, denied_behind) = (denials().next(), denials().any(|place| place > last));
        let taking = || places(items, |item| takes_back(item) && sets_apart(item, segments[item.segment]));
        let (taken_before, taken_behind) = (taking().any(|place| place < first), taking().last());
        let pairs = style.blanks == Blanks::Separate && super::pairs::side_by_side(items);
        Scene {
            style,
            first,
            segments,
            has_hosts,
            has_prose,
            takes_back: items.iter().any(takes_back),
            begins_with_number,
            label,
            denial,
            denied_behind,
            taken_before,
            taken_behind,
            pairs,
        }
    }

    pub fn standing(&self, at: usize, item: &Item<'_>) -> Standing {
        let prose = self.segments[item.segment];
        if is_lone_tag(&item.token) {
            return if self.has_hosts || self.has_prose { Standing::Comment } else { Standing::Entry };
        }
        let labelled = self.label.is_some_and(|label| label < item.segment);
        if prose.before || (labelled && prose.after.is_some()) {
            return match item.token {
                Token::Damaged(_) => Standing::Comment,
                _ => Standing::Doubtful(Doubt { why: IN_A_SENTENCE.to_owned(), turns: self.takes_back }),
            };
        }
        let entry = matches!(item.token, Token::Entry(_));
        if entry && self.taken_before {
            return Standing::Doubtful(Doubt::turned("the text before the entry may take it back"));
        }
        let behind = self.taken_behind.is_some_and(|place| place > at);
        if (prose.taken_back && prose.after.is_some()) || (entry && behind) {
            return Standing::Doubtful(Doubt::turned("the text behind the entry may take it back"));
        }
        if self.pairs && is_address(&item.token) {
            return Standing::Doubtful(Doubt::void("addresses side by side may be a source and a destination"));
        }
        if prose.after.is_some_and(|prose| prose < at) {
            return Standing::Doubtful(Doubt::void("the name stands behind an entry and may be a comment"));
        }
        match at > self.first && prose.entry != Some(at) && self.style.blanks == Blanks::Comment {
            true => Standing::Comment,
            false => Standing::Entry,
        }
    }

    /// Whether the word says something about ports: a number in prose does not, nor one that begins the line.
    pub fn says(&self, at: usize, item: &Item<'_>) -> bool {
        let prose = self.segments[item.segment];
        let line_number = self.begins_with_number && at < self.first;
        !line_number && (!prose.before && prose.after.is_none() || (prose.label && prose.service))
    }

    /// Whether the line denies the entry at `at`: by a mark of its own, by a word before it or at the end.
    pub fn denies(&self, item: &Item<'_>, at: usize) -> bool {
        item.denied || self.denied_behind || self.denial.is_some_and(|denial| denial < at)
    }
}

fn places(items: &[Item<'_>], test: impl Fn(&Item<'_>) -> bool) -> impl Iterator<Item = usize> {
    items.iter().enumerate().filter(move |(_, item)| test(item)).map(|(place, _)| place)
}

/// Whether a word denies, and is no part of a sentence.
fn denies(item: &Item<'_>, prose: Prose) -> bool {
    item.token == Token::Deny && !prose.before && prose.after.is_none()
}

/// Whether a word stands in a segment of its own, or before the entry of its segment.
fn sets_apart(item: &Item<'_>, prose: Prose) -> bool {
    match item.token {
        Token::Deny => prose.entry.is_none() && prose.before,
        _ => !is_entry(&item.token) && (prose.entry.is_none() || prose.after.is_none()),
    }
}

/// Words beside an entry that may take back what it says, in lower case.
const TAKES_BACK: &[&str] = &[
    "0",
    "abgelaufen",
    "abgelehnt",
    "blockiert",
    "but",
    "deaktiviert",
    "disabled",
    "don't",
    "entfernt",
    "except",
    "exception",
    "exceptions",
    "exclude",
    "excluded",
    "excludes",
    "excluding",
    "expired",
    "false",
    "forbid",
    "forbidden",
    "forbids",
    "gesperrt",
    "inactive",
    "inaktiv",
    "kein",
    "keine",
    "nein",
    "never",
    "nicht",
    "no",
    "not",
    "obsolete",
    "off",
    "ohne",
    "pending",
    "prohibited",
    "rejected",
    "removed",
    "retired",
    "unless",
    "verboten",
    "without",
];

/// Words that may take back what an entry says: `except a.example`, `(not needed)`, a cross, `N`.
fn takes_back(item: &Item<'_>) -> bool {
    item.token == Token::Deny || is_taking_back(&item.text)
}

fn is_taking_back(word: &str) -> bool {
    let crossed = word.contains(['\u{274c}', '\u{2716}', '\u{2717}', '\u{2718}', '\u{1f6ab}', '\u{26d4}']);
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let listed = word.len() < 12 && TAKES_BACK.contains(&word.to_lowercase().as_str());
    listed || crossed || word == "N"
}

/// Whether a line that is not understood may deny what it names.
pub(super) fn may_deny(line: &str) -> bool {
    let denies = |word: &str| word.starts_with('!') || Token::read(word) == Token::Deny || is_taking_back(word);
    words::segments(line).concat().into_iter().any(denies)
}

/// A tag without a region: an English word (`Storage`) unless it stands among its like.
fn is_lone_tag(token: &Token) -> bool {
    matches!(token, Token::Entry(Written { what: What::Tag(tag), .. }) if !tag.contains('.'))
}

fn is_address(token: &Token) -> bool {
    matches!(token, Token::Entry(Written { what: What::Addresses { .. }, .. }))
}
