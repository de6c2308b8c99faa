//! Azure network security groups, as every tool of Azure prints them.
//!
//! First what was written (`shapes`, and `azure` for the JSON of Azure), then what it means (`rule`, `words`), then how it is tried
//! (`gate`, `paths`). Only rules for outbound traffic count: groups are stateful, so replies need none.

mod gate;
mod group;
mod keys;
mod paths;
mod remedy;
mod rule;
mod shapes;
mod words;

use crate::formats::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::{Account, Gate, LineUse, Policy, Rule, Vantage};
use crate::problem::{Problem, Severity};
use crate::source::{Source, Span};
use crate::syntax::json::{self, Documents};
use group::Group;
use rule::{Meaning, Notes};
use shapes::Found;

pub struct AzureNsg;

impl Format for AzureNsg {
    fn id(&self) -> &'static str {
        "azure-nsg"
    }

    fn title(&self) -> &'static str {
        "Azure network security group"
    }

    fn how_to_export(&self) -> &'static str {
        "Best, because it holds every group on the path of one interface:\n\
         `az network nic list-effective-nsg -g GROUP -n NIC -o json`\n\n\
         One group: `az network nsg show -g GROUP -n NSG -o json`, or in PowerShell \
         `Get-AzNetworkSecurityGroup -ResourceGroupName GROUP -Name NSG | ConvertTo-Json -Depth 10`, or in the portal \
         *Export template*."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        let text = source.text();
        if is_text_output(text) {
            return Confidence::new(60, "the table that `az network nsg` or PowerShell prints");
        }
        // Asked of every paste: most hold none of these words and need not be parsed.
        let words = ["ecurityRules", "etworkSecurityGroups", "\"direction\"", "\"Direction\""];
        if !words.iter().any(|word| text.contains(word)) {
            return Confidence::none();
        }
        let documents = json::read(source);
        let groups = shapes::find(&documents).groups;
        match groups.iter().map(|group| group.rules.len()).sum::<usize>() {
            _ if groups.is_empty() => Confidence::none(),
            rules => Confidence::new(95, format!("{} network security group(s) with {rules} rules", groups.len())),
        }
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        let documents = json::read(input.source);
        let found = shapes::find(&documents);
        let mut reading = Reading { source: input.source, policy: Policy::default() };
        reading.account_for_structure(&documents);
        reading.policy.problems.extend(documents.problems.iter().chain(&found.problems).cloned());
        if found.groups.is_empty() {
            reading.nothing_found();
        }
        for &piece in &found.pieces {
            reading.record(piece, LineUse::NotUnderstood);
        }
        reading.vantages(&found, &documents);
        if found.groups.iter().any(|group| group.effective.is_none()) {
            reading.note_virtual_network();
        }
        reading.say_once();
        reading.policy
    }

    fn remedy(&self, input: &Input<'_>, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        let documents = json::read(input.source);
        let found = shapes::find(&documents);
        let paths = paths::paths(&found.groups, &documents);
        let path = paths.iter().find(|path| path.label == gaps.vantage)?;
        let vantage = policy.vantages.iter().find(|vantage| vantage.label == gaps.vantage)?;
        let groups: Vec<(&Group<'_>, &Gate)> =
            path.groups.iter().map(|&index| &found.groups[index]).zip(&vantage.gates).collect();
        remedy::remedy(input.source, &groups, gaps)
    }
}

/// Whether the text is what the tools print for people, which leaves out what a verdict needs.
fn is_text_output(text: &str) -> bool {
    text.lines().take(200).any(|line| {
        let table = ["Name", "Priority", "Access", "Protocol", "Direction"];
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_table = table.iter().all(|column| words.contains(column)) && !line.contains('"');
        let is_list = line
            .split_once(':')
            .is_some_and(|(key, _)| matches!(key.trim_end(), "SecurityRules" | "DefaultSecurityRules"));
        is_table || is_list
    })
}

struct Reading<'a> {
    source: &'a Source,
    policy: Policy,
}

impl Reading<'_> {
    /// Everything inside the JSON is structure until a rule uses it.
    fn account_for_structure(&mut self, documents: &Documents) {
        for root in &documents.roots {
            self.record(root.span, LineUse::Irrelevant);
        }
        for &(line, line_use) in &documents.outside {
            self.policy.account.record(self.source.file(), line, line_use);
        }
    }

    fn record(&mut self, span: Span, line_use: LineUse) {
        self.policy.account.record_span(self.source, span, line_use);
    }

    fn nothing_found(&mut self) {
        let message = "There is no network security group in this text that could be read.";
        let hint = "Export JSON: `az network nsg show -g GROUP -n NSG -o json`.";
        let id = if is_text_output(self.source.text()) { "nsg-text-output" } else { "no-nsg" };
        self.policy.problems.push(Problem::error(id, message).hint(hint));
    }

    fn vantages(&mut self, found: &Found<'_>, documents: &Documents) {
        let meanings: Vec<Vec<Meaning>> = found.groups.iter().map(|group| self.meanings(group)).collect();
        let gates: Vec<Gate> = found
            .groups
            .iter()
            .zip(&meanings)
            .map(|(group, rules)| {
                if group.admin {
                    return gate::without_group(&group.name);
                }
                gate::gate(&group.name, rules, group.lost.as_ref(), &mut self.policy.problems)
            })
            .collect();
        for path in paths::paths(&found.groups, documents) {
            let mut gates: Vec<Gate> = path.groups.iter().map(|&index| gates[index].clone()).collect();
            let answer = path.groups.first().and_then(|&index| found.groups[index].effective);
            let admin = self.admin_rules(found, &meanings, answer);
            gates.iter_mut().for_each(|gate| gate.rules = [&admin[..], &gate.rules].concat());
            self.policy.vantages.push(Vantage { label: path.label, gates, ..Vantage::default() });
        }
    }

    /// The rules of a virtual network manager in the same answer of Azure; they bind every group of the path alike.
    fn admin_rules(&mut self, found: &Found<'_>, meanings: &[Vec<Meaning>], answer: Option<usize>) -> Vec<Rule> {
        let of_answer = found.groups.iter().zip(meanings).filter(|(group, _)| group.admin && group.effective == answer);
        let rules = of_answer
            .flat_map(|(group, rules)| gate::admin_rules(rules, group.lost.as_ref(), &mut self.policy.problems));
        rules.collect()
    }

    fn meanings(&mut self, group: &Group<'_>) -> Vec<Meaning> {
        let mut notes = Notes::default();
        let mut meanings: Vec<Meaning> =
            group.rules.iter().filter_map(|written| rule::meaning(written, &mut notes)).collect();
        if group.effective.is_none() {
            gate::leave_same_names_open(&mut meanings, &mut notes.problems);
        }
        for span in meanings.iter().map(|meaning| meaning.span).chain(group.heading) {
            self.record(span, LineUse::Used);
        }
        for (span, line_use) in notes.lines {
            self.record(span, line_use);
        }
        if let Some(span) = group.lost.as_ref().and_then(|reason| reason.span) {
            record_first(&mut self.policy.account, self.source, span, LineUse::NotUnderstood);
        }
        self.policy.problems.extend(notes.problems);
        meanings
    }

    /// Source: `VirtualNetwork` in learn.microsoft.com/azure/virtual-network/service-tags-overview. Effective rules spell
    /// the tag out.
    fn note_virtual_network(&mut self) {
        let message = "`VirtualNetwork` is read as the private addresses. In Azure it also holds the ranges of peers, of \
                       on-premises networks and of routes, at times a default route.";
        self.policy.problems.push(Problem::note("virtual-network-tag", message));
    }

    /// A cut by PowerShell shows in every rule; it is one problem.
    fn say_once(&mut self) {
        let mut cut = false;
        self.policy.problems.retain(|problem| problem.id != "depth-cut" || !std::mem::replace(&mut cut, true));
        self.policy.problems.sort_by_key(|problem| (problem.severity == Severity::Note, problem.span));
    }
}

fn record_first(account: &mut Account, source: &Source, span: Span, line_use: LineUse) {
    account.record(source.file(), source.line_number(span.start), line_use);
}

#[cfg(test)]
mod tests;
