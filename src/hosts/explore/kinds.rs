//! The combinations of patterns that texts match alike: the automaton made deterministic as far as it is walked.

use super::TooComplex;
use crate::hosts::Tri;
use crate::hosts::automaton::{Automaton, StateId};
use crate::hosts::expression::Class;
use std::collections::HashMap;

/// More kinds than this are not explored; exports seen in practice need a few hundred.
const MAX_KINDS: usize = 10_000;
/// Steps of single patterns over all: about a second without optimisation.
const MAX_WORK: usize = 2_000_000;

/// The group of the required set; those of the probes follow.
pub(super) const REQUIRED: u32 = 0;

pub(super) type KindId = u32;

/// Which probes match, by number, in order.
pub(super) type Matches = Vec<(u32, Tri)>;

/// Texts from whose first characters on the same can follow.
struct Kind {
    set: Box<[StateId]>,
    /// The classes of symbols that nothing tells apart, and where they lead; worked out when first asked for.
    steps: Option<Vec<(Class, KindId)>>,
    /// The probes that match if the text begins here; `None` if it is not required.
    accepted: Option<Matches>,
}

pub(super) struct Kinds {
    automaton: Automaton,
    kinds: Vec<Kind>,
    ids: HashMap<Box<[StateId]>, KindId>,
    work: usize,
}

impl Kinds {
    pub fn new(automaton: Automaton) -> Kinds {
        Kinds { automaton, kinds: Vec::new(), ids: HashMap::new(), work: 0 }
    }

    /// The kind of a closed set of states.
    pub fn of(&mut self, set: Vec<StateId>) -> Result<KindId, TooComplex> {
        let set: Box<[StateId]> = set.into();
        if let Some(&id) = self.ids.get(&set) {
            return Ok(id);
        }
        if self.kinds.len() == MAX_KINDS {
            return Err(TooComplex);
        }
        let id = self.kinds.len() as KindId;
        let accepted = self.automaton.accepted(&set);
        let required = accepted.first().is_some_and(|(group, _)| *group == REQUIRED);
        let probes = accepted.iter().skip(1).map(|&(group, tri)| (group - 1, tri)).collect();
        self.ids.insert(set.clone(), id);
        self.kinds.push(Kind { set, steps: None, accepted: required.then_some(probes) });
        Ok(id)
    }

    pub fn accepted(&self, kind: KindId) -> Option<&Matches> {
        self.kinds[kind as usize].accepted.as_ref()
    }

    /// The kind without the patterns of a probe, which has matched for certain.
    pub fn without(&mut self, kind: KindId, probe: u32) -> Result<KindId, TooComplex> {
        let set = &self.kinds[kind as usize].set;
        let rest: Vec<StateId> = set.iter().copied().filter(|&id| self.automaton.group(id) != probe + 1).collect();
        if rest.len() == set.len() { Ok(kind) } else { self.of(rest) }
    }

    /// The classes of symbols that can come next, and where they lead.
    pub fn steps(&mut self, kind: KindId) -> Result<&[(Class, KindId)], TooComplex> {
        if self.kinds[kind as usize].steps.is_none() {
            let steps = self.work_out(kind)?;
            self.kinds[kind as usize].steps = Some(steps);
        }
        Ok(self.kinds[kind as usize].steps.as_deref().unwrap_or_default())
    }

    fn work_out(&mut self, kind: KindId) -> Result<Vec<(Class, KindId)>, TooComplex> {
        let set = self.kinds[kind as usize].set.clone();
        let mut steps = Vec::new();
        for symbol in self.symbols(&set) {
            self.work += set.len() + 1;
            if self.work > MAX_WORK {
                return Err(TooComplex);
            }
            let next = self.automaton.step(&set, symbol);
            // States lie in the order of their groups, so that those of the required set come first.
            if next.first().is_some_and(|&id| self.automaton.group(id) == REQUIRED) {
                steps.push((symbol, self.of(next)?));
            }
        }
        Ok(steps)
    }

    /// The classes of symbols that no state of `set` tells apart.
    fn symbols(&self, set: &[StateId]) -> Vec<Class> {
        let mut parts = vec![Class::in_label().minus(Class::HYPHEN), Class::HYPHEN, Class::DOT];
        for class in self.automaton.classes(set) {
            for index in 0..parts.len() {
                let (inside, outside) = (parts[index].and(class), parts[index].minus(class));
                if !inside.is_empty() && !outside.is_empty() {
                    parts[index] = inside;
                    parts.push(outside);
                }
            }
        }
        parts
    }
}
