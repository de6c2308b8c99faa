//! What to add so that a check passes: a group of what is missing, and an entry for it before the first that denies.

use super::additions::{Addition, additions, sources};
use super::config::{Acl, Config, Entry, Kind, Platform};
use super::scopes;
use super::statements::statements;
use super::writing;
use crate::addresses::Family;
use crate::formats::{Edit, Gaps, Remedy};
use crate::policy::{Policy, Vantage};
use crate::problem::quote;
use crate::source::Source;
use std::collections::BTreeSet;

/// What to add to the lists of the vantage that was checked, or of all.
pub(in crate::formats) fn remedy(source: &Source, configs: &[Config], policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
    let mut remedy = Remedy { text: String::new(), place: String::new(), edits: Vec::new(), notes: Vec::new() };
    let mut places = Vec::new();
    for (at, config) in configs.iter().enumerate() {
        let lists = lists(config, configs.len() > 1, policy, gaps, &mut remedy.notes);
        let additions = additions(config, gaps, &mut remedy.notes);
        if lists.is_empty() || additions.is_empty() {
            continue;
        }
        let text = text(config, &lists, &additions, gaps, &mut places);
        remedy.edits.push(Edit { at: end(source, at), insert: format!("\n{}", fitted(source, &text)) });
        remedy.text += &text;
    }
    if remedy.edits.is_empty() {
        return None;
    }
    remedy.place = places.join("; ");
    remedy.notes.push("The ranges are a snapshot: take them anew when Microsoft publishes new ones.".to_owned());
    Some(remedy)
}

/// The lists that a vantage's traffic meets, as far as entries can be put into them.
fn lists<'a>(config: &'a Config, several: bool, policy: &Policy, gaps: &Gaps, notes: &mut Vec<String>) -> Vec<&'a Acl> {
    let of_config = |vantage: &&Vantage| !several || vantage.label.starts_with(&format!("{}: ", config.host));
    let chosen = |vantage: &&Vantage| vantage.label == gaps.vantage;
    let mut names = BTreeSet::new();
    let mut found = Vec::new();
    for vantage in policy.vantages.iter().filter(of_config).filter(chosen) {
        for gate in &vantage.gates {
            let first = gate.name.split(" + ").find_map(|name| config.acl(name, Family::V4));
            match first {
                Some(acl) if acl.kind == Kind::Standard => notes.push(format!(
                    "`{}` is a standard list: it looks at sources only, so put an extended list in its place.",
                    acl.name
                )),
                Some(acl) => found.extend(names.insert(&acl.name).then_some(acl)),
                None => notes.push(format!(
                    "`{}` ({}) is no list that could be added to; bind one there first.",
                    gate.name, vantage.label
                )),
            }
        }
    }
    found
}

fn text(config: &Config, lists: &[&Acl], additions: &[Addition], gaps: &Gaps, places: &mut Vec<String>) -> String {
    let mut text: String = additions.iter().map(|addition| writing::group(config.platform, addition)).collect();
    for acl in lists {
        let wanted = writing::entries(config.platform, additions, &sources(gaps));
        let before = first_denial(acl);
        text += &match config.platform {
            Platform::Asa => writing::into_asa(acl, before, &wanted),
            Platform::Ios | Platform::Nxos => writing::into_router(config.platform, acl, before, &wanted),
        };
        places.push(match before {
            Some(entry) => format!("into `{}`, before `{}`", acl.name, quote(&entry.words.join(" "))),
            None => format!("at the end of `{}`", acl.name),
        });
    }
    text
}

/// The first entry that may stop traffic.
fn first_denial(acl: &Acl) -> Option<&Entry> {
    let passes = |entry: &&Entry| {
        let inactive = entry.words.iter().any(|word| word == "inactive" || word == "(inactive)");
        let harmless = ["permit", "remark", "evaluate"];
        !inactive && !entry.words.first().is_some_and(|word| harmless.contains(&word.as_str()))
    };
    acl.entries.iter().find(passes)
}

/// Behind the last command of a configuration, but before its `end`.
fn end(source: &Source, at: usize) -> usize {
    let all = statements(source);
    let scopes = scopes::scopes(&all);
    let scope = scopes.get(at).copied().unwrap_or_default();
    let last = scope.iter().rev().find(|statement| statement.words != ["end"]);
    let number = last.map_or(1, |statement| *statement.numbers.end());
    source.line_start(number) + source.line_text(number).len()
}

/// Lines as the terminal that the text comes from would break them; a line as long as its screen would be taken for broken.
fn fitted(source: &Source, text: &str) -> String {
    const WIDTHS: [usize; 2] = [80, 132];
    let width = source.lines().map(|line| line.text.chars().count()).max().unwrap_or(0);
    if WIDTHS.contains(&width) {
        let broken = text.lines().flat_map(|line| pieces(line, width));
        return broken.chain(["!".to_owned()]).collect::<Vec<_>>().join("\n");
    }
    let padded = text.lines().map(|line| {
        let space = WIDTHS.contains(&line.len());
        if space { format!("{line} ") } else { line.to_owned() }
    });
    padded.collect::<Vec<_>>().join("\n")
}

fn pieces(line: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    letters.chunks(width).map(|piece| piece.iter().collect()).collect()
}
