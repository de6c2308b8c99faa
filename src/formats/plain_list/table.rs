//! Lists with columns: comma, semicolon, tab or pipe between them, and a row that names them.

use super::columns::{Column, column};
use super::doubt::Doubt;
use super::lines::{Entry, Limits, Meant, Reading, Scope};
use super::tokens::{Token, What, Written, addresses};
use super::{standing, words};
use crate::addresses::AddressSet;
use crate::source::Source;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

/// How a list is laid out in columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub delimiter: u8,
    /// 1-based line of the row that names the columns.
    pub header: u32,
    /// Byte at which that line begins.
    start: usize,
    pub columns: Vec<Column>,
}

/// The layout, if one of the first lines names at least two columns and a destination is among them.
pub(super) fn layout(source: &Source) -> Option<Layout> {
    let heads = source.lines().filter(|line| !line.text.trim().is_empty()).take(10);
    heads.into_iter().find_map(|line| {
        let delimiters = [b',', b';', b'\t', b'|'].into_iter();
        let best = delimiters.filter_map(|delimiter| columns(line.text, delimiter).map(|columns| (delimiter, columns)));
        let (delimiter, columns) = best.max_by_key(|(_, columns)| columns.len())?;
        Some(Layout { delimiter, header: line.number, start: line.span.start as usize, columns })
    })
}

/// The columns that a line names; `None` unless most of its cells are column names.
fn columns(line: &str, delimiter: u8) -> Option<Vec<Column>> {
    let cells = line
        .trim()
        .split(char::from(delimiter))
        .map(|cell| column(words::unquoted(cell.trim_matches(['#', ' ', '"']))));
    let found: Vec<Option<Column>> = cells.collect();
    let known = found.iter().flatten().count();
    let mut columns: Vec<Column> = found.iter().map(|column| column.unwrap_or(Column::Other)).collect();
    let has = |columns: &[Column], column| columns.contains(&column);
    if !has(&columns, Column::Destination) && !has(&columns, Column::First) {
        let label = columns.iter_mut().find(|column| **column == Column::Label)?;
        *label = Column::Destination;
    }
    (known >= 2).then_some(columns)
}

/// A row and the lines on which it stands: a quoted cell may hold line feeds.
pub(super) struct Row {
    pub lines: RangeInclusive<u32>,
    pub reading: Reading,
}

/// The rows below the one that names the columns.
pub(super) fn rows(text: &str, layout: &Layout) -> Vec<Row> {
    let body = text.get(layout.start..).unwrap_or("");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .flexible(true)
        .has_headers(true)
        .trim(csv::Trim::All)
        .from_reader(body.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else {
            continue;
        };
        let feeds = record.iter().map(|cell| cell.matches('\n').count() as u32).sum::<u32>();
        let first = record.position().map_or(1, |position| position.line() as u32) + layout.header - 1;
        rows.push(Row { lines: first..=first + feeds, reading: row(&record, layout) });
    }
    rows
}

/// The cells of one row, by column.
pub(super) struct Cells<'a> {
    record: &'a csv::StringRecord,
    columns: &'a [Column],
}

impl<'a> Cells<'a> {
    /// The words of all cells of a column.
    pub fn words(&self, column: Column) -> Vec<&'a str> {
        self.texts(column).flat_map(|cell| words::segments(cell).concat()).collect()
    }

    pub fn texts(&self, column: Column) -> impl Iterator<Item = &'a str> {
        let cells = self.record.iter().zip(self.columns);
        cells.filter(move |&(_, of)| *of == column).map(|(cell, _)| cell).filter(|cell| !cell.is_empty())
    }

    /// Whether a cell of the column has no text.
    pub fn lacks(&self, column: Column) -> bool {
        self.columns.iter().filter(|of| **of == column).count() > self.texts(column).count()
    }
}

fn row(record: &csv::StringRecord, layout: &Layout) -> Reading {
    let cells = Cells { record, columns: &layout.columns };
    let ruled = record.iter().all(|cell| cell.bytes().all(|b| b"-:= ".contains(&b)));
    let commented = record.get(0).is_some_and(|cell| words::is_comment(cell) && !cell.starts_with("#1"));
    if ruled || commented {
        return Reading::Nothing;
    }
    let (limits, unclear) = limits(&cells);
    let action = action(&cells);
    let denied = action == Some(true) || standing::denies(&cells);
    let no_action = (action.is_none() && !denied).then(|| Doubt::turned("the action is not understood"));
    let doubt = no_action.or_else(|| standing::doubt(&cells)).or(unclear.map(Doubt::void));
    let entry = |text: &str, meant: Meant, negated: bool| Entry {
        text: text.to_owned(),
        meant,
        limits: limits.clone(),
        denied: denied != negated,
        doubt: doubt.clone(),
    };
    let mut entries = Vec::new();
    let mut trouble = None;
    for (text, token) in destinations(&cells) {
        let negated = text.starts_with('!');
        match token {
            Token::Entry(written) => entries.push(entry(&text, Meant::Written(written), negated)),
            Token::Anything => entries.push(entry(&text, Meant::Anything, negated)),
            Token::Damaged(why) => trouble = Some((why, Scope::Addresses)),
            _ => trouble = Some(("this is neither a host name, a URL nor an address".to_owned(), Scope::Anything)),
        }
    }
    match trouble {
        Some((why, scope)) => Reading::Unclear { why, scope, entries },
        None if entries.is_empty() => Reading::Nothing,
        None => Reading::Entries(entries),
    }
}

/// The destinations of a row: its cells' words, an address with its mask, or the ends of a range.
fn destinations(cells: &Cells<'_>) -> Vec<(String, Token)> {
    let plain: Vec<String> = cells.texts(Column::Destination).map(|cell| words::plain(cell).into_owned()).collect();
    let (mask, first, last) = (cells.words(Column::Mask), cells.words(Column::First), cells.words(Column::Last));
    if let ([address], [mask]) = (plain.as_slice(), mask.as_slice())
        && let Ok(mask) = mask.parse::<Ipv4Addr>()
    {
        return vec![(format!("{address} {mask}"), super::lines::masked(address, mask))];
    }
    let ranges = first.iter().zip(&last).map(|(first, last)| {
        let text = format!("{first} - {last}");
        let token = addresses(&text).unwrap_or(Token::Word);
        (text, token)
    });
    let words = plain.iter().flat_map(|cell| destination_words(cell));
    words.chain(ranges).collect()
}

/// A cell is one address entry (`a - b`, `a mask`) or several words.
fn destination_words(cell: &str) -> Vec<(String, Token)> {
    if let Some(token @ Token::Entry(_)) = addresses(cell) {
        return vec![(cell.to_owned(), token)];
    }
    let words = words::segments(cell).concat();
    words.into_iter().map(|word| (word.to_owned(), Token::read(word.strip_prefix('!').unwrap_or(word)))).collect()
}

/// Whether the row denies; `None` if its action is neither. A row without an action allows.
fn action(cells: &Cells<'_>) -> Option<bool> {
    match cells.words(Column::Action).first().map(|word| (word, Token::read(word))) {
        None | Some((_, Token::Allow)) => Some(false),
        Some((_, Token::Deny)) => Some(true),
        Some((word, _)) => match word.to_lowercase().as_str() {
            "yes" | "true" | "enabled" | "erlauben" | "zulassen" | "autoriser" | "permitir" => Some(false),
            "no" | "false" | "verweigern" | "sperren" | "bloquer" | "denegar" => Some(true),
            _ => None,
        },
    }
}

/// Ports, protocols and the source of a row, and why they may not be what they seem.
fn limits(cells: &Cells<'_>) -> (Limits, Option<String>) {
    let mut limits = Limits::default();
    let mut doubt = None;
    let (mut services, mut udp) = (Vec::new(), Vec::new());
    for word in [cells.words(Column::Port), cells.words(Column::Protocol)].concat() {
        match Token::read(word) {
            Token::Ports(first, last) => limits.ports.push((first, last)),
            Token::Protocols(protocols) => limits.protocols.extend(protocols),
            Token::UdpPorts(first, last) => udp.push((first, last)),
            Token::Service(port) => services.push((port, port)),
            Token::Anything | Token::Filler => {}
            Token::Entry(Written { what: What::Name(name), .. }) if name.base.is_empty() => {}
            _ => doubt = Some(format!("the port or protocol `{word}` is not understood")),
        }
    }
    limits.settle(services, udp);
    match source(cells) {
        Ok(source) => limits.source = source,
        Err(word) => doubt = Some(format!("the source `{word}` is not known")),
    }
    (limits, doubt)
}

/// The sources of a row; `None` for every source.
fn source(cells: &Cells<'_>) -> Result<Option<AddressSet>, String> {
    let mut sets = Vec::new();
    for word in cells.words(Column::SourceAddress) {
        match Token::read(word) {
            Token::Entry(Written { what: What::Addresses { set, .. }, .. }) => sets.push(set),
            Token::Anything => return Ok(None),
            Token::Entry(Written { what: What::Name(name), .. }) if name.base.is_empty() => return Ok(None),
            _ => return Err(word.to_owned()),
        }
    }
    Ok((!sets.is_empty()).then(|| AddressSet::union_all(&sets)))
}
