//! One access-control entry: what it lets through or stops.

use super::config::{Acl, Entry, Kind, ObjectKind, Platform};
use super::cursor::Cursor;
use super::networks::{self, Mask, Networks, Side};
use super::objects::{Objects, excludes_tcp};
use super::options::Options;
use super::services::{self, Ports, protocol};
use crate::addresses::Family;
use crate::policy::{Action, Condition, Reason, Rule};
use crate::problem::{Problem, quote};

/// Stands for an entry that may belong to a list or not.
pub(in crate::formats) const ASTRAY: &str = "?";

/// Stands for all that a list of names holds (IOS-XE, `ip access-list fqdn`).
pub(in crate::formats) const NAMES: &str = "fqdn";

/// Stands for two lists at one interface (IOS-XE, `ip access-group common`).
pub(in crate::formats) const COMMON: &str = "common";

/// Stands for what happens to a list that gets another name (ASA, `access-list OLD rename NEW`).
pub(in crate::formats) const RENAMED: &str = "renamed";

/// What an entry means.
pub(in crate::formats) struct Meant {
    pub rules: Vec<Rule>,
    /// Why a part of it could not be read.
    pub lost: Option<String>,
}

impl Meant {
    fn nothing() -> Meant {
        Meant { rules: Vec::new(), lost: None }
    }
}

pub(in crate::formats) fn meant(entry: &Entry, acl: &Acl, objects: &mut Objects<'_>) -> Meant {
    let mut cursor = Cursor::new(&entry.words, entry.span);
    let action = match cursor.next() {
        // Reflected entries let the answers to other connections through, and remarks nothing.
        "remark" | "evaluate" => return Meant::nothing(),
        "permit" => Action::Allow,
        "deny" => Action::Deny,
        ASTRAY => return open(entry, "an entry that belongs to no list may be part of this one", None),
        RENAMED => return open(entry, "the list is renamed, and whether what names it follows is not known", None),
        COMMON => return open(entry, "which of two lists at one interface decides is not settled here", None),
        NAMES => {
            return open(entry, "what a list of names (`ip access-list fqdn`) lets through is not decided here", None);
        }
        "advanced" => {
            let why = "`advanced` entries hand the traffic on to Snort, whose rules are not in the text";
            return open(entry, why, Some(why.to_owned()));
        }
        "dynamic" => return open(entry, "who has logged in for a dynamic entry is not known", None),
        other => {
            let why = format!("`{other}` is neither `permit` nor `deny`");
            return open(entry, &why.clone(), Some(why));
        }
    };
    let mut reader = Reader { acl, objects, denies: action == Action::Deny, parts: Vec::new(), disabled: false };
    let lost = reader.read(&mut cursor).err();
    if reader.disabled {
        return Meant::nothing();
    }
    let mut parts = reader.parts;
    if let Some(why) = &lost {
        parts.push(Condition::Unknown(Reason::new(why.clone()).at(entry.span)));
    }
    let tcp = !entry.words.get(1).is_some_and(|word| acl.kind == Kind::Extended && excludes_tcp(word));
    Meant { rules: vec![rule(entry, action, Condition::All(parts))], lost: lost.filter(|_| tcp) }
}

fn rule(entry: &Entry, action: Action, when: Condition) -> Rule {
    Rule { name: entry.words.join(" "), span: Some(entry.span), then: action.into(), when }
}

/// An entry that may let through or stop anything.
fn open(entry: &Entry, why: &str, lost: Option<String>) -> Meant {
    let unknown = || Condition::Unknown(Reason::new(why).at(entry.span));
    Meant { rules: vec![rule(entry, Action::Allow, unknown()), rule(entry, Action::Deny, unknown())], lost }
}

/// The problem to tell about an entry that was not understood.
pub(in crate::formats) fn not_understood(entry: &Entry, why: &str) -> Problem {
    let line = quote(&entry.words.join(" "));
    Problem::warning("unknown-entry", format!("`{line}` is not understood: {why}.")).at(entry.span)
}

struct Reader<'a, 'b> {
    acl: &'a Acl,
    objects: &'a mut Objects<'b>,
    denies: bool,
    /// What is known of it so far.
    parts: Vec<Condition>,
    disabled: bool,
}

impl Reader<'_, '_> {
    fn platform(&self) -> Platform {
        self.objects.config.platform
    }

    fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<(), String> {
        if self.acl.kind == Kind::Standard {
            let source = self.address(cursor, Side::Source)?;
            self.parts.push(source.condition(Side::Source, self.denies));
            self.parts.push(Condition::destination(networks::all(Some(self.acl.family))));
            return self.options(cursor);
        }
        let has_ports = self.protocol(cursor)?;
        for side in [Side::Source, Side::Destination] {
            self.users(cursor);
            let networks = self.address(cursor, side)?;
            self.parts.push(networks.condition(side, self.denies));
            self.users(cursor);
            if has_ports && let Some(ports) = self.ports(cursor, side)? {
                self.parts.push(match side {
                    Side::Source => ports.source(cursor.span),
                    Side::Destination => ports.destination(),
                });
            }
        }
        self.options(cursor)
    }

    /// Whether ports may follow.
    fn protocol(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, String> {
        let word = cursor.next();
        if word == "object" || word == "object-group" {
            let services = self.objects.services(cursor.next(), cursor.span);
            self.parts.push(services);
            return Ok(true);
        }
        self.parts.push(protocol(word).ok_or_else(|| format!("`{word}` is no protocol that is known"))?);
        Ok(["tcp", "udp", "sctp", "6", "17", "tcp-udp"].contains(&word))
    }

    /// ASA asks who the user is, and which security group an address belongs to.
    fn users(&mut self, cursor: &mut Cursor<'_>) {
        let count = match cursor.peek() {
            "security-group" => 3,
            "user" | "user-group" | "object-group-user" | "object-group-security" => 2,
            _ => return,
        };
        let text = format!("the entry asks for a `{}`, which the text cannot tell", cursor.peek());
        self.parts.push(Condition::Unknown(Reason::new(text).at(cursor.span)));
        for _ in 0..count {
            cursor.next();
        }
        self.users(cursor);
    }

    fn address(&mut self, cursor: &mut Cursor<'_>, side: Side) -> Result<Networks, String> {
        let at = cursor.span;
        let open = |text: String| Ok(Networks::unknown(Reason::new(text).at(at)));
        match cursor.peek() {
            "any" | "any4" | "any6" => Ok(self.any(cursor.next())),
            "host" => {
                cursor.next();
                self.objects.address(cursor.next()).map(Networks::of)
            }
            "object" | "object-group" | "addrgroup" => {
                cursor.next();
                Ok(self.objects.networks(cursor.next(), at))
            }
            "range" => {
                cursor.next();
                networks::range(cursor).map(Networks::of)
            }
            "fqdn" => {
                cursor.next();
                let name = cursor.next();
                let why = Reason::new(format!("`{name}` is no name that the ASA can resolve")).at(at);
                Ok(Networks::named(name, why))
            }
            "interface" => {
                cursor.next();
                open(format!("the entry names the address of the interface `{}`", cursor.next()))
            }
            "object-group-network-service" => {
                cursor.next();
                open(format!("what the network service group `{}` holds is not known", cursor.next()))
            }
            "" => Err(format!("it ends before its {}", if side == Side::Source { "source" } else { "destination" })),
            alias if self.objects.config.aliases.contains_key(alias) => {
                self.objects.aliased(cursor, Mask::Net).map(Networks::of)
            }
            _ => self.network(cursor),
        }
    }

    /// Extended entries of IOS and ASA have a mask behind every address.
    fn network(&self, cursor: &mut Cursor<'_>) -> Result<Networks, String> {
        let word = cursor.peek();
        let has_mask = word.contains(['/', ':']) || cursor.ahead(1).contains('.') || cursor.ahead(1).starts_with('/');
        if !has_mask && self.acl.kind == Kind::Extended && word.parse::<std::net::IpAddr>().is_ok() {
            return Err(format!("`{word}` has no mask"));
        }
        networks::network(cursor, Mask::of(self.platform())).map(Networks::of)
    }

    fn any(&self, word: &str) -> Networks {
        let config = self.objects.config;
        let family = match (self.platform(), word) {
            (_, "any4") => Some(Family::V4),
            (_, "any6") => Some(Family::V6),
            (Platform::Asa, _) => config.any_is_ipv4.then_some(Family::V4),
            _ => Some(self.acl.family),
        };
        match family {
            None => Networks::any(),
            family => Networks::of(networks::all(family)),
        }
    }

    fn ports(&mut self, cursor: &mut Cursor<'_>, side: Side) -> Result<Option<Ports>, String> {
        let word = cursor.peek();
        if services::is_operator(word) && !(word == "range" && is_address(cursor.ahead(1))) {
            return services::operator(cursor).map(|ranges| Some(Ports::of(ranges)));
        }
        let names_ports = word == "portgroup" || word == "object-group" && self.is_port_group(cursor, side);
        if !names_ports {
            return Ok(None);
        }
        cursor.next();
        Ok(Some(self.objects.ports(cursor.next(), cursor.span)))
    }

    /// Behind a source an `object-group` may hold ports or the destination: its definition tells, else what follows does.
    fn is_port_group(&self, cursor: &Cursor<'_>, side: Side) -> bool {
        match self.objects.kind(cursor.ahead(1)) {
            Some(ObjectKind::Ports) => true,
            Some(_) => false,
            None if side == Side::Destination => true,
            None => {
                let next = cursor.ahead(2);
                let named = ["object", "object-group"].contains(&next) && self.objects.is_network(cursor.ahead(3));
                named || ["any", "any4", "any6", "host", "interface", "range"].contains(&next) || is_address(next)
            }
        }
    }

    fn options(&mut self, cursor: &mut Cursor<'_>) -> Result<(), String> {
        let options = Options::read(cursor, self.platform());
        self.disabled = options.disabled;
        self.parts.extend(options.conditions);
        options.lost.map_or(Ok(()), |word| Err(format!("`{word}` is not known here")))
    }
}

fn is_address(word: &str) -> bool {
    word.split('/').next().is_some_and(|head| head.parse::<std::net::IpAddr>().is_ok())
}
