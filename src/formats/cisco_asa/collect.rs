//! An ASA's configuration, sorted.

mod script;

use super::super::cisco::config::{
    Binding, Config, Entry, Interface, Kind, Member, Notebook, Object, ObjectKind, Platform, Route,
};
use super::super::cisco::networks::{Mask, masked};
use super::super::cisco::scopes;
use super::super::cisco::statements::{Statement, capture};
use super::shown::{self, Line};
use super::words::{ENDS_INTERFACE, group_kind, is_member, member_words, network_of, without_count};
use crate::addresses::Family;
use crate::problem::{Problem, quote};
use crate::source::{Source, Span};

/// All configurations of the text: contexts, or devices.
pub(super) fn read(source: &Source) -> (Vec<Config>, Notebook<'_>) {
    let mut notes = Notebook::new(source);
    let (all, refused) = capture(source);
    notes.tell_refused(&refused);
    let configs = scopes::scopes(&all).into_iter().map(|scope| {
        let mut config = Config::new(Platform::Asa);
        config.host = scopes::host(scope);
        let mut reader =
            Reader { config, notes: &mut notes, place: Place::Elsewhere, lines: Vec::new(), showing: false };
        scope.iter().for_each(|statement| reader.statement(statement));
        reader.finish()
    });
    let configs = configs.collect();
    (configs, notes)
}

/// The block that a statement belongs to. Indentation may be lost, so its words tell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Object { name: String, indent: usize },
    Interface,
    Elsewhere,
}

struct Reader<'n, 's> {
    config: Config,
    notes: &'n mut Notebook<'s>,
    place: Place,
    /// The lines of each list, in the order in which they were read.
    lines: Vec<(String, Vec<Line>)>,
    /// Under the heading of shown entries.
    showing: bool,
}

impl Reader<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        let words = statement.words();
        let taken = match words.as_slice() {
            ["no", rest @ ..] => self.negated(rest, statement),
            ["clear", "configure", rest @ ..] | ["clear", "config", rest @ ..] => self.cleared(rest),
            rest => self.in_object(statement) || self.top(rest, statement),
        };
        match taken {
            true => self.notes.used(statement.span),
            false => self.config.note_use(statement),
        }
    }

    fn top(&mut self, words: &[&str], statement: &Statement) -> bool {
        match words {
            ["access-list", name, rest @ ..] => self.list(name, rest, statement),
            ["access-group", name, rest @ ..] => self.bound(name, rest, statement.span),
            ["object", kind @ ("network" | "service"), name] => {
                let kind = if *kind == "network" { ObjectKind::NetworkObject } else { ObjectKind::ServiceObject };
                self.object(name, kind, statement)
            }
            ["object", _, old, "rename", new] => self.object_renamed(old, new),
            ["object", _, name] => self.object(name, ObjectKind::Other, statement),
            ["object-group", kind, name, rest @ ..] => self.object(name, group_kind(kind, rest), statement),
            ["name", address, alias, ..] => self.alias(address, alias),
            _ => self.network(words),
        }
    }

    /// Interfaces, routes, and what the whole device does.
    fn network(&mut self, words: &[&str]) -> bool {
        match words {
            ["interface", ..] => {
                self.place = Place::Interface;
                self.config.interfaces.push(Interface::default());
                return false;
            }
            ["nameif", name] => return self.interface(|interface| interface.name = (*name).to_owned()),
            ["security-level", level] => {
                let level = level.parse().ok();
                return self.interface(|interface| interface.level = level);
            }
            ["management-only", ..] => return self.interface(|interface| interface.management_only = true),
            ["shutdown"] => return self.interface(|interface| interface.shut = true),
            ["ip", "address", address, mask, ..] => {
                let network = network_of(address, mask);
                return self.interface(|interface| interface.network = network);
            }
            ["route", interface, to, mask, rest @ ..] => return self.route(interface, to, mask, rest),
            ["same-security-traffic", "permit", "inter-interface"] => self.config.same_level_passes = true,
            ["ASA" | "PIX", "Version", version, ..] => {
                let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
                self.config.any_is_ipv4 = major.is_some_and(|major| major < 9);
            }
            _ => {
                if words.first().is_some_and(|word| ENDS_INTERFACE.contains(word)) {
                    self.place = Place::Elsewhere;
                }
                return false;
            }
        }
        true
    }

    fn interface(&mut self, change: impl FnOnce(&mut Interface)) -> bool {
        let here = self.place == Place::Interface;
        self.config.interfaces.last_mut().filter(|_| here).map(change).is_some()
    }

    /// `route outside 0.0.0.0 0.0.0.0 192.0.2.1 1`: the last number is the distance.
    fn route(&mut self, interface: &str, to: &str, mask: &str, rest: &[&str]) -> bool {
        let word = |text: &str| if text == "0" { "0.0.0.0".to_owned() } else { text.to_owned() };
        let (Ok(to), Ok(mask)) = (word(to).parse(), word(mask).parse()) else { return false };
        let Ok(set) = masked(to, mask, Mask::Net) else { return false };
        let default = mask.is_unspecified();
        let distance = rest.get(1).and_then(|word| word.parse().ok()).unwrap_or(1);
        self.config.routes.push(Route { interface: interface.to_owned(), via: None, to: set, default, distance });
        true
    }

    fn alias(&mut self, address: &str, alias: &str) -> bool {
        let address = address.parse().ok();
        address.map(|address| self.config.aliases.insert(alias.to_owned(), address)).is_some()
    }

    fn object(&mut self, name: &str, kind: ObjectKind, statement: &Statement) -> bool {
        self.place = Place::Object { name: name.to_owned(), indent: statement.indent };
        let new = Object { kind: kind.clone(), members: Vec::new(), clash: None };
        let object = self.config.objects.entry(name.to_owned()).or_insert(new);
        if object.kind != kind {
            object.clash = Some(statement.span);
        }
        true
    }

    /// A line of the object or group that is open.
    fn in_object(&mut self, statement: &Statement) -> bool {
        let Place::Object { name, indent } = self.place.clone() else { return self.astray(statement) };
        let head = statement.word(0);
        if ["description", "nat"].contains(&head) {
            return head == "description";
        }
        if !is_member(head) && statement.indent <= indent {
            self.place = Place::Elsewhere;
            return false;
        }
        let Some(object) = self.config.objects.get_mut(&name) else { return false };
        if matches!(object.kind, ObjectKind::NetworkObject | ObjectKind::ServiceObject) {
            object.members.clear();
        }
        let words = member_words(&statement.words);
        object.members.push(Member { words, span: statement.span });
        true
    }

    /// A line of a group whose first line is missing.
    fn astray(&mut self, statement: &Statement) -> bool {
        let head = statement.word(0);
        if !(head.ends_with("-object") && is_member(head)) || statement.words.len() < 2 {
            return false;
        }
        let line = quote(&statement.words.join(" "));
        let message = format!("`{line}` belongs to no object group.");
        let problem = Problem::warning("member-without-group", message).at(statement.span);
        self.notes.tell(problem.hint("Paste the line that begins the group (`object-group …`) as well."));
        self.notes.lost(statement.span);
        true
    }

    /// `access-list NAME [line N] [extended] permit …`
    fn list(&mut self, name: &str, rest: &[&str], statement: &Statement) -> bool {
        self.place = Place::Elsewhere;
        if name.ends_with(';') {
            self.showing = true;
            return true;
        }
        let (number, rest) = match rest {
            ["line", number, rest @ ..] if number.parse::<u32>().is_ok() => (number.parse().ok(), rest),
            rest => (None, rest),
        };
        let rest = match rest {
            ["extended", rest @ ..] => rest,
            ["standard" | "webtype" | "ethertype", ..] => return self.other_kind(name, statement.span),
            ["cached", ..] | ["alert-interval" | "deny-flow-max", ..] => return false,
            rest => rest,
        };
        if ["cached", "alert-interval", "deny-flow-max"].contains(&name) {
            return false;
        }
        if let ["rename", new] = rest {
            return self.renamed(name, new, statement.span);
        }
        let words: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
        let (words, counted) = without_count(words);
        let shown = counted || self.showing && number.is_some() && words.first().is_some_and(|word| word == "remark");
        let resolved = counted && shown::is_resolved(&words);
        let words = if resolved { vec!["remark".to_owned()] } else { words };
        self.config.open(name, Family::V4, Kind::Extended, statement.span);
        let entry = Entry { number: 0, words, span: statement.span };
        self.lines_of(name).push(Line { number, shown, entry });
        true
    }

    fn lines_of(&mut self, name: &str) -> &mut Vec<Line> {
        let at = self.lines.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
            self.lines.push((name.to_owned(), Vec::new()));
            self.lines.len() - 1
        });
        &mut self.lines[at].1
    }

    /// Standard lists select routes, webtype lists filter the clientless VPN, EtherType lists what is not IP.
    fn other_kind(&mut self, name: &str, span: Span) -> bool {
        let message = format!("`{name}` is a list that filters no IP traffic between interfaces.");
        if !self.notes.problems.iter().any(|problem| problem.message == message) {
            self.notes.tell(Problem::note("other-use", message).at(span));
        }
        false
    }

    /// `access-group NAME in interface inside`, `access-group NAME global`
    fn bound(&mut self, name: &str, rest: &[&str], span: Span) -> bool {
        let (at, inbound) = match rest {
            [_, "interface", _, "control-plane"] => {
                self.config.uses.push((name.to_owned(), span));
                return false;
            }
            [direction @ ("in" | "out"), "interface", interface, ..] => {
                (Some((*interface).to_owned()), *direction == "in")
            }
            ["global", ..] => (None, true),
            _ => return false,
        };
        // A second list in the same place takes the first one's.
        self.config.bindings.retain(|binding| binding.at != at || binding.inbound != inbound);
        self.config.bindings.push(Binding { acl: name.to_owned(), family: Family::V4, at, inbound, span });
        true
    }

    fn finish(mut self) -> Config {
        for (name, lines) in self.lines {
            if let Some(acl) = self.config.acls.iter_mut().find(|acl| acl.name == name) {
                shown::assemble(acl, lines);
            }
        }
        self.config.acls.retain(|acl| !acl.entries.is_empty());
        self.config
    }
}
