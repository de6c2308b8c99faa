//! The points from which a router's or switch's configuration can be seen: lists at interfaces, and lists that are nowhere.

use super::config::{Acl, Binding, Config, Notebook, Platform};
use super::rules::{Lists, gate, perhaps};
use crate::addresses::{AddressSet, Family};
use crate::policy::{Action, Condition, Gate, Planes, Policy, Reason, Rule, Vantage};
use crate::problem::Problem;
use crate::source::Span;
use std::collections::BTreeMap;

/// A list at work, or not: what it is called in an answer, and the lists of both IP versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Point {
    pub label: String,
    /// In series.
    pub lists: Named,
    /// The interface of the default route, and the lists that filter what leaves there.
    pub exit: Option<(String, Named)>,
}

/// The names of lists, with their IP version.
type Named = Vec<(String, Family)>;

/// The policy of all configurations of a text.
pub(in crate::formats) fn policy(configs: &[Config], mut notes: Notebook<'_>) -> Policy {
    let mut vantages = Vec::new();
    for config in configs {
        let points = points(config, &mut notes);
        let mut lists = Lists::new(config, &mut notes);
        let of = |point: &Point, lists: &mut Lists<'_, '_, '_>| vantage(config, point, lists);
        vantages.extend(points.iter().map(|point| (config, of(point, &mut lists))));
        lists.close();
    }
    let vantages = named(vantages, configs.len() > 1);
    Policy { vantages, problems: notes.problems, account: notes.account }
}

/// Labels with the device's name where there are several, and with a number where that is not enough.
pub(in crate::formats) fn named(vantages: Vec<(&Config, Vantage)>, several: bool) -> Vec<Vantage> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let label = |(config, vantage): (&Config, Vantage)| {
        let whole = match several && !config.host.is_empty() {
            true => format!("{}: {}", config.host, vantage.label),
            false => vantage.label.clone(),
        };
        let count = seen.entry(whole.clone()).or_insert(0);
        *count += 1;
        let label = if *count > 1 { format!("{whole} ({count})") } else { whole };
        Vantage { label, ..vantage }
    };
    vantages.into_iter().map(label).collect()
}

/// Interfaces with the same lists in the same direction are one point; a list that nothing names is one, too.
pub(in crate::formats) fn points(config: &Config, notes: &mut Notebook<'_>) -> Vec<Point> {
    let mut at: Vec<((&str, bool), Vec<&Binding>)> = Vec::new();
    for binding in &config.bindings {
        let key = (binding.at.as_deref().unwrap_or(""), binding.inbound);
        match at.iter_mut().find(|(other, _)| *other == key && !key.0.is_empty()) {
            Some((_, bindings)) => bindings.push(binding),
            None => at.push((key, vec![binding])),
        }
    }
    let mut grouped: Vec<(Named, bool, Vec<&str>)> = Vec::new();
    for ((interface, inbound), bindings) in at {
        let lists: Named = bindings.iter().map(|b| (b.acl.clone(), b.family)).collect();
        match grouped.iter_mut().find(|(other, direction, _)| *other == lists && *direction == inbound) {
            Some((.., interfaces)) => interfaces.push(interface),
            None => grouped.push((lists, inbound, vec![interface])),
        }
    }
    let exit = exit(config);
    if exit.is_none() {
        tell_exits(config, notes);
    }
    let bound = grouped.into_iter().map(|(lists, inbound, interfaces)| {
        let label = label(&lists, inbound, &interfaces);
        let leaves = |(at, _): &&(String, Named)| inbound && interfaces.iter().all(|own| !own.is_empty() && own != at);
        match exit.as_ref().filter(leaves) {
            Some((at, out)) => {
                let label = format!("{label}, {}", self::label(out, false, &[at]));
                Point { label, lists, exit: Some((at.clone(), out.clone())) }
            }
            None => Point { label, lists, exit: None },
        }
    });
    let mut points: Vec<Point> = bound.collect();
    for acl in config.acls.iter().filter(|acl| !config.is_bound(&acl.name)) {
        if !config.serves_elsewhere(&acl.name, notes) {
            let version = if acl.family == Family::V6 { "IPv6, " } else { "" };
            let label = format!("{} ({version}not bound)", acl.name);
            points.push(Point { label, lists: vec![(acl.name.clone(), acl.family)], exit: None });
        }
    }
    points
}

/// The interface that IPv4 leaves by, and its lists for what leaves, where both are known.
fn exit(config: &Config) -> Option<(String, Named)> {
    let exit = config.default_exit()?;
    let at_exit = |binding: &&Binding| !binding.inbound && binding.at.as_deref() == Some(exit);
    let lists = config.bindings.iter().filter(at_exit).filter(|binding| binding.family == Family::V4);
    let lists: Named = lists.map(|binding| (binding.acl.clone(), binding.family)).collect();
    (!lists.is_empty()).then(|| (exit.to_owned(), lists))
}

/// Without a known exit, what comes in at one interface may have to pass a list where it leaves as well.
fn tell_exits(config: &Config, notes: &mut Notebook<'_>) {
    let known = config.default_exit();
    let comes_in = config.bindings.iter().any(|binding| binding.inbound);
    let leaving = || config.bindings.iter().filter(|binding| !binding.inbound);
    let Some(first) = leaving().next().filter(|_| comes_in && known.is_none()) else { return };
    let mut names: Vec<&str> = leaving().map(|binding| binding.acl.as_str()).collect();
    names.dedup();
    let message = format!(
        "What comes in by one list may have to pass another where it leaves: {} filter{} what leaves, and no default route \
         in the text tells which interface that is.",
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        if names.len() == 1 { "s" } else { "" }
    );
    let hint =
        "Check each place on the way by itself, or paste the interfaces' addresses and `ip route` lines as well.";
    notes.tell(Problem::warning("lists-where-traffic-leaves", message).at(first.span).hint(hint));
}

fn label(lists: &[(String, Family)], inbound: bool, interfaces: &[&str]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<&str> = lists.iter().map(|(name, _)| name.as_str()).collect();
    let direction = if inbound { "in" } else { "out" };
    let mut label = format!("{} {direction}", names.join(" + "));
    let known: Vec<&str> = interfaces.iter().copied().filter(|name| !name.is_empty()).collect();
    if let Some(shown) = known.get(..known.len().min(SHOWN)).filter(|shown| !shown.is_empty()) {
        label += &format!(" on {}", shown.join(", "));
    }
    if known.len() > SHOWN {
        label += &format!(" and {} more", known.len() - SHOWN);
    }
    label
}

fn vantage(config: &Config, point: &Point, lists: &mut Lists<'_, '_, '_>) -> Vantage {
    let mut gates = series(config, &point.lists, lists);
    if let Some((exit, out)) = &point.exit {
        let beyond = series(config, out, lists).into_iter().map(|mut gate| {
            gate.rules.splice(..0, config.elsewhere(exit));
            gate
        });
        gates.extend(beyond);
    }
    let bound = point.lists.iter().any(|(name, _)| config.is_bound(name));
    let others = config.others.iter().filter(|_| bound).map(|(at, why)| other_filter(*at, why));
    gates.extend(others);
    Vantage { label: point.label.clone(), gates, ..Vantage::default() }
}

/// The gates of lists in series, each for both IP versions.
fn series(config: &Config, named: &Named, lists: &mut Lists<'_, '_, '_>) -> Vec<Gate> {
    let of = |family| named.iter().filter(move |(_, own)| *own == family).map(|(name, _)| name.as_str());
    let (v4, v6): (Vec<&str>, Vec<&str>) = (of(Family::V4).collect(), of(Family::V6).collect());
    let gates = (0..v4.len().max(v6.len())).map(|at| {
        let own = [(Family::V4, v4.get(at)), (Family::V6, v6.get(at))];
        joint(config, own.map(|(family, name)| (family, name.copied())), lists)
    });
    gates.collect()
}

/// What passes the lists may be stopped by another filter: between zones traffic passes only by a policy, and a VLAN map sees
/// what is bridged and routed alike. Which of them a packet meets is not read.
fn other_filter(at: Span, why: &str) -> Gate {
    let rule = perhaps("another filter", AddressSet::all(), Reason::new(why).at(at));
    let rule = Rule { span: Some(at), ..rule };
    gate("another filter", Planes::ADDRESSES, vec![rule])
}

/// One gate of the lists of both IP versions.
fn joint(config: &Config, own: [(Family, Option<&str>); 2], lists: &mut Lists<'_, '_, '_>) -> Gate {
    let names: Vec<&str> = own.iter().filter_map(|(_, name)| *name).collect();
    let mut all = Vec::new();
    for (family, name) in own {
        match name.map(|name| (name, config.acl(name, family))) {
            Some((_, Some(acl))) if is_empty(acl) => all.push(empty(config, acl)),
            Some((_, Some(acl))) => all.extend(lists.rules(acl)),
            Some((name, None)) => all.push(undefined(config, name, family, lists.notes)),
            None => all.push(without_list(names[0], family)),
        }
    }
    gate(&names.join(" + "), Planes::ADDRESSES, all)
}

fn without_list(name: &str, family: Family) -> Rule {
    let (version, its) = match family {
        Family::V4 => (4, 6),
        Family::V6 => (6, 4),
    };
    let text = format!("`{name}` is a list for IPv{its}, and the paste does not tell what filters IPv{version}");
    perhaps(name, AddressSet::all_of(family), Reason::new(text))
}

fn is_empty(acl: &Acl) -> bool {
    acl.entries.iter().all(|entry| entry.words.first().is_some_and(|word| word == "remark"))
}

/// "An interface or command with an empty access list applied to it permits all traffic" (IOS: "IP Access List Overview").
/// A part of a configuration may show the heading without its entries.
fn empty(config: &Config, acl: &Acl) -> Rule {
    let to = AddressSet::all_of(acl.family);
    let name = format!("{} (empty)", acl.name);
    let rule = match config.platform {
        Platform::Ios if config.whole => all(&name, to),
        Platform::Ios => {
            let text = format!("the entries of the list `{}` are not in the paste, if it has any", acl.name);
            perhaps(&name, to, Reason::new(text).at(acl.opened))
        }
        _ => {
            let text = format!("the list `{}` is empty, and what the switch does then is not documented", acl.name);
            perhaps(&name, to, Reason::new(text).at(acl.opened))
        }
    };
    Rule { span: Some(acl.opened), ..rule }
}

fn all(name: &str, to: AddressSet) -> Rule {
    Rule { name: name.to_owned(), span: None, then: Action::Allow.into(), when: Condition::destination(to) }
}

/// "If an access list is referenced by a name, but the access list does not exist, all packets pass" (IOS: "IP Access List
/// Overview"); a deleted list "does not affect traffic" (NX-OS Security Command Reference: "ip port access-group").
fn undefined(config: &Config, name: &str, family: Family, notes: &mut Notebook<'_>) -> Rule {
    let span = config.bindings.iter().find(|b| b.acl == name && b.family == family).map(|b| b.span);
    let to = AddressSet::all_of(family);
    let problem = |message: String| {
        let problem = Problem::warning("undefined-list", message);
        Problem { span, ..problem }
    };
    let rule = match config.whole {
        true => {
            notes.tell(problem(format!(
                "The list `{name}` is bound but not defined; the device lets everything pass there."
            )));
            all(&format!("{name} (not defined)"), to)
        }
        false => {
            let message = format!("The list `{name}` is bound, but it is not in the paste.");
            notes.tell(problem(message).hint("Paste the whole configuration, or the list as well."));
            let reason = Reason { span, text: format!("the list `{name}` is not in the paste") };
            perhaps(name, to, reason)
        }
    };
    Rule { span, ..rule }
}
