//! Routes at one gate: which BGP communities pass.

use super::facts::Asked;
use super::winner::Winners;
use super::{Outcome, Part, Question, TagTable};
use crate::hosts::Tri;
use crate::policy::{Action, Community, Condition, Gate, Reason};

pub(super) fn through(gate: &Gate, question: &Question, tags: &dyn TagTable, of: Community) -> Part<Community> {
    if !gate.speaks.communities {
        let reason = Reason::new(format!("`{}` is no route filter and holds no BGP communities", gate.name));
        return Part { of, outcome: Outcome::Unsupported, by: Vec::new(), reasons: vec![reason] };
    }
    let asked = Asked { question, tags, sources: &gate.sources };
    let answers: Vec<Tri> = gate.rules.iter().map(|rule| holds(&rule.when, &asked, of)).collect();
    let first = |certain_run: bool| {
        gate.rules.iter().zip(&answers).position(|(rule, &tri)| match (rule.action, certain_run) {
            (Action::Allow, true) | (Action::Deny, false) => tri == Tri::Yes,
            (Action::Allow, false) | (Action::Deny, true) => tri != Tri::No,
        })
    };
    let winners = Winners { certain: first(true), possible: first(false) };
    let reasons = winners.unclear().filter_map(|rule| unknown(&gate.rules[rule].when)).collect();
    Part { of, outcome: winners.outcome(gate), by: winners.by(gate), reasons }
}

fn holds(condition: &Condition, asked: &Asked<'_>, of: Community) -> Tri {
    match condition {
        Condition::Community(community) => (*community == of).into(),
        Condition::All(parts) => parts.iter().fold(Tri::Yes, |all, part| all.and(holds(part, asked, of))),
        Condition::Any(parts) => parts.iter().fold(Tri::No, |any, part| any.or(holds(part, asked, of))),
        Condition::Not(part) => !holds(part, asked, of),
        other => asked.answer(other).map_or(Tri::No, |(tri, _)| tri),
    }
}

fn unknown(condition: &Condition) -> Option<Reason> {
    match condition {
        Condition::Unknown(reason) => Some(reason.clone()),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(unknown),
        Condition::Not(part) => unknown(part),
        _ => None,
    }
}
