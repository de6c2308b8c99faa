//! Routes at one gate: which BGP communities pass.

use super::facts::Asked;
use super::{Outcome, Part, Question, TagTable, points};
use crate::hosts::Tri;
use crate::policy::{Community, Condition, Gate, Reason};

pub(super) fn through(gate: &Gate, question: &Question, tags: &dyn TagTable, of: Community) -> Part<Community> {
    if !gate.speaks.communities {
        let reason = Reason::new(format!("`{}` is no route filter and holds no BGP communities", gate.name));
        return Part { reasons: vec![reason], outcome: Outcome::Unsupported, ..Part::passed(of) };
    }
    let asked = Asked::new(gate, question, tags);
    points::through(gate, of, &|condition| match condition {
        Condition::Community(community) => ((*community == of).into(), None),
        other => asked.answer(other).unwrap_or((Tri::No, None)),
    })
}
