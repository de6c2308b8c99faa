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
    /// `tcp`, `port`: the numbers of this segment are ports.
    service: bool,
}

impl Scene {
    pub fn of(items: &[Item<'_>], style: Style) -> Scene {
        let count = items.last().map_or(0, |item| item.segment + 1);
        let mut segments = vec![Prose::default(); count];
        for (at, item) in items.iter().enumerate() {
            let prose = &mut segments[item.segment];
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
        Scene { style, first, segments, has_hosts, has_prose }
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
        if prose.after.is_some_and(|prose| prose < at) {
            return Standing::Doubtful("the name stands behind an entry and may be a comment");
        }
        match at > self.first && prose.entry != Some(at) && self.style.blanks == Blanks::Comment {
            true => Standing::Comment,
            false => Standing::Entry,
        }
    }

    /// Whether the word says something about ports: a number in prose does not.
    pub fn says(&self, item: &Item<'_>) -> bool {
        let prose = self.segments[item.segment];
        !prose.before && prose.after.is_none() || (prose.label && prose.service)
    }

    /// Whether `deny`, `not` or `!` is said of the entries: before the first one, or in a segment of its own.
    pub fn is_action(&self, at: usize, item: &Item<'_>) -> bool {
        let prose = self.segments[item.segment];
        !prose.before && (at < self.first || prose.entry.is_none() || prose.after.is_none())
    }
}

/// A tag without a region: an English word (`Storage`) unless it stands among its like.
fn is_lone_tag(token: &Token) -> bool {
    matches!(token, Token::Entry(Written { what: What::Tag(tag), .. }) if !tag.contains('.'))
}
