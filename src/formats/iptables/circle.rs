//! Chains that lead back to themselves; iptables-restore refuses them ("loop detected").

use super::machine::Table;
use super::rule::Target;
use crate::source::Span;
use std::collections::BTreeSet;

/// The first jump that closes a circle.
pub(super) fn circle(table: &Table) -> Option<(String, Span)> {
    let mut done = BTreeSet::new();
    table.rules.keys().find_map(|chain| from(table, chain, &mut done))
}

fn jumps<'a>(table: &'a Table, chain: &str) -> Vec<(&'a str, Span)> {
    let rules = table.rules.get(chain).map_or(&[][..], Vec::as_slice);
    let to = |rule: &'a super::rule::Rule| match &rule.target {
        Target::Chain { name, .. } if table.rules.contains_key(name) => Some((name.as_str(), rule.span)),
        _ => None,
    };
    rules.iter().filter_map(to).collect()
}

/// Walks depth first without calling itself: chains may nest as deep as the paste is long.
fn from<'a>(table: &'a Table, start: &'a str, done: &mut BTreeSet<&'a str>) -> Option<(String, Span)> {
    let mut trail = vec![(start, jumps(table, start))];
    let mut on_trail = BTreeSet::from([start]);
    while let Some((chain, open)) = trail.last_mut() {
        match open.pop() {
            Some((to, span)) if on_trail.contains(to) => return Some((to.to_owned(), span)),
            Some((to, _)) if done.contains(to) => {}
            Some((to, _)) => {
                on_trail.insert(to);
                trail.push((to, jumps(table, to)));
            }
            None => {
                on_trail.remove(*chain);
                done.insert(*chain);
                trail.pop();
            }
        }
    }
    None
}
