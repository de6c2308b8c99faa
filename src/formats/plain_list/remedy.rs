//! What to add to a list, written as its entries are.

use super::columns::Column;
use super::table::Layout;
use crate::formats::{Edit, Gap, Gaps, Remedy};
use crate::hosts::Product;
use crate::source::Source;
use ipnet::IpNet;
use std::collections::BTreeSet;

/// How the entries of a list are written.
pub(super) struct Manner<'a> {
    pub product: &'static Product,
    pub layout: Option<&'a Layout>,
    pub bullets: bool,
    /// The entries carry their ports: `x:443`.
    pub ports: bool,
    /// The list holds addresses and no names.
    pub addresses_only: bool,
    /// Some entries deny, and win over what is added.
    pub denies: bool,
}

pub(super) fn remedy(source: &Source, manner: &Manner<'_>, gaps: &Gaps) -> Option<Remedy> {
    let mut lines: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for gap in &gaps.gaps {
        for (entry, net) in entries(gap, manner) {
            if seen.insert((entry.clone(), gap.tcp_ports.clone())) {
                let written = with_ports(entry, net, gap, manner);
                lines.extend(written.iter().map(|entry| line(entry, net, gap, manner)));
            }
        }
    }
    if lines.is_empty() {
        return None;
    }
    let array = is_array(source.text());
    let edit = if array { into_array(source.text(), &lines) } else { at_end(source.text(), &lines) };
    let mut notes = Vec::new();
    if manner.denies {
        notes.push(
            "Entries of the list that deny win over what is added; take out those that deny a required name."
                .to_owned(),
        );
    }
    if manner.layout.is_none() {
        notes.push(port_note(&lines, manner).to_owned());
    }
    let place = if array { "before the closing bracket of the array" } else { "at the end of the list" };
    Some(Remedy { text: lines.join("\n"), place: place.to_owned(), edits: vec![edit], notes })
}

/// Why there is no entry for what is missing, as the end of a sentence.
pub(super) fn why_none(product: &Product, gaps: &Gaps) -> String {
    let names = gaps.gaps.iter().flat_map(|gap| &gap.names);
    match names.into_iter().find(|name| product.entry_for(name).is_none()) {
        Some(name) => format!("no entry is known to stand for all of `{name}` in {}", product.title),
        None => "what is missing cannot be written as an entry".to_owned(),
    }
}

/// An entry for each port, where the list writes them so. No list gives a port to a prefix.
fn with_ports(entry: String, net: Option<IpNet>, gap: &Gap, manner: &Manner<'_>) -> Vec<String> {
    match manner.ports && net.is_none() && !gap.tcp_ports.is_empty() {
        true => gap.tcp_ports.iter().map(|port| format!("{entry}:{port}")).collect(),
        false => vec![entry],
    }
}

fn port_note(lines: &[String], manner: &Manner<'_>) -> &'static str {
    let carries = |line: &String| line.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    match manner.ports && lines.iter().all(carries) {
        true => "Each addition carries its port, as entries of the list do.",
        false => "Additions without a port let every port through.",
    }
}

/// The entries that close a gap: names where the list can hold them, else addresses.
fn entries(gap: &Gap, manner: &Manner<'_>) -> Vec<(String, Option<IpNet>)> {
    let names = gap.names.iter().map(|name| manner.product.entry_for(name)).collect::<Option<Vec<String>>>();
    let names = names.unwrap_or_default();
    if manner.product.has_expressions() {
        return names.into_iter().map(|name| (name, None)).collect();
    }
    match names.is_empty() || (manner.addresses_only && !gap.prefixes.is_empty()) {
        true => gap.prefixes.iter().map(|net| (net.to_string(), Some(*net))).collect(),
        false => names.into_iter().map(|name| (name, None)).collect(),
    }
}

fn line(entry: &str, net: Option<IpNet>, gap: &Gap, manner: &Manner<'_>) -> String {
    match manner.layout {
        Some(layout) => table_line(entry, net, gap, layout),
        None if manner.bullets => format!("- {entry}"),
        None => entry.to_owned(),
    }
}

/// A row with each cell in its column.
fn table_line(entry: &str, net: Option<IpNet>, gap: &Gap, layout: &Layout) -> String {
    let mut placed = false;
    let has_destination = layout.columns.contains(&Column::Destination);
    let cells = layout.columns.iter().map(|column| match column {
        Column::Destination if !placed => {
            placed = true;
            entry.to_owned()
        }
        Column::First if !has_destination => net.map(|net| net.network().to_string()).unwrap_or_default(),
        Column::Last if !has_destination => net.map(|net| net.broadcast().to_string()).unwrap_or_default(),
        Column::Port => gap.tcp_ports.iter().map(u16::to_string).collect::<Vec<_>>().join(" "),
        Column::Protocol => "TCP".to_owned(),
        Column::Action => "Allow".to_owned(),
        Column::Allowed | Column::State => "yes".to_owned(),
        Column::Stopped => "no".to_owned(),
        Column::Direction => "outbound".to_owned(),
        Column::Label => cell(&gap.purpose, layout.delimiter),
        _ => String::new(),
    });
    let delimiter = char::from(layout.delimiter).to_string();
    cells.collect::<Vec<_>>().join(&delimiter)
}

/// A text without what would end its cell.
fn cell(text: &str, delimiter: u8) -> String {
    text.replace([char::from(delimiter), '"', '\n'], " ")
}

fn is_array(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('[') && text.ends_with(']') && text.contains('"')
}

fn into_array(text: &str, lines: &[String]) -> Edit {
    let inner = text.trim_end().trim_end_matches(']').trim_end();
    let comma = if inner.ends_with([',', '[']) { "" } else { "," };
    let quoted: Vec<String> = lines.iter().map(|line| format!("\n  \"{line}\"")).collect();
    Edit { at: inner.len(), insert: format!("{comma}{}", quoted.join(",")) }
}

fn at_end(text: &str, lines: &[String]) -> Edit {
    let feed = if text.ends_with('\n') { "" } else { "\n" };
    Edit { at: text.len(), insert: format!("{feed}{}\n", lines.join("\n")) }
}
