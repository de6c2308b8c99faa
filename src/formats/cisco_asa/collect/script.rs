//! Commands that take back, clear or rename what stands above.

use super::{Place, Reader};
use crate::addresses::Family;
use crate::formats::cisco::config::{Config, Entry, Kind, Platform};
use crate::formats::cisco::entry::RENAMED;
use crate::formats::cisco::services::same_entry;
use crate::formats::cisco::statements::Statement;
use crate::formats::cisco_asa::shown::Line;
use crate::formats::cisco_asa::words::{is_member, member_words};
use crate::source::Span;

impl Reader<'_, '_> {
    pub(super) fn negated(&mut self, words: &[&str], statement: &Statement) -> bool {
        match words {
            ["access-list", name, rest @ ..] => self.unlist(name, rest),
            ["access-group", name, ..] => self.config.bindings.retain(|binding| binding.acl != *name),
            ["object" | "object-group", _, name, ..] => drop(self.config.objects.remove(*name)),
            ["name", ..] | ["nameif", ..] | ["security-level", ..] | ["shutdown"] => return false,
            [head, ..] if is_member(head) => {
                let Place::Object { name, .. } = &self.place else { return false };
                let own: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
                let own = member_words(&own);
                let Some(object) = self.config.objects.get_mut(name) else { return false };
                object.members.retain(|member| member.words != own);
            }
            _ => {
                if statement.indent == 0 {
                    self.place = Place::Elsewhere;
                }
                return false;
            }
        }
        true
    }

    fn unlist(&mut self, name: &str, rest: &[&str]) {
        let rest = if let ["line", _, rest @ ..] = rest { rest } else { rest };
        let rest = if let ["extended", rest @ ..] = rest { rest } else { rest };
        let words: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
        let lines = self.lines_of(name);
        match words.is_empty() {
            true => lines.clear(),
            false => lines.retain(|line| !same_entry(&line.entry.words, &words)),
        }
    }

    /// `clear configure access-list OUT`
    pub(super) fn cleared(&mut self, words: &[&str]) -> bool {
        match words {
            ["all"] => {
                let host = std::mem::take(&mut self.config.host);
                self.config = Config { host, ..Config::new(Platform::Asa) };
                self.lines.clear();
            }
            ["access-list"] => self.lines.clear(),
            ["access-list", name, ..] => self.lines_of(name).clear(),
            ["access-group", ..] => self.config.bindings.clear(),
            ["object" | "object-group", ..] => self.config.objects.clear(),
            _ => return false,
        }
        true
    }

    /// `access-list OLD rename NEW`. Whether what names the list follows is not documented, so both names are left open.
    pub(super) fn renamed(&mut self, old: &str, new: &str, span: Span) -> bool {
        let lines = self.lines_of(old).clone();
        self.lines_of(new).extend(lines);
        for name in [old, new] {
            self.config.open(name, Family::V4, Kind::Extended, span);
            let entry = Entry { number: 0, words: vec![RENAMED.to_owned()], span };
            self.lines_of(name).insert(0, Line { number: None, shown: false, entry });
        }
        true
    }

    /// The object answers to both names: lines above name it by the old one.
    pub(super) fn object_renamed(&mut self, old: &str, new: &str) -> bool {
        let object = self.config.objects.get(old).cloned();
        object.map(|object| self.config.objects.insert(new.to_owned(), object)).is_some()
    }
}
