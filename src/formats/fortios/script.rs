//! What the statements of a script do to the entries of a table.

use super::statements::Statement;
use super::tree::{Entry, Field, Table};
use crate::policy::Reason;
use crate::problem::Problem;
use crate::source::Span;

/// Takes the entry that `edit` means out of its place: the one with the key, else a new one at the end. `edit 0` takes the
/// next free number (FortiOS Administration Guide: CLI basics, "Subcommands").
pub(super) fn open(table: &mut Table, key: &str, span: Span) -> (usize, Entry) {
    let key = if key == "0" { next_free(table) } else { key.to_owned() };
    if let Some(index) = table.position(&key) {
        return (index, std::mem::take(&mut table.entries[index]));
    }
    (table.reserve(&key), Entry { key, span: Some(span), ..Entry::default() })
}

pub(super) fn next_free(table: &Table) -> String {
    let highest = table.entries.iter().filter_map(|entry| entry.key.parse::<u32>().ok()).max();
    highest.map_or(1, |highest| highest.saturating_add(1)).to_string()
}

/// Carries out a statement about a field.
pub(super) fn change(entry: &mut Entry, statement: &Statement) {
    let name = statement.word(1).to_owned();
    let values = statement.words.get(2..).unwrap_or_default().to_vec();
    entry.damaged = entry.damaged.take().or_else(|| statement.damaged.clone());
    let at = entry.fields.iter().position(|field| field.name == name);
    match (statement.word(0), at) {
        ("set" | "select" | "append", None) => entry.fields.push(Field { name, values, span: statement.span }),
        // `select` clears what it does not name (community.fortinet.com: article 197205).
        ("set" | "select", Some(at)) => entry.fields[at] = Field { name, values, span: statement.span },
        ("append", Some(at)) => entry.fields[at].values.extend(values),
        ("unset", Some(at)) => drop(entry.fields.remove(at)),
        ("unselect", Some(at)) => entry.fields[at].values.retain(|value| !values.contains(value)),
        _ => {}
    }
}

/// Carries out a statement about a table; the old and the new name where it renames an entry.
pub(super) fn carry_out(
    path: &str,
    table: &mut Table,
    statement: &Statement,
    problems: &mut Vec<Problem>,
) -> Option<(String, String)> {
    let [key, word, other] = [1, 2, 3].map(|at| statement.word(at));
    let known = |key: &str| table.position(key);
    match (statement.word(0), known(key), word, other) {
        ("purge", ..) => table.rearrange().clear(),
        ("delete", Some(at), ..) => drop(table.rearrange().remove(at)),
        ("move", Some(at), "before" | "after", other) if known(other).is_some() => {
            let entry = table.rearrange().remove(at);
            let beside = table.position(other).unwrap_or(table.entries.len());
            table.entries.insert(beside + usize::from(word == "after"), entry);
        }
        ("rename" | "clone", Some(at), "to", new) if new != "0" && known(new).is_some() => {
            taken(table, at, statement, problems);
        }
        ("rename", Some(at), "to", new) if !new.is_empty() => {
            new.clone_into(&mut table.rearrange()[at].key);
            return Some((key.to_owned(), new.to_owned()));
        }
        ("clone", Some(at), "to", new) if !new.is_empty() => {
            let key = if new == "0" { next_free(table) } else { new.to_owned() };
            let copy = Entry { key, span: Some(statement.span), ..table.entries[at].clone() };
            table.rearrange().push(copy);
        }
        _ => foreign(path, table, statement, problems),
    }
    None
}

/// The new name belongs to another entry already. What the device does then is not documented, so both are left open.
fn taken(table: &mut Table, at: usize, statement: &Statement, problems: &mut Vec<Problem>) {
    let what = statement.words.join(" ");
    let reason = Reason::new(format!("`{what}` gives an entry a name that another one has")).at(statement.span);
    let other = table.position(statement.word(3));
    for index in other.into_iter().chain([at]) {
        table.entries[index].damaged = Some(reason.clone());
    }
    let message = format!("`{what}` gives an entry a name that another one has; what both hold is undecided.");
    problems.push(Problem::warning("name-taken", message).at(statement.span));
}

/// The script is about entries that the text does not hold, so that the device has more than was pasted.
fn foreign(path: &str, table: &mut Table, statement: &Statement, problems: &mut Vec<Problem>) {
    let what = statement.words.join(" ");
    let reason = Reason::new(format!("`{what}` is about entries that were not pasted")).at(statement.span);
    table.doubt = Some(reason);
    let message = format!("`{what}` cannot be carried out: `{path}` holds no such entry here.");
    let hint = "Paste the whole configuration, not only the script. What else the device has stays undecided.";
    problems.push(Problem::warning("script-target", message).at(statement.span).hint(hint));
}

/// Where entries of a table are named: the fields that follow a new name.
fn references(path: &str) -> &'static [&'static str] {
    const ADDRESSES: &[&str] = &["srcaddr", "dstaddr", "srcaddr6", "dstaddr6", "member", "exclude-member"];
    match path {
        "firewall address" | "firewall addrgrp" | "firewall address6" | "firewall addrgrp6" => ADDRESSES,
        "firewall service custom" | "firewall service group" => &["service", "member"],
        "system zone" => &["srcintf", "dstintf"],
        "webfilter profile" => &["webfilter-profile"],
        "firewall ssl-ssh-profile" => &["ssl-ssh-profile"],
        _ => &[],
    }
}

/// Whether the entries of table `of` may name those of `path`: groups hold their own kind only.
pub(super) fn may_name(of: &str, path: &str) -> bool {
    let (groups, services) = (of.starts_with("firewall addrgrp"), of.starts_with("firewall service"));
    if path.starts_with("firewall service") { !groups } else { !services }
}

pub(super) fn rename_references(path: &str, table: &mut Table, old: &str, new: &str) {
    let names = references(path);
    let fields = table.entries.iter_mut().flat_map(|entry| entry.fields.iter_mut());
    for field in fields.filter(|field| names.contains(&field.name.as_str())) {
        for value in field.values.iter_mut().filter(|value| *value == old) {
            new.clone_into(value);
        }
    }
}
