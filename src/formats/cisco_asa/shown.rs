//! What `show access-list` prints: each entry with its line, and behind it what its objects stand for.

use super::super::cisco::config::{Acl, Entry};
use std::collections::BTreeMap;

/// An entry with its line, as shown or as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub number: Option<u32>,
    /// It has a count of hits, or stands under the heading of shown entries.
    pub shown: bool,
    pub entry: Entry,
}

/// Puts the lines of one list together. A list that was both typed and shown counts once, as typed; what is typed after a
/// list was shown is added to it.
pub(super) fn assemble(acl: &mut Acl, lines: Vec<Line>) {
    let first_shown = lines.iter().position(|line| line.shown);
    let typed_before = first_shown.is_some_and(|at| lines[..at].iter().any(|line| !line.shown));
    let (shown, typed): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.shown);
    let shown = counted_once(shown);
    let all_typed_again = typed.iter().filter(|line| line.number.is_none()).count() >= shown.1.max(1);
    if !typed_before && !all_typed_again {
        acl.entries = shown.0;
    }
    for Line { number, entry, .. } in typed {
        acl.insert(number, entry.words, entry.span);
    }
}

/// The entries, each as what it expands to where that is shown; and how many lines there are.
fn counted_once(lines: Vec<Line>) -> (Vec<Entry>, usize) {
    let mut by_number: BTreeMap<u32, Vec<Entry>> = BTreeMap::new();
    for Line { number, entry, .. } in lines {
        let number = number.unwrap_or(u32::MAX - 1);
        by_number.entry(number).or_default().push(Entry { number, ..entry });
    }
    let count = by_number.len();
    let entries = by_number.into_values().flat_map(expanded);
    (entries.collect(), count)
}

/// The addresses behind a name are shown as well, each with the name in brackets; the name itself counts.
fn expanded(mut entries: Vec<Entry>) -> Vec<Entry> {
    let names_objects = entries[0].words.iter().any(|word| word.starts_with("object"));
    if entries.len() > 1 && names_objects {
        entries.remove(0);
    }
    entries
}

/// Whether a shown entry is one address of a name: `host 192.0.2.1 (www.example.com)`.
pub(super) fn is_resolved(words: &[String]) -> bool {
    let is_name = |word: &String| {
        let inner = word.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        inner.is_some_and(|name| name.contains('.') && !name.contains('='))
    };
    words.iter().any(is_name) && !words.iter().any(|word| word == "fqdn")
}
