//! Tables, chains and sets as they are written.

use super::expand::statement_end;
use super::notes::Notes;
use super::tokens::{Token, span};
use crate::policy::{LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::source::Span;
use std::collections::HashMap;

#[derive(Clone, Debug, Default)]
pub(super) struct Ruleset {
    pub tables: Vec<Table>,
    index: HashMap<(String, String), usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    pub family: String,
    pub name: String,
    pub chains: Vec<Chain>,
    pub sets: HashMap<String, Set>,
    /// Switched off by `flags dormant`.
    pub dormant: bool,
    index: HashMap<String, usize>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    pub name: String,
    pub base: Option<Base>,
    pub rules: Vec<Vec<Token>>,
    pub opened: Option<Span>,
    /// Where a first rule can be put in the text.
    pub closed: Option<Span>,
    pub twice: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Base {
    pub kind: String,
    pub hook: String,
    /// The interfaces at which it stands (`ingress`, `egress`); none for all.
    pub devices: Vec<String>,
    pub priority: i64,
    pub drops: bool,
    pub policy: Option<Span>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    pub elements: Vec<Token>,
    /// Packets or time change what it holds.
    pub changes: bool,
}

pub(super) const FAMILIES: [&str; 6] = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

/// Whether a line opens a table.
pub(super) fn opens_table(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("nft ").trim_start();
    let line = line.strip_prefix("add ").unwrap_or(line);
    let Some(rest) = line.strip_prefix("table ") else { return false };
    let mut words = rest.split_whitespace();
    let first = words.next();
    let family = first.is_some_and(|word| FAMILIES.contains(&word));
    family || rest.trim_end().ends_with('{') && words.count() == 1
}

impl Ruleset {
    pub fn table(&mut self, family: &str, name: &str) -> &mut Table {
        let key = (family.to_owned(), name.to_owned());
        let tables = &mut self.tables;
        let at = *self.index.entry(key).or_insert_with(|| {
            tables.push(Table {
                family: family.to_owned(),
                name: name.to_owned(),
                chains: Vec::new(),
                sets: HashMap::new(),
                dormant: false,
                index: HashMap::new(),
            });
            tables.len() - 1
        });
        &mut self.tables[at]
    }

    fn remove(&mut self, family: &str, name: &str) {
        self.tables.retain(|table| (table.family.as_str(), table.name.as_str()) != (family, name));
        let keys = self.tables.iter().enumerate();
        self.index = keys.map(|(at, table)| ((table.family.clone(), table.name.clone()), at)).collect();
    }
}

impl Table {
    pub fn chain(&mut self, name: &str) -> &mut Chain {
        let chains = &mut self.chains;
        let at = *self.index.entry(name.to_owned()).or_insert_with(|| {
            chains.push(Chain { name: name.to_owned(), ..Chain::default() });
            chains.len() - 1
        });
        &mut self.chains[at]
    }

    pub fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }
}

impl Chain {
    /// Declares what calls it. A second declaration beside rules is another export or a mistake.
    pub fn declare(&mut self, base: Base) {
        self.twice |= self.base.is_some() && !self.rules.is_empty();
        self.base = Some(base);
    }
}

struct Parser<'n> {
    words: Vec<Token>,
    at: usize,
    ruleset: Ruleset,
    notes: &'n mut Notes,
}

pub(super) fn parse(words: Vec<Token>, notes: &mut Notes) -> Ruleset {
    let mut parser = Parser { words, at: 0, ruleset: Ruleset::default(), notes };
    while parser.skip_ends() {
        parser.command();
    }
    parser.ruleset
}

impl Parser<'_> {
    /// Goes to the next word; false at the end.
    fn skip_ends(&mut self) -> bool {
        while self.words.get(self.at).is_some_and(Token::is_end) {
            self.at += 1;
        }
        self.at < self.words.len()
    }

    /// The words up to the next brace or end, without it.
    fn head(&mut self) -> Vec<Token> {
        let rest = &self.words[self.at..];
        let length = rest.iter().position(|word| word.is_end() || word.is("{") || word.is("}")).unwrap_or(rest.len());
        let head = rest[..length].to_vec();
        self.at += length;
        self.notes.record_all(&head, LineUse::Used);
        head
    }

    fn opens(&mut self) -> bool {
        let opens = self.words.get(self.at).is_some_and(|word| word.is("{"));
        if opens {
            let span = self.words[self.at].span;
            self.notes.record(span, LineUse::Used);
            self.at += 1;
        }
        opens
    }

    /// Whether the block goes on; takes its closing brace.
    fn inside(&mut self) -> bool {
        if !self.skip_ends() {
            let at = self.words.last().map(|word| word.span);
            let problem = Problem::error("cut-text", "The text ends within a block; what stands after it is missing.");
            self.notes.tell(Problem { span: at, ..problem }.hint("Export again and paste the whole of it."));
            let reason = Reason { span: at, text: "the text ends within a block, so a part is missing".to_owned() };
            self.notes.lost.push(reason);
            return false;
        }
        if self.words[self.at].is("}") {
            let span = self.words[self.at].span;
            self.notes.record(span, LineUse::Used);
            self.at += 1;
            return false;
        }
        true
    }

    fn rest(&mut self) -> Vec<Token> {
        let end = statement_end(&self.words, self.at).max(self.at + 1).min(self.words.len());
        let rest = self.words[self.at..end].to_vec();
        self.at = end;
        rest
    }

    fn command(&mut self) {
        if self.words[self.at].is("nft") {
            self.at += 1;
        }
        let start = self.at;
        let verb = self.words.get(start).map(|word| word.text.clone()).unwrap_or_default();
        let object = self.words.get(start + 1).map(|word| word.text.clone()).unwrap_or_default();
        match (verb.as_str(), object.as_str()) {
            ("table", _) => {
                self.at += 1;
                self.table();
            }
            ("add" | "create", "table") => {
                self.at += 2;
                self.table();
            }
            ("add" | "create" | "insert", "chain" | "rule" | "set" | "map" | "element") => {
                self.at += 2;
                self.add(&object, verb == "insert");
            }
            ("flush", "ruleset") => {
                self.ruleset = Ruleset::default();
                let words = self.rest();
                self.notes.record_all(&words, LineUse::Used);
            }
            ("delete" | "destroy", "table") => {
                self.at += 2;
                let head = self.head();
                let (family, rest) = family(&head);
                if let Some(name) = rest.first() {
                    self.ruleset.remove(family, &name.text);
                }
            }
            ("add" | "create", "counter" | "quota" | "limit" | "flowtable" | "ct") => {
                self.rest();
            }
            _ => self.unknown_command(),
        }
    }

    fn unknown_command(&mut self) {
        let words = self.rest();
        self.notes.record_all(&words, LineUse::NotUnderstood);
        let text: Vec<&str> = words.iter().take(8).map(|word| word.text.as_str()).collect();
        let (at, text) = (span(&words), quote(&text.join(" ")));
        let problem = Problem::warning("unknown-command", format!("`{text}` is not understood."));
        self.notes.tell(Problem { span: at, ..problem });
        self.notes
            .lost
            .push(Reason { span: at, text: format!("`{text}` is not understood and could change the rules") });
    }

    fn table(&mut self) {
        let head = self.head();
        let (family, rest) = family(&head);
        let (family, name) = (family.to_owned(), rest.first().map(|name| name.text.clone()).unwrap_or_default());
        self.ruleset.table(&family, &name);
        if !self.opens() {
            return;
        }
        while self.inside() {
            match self.words[self.at].text.as_str() {
                "chain" => {
                    self.at += 1;
                    let head = self.head();
                    self.chain(&family, &name, &head);
                }
                "set" | "map" => {
                    self.at += 1;
                    let head = self.head();
                    self.set(&family, &name, &head);
                }
                "flags" => {
                    let words = self.rest();
                    self.notes.record_all(&words, LineUse::Used);
                    self.ruleset.table(&family, &name).dormant |= words.iter().any(|word| word.is("dormant"));
                }
                "comment" | "counter" | "quota" | "limit" | "flowtable" | "ct" | "secmark" | "synproxy" => {
                    self.rest();
                }
                _ => self.unknown_command(),
            }
        }
    }

    fn add(&mut self, object: &str, first: bool) {
        let from = self.at;
        let head = self.head();
        let (family, rest) = family(&head);
        let family = family.to_owned();
        let [table, name, ..] = rest else { return self.unknown_command() };
        let (table, name) = (table.text.clone(), name.clone());
        match object {
            "chain" => self.chain(&family, &table, std::slice::from_ref(&name)),
            "set" | "map" => self.set(&family, &table, std::slice::from_ref(&name)),
            "element" => {
                let words = self.rest();
                self.notes.record_all(&words, LineUse::Used);
                let set = self.ruleset.table(&family, &table).sets.entry(name.text).or_default();
                extend(&mut set.elements, &words);
            }
            _ => {
                self.at = from + (head.len() - rest.len()) + 2;
                let rule = self.rest();
                self.notes.record_all(&rule, LineUse::Used);
                let placed =
                    rule.first().is_some_and(|word| ["position", "index", "handle"].contains(&word.text.as_str()));
                if placed {
                    let at = span(&rule);
                    self.notes.lost.push(Reason { span: at, text: "a rule is put at a handle or index".to_owned() });
                }
                let chain = self.ruleset.table(&family, &table).chain(&name.text);
                let place = if first { 0 } else { chain.rules.len() };
                chain.rules.insert(place, rule);
            }
        }
    }

    fn chain(&mut self, family: &str, table: &str, head: &[Token]) {
        let name = head.first().map(|name| name.text.clone()).unwrap_or_default();
        let opened = span(head);
        let chain = self.ruleset.table(family, table).chain(&name);
        chain.opened = chain.opened.or(opened);
        if !self.opens() {
            return;
        }
        while self.inside() {
            let words = self.rest();
            self.notes.record_all(&words, LineUse::Used);
            let chain = self.ruleset.table(family, table).chain(&name);
            match words[0].text.as_str() {
                "type" => match base(&words) {
                    Some(base) => chain.declare(base),
                    None => {
                        let reason = format!("how `{name}` is hooked in is not understood");
                        self.notes.record_all(&words, LineUse::NotUnderstood);
                        self.notes.lost.push(Reason { span: span(&words), text: reason });
                    }
                },
                "policy" => {
                    if let Some(base) = &mut chain.base {
                        base.drops = words.get(1).is_none_or(|word| !word.is("accept"));
                        base.policy = span(&words);
                    }
                }
                "comment" | "flags" | "devices" => {}
                _ => chain.rules.push(words),
            }
        }
        let closed = self.words.get(self.at.saturating_sub(1)).filter(|word| word.is("}")).map(|word| word.span);
        let chain = self.ruleset.table(family, table).chain(&name);
        chain.closed = chain.closed.or(closed);
    }

    fn set(&mut self, family: &str, table: &str, head: &[Token]) {
        let name = head.first().map(|name| name.text.clone()).unwrap_or_default();
        let mut set = Set::default();
        if self.opens() {
            while self.inside() {
                let words = self.rest();
                self.notes.record_all(&words, LineUse::Used);
                match words[0].text.as_str() {
                    "elements" => extend(&mut set.elements, &words),
                    "flags" => set.changes |= words.iter().any(|word| word.is("dynamic")),
                    "timeout" => set.changes = true,
                    _ => {}
                }
            }
        }
        self.ruleset.table(family, table).sets.insert(name, set);
    }
}

/// Adds what stands between braces.
pub(super) fn extend(elements: &mut Vec<Token>, words: &[Token]) {
    let Some(open) = words.iter().position(|word| word.is("{")) else { return };
    if let (Some(last), Some(first)) = (elements.last(), words.get(open + 1)) {
        let comma = Token { text: ",".to_owned(), span: first.span, ..last.clone() };
        elements.push(comma);
    }
    let inner = words[open + 1..].iter().filter(|word| !word.is_end());
    elements.extend(inner.cloned());
    if elements.last().is_some_and(|word| word.is("}")) {
        elements.pop();
    }
}

/// The family, `ip` where none is written, and the words behind it.
fn family(head: &[Token]) -> (&str, &[Token]) {
    match head.split_first() {
        Some((first, rest)) if FAMILIES.contains(&first.text.as_str()) && !rest.is_empty() => (&first.text, rest),
        _ => ("ip", head),
    }
}

/// `type filter hook output [device x] priority filter + 10`
fn base(words: &[Token]) -> Option<Base> {
    let hook = words.iter().position(|word| word.is("hook"))?;
    let place = words.iter().position(|word| word.is("priority"))?;
    let written: String = words[place + 1..].iter().map(|word| word.text.as_str()).collect();
    Some(Base {
        kind: words.get(1)?.text.clone(),
        hook: words.get(hook + 1)?.text.clone(),
        devices: devices(&words[hook + 2..place]),
        priority: priority(&written)?,
        drops: false,
        policy: span(words),
    })
}

/// `device "eth0"`, `devices = { eth0, eth1 }`
fn devices(words: &[Token]) -> Vec<String> {
    let signs = ["device", "devices", "=", "{", "}", ","];
    words.iter().filter(|word| !signs.iter().any(|sign| word.is(sign))).map(|word| word.text.clone()).collect()
}

/// nft(8), "Standard priority names".
pub(super) fn priority(text: &str) -> Option<i64> {
    const NAMES: [(&str, i64); 6] =
        [("raw", -300), ("mangle", -150), ("dstnat", -100), ("filter", 0), ("security", 50), ("srcnat", 100)];
    let (start, rest) = match NAMES.iter().find(|(name, _)| text.starts_with(name)) {
        Some((name, value)) => (*value, &text[name.len()..]),
        None => (0, text),
    };
    let rest = rest.strip_prefix('+').unwrap_or(rest);
    if rest.is_empty() && !text.is_empty() { Some(start) } else { rest.parse::<i64>().ok().map(|add| start + add) }
}
