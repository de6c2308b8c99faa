//! nftables: `nft list ruleset`, `nft -j list ruleset` and files for `nft -f`.
//!
//! ```text
//! Source ─tokens─▶ words ─expand─▶ defines, includes put in ─parse─┐
//! Source ─json──▶ the same words, at the places of the JSON ───────┴▶ Ruleset ─view, translation─▶ vantages by hook and interface
//! ```
//!
//! Source: the manual page nft(8), netfilter.org: CHAINS, SETS, MAPS, EXPRESSIONS, STATEMENTS.

mod expand;
mod expression;
mod fields;
mod flags;
mod interfaces;
mod json;
mod mangle;
mod matches;
mod notes;
mod parse;
mod remedy;
mod shell;
mod statements;
mod tokens;
mod translation;
mod tree;
mod values;
mod view;

use super::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::Policy;
use crate::source::Source;

/// A ruleset of nftables.
pub struct Nftables;

impl Format for Nftables {
    fn id(&self) -> &'static str {
        "nftables"
    }

    fn title(&self) -> &'static str {
        "nftables ruleset"
    }

    fn how_to_export(&self) -> &'static str {
        "As root: `nft list ruleset` (best: it shows what the kernel holds), or `nft -j list ruleset`. A file such as \
         `/etc/nftables.conf` is read as well; attach the files that it includes."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        if json::is_json(source) {
            return Confidence::new(98, "a JSON document under `nftables`");
        }
        let plain = tokens::plain(source);
        let count = |is: fn(&str) -> bool| plain.text().lines().filter(|line| is(line)).count();
        let (opens, hooks) =
            (count(tree::opens_table), count(|line| line.contains("type ") && line.contains(" hook ")));
        match (opens, hooks) {
            (0, _) => Confidence::none(),
            (opens, 0) => Confidence::new(85, format!("{opens} tables of nftables")),
            (opens, hooks) => Confidence::new(98, format!("{opens} tables of nftables, {hooks} base chains")),
        }
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        let (ruleset, notes) = read(input);
        view::policy(&ruleset, notes)
    }

    fn remedy(&self, input: &Input<'_>, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        let (ruleset, _) = read(input);
        remedy::remedy(input.source, &ruleset, policy, gaps)
    }
}

fn read(input: &Input<'_>) -> (tree::Ruleset, notes::Notes) {
    match json::is_json(input.source) {
        true => json::read(input.source),
        false => {
            let mut notes = notes::Notes::default();
            let words = expand::expand(input, &mut notes);
            (parse::parse(words, &mut notes), notes)
        }
    }
}
