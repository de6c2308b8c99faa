//! A nondeterministic automaton that reads names from the last character to the first.
//!
//! Backwards, because rules end alike: after `.com` nearly all patterns of a long list have fallen away.

use super::Tri;
use super::expression::{Class, Node};

pub(super) type StateId = u32;

enum State {
    Step(Class, StateId),
    Split(Vec<StateId>),
    /// Goes on only where the name begins.
    AtStart(StateId),
    /// Goes on only where the name ends.
    AtEnd(StateId),
    Accept(u32, Tri),
}

/// The automaton of several patterns; each has the number of the group that it belongs to.
#[derive(Default)]
pub(super) struct Automaton {
    states: Vec<State>,
    /// The group of each state.
    groups: Vec<u32>,
    /// Whether a state lies on a loop that accepts for certain whatever else is read.
    settled: Vec<bool>,
    adding: u32,
    /// The walk in which a state was last passed, and the number of the present walk.
    passed: Vec<u32>,
    walk: u32,
}

/// Where in the name a state set stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing read yet: after the last character.
    End,
    Inside,
    /// All read: before the first character.
    Start,
}

impl Automaton {
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Adds a pattern and gives its first state.
    pub fn add(&mut self, node: &Node, number: u32, tri: Tri) -> StateId {
        self.adding = number;
        let accept = self.push(State::Accept(number, tri));
        self.compile(node, accept)
    }

    fn push(&mut self, state: State) -> StateId {
        self.states.push(state);
        self.groups.push(self.adding);
        self.settled.push(false);
        self.passed.push(0);
        self.states.len() as StateId - 1
    }

    /// The state from which `node`, read backwards, leads to `next`.
    fn compile(&mut self, node: &Node, next: StateId) -> StateId {
        match node {
            Node::Class(class) => self.push(State::Step(*class, next)),
            Node::Concat(parts) => parts.iter().fold(next, |next, part| self.compile(part, next)),
            Node::Alternate(parts) => {
                let starts = parts.iter().map(|part| self.compile(part, next)).collect();
                self.push(State::Split(starts))
            }
            Node::Repeat { node, min, max } => self.compile_repeat(node, *min, *max, next),
            Node::Start => self.push(State::AtStart(next)),
            Node::End => self.push(State::AtEnd(next)),
        }
    }

    fn compile_repeat(&mut self, node: &Node, min: u32, max: Option<u32>, next: StateId) -> StateId {
        let mut at = match max {
            None => self.compile_loop(node, next),
            Some(max) => (min..max).fold(next, |after, _| {
                let once = self.compile(node, after);
                self.push(State::Split(vec![once, next]))
            }),
        };
        for _ in 0..min {
            at = self.compile(node, at);
        }
        at
    }

    fn compile_loop(&mut self, node: &Node, next: StateId) -> StateId {
        let head = self.push(State::Split(vec![next]));
        let body = self.compile(node, head);
        self.states[head as usize] = State::Split(vec![next, body]);
        let accepts = matches!(self.states[next as usize], State::Accept(_, Tri::Yes));
        let takes_all = matches!(node, Node::Class(class) if Class::NAME.minus(*class).is_empty());
        self.settled[body as usize] = accepts && takes_all;
        head
    }

    /// The steps and accepts that `from` reaches without reading, sorted. A start that is asserted may still be reached
    /// once all is read, so it stays in the set.
    pub fn closure(&mut self, from: impl IntoIterator<Item = StateId>, place: Place) -> Vec<StateId> {
        self.walk += 1;
        let mut stack: Vec<StateId> = from.into_iter().collect();
        let mut reached = Vec::with_capacity(stack.len());
        while let Some(id) = stack.pop() {
            if std::mem::replace(&mut self.passed[id as usize], self.walk) == self.walk {
                continue;
            }
            match &self.states[id as usize] {
                State::Step(..) | State::Accept(..) => reached.push(id),
                State::AtStart(_) if place != Place::Start => reached.push(id),
                State::Split(next) => stack.extend(next),
                State::AtStart(next) => stack.push(*next),
                State::AtEnd(next) if place == Place::End => stack.push(*next),
                State::AtEnd(_) => {}
            }
        }
        reached.sort_unstable();
        reached
    }

    /// Where reading `symbol` leads from a closed set.
    pub fn step(&mut self, set: &[StateId], symbol: Class) -> Vec<StateId> {
        let next: Vec<StateId> = set.iter().filter_map(|&id| self.behind(id, symbol)).collect();
        let closed = self.closure(next, Place::Inside);
        self.without_idle(closed)
    }

    fn behind(&self, id: StateId, symbol: Class) -> Option<StateId> {
        match &self.states[id as usize] {
            State::Step(class, next) if !class.and(symbol).is_empty() => Some(*next),
            _ => None,
        }
    }

    /// The group of a state.
    pub fn group(&self, id: StateId) -> u32 {
        self.groups[id as usize]
    }

    /// Once a group has matched for certain, the rest of it changes nothing more.
    fn without_idle(&self, set: Vec<StateId>) -> Vec<StateId> {
        let settled = |&&id: &&StateId| self.settled[id as usize];
        let mut done: Vec<(u32, StateId)> =
            set.iter().filter(settled).map(|&id| (self.groups[id as usize], id)).collect();
        if done.is_empty() {
            return set;
        }
        done.sort_unstable();
        done.dedup_by_key(|(group, _)| *group);
        let keeps = |id: &StateId| match done.binary_search_by_key(&self.groups[*id as usize], |(group, _)| *group) {
            Ok(at) => done[at].1 == *id || matches!(self.states[*id as usize], State::Accept(_, Tri::Yes)),
            Err(_) => true,
        };
        set.into_iter().filter(keeps).collect()
    }

    /// The classes that the steps of a closed set read.
    pub fn classes<'a>(&'a self, set: &'a [StateId]) -> impl Iterator<Item = Class> + 'a {
        set.iter().filter_map(|&id| match &self.states[id as usize] {
            State::Step(class, _) => Some(*class),
            _ => None,
        })
    }

    /// The numbers of the patterns that match if the name begins here, with the surest answer of each.
    pub fn accepted(&mut self, set: &[StateId]) -> Vec<(u32, Tri)> {
        let mut accepted: Vec<(u32, Tri)> = Vec::new();
        for id in self.closure(set.iter().copied(), Place::Start) {
            if let State::Accept(number, tri) = self.states[id as usize] {
                accepted.push((number, tri));
            }
        }
        accepted.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        accepted.dedup_by_key(|(number, _)| *number);
        accepted
    }
}
