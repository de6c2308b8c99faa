//! Which patterns do the names of a required set match, and which name shows it?

mod earned;
mod kinds;
#[cfg(test)]
mod tests;

use super::automaton::{Automaton, Place, StateId};
use super::expression::Class;
use super::plain::{self, Plain, Tree};
use super::{HostPattern, HostSet, Tri};
use earned::{Earned, EarnedId, merged};
use kinds::{KindId, Kinds, Matches, REQUIRED};
use std::collections::{BTreeMap, HashSet};

/// More places in names than this are not explored: some hundred thousand entries below one required suffix.
const MAX_NODES: usize = 2_000_000;
/// More combinations of patterns than this are not told apart.
const MAX_CELLS: usize = 10_000;
/// More automaton states than this are not built: regular expressions written to explode.
const MAX_AUTOMATON: usize = 500_000;
const MAX_NAME: u16 = 253;
const MAX_LABEL: u8 = 63;

/// Patterns of which one is to match, and the text they are put to.
#[derive(Clone, Debug)]
pub struct Probe<'a> {
    pub patterns: Vec<&'a HostPattern>,
    /// What stands after the name in the text that they look at: nothing, or `:443`.
    pub after: &'a str,
}

/// Names that all match the same patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The probes that match, by index, in order; those absent do not match.
    pub matches: Vec<(u32, Tri)>,
    /// A shortest such name.
    pub witness: String,
}

impl Cell {
    /// Whether the probe matches the names of this cell.
    pub fn matched(&self, probe: u32) -> Tri {
        let found = self.matches.binary_search_by_key(&probe, |(index, _)| *index);
        found.map_or(Tri::No, |at| self.matches[at].1)
    }
}

/// The patterns together are too complex to decide exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooComplex;

/// Splits the names of `required` into cells, the cell with the shortest name first. Names are those DNS can hold (RFC 1035
/// lengths, no label that begins or ends with a hyphen, underscores allowed).
///
/// # Errors
/// [`TooComplex`] if the patterns need more states than the stated bound.
pub fn explore(required: &HostSet, probes: &[Probe<'_>]) -> Result<Vec<Cell>, TooComplex> {
    let cells = Search::new(required, probes, false)?.cells()?;
    let has_long_label = |cell: &Cell| cell.witness.split('.').any(|label| label.len() > usize::from(MAX_LABEL));
    // Counting the characters of labels multiplies the states, so it is done only where a cell may hang on it.
    match cells.iter().any(has_long_label) {
        true => Search::new(required, probes, true)?.cells(),
        false => Ok(cells),
    }
}

/// How much of a label has been read, and whether it may end here.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct LabelState {
    /// Characters read; stays at 1 where no pattern counts them.
    length: u8,
    hyphen: bool,
}

/// What has been read, as far as it matters to what follows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    label: LabelState,
    kind: KindId,
    /// The place in the tree of plain patterns; `None` once no text of the tree can follow.
    place: Option<plain::Place>,
    earned: EarnedId,
}

#[derive(Clone, Copy)]
struct Node {
    key: Key,
    parent: u32,
    depth: u16,
    symbol: u8,
}

struct Search {
    kinds: Kinds,
    tree: Tree,
    earned: Earned,
    counts: bool,
    /// A name that was asked for as it stands may have labels that begin or end with a hyphen: DNS allows them.
    hyphens_anywhere: bool,
    nodes: Vec<Node>,
    seen: HashSet<Key>,
    cells: BTreeMap<Matches, (usize, String)>,
}

impl Search {
    fn new(required: &HostSet, probes: &[Probe<'_>], counts: bool) -> Result<Search, TooComplex> {
        let (mut automaton, mut tree) = (Automaton::default(), Tree::new());
        let goal = automaton.add(&required.node, REQUIRED, Tri::Yes);
        let mut states = automaton.closure([goal], Place::End);
        for (number, probe) in (0..).zip(probes) {
            for pattern in probe.patterns.iter().filter(|pattern| pattern.may_match(required, probe.after)) {
                match Plain::of(pattern).filter(|_| probe.after.is_empty()) {
                    Some(plain) => tree.add(&plain, number),
                    None => states.extend(add(&mut automaton, pattern, number + 1, probe.after)),
                }
                if automaton.len() > MAX_AUTOMATON || tree.len() > MAX_NODES {
                    return Err(TooComplex);
                }
            }
        }
        states.sort_unstable();
        let mut kinds = Kinds::new(automaton);
        let label = LabelState { length: 0, hyphen: false };
        let root = Key { label, kind: kinds.of(states)?, place: Some(Tree::ROOT), earned: Earned::NOTHING };
        Ok(Search {
            kinds,
            tree,
            earned: Earned::new(),
            counts,
            hyphens_anywhere: required.is_exact(),
            nodes: vec![Node { key: root, parent: 0, symbol: 0, depth: 0 }],
            seen: HashSet::new(),
            cells: BTreeMap::new(),
        })
    }

    fn cells(mut self) -> Result<Vec<Cell>, TooComplex> {
        let mut at = 0;
        while at < self.nodes.len() {
            self.note_cell(at);
            self.extend(at)?;
            at += 1;
        }
        let found = self.cells.into_iter().map(|(matches, (order, witness))| (order, Cell { matches, witness }));
        let mut cells: Vec<(usize, Cell)> = found.collect();
        cells.sort_by_key(|(order, _)| *order);
        Ok(cells.into_iter().map(|(_, cell)| cell).collect())
    }

    /// Records what the name read so far matches, if it is a whole name of the required set.
    fn note_cell(&mut self, at: usize) {
        let Key { label, kind, place, earned } = self.nodes[at].key;
        if label.length == 0 || label.hyphen && !self.hyphens_anywhere {
            return;
        }
        let Some(accepted) = self.kinds.accepted(kind) else {
            return;
        };
        let endings = place.map_or(&[][..], |place| self.tree.endings(place));
        let ends_here = endings.iter().map(|ending| (ending.probe, ending.at));
        let matches = merged(accepted.iter().chain(self.earned.of(earned)).copied().chain(ends_here));
        if !self.cells.contains_key(&matches) {
            let witness = self.name(at);
            self.cells.insert(matches, (at, witness));
        }
    }

    fn extend(&mut self, at: usize) -> Result<(), TooComplex> {
        let Node { key, depth, .. } = self.nodes[at];
        if depth == MAX_NAME {
            return Ok(());
        }
        for (symbol, kind, place) in self.symbols(key)? {
            let Some(label) = key.label.read(symbol, self.counts, self.hyphens_anywhere) else {
                continue;
            };
            let next = self.earn(key, symbol == Class::DOT, Key { label, kind, place, earned: key.earned })?;
            // A place in the tree is reached by one text only.
            if next.place.is_some() || self.seen.insert(next) {
                self.nodes.push(Node { key: next, parent: at as u32, symbol: symbol.first(), depth: depth + 1 });
            }
        }
        if self.nodes.len() > MAX_NODES || self.cells.len() > MAX_CELLS { Err(TooComplex) } else { Ok(()) }
    }

    /// The classes of symbols that nothing in `key` tells apart, and where they lead.
    fn symbols(&mut self, key: Key) -> Result<Vec<(Class, KindId, Option<plain::Place>)>, TooComplex> {
        let mut found = Vec::new();
        for &(class, kind) in self.kinds.steps(key.kind)? {
            let mut rest = class;
            for (symbol, place) in key.place.into_iter().flat_map(|place| self.tree.children(place)) {
                let symbol = Class::of(symbol).and(class);
                if !symbol.is_empty() {
                    rest = rest.minus(symbol);
                    found.push((symbol, kind, Some(place)));
                }
            }
            if !rest.is_empty() {
                found.push((rest, kind, None));
            }
        }
        found.sort_unstable_by_key(|(symbol, ..)| symbol.0.trailing_zeros());
        Ok(found)
    }

    /// `next` with what the patterns that end at `key` say once a dot or another character stands before them.
    fn earn(&mut self, key: Key, dot: bool, mut next: Key) -> Result<Key, TooComplex> {
        let endings = key.place.map_or(&[][..], |place| self.tree.endings(place));
        let said = endings.iter().map(|ending| (ending.probe, if dot { ending.below } else { ending.beside }));
        let said: Vec<(u32, Tri)> = said.filter(|(_, tri)| *tri != Tri::No).collect();
        if !said.is_empty() {
            next.earned = self.earned.add(next.earned, &said);
            for &(probe, _) in said.iter().filter(|(_, tri)| *tri == Tri::Yes) {
                next.kind = self.kinds.without(next.kind, probe)?;
            }
        }
        let idle = |place: &plain::Place| {
            self.tree.only_probe(*place).is_some_and(|probe| self.earned.is_certain(next.earned, probe))
        };
        next.place = next.place.filter(|place| !idle(place));
        Ok(next)
    }

    /// The name whose reading led here: backwards reading makes the way to the root its text.
    fn name(&self, mut at: usize) -> String {
        let mut name = String::new();
        while at != 0 {
            name.push(char::from(self.nodes[at].symbol));
            at = self.nodes[at].parent as usize;
        }
        name
    }
}

impl LabelState {
    /// The state after one more symbol, `None` where no name has it there.
    fn read(self, symbol: Class, counts: bool, hyphens_anywhere: bool) -> Option<LabelState> {
        if symbol == Class::DOT {
            return (self.length > 0 && (hyphens_anywhere || !self.hyphen))
                .then_some(LabelState { length: 0, hyphen: false });
        }
        let hyphen = symbol == Class::HYPHEN;
        let length = if counts { self.length + 1 } else { 1 };
        (length <= MAX_LABEL && (hyphens_anywhere || !hyphen || self.length > 0))
            .then_some(LabelState { length, hyphen })
    }
}

/// Adds a pattern and gives its states once the text after the name has been read.
fn add(automaton: &mut Automaton, pattern: &HostPattern, number: u32, after: &str) -> Vec<StateId> {
    let mut states = Vec::new();
    for (node, tri) in pattern.expressions() {
        let start = automaton.add(&node, number, tri);
        let at_end = automaton.closure([start], Place::End);
        states.extend(after.bytes().rev().fold(at_end, |set, byte| automaton.step(&set, Class::of(byte))));
    }
    states
}

/// Whether one of the patterns matches a text, which need not be a name: an address as written, say.
pub fn matches_text(probe: &Probe<'_>, text: &str) -> Tri {
    let is_name = probe.after.is_empty() && text.bytes().all(|byte| !Class::of(byte).and(Class::NAME).is_empty());
    let mut automaton = Automaton::default();
    let mut set = Vec::new();
    let mut answer = Tri::No;
    for pattern in &probe.patterns {
        match Plain::of(pattern).filter(|_| is_name) {
            Some(plain) => answer = answer.or(plain.matches(text)),
            None => set.extend(add(&mut automaton, pattern, 0, probe.after)),
        }
    }
    let read = text.bytes().rev().fold(set, |set, byte| automaton.step(&set, Class::of(byte)));
    automaton.accepted(&read).first().map_or(answer, |(_, tri)| answer.or(*tri))
}
