//! What reading collects besides the policy, and the names that a rule can use.

use super::scopes::{Kind, Scope, Scopes};
use super::tree::Node;
use crate::formats::Input;
use crate::policy::{Account, Condition, LineUse, Reason};
use crate::problem::Problem;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Context<'a> {
    pub input: &'a Input<'a>,
    pub problems: Vec<Problem>,
    pub account: Account,
    said: BTreeSet<String>,
}

impl<'a> Context<'a> {
    pub fn new(input: &'a Input<'a>, problems: Vec<Problem>, account: Account) -> Self {
        Context { input, problems, account, said: BTreeSet::new() }
    }

    pub fn used(&mut self, span: Span) {
        self.account.record_span(self.input.source, span, LineUse::Used);
    }

    pub fn not_understood(&mut self, span: Span) {
        self.account.record_span(self.input.source, span, LineUse::NotUnderstood);
    }

    /// Says a problem once, however many vantages come across it.
    pub fn say(&mut self, problem: Problem) {
        if self.said.insert(format!("{} {}", problem.id, problem.message)) {
            self.problems.push(problem);
        }
    }

    /// What `name` stands for is not in the export.
    pub fn unresolved(&mut self, what: &str, name: &str, span: Span) -> Condition {
        let message = format!("The {what} `{name}` is used here and defined nowhere in this export.");
        let hint = "Paste the whole configuration: rules and objects, `shared` too.";
        self.say(Problem::warning("unresolved-name", message).at(span).hint(hint));
        unknown(format!("the {what} `{name}` is defined nowhere in this export"), span)
    }
}

pub(super) fn unknown(text: impl Into<String>, span: Span) -> Condition {
    Condition::Unknown(Reason::new(text).at(span))
}

/// The objects that the rules of one scope see: an inner object hides an outer one of the same name, unless Panorama's
/// setting reverses that ("Manage Precedence of Inherited Objects", docs.paloaltonetworks.com, Panorama Administrator's Guide).
/// A firewall refuses objects of its own beside pushed ones of the same name (same page).
pub(super) struct Names<'a> {
    levels: Vec<Level<'a>>,
    maybe_above: Vec<Level<'a>>,
}

struct Level<'a> {
    complete: bool,
    pushed: bool,
    sections: BTreeMap<&'static str, BTreeMap<&'a str, &'a Node>>,
}

/// The sections whose entries rules name, and the paths at which they stand.
const SECTIONS: [(&str, &[&str]); 12] = [
    ("address", &["address"]),
    ("address-group", &["address-group"]),
    ("external-list", &["external-list"]),
    ("region", &["region"]),
    ("service", &["service"]),
    ("service-group", &["service-group"]),
    ("application", &["application"]),
    ("application-group", &["application-group"]),
    ("application-filter", &["application-filter"]),
    ("custom-url-category", &["profiles", "custom-url-category"]),
    ("url-filtering", &["profiles", "url-filtering"]),
    ("profile-group", &["profile-group"]),
];

/// What looking a name up gives.
pub(super) enum Found<'a> {
    Here(&'a Node),
    /// It may be defined where the text is lost or where the export does not say what counts.
    Perhaps(&'static str),
    Nowhere,
}

/// Records the objects of a scope as used.
pub(super) fn use_objects(scope: &Scope<'_>, context: &mut Context<'_>) {
    for entry in SECTIONS.iter().flat_map(|(_, path)| scope.node.entries(path)) {
        context.used(entry.span);
    }
}

impl<'a> Level<'a> {
    fn of(scope: &Scope<'a>) -> Self {
        let section = |&(name, path): &(&'static str, &[&str])| {
            let entries = scope.node.entries(path).map(|entry| (entry.name.as_str(), entry)).collect();
            (name, entries)
        };
        let pushed = scope.kind == Kind::Pushed;
        Level { complete: scope.node.complete, pushed, sections: SECTIONS.iter().map(section).collect() }
    }

    fn get(&self, section: &str, name: &str) -> Option<&'a Node> {
        self.sections.get(section)?.get(name).copied()
    }

    fn any(&self, sections: &[&str], name: &str) -> bool {
        sections.iter().any(|section| self.get(section, name).is_some())
    }
}

impl<'a> Names<'a> {
    pub fn seen_from(scopes: &Scopes<'a>, index: usize) -> Self {
        let level = |&index: &usize| Level::of(&scopes.all[index]);
        let mut levels: Vec<Level<'a>> = scopes.chain(index).iter().map(level).collect();
        if scopes.outer_first.is_some() && scopes.all[index].kind == Kind::DeviceGroup {
            levels.reverse();
        }
        Names { levels, maybe_above: scopes.all[index].maybe_above.iter().map(level).collect() }
    }

    /// The object of that name in one of the sections, the innermost scope first.
    pub fn find(&self, sections: &[&'static str], name: &str) -> (Found<'a>, &'static str) {
        for (depth, level) in self.levels.iter().enumerate() {
            let here = |section: &&'static str| level.get(section, name).map(|node| (node, *section));
            if let Some((node, section)) = sections.iter().find_map(here) {
                let beside = |other: &Level<'_>| other.pushed != level.pushed && other.any(sections, name);
                if self.levels[depth + 1..].iter().any(beside) {
                    return (
                        Found::Perhaps("is defined on the firewall and by Panorama, and which counts is left open"),
                        "",
                    );
                }
                return (Found::Here(node), section);
            }
            if !level.complete {
                return (Found::Perhaps("may be defined where the export is damaged"), "");
            }
            if depth == 0 && self.maybe_above.iter().any(|level| level.any(sections, name)) {
                return (Found::Perhaps("is defined in a device group that may or may not stand above this one"), "");
            }
        }
        (Found::Nowhere, "")
    }

    /// The entries of a section in all scopes that are seen, hidden ones too.
    pub fn entries(&self, section: &str) -> impl Iterator<Item = &'a Node> {
        let sections = self.levels.iter().filter_map(move |level| level.sections.get(section));
        sections.flat_map(BTreeMap::values).copied()
    }
}
