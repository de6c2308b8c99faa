//! Tables, chains and sets as they are written.

use super::tokens::Token;
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
    pub devices: Devices,
    pub priority: i64,
    pub drops: bool,
    pub policy: Option<Span>,
}

/// The interfaces at which a chain stands.
#[derive(Clone, Debug)]
pub(super) enum Devices {
    All,
    /// Those of a chain for `ingress` or `egress`.
    Named(Vec<String>),
    /// Some, which are not told.
    Untold,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    pub elements: Vec<Token>,
    /// Packets or time change what it holds.
    pub changes: bool,
}

pub(super) const FAMILIES: [&str; 6] = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

/// Whether a word of a script is the program.
pub(super) fn is_program(word: &str) -> bool {
    word.rsplit('/').next() == Some("nft")
}

/// Whether a line opens a table.
pub(super) fn opens_table(line: &str) -> bool {
    let line = line.trim_start();
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

    /// Rules that add to sets change what those hold, whatever the flags of the sets (nft(8), "SET STATEMENT").
    pub fn mark_growing_sets(&mut self) {
        for table in &mut self.tables {
            let pairs = table.chains.iter().flat_map(|chain| &chain.rules).flat_map(|rule| rule.windows(2));
            let changing = pairs.filter(|pair| ["add", "update", "delete"].iter().any(|verb| pair[0].is(verb)));
            for name in changing.filter_map(|pair| pair[1].text.strip_prefix('@')) {
                table.sets.entry(name.to_owned()).and_modify(|set| set.changes = true);
            }
        }
    }

    /// Takes away the tables of a family, or all.
    pub fn clear(&mut self, family: Option<&str>) {
        let gone = |table: &Table| family.is_none_or(|family| table.family == family);
        self.tables.retain(|table| !gone(table));
        self.number();
    }

    pub fn remove(&mut self, family: &str, name: &str) {
        self.tables.retain(|table| (table.family.as_str(), table.name.as_str()) != (family, name));
        self.number();
    }

    fn number(&mut self) {
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

    /// A set that is declared again has the elements of both.
    pub fn declare_set(&mut self, name: String, mut set: Set) {
        let own = self.sets.entry(name).or_default();
        if let (Some(last), false) = (own.elements.last(), set.elements.is_empty()) {
            own.elements.push(Token { text: ",".to_owned(), ..last.clone() });
        }
        own.elements.append(&mut set.elements);
        own.changes |= set.changes;
    }

    /// Takes what is said of the table: one that is `dormant` does not filter. False for what is not known.
    pub fn flag(&mut self, flag: &str) -> bool {
        self.dormant |= flag == "dormant";
        ["dormant", "owner", "persist"].contains(&flag)
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
