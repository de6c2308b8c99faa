//! Which policy groups and firewalls belong to, where their own text does not tell.

use super::{Found, nameless};
use crate::formats::azure_firewall::written::{Fields, Key, Policy};
use crate::policy::Reason;
use crate::problem::Problem;
use crate::syntax::json::Json;

impl Found<'_> {
    /// Groups that name no policy belong to the only one there is. Of several they may belong to any.
    pub(super) fn adopt_strays(&mut self) {
        let strays = std::mem::take(&mut self.strays);
        if strays.is_empty() {
            return;
        }
        let owners: Vec<usize> = (0..self.policies.len()).filter(|&index| !self.policies[index].classic).collect();
        if let [_, _, ..] = owners[..] {
            for group in strays {
                let message =
                    format!("Which policy the rule collection group \"{}\" belongs to is not said.", group.name);
                self.problems.push(Problem::warning("group-without-policy", message).at(group.span));
                self.pieces.push(group.span);
                let reason = Reason::new(format!("which policy the group \"{}\" belongs to is not said", group.name));
                owners.iter().for_each(|&index| self.policies[index].lost.push(reason.clone().at(group.span)));
            }
            return;
        }
        let index = owners.first().copied().unwrap_or_else(|| self.policy_of(nameless()));
        self.policies[index].groups.extend(strays);
    }

    /// The policies that firewalls follow, pasted or not.
    pub(super) fn follow(&mut self) {
        for (key, span) in std::mem::take(&mut self.followed) {
            let known = self.policies.len();
            let index = self.policy_of(key.clone());
            let policy = &mut self.policies[index];
            policy.attached = true;
            if index == known {
                let text = format!("the firewall follows the policy \"{}\", which was not pasted", key.name);
                policy.lost.push(Reason::new(text.clone()).at(span));
                let message = format!("The rules are missing: {text}.");
                let hint = "Add the output of `az network firewall policy rule-collection-group list -g GROUP --policy-name POLICY`.";
                self.problems.push(Problem::error("policy-missing", message).at(span).hint(hint));
                self.pieces.push(span);
            }
        }
    }

    /// A firewall whose policy cannot be read follows the one that stands beside it.
    pub(super) fn follow_unnamed(&mut self) {
        for (fields, reason) in std::mem::take(&mut self.unnamed) {
            if self.policies.is_empty() {
                let key = Key { name: fields.name(), resource_group: None };
                let settings = Some(fields.inner());
                self.policies.push(Policy { key, lost: vec![reason], settings, ..Policy::default() });
            }
        }
    }

    /// Policies of which nothing but their settings, or groups one by one, were pasted: others may stand beside them. A policy
    /// that lists its groups is whole.
    pub(super) fn miss_groups(&mut self) {
        for policy in self.policies.iter_mut().filter(|policy| !policy.classic && policy.lost.is_empty()) {
            let lists = |settings: Fields<'_>| settings.json.get("ruleCollectionGroups").is_some_and(Json::is_array);
            let at = match (policy.settings, policy.groups.iter().find(|group| !group.listed)) {
                (Some(settings), _) if lists(settings) => continue,
                (Some(settings), _) if policy.groups.is_empty() => settings.span(),
                (None, Some(group)) => group.span,
                _ => continue,
            };
            let name = &policy.key.name;
            let text = match policy.groups.is_empty() {
                true => format!("the rule collection groups of \"{name}\" were not pasted"),
                false => format!("whether \"{name}\" has other rule collection groups is not in the text"),
            };
            let hint = format!(
                "Add the output of `az network firewall policy rule-collection-group list -g GROUP --policy-name {name} -o json`."
            );
            let problem = Problem::warning("group-missing", format!("Rules may be missing: {text}."));
            self.problems.push(problem.at(at).hint(hint));
            policy.lost.push(Reason::new(text).at(at));
        }
    }
}
