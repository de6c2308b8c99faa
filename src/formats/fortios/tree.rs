//! Statements to tables, entries and fields, one set of them a VDOM, as the device has them once all is carried out.

use super::script;
use super::statements::Statement;
pub(super) use super::tables::{Entry, Field, Scope, Table};
use crate::policy::Reason;
use crate::problem::Problem;
use crate::source::Span;
use std::collections::BTreeMap;

/// Sub-tables nest no deeper than a few levels on any device.
const MAX_DEPTH: usize = 32;

/// The words with which the names of tables begin that stand in no other (FortiOS CLI Reference, its chapters).
const TOP_LEVEL: &[&str] = &[
    "alertemail",
    "antivirus",
    "application",
    "authentication",
    "casb",
    "certificate",
    "diameter-filter",
    "dlp",
    "dnsfilter",
    "emailfilter",
    "endpoint-control",
    "extender-controller",
    "extension-controller",
    "file-filter",
    "firewall",
    "ftp-proxy",
    "gtp",
    "icap",
    "ips",
    "log",
    "monitoring",
    "report",
    "router",
    "sctp-filter",
    "spamfilter",
    "ssh-filter",
    "switch-controller",
    "system",
    "user",
    "videofilter",
    "virtual-patch",
    "voip",
    "vpn",
    "waf",
    "wanopt",
    "web-proxy",
    "webfilter",
    "wireless-controller",
    "ztna",
];

/// What a text configures.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub scopes: Vec<Scope>,
    pub problems: Vec<Problem>,
    /// Lines that are no statement, or stand where none can.
    pub lost: Vec<Span>,
    /// Where each pasted configuration begins.
    pub starts: Vec<usize>,
    /// Why the tables that a command showed may be a part only.
    partly_shown: Option<Reason>,
    current: usize,
    stack: Vec<Frame>,
}

/// What is open.
#[derive(Debug)]
enum Frame {
    /// `config vdom`
    Vdoms,
    /// `edit` in it, or `config global`
    Scope,
    Table(String, Table),
    /// Its place, the entry as it is changed, and as it was before; `None` for a new one.
    Entry(usize, Entry, Option<Entry>),
}

impl Tree {
    /// Carries the statements out in order. `starts` are the bytes at which configurations begin.
    pub fn read(statements: &[Statement], starts: Vec<usize>) -> Tree {
        let mut tree = Tree { starts, ..Tree::default() };
        let mut configuration = 0;
        tree.enter_scope(configuration, "");
        for statement in statements {
            let before = |start: &&usize| **start <= statement.span.start as usize;
            let of = tree.starts.iter().filter(before).count().saturating_sub(1);
            if of != configuration {
                tree.close_all(statement.span, false);
                configuration = of;
                tree.enter_scope(configuration, "");
            }
            tree.take(statement, configuration);
        }
        if let Some(last) = statements.last() {
            tree.close_all(last.span, true);
        }
        tree
    }

    fn enter_scope(&mut self, configuration: usize, vdom: &str) {
        let same = |scope: &Scope| scope.configuration == configuration && scope.vdom == vdom;
        self.current = self.scopes.iter().position(same).unwrap_or_else(|| {
            self.scopes.push(Scope { configuration, vdom: vdom.to_owned(), tables: BTreeMap::new() });
            self.scopes.len() - 1
        });
    }

    fn take(&mut self, statement: &Statement, configuration: usize) {
        match statement.word(0) {
            "config" => self.config(statement, configuration),
            "edit" => self.edit(statement, configuration),
            "next" => self.next(statement),
            "end" => self.end(statement, configuration),
            "set" | "append" | "select" | "unset" | "unselect" => self.field(statement),
            "move" | "delete" | "rename" | "clone" | "purge" => self.script(statement),
            "show" => self.show(statement),
            "abort" => self.abort(),
            "get" | "execute" | "diagnose" | "exit" => {}
            _ => self.unknown(statement),
        }
    }

    fn config(&mut self, statement: &Statement, configuration: usize) {
        let path = statement.words[1..].join(" ");
        let alone = matches!(path.as_str(), "vdom" | "global");
        let top_level = alone || statement.words.len() > 2 && TOP_LEVEL.contains(&statement.word(1));
        if top_level && matches!(self.stack.last(), Some(Frame::Table(..) | Frame::Entry(..))) {
            self.missing_end(statement.span);
            self.close_tables(statement.span, false);
        }
        match path.as_str() {
            "vdom" => {
                self.stack.clear();
                self.stack.push(Frame::Vdoms);
            }
            "global" => {
                self.stack.clear();
                self.enter_scope(configuration, "global");
                self.stack.push(Frame::Scope);
            }
            _ if self.stack.len() > MAX_DEPTH => {
                let message = format!("Tables nest more than {MAX_DEPTH} deep here.");
                self.problems.push(Problem::error("nested-too-deep", message).at(statement.span));
                self.lost.push(statement.span);
            }
            _ => {
                let mut table = self.siblings().remove(&path).unwrap_or_default();
                if table.entries.is_empty() && is_list_of_policies(&path) {
                    table.doubt = table.doubt.or_else(|| self.partly_shown.clone());
                }
                self.stack.push(Frame::Table(path, table));
            }
        }
    }

    /// `show firewall policy 17` shows one entry, and `show | grep -f` those with a word: known from the device's use, not from
    /// a page of Fortinet. Either leaves more open, never less.
    fn show(&mut self, statement: &Statement) {
        let words = statement.words.iter().skip(1).filter(|word| *word != "full-configuration");
        let words: Vec<&str> = words.map(String::as_str).collect();
        let one = words.len() > 2 && is_list_of_policies(&words[..2].join(" "));
        self.partly_shown = (one || words.contains(&"|")).then(|| {
            let message = "This command shows a part of the policies; those before and after it may decide otherwise.";
            let hint = "Paste the output of `show firewall policy`. Until then what passes stays undecided.";
            self.problems.push(Problem::warning("partly-shown", message).at(statement.span).hint(hint));
            Reason::new("the command shows a part of the policies only").at(statement.span)
        });
    }

    /// The tables next to which a new one stands.
    fn siblings(&mut self) -> &mut BTreeMap<String, Table> {
        match self.stack.last_mut() {
            Some(Frame::Table(_, table)) => &mut table.own.children,
            Some(Frame::Entry(_, entry, _)) => &mut entry.children,
            _ => &mut self.scopes[self.current].tables,
        }
    }

    fn edit(&mut self, statement: &Statement, configuration: usize) {
        if let Some(Frame::Entry(_, entry, _)) = self.stack.last_mut() {
            let reason = Reason::new("the entry has no `next`, so that some of it may be missing").at(statement.span);
            entry.damaged = Some(reason);
            let message = "An entry begins within another: a `next` is missing before this line.";
            self.problems.push(Problem::error("missing-next", message).at(statement.span));
            self.close_entry(statement.span);
        }
        let key = statement.word(1);
        match self.stack.last_mut() {
            Some(Frame::Vdoms) => {
                self.enter_scope(configuration, key);
                self.stack.push(Frame::Scope);
            }
            Some(Frame::Table(_, table)) => {
                let known = table.entries.len();
                let (index, mut entry) = script::open(table, key, statement.span);
                let before = (index < known).then(|| entry.clone());
                entry.damaged = entry.damaged.or_else(|| statement.damaged.clone());
                self.stack.push(Frame::Entry(index, entry, before));
            }
            _ => self.astray(statement),
        }
    }

    fn next(&mut self, statement: &Statement) {
        match self.stack.last() {
            Some(Frame::Entry(..)) => self.close_entry(statement.span),
            Some(Frame::Scope) if self.stack.len() > 1 => drop(self.stack.pop()),
            Some(Frame::Table(..)) if matches!(self.stack.iter().rev().nth(1), Some(Frame::Entry(..))) => {
                self.missing_end(statement.span);
                self.close_table();
                if let Some(Frame::Entry(_, entry, _)) = self.stack.last_mut() {
                    entry.damaged = Some(Reason::new("a table in the entry has no `end`").at(statement.span));
                }
                self.close_entry(statement.span);
            }
            _ => self.astray(statement),
        }
    }

    /// `end` in an entry leaves its table, too (FortiOS Administration Guide: CLI basics, "Subcommands").
    fn end(&mut self, statement: &Statement, configuration: usize) {
        self.close_entry(statement.span);
        match self.stack.last() {
            Some(Frame::Table(..)) => self.close_table(),
            Some(Frame::Scope | Frame::Vdoms) => {
                self.stack.clear();
                self.enter_scope(configuration, "");
            }
            _ => self.astray(statement),
        }
    }

    /// `abort` leaves the entry and its table, and what was changed in the entry is not saved (FortiOS CLI basics: subcommands).
    fn abort(&mut self) {
        if let Some(Frame::Entry(index, _, before)) = self.stack.pop_if(|frame| matches!(frame, Frame::Entry(..)))
            && let Some(Frame::Table(_, table)) = self.stack.last_mut()
        {
            match before {
                Some(before) => table.entries[index] = before,
                None => table.rearrange().truncate(index),
            }
        }
        if matches!(self.stack.last(), Some(Frame::Table(..))) {
            self.close_table();
        }
    }

    fn close_entry(&mut self, last: Span) {
        if matches!(self.stack.last(), Some(Frame::Entry(..)))
            && let Some(Frame::Entry(index, mut entry, _)) = self.stack.pop()
            && let Some(Frame::Table(_, table)) = self.stack.last_mut()
            && let Some(place) = table.entries.get_mut(index)
        {
            if let Some(span) = entry.span.as_mut().filter(|span| span.file == last.file && last.end > span.end) {
                span.end = last.end;
            }
            *place = entry;
        }
    }

    fn close_table(&mut self) {
        if let Some(Frame::Table(path, mut table)) = self.stack.pop() {
            table.index();
            self.siblings().insert(path, table);
        }
    }

    /// Leaves what is open in a scope. Where the text ends, what is open may go on in what was not pasted.
    fn close_tables(&mut self, at: Span, cut: bool) {
        let reason = || Reason::new("the text ends or goes on elsewhere within this table, which has no `end`").at(at);
        while matches!(self.stack.last(), Some(Frame::Table(..) | Frame::Entry(..))) {
            match self.stack.last_mut() {
                Some(Frame::Entry(_, entry, _)) => {
                    entry.damaged = Some(reason());
                    self.close_entry(at);
                }
                Some(Frame::Table(_, table)) => {
                    table.cut = cut.then(reason);
                    self.close_table();
                }
                _ => return,
            }
        }
    }

    fn close_all(&mut self, at: Span, cut: bool) {
        if !self.stack.is_empty() {
            let message = "The text ends within a table: an `end` is missing.";
            let hint = "Paste the rest as well. What it may change stays undecided.";
            self.problems.push(Problem::error("missing-end", message).at(at).hint(hint));
        }
        self.close_tables(at, cut);
        self.stack.clear();
    }

    fn missing_end(&mut self, at: Span) {
        let message = "A table begins or ends within another: an `end` is missing before this line.";
        self.problems.push(Problem::error("missing-end", message).at(at));
    }

    fn field(&mut self, statement: &Statement) {
        let entry = match self.stack.last_mut() {
            Some(Frame::Entry(_, entry, _)) => entry,
            Some(Frame::Table(_, table)) => &mut table.own,
            _ => return self.astray(statement),
        };
        script::change(entry, statement);
    }

    fn script(&mut self, statement: &Statement) {
        let Some(Frame::Table(path, table)) = self.stack.last_mut() else { return self.astray(statement) };
        let renamed = script::carry_out(path, table, statement, &mut self.problems);
        if let Some((old, new)) = renamed {
            let path = path.clone();
            script::rename_references(&path, table, &old, &new);
            for (of, table) in self.scopes[self.current].tables.iter_mut() {
                if script::may_name(of, &path) {
                    script::rename_references(&path, table, &old, &new);
                }
            }
        }
    }

    /// A statement where none of its kind can stand: what was around it is missing.
    fn astray(&mut self, statement: &Statement) {
        if !self.problems.iter().any(|problem| problem.id == "statement-astray") {
            let message =
                format!("`{}` stands outside any table: what belongs before it is missing.", statement.word(0));
            let hint = "Paste the whole section, from its `config` line to its `end`.";
            self.problems.push(Problem::warning("statement-astray", message).at(statement.span).hint(hint));
        }
        self.lost.push(statement.span);
    }

    /// No statement: within an entry it may be a part of one.
    fn unknown(&mut self, statement: &Statement) {
        self.lost.push(statement.span);
        let reason = Reason::new("a line within the entry is not understood").at(statement.span);
        match self.stack.last_mut() {
            Some(Frame::Entry(_, entry, _)) => entry.damaged = Some(reason),
            Some(Frame::Table(_, table)) => table.doubt = Some(reason),
            _ => return,
        }
        let message = format!("`{}` begins no statement of FortiOS.", crate::problem::quote(statement.word(0)));
        let hint = "If it is the rest of a wrapped line, join the two.";
        self.problems.push(Problem::warning("unknown-statement", message).at(statement.span).hint(hint));
    }
}

fn is_list_of_policies(path: &str) -> bool {
    path.starts_with("firewall ") && path.trim_end_matches('6').ends_with("policy")
}
