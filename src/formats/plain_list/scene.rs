//! How the words of a line stand to each other: entry, label, sentence, comment.

use super::dialects::Blanks;
use super::lines::{IN_A_SENTENCE, Item, Style, is_entry};
use super::tokens::{Token, What, Written};

/// How an entry stands among the words of its line.
pub(super) enum Standing {
    Entry,
    Doubtful(&'static str),
    Comment,
}

/// What the words of a line are to its entries.
pub(super) struct Scene {
    style: Style,
    /// Index of the first entry.
    first: usize,
    /// Index of the last entry.
    last: usize,
    /// A number stands before everything else, and nothing says that it is a port.
    pub begins_with_number: bool,
    /// For each segment: where its first entry stands, where prose begins behind it, and whether prose stands before it.
    segments: Vec<Prose>,
    /// The line names hosts or addresses, so that a lone tag name beside them is a label.
    has_hosts: bool,
    has_prose: bool,
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
        Scene { style, first, last, segments, has_hosts, has_prose, begins_with_number }
    }

    pub fn standing(&self, at: usize, item: &Item<'_>) -> Standing {
        let prose = self.segments[item.segment];
        if is_lone_tag(&item.token) {
            return if self.has_hosts || self.has_prose { Standing::Comment } else { Standing::Entry };
        }
        let labelled = self.segments[..item.segment].iter().any(|earlier| earlier.label);
        if prose.before || (labelled && prose.after.is_some()) {
            return match item.token {
                Token::Damaged(_) => Standing::Comment,
                _ => Standing::Doubtful(IN_A_SENTENCE),
            };
        }
        if prose.taken_back && prose.after.is_some() {
            return Standing::Doubtful("the text behind the entry may take it back");
        }
        if prose.after.is_some_and(|prose| prose < at) {
            return Standing::Doubtful("the name stands behind an entry and may be a comment");
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
    pub fn denies(&self, items: &[Item<'_>], at: usize) -> bool {
        let around = |place: usize| place < at || place > self.last;
        let said = |(place, item): (usize, &Item<'_>)| {
            let prose = self.segments[item.segment];
            item.token == Token::Deny && around(place) && !prose.before && prose.after.is_none()
        };
        items[at].denied || items.iter().enumerate().any(said)
    }
}

/// Words behind an entry that may take back what it says: `except a.example`, `(not needed)`.
fn takes_back(item: &Item<'_>) -> bool {
    let word = item.text.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let words =
        ["except", "excluding", "exclude", "without", "but", "no", "not", "obsolete", "disabled", "removed", "never"];
    item.token == Token::Deny || words.contains(&word.as_str())
}

/// A tag without a region: an English word (`Storage`) unless it stands among its like.
fn is_lone_tag(token: &Token) -> bool {
    matches!(token, Token::Entry(Written { what: What::Tag(tag), .. }) if !tag.contains('.'))
}
