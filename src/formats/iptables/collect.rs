//! From lines to tables and sets.

use super::block::{Block, Chain, Form, Written};
use super::command::{self, Order};
use super::kinds::HOOKS;
use super::listing;
use super::sets::{self, Sets};
use super::shell::{self, Command};
use crate::addresses::Family;
use crate::formats::Input;
use crate::formats::netfilter::after_shell_prompt;
use crate::formats::netfilter::script::{self, Line};
use crate::policy::{Account, LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::source::{Source, Span};
use crate::syntax::lines::{Logical, after_prompt, unwrapped};

/// What was written.
#[derive(Default)]
pub(super) struct Collected {
    pub blocks: Vec<Block>,
    pub sets: Sets,
    pub problems: Vec<Problem>,
    pub account: Account,
    /// A line that tells of tables which this program does not show.
    pub elsewhere: Option<Span>,
    lost: Vec<Span>,
    /// Whether one of those lines may be a command of a script.
    lost_commands: bool,
}

/// The lines of an export or a script.
pub(super) fn lines(source: &Source) -> Vec<Line> {
    script::lines(unwrapped(source, begins), shell::is_program)
}

/// Reads the export and the files beside it, which may hold its sets.
pub(super) fn collect(input: &Input<'_>) -> Collected {
    let mut collected = Collected::default();
    for source in std::iter::once(input.source).chain(input.attachments) {
        Reader {
            to: &mut collected,
            source,
            block: None,
            stated: None,
            variants: (false, false),
            table: None,
            set: None,
            listed: None,
        }
        .read();
    }
    collected.blocks.iter_mut().for_each(settle_table);
    collected.doubt_scripts();
    collected.tell_lost();
    collected
}

impl Collected {
    /// Lines of a script that are not understood may be commands for any of its tables: variables, loops.
    fn doubt_scripts(&mut self) {
        let Some(&at) = self.lost.first() else { return };
        let commands = self.lost_commands;
        let reason = Reason::new("a line of the script is not understood, and may add rules or take them away").at(at);
        for block in self.blocks.iter_mut().filter(|block| commands || block.form == Form::Script) {
            for name in HOOKS {
                block.chain_mut(name).rules.insert(0, anything(&reason, at));
            }
            let own = block.chains.iter_mut().filter(|chain| !HOOKS.contains(&chain.name.as_str()));
            own.for_each(|chain| chain.rules.insert(0, anything(&reason, at)));
        }
    }

    fn tell_lost(&mut self) {
        let Some(&first) = self.lost.first() else { return };
        let message = format!("{} lines are not understood as iptables or ipset.", self.lost.len());
        let problem = Problem::warning("not-understood", message).at(first);
        let is_script = self.blocks.iter().any(|block| block.form == Form::Script);
        self.problems.push(if is_script {
            problem.hint("Paste what `iptables-save` shows after the script ran.")
        } else {
            problem
        });
    }
}

pub(super) struct Reader<'a, 'b> {
    pub(super) to: &'b mut Collected,
    source: &'a Source,
    /// The table to which lines without a program's name belong.
    block: Option<usize>,
    stated: Option<Family>,
    /// Whether the legacy program, and the one over nftables, are named.
    variants: (bool, bool),
    table: Option<String>,
    /// The set whose members follow, as `ipset list` shows them.
    pub(super) set: Option<String>,
    /// The chain whose rows follow, as `iptables -L` shows them.
    pub(super) listed: Option<listing::Head>,
}

/// Whether a line begins a statement, and so is no rest of the line before. Comments of scripts are as wide as their writer likes.
fn begins(before: &str, line: &str) -> bool {
    const STARTS: &[&str] = &[
        "-A ", "-P ", "-N ", "-I ", "*", "#", "COMMIT", "add ", "create ", "del ", "swap ", "flush", "destroy", "[",
        "$", "if ", "for ", "Chain ",
    ];
    let mut words = line.split_whitespace();
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let declares = first.starts_with(':') && words.next().is_some_and(|counters| counters.starts_with('['));
    // A row of `iptables -L -v` begins with two counters.
    let counts = |word: &str| word.trim_end_matches(['K', 'M', 'G', 'T']).parse::<u64>().is_ok();
    let is_program = shell::program(line).is_some() || before.starts_with('#');
    declares
        || is_program
        || counts(first) && counts(second)
        || STARTS.iter().any(|start| line.trim_start().starts_with(start))
}

impl Reader<'_, '_> {
    fn read(mut self) {
        for Line { logical: line, is_idle } in lines(self.source) {
            let line_use = if is_idle { LineUse::Irrelevant } else { self.line(&line) };
            for number in line.numbers.clone() {
                self.to.account.record(self.source.file(), number, line_use);
            }
        }
        self.close();
    }

    fn line(&mut self, line: &Logical) -> LineUse {
        let text = line.text.trim();
        if text.is_empty() {
            self.set = None;
            return LineUse::Irrelevant;
        }
        self.variant(text, line.span);
        if shell::program(text).is_some() {
            (self.listed, self.set) = (None, None);
        }
        let known = self.mark(text, line.span).or_else(|| self.shown(text, line.span));
        known.or_else(|| self.statement(text, line.span)).unwrap_or_else(|| self.lost(text, line.span))
    }

    /// What stands around the rules.
    fn mark(&mut self, text: &str, span: Span) -> Option<LineUse> {
        if let Some(comment) = text.strip_prefix('#') {
            self.comment(comment, span);
            return Some(LineUse::Irrelevant);
        }
        if let Some(table) = text.strip_prefix('*') {
            self.open(table.trim(), span, Form::Save);
            return Some(LineUse::Used);
        }
        if text == "COMMIT" {
            self.block = None;
            return Some(LineUse::Irrelevant);
        }
        let is_program = |command: &&str| shell::program(command).is_some();
        let prompted = || text.strip_prefix("$ ").or_else(|| after_prompt(text)).filter(is_program);
        let command = after_shell_prompt(text).or_else(prompted)?;
        self.state(command);
        if !is_program(&command) && script::passes_by(command, shell::is_program) {
            return Some(LineUse::Irrelevant);
        }
        Some(self.statement(command, span).unwrap_or_else(|| self.lost(command, span)))
    }

    fn comment(&mut self, comment: &str, span: Span) {
        let elsewhere = comment.contains("tables present") || comment.contains("is incompatible");
        let in_table = self.block.is_some_and(|at| self.to.blocks[at].form == Form::Save);
        if elsewhere {
            self.to.elsewhere.get_or_insert(span);
        } else if !in_table || comment.trim_start().starts_with("Generated by") {
            self.state(comment);
        }
    }

    /// The program that printed what follows.
    fn state(&mut self, text: &str) {
        (self.listed, self.set) = (None, None);
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let Some(at) = words.iter().position(|word| command::family(word).is_some()) else { return };
        self.close();
        self.stated = command::family(&words[at]);
        self.table = words.iter().any(|word| word == "-t").then(|| command::arguments(&words[at + 1..]).0);
    }

    /// One kernel may hold tables of both programs, and each filters.
    fn variant(&mut self, text: &str, span: Span) {
        self.variants.0 |= text.contains("tables-legacy");
        self.variants.1 |= text.contains("tables-nft") || text.contains("(nf_tables)");
        if self.variants == (true, true) {
            self.to.elsewhere.get_or_insert(span);
        }
    }

    /// A table that is still open where another begins was cut.
    fn close(&mut self) {
        let Some(at) = self.block.take() else { return };
        let block = &mut self.to.blocks[at];
        if block.form == Form::Save {
            let message = format!("The table `{}` is cut off: it has no `COMMIT`.", block.table);
            let text = format!("the table `{}` is cut off, and rules may be missing", block.table);
            self.to.problems.push(Problem::error("cut-off", message).at(block.opened));
            let reason = Reason::new(text).at(block.opened);
            block.chains.iter_mut().for_each(|chain| chain.rules.push(anything(&reason, block.opened)));
        }
    }

    fn open(&mut self, table: &str, span: Span, form: Form) -> usize {
        self.close();
        let at = self.to.blocks.len();
        self.to.blocks.push(Block::new(self.stated, table, span, form));
        self.block = Some(at);
        at
    }

    /// The table that lines without a name belong to, where `name` may be declared anew.
    pub(super) fn current(&mut self, span: Span, form: Form, declared: Option<&str>) -> &mut Block {
        // What programs print of a table begins with `PREROUTING` where the table has that chain.
        let begins =
            |block: &Block, name: &str| block.declares(name) || name == "PREROUTING" && !block.chains.is_empty();
        let fits = |block: &Block| declared.is_none_or(|name| block.form == Form::Save || !begins(block, name));
        let at = match self.block.filter(|&at| fits(&self.to.blocks[at])) {
            Some(at) => at,
            None => {
                let table = self.table.clone().unwrap_or_else(|| "filter".to_owned());
                self.open(&table, span, form)
            }
        };
        &mut self.to.blocks[at]
    }

    fn statement(&mut self, text: &str, span: Span) -> Option<LineUse> {
        if let Some(declared) = text.strip_prefix(':') {
            let mut words = declared.split_whitespace();
            let (name, policy) = (words.next()?, words.next()?);
            let chain = self.current(span, Form::Save, Some(name)).chain_mut(name);
            let before = std::mem::take(&mut chain.rules).len();
            (chain.opened, chain.policy) = (Some(span), Some(policy.to_owned()).filter(|policy| policy != "-"));
            if before > 0 {
                let text = format!("The chain `{name}` is declared again, which takes away the {before} rules before.");
                self.to.problems.push(Problem::warning("chain-twice", text).at(span));
            }
            return Some(LineUse::Used);
        }
        let commands = shell::commands(text)?;
        if commands.iter().any(|command| self.mixes(&command.words)) {
            return None;
        }
        // Of several programs the first printed what comes first.
        if commands.iter().all(|command| shell::only_shows(&command.words)) {
            self.state(text);
            return Some(LineUse::Irrelevant);
        }
        let uses: Option<Vec<LineUse>> = commands.iter().map(|command| self.command(command, span)).collect();
        uses?.into_iter().max_by_key(|line_use| *line_use == LineUse::Used)
    }

    /// Whether tables that stand below a command meet those that commands made before.
    fn mixes(&self, words: &[String]) -> bool {
        let scripted = self.to.blocks.iter().any(|block| block.form == Form::Script);
        shell::restores(words) && (shell::adds(words) || scripted)
    }

    fn command(&mut self, command: &Command, span: Span) -> Option<LineUse> {
        let words = &command.words;
        if shell::only_shows(words) {
            return Some(LineUse::Irrelevant);
        }
        if sets::take(&mut self.to.sets, words, span) {
            return Some(LineUse::Used);
        }
        match words.first().and_then(|word| command::family(word)) {
            Some(family) => self.order(family, command, span),
            None => {
                let order = command::order(words)?;
                let declared = match &order {
                    Order::Policy(name, _) | Order::Create(name) => Some(name.clone()),
                    _ => None,
                };
                let block = self.current(span, Form::Rules, declared.as_deref());
                Some(apply(block, order, span))
            }
        }
    }

    /// A command line adds to the last table of its kind.
    fn order(&mut self, family: Family, command: &Command, span: Span) -> Option<LineUse> {
        let (table, words) = command::arguments(&command.words[1..]);
        if table.contains('$') {
            return None;
        }
        let order = if words.is_empty() { Order::Nothing } else { command::order(&words)? };
        if order == Order::Nothing {
            self.close();
            (self.stated, self.table) = (Some(family), Some(table));
            return Some(LineUse::Irrelevant);
        }
        let fits = |block: &Block| block.table == table && block.family.is_none_or(|own| own == family);
        let at = self.to.blocks.iter().rposition(fits).unwrap_or_else(|| {
            self.to.blocks.push(Block::new(Some(family), &table, span, Form::Script));
            self.to.blocks.len() - 1
        });
        let block = &mut self.to.blocks[at];
        Some(if command.if_missing && has(block, &order) { LineUse::Irrelevant } else { apply(block, order, span) })
    }

    /// A line within a table that is not understood may be a rule of any of its chains.
    fn lost(&mut self, text: &str, span: Span) -> LineUse {
        self.to.lost.push(span);
        self.to.lost_commands |= ["$", "iptables", "ip6tables", "ipset"].iter().any(|sign| text.contains(sign));
        if let Some(at) = self.block {
            let reason = Reason::new(format!("a line among the rules is not understood: `{}`", quote(text))).at(span);
            self.to.blocks[at].chains.iter_mut().for_each(|chain| doubt(chain, &reason, span));
        }
        LineUse::NotUnderstood
    }
}

/// Whether a chain has the rule already that an order adds.
fn has(block: &Block, order: &Order) -> bool {
    let (Order::Append(name, words) | Order::Insert(name, _, words)) = order else { return false };
    block.chain(name).is_some_and(|chain| chain.rules.iter().any(|rule| rule.words == *words))
}

/// Puts it into a chain once: behind it nothing is certain anyhow.
fn doubt(chain: &mut Chain, reason: &Reason, span: Span) {
    if chain.doubt.is_none() {
        chain.doubt = Some(reason.clone());
        chain.rules.push(anything(reason, span));
    }
}

/// A rule that may do anything.
fn anything(reason: &Reason, span: Span) -> Written {
    Written { words: Vec::new(), span, doubt: Some(reason.clone()) }
}

fn apply(block: &mut Block, order: Order, span: Span) -> LineUse {
    let rule = |words| Written { words, span, doubt: None };
    match order {
        Order::Policy(name, policy) => {
            let chain = block.chain_mut(&name);
            (chain.policy, chain.opened) = (Some(policy), Some(span));
        }
        Order::Create(name) => block.chain_mut(&name).opened = Some(span),
        Order::Append(name, words) => block.chain_mut(&name).rules.push(rule(words)),
        Order::Insert(name, place, words) => {
            let rules = &mut block.chain_mut(&name).rules;
            rules.insert(place.saturating_sub(1).min(rules.len()), rule(words));
        }
        Order::Flush(Some(name)) => block.chain_mut(&name).rules.clear(),
        Order::Flush(None) => block.chains.iter_mut().for_each(|chain| chain.rules.clear()),
        Order::Change(name) => {
            let reason = Reason::new("a command takes rules away or replaces them").at(span);
            block.chain_mut(&name).rules.insert(0, anything(&reason, span));
        }
        Order::Nothing => return LineUse::Irrelevant,
    }
    LineUse::Used
}

/// Which table a listing shows is told by its chains only.
fn settle_table(block: &mut Block) {
    let has = |name: &str| block.chain(name).is_some_and(|chain| chain.opened.is_some());
    if matches!(block.form, Form::Save | Form::Script) || block.table != "filter" || !has("PREROUTING") {
        return;
    }
    let table = match (has("FORWARD"), has("POSTROUTING")) {
        (true, _) => "mangle",
        (_, true) => "nat",
        _ => "raw",
    };
    block.table = table.to_owned();
}
