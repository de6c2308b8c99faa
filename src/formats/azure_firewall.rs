//! Azure Firewall: firewall policies and classic rules, as every tool of Azure prints them.
//!
//! First what was written (`shapes`, `written`, and `azure` for the JSON of Azure), then what it means (`rule`, `targets`,
//! `ip_groups`, `words`), then how it is tried (`order`, `chain`).

mod chain;
mod collection;
mod dns;
mod ip_groups;
mod keys;
mod order;
mod reading;
mod remedy;
mod rule;
mod shapes;
mod targets;
mod words;
mod written;

use crate::formats::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::Policy;
use crate::source::Source;
use crate::syntax::json;

pub struct AzureFirewall;

impl Format for AzureFirewall {
    fn id(&self) -> &'static str {
        "azure-firewall"
    }

    fn title(&self) -> &'static str {
        "Azure Firewall"
    }

    fn how_to_export(&self) -> &'static str {
        "A firewall policy: its rules, the policy itself (it names its parent), and its IP groups, one below the other:\n\
         `az network firewall policy rule-collection-group list -g GROUP --policy-name POLICY -o json`\n\
         `az network firewall policy show -g GROUP -n POLICY -o json`\n\
         `az network ip-group list -g GROUP -o json`\n\
         The same for the parent policy, if there is one.\n\n\
         Classic rules: `az network firewall show -g GROUP -n FIREWALL -o json`.\n\n\
         In PowerShell `Get-AzFirewallPolicyRuleCollectionGroup ... | ConvertTo-Json -Depth 20`; in the portal *Export template*."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        let text = source.text();
        // Asked of every paste: most hold none of these words and need not be parsed.
        let words = ["uleCollection", "irewallPolic", "zureFirewalls", "azurerm_firewall"];
        if !words.iter().any(|word| text.contains(word)) {
            return Confidence::none();
        }
        let documents = [json::read(source)];
        let policies = shapes::find(&documents).policies;
        let groups = policies.iter().flat_map(|policy| &policy.groups);
        match groups.map(|group| group.collections.len()).sum::<usize>() {
            // Enough to say what to export instead, and less than any text that is read.
            _ if policies.is_empty() && is_other_notation(text) => {
                Confidence::new(5, "an Azure Firewall in a notation that is not read")
            }
            _ if policies.is_empty() => Confidence::none(),
            collections => {
                let why =
                    format!("{} firewall policies or firewalls with {collections} rule collections", policies.len());
                Confidence::new(95, why)
            }
        }
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        reading::read(input)
    }

    fn remedy(&self, input: &Input<'_>, _: &Policy, gaps: &Gaps) -> Option<Remedy> {
        remedy::remedy(input, gaps)
    }
}

/// Bicep, Terraform, what PowerShell prints without `ConvertTo-Json`, and one list of a classic firewall by itself
/// (`az network firewall network-rule collection list`), which the other list may overrule.
fn is_other_notation(text: &str) -> bool {
    let bicep = ["Microsoft.Network/firewallPolicies", "Microsoft.Network/azureFirewalls"];
    let bicep = bicep.iter().any(|kind| text.lines().any(|line| line.starts_with("resource ") && line.contains(kind)));
    let terraform = ["azurerm_firewall_policy", "azurerm_firewall_network_rule", "azurerm_firewall_application_rule"];
    let terraform = terraform.iter().any(|kind| text.contains(kind));
    let printed = ["ApplicationRuleCollections", "NetworkRuleCollections", "RuleCollection"];
    let printed = |line: &str| line.split_once(" :").is_some_and(|(key, _)| printed.contains(&key.trim()));
    let lists = ["/networkRuleCollections/", "/applicationRuleCollections/"];
    let list = lists.iter().any(|list| text.contains(list));
    bicep || terraform || list || text.lines().any(printed)
}

#[cfg(test)]
mod tests;
