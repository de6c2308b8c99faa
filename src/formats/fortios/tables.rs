//! What a configuration consists of: scopes, tables, entries and fields.

use crate::policy::Reason;
use crate::source::Span;
use std::collections::{BTreeMap, HashMap};

/// The tables that one virtual firewall has, or the whole device where it has no VDOMs.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Which of several pasted configurations it belongs to, from 0.
    pub configuration: usize,
    /// The VDOM's name; empty without VDOMs.
    pub vdom: String,
    pub tables: BTreeMap<String, Table>,
}

/// What stands between `config` and its `end`.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// The settings that belong to no entry.
    pub own: Entry,
    pub entries: Vec<Entry>,
    /// Where the first entry of each key stands; `None` while a script moves entries about.
    places: Option<HashMap<String, usize>>,
    /// Why the device may have further entries, anywhere among these.
    pub doubt: Option<Reason>,
    /// Why further entries may follow.
    pub cut: Option<Reason>,
}

/// What stands between `edit` and its `next`.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub key: String,
    pub span: Option<Span>,
    pub fields: Vec<Field>,
    pub children: BTreeMap<String, Table>,
    /// Why fields may be missing or cut.
    pub damaged: Option<Reason>,
}

/// The values that a `set` gives.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub name: String,
    pub values: Vec<String>,
    pub span: Span,
}

impl Table {
    /// Where the entry of this key stands, the first where renaming or copying gave several the same.
    pub fn position(&self, key: &str) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(key).copied(),
            None => self.entries.iter().position(|entry| entry.key == key),
        }
    }

    /// The place at the end, for an entry that is yet to be read.
    pub fn reserve(&mut self, key: &str) -> usize {
        let place = self.entries.len();
        self.entries.push(Entry::default());
        if place == 0 {
            self.places = Some(HashMap::new());
        }
        if let Some(places) = &mut self.places {
            places.entry(key.to_owned()).or_insert(place);
        }
        place
    }

    /// The entries, to be removed, moved or renamed.
    pub fn rearrange(&mut self) -> &mut Vec<Entry> {
        self.places = None;
        &mut self.entries
    }

    /// Finds entries by their keys at once again after a script.
    pub fn index(&mut self) {
        let mut places = HashMap::new();
        for (place, entry) in self.entries.iter().enumerate() {
            places.entry(entry.key.clone()).or_insert(place);
        }
        self.places = Some(places);
    }
}

impl Entry {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The first value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.field(name).and_then(|field| field.values.first()).map(String::as_str)
    }

    /// The values of a field; none if it is not set.
    pub fn values(&self, name: &str) -> &[String] {
        self.field(name).map_or(&[], |field| &field.values)
    }

    pub fn enables(&self, name: &str) -> bool {
        self.value(name) == Some("enable")
    }
}

impl Scope {
    pub fn entries(&self, path: &str) -> &[Entry] {
        self.tables.get(path).map_or(&[], |table| &table.entries)
    }

    pub fn entry(&self, path: &str, key: &str) -> Option<&Entry> {
        let table = self.tables.get(path)?;
        table.entries.get(table.position(key)?)
    }
}
