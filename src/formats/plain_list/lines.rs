//! One line of a list: its entries, and what the words around them say about ports and permission.

use super::dialects::Blanks;
use super::doubt::Doubt;
use super::pairs;
use super::scene::{Scene, Standing};
use super::sections::{self, Heading};
use super::tokens::{Token, Written, addresses, single_address};
use super::words::{self, Segment};
use crate::addresses::AddressSet;
use crate::hosts::{self, Extra, HostPattern, Product};
use crate::policy::Protocol;
use std::net::Ipv4Addr;

/// An entry and what its line says about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// As the user wrote it, for quoting.
    pub text: String,
    pub meant: Meant,
    pub limits: Limits,
    /// The line says that the entry does not belong to what the list names: `!`, `not`, `deny`.
    pub denied: bool,
    /// Why the entry may not be meant at all.
    pub doubt: Option<Doubt>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meant {
    Written(Written),
    /// Names that are no words of a list: of a DNS list, whose syntax says what they are, or of an expression.
    Names(hosts::Meant),
    /// Every destination, perhaps: `any`.
    Anything,
}

/// What else a line asks of the traffic. Empty lists ask nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Limits {
    pub ports: Vec<(u16, u16)>,
    pub protocols: Vec<Protocol>,
    /// Ports that a heading names, which may hold for the entries below it.
    pub perhaps: Vec<(u16, u16)>,
    pub source: Option<AddressSet>,
}

impl Limits {
    /// Services count only where no number stands; ports of UDP alone leave nothing to TCP.
    pub fn settle(&mut self, services: Vec<(u16, u16)>, udp: Vec<(u16, u16)>) {
        if !self.ports.is_empty() {
            return;
        }
        if udp.is_empty() {
            self.ports = services;
        } else {
            self.ports = udp;
            self.protocols = vec![Protocol::Udp];
        }
    }
}

/// Why an entry among words of prose is in doubt.
pub(super) const IN_A_SENTENCE: &str = "the name stands in a sentence, which may not be an entry";

/// Why an entry behind a number is in doubt.
const NUMBERED: &str = "the number before the entry may be its port or the number of its line";

impl Entry {
    /// Whether the entry is an exception from what the list says; both ways where its line may turn it round.
    pub fn ways(&self) -> Vec<bool> {
        match &self.doubt {
            Some(doubt) if doubt.turns => vec![self.denied, !self.denied],
            _ => vec![self.denied],
        }
    }

    /// Whether the line is more likely a sentence than an entry.
    pub fn in_a_sentence(&self) -> bool {
        self.doubt.as_ref().is_some_and(|doubt| doubt.why == IN_A_SENTENCE)
    }
}

/// What a line holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    /// Blank, a comment or a heading.
    Nothing,
    Entries(Vec<Entry>),
    /// Some words are not understood; the entries beside them are kept.
    Unclear {
        why: String,
        scope: Scope,
        entries: Vec<Entry>,
    },
}

/// What a text that is not understood may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Addresses,
    Anything,
}

/// What the list as a whole says about how its lines are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// A dash before an entry is a bullet, not a denial.
    pub dash_is_bullet: bool,
    pub blanks: Blanks,
}

/// A word with its meaning and its place.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    pub text: std::borrow::Cow<'a, str>,
    pub token: Token,
    pub segment: usize,
    /// A `!` or `-` is glued to the word.
    pub denied: bool,
}

pub(super) fn read(line: &str, style: Style) -> Reading {
    let line = words::without_pager(line);
    if words::is_prompt(line) {
        return Reading::Nothing;
    }
    if let Some(continued) = semicolon_continued(line) {
        return doubtful(read(continued, style), &Doubt::void("a line that begins with a semicolon may be a comment"));
    }
    if words::is_comment(line) || !line.bytes().any(|b| b.is_ascii_alphanumeric() || b == b'*' || b >= 0x80) {
        return Reading::Nothing;
    }
    let plain = words::plain(line);
    let kept = words::without_comment(&plain);
    let comment = &plain[kept.len()..];
    let line = words::without_bullet(kept);
    let (line, dashed) = match words::after_dash(line) {
        Some(rest) => (words::without_bullet(rest), !style.dash_is_bullet),
        None => (line, false),
    };
    let items = items(&words::segments(line));
    if items.iter().any(|item| is_entry(&item.token)) {
        let reading = entries(&items, dashed, style);
        match sections::heading(comment) {
            Some(Heading::Denies) => {
                doubtful(reading, &Doubt::turned("the comment behind it speaks of what is denied or taken back"))
            }
            _ => reading,
        }
    } else {
        without_entries(line, &items, dashed)
    }
}

/// An entry as a product's own list has it: none of them has exceptions among its entries, or the notation of lists for
/// ad blockers and name resolution, and what a scheme or a port is to them is documented for few.
pub(super) fn of_product(reading: Reading, product: &Product) -> Reading {
    let own = |mut entry: Entry| {
        let title = product.title;
        if entry.denied || matches!(entry.meant, Meant::Names(_)) {
            let why = format!("{title}: no page tells of entries that are written so");
            entry.doubt.get_or_insert_with(|| Doubt::turned(why));
        }
        if let Meant::Written(written) = &mut entry.meant
            && (written.around.scheme && !product.refuses(Extra::Scheme)
                || written.around.port && !product.refuses(Extra::Port))
        {
            written.ports.clear();
            if written.around.port || !product.ignores(Extra::Scheme) {
                let why = format!("{title}: an entry with a scheme or a port may be refused");
                entry.doubt.get_or_insert_with(|| Doubt::void(why));
            }
        }
        entry
    };
    match reading {
        Reading::Nothing => Reading::Nothing,
        Reading::Entries(entries) => Reading::Entries(entries.into_iter().map(own).collect()),
        Reading::Unclear { why, scope, entries } => {
            Reading::Unclear { why, scope, entries: entries.into_iter().map(own).collect() }
        }
    }
}

/// `;b.example;c.example`: a comment, or the rest of a list that was broken over lines.
fn semicolon_continued(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix(';').filter(|rest| !rest.starts_with([' ', '\t', ';', '#']))?;
    let all_entries = words::segments(rest).iter().flatten().all(|word| is_entry(&Token::read(word)));
    (all_entries && !rest.trim().is_empty()).then_some(rest)
}

fn doubtful(reading: Reading, doubt: &Doubt) -> Reading {
    match reading {
        Reading::Entries(mut entries) => {
            for entry in &mut entries {
                let turns = doubt.turns || entry.doubt.as_ref().is_some_and(|own| own.turns);
                entry.doubt = Some(Doubt { turns, ..doubt.clone() });
            }
            Reading::Entries(entries)
        }
        other => other,
    }
}

pub(super) fn is_entry(token: &Token) -> bool {
    matches!(token, Token::Entry(_) | Token::Damaged(_))
}

/// The words with their meanings; words that make up one address together are joined.
fn items<'a>(segments: &[Segment<'a>]) -> Vec<Item<'a>> {
    let words: Vec<(usize, &str)> =
        segments.iter().enumerate().flat_map(|(at, words)| words.iter().map(move |word| (at, *word))).collect();
    let mut items = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(&(segment, word)) = words.get(at) {
        let next = |ahead: usize| words.get(at + ahead).map(|&(_, word)| word).unwrap_or("");
        let (used, item) = match joined(word, next(1), next(2)) {
            Some((used, text, token)) => (used, Item { text: text.into(), token, segment, denied: false }),
            None => (1, split_mark(word, segment)),
        };
        match own_ports(&item, next(1), &mut items) {
            Some((ports, range)) => ports.push(range),
            None => items.push(item),
        }
        at += used;
    }
    items
}

/// First and last port.
type PortRange = (u16, u16);

/// The ports of the entry before a word that is a further one: `host:80,443`.
fn own_ports<'i>(
    item: &Item<'_>,
    next: &str,
    items: &'i mut [Item<'_>],
) -> Option<(&'i mut Vec<PortRange>, PortRange)> {
    let Token::Ports(first, last) = item.token else {
        return None;
    };
    let Token::Entry(entry) = &mut items.last_mut()?.token else {
        return None;
    };
    let goes_on = next.starts_with(char::is_alphabetic) && Token::read(next) == Token::Word;
    (entry.around.port && !goes_on).then_some((&mut entry.ports, (first, last)))
}

/// A word without the `!` or `-` glued to its front.
fn split_mark(word: &str, segment: usize) -> Item<'_> {
    let unmarked = word.strip_prefix(['!', '-']).filter(|rest| !rest.is_empty()).unwrap_or(word);
    let token = Token::read(words::unquoted(unmarked));
    let denied = unmarked != word && matches!(token, Token::Entry(_));
    Item { text: word.into(), token, segment, denied }
}

/// One address entry over several words: `a - b`, `a /24`, `a mask`.
fn joined(word: &str, second: &str, third: &str) -> Option<(usize, String, Token)> {
    let address = single_address(word)?;
    let dash = |text: &str| matches!(text, "-" | "\u{2013}" | "\u{2014}" | "to");
    if dash(second) && pairs::is_range(address, second, single_address(third)?) {
        return addresses(&format!("{word} - {third}")).map(|token| (3, format!("{word} - {third}"), token));
    }
    let tail = second.strip_prefix(['-', '\u{2013}']).filter(|tail| single_address(tail).is_some());
    if let Some(tail) = tail {
        return addresses(&format!("{word} - {tail}")).map(|token| (2, format!("{word} - {tail}"), token));
    }
    if second.len() > 1 && second.starts_with('/') {
        return addresses(&format!("{word}{second}")).map(|token| (2, format!("{word}{second}"), token));
    }
    let mask =
        second.parse::<Ipv4Addr>().ok().filter(|mask| address.is_ipv4() && matches!(mask.octets()[0], 0 | 255))?;
    Some((2, format!("{word} {second}"), masked(word, mask)))
}

/// An address and a mask: a netmask, or a wildcard mask as routers have it. `0.0.0.0` and `255.255.255.255` are both.
pub(super) fn masked(address: &str, mask: Ipv4Addr) -> Token {
    match mask.to_bits() {
        0 | u32::MAX => Token::Damaged(format!("{mask} may be a netmask or a wildcard mask")),
        bits if bits.leading_zeros() + bits.trailing_ones() == 32 => {
            addresses(&format!("{address}/{}", bits.leading_zeros())).unwrap_or(Token::Word)
        }
        _ => addresses(&format!("{address} {mask}")).unwrap_or(Token::Word),
    }
}

/// A line without any entry: a heading, a word for everything, or something not understood.
fn without_entries(line: &str, items: &[Item<'_>], dashed: bool) -> Reading {
    let count = |test: fn(&Token) -> bool| items.iter().filter(|item| test(&item.token)).count();
    let prose = count(|token| matches!(token, Token::Word));
    let unclear = |why: &str| Reading::Unclear { why: why.to_owned(), scope: Scope::Anything, entries: Vec::new() };
    if prose == 0 && count(|token| *token == Token::Anything) > 0 {
        let everything = Entry {
            text: line.trim().to_owned(),
            meant: Meant::Anything,
            limits: limits(items.iter()),
            denied: dashed || count(|token| *token == Token::Deny) > 0,
            doubt: None,
        };
        return Reading::Entries(vec![everything]);
    }
    let heading = line.trim_end().ends_with(':') || (line.trim().starts_with('[') && line.trim().ends_with(']'));
    let several = items.len() > 1 && prose > 0;
    let object_like = |item: &Item<'_>| item.token == Token::Word && item.text.contains(['\\', '@', '=']);
    match heading || (several && !items.iter().any(object_like)) || items.is_empty() {
        true => Reading::Nothing,
        false => unclear("this is neither a host name, a URL nor an address"),
    }
}

/// Ports and protocols among the words. The word `https` counts as a port only where no number stands.
fn limits<'a>(items: impl Iterator<Item = &'a Item<'a>>) -> Limits {
    let mut limits = Limits::default();
    let (mut services, mut udp) = (Vec::new(), Vec::new());
    for item in items {
        match &item.token {
            Token::Ports(first, last) => limits.ports.push((*first, *last)),
            Token::Protocols(protocols) => limits.protocols.extend(protocols),
            Token::UdpPorts(first, last) => udp.push((*first, *last)),
            Token::Service(port) => services.push((*port, *port)),
            _ => {}
        }
    }
    limits.settle(services, udp);
    limits
}

/// A line with entries.
fn entries(items: &[Item<'_>], dashed: bool, style: Style) -> Reading {
    let scene = Scene::of(items, style);
    let limits = limits(items.iter().enumerate().filter(|(at, item)| scene.says(*at, item)).map(|(_, item)| item));
    let numbered = scene.begins_with_number && limits.ports.is_empty();
    let joined = style.blanks == Blanks::Join && items.len() > 1;
    let mut found = Vec::new();
    let mut trouble = None;
    for (at, item) in items.iter().enumerate() {
        let doubt = match scene.standing(at, item) {
            Standing::Comment => continue,
            Standing::Entry => numbered.then(|| Doubt::void(NUMBERED)),
            Standing::Doubtful(doubt) => Some(doubt),
        };
        match &item.token {
            Token::Entry(written) => found.push(Entry {
                text: item.text.clone().into_owned(),
                meant: if joined { Meant::Names(HostPattern::Never.into()) } else { Meant::Written(written.clone()) },
                limits: limits.clone(),
                denied: dashed || scene.denies(item, at),
                doubt,
            }),
            Token::Damaged(why) if doubt.is_none() => trouble = Some(why.clone()),
            _ => {}
        }
    }
    found.extend(pairs::perhaps_range(items, &limits));
    match trouble {
        Some(why) => Reading::Unclear { why, scope: Scope::Addresses, entries: found },
        None => Reading::Entries(found),
    }
}
