//! What is known of a name before all of it is read: the probes that match whatever follows.

use super::kinds::Matches;
use crate::hosts::Tri;
use std::collections::HashMap;

/// The number of a set of such probes.
pub(super) type EarnedId = u32;

/// Sets of probes that match whatever follows, by number.
pub(super) struct Earned {
    sets: Vec<Matches>,
    ids: HashMap<Matches, EarnedId>,
}

impl Earned {
    pub const NOTHING: EarnedId = 0;

    pub fn new() -> Earned {
        Earned { sets: vec![Matches::new()], ids: HashMap::from([(Matches::new(), Earned::NOTHING)]) }
    }

    pub fn of(&self, id: EarnedId) -> &Matches {
        &self.sets[id as usize]
    }

    pub fn is_certain(&self, id: EarnedId, probe: u32) -> bool {
        self.of(id).binary_search(&(probe, Tri::Yes)).is_ok()
    }

    pub fn add(&mut self, id: EarnedId, more: &[(u32, Tri)]) -> EarnedId {
        let set = merged(self.of(id).iter().chain(more).copied());
        *self.ids.entry(set).or_insert_with_key(|set| {
            self.sets.push(set.clone());
            self.sets.len() as EarnedId - 1
        })
    }
}

/// The surest answer of each probe, in order; those that do not match are left out.
pub(super) fn merged(answers: impl Iterator<Item = (u32, Tri)>) -> Matches {
    let mut all: Matches = answers.filter(|(_, tri)| *tri != Tri::No).collect();
    all.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    all.dedup_by_key(|(probe, _)| *probe);
    all
}
