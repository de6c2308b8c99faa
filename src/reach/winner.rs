//! The first rule that matches in each of the two runs, and what follows from the pair.

use super::{By, Outcome};
use crate::policy::{Action, Gate};

/// The rule that wins in the certain and in the possible run; `None` for the gate's default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Winners {
    pub certain: Option<usize>,
    pub possible: Option<usize>,
}

impl Winners {
    pub fn outcome(self, gate: &Gate) -> Outcome {
        match (action(gate, self.certain), action(gate, self.possible)) {
            (Action::Allow, _) => Outcome::Allowed,
            (Action::Deny, Action::Deny) => Outcome::Blocked,
            (Action::Deny, Action::Allow) => Outcome::Undecided,
        }
    }

    /// The rules to cite: the one that decides, or the two between which it is undecided.
    pub fn by(self, gate: &Gate) -> Vec<By> {
        match self.outcome(gate) {
            Outcome::Allowed => vec![by(gate, self.certain)],
            Outcome::Blocked => vec![by(gate, self.possible)],
            _ => vec![by(gate, self.possible), by(gate, self.certain)],
        }
    }

    /// The rules whose conditions leave it undecided.
    pub fn unclear(self) -> impl Iterator<Item = usize> {
        self.certain.into_iter().chain(self.possible)
    }
}

fn action(gate: &Gate, winner: Option<usize>) -> Action {
    winner.map_or(gate.otherwise.action, |index| gate.rules[index].action)
}

fn by(gate: &Gate, winner: Option<usize>) -> By {
    let allows = action(gate, winner) == Action::Allow;
    let gate_name = gate.name.clone();
    match winner.map(|index| &gate.rules[index]) {
        Some(rule) => By { gate: gate_name, rule: rule.name.clone(), span: rule.span, allows, default: false },
        None => {
            By { gate: gate_name, rule: gate.otherwise.why.clone(), span: gate.otherwise.span, allows, default: true }
        }
    }
}
