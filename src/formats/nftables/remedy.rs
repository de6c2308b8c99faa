//! What to add so that a check passes: rules at the top of every base chain that may deny.

use super::interfaces::{Scene, scenes};
use super::json::is_json;
use super::tokens::Token;
use super::tree::Ruleset;
use super::view::{Met, met};
use crate::addresses::{AddressSet, Family, parse_entry};
use crate::formats::netfilter::script;
use crate::formats::{Edit, Gaps, Remedy};
use crate::policy::Policy;
use crate::problem::quote;
use crate::source::{Source, Span};
use ipnet::IpNet;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A rule to add: one family, one list of ports.
struct Wanted {
    family: Family,
    prefixes: Vec<IpNet>,
    sources: Vec<IpNet>,
    ports: Vec<u16>,
}

pub(super) fn remedy(source: &Source, ruleset: &Ruleset, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
    let mut remedy = Remedy { text: String::new(), place: String::new(), edits: Vec::new(), notes: Vec::new() };
    let wanted = wanted(gaps);
    let known: BTreeSet<&str> = policy.vantages.iter().map(|vantage| vantage.label.as_str()).collect();
    let scenes = scenes(ruleset);
    let asked = |scene: &&Scene| {
        let label = scene.label();
        known.contains(label.as_str()) && (gaps.vantage.is_empty() || gaps.vantage == label)
    };
    let chains = scenes.iter().filter(asked).flat_map(|scene| met(ruleset, scene));
    let (mut done, mut places) = (BTreeSet::new(), Vec::new());
    for met in chains.filter(may_deny) {
        let family = met.table.family.as_str();
        if done.insert((family, met.table.name.as_str(), met.chain.name.as_str())) {
            let fitting: Vec<&Wanted> = wanted.iter().filter(|wanted| wanted.fits(family)).collect();
            put(source, &met, &fitting, &mut remedy, &mut places);
        }
    }
    if gaps.gaps.iter().any(|gap| gap.prefixes.is_empty() && !gap.names.is_empty()) {
        remedy.notes.push("nftables knows no host names: what is known by name only cannot be added.".to_owned());
    }
    if remedy.edits.is_empty() {
        return None;
    }
    remedy.notes.push("The ranges are a snapshot: take them anew when Microsoft publishes new ones.".to_owned());
    remedy.place = places.join("; ");
    Some(remedy)
}

/// Whether a rule is put here. What a chain of the type `nat` accepts it does not translate, so nothing is put into those.
fn may_deny(met: &Met<'_>) -> bool {
    const MAY: [&str; 10] = ["drop", "reject", "jump", "goto", "vmap", "queue", "synproxy", "fwd", "tproxy", "xt"];
    let stops = |word: &Token| MAY.iter().any(|verb| word.is(verb));
    let may_stop = met.chain.rules.iter().flatten().any(stops);
    met.base.kind != "nat" && (met.base.drops || may_stop)
}

fn wanted(gaps: &Gaps) -> Vec<Wanted> {
    let mut by_ports: BTreeMap<Vec<u16>, Vec<IpNet>> = BTreeMap::new();
    for gap in gaps.gaps.iter().filter(|gap| !gap.prefixes.is_empty()) {
        by_ports.entry(gap.tcp_ports.clone()).or_default().extend(&gap.prefixes);
    }
    let asked = gaps.source.as_deref().and_then(parse_entry).and_then(Result::ok).map(|entry| entry.set);
    let mut found = Vec::new();
    for (ports, prefixes) in by_ports {
        let all = AddressSet::from_nets(prefixes);
        for family in [Family::V4, Family::V6] {
            let prefixes = all.only(family).prefixes();
            let sources = asked.as_ref().map(|set| set.only(family).prefixes()).unwrap_or_default();
            if !prefixes.is_empty() {
                found.push(Wanted { family, prefixes, sources, ports: ports.clone() });
            }
        }
    }
    found
}

fn put(source: &Source, met: &Met<'_>, wanted: &[&Wanted], remedy: &mut Remedy, places: &mut Vec<String>) {
    let (family, table, chain) = (&met.table.family, &met.table.name, &met.chain.name);
    if wanted.is_empty() {
        return;
    }
    let commands = wanted.iter().map(|wanted| format!("insert rule {family} {table} {chain} {}\n", wanted.spell(", ")));
    let commands: Vec<String> = commands.collect();
    remedy.text += &commands.concat();
    remedy.edits.extend(if is_json(source) {
        let objects = wanted.iter().map(|wanted| wanted.json(family, table, chain));
        let objects: String = objects.map(|rule| format!(", {{\"insert\": {{\"rule\": {rule}}}}}")).collect();
        end(source).map(|at| Edit { at, insert: objects })
    } else {
        let rules: String = wanted.iter().map(|wanted| format!("\t\t{}\n", wanted.spell(",\n\t\t\t"))).collect();
        into_block(source, met, &rules).or_else(|| as_commands(source, met, &commands))
    });
    places.push(format!("at the top of the chain `{}` of the table `{} {}`", quote(chain), family, quote(table)));
}

/// Before the first rule that stands in the block of the chain, or before the brace that ends it.
fn into_block(source: &Source, met: &Met<'_>, rules: &str) -> Option<Edit> {
    let own = |span: &Span| span.file == source.file();
    let (opened, closed) = (met.chain.opened.filter(own)?, met.chain.closed.filter(own)?);
    // What variables of a shell stand for stands nowhere in the text.
    if !source.text()[closed.start as usize..].starts_with('}') {
        return None;
    }
    let within = |span: &Span| own(span) && (opened.start..closed.start).contains(&span.start);
    let first = met.chain.rules.iter().filter_map(|rule| rule.first()).map(|word| word.span).filter(within).min();
    Some(match first {
        Some(rule) => Edit { at: rule.start as usize, insert: format!("\n{rules}\t\t") },
        None => Edit { at: closed.start as usize, insert: format!("\n{rules}\t") },
    })
}

/// At the end of the text that declares the chain by a command, with the name of the program before it if that stands there: a
/// script for a shell.
fn as_commands(source: &Source, met: &Met<'_>, commands: &[String]) -> Option<Edit> {
    let opened = met.chain.opened.filter(|span| span.file == source.file())?;
    let line = source.line_text(source.line_number(opened.start));
    let program = ["add ", "create "].iter().find_map(|verb| line.find(verb)).map_or("", |at| &line[..at]);
    let is_program = |word: &str| word.ends_with("nft") || word.starts_with('$');
    let program = if program.split_whitespace().next_back().is_some_and(is_program) { program } else { "" };
    let at = script::end(source);
    let feed = if at == 0 || source.text()[..at].ends_with('\n') { "" } else { "\n" };
    let lines: String = commands.iter().map(|command| format!("{program}{command}")).collect();
    Some(Edit { at, insert: format!("{feed}{lines}") })
}

/// Where the list of objects ends.
fn end(source: &Source) -> Option<usize> {
    let text = source.text();
    text[..text.rfind('}')?].rfind(']')
}

impl Wanted {
    fn fits(&self, family: &str) -> bool {
        ["inet", "netdev"].contains(&family) || family == if self.family == Family::V4 { "ip" } else { "ip6" }
    }

    fn protocol(&self) -> &'static str {
        if self.family == Family::V4 { "ip" } else { "ip6" }
    }

    fn spell(&self, comma: &str) -> String {
        let list =
            |prefixes: &[IpNet], comma: &str| prefixes.iter().map(IpNet::to_string).collect::<Vec<_>>().join(comma);
        let protocol = self.protocol();
        let mut text = match self.sources.as_slice() {
            [] => String::new(),
            sources => format!("{protocol} saddr {{ {} }} ", list(sources, ", ")),
        };
        text += &format!("{protocol} daddr {{ {} }} ", list(&self.prefixes, comma));
        let ports: Vec<String> = self.ports.iter().map(u16::to_string).collect();
        text + &match ports.is_empty() {
            true => "meta l4proto tcp accept".to_owned(),
            false => format!("tcp dport {{ {} }} accept", ports.join(", ")),
        }
    }

    fn json(&self, family: &str, table: &str, chain: &str) -> Value {
        let nets = |prefixes: &[IpNet]| -> Vec<Value> {
            let one = |net: &IpNet| json!({"prefix": {"addr": net.network(), "len": net.prefix_len()}});
            prefixes.iter().map(one).collect()
        };
        let test = |field: &str, values: Vec<Value>| {
            let left = json!({"payload": {"protocol": self.protocol(), "field": field}});
            json!({"match": {"op": "==", "left": left, "right": {"set": values}}})
        };
        let mut expr = Vec::new();
        if !self.sources.is_empty() {
            expr.push(test("saddr", nets(&self.sources)));
        }
        expr.push(test("daddr", nets(&self.prefixes)));
        let ports = match self.ports.as_slice() {
            [] => json!({"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "tcp"}}),
            ports => {
                let left = json!({"payload": {"protocol": "tcp", "field": "dport"}});
                json!({"match": {"op": "==", "left": left, "right": {"set": ports}}})
            }
        };
        expr.extend([ports, json!({"accept": null})]);
        json!({"family": family, "table": table, "chain": chain, "expr": expr})
    }
}
