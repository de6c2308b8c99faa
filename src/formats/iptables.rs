//! Linux' iptables: `iptables-save`, `ip6tables-save`, `iptables -S`, `iptables -L`, command lines, and `ipset` sets.
//!
//! Sources: the manual pages iptables(8), iptables-extensions(8), iptables-save(8) and ipset(8); what `tests/oracle/netfilter.rs`
//! draws was checked with the kernel itself.
//!
//! ```text
//! Source ─collect, listing─▶ blocks (tables) and sets ─rule, sets─▶ tests and targets ─view, chains─▶ Policy
//! ```

mod block;
mod chains;
mod circle;
mod collect;
mod command;
mod complaints;
mod elements;
mod kinds;
mod listing;
mod machine;
mod options;
mod pieces;
mod remedy;
mod rule;
mod sets;
mod shell;
mod shown;
mod view;

#[cfg(test)]
mod tests;

use super::netfilter::script::at_prompt;
use super::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::Policy;
use crate::source::Source;

/// The packet filter of Linux, as iptables shows it.
pub struct Iptables;

impl Format for Iptables {
    fn id(&self) -> &'static str {
        "iptables"
    }

    fn title(&self) -> &'static str {
        "iptables and ipset"
    }

    fn how_to_export(&self) -> &'static str {
        "As root: `iptables-save; ip6tables-save; ipset save`, all in one paste. `iptables -S` shows one table only, and \
         `iptables -L` leaves out what decides: at the least use `iptables -L -n -v`."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        recognise(source)
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        view::read(input)
    }

    fn remedy(&self, input: &Input<'_>, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        remedy::remedy(input, policy, gaps)
    }
}

fn recognise(source: &Source) -> Confidence {
    let orders = |word: &&str| ["-A", "-I", "-P"].contains(word);
    let (mut tables, mut rules) = (0, 0);
    for line in collect::lines(source).iter().filter(|line| !line.is_idle) {
        let words = at_prompt(&line.logical.text).1.split_whitespace().map(|word| word.trim_matches('"'));
        let words: Vec<&str> = words.skip_while(|word| is_counter(word)).take(4).collect();
        match words.as_slice() {
            [table] if table.strip_prefix('*').is_some_and(|name| kinds::TABLES.contains(&name)) => tables += 1,
            ["Chain", _, rest, ..] if rest.starts_with("(policy") || *rest == "(0" => tables += 1,
            ["-A" | "-P" | "-I", chain, ..] if kinds::HOOKS.contains(chain) => rules += 1,
            ["-A", _, rest, ..] if rest.starts_with('-') => rules += 1,
            words if words.iter().any(|word| command::family(word).is_some()) && words.iter().any(orders) => rules += 1,
            _ => {}
        }
    }
    match (tables, rules) {
        (0, 0) => Confidence::none(),
        (0, _) => Confidence::new(90, format!("{rules} rules of iptables")),
        _ => Confidence::new(95, format!("{tables} tables or chains and {rules} rules of iptables")),
    }
}

/// `[12:3456]`, as `iptables-save -c` writes before a rule.
fn is_counter(word: &str) -> bool {
    let inner = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let halves = inner.and_then(|inner| inner.split_once(':'));
    halves.is_some_and(|(a, b)| [a, b].iter().all(|half| !half.is_empty() && half.bytes().all(|c| c.is_ascii_digit())))
}
