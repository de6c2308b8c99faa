//! Configurations of IOS and NX-OS, sorted: lists, groups of objects, and the interfaces that lists are bound to.

mod script;

use super::config::{Binding, Config, Interface, Kind, Member, Notebook, Object, ObjectKind, Platform};
use super::entry::{ASTRAY, COMMON, NAMES};
use super::orders::without_hits;
use super::scopes;
use super::statements::{Statement, capture};
use super::words::{
    as_typed, ends_interface, is_entry, is_foreign, is_member, list_header, looks_like_entry, object_kind, split_number,
};
use crate::addresses::Family;
use crate::problem::{Problem, quote};
use crate::source::{Source, Span};

/// All configurations of the text.
pub(in crate::formats) fn read<'s>(source: &'s Source, platform: Platform) -> (Vec<Config>, Notebook<'s>) {
    let mut notes = Notebook::new(source);
    let (all, refused) = capture(source);
    notes.tell_refused(&refused);
    let configs = scopes::scopes(&all).into_iter().map(|scope| {
        let mut config = Config::new(platform);
        config.host = scopes::host(scope);
        let ended = scope.iter().any(|statement| statement.words == ["end"]);
        config.whole = ended && !config.host.is_empty() || is_whole_nxos(source, platform, &config.host);
        let mut reader = Reader { config, notes: &mut notes, place: Place::Elsewhere };
        scope.iter().for_each(|statement| reader.statement(statement));
        reader.config.note_drops();
        reader.config
    });
    let configs = configs.collect();
    (configs, notes)
}

/// NX-OS ends its configuration without a word; it begins with the command.
fn is_whole_nxos(source: &Source, platform: Platform, host: &str) -> bool {
    platform == Platform::Nxos && !host.is_empty() && source.text().contains("!Command: show running-config\n")
}

/// The block that a statement belongs to. Indentation may be lost, so its words tell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    List {
        index: usize,
        indent: usize,
    },
    Object {
        name: String,
        indent: usize,
    },
    Interface(String),
    /// A list or map of another kind, whose lines begin with `permit` and `deny`, too.
    Foreign,
    Elsewhere,
}

struct Reader<'n, 's> {
    config: Config,
    notes: &'n mut Notebook<'s>,
    place: Place,
}

impl Reader<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        let words = statement.words();
        let taken = match words.as_slice() {
            ["no", rest @ ..] | ["default", rest @ ..] => self.negated(rest, statement),
            rest => {
                self.opens(rest, statement)
                    || self.bound_with_common(rest, statement)
                    || self.bound(rest, statement)
                    || self.belongs(statement)
            }
        };
        if taken {
            self.notes.used(statement.span);
        } else {
            self.elsewhere(statement);
        }
    }

    /// A statement that begins a list or a group.
    fn opens(&mut self, words: &[&str], statement: &Statement) -> bool {
        let (span, indent) = (statement.span, statement.indent);
        match words {
            ["ip", "access-list", "resequence", name, first, step]
            | ["resequence", "ip" | "ipv6", "access-list", name, first, step] => {
                let (first, step) = (first.parse().unwrap_or(10), step.parse().unwrap_or(10));
                self.config.acls.iter_mut().filter(|acl| acl.name == *name).for_each(|acl| acl.resequence(first, step));
            }
            ["ip", "access-list", "fqdn", name] => {
                let index = self.config.open(name, Family::V4, Kind::Extended, span);
                self.entry(index, &[NAMES.to_owned()], span);
                self.place = Place::Foreign;
            }
            ["access-list", number, rest @ ..] => return self.numbered(number, rest, statement),
            ["object-group", kind @ .., name] if !kind.is_empty() => {
                self.place = Place::Object { name: (*name).to_owned(), indent };
                self.group(name, object_kind(kind), span);
            }
            _ => match list_header(words) {
                Some((name, family, kind)) => {
                    let index = self.config.open(name, family, kind, span);
                    self.place = Place::List { index, indent };
                }
                None => return false,
            },
        }
        true
    }

    fn group(&mut self, name: &str, kind: ObjectKind, span: Span) {
        let new = Object { kind: kind.clone(), members: Vec::new(), clash: None };
        let object = self.config.objects.entry(name.to_owned()).or_insert(new);
        if object.kind != kind {
            object.clash = Some(span);
        }
    }

    /// `access-list 101 permit tcp any any eq 443`; 1-99 and 1300-1999 are standard, 100-199 and 2000-2699 extended lists
    /// ("IP Access List Overview"), other numbers filter no IP.
    fn numbered(&mut self, number: &str, rest: &[&str], statement: &Statement) -> bool {
        self.place = Place::Elsewhere;
        let kind = match number.parse::<u16>() {
            Ok(1..=99 | 1300..=1999) => Kind::Standard,
            Ok(100..=199 | 2000..=2699) => Kind::Extended,
            _ => return false,
        };
        let index = self.config.open(number, Family::V4, kind, statement.span);
        let rest: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
        self.entry(index, &rest, statement.span);
        true
    }

    /// `ip access-group OUT in` and its kin, in an interface.
    fn bound(&mut self, words: &[&str], statement: &Statement) -> bool {
        let (name, direction, family) = match words {
            ["ip", "access-group", name, direction, ..] | ["ip", "port", "access-group", name, direction, ..] => {
                (name, direction, Family::V4)
            }
            ["ipv6", "traffic-filter" | "access-group", name, direction, ..]
            | ["ipv6", "port", "traffic-filter", name, direction, ..] => (name, direction, Family::V6),
            _ => return false,
        };
        if !["in", "out"].contains(direction) || self.place == Place::Foreign {
            return false;
        }
        let at = match &self.place {
            Place::Interface(name) => name.clone(),
            _ => String::new(),
        };
        let inbound = *direction == "in";
        let binding = Binding { acl: (*name).to_owned(), family, at: Some(at), inbound, span: statement.span };
        self.config.bindings.push(binding);
        true
    }

    /// `ip access-group common EVERYWHERE HERE in`: how the two lists are joined is not read, and neither is at work alone.
    fn bound_with_common(&mut self, words: &[&str], statement: &Statement) -> bool {
        let (family, lists) = match words {
            ["ip", "access-group", "common", lists @ .., "in" | "out"] => (Family::V4, lists),
            ["ipv6", "traffic-filter", "common", lists @ .., "in" | "out"] => (Family::V6, lists),
            _ => return false,
        };
        let name = format!("common {}", lists.join(" "));
        let index = self.config.open(&name, family, Kind::Extended, statement.span);
        self.entry(index, &[COMMON.to_owned()], statement.span);
        self.config.uses.extend(lists.iter().map(|list| ((*list).to_owned(), statement.span)));
        let direction = words.last().copied().unwrap_or_default();
        self.bound(&["ip", "access-group", &name, direction], statement)
    }

    /// A line of the list or group that is open.
    fn belongs(&mut self, statement: &Statement) -> bool {
        match self.place.clone() {
            Place::List { index, indent } => self.in_list(index, indent, statement),
            Place::Object { name, indent } => self.in_object(&name, indent, statement),
            Place::Foreign => false,
            Place::Interface(_) | Place::Elsewhere => self.astray(statement),
        }
    }

    fn in_list(&mut self, index: usize, indent: usize, statement: &Statement) -> bool {
        let own = ["statistics", "fragments", "ignore", "counters"];
        if is_entry(&statement.words) {
            self.entry(index, &statement.words, statement.span);
            return true;
        }
        if own.contains(&statement.word(0)) || statement.word(0) == "exit" {
            return statement.word(0) != "exit" || self.leave();
        }
        if statement.indent > indent || looks_like_entry(&statement.words) {
            self.entry(index, &statement.words, statement.span);
            return true;
        }
        self.leave();
        false
    }

    fn leave(&mut self) -> bool {
        self.place = Place::Elsewhere;
        true
    }

    fn in_object(&mut self, name: &str, indent: usize, statement: &Statement) -> bool {
        let numbered = statement.words.len() > 1 && statement.word(0).parse::<u32>().is_ok();
        let words = &statement.words[usize::from(numbered)..];
        match words.first().map_or("", String::as_str) {
            "description" => return true,
            "exit" => return self.leave(),
            word if statement.indent > indent || is_member(word) => {
                if let Some(object) = self.config.objects.get_mut(name) {
                    object.members.push(Member { words: words.to_vec(), span: statement.span });
                }
                return true;
            }
            _ => {}
        }
        self.leave();
        self.astray(statement)
    }

    /// An entry whose list's first line is missing.
    fn astray(&mut self, statement: &Statement) -> bool {
        if !is_entry(&statement.words) || statement.words.len() < 3 {
            return false;
        }
        let line = quote(&statement.words.join(" "));
        let problem = Problem::warning("entry-without-list", format!("`{line}` belongs to no list."));
        let hint = "Paste the line that begins the list (`ip access-list …`) as well; until then any list may hold it.";
        self.notes.tell(problem.at(statement.span).hint(hint));
        self.notes.lost(statement.span);
        for acl in &mut self.config.acls {
            let words = vec![ASTRAY.to_owned()];
            acl.entries.insert(0, super::config::Entry { number: 0, words, span: statement.span });
        }
        true
    }

    /// An entry of a list, with its number or without.
    fn entry(&mut self, index: usize, words: &[String], span: Span) {
        let (number, words) = split_number(&as_typed(&without_hits(words)));
        let platform = self.config.platform;
        if let Some(acl) = self.config.acls.get_mut(index) {
            acl.number(number, words, span, platform, self.notes);
        }
    }

    /// Addresses of interfaces and routes, which tell where traffic leaves.
    fn network(&mut self, words: &[&str]) -> bool {
        match &self.place {
            Place::Interface(name) if self.config.note_address(&name.clone(), words) => true,
            Place::Foreign => false,
            _ => self.config.note_route(words),
        }
    }

    /// A command that filters nothing; it ends the block before it.
    fn elsewhere(&mut self, statement: &Statement) {
        self.config.note_use(statement);
        if self.network(&statement.words()) {
            self.notes.used(statement.span);
        }
        let is_sub = statement.indent > 0 && !matches!(self.place, Place::List { .. } | Place::Object { .. });
        match statement.words().as_slice() {
            words if other_filter(words).is_some() => {
                let why = other_filter(words).unwrap_or_default();
                if self.config.others.iter().all(|(_, other)| *other != why) {
                    self.config.others.push((statement.span, why));
                }
                self.notes.used(statement.span);
            }
            ["policy-map", .., name] => {
                self.config.policy_maps.push(((*name).to_owned(), None));
                self.place = Place::Foreign;
            }
            ["drop"] if matches!(self.place, Place::Foreign | Place::Elsewhere) => {
                let last = self.config.policy_maps.last_mut();
                last.into_iter().for_each(|(_, drops)| *drops = Some(statement.span));
            }
            ["service-policy", .., name] if matches!(self.place, Place::Interface(_)) => {
                self.config.service_policies.push((*name).to_owned());
            }
            ["interface", name @ ..] => {
                let name = name.concat();
                self.config.interfaces.push(Interface { name: name.clone(), ..Interface::default() });
                self.place = Place::Interface(name);
            }
            _ if is_sub => {}
            _ if is_foreign(&statement.words()) => self.place = Place::Foreign,
            _ if matches!(self.place, Place::Interface(_)) && !ends_interface(statement.word(0)) => {}
            _ => self.place = Place::Elsewhere,
        }
    }
}

/// Why a filter that is no list at an interface leaves things open.
fn other_filter(words: &[&str]) -> Option<&'static str> {
    match words {
        ["zone-member", "security", ..] => {
            Some("interfaces belong to zones, and what the zone-based firewall lets through is not decided here")
        }
        ["vlan", "filter", ..] => Some("a VLAN map filters too, and what it lets through is not decided here"),
        _ => None,
    }
}
