//! FortiGate configurations: what the policies of FortiOS let through.
//!
//! Source: FortiOS CLI Reference and Administration Guide (docs.fortinet.com), versions 5.6 to 7.6.
//!
//! ```text
//! Source ─statements─▶ statements ─tree, script─▶ tables of each VDOM
//!        tables ─objects, services─▶ tests ─policies─▶ rules, ─inspection, webfilter, tls─▶ chains
//!        rules ─pairs, views─▶ a vantage for each pair of interfaces that policies tell apart
//! ```

mod before;
mod context;
mod fields;
mod inspection;
mod internet;
mod objects;
mod pairs;
mod policies;
mod predefined;
mod remedy;
mod schedules;
mod script;
mod services;
mod statements;
mod tables;
mod tls;
mod tree;
mod views;
mod webfilter;

use super::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::{Account, LineUse, Policy, Reason};
use crate::problem::{Problem, Severity};
use crate::source::Source;
use context::Context;
use tree::{Scope, Tree};
use views::View;

/// The configuration of a FortiGate.
pub struct FortiOs;

impl Format for FortiOs {
    fn id(&self) -> &'static str {
        "fortios"
    }

    fn title(&self) -> &'static str {
        "FortiGate (FortiOS) configuration"
    }

    fn how_to_export(&self) -> &'static str {
        "Best, because it holds every object: in the GUI the user menu (top right), *Configuration*, *Backup*.\n\n\
         On the command line: `show` (in a VDOM: `config vdom`, `edit NAME`, `show`), or these sections together: `show firewall \
         policy`, `show firewall address`, `show firewall addrgrp`, `show firewall service custom`, `show firewall service \
         group`, `show system zone`, `show webfilter profile`, `show webfilter urlfilter`. `config system console`, `set output \
         standard` turns `--More--` off."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        recognise(source)
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        let Device { views, mut policy, .. } = Device::read(input.source);
        policy.vantages.extend(views.into_iter().map(|(_, view)| view.vantage));
        policy
    }

    fn remedy(&self, input: &Input<'_>, _policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        remedy::remedy(input.source, &Device::read(input.source), gaps)
    }
}

fn recognise(source: &Source) -> Confidence {
    let text = source.text();
    if text.trim_start().starts_with(['{', '[', '<']) {
        return Confidence::none();
    }
    let (mut header, mut tables, mut other, mut edits, mut sets) = (false, 0, 0, 0, 0);
    for line in source.lines() {
        let line = crate::syntax::lines::after_prompt(line.text).unwrap_or(line.text).trim();
        let words: Vec<&str> = line.split_whitespace().take(3).collect();
        match words.as_slice() {
            [first, ..] if first.starts_with("#config-version=FG") => header = true,
            ["config", "firewall", _] | ["config", "webfilter" | "application", _] => tables += 1,
            ["config", ..] => other += 1,
            ["edit", _, ..] => edits += 1,
            ["set", "srcintf" | "dstintf" | "srcaddr" | "dstaddr" | "subnet" | "member" | "fqdn", ..] => sets += 1,
            _ => {}
        }
    }
    let percent = match (header, tables, other, edits, sets) {
        (true, ..) => 98,
        (_, 1.., ..) => 95,
        (_, _, 1.., 1.., _) => 80,
        (_, _, _, 1.., 1..) => 70,
        _ => return Confidence::none(),
    };
    Confidence::new(percent, format!("{} `config` tables with {edits} `edit` lines", tables + other))
}

/// A configuration as it was read, with what a remedy needs.
struct Device {
    tree: Tree,
    /// Each point of view with the scope that it belongs to, by its index.
    views: Vec<(usize, View)>,
    policy: Policy,
}

impl Device {
    fn read(source: &Source) -> Device {
        let mut account = Account::default();
        let mut problems = Vec::new();
        let statements = statements::statements(source, &mut account, &mut problems);
        let mut tree = Tree::read(&statements, starts(source));
        problems.append(&mut tree.problems);
        for &span in &tree.lost {
            account.record_span(source, span, LineUse::NotUnderstood);
        }
        let mut views = Vec::new();
        for (index, scope) in tree.scopes.iter().enumerate() {
            let mut context = Context::new(source, &tree, scope, &mut account, &mut problems);
            let of_scope = views::views(&mut context, &prefix(&tree, scope));
            views.extend(of_scope.into_iter().map(|view| (index, view)));
        }
        let mut policy = Policy { vantages: Vec::new(), problems, account };
        several(&tree, source, &mut policy);
        if views.is_empty() {
            only_objects(&tree, source, &mut policy);
        }
        policy.problems.sort_by_key(|problem| (problem.severity == Severity::Note, problem.span));
        Device { tree, views, policy }
    }
}

/// Where configurations begin: at the line that every backup has first.
fn starts(source: &Source) -> Vec<usize> {
    let header = |text: &str| text.trim_start().starts_with("#config-version=");
    source.lines().filter(|line| header(line.text)).map(|line| line.span.start as usize).collect()
}

/// What tells the points of view of this scope from those of others.
fn prefix(tree: &Tree, scope: &Scope) -> String {
    let configuration = match tree.starts.len() {
        0 | 1 => String::new(),
        _ => format!("configuration {}: ", scope.configuration + 1),
    };
    let vdom = if scope.vdom.is_empty() { String::new() } else { format!("{}: ", scope.vdom) };
    configuration + &vdom
}

fn several(tree: &Tree, source: &Source, policy: &mut Policy) {
    if let Some(&second) = tree.starts.get(1) {
        let span = source.span(second..second + 1);
        let message = "A second configuration begins here; each is seen for itself.";
        let problem = Problem::warning("two-configurations", message).at(span);
        policy.problems.push(problem.hint("Choose the point of view that applies, or paste one configuration only."));
    }
}

/// Objects without policies: nothing is known of what passes.
fn only_objects(tree: &Tree, source: &Source, policy: &mut Policy) {
    let tables = tree.scopes.iter().flat_map(|scope| scope.tables.iter());
    let objects = tables.filter(|(path, _)| path.starts_with("firewall ") || path.starts_with("webfilter "));
    let spans: Vec<_> = objects.flat_map(|(_, table)| table.entries.iter()).filter_map(|entry| entry.span).collect();
    if spans.is_empty() {
        return;
    }
    let message = "The text holds objects, but no policies; what passes is undecided.";
    let hint = "Paste `show firewall policy` as well, or the whole configuration.";
    policy.problems.push(Problem::error("no-policies", message).hint(hint));
    spans.iter().for_each(|&span| policy.account.record_span(source, span, LineUse::Used));
    let reason = Reason::new("the policies were not pasted").at(spans[0]);
    policy.vantages.push(views::without_policies(reason));
}
