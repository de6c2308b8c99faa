//! Palo Alto Networks firewalls and Panorama: what their security rules let through.
//!
//! ```text
//! XML, `set` lines, braces ─▶ one tree ─scopes─▶ shared, virtual systems, device groups ─views─▶ zone pairs
//!                                      objects, services, categories ─rules─▶ conditions ─▶ Policy
//! ```

mod addresses;
mod braces;
mod categories;
mod commands;
mod context;
mod from_xml;
mod grammar;
mod lists;
mod recognise;
mod remedy;
mod rules;
mod scopes;
mod services;
mod tree;
mod views;
mod words;
mod written;

#[cfg(test)]
mod tests;

use super::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::{Policy, Reason};
use crate::problem::{Problem, Severity};
use crate::source::Source;
use context::Context;
use lists::List;
use scopes::{Kind, Scopes};
use tree::Node;
use views::{Sight, View};
use written::Written;

/// A PAN-OS or Panorama configuration.
pub struct Panos;

impl Format for Panos {
    fn id(&self) -> &'static str {
        "panos"
    }

    fn title(&self) -> &'static str {
        "Palo Alto PAN-OS and Panorama"
    }

    fn how_to_export(&self) -> &'static str {
        "Best, because it holds rules and objects: *Device > Setup > Operations > Export named configuration snapshot* (XML), on \
         Panorama *Panorama > Setup > Operations*, or `/api/?type=export&category=configuration`.\n\n\
         On the command line: `set cli pager off`, `set cli config-output-format set`, `configure`, `show`.\n\n\
         Where Panorama manages the firewall, add the answer of `show config pushed-shared-policy` below.\n\n\
         Attach the files of external dynamic lists, each named like its list."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        recognise::recognise(source)
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        let written = Written::read(input.source);
        Reading::of(input, &written).policy
    }

    fn remedy(&self, input: &Input<'_>, _policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        let written = Written::read(input.source);
        remedy::remedy(input, &written, gaps)
    }
}

/// One configuration as a remedy needs it.
struct Seen<'a> {
    scopes: Scopes<'a>,
    sights: Vec<(Sight<'a>, Vec<View>)>,
}

struct Reading<'a> {
    policy: Policy,
    seen: Vec<Seen<'a>>,
}

impl<'a> Reading<'a> {
    fn of(input: &'a Input<'a>, written: &'a Written) -> Reading<'a> {
        let mut context = Context::new(input, written.problems.clone(), written.account.clone());
        let mut reading = Reading { policy: Policy::default(), seen: Vec::new() };
        let several = written.configurations.len() > 1;
        for (index, config) in written.configurations.iter().enumerate() {
            let prefix = if several { format!("configuration {}, ", index + 1) } else { String::new() };
            reading.configuration(config, &prefix, written.lost.as_ref(), &mut context);
        }
        if several {
            let message = "There are several configurations in this text; each is read by itself.";
            context.say(Problem::warning("several-configurations", message).at(written.configurations[1].span));
        }
        context.problems.sort_by_key(|problem| (problem.severity == Severity::Note, problem.span));
        reading.policy.problems = context.problems;
        reading.policy.account = context.account;
        reading
    }

    fn configuration(&mut self, config: &'a Node, prefix: &str, lost: Option<&Reason>, context: &mut Context<'a>) {
        let scopes = Scopes::of(config);
        scopes.all.iter().for_each(|scope| context::use_objects(scope, context));
        notes(config, &scopes, context);
        let (with_rules, no_rules) = with_rules(config, &scopes, context);
        let elsewhere = elsewhere(&scopes, context);
        let lost = lost.or(no_rules.as_ref()).or(elsewhere.as_ref());
        let several = with_rules.len() > 1;
        let mut sights = Vec::new();
        for index in with_rules {
            let scope = &scopes.all[index];
            let name = scope_name(scope.kind, &scope.name);
            let shown = several || scope.kind == Kind::DeviceGroup;
            let prefix =
                if shown && !name.is_empty() { format!("{prefix}{}: ", scope.name) } else { prefix.to_owned() };
            let sight = Sight::of(&scopes, index, context);
            let views = sight.views(&prefix, context);
            let gate = if name.is_empty() { "security rules".to_owned() } else { format!("security rules of {name}") };
            self.policy.vantages.extend(views.iter().map(|view| sight.vantage(view, &gate, lost)));
            sights.push((sight, views));
        }
        self.seen.push(Seen { scopes, sights });
    }
}

/// The scopes to look from, and why nothing is certain where none has a list of rules.
fn with_rules(config: &Node, scopes: &Scopes<'_>, context: &mut Context<'_>) -> (Vec<usize>, Option<Reason>) {
    let seen_from = scopes.seen_from();
    let where_some = |test: fn(&List<'_>) -> bool| -> Vec<usize> {
        let says = |index: &usize| lists::lists(scopes, *index, "security").iter().any(test);
        seen_from.iter().copied().filter(says).collect()
    };
    let with_rules = where_some(|list| !list.rules.is_empty());
    if !with_rules.is_empty() {
        return (with_rules, None);
    }
    let stated = where_some(|list| list.stated);
    if stated.is_empty() {
        return (seen_from.into_iter().take(1).collect(), Some(no_rules(config, context)));
    }
    empty_rules(config, context);
    (stated, None)
}

fn scope_name(kind: Kind, name: &str) -> String {
    match kind {
        Kind::DeviceGroup => format!("device group {name}"),
        Kind::Pushed if name.is_empty() => "Panorama".to_owned(),
        _ => name.to_owned(),
    }
}

/// A configuration without any list of rules is a part of one, or its rules were lost.
fn no_rules(config: &Node, context: &mut Context<'_>) -> Reason {
    let message = "There are no security rules in this text.";
    let hint = "Paste the whole configuration: objects and rules.";
    context.say(Problem::error("no-rules", message).at(config.span).hint(hint));
    Reason::new("there are no security rules in this text")
}

fn empty_rules(config: &Node, context: &mut Context<'_>) {
    let message = "The list of security rules is empty, so that only the default rules apply.";
    context.say(Problem::warning("empty-rules", message).at(config.span));
    context.used(config.span);
}

/// A firewall's own configuration does not hold what Panorama pushed to it; the command of the hint shows it.
fn elsewhere(scopes: &Scopes<'_>, context: &mut Context<'_>) -> Option<Reason> {
    let setting = scopes.elsewhere?;
    context.used(setting.span);
    let message = "Panorama manages this firewall, and the rules that it pushes are not in this text.";
    let hint = "Paste the answer of `show config pushed-shared-policy` below the configuration.";
    context.say(Problem::warning("pushed-rules-missing", message).at(setting.span).hint(hint));
    let text = "Panorama manages this firewall, and its rules may come before and after those here";
    Some(Reason::new(text).at(setting.span))
}

fn notes(config: &Node, scopes: &Scopes<'_>, context: &mut Context<'_>) {
    if scopes.unknown_parents {
        let message =
            "Which device group stands above which is not in the export (`readonly`); rules of other groups may apply.";
        context.say(Problem::warning("unknown-hierarchy", message).at(config.span).hint("Export the XML of Panorama."));
    }
    if let Some(setting) = scopes.outer_first {
        context.used(setting.span);
    }
    let vsys = scopes.all.iter().any(|scope| scope.kind == Kind::Vsys);
    let of_panorama = |kind: Kind| matches!(kind, Kind::DeviceGroup | Kind::Pushed);
    if !vsys && scopes.all.iter().any(|scope| of_panorama(scope.kind)) {
        let message = "Panorama does not hold the rules that are local to a firewall; there are taken to be none.";
        context.say(Problem::note("local-rules", message));
    }
    let stages = ["tunnel-inspect", "sdwan"];
    let of = |section: &str, stage: &str| {
        scopes.all.iter().any(|scope| scope.node.entries(&[section, stage, "rules"]).next().is_some())
    };
    let other: Vec<&str> = stages
        .into_iter()
        .filter(|stage| ["rulebase", "pre-rulebase", "post-rulebase"].iter().any(|section| of(section, stage)))
        .collect();
    if !other.is_empty() {
        let message =
            format!("Other stages stand beside the security rules and are not looked at: {}.", other.join(", "));
        context.say(Problem::note("other-stage", message));
    }
}
