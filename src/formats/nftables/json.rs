//! `nft -j list ruleset`: the words that the text form has, at the places of the JSON. libnftables-json(5).

use super::notes::Notes;
use super::tokens::{Kind, Token};
use super::tree::{Base, Devices, Ruleset, Set, extend, priority};
use crate::policy::{LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::source::{Source, Span};
use crate::syntax::json::{self, Json, Member};

/// Whether the text is of this form; a prompt may stand before it.
pub(super) fn is_json(source: &Source) -> bool {
    source.text().contains("\"nftables\"") && source.lines().any(|line| line.text.trim_start().starts_with('{'))
}

pub(super) fn read(source: &Source) -> (Ruleset, Notes) {
    let (mut notes, mut ruleset) = (Notes::default(), Ruleset::default());
    let documents = json::read(source);
    notes.open(source);
    notes.problems.extend(documents.problems);
    notes.lost.extend(documents.lost);
    documents.outside.iter().for_each(|&(line, line_use)| notes.account.record(source.file(), line, line_use));
    for root in &documents.roots {
        let items = root.get_exact("nftables").map_or(&[][..], Json::items);
        items.iter().flat_map(Json::members).for_each(|member| object(member, &mut ruleset, &mut notes));
    }
    ruleset.mark_growing_sets();
    (ruleset, notes)
}

fn text(json: &Json, key: &str) -> String {
    json.get_exact(key).and_then(Json::scalar).unwrap_or_default().to_owned()
}

fn object(member: &Member, ruleset: &mut Ruleset, notes: &mut Notes) {
    let (value, span) = (&member.value, member.span());
    let (family, table) = (text(value, "family"), text(value, "table"));
    let name = text(value, "name");
    notes.record(span, LineUse::Used);
    match member.key.as_str() {
        "metainfo" | "counter" | "quota" | "limit" | "flowtable" | "ct helper" | "ct timeout" | "ct expectation"
        | "secmark" | "synproxy" | "tunnel" => {}
        "add" | "create" | "insert" if value.members().iter().any(is_placed) => {
            notes.lost.push(Reason::new("a rule is put at a handle or index").at(span));
        }
        "add" | "create" => value.members().iter().for_each(|inner| object(inner, ruleset, notes)),
        "insert" => value.members().iter().filter(|inner| inner.key == "rule").for_each(|inner| {
            object(inner, ruleset, notes);
            let chain = ruleset.table(&text(&inner.value, "family"), &text(&inner.value, "table"));
            chain.chain(&text(&inner.value, "chain")).rules.rotate_right(1);
        }),
        "flush" if value.get_exact("ruleset").is_some() => {
            let family = value.get_exact("ruleset").and_then(|of| of.get_exact("family")).and_then(Json::scalar);
            ruleset.clear(family);
        }
        "table" => {
            let table = ruleset.table(&family, &name);
            for flag in value.get_exact("flags").into_iter().flat_map(names) {
                if !table.flag(flag) {
                    notes.unknown_flag(flag, span);
                }
            }
        }
        "chain" => {
            let chain = ruleset.table(&family, &table).chain(&name);
            chain.opened = Some(span);
            if value.get_exact("hook").is_some() {
                let policy = value.member("policy").map(Member::span).or(Some(span));
                let number = priority(&text(value, "prio")).unwrap_or_else(|| {
                    notes
                        .lost
                        .push(Reason::new(format!("the priority of `{}` is not understood", quote(&name))).at(span));
                    0
                });
                let devices = value.get_exact("dev").map(|dev| names(dev).map(str::to_owned).collect());
                // nft before 1.0.7 leaves them out.
                let untold = ["ingress", "egress"].contains(&text(value, "hook").as_str());
                let absent = if untold { Devices::Untold } else { Devices::All };
                let devices = devices.map_or(absent, Devices::Named);
                let drops = text(value, "policy") == "drop";
                let (kind, hook) = (text(value, "type"), text(value, "hook"));
                chain.declare(Base { kind, hook, devices, priority: number, drops, policy });
            }
        }
        "rule" => {
            let mut words = Words { at: span, found: Vec::new() };
            value.get_exact("expr").map_or(&[][..], Json::items).iter().for_each(|item| words.statement(item));
            ruleset.table(&family, &table).chain(&text(value, "chain")).rules.push(words.found);
        }
        "set" | "map" => {
            let changes = value.get_exact("timeout").is_some()
                || value.get_exact("flags").is_some_and(|flags| names(flags).any(|flag| flag == "dynamic"));
            let set = Set { elements: elements(value, span), changes };
            ruleset.table(&family, &table).declare_set(name, set);
        }
        "element" => {
            let inner = elements(value, span);
            let set = ruleset.table(&family, &table).sets.entry(name).or_default();
            let mut words = Words { at: span, found: Vec::new() };
            words.word("{");
            words.found.extend(inner);
            words.word("}");
            extend(&mut set.elements, &words.found);
        }
        other => {
            let what = quote(other);
            notes.record(span, LineUse::NotUnderstood);
            notes.tell(Problem::warning("unknown-object", format!("The object `{what}` is not understood.")).at(span));
            notes.lost.push(Reason::new(format!("the object `{what}` is not understood")).at(span));
        }
    }
}

/// Whether a rule is put beside another that the kernel has.
fn is_placed(member: &Member) -> bool {
    member.key == "rule" && ["handle", "index"].iter().any(|key| member.value.get_exact(key).is_some())
}

fn names(json: &Json) -> impl Iterator<Item = &str> {
    json.items().iter().filter_map(Json::as_str).chain(json.as_str())
}

/// Where a statement says which set or map it changes.
fn key_of(statement: &Json) -> &'static str {
    if statement.get_exact("map").is_some() { "map" } else { "set" }
}

fn elements(value: &Json, span: Span) -> Vec<Token> {
    let mut words = Words { at: span, found: Vec::new() };
    words.listed(value.get_exact("elem").map_or(&[][..], Json::items));
    words.found
}

/// Words at one place.
struct Words {
    at: Span,
    found: Vec<Token>,
}

impl Words {
    fn word(&mut self, text: &str) {
        self.found.push(Token { text: text.to_owned(), span: self.at, kind: Kind::Word });
    }

    fn words(&mut self, texts: &[&str]) {
        texts.iter().for_each(|text| self.word(text));
    }

    fn statement(&mut self, json: &Json) {
        let Some(member) = json.members().first() else { return self.value(json) };
        let value = &member.value;
        match member.key.as_str() {
            "match" => self.matching(value),
            "vmap" => {
                value.get_exact("key").into_iter().for_each(|key| self.value(key));
                self.word("vmap");
                value.get_exact("data").into_iter().for_each(|data| self.value(data));
            }
            key @ ("jump" | "goto") => self.words(&[key, &text(value, "target")]),
            "mangle" => {
                value.get_exact("key").into_iter().for_each(|key| self.value(key));
                self.word("set");
                let value = value.get_exact("value");
                let key = value.and_then(|value| value.members().first()).map(|member| member.key.as_str());
                match key {
                    None | Some("meta" | "ct" | "rt" | "|" | "&") => {
                        value.into_iter().for_each(|value| self.value(value))
                    }
                    Some(_) => self.word("map"),
                }
            }
            // `add @seen { ip saddr }`
            "set" | "map" => {
                self.words(&[&text(value, "op"), &text(value, key_of(value)), "{"]);
                value.get_exact("elem").into_iter().for_each(|element| self.value(element));
                self.word("}");
            }
            "flow" => self.words(&["flow", &text(value, "op"), &text(value, "flowtable")]),
            "xt" => {
                let kind = text(value, "type");
                self.words(&["xt", &kind, &text(value, "name")]);
            }
            key => self.word(key),
        }
    }

    fn matching(&mut self, value: &Json) {
        value.get_exact("left").into_iter().for_each(|left| self.value(left));
        let operator = text(value, "op");
        if operator != "in" {
            self.word(&operator);
        }
        value.get_exact("right").into_iter().for_each(|right| self.value(right));
    }

    fn value(&mut self, json: &Json) {
        if let Some(text) = json.scalar() {
            return self.word(text);
        }
        if json.is_array() {
            return self.listed(json.items());
        }
        let Some(member) = json.members().first() else { return };
        let value = &member.value;
        match member.key.as_str() {
            "payload" if value.get_exact("protocol").is_some() => {
                self.words(&[&text(value, "protocol"), &text(value, "field")]);
            }
            key @ ("meta" | "ct") => {
                self.word(key);
                value.get_exact("dir").and_then(Json::scalar).into_iter().for_each(|side| self.word(side));
                text(value, "key").split(' ').for_each(|word| self.word(word));
            }
            "fib" => {
                self.word("fib");
                value.get_exact("flags").into_iter().flat_map(names).for_each(|flag| self.word(flag));
                self.word(&text(value, "result"));
            }
            key @ ("tcp option" | "ip option" | "sctp chunk" | "exthdr") => {
                key.split(' ').for_each(|word| self.word(word));
                let parts = [text(value, "name"), text(value, "field")];
                parts.iter().filter(|part| !part.is_empty()).for_each(|part| self.word(part));
            }
            "rt" => self.words(&["rt", &text(value, "key")]),
            "prefix" => self.word(&format!("{}/{}", text(value, "addr"), text(value, "len"))),
            "range" => {
                let ends: Vec<&str> = value.items().iter().filter_map(Json::scalar).collect();
                self.word(&ends.join("-"));
            }
            "set" => {
                self.word("{");
                if value.is_array() {
                    self.listed(value.items())
                } else {
                    self.value(value)
                }
                self.word("}");
            }
            "concat" => self.separated(value.items(), "."),
            "elem" => {
                value.get_exact("val").into_iter().for_each(|inner| self.value(inner));
                if value.get_exact("timeout").or(value.get_exact("expires")).is_some() {
                    self.word("timeout");
                }
            }
            "accept" | "drop" | "continue" | "return" | "jump" | "goto" => self.statement(json),
            "&" => self.separated(value.items(), "&"),
            "|" => self.separated(value.items(), "|"),
            key => self.word(key),
        }
    }

    fn separated(&mut self, items: &[Json], sign: &str) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.word(sign);
            }
            self.value(item);
        }
    }

    /// Values with commas between; a pair of a map with its colon.
    fn listed(&mut self, items: &[Json]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.word(",");
            }
            match item.items() {
                [key, value] => {
                    self.value(key);
                    self.word(":");
                    self.value(value);
                }
                _ => self.value(item),
            }
        }
    }
}
