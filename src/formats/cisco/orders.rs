//! Lists of entries in the order in which the device asks them.

use super::config::{Acl, Entry, Notebook, Platform};
use super::services::same_entry;
use crate::problem::{Problem, quote};
use crate::source::Span;

/// IOS and NX-OS give a new entry the last number plus this (IOS: "IP Access List Entry Sequence Numbering").
const STEP: u32 = 10;

/// Takes the numbers of hits off an entry that a `show` command printed. A remark may say anything.
pub(in crate::formats) fn without_hits(words: &[String]) -> Vec<String> {
    let is_remark = words.first().is_some_and(|word| word == "remark");
    let hits = |word: &String| word.starts_with(['(', '[']) && word != "(inactive)";
    let end = words.iter().position(hits).filter(|_| !is_remark).unwrap_or(words.len());
    let after = words[end..].iter().filter(|word| *word == "(inactive)");
    words[..end].iter().chain(after).cloned().collect()
}

impl Acl {
    /// Puts an entry where its number wants it; without one at the end.
    pub fn number(
        &mut self,
        number: Option<u32>,
        words: Vec<String>,
        span: Span,
        platform: Platform,
        notes: &mut Notebook<'_>,
    ) {
        let is_remark = words.first().is_some_and(|word| word == "remark");
        let last = self.entries.last().map_or(0, |entry| entry.number);
        if !self.written.insert(words.clone()) && number.is_none() && !is_remark {
            return;
        }
        let number = number.unwrap_or_else(|| (last - last % STEP).saturating_add(STEP).max(last.saturating_add(1)));
        let entry = Entry { number, words, span };
        let place = self.entries.partition_point(|other| other.number < number);
        match self.entries.get_mut(place).filter(|other| other.number == number) {
            None => self.entries.insert(place, entry),
            Some(other) if other.words == entry.words => {}
            Some(other) if platform == Platform::Nxos => *other = entry,
            Some(other) => {
                let first = quote(&other.words.join(" "));
                let message = format!("`{}` has the number {number} of `{first}`; IOS refuses it.", self.name);
                notes.tell(Problem::warning("duplicate-sequence", message).at(span));
            }
        }
    }

    /// `ip access-list resequence NAME 10 10`
    pub fn resequence(&mut self, first: u32, step: u32) {
        for (at, entry) in self.entries.iter_mut().enumerate() {
            entry.number = first.saturating_add(step.saturating_mul(at as u32));
        }
    }

    /// Takes out the entries that `no` names: by number, or as written.
    pub fn remove(&mut self, words: &[String]) -> bool {
        let before = self.entries.len();
        match words {
            [number] if number.parse::<u32>().is_ok() => {
                let number = number.parse::<u32>();
                self.entries.retain(|entry| Ok(entry.number) != number);
            }
            _ => self.entries.retain(|entry| !same_entry(&entry.words, words)),
        }
        self.written = self.entries.iter().map(|entry| entry.words.clone()).collect();
        self.entries.len() < before
    }

    /// ASA: `line 3` puts an entry before the third, remarks counted; what stood there moves on.
    pub fn insert(&mut self, line: Option<u32>, words: Vec<String>, span: Span) {
        let end = self.entries.last().map_or(0, |entry| entry.number) + 1;
        let number = line.map_or(end, |line| line.clamp(1, end));
        let place = self.entries.partition_point(|entry| entry.number < number);
        self.entries[place..].iter_mut().for_each(|entry| entry.number += 1);
        self.entries.insert(place, Entry { number, words, span });
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::{Config, Kind};
    use super::*;
    use crate::addresses::Family;
    use crate::source::Source;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn list(platform: Platform, entries: &[(Option<u32>, &str)]) -> (String, usize) {
        let source = Source::read("t", 0, b"x").expect("text");
        let (span, mut notes) = (source.span(0..1), Notebook::new(&source));
        let mut config = Config::new(platform);
        config.open("A", Family::V4, Kind::Extended, span);
        let acl = &mut config.acls[0];
        entries.iter().for_each(|(number, text)| acl.number(*number, words(text), span, platform, &mut notes));
        let texts: Vec<String> = acl.entries.iter().map(|e| format!("{} {}", e.number, e.words.join(" "))).collect();
        (texts.join(", "), notes.problems.len())
    }

    #[test]
    fn numbers_are_the_order() {
        for (platform, entries, expected, problems) in [
            (Platform::Ios, vec![(Some(20), "b"), (Some(10), "a"), (None, "c")], "10 a, 20 b, 30 c", 0),
            (Platform::Ios, vec![(None, "a"), (None, "b"), (Some(15), "x")], "10 a, 15 x, 20 b", 0),
            (Platform::Ios, vec![(Some(10), "a"), (Some(10), "b")], "10 a", 1),
            (Platform::Ios, vec![(None, "a"), (None, "a")], "10 a", 0),
            (Platform::Nxos, vec![(Some(10), "a"), (Some(10), "b")], "10 b", 0),
            (Platform::Nxos, vec![(Some(10), "a"), (Some(15), "b"), (None, "c")], "10 a, 15 b, 20 c", 0),
            (Platform::Nxos, vec![(Some(u32::MAX), "a"), (None, "b")], "4294967295 b", 0),
        ] {
            assert_eq!(list(platform, &entries), (expected.to_owned(), problems), "{entries:?}");
        }
    }

    #[test]
    fn hits_are_no_part_of_an_entry() {
        for (shown, entry) in [
            ("permit ip any any (12 matches)", "permit ip any any"),
            ("permit ip any any log (hitcnt=3) 0x1f", "permit ip any any log"),
            ("deny ip any any (hitcnt=0) (inactive) 0x1f", "deny ip any any (inactive)"),
            ("permit ip any any [match=0]", "permit ip any any"),
            ("remark see (3) 0x1", "remark see (3) 0x1"),
        ] {
            assert_eq!(without_hits(&words(shown)), words(entry));
        }
    }
}
