//! Lists of hosts, URLs, addresses, prefixes and ranges, in any of the shapes that tickets, wikis, spreadsheets and
//! products give them.

mod columns;
mod comments;
mod damage;
mod dialects;
mod dns_lists;
mod doubt;
mod expressions;
mod foreign;
mod lines;
mod meaning;
mod pairs;
mod polarity;
mod problems;
mod remedy;
mod scene;
mod sections;
mod standing;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use super::{Confidence, Dialect, Format, Gaps, Input, Polarity, Remedy};
use crate::hosts::products::GENERIC;
use crate::policy::{Account, Gate, LineUse, Planes, Policy, Vantage};
use crate::problem::{Problem, quote};
use crate::source::{Line, Source, Span};
use dialects::{Blanks, Cut, Row};
use dns_lists::DnsLine;
use lines::{Entry, Reading, Scope, Style};
use polarity::Listed;
use sections::Sections;
use table::Layout;

/// A plain list.
pub struct PlainList;

impl Format for PlainList {
    fn id(&self) -> &'static str {
        "plain-list"
    }

    fn title(&self) -> &'static str {
        "List of hosts, URLs or addresses"
    }

    fn how_to_export(&self) -> &'static str {
        "Copy the list as it is: from a ticket, a wiki table, a spreadsheet column, a text file or a URL category. Host \
         names, wildcards, URLs, addresses, prefixes, ranges and netmasks may be mixed; comments may stay. If the list \
         comes from a product that reads `*.` in its own way, choose the product."
    }

    fn dialects(&self) -> &'static [Dialect] {
        &dialects::DIALECTS
    }

    fn recognise(&self, source: &Source) -> Confidence {
        if foreign::is_another_form(source.text()) || foreign::structure(source.text()).is_some() {
            return Confidence::none();
        }
        let list = List::read_until(&Input::new(source), source.line_count() / 5);
        let lines = list.with_entries + list.without_entries;
        if list.with_entries * 5 < lines * 4 || list.with_entries == 0 {
            return Confidence::none();
        }
        let percent = match (&list.layout, list.with_entries) {
            (Some(_), _) => 60,
            (None, 1) => 40,
            (None, _) => 50,
        };
        Confidence::new(percent, format!("{} of {lines} lines are hosts, URLs or addresses", list.with_entries))
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        match foreign::structure(input.source.text()) {
            Some(form) => not_a_list(form),
            None => List::read(input).into_policy(input),
        }
    }

    fn remedy(&self, input: &Input<'_>, _policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        let list = List::read(input);
        let asked = list.may_block && input.polarity.is_none();
        if asked || input.polarity == Some(Polarity::Block) {
            return None;
        }
        let planes = list.planes();
        let manner = remedy::Manner {
            product: list.row.product,
            layout: list.layout.as_ref(),
            bullets: list.style.dash_is_bullet,
            ports: list.carries_ports(),
            addresses_only: planes.addresses && !planes.names,
            denies: list.entries.iter().any(|found| found.entry.ways().contains(&true)),
        };
        remedy::remedy(input.source, &manner, gaps)
    }

    fn no_remedy(&self, input: &Input<'_>, gaps: &Gaps) -> String {
        match input.polarity {
            Some(Polarity::Block) => {
                "it says what is blocked; take out the entries that block what is required".to_owned()
            }
            _ => remedy::why_none(dialects::row_of(input.dialect).product, gaps),
        }
    }
}

/// Without their keys and tags, the words of structured texts would be taken for entries: `"sourcePortRange": "*"`.
fn not_a_list(form: &str) -> Policy {
    let message = format!("This looks like {form}, not like a list.");
    let problem = Problem::error("no-list", message).hint("Let the format be detected, or choose the product's own.");
    Policy { vantages: Vec::new(), problems: vec![problem], account: Account::default() }
}

/// An entry and where it stands.
struct Found {
    entry: Entry,
    span: Span,
}

/// What was written in a list, line by line.
struct List {
    row: &'static Row,
    style: Style,
    layout: Option<Layout>,
    entries: Vec<Found>,
    unclear: Vec<(Span, String, Scope)>,
    account: Account,
    sections: Sections,
    /// So many entries stand below the headings with which the list begins.
    below_head: usize,
    /// The list looks like one that blocks.
    may_block: bool,
    /// Of them, in the syntax of a list for name resolution or ad blockers.
    dns: bool,
    with_entries: u32,
    without_entries: u32,
    /// Reading ends at the line without entries that is one too many.
    patience: u32,
}

impl List {
    fn read(input: &Input<'_>) -> List {
        List::read_until(input, u32::MAX)
    }

    /// Reads on while no more than `patience` lines hold no entry: what is no list need not be read to its end.
    fn read_until(input: &Input<'_>, patience: u32) -> List {
        let row = dialects::row_of(input.dialect);
        let blanks = match row.cut {
            Cut::Words(blanks) => blanks,
            Cut::Expressions => Blanks::Join,
        };
        let style = Style { dash_is_bullet: dash_is_bullet(input.source), blanks };
        let mut list = List {
            row,
            style,
            layout: table::layout(input.source).filter(|_| row.cut != Cut::Expressions),
            entries: Vec::new(),
            unclear: Vec::new(),
            account: Account::default(),
            sections: Sections::default(),
            below_head: usize::MAX,
            may_block: row.may_block.is_some(),
            dns: false,
            with_entries: 0,
            without_entries: 0,
            patience,
        };
        if row.cut == Cut::Expressions {
            list.read_expressions(input.source);
            list.doubt_altered(input.source);
            return list;
        }
        let blanked = comments::blanked(input.source.text());
        match list.layout.clone() {
            Some(layout) => list.read_table(input.source, &blanked.text, &layout),
            None => list.read_lines(input.source, &blanked.text),
        }
        list.settle_sections(input.polarity);
        list.doubt_comments(&blanked);
        list.doubt_altered(input.source);
        list
    }

    /// `text` is that of the source without its block comments.
    fn read_lines(&mut self, source: &Source, text: &str) {
        let adblock = dns_lists::is_adblock(text);
        for line in source.lines() {
            if self.without_entries > self.patience {
                return;
            }
            let said = text.get(line.span.start as usize..line.span.end as usize).unwrap_or(line.text);
            let reading = match dns_lists::read(said, adblock) {
                Some(DnsLine::Frame) => {
                    (self.may_block, self.dns) = (true, true);
                    self.account.record(source.file(), line.number, LineUse::Irrelevant);
                    continue;
                }
                Some(DnsLine::Entries(entries)) => {
                    (self.may_block, self.dns) = (true, true);
                    Reading::Entries(entries)
                }
                None => self.in_section(&line, lines::read(said, self.style)),
            };
            self.note_header(&line, said, &reading);
            let reading = if self.is_of_a_product() { lines::of_product(reading, self.row.product) } else { reading };
            self.take(source, line.number, line.number, reading);
        }
    }

    fn read_expressions(&mut self, source: &Source) {
        for line in source.lines() {
            let reading = expressions::read(line.text, self.row.product);
            self.take(source, line.number, line.number, reading);
        }
    }

    /// A heading changes how the lines below it are read.
    fn in_section(&mut self, line: &Line<'_>, mut reading: Reading) -> Reading {
        let empty = match &reading {
            Reading::Nothing => true,
            Reading::Unclear { entries, .. } => entries.is_empty(),
            Reading::Entries(_) => false,
        };
        match empty.then(|| sections::heading(line.text)).flatten() {
            Some(heading) => {
                if !self.entries.is_empty() {
                    self.below_head = self.below_head.min(self.entries.len());
                }
                self.sections.enter(heading);
                Reading::Nothing
            }
            None => {
                self.sections.apply(&mut reading);
                reading
            }
        }
    }

    /// Where no heading allows, the one above all entries is about the list as a whole, and its polarity is asked.
    fn settle_sections(&mut self, polarity: Option<Polarity>) {
        if self.sections.allows_somewhere {
            self.may_block &= self.dns;
            return;
        }
        if !self.may_block && polarity.is_none() {
            return;
        }
        for found in self.entries.iter_mut().take(self.below_head) {
            found.entry.doubt.take_if(|doubt| doubt.why == sections::DENIED);
        }
    }

    /// A comment or heading above the first entry may say that the list blocks.
    fn note_header(&mut self, line: &Line<'_>, said: &str, reading: &Reading) {
        let head = self.entries.is_empty() && *reading == Reading::Nothing;
        self.may_block |= head && polarity::speaks_of_blocking(line.text);
        let prose = *reading == Reading::Nothing && !words::is_comment(said) && said.split_whitespace().count() > 6;
        self.without_entries += u32::from(prose);
    }

    fn read_table(&mut self, source: &Source, text: &str, layout: &Layout) {
        for line in source.lines() {
            self.account.record(source.file(), line.number, LineUse::Irrelevant);
            if line.number < layout.header {
                self.may_block |= polarity::speaks_of_blocking(line.text);
            }
        }
        self.account.record(source.file(), layout.header, LineUse::Used);
        for row in table::rows(text, layout) {
            self.take(source, *row.lines.start(), *row.lines.end(), row.reading);
        }
    }

    fn take(&mut self, source: &Source, first: u32, last: u32, reading: Reading) {
        let (line_use, entries) = match reading {
            Reading::Nothing => (LineUse::Irrelevant, Vec::new()),
            Reading::Entries(entries) => (LineUse::Used, entries),
            Reading::Unclear { why, scope, entries } => {
                self.unclear.push((span_of(source, first, last), why, scope));
                (LineUse::NotUnderstood, entries)
            }
        };
        for line in first..=last {
            self.account.record(source.file(), line, line_use);
        }
        let certain = entries.iter().any(|entry| !entry.in_a_sentence());
        self.with_entries += u32::from(certain);
        self.without_entries += u32::from(!certain && line_use != LineUse::Irrelevant);
        let span = span_of(source, first, last);
        self.entries.extend(entries.into_iter().map(|entry| Found { entry, span }));
    }

    /// Whether the user chose the product that reads the list.
    fn is_of_a_product(&self) -> bool {
        self.row.product.id != GENERIC.id
    }

    /// Whether most entries carry ports of their own, as lists do that people read.
    fn carries_ports(&self) -> bool {
        let explicit =
            |found: &&Found| matches!(&found.entry.meant, lines::Meant::Written(written) if written.around.port);
        let count = self.entries.iter().filter(explicit).count();
        count * 2 > self.entries.len() && !self.is_of_a_product()
    }

    /// The planes that the list speaks; both, where some line is not understood or nothing is listed.
    fn planes(&self) -> Planes {
        let mut planes = Planes::default();
        for found in &self.entries {
            let of = meaning::planes(&found.entry);
            planes.names |= of.names;
            planes.addresses |= of.addresses;
        }
        planes.addresses |= !self.unclear.is_empty();
        planes.names |= self.unclear.iter().any(|(_, _, scope)| *scope == Scope::Anything);
        if planes == Planes::default() { Planes::BOTH } else { planes }
    }

    fn into_policy(self, input: &Input<'_>) -> Policy {
        let problems = self.problems(input);
        let planes = self.planes();
        let asked = self.may_block && input.polarity.is_none();
        let listed = self.listed(input.source);
        let (order, rules, otherwise) = match asked {
            true => polarity::undecided(listed),
            false => polarity::arrange(listed, input.polarity),
        };
        let speaks = if asked { Planes::BOTH } else { planes };
        let sources = crate::addresses::AddressSet::all();
        let gate = Gate { name: "list".to_owned(), speaks, order, rules, chains: Vec::new(), otherwise, sources };
        let vantage = Vantage { label: "list".to_owned(), gates: vec![gate], ..Vantage::default() };
        Policy { vantages: vec![vantage], problems, account: self.account }
    }

    /// The rules of all entries, in the order of their lines, and of what is not understood.
    fn listed(&self, source: &Source) -> Vec<Listed> {
        let mut listed = Vec::with_capacity(self.entries.len());
        for Found { entry, span } in &self.entries {
            for excepted in entry.ways() {
                let conditions = meaning::conditions(entry, self.row.product).into_iter();
                listed.extend(conditions.map(|when| Listed { name: entry.text.clone(), span: *span, when, excepted }));
            }
        }
        for (span, _, scope) in &self.unclear {
            let text = quoted(source, *span);
            let when = meaning::not_understood(*scope, &text);
            let denies = *scope == Scope::Addresses && scene::may_deny(text_of(source, *span));
            let ways = [Some(false), denies.then_some(true)].into_iter().flatten();
            listed.extend(ways.map(|excepted| Listed {
                name: text.clone(),
                span: *span,
                when: when.clone(),
                excepted,
            }));
        }
        listed
    }
}

fn span_of(source: &Source, first: u32, last: u32) -> Span {
    let start = source.line_start(first);
    source.span(start..source.line_start(last) + source.line_text(last).len())
}

/// The text of a span, short enough to quote.
fn quoted(source: &Source, span: Span) -> String {
    quote(text_of(source, span))
}

fn text_of(source: &Source, span: Span) -> &str {
    source.text().get(span.start as usize..span.end as usize).unwrap_or("")
}

/// A dash and a blank are a bullet where half of the lines with entries or more begin with them.
fn dash_is_bullet(source: &Source) -> bool {
    let entries = source.lines().filter(|line| !line.text.trim().is_empty() && !words::is_comment(line.text));
    let (mut dashed, mut all) = (0_u32, 0_u32);
    for line in entries {
        dashed += u32::from(words::after_dash(line.text).is_some());
        all += u32::from(line.text.contains(['.', ':', '*']));
    }
    dashed > 0 && dashed * 2 >= all
}
