//! The spelling with braces: `show` in configuration mode and `show config running`, in their default format.

use super::tree::Node;
use super::words::{Word, Words};
use crate::policy::{Account, LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::source::Source;
use crate::syntax::lines::{after_prompt, unwrapped};
use crate::syntax::mapped::Mapped;

const MARKS: &str = "{};[]";

/// Blocks deeper than this are not read: a configuration nests about 20 deep.
const MAX_DEPTH: usize = 100;

pub(super) struct Read {
    pub root: Node,
    pub problems: Vec<Problem>,
    pub account: Account,
    /// Why no block can be trusted, where one was closed too often or a quote was not closed.
    pub lost: Option<Reason>,
}

/// Whether a line ends like one of this spelling.
fn is_whole(line: &str) -> bool {
    line.trim_end().ends_with(['{', '}', ';'])
}

pub(super) fn read(source: &Source) -> Read {
    let mut account = Account::default();
    let mut lines = unwrapped(source, |_, line| line.trim_start().starts_with('}'));
    // Whatever is typed at a prompt stands between blocks.
    lines.retain(|line| {
        let typed = after_prompt(&line.text).is_some() && !is_whole(&line.text);
        let marker = line.text.trim().starts_with("[edit");
        account.record_span(source, line.span, LineUse::Irrelevant);
        !typed && !marker
    });
    let mapped = Mapped::of_lines(source, &lines);
    let root = Node::new("", source.span(0..source.text().len()));
    let mut reader = Reader { source, mapped: &mapped, open: vec![root], problems: Vec::new(), lost: None, account };
    let mut statement = Vec::new();
    for word in Words::new(mapped.text(), 0, MARKS) {
        if word.open {
            reader.broken("unbalanced-quotes", "a quote is not closed", &word);
        }
        match word.text.as_str() {
            "{" if word.is("{") => reader.begin(&std::mem::take(&mut statement), &word),
            ";" if word.is(";") => reader.values(&std::mem::take(&mut statement)),
            "}" if word.is("}") => {
                reader.values(&std::mem::take(&mut statement));
                reader.end(&word);
            }
            _ => statement.push(word),
        }
    }
    reader.finish(&statement)
}

struct Reader<'a> {
    source: &'a Source,
    mapped: &'a Mapped,
    /// The blocks that are open, the whole first.
    open: Vec<Node>,
    problems: Vec<Problem>,
    lost: Option<Reason>,
    account: Account,
}

impl Reader<'_> {
    fn begin(&mut self, words: &[Word], brace: &Word) {
        if self.open.len() > MAX_DEPTH {
            return self.broken("unbalanced-braces", "blocks are nested too deep", brace);
        }
        let start = words.first().map_or(brace.range.start, |word| word.range.start);
        let name: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        // `config version "10.1.0" {`
        let name = if name.first() == Some(&"config") { "config".to_owned() } else { name.join(" ") };
        let span = self.mapped.span(self.source, start..brace.range.end);
        self.open.push(Node { inside: Some(span.end as usize), ..Node::new(name, span) });
    }

    fn end(&mut self, brace: &Word) {
        if self.open.len() < 2 {
            return self.broken("unbalanced-braces", "a brace closes nothing", brace);
        }
        let end = self.mapped.span(self.source, brace.range.clone()).end;
        self.close(end);
    }

    fn close(&mut self, end: u32) {
        let Some(mut node) = self.open.pop() else { return };
        node.span.end = end;
        if let Some(parent) = self.open.last_mut() {
            parent.complete &= node.complete;
            parent.children.push(node);
        }
    }

    /// `key value;`, `key [ a b ];`, `key;`
    fn values(&mut self, words: &[Word]) {
        let (Some((key, values)), Some(last)) = (words.split_first(), words.last()) else { return };
        let span = self.mapped.span(self.source, key.range.start..last.range.end);
        let mut node = Node::new(&key.text, span);
        let listed = values.iter().filter(|word| !word.is("[") && !word.is("]"));
        node.children = listed.map(|word| Node::new(&word.text, span)).collect();
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(node);
        }
    }

    fn broken(&mut self, id: &'static str, what: &str, word: &Word) {
        let span = self.mapped.span(self.source, word.range.clone());
        let line = self.source.line_text(self.source.line_number(span.start));
        let message = format!("The blocks do not fit together: {what} (`{}`).", quote(line));
        self.problems.push(Problem::error(id, message).at(span));
        self.account.record(self.source.file(), self.source.line_number(span.start), LineUse::NotUnderstood);
        if !what.starts_with("the text ends") {
            self.lost.get_or_insert_with(|| Reason::new(what).at(span));
        }
        self.open.iter_mut().for_each(|node| node.complete = false);
    }

    fn finish(mut self, statement: &[Word]) -> Read {
        if let Some(word) = statement.last().filter(|_| self.open.len() > 1) {
            self.broken("unbalanced-braces", "the text ends within a block", word);
        } else if self.open.len() > 1 {
            let end = self.mapped.text().len();
            let word = Word { text: String::new(), range: end.saturating_sub(1)..end, quoted: false, open: false };
            self.broken("unbalanced-braces", "the text ends within a block", &word);
        }
        let end = self.source.text().len() as u32;
        while self.open.len() > 1 {
            self.close(end);
        }
        let mut root = self.open.pop().unwrap_or_else(|| Node::new("", self.source.span(0..0)));
        root.inside = root.children.first().map(|child| child.span.start as usize);
        Read { root, problems: self.problems, account: self.account, lost: self.lost }
    }
}
