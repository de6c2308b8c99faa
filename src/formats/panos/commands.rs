//! The `set` spelling, and the other lines of a script: `delete`, `move`, `rename`, `copy`, `edit`.

mod changes;

use super::grammar;
use super::tree::Node;
use super::words::{Word, Words};
use crate::policy::{Account, LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::source::{Source, Span};
use crate::syntax::lines::{Logical, after_prompt, unwrapped};
use crate::syntax::mapped::Mapped;

const VERBS: [&str; 15] = [
    "set",
    "delete",
    "move",
    "rename",
    "copy",
    "edit",
    "top",
    "up",
    "exit",
    "commit",
    "override",
    "clone",
    "load",
    "revert",
    "multi-clone",
];

/// A line with one of these words may be a statement that was damaged on its way.
const WORDS_OF_RULES: [&str; 13] = [
    "rulebase",
    "pre-rulebase",
    "post-rulebase",
    "security",
    "rules",
    "device-group",
    "address-group",
    "service-group",
    "application-group",
    "external-list",
    "profile-group",
    "custom-url-category",
    "url-filtering",
];

/// Whether a line, its prompt taken off, begins a statement.
pub(super) fn begins(line: &str) -> bool {
    let line = statement_of(line);
    let verb = line.split_whitespace().next().unwrap_or_default();
    VERBS.contains(&verb) && (line.len() > verb.len() || matches!(verb, "top" | "up" | "exit" | "commit"))
}

pub(super) fn statement_of(line: &str) -> &str {
    after_prompt(line).unwrap_or(line).trim()
}

/// The sections of a configuration that hold neither rules nor what rules name.
const OTHER_SECTIONS: [&str; 24] = [
    "deviceconfig",
    "mgt-config",
    "network",
    "template",
    "template-stack",
    "log-collector",
    "log-collector-group",
    "wildfire-appliance",
    "wildfire-appliance-cluster",
    "readonly",
    "import",
    "zone",
    "tag",
    "schedule",
    "log-settings",
    "certificate",
    "certificate-profile",
    "server-profile",
    "authentication-profile",
    "local-user-database",
    "reports",
    "display-name",
    "setting",
    "plugins",
];

/// The sections that are kept in the tree.
const SECTIONS: [&str; 18] = [
    "shared",
    "vsys",
    "device-group",
    "address",
    "address-group",
    "service",
    "service-group",
    "application",
    "application-group",
    "application-filter",
    "external-list",
    "region",
    "profiles",
    "profile-group",
    "rulebase",
    "pre-rulebase",
    "post-rulebase",
    "ssl-decrypt",
];

pub(super) struct Script<'a> {
    source: &'a Source,
    pub root: Node,
    pub problems: Vec<Problem>,
    pub account: Account,
    pub lost: Option<Reason>,
    /// Where `edit` has gone.
    within: Vec<Word>,
}

pub(super) fn read(source: &Source) -> Script<'_> {
    let lines = unwrapped(source, |_, line| begins(line));
    let mut script = Script {
        source,
        root: Node::new("", source.span(0..source.text().len())),
        problems: Vec::new(),
        account: Account::default(),
        lost: None,
        within: Vec::new(),
    };
    let mut at = 0;
    while at < lines.len() {
        at += script.line(&lines[at..]);
    }
    script
}

impl Script<'_> {
    /// Takes a statement, which goes on over further lines while a quote is open; gives the number of lines taken.
    fn line(&mut self, lines: &[Logical]) -> usize {
        let text = lines[0].text.trim();
        if !begins(text) {
            self.other(text, lines[0].span);
            return 1;
        }
        let whole = (1..=lines.len()).find_map(|count| {
            let starts_anew = count > 1 && begins(&lines[count - 1].text);
            (!starts_anew).then_some(())?;
            self.words(&lines[..count]).filter(|words| !words.iter().any(|word| word.open)).map(|words| (count, words))
        });
        // A quote that a later statement would have to close was never closed.
        let next = lines[1..].iter().position(|line| begins(&line.text)).map_or(lines.len(), |at| at + 1);
        match whole.filter(|(count, _)| *count <= next) {
            Some((count, words)) => {
                let span = Span { end: lines[count - 1].span.end, ..lines[0].span };
                self.statement(&words, span);
                count
            }
            None => {
                let reason = Reason::new("a quote is not closed").at(lines[0].span);
                let message = format!("A quote is not closed in `{}`; the line is left out.", quote(text));
                self.not_understood(Problem::error("unbalanced-quotes", message), lines[0].span);
                self.lost.get_or_insert(reason);
                1
            }
        }
    }

    fn words(&self, lines: &[Logical]) -> Option<Vec<Word>> {
        const MOST_LINES: usize = 2000;
        let mapped = (lines.len() <= MOST_LINES).then(|| Mapped::of_lines(self.source, lines))?;
        let text = mapped.text().trim_end();
        let first = text.lines().next()?;
        let from = first.find(statement_of(first))?;
        Some(Words::new(text, from, "").collect())
    }

    /// A line that is no statement: blank, a prompt, what stands around a paste.
    fn other(&mut self, text: &str, span: Span) {
        let harmless = text.is_empty()
            || text.starts_with(['#', '!'])
            || text.starts_with("[edit") && text.ends_with(']')
            || matches!(text, "Entering configuration mode" | "Exiting configuration mode")
            || after_prompt(text).is_some();
        if harmless {
            self.account.record_span(self.source, span, LineUse::Irrelevant);
        } else {
            let message = format!("`{}` is no statement of PAN-OS.", quote(text));
            let problem = Problem::warning("unknown-line", message);
            if text.split_whitespace().any(|word| WORDS_OF_RULES.contains(&word)) {
                let reason = Reason::new("a line that may belong to the configuration is not understood").at(span);
                self.lost.get_or_insert(reason);
                let hint = "Take the line out if it is no part of the configuration.";
                return self.not_understood(problem.hint(hint), span);
            }
            self.not_understood(problem, span);
        }
    }

    fn not_understood(&mut self, problem: Problem, span: Span) {
        self.problems.push(problem.at(span));
        self.account.record_span(self.source, span, LineUse::NotUnderstood);
    }

    fn statement(&mut self, words: &[Word], span: Span) {
        let Some((verb, rest)) = words.split_first() else { return };
        let path: Vec<Word> = self.within.iter().chain(rest).cloned().collect();
        let done = match verb.text.as_str() {
            "set" => self.set(&path, span),
            "delete" => changes::delete(&mut self.root, &path),
            "move" => changes::reorder(&mut self.root, &path),
            "rename" => changes::rename(&mut self.root, &path, span),
            "copy" => changes::copy(&mut self.root, &path, span),
            "edit" => {
                self.within = path;
                Some(LineUse::Used)
            }
            "top" | "exit" => {
                self.within.clear();
                Some(LineUse::Irrelevant)
            }
            "up" => {
                self.within.pop();
                Some(LineUse::Irrelevant)
            }
            "commit" => Some(LineUse::Irrelevant),
            _ => None,
        };
        match done {
            Some(line_use) => self.account.record_span(self.source, span, line_use),
            None => self.without_effect(words, span),
        }
    }

    fn without_effect(&mut self, words: &[Word], span: Span) {
        let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let message = format!("`{}` cannot be followed here.", quote(&text.join(" ")));
        let problem = Problem::warning("unknown-statement", message);
        self.not_understood(problem.hint("Export the configuration that results from the script."), span);
        let reason = Reason::new("a statement could not be followed").at(span);
        self.lost.get_or_insert(reason);
    }

    fn set(&mut self, path: &[Word], span: Span) -> Option<LineUse> {
        let path: &[Word] = match path {
            [devices, _, rest @ ..] if devices.is("devices") => rest,
            path => path,
        };
        let first = path.first()?.text.as_str();
        if first == "cli" {
            return Some(LineUse::Irrelevant);
        }
        if OTHER_SECTIONS.contains(&first) {
            if first == "readonly" || is_looked_at(path) {
                grammar::insert(&mut self.root, path, span);
            }
            return Some(LineUse::Irrelevant);
        }
        SECTIONS.contains(&first).then_some(())?;
        grammar::insert(&mut self.root, path, span);
        Some(LineUse::Irrelevant)
    }
}

/// The settings of a device that change what is read.
fn is_looked_at(path: &[Word]) -> bool {
    const PATHS: [&[&str]; 4] = [
        &["deviceconfig", "system", "hostname"],
        &["deviceconfig", "system", "panorama-server"],
        &["deviceconfig", "system", "panorama", "local-panorama", "panorama-server"],
        &["deviceconfig", "setting", "management", "ancestor-objects-take-precedence"],
    ];
    let route = path.first().is_some_and(|word| word.is("network")) && path.iter().any(|word| word.is("static-route"));
    route || PATHS.iter().any(|own| path.iter().map(|word| word.text.as_str()).take(own.len()).eq(own.iter().copied()))
}
