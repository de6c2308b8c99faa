//! From the words of a text to its tables, chains and sets: blocks and commands, as nft(8) reads them.

use super::expand::statement_end;
use super::notes::Notes;
use super::tokens::{Token, span};
use super::tree::{Base, Devices, FAMILIES, Ruleset, Set, extend, is_program, priority};
use crate::policy::{LineUse, Reason};
use crate::problem::{Problem, quote};

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
    parser.ruleset.mark_growing_sets();
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
        while self.words.get(self.at).is_some_and(|word| word.is("sudo") || is_program(&word.text)) {
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
                let words = self.rest();
                let family = words.get(2).map(|family| family.text.as_str());
                self.ruleset.clear(family.filter(|family| FAMILIES.contains(family)));
                self.notes.record_all(&words, LineUse::Used);
            }
            ("flush", "table" | "chain") => {
                self.at += 2;
                self.flush();
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

    /// `flush table inet fw`, `flush chain inet fw out`
    fn flush(&mut self) {
        let head = self.head();
        let (family, rest) = family(&head);
        let Some((table, chains)) = rest.split_first() else { return self.unknown_command() };
        let table = self.ruleset.table(family, &table.text);
        match chains.first() {
            Some(chain) => table.chain(&chain.text).rules.clear(),
            None => table.chains.iter_mut().for_each(|chain| chain.rules.clear()),
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
                    for flag in words[1..].iter().filter(|word| !word.is(",")) {
                        if !self.ruleset.table(&family, &name).flag(&flag.text) {
                            self.notes.unknown_flag(&flag.text, flag.span);
                        }
                    }
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
            let is_hooked = words.iter().any(|word| word.is("hook"));
            match words[0].text.as_str() {
                first if is_hooked || first == "type" => match base(&words).filter(|_| first == "type") {
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
        self.ruleset.table(family, table).declare_set(name, set);
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
fn devices(words: &[Token]) -> Devices {
    let signs = ["device", "devices", "=", "{", "}", ","];
    let names = words.iter().filter(|word| !signs.iter().any(|sign| word.is(sign))).map(|word| word.text.clone());
    if words.is_empty() { Devices::All } else { Devices::Named(names.collect()) }
}
