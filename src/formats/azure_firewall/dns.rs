//! The DNS proxy, without which names in network rules mean nothing certain.
//!
//! Sources: "Azure Firewall DNS settings" ("By default, DNS Proxy is disabled") and "Use FQDN filtering in network rules"
//! ("you must enable DNS Proxy"), both learn.microsoft.com/azure/firewall.

use super::written::Policy;
use crate::syntax::json::{Json, Kind};

/// Policies inherit over a few levels only.
const MAX_LEVELS: usize = 8;

/// Whether every firewall that the rules of a policy reach has its DNS proxy on; `None` if the text does not tell.
pub(super) fn proxy(policies: &[Policy<'_>], index: usize) -> Option<bool> {
    of(policies, index, MAX_LEVELS)
}

fn of(policies: &[Policy<'_>], index: usize, levels: usize) -> Option<bool> {
    let policy = &policies[index];
    let inherits = |heir: &Policy<'_>| heir.base.as_ref().is_some_and(|(base, _)| policy.key.matches(base));
    let heirs: Vec<usize> = (0..policies.len()).filter(|&heir| inherits(&policies[heir])).collect();
    let mut answers: Vec<Option<bool>> = Vec::new();
    if heirs.is_empty() || policy.attached || levels == 0 {
        answers.push(own(policy));
    }
    if levels > 0 {
        answers.extend(heirs.into_iter().map(|heir| of(policies, heir, levels - 1)));
    }
    match () {
        _ if answers.contains(&Some(false)) => Some(false),
        _ if answers.contains(&None) => None,
        _ => Some(true),
    }
}

/// What the policy says, or a classic firewall among its additional properties.
fn own(policy: &Policy<'_>) -> Option<bool> {
    let settings = policy.settings?;
    let template = settings.template;
    let sealed = |json: &&Json| json.as_str().is_some() && template.object(json).is_none();
    if settings.json.get("dnsSettings").filter(sealed).is_some() {
        return None;
    }
    let told = match policy.classic {
        false => settings.json.get("dnsSettings").and_then(|dns| template.object(dns)?.get("enableProxy")),
        true => {
            let additional = settings.json.get("additionalProperties").unwrap_or(settings.json);
            ["Network.DNS.EnableProxy", "DNSEnableProxy"].iter().find_map(|key| additional.get(key))
        }
    };
    match told {
        Some(value) if value.kind != Kind::Null => {
            template.truth(value).or_else(|| template.text(value).map(|text| text.eq_ignore_ascii_case("true")))
        }
        _ => Some(false),
    }
}
