//! IP groups: lists of addresses that rules name by their ids.
//!
//! Source: "IP Groups in Azure Firewall" (learn.microsoft.com/azure/firewall/ip-groups).

use super::rule::Notes;
use super::words::{self, Addresses};
use super::written::{IpGroup, Key};
use crate::addresses::AddressSet;
use crate::formats::azure::field::{Text, values};
use crate::policy::{LineUse, Reason};
use crate::problem::{Problem, quote};
use crate::syntax::json::Member;

pub(super) struct IpGroups<'a>(pub &'a [IpGroup<'a>]);

/// The addresses of a group, and why there may be others.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub set: AddressSet,
    pub unknown: Vec<Reason>,
}

impl IpGroups<'_> {
    pub fn resolve(&self, id: &Text, notes: &mut Notes) -> Resolved {
        let key = Key::of(&id.text, "/ipGroups/");
        let named: Vec<&IpGroup<'_>> = self.0.iter().filter(|group| group.key.matches(&key)).collect();
        match named[..] {
            [group] => read(group, notes),
            [] => {
                let why = format!("which addresses the IP group \"{}\" holds is not in the export", quote(&key.name));
                let message = format!("The IP group \"{}\" is missing.", quote(&key.name));
                let hint = "Add the output of `az network ip-group list -g GROUP -o json`, below the rules or as an attachment.";
                notes.report(Problem::warning("ip-group-missing", message).at(id.span).hint(hint));
                Resolved { unknown: vec![Reason::new(why).at(id.span)], ..Resolved::default() }
            }
            _ => {
                let why = format!("several IP groups are called \"{}\"", quote(&key.name));
                notes.report(Problem::warning("ip-group-ambiguous", format!("Not decided: {why}.")).at(id.span));
                Resolved { unknown: vec![Reason::new(why).at(id.span)], ..Resolved::default() }
            }
        }
    }
}

/// An empty group holds nothing: "that rule is skipped".
fn read(group: &IpGroup<'_>, notes: &mut Notes) -> Resolved {
    let list = values(group.fields.json, "ipAddresses", &group.fields.template);
    notes.lines.extend(group.fields.json.member("ipAddresses").map(|list| (Member::span(list), LineUse::Used)));
    let mut found = Resolved::default();
    for (problem, reason) in list.unreadable {
        notes.report(problem);
        found.unknown.push(reason);
    }
    let mut sets = Vec::new();
    for text in &list.texts {
        match words::addresses(&text.text) {
            Ok(Addresses::Set(set)) => sets.push(set),
            _ => {
                let what = format!("\"{}\" in the IP group \"{}\" is no address", quote(&text.text), group.key.name);
                notes.report(Problem::error("bad-address", format!("Not read: {what}.")).at(text.span));
                found.unknown.push(Reason::new(what).at(text.span));
            }
        }
    }
    if !group.fields.json.complete {
        let what = format!("the IP group \"{}\" is cut", group.key.name);
        found.unknown.push(Reason::new(what).at(group.fields.json.span));
    }
    found.set = AddressSet::union_all(&sets);
    found
}
