//! What to add so that a check passes: rules that accept, before the first that may not.

use super::block::Form;
use super::collect::collect;
use super::machine::Table;
use super::rule::Target;
use super::view::understood;
use crate::addresses::{AddressSet, Family, parse_entry};
use crate::formats::netfilter::script;
use crate::formats::{Edit, Gaps, Input, Remedy};
use crate::policy::Policy;
use crate::source::Span;
use ipnet::IpNet;
use std::collections::BTreeMap;

pub(super) fn remedy(input: &Input<'_>, _policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
    let mut remedy = Remedy { text: String::new(), place: String::new(), edits: Vec::new(), notes: Vec::new() };
    let mut places = Vec::new();
    let mut collected = collect(input);
    let (_, machines) = understood(&mut collected);
    let several = machines.len() > 1;
    let wanted = [Family::V4, Family::V6].map(|family| (family, additions(input, gaps, family)));
    let sets: String = wanted.iter().flat_map(|(_, additions)| additions.sets.iter().map(String::as_str)).collect();
    for (index, machine) in machines.iter().enumerate() {
        let prefix = if several { format!("save {}: ", index + 1) } else { String::new() };
        for ((family, table), content) in &machine.tables {
            for chain in ["OUTPUT", "FORWARD"] {
                let asked = gaps.vantage.is_empty() || gaps.vantage.starts_with(&format!("{prefix}{chain}"));
                if asked && table == "filter" && content.block.chain(chain).is_some() {
                    for (_, additions) in wanted.iter().filter(|(own, _)| own == family) {
                        into(input, content, chain, *family, additions, &mut remedy, &mut places);
                    }
                }
            }
        }
    }
    if remedy.edits.is_empty() {
        return None;
    }
    if !sets.is_empty() {
        let at = script::end(input.source);
        remedy.edits.push(Edit { at, insert: format!("{}{sets}", feed(input, at)) });
        remedy.text = format!("{sets}{}", remedy.text);
        let text = "The prefixes stand in a set: make it before the rules are loaded, and keep it with `ipset save`.";
        remedy.notes.push(text.to_owned());
    }
    remedy.place = places.join("; ");
    remedy.notes.push("The ranges are a snapshot: take them anew when Microsoft publishes new ones.".to_owned());
    remedy
        .notes
        .push("Rules of other tables, and answers that `INPUT` or `FORWARD` stops, are not changed.".to_owned());
    Some(remedy)
}

fn into(
    input: &Input<'_>,
    table: &Table,
    chain: &str,
    family: Family,
    wanted: &Additions,
    remedy: &mut Remedy,
    places: &mut Vec<String>,
) {
    if wanted.rules.is_empty() {
        return;
    }
    let program = if family == Family::V6 { "ip6tables" } else { "iptables" };
    let first = first_denial(table, chain);
    let own = |span: &Span| span.file == input.source.file();
    let number = first.unwrap_or_else(|| table.written(chain).len()) + 1;
    let commands =
        wanted.rules.iter().enumerate().map(|(at, rule)| format!("{program} -I {chain} {} {rule}\n", number + at));
    let commands: String = commands.collect();
    let before = first.and_then(|at| table.written(chain).get(at)).map(|rule| rule.span).filter(own);
    let (at, insert) = match (table.block.form, anchor(input, table, chain, before)) {
        (Form::Save | Form::Rules, Some(at)) => {
            (at, wanted.rules.iter().map(|rule| format!("-A {chain} {rule}\n")).collect::<String>())
        }
        _ => (script::end(input.source), commands.clone()),
    };
    remedy.edits.push(Edit { at, insert: format!("{}{insert}", feed(input, at)) });
    remedy.text += &commands;
    places.push(match before {
        Some(span) => format!("into `{chain}`, before line {}", input.source.line_number(span.start)),
        None => format!("at the end of `{chain}`"),
    });
}

/// The end of a line that is cut off.
fn feed(input: &Input<'_>, at: usize) -> &'static str {
    if at > 0 && !input.source.text()[..at].ends_with('\n') { "\n" } else { "" }
}

/// The line before which rules are put: that of the first rule which may stop traffic, or behind the last of the chain.
fn anchor(input: &Input<'_>, table: &Table, chain: &str, before: Option<Span>) -> Option<usize> {
    let source = input.source;
    // A command may stand behind the table; what is put beside it is a command as well.
    let in_table =
        |span: &Span| source.line_text(source.line_number(span.start)).trim_start().starts_with(['-', ':', '[']);
    if let Some(span) = before {
        return Some(span).filter(in_table).map(|span| source.line_start(source.line_number(span.start)));
    }
    let last = table.written(chain).last().map(|rule| rule.span);
    let declared = || table.block.chains.iter().filter_map(|chain| chain.opened).max();
    let after = last.or_else(declared).filter(|span| span.file == source.file()).filter(in_table)?;
    Some(source.line_start(source.numbers(after).end() + 1))
}

/// The first rule that may do anything but accept.
fn first_denial(table: &Table, chain: &str) -> Option<usize> {
    let rules = table.rules.get(chain)?;
    rules.iter().position(|rule| !matches!(rule.target, Target::Accept | Target::GoesOn))
}

/// What is added for one family.
#[derive(Default)]
struct Additions {
    /// `-d 20.0.0.0/8 -p tcp -m multiport --dports 80,443 -j ACCEPT`
    rules: Vec<String>,
    /// The commands for the sets that they name.
    sets: Vec<String>,
}

/// More prefixes than these are put into a set: rules are walked one after the other, for each new connection.
const MOST_RULES: usize = 32;

fn additions(input: &Input<'_>, gaps: &Gaps, family: Family) -> Additions {
    let mut found = Additions::default();
    let sources = sources(gaps, family);
    if gaps.source.is_some() && sources.is_empty() {
        return found;
    }
    let mut by_ports: BTreeMap<&[u16], Vec<IpNet>> = BTreeMap::new();
    for gap in &gaps.gaps {
        let own = gap.prefixes.iter().filter(|net| matches!(net, IpNet::V6(_)) == (family == Family::V6));
        by_ports.entry(&gap.tcp_ports).or_default().extend(own);
    }
    for (wanted, nets) in by_ports {
        let prefixes = AddressSet::from_nets(nets).prefixes();
        let destinations = match prefixes.len() > MOST_RULES && prefixes.iter().all(|net| net.prefix_len() > 0) {
            true => vec![format!("-m set --match-set {} dst", set(input, &mut found.sets, family, &prefixes))],
            false => prefixes.iter().map(|prefix| format!("-d {prefix}")).collect(),
        };
        for destination in destinations {
            for source in &sources {
                let rules =
                    ports(wanted).into_iter().map(|ports| format!("{source}{destination} -p tcp{ports} -j ACCEPT"));
                found.rules.extend(rules);
            }
        }
    }
    found
}

/// Adds a set, and tells its name. At most 65,536 elements fit unless more are asked for (ipset(8), "maxelem").
fn set(input: &Input<'_>, sets: &mut Vec<String>, family: Family, prefixes: &[IpNet]) -> String {
    const USUAL: usize = 65_536;
    let inet = if family == Family::V6 { "inet6" } else { "inet" };
    let written = || std::iter::once(input.source).chain(input.attachments).map(|source| source.text());
    let mut number = sets.len() + 1;
    while written().any(|text| text.contains(&format!("egress-check-{inet}-{number}"))) {
        number += 1;
    }
    let name = format!("egress-check-{inet}-{number}");
    let room = if prefixes.len() > USUAL { format!(" maxelem {}", prefixes.len()) } else { String::new() };
    let elements: String = prefixes.iter().map(|prefix| format!("ipset add {name} {prefix}\n")).collect();
    sets.push(format!("ipset create {name} hash:net family {inet}{room}\n{elements}"));
    name
}

/// At most fifteen ports fit into one test (iptables-extensions(8), multiport).
fn ports(ports: &[u16]) -> Vec<String> {
    const MOST: usize = 15;
    match ports {
        [] => vec![String::new()],
        [port] => vec![format!(" -m tcp --dport {port}")],
        ports => ports
            .chunks(MOST)
            .map(|some| {
                let texts: Vec<String> = some.iter().map(u16::to_string).collect();
                format!(" -m multiport --dports {}", texts.join(","))
            })
            .collect(),
    }
}

fn sources(gaps: &Gaps, family: Family) -> Vec<String> {
    let Some(text) = &gaps.source else { return vec![String::new()] };
    let set = parse_entry(text).and_then(Result::ok).map(|entry| entry.set.only(family));
    let prefixes = set.map(|set| set.prefixes()).unwrap_or_default();
    prefixes.iter().map(|prefix| format!("-s {prefix} ")).collect()
}
