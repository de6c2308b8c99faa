//! The tables of one kernel: several pastes may hold several kernels.

use super::block::{Block, Form, Written};
use super::elements::Elements;
use super::options;
use super::rule::{self, Rule};
use crate::addresses::Family;
use crate::problem::Problem;
use std::collections::BTreeMap;

/// A table with its rules understood.
pub(super) struct Table {
    pub block: Block,
    pub rules: BTreeMap<String, Vec<Rule>>,
}

/// The tables of both families.
#[derive(Default)]
pub(super) struct Machine {
    pub tables: BTreeMap<(Family, String), Table>,
}

impl Table {
    fn new(block: Block, family: Family, elements: &mut Elements) -> Table {
        let understood = |chain: &super::block::Chain, elements: &mut Elements| {
            let own = |name: &str| block.chain(name).is_some();
            let rules = chain.rules.iter().map(|written| rule::rule(written, &chain.name, family, elements, own));
            (chain.name.clone(), rules.collect())
        };
        let rules = block.chains.iter().map(|chain| understood(chain, elements)).collect();
        Table { block, rules }
    }

    pub fn written(&self, chain: &str) -> &[Written] {
        self.block.chain(chain).map_or(&[], |chain| &chain.rules)
    }
}

/// The kernels in the paste: a table that stands there a second time is another's.
pub(super) fn machines(blocks: Vec<Block>, elements: &mut Elements, problems: &mut Vec<Problem>) -> Vec<Machine> {
    let mut found: Vec<Machine> = Vec::new();
    for block in blocks {
        let known = evidence(&block, elements).or(block.family).or_else(|| by_protocol(&block));
        let taken =
            |family| found.last().is_some_and(|machine| machine.tables.contains_key(&(family, block.table.clone())));
        let family = known.unwrap_or(Family::V4);
        if known.is_none() && block.form != Form::Script {
            let text = "Nothing says whether these rules are for IPv4 or IPv6; they are taken for IPv4.";
            problems.push(Problem::note("family-assumed", text).at(block.opened));
        }
        if found.is_empty() || taken(family) {
            if !found.is_empty() {
                let text =
                    format!("The table `{}` is in the paste again; each is seen as a host of its own.", block.table);
                problems.push(Problem::warning("table-twice", text).at(block.opened));
            }
            found.push(Machine::default());
        }
        let table = Table::new(block, family, elements);
        if let Some(machine) = found.last_mut() {
            machine.tables.insert((family, table.block.table.clone()), table);
        }
    }
    found
}

fn by_protocol(block: &Block) -> Option<Family> {
    let rules = block.chains.iter().flat_map(|chain| &chain.rules);
    rules.into_iter().find_map(|written| options::protocol_of(&written.words))
}

/// The family that the addresses and sets of the rules have.
fn evidence(block: &Block, elements: &Elements) -> Option<Family> {
    let rules = || block.chains.iter().flat_map(|chain| &chain.rules);
    let by_set = |written: &Written| {
        let at = written.words.iter().position(|word| word == "--match-set")?;
        elements.family(written.words.get(at + 1)?)
    };
    rules().find_map(|written| options::speaks_of(&written.words)).or_else(|| rules().find_map(by_set))
}
