//! What is to be added, before it is spelled.

use crate::formats::{Gap, Gaps};

/// One rule to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Addition {
    pub name: String,
    pub targets: Targets,
    pub ports: Vec<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Targets {
    Names(Vec<String>),
    Addresses(Vec<String>),
    /// Whole names that the firewall resolves.
    Resolved(Vec<String>),
}

#[derive(Debug, Default)]
pub(super) struct Additions {
    pub network: Vec<Addition>,
    pub application: Vec<Addition>,
    pub notes: Vec<String>,
}

/// The rules that close the gaps; `names_arrive` tells whether an application rule is asked at all.
pub(super) fn additions(gaps: &Gaps, names_arrive: impl Fn(&Gap) -> bool) -> Additions {
    let mut all = Additions::default();
    for gap in &gaps.gaps {
        let rule = |targets| Addition { name: rule_name(&gap.purpose), targets, ports: gap.tcp_ports.clone() };
        let wild = gap.names.iter().any(|name| name.contains('*'));
        match () {
            _ if names_arrive(gap) => {
                all.application.push(rule(Targets::Names(gap.names.iter().map(|name| fqdn(name)).collect())));
            }
            _ if !addresses(gap).is_empty() => all.network.push(rule(Targets::Addresses(addresses(gap)))),
            _ if gap.names.is_empty() => {}
            _ if !wild => {
                all.network.push(rule(Targets::Resolved(gap.names.clone())));
                all.notes.push(format!("{}: names in network rules need the DNS proxy of the firewall.", gap.purpose));
            }
            _ => all.notes.push(format!(
                "{}: network rules deny before any name is seen, and there is no service tag for {}; change those rules.",
                gap.purpose,
                gap.names.join(", ")
            )),
        }
    }
    for list in [&mut all.network, &mut all.application] {
        number(list);
    }
    all
}

/// Service tags follow Azure's ranges by themselves. Azure Firewall carries IPv4 only.
fn addresses(gap: &Gap) -> Vec<String> {
    if !gap.service_tags.is_empty() {
        return gap.service_tags.clone();
    }
    gap.prefixes.iter().filter(|prefix| prefix.addr().is_ipv4()).map(ToString::to_string).collect()
}

/// A star may be the first character only, where it stands for anything.
fn fqdn(name: &str) -> String {
    name.rfind('*').map_or_else(|| name.to_owned(), |at| name[at..].to_owned())
}

fn rule_name(purpose: &str) -> String {
    let words = purpose.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    let name: String = name.join("-").chars().take(60).collect();
    if name.is_empty() { "azure".to_owned() } else { name }
}

/// Names of rules are unique in their collection.
fn number(rules: &mut [Addition]) {
    for at in 1..rules.len() {
        let (before, rest) = rules.split_at_mut(at);
        let same = before.iter().filter(|rule| rule.name == rest[0].name).count();
        if same > 0 {
            let name = rest[0].name.clone();
            let free = (2..).map(|n| format!("{name}-{n}")).find(|name| before.iter().all(|rule| rule.name != *name));
            rest[0].name = free.unwrap_or(name);
        }
    }
}
