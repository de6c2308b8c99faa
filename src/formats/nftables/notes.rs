//! What is told beside the rules.

use super::tokens::Token;
use crate::policy::{Account, LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::source::{Source, Span};
use std::collections::BTreeSet;

/// Problems, the use of each line, and what may be missing.
#[derive(Default)]
pub(super) struct Notes {
    pub problems: Vec<Problem>,
    pub account: Account,
    /// Parts that are not there and could hold any rule.
    pub lost: Vec<Reason>,
    lines: Vec<LineTable>,
    told: BTreeSet<(&'static str, String)>,
}

/// Where the lines of a file begin.
struct LineTable {
    file: u16,
    starts: Vec<u32>,
}

impl Notes {
    /// Lines count as irrelevant until something on them is used.
    pub fn open(&mut self, source: &Source) {
        for number in 1..=source.line_count() {
            self.account.record(source.file(), number, LineUse::Irrelevant);
        }
        let starts = (1..=source.line_count()).map(|number| source.line_start(number) as u32).collect();
        self.lines.push(LineTable { file: source.file(), starts });
    }

    pub fn record(&mut self, span: Span, line_use: LineUse) {
        let Some(table) = self.lines.iter().find(|table| table.file == span.file) else { return };
        let number = |at: u32| table.starts.partition_point(|&start| start <= at) as u32;
        for line in number(span.start)..=number(span.end.saturating_sub(1).max(span.start)) {
            self.account.record(span.file, line, line_use);
        }
    }

    pub fn record_all(&mut self, tokens: &[Token], line_use: LineUse) {
        tokens.iter().filter(|token| !token.is_end()).for_each(|token| self.record(token.span, line_use));
    }

    /// What a table with such a flag does is not known.
    pub fn unknown_flag(&mut self, flag: &str, at: Span) {
        self.lost.push(Reason::new(format!("the flag `{}` of a table is not understood", quote(flag))).at(at));
    }

    /// Tells a problem once.
    pub fn tell(&mut self, problem: Problem) {
        if self.told.insert((problem.id, problem.message.clone())) {
            self.problems.push(problem);
        }
    }
}
