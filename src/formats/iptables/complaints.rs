//! What is told of rules that cannot do what they seem to.

use super::block::Form;
use super::circle::circle;
use super::machine::{Machine, Table};
use super::rule::{Rule, Target, Test};
use crate::problem::Problem;

/// What listings do not show, once for each form.
fn weaker(machine: &Machine) -> Option<Problem> {
    let of = |form: Form| machine.tables.values().find(|table| table.block.form == form);
    let (table, text) = match (of(Form::Listing), of(Form::Rules)) {
        (Some(table), _) => {
            (table, "`iptables -L` shows one table of one IP version, and not all that its rules test and do.")
        }
        (None, Some(table)) => (table, "`iptables -S` shows one table of one IP version."),
        (None, None) => return None,
    };
    let hint = "What is not shown is taken not to be there; `iptables-save; ip6tables-save; ipset save` shows all.";
    Some(Problem::note("shown-in-part", text).at(table.block.opened).hint(hint))
}

/// A rule that accepts the first packet of connections where none accepts those behind it.
fn only_new(table: &Table) -> Option<Problem> {
    let states = |rule: &Rule| {
        rule.tests.iter().find_map(|test| match test {
            Test::State(states) => {
                let later = states.established || states.untracked;
                Some((states.new != states.negated, later != states.negated))
            }
            _ => None,
        })
    };
    let all = || table.rules.values().flatten().filter(|rule| rule.target == Target::Accept);
    if all().any(|rule| states(rule).is_some_and(|(_, established)| established)) {
        return None;
    }
    let rule = all().find(|rule| states(rule) == Some((true, false)))?;
    let text = "Rules accept the first packet of a connection, and none accepts those behind it.";
    let hint = "Connections need `-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT` before them as well.";
    Some(Problem::warning("only-new", text).at(rule.span).hint(hint))
}

/// What is told of the rules beside their answers.
pub(super) fn complaints(machine: &Machine) -> Vec<Problem> {
    let mut found: Vec<Problem> = weaker(machine).into_iter().collect();
    for table in machine.tables.values() {
        found.extend(only_new(table));
        if let Some((chain, span)) = circle(table) {
            let text = format!("The chain `{chain}` leads back to itself; iptables refuses such rules.");
            found.push(Problem::error("circular-chains", text).at(span));
        }
        for rule in table.rules.values().flatten() {
            if let Some(text) = &rule.lost {
                let text = format!("A rule is not understood: {text}.");
                found.push(Problem::warning("not-understood", text).at(rule.span));
            }
            if let Target::Chain { name, .. } = &rule.target
                && !table.rules.contains_key(name)
            {
                let text = format!("`{name}` is neither a chain in the paste nor a target that is known.");
                found.push(Problem::warning("missing-chain", text).at(rule.span).hint("Paste the whole table."));
            }
        }
    }
    found
}
