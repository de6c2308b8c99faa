//! From what was written to a policy: each rule's meaning, each policy's order, each line's use.

use super::chain::{self, Chain};
use super::collection;
use super::dns;
use super::ip_groups::IpGroups;
use super::keys;
use super::order::{self, Block, Level, Placed};
use super::rule::{self, Context, Meaning, Notes};
use super::shapes::{self, Found, same_group};
use super::written::{Collection, Fields, Group, Kind, Policy as Written};
use crate::formats::Input;
use crate::policy::{Condition, LineUse, Policy, Reason, Vantage};
use crate::problem::{Problem, Severity};
use crate::source::{Source, Span};
use crate::syntax::json::{self, Documents};
use std::collections::BTreeSet;

/// The documents of the paste, then those of the attachments.
pub(super) fn documents(input: &Input<'_>) -> Vec<Documents> {
    sources(input).map(json::read).collect()
}

fn sources<'a>(input: &Input<'a>) -> impl Iterator<Item = &'a Source> {
    std::iter::once(input.source).chain(input.attachments)
}

pub(super) fn read(input: &Input<'_>) -> Policy {
    let documents = documents(input);
    let mut found = shapes::find(&documents);
    let mut reading = Reading { input, policy: Policy::default(), notes: Notes::default() };
    reading.policy.problems.extend(documents.iter().flat_map(|each| each.problems.iter().cloned()));
    reading.policy.problems.append(&mut found.problems);
    reading.account_for_structure(&documents, &found);
    reading.vantages(&mut found);
    reading.notes_on(&found);
    reading.finish(&found);
    reading.policy
}

/// The chain of this label, the rules of every policy, and those of the chain in order.
pub(super) fn path(found: &mut Found<'_>, label: &str) -> Option<(Chain, Vec<Level>, Vec<Placed>)> {
    let mut notes = Notes::default();
    let levels = levels(found, &mut notes);
    let chain = chain::chains(&found.policies, &mut notes.problems).into_iter().find(|chain| chain.label == label)?;
    let placed = placed(&chain, &levels, &mut notes.problems);
    Some((chain, levels, placed))
}

fn placed(chain: &Chain, levels: &[Level], problems: &mut Vec<Problem>) -> Vec<Placed> {
    let mut own: Vec<Level> = chain.policies.iter().map(|&index| levels[index].clone()).collect();
    if let (Some(first), Some(missing)) = (own.first_mut(), &chain.missing) {
        first.lost.insert(0, missing.clone());
    }
    order::ordered(&own, problems)
}

fn levels(found: &mut Found<'_>, notes: &mut Notes) -> Vec<Level> {
    let mut levels = Vec::new();
    for index in 0..found.policies.len() {
        level_problems(&mut found.policies[index], notes);
        let level = level(found, index, notes);
        levels.push(level);
    }
    levels
}

/// Groups that stand twice, and groups that the policy names but the text lacks.
fn level_problems(policy: &mut Written<'_>, notes: &mut Notes) {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for group in std::mem::take(&mut policy.groups) {
        let again = groups.iter().find(|other| !policy.classic && other.name.eq_ignore_ascii_case(&group.name));
        match again {
            Some(other) if same_group(other, &group) => continue,
            Some(_) => {
                let text = format!("two different rule collection groups are called \"{}\"", group.name);
                let message = format!("\"{}\": {text}; which one counts is open.", policy.key.name);
                notes.report(Problem::error("duplicate-name", message).at(group.span));
                policy.lost.push(Reason::new(text).at(group.span));
            }
            None => {}
        }
        groups.push(group);
    }
    policy.groups = groups;
    for (name, span) in std::mem::take(&mut policy.expected) {
        if policy.groups.iter().any(|group| group.name.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let text = format!("the rule collection group \"{name}\" was not pasted");
        let message = format!("\"{}\": {text}.", policy.key.name);
        let hint = "Add the output of `az network firewall policy rule-collection-group list -g GROUP --policy-name POLICY -o json`.";
        notes.report(Problem::warning("group-missing", message).at(span).hint(hint));
        policy.lost.push(Reason::new(text).at(span));
    }
}

fn level(found: &mut Found<'_>, index: usize, notes: &mut Notes) -> Level {
    let mut level = Level::default();
    for at in 0..found.policies[index].groups.len() {
        let policy = &found.policies[index];
        let group = &policy.groups[at];
        notes.lines.push((group.span, LineUse::Used));
        let number = match group.fields {
            Some(fields) => collection::priority(fields, &group.name, notes),
            // The lists of a classic firewall stand side by side; collections without their group may stand anywhere.
            None => (policy.classic || policy.groups.len() == 1).then_some(0),
        };
        let strange = group.fields.and_then(|fields| strange_fields(fields, &group.name, notes));
        let (dns_proxy, classic) = (dns::proxy(&found.policies, index), policy.classic);
        let (collections, only_if) = (group.collections.clone(), group.only_if.clone().or(strange));
        let mut names: BTreeSet<String> = BTreeSet::new();
        for one in &collections {
            let name = one.outer.name();
            if !names.insert(format!("{:?}{}", one.kind, name.to_ascii_lowercase())) && name != "(no name)" {
                let text = format!("two rule collections are called \"{name}\"");
                notes.report(
                    Problem::error("duplicate-name", format!("Azure accepts no two such collections: {text}."))
                        .at(one.outer.span()),
                );
                level.lost.push(Reason::new(text).at(one.outer.span()));
            }
            let mut block = block(found, one, dns_proxy, notes);
            block.group = number;
            block.group_index = if classic { 0 } else { at };
            leave_open(&mut block, only_if.as_ref());
            level.blocks.push(block);
        }
    }
    level.lost.extend(found.policies[index].lost.iter().cloned());
    level
}

fn leave_open(block: &mut Block, only_if: Option<&Reason>) {
    let Some(reason) = only_if else { return };
    for rule in &mut block.rules {
        let when = std::mem::replace(&mut rule.when, Condition::always());
        rule.when = Condition::All(vec![Condition::Unknown(reason.clone()), when]);
    }
}

fn block<'a>(found: &mut Found<'a>, collection: &Collection<'a>, dns_proxy: Option<bool>, notes: &mut Notes) -> Block {
    let name = collection.outer.name();
    let span = collection.outer.span();
    notes.lines.push((span, LineUse::Used));
    let mut block = Block { name: name.clone(), span, group: None, group_index: 0, priority: None, rules: Vec::new() };
    if is_nat(collection) {
        return block;
    }
    let inner = collection.inner;
    block.priority = collection::priority(inner, &name, notes);
    let action = collection::action(inner, &name, notes);
    let rules = inner.json.member("rules").map(|member| found.items(&member.value, inner.template, "the rules"));
    notes.problems.append(&mut found.problems);
    let (rules, lost) = rules.unwrap_or_default();
    let ip_groups = IpGroups(&found.ip_groups);
    let context = Context { ip_groups: &ip_groups, action, kind: collection.kind, dns_proxy };
    for json in rules {
        block.rules.extend(rule::meanings(Fields { json, template: inner.template }, context, notes));
    }
    if let Some(reason) = lost {
        let open = |kind| Meaning {
            name: name.clone(),
            span,
            kind,
            action,
            when: Condition::Unknown(reason.clone()),
            opens: None,
        };
        let kinds = collection.kind.map_or(vec![Kind::Network, Kind::Application], |kind| vec![kind]);
        block.rules.extend(kinds.into_iter().map(open));
    }
    leave_open(&mut block, strange_fields(inner, &name, notes).as_ref());
    block
}

/// DNAT rules translate what comes in; nothing that goes out depends on them.
fn is_nat(collection: &Collection<'_>) -> bool {
    let kind = collection.inner.text("ruleCollectionType").unwrap_or_default();
    collection.kind == Some(Kind::Nat) || kind.eq_ignore_ascii_case("FirewallPolicyNatRuleCollection")
}

/// A field of a group or a collection that we do not know may say when its rules hold.
fn strange_fields(fields: Fields<'_>, of: &str, notes: &mut Notes) -> Option<Reason> {
    let strange = |member: &&json::Member| !keys::is_of_collection(&member.key) && !member.value.is_blank();
    let member = fields.json.members().iter().find(strange)?;
    let message = format!("\"{of}\" has the field \"{}\", which is not known here.", member.key);
    notes.report(Problem::warning("unknown-field", message).at(member.span()));
    Some(Reason::new(format!("what the field \"{}\" does is not known", member.key)).at(member.span()))
}

struct Reading<'r, 'i> {
    input: &'r Input<'i>,
    policy: Policy,
    notes: Notes,
}

impl Reading<'_, '_> {
    /// Everything inside the JSON is structure until a rule uses it. Attachments that hold nothing of ours stay unused.
    fn account_for_structure(&mut self, documents: &[Documents], found: &Found<'_>) {
        let policies = found.policies.iter().flat_map(|policy| policy.settings);
        let settings =
            policies.chain(found.ip_groups.iter().map(|group| group.fields)).map(|fields| fields.json.span.file);
        let groups = found.policies.iter().flat_map(|policy| &policy.groups).map(|group| group.span.file);
        let ours: BTreeSet<u16> = settings.chain(groups).collect();
        for (source, documents) in sources(self.input).zip(documents) {
            if source.file() != self.input.source.file() && !ours.contains(&source.file()) {
                continue;
            }
            for root in &documents.roots {
                self.policy.account.record_span(source, root.span, LineUse::Irrelevant);
            }
            for &(line, line_use) in &documents.outside {
                self.policy.account.record(source.file(), line, line_use);
            }
        }
    }

    fn record(&mut self, span: Span, line_use: LineUse) {
        if let Some(source) = sources(self.input).find(|source| source.file() == span.file) {
            self.policy.account.record_span(source, span, line_use);
        }
    }

    fn vantages(&mut self, found: &mut Found<'_>) {
        let levels = levels(found, &mut self.notes);
        let mut problems = Vec::new();
        for chain in chain::chains(&found.policies, &mut problems) {
            let placed = placed(&chain, &levels, &mut problems);
            let gates = vec![order::passes(&chain.label, &placed)];
            let decrypts = order::decrypts(&chain.label, &placed);
            self.policy.vantages.push(Vantage { label: chain.label, gates, decrypts, ..Vantage::default() });
        }
        self.policy.problems.append(&mut problems);
    }

    /// What filters besides the rules, by lists that Microsoft keeps.
    fn notes_on(&mut self, found: &Found<'_>) {
        let mut filters = BTreeSet::new();
        for settings in found.policies.iter().filter_map(|policy| policy.settings) {
            let is = |text: Option<String>| text.is_some_and(|text| text.eq_ignore_ascii_case("deny"));
            if is(settings.text("threatIntelMode")) {
                filters.insert(
                    "threat intelligence (before all rules; its allow list is not needed for Azure's own endpoints)",
                );
            }
            let idps = settings.json.get("intrusionDetection");
            let mode = idps.and_then(|idps| settings.template.text(idps.get("mode")?));
            if is(mode) {
                filters.insert("intrusion prevention (after the rules)");
            }
        }
        for filter in filters {
            let message = format!(
                "The firewall also denies by {filter}. What Microsoft's feeds list there is not in the export."
            );
            self.policy.problems.push(Problem::note("denies-by-feed", message));
        }
        self.note_parents(found);
        let tags: BTreeSet<String> = std::mem::take(&mut self.notes.fqdn_tags).into_iter().collect();
        for tag in tags {
            let message = format!("The names of the FQDN tag {tag}. Microsoft may have changed them since.");
            self.policy.problems.push(Problem::note("fqdn-tag-content", message));
        }
    }

    /// Groups alone do not say whether their policy has a parent.
    fn note_parents(&mut self, found: &Found<'_>) {
        let silent = |policy: &&Written<'_>| !policy.classic && policy.settings.is_none();
        for policy in found.policies.iter().filter(silent) {
            let message = format!(
                "\"{}\": without the policy itself, a parent policy is not known; it is read as having none.",
                policy.key.name
            );
            let hint = "Add the output of `az network firewall policy show -g GROUP -n POLICY -o json`.";
            self.policy.problems.push(Problem::note("parent-not-known", message).hint(hint));
        }
    }

    /// One problem a cause, the gravest first, in the order of the lines.
    fn finish(&mut self, found: &Found<'_>) {
        for (span, line_use) in std::mem::take(&mut self.notes.lines) {
            self.record(span, line_use);
        }
        for (spans, line_use) in [(&found.used, LineUse::Used), (&found.pieces, LineUse::NotUnderstood)] {
            spans.iter().for_each(|&span| self.record(span, line_use));
        }
        let lost: Vec<Span> = found.policies.iter().filter_map(|policy| Some(policy.base.as_ref()?.1)).collect();
        lost.into_iter().for_each(|span| self.record(span, LineUse::Used));
        let problems = &mut self.policy.problems;
        problems.append(&mut self.notes.problems);
        let mut seen = BTreeSet::new();
        problems.retain(|problem| match problem.id {
            "depth-cut" => seen.insert((problem.id, None)),
            _ => problem.span.is_none() || seen.insert((problem.id, problem.span)),
        });
        problems.sort_by_key(|problem| (problem.severity == Severity::Note, problem.span));
        if found.policies.is_empty() {
            let message = "There is no rule of an Azure Firewall in this text that could be read. Bicep, Terraform, what \
                           PowerShell prints without `ConvertTo-Json`, and one list of classic collections by itself are not read.";
            let hint = "Export JSON: `az network firewall policy rule-collection-group list -g GROUP --policy-name POLICY -o json`, \
                        or for classic rules `az network firewall show -g GROUP -n FIREWALL -o json`.";
            problems.insert(0, Problem::error("no-firewall", message).hint(hint));
        }
    }
}
