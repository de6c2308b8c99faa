//! Which patterns do the names of a required set match, and which name shows it?

use super::automaton::{Automaton, Place, StateId};
use super::expression::Class;
use super::{HostPattern, HostSet, Tri};
use std::collections::{BTreeMap, HashSet};

/// More states than this are not explored; lists seen in practice need a few hundred.
const MAX_STATES: usize = 60_000;
/// Steps of single patterns over all: about half a second.
const MAX_WORK: usize = 4_000_000;
/// More automaton states than this are not built: regular expressions written to explode.
const MAX_AUTOMATON: usize = 2_000_000;
const MAX_NAME: u32 = 253;
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
    let has_long_label = |cell: &Cell| cell.witness.split('.').any(|label| label.len() > MAX_LABEL.into());
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

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    label: LabelState,
    required: Box<[StateId]>,
    patterns: Box<[StateId]>,
}

struct Node {
    key: Key,
    parent: usize,
    symbol: u8,
    depth: u32,
}

struct Search {
    automaton: Automaton,
    counts: bool,
    /// A name that was asked for as it stands may have labels that begin or end with a hyphen: DNS allows them.
    hyphens_anywhere: bool,
    work: usize,
    nodes: Vec<Node>,
    seen: HashSet<Key>,
    cells: BTreeMap<Vec<(u32, Tri)>, (usize, String)>,
}

impl Search {
    fn new(required: &HostSet, probes: &[Probe<'_>], counts: bool) -> Result<Search, TooComplex> {
        let mut automaton = Automaton::default();
        let goal = automaton.add(&required.node, 0, Tri::Yes);
        let required_set = automaton.closure([goal], Place::End);
        let mut patterns = Vec::new();
        for (number, probe) in probes.iter().enumerate() {
            for pattern in probe.patterns.iter().filter(|pattern| pattern.may_match(required, probe.after)) {
                patterns.extend(add(&mut automaton, pattern, number as u32, probe.after));
                if automaton.len() > MAX_AUTOMATON {
                    return Err(TooComplex);
                }
            }
        }
        patterns.sort_unstable();
        let root = Key {
            label: LabelState { length: 0, hyphen: false },
            required: required_set.into(),
            patterns: patterns.into(),
        };
        Ok(Search {
            automaton,
            counts,
            hyphens_anywhere: required.is_exact(),
            work: 0,
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
        let Key { label, required, patterns } = &self.nodes[at].key;
        if label.length == 0 || label.hyphen && !self.hyphens_anywhere || self.automaton.accepted(required).is_empty() {
            return;
        }
        let matches = self.automaton.accepted(patterns);
        if !self.cells.contains_key(&matches) {
            let witness = self.name(at);
            self.cells.insert(matches, (at, witness));
        }
    }

    fn extend(&mut self, at: usize) -> Result<(), TooComplex> {
        if self.nodes[at].depth == MAX_NAME {
            return Ok(());
        }
        let key = self.nodes[at].key.clone();
        for symbol in self.symbols(&key) {
            self.work += key.patterns.len() + 1;
            let Some(label) = key.label.read(symbol, self.counts, self.hyphens_anywhere) else {
                continue;
            };
            let required = self.automaton.step(&key.required, symbol);
            if required.is_empty() {
                continue;
            }
            let patterns = self.automaton.step(&key.patterns, symbol);
            let next = Key { label, required: required.into(), patterns: patterns.into() };
            if self.seen.insert(next.clone()) {
                self.nodes.push(Node {
                    key: next,
                    parent: at,
                    symbol: symbol.first(),
                    depth: self.nodes[at].depth + 1,
                });
            }
        }
        if self.nodes.len() > MAX_STATES || self.work > MAX_WORK { Err(TooComplex) } else { Ok(()) }
    }

    /// The classes of symbols that nothing in `key` tells apart.
    fn symbols(&self, key: &Key) -> Vec<Class> {
        let mut parts = vec![Class::in_label().minus(Class::HYPHEN), Class::HYPHEN, Class::DOT];
        for class in self.automaton.classes(&key.required).chain(self.automaton.classes(&key.patterns)) {
            for index in 0..parts.len() {
                let (inside, outside) = (parts[index].and(class), parts[index].minus(class));
                if !inside.is_empty() && !outside.is_empty() {
                    parts[index] = inside;
                    parts.push(outside);
                }
            }
        }
        parts.sort_by_key(|part| part.0.trailing_zeros());
        parts
    }

    /// The name whose reading led here: backwards reading makes the way to the root its text.
    fn name(&self, mut at: usize) -> String {
        let mut name = String::new();
        while at != 0 {
            name.push(char::from(self.nodes[at].symbol));
            at = self.nodes[at].parent;
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
    let mut automaton = Automaton::default();
    let mut set = Vec::new();
    let ends_alike = |pattern: &&&HostPattern| match pattern.literal_end() {
        Some((end, whole)) if probe.after.is_empty() => {
            if whole {
                text == end
            } else {
                text.ends_with(end)
            }
        }
        _ => true,
    };
    for pattern in probe.patterns.iter().filter(ends_alike) {
        set.extend(add(&mut automaton, pattern, 0, probe.after));
    }
    let read = text.bytes().rev().fold(set, |set, byte| automaton.step(&set, Class::of(byte)));
    automaton.accepted(&read).first().map_or(Tri::No, |(_, tri)| *tri)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::{Domain, Regex};

    fn exact(name: &str) -> HostPattern {
        HostPattern::Exact(name.into())
    }

    fn below(base: &str) -> HostPattern {
        HostPattern::Domain(Domain::below(base))
    }

    fn glob(text: &str) -> HostPattern {
        HostPattern::Glob(text.into())
    }

    fn regex(text: &str) -> HostPattern {
        HostPattern::Regex(Regex::posix_extended(text, false).expect(text))
    }

    /// What one pattern does to a required set: for each answer a shortest name.
    fn answers(required: &str, pattern: &HostPattern) -> String {
        let required = HostSet::parse(required).expect("a host set");
        let cells = explore(&required, &[Probe { patterns: vec![pattern], after: "" }]).expect("simple");
        let shown = cells.iter().map(|cell| format!("{:?} {}", cell.matched(0), cell.witness));
        shown.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_pattern_and_a_required_set_meet() {
        for (required, pattern, expected) in [
            ("a.ex.com", exact("a.ex.com"), "Yes a.ex.com"),
            ("a.ex.com", exact("b.ex.com"), "No a.ex.com"),
            ("a.ex.com", below("ex.com"), "Yes a.ex.com"),
            ("ex.com", below("ex.com"), "No ex.com"),
            ("*.ex.com", below("ex.com"), "Yes a.ex.com"),
            ("*.ex.com", below("com"), "Yes a.ex.com"),
            ("*.ex.com", below("a.ex.com"), "No a.ex.com, Yes a.a.ex.com"),
            ("*.ex.com", exact("b.ex.com"), "No a.ex.com, Yes b.ex.com"),
            ("*.ex.com", HostPattern::Any, "Yes a.ex.com"),
            ("*.ex.com", HostPattern::Never, "No a.ex.com"),
            ("*.ex.com", glob("*.ex.com"), "Yes a.ex.com"),
            ("*.ex.com", glob("?.ex.com"), "Yes a.ex.com, No aa.ex.com"),
            ("*.ex.com", regex("ex.com"), "Yes a.ex.com"),
            ("*.ex.com", regex("ex\\.com$"), "Yes a.ex.com"),
            ("*.ex.com", regex("^[a-z0-9_-]+\\.ex\\.com$"), "Yes a.ex.com, No a.a.ex.com"),
            ("*.ex.com", regex("^([a-z0-9_-]{1,63}\\.)+ex\\.com$"), "Yes a.ex.com"),
            ("*.ex.com", regex("^([a-z0-9_-]{1,3}\\.)+ex\\.com$"), "Yes a.ex.com, No aaaa.ex.com"),
            ("*.ex.com", regex("(^|\\.)a\\.ex\\.com$"), "Yes a.ex.com, No b.ex.com"),
            ("*.ex.com", regex("EX"), "No a.ex.com"),
            ("md-*.z*.ex.com", below("ex.com"), "Yes md-a.z.ex.com"),
            ("*cdn.ex.com", exact("cdn.ex.com"), "Yes cdn.ex.com, No acdn.ex.com"),
        ] {
            assert_eq!(answers(required, &pattern), expected, "{required} against {pattern:?}");
        }
    }

    #[test]
    fn a_domain_matches_apex_labels_and_neighbours_as_its_row_says() {
        let all_maybe = Domain {
            apex: Tri::Maybe,
            one_label: Tri::Yes,
            more_labels: Tri::No,
            neighbours: Tri::Maybe,
            ..Domain::below("ex.com")
        };
        let limited = Domain { max_labels: Some(3), ..Domain::and_below("ex.com") };
        for (pattern, host, expected) in [
            (&all_maybe, "ex.com", Tri::Maybe),
            (&all_maybe, "a.ex.com", Tri::Yes),
            (&all_maybe, "b.a.ex.com", Tri::No),
            (&all_maybe, "xex.com", Tri::Maybe),
            (&all_maybe, "b.xex.com", Tri::Maybe),
            (&limited, "ex.com", Tri::Yes),
            (&limited, "c.b.a.ex.com", Tri::Yes),
            (&limited, "d.c.b.a.ex.com", Tri::No),
            (&limited, "xex.com", Tri::No),
        ] {
            let pattern = HostPattern::Domain(pattern.clone());
            assert_eq!(matches_text(&Probe { patterns: vec![&pattern], after: "" }, host), expected, "{host}");
        }
    }

    #[test]
    fn the_port_after_the_name_belongs_to_the_url_of_a_connect_request() {
        for (text, expected) in
            [("^https://", Tri::No), ("ex\\.com:443$", Tri::Yes), ("ex\\.com$", Tri::No), ("^a\\.ex\\.com:", Tri::Yes)]
        {
            let pattern = regex(text);
            assert_eq!(
                matches_text(&Probe { patterns: vec![&pattern], after: ":443" }, "a.ex.com"),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn long_lists_are_explored_without_building_what_cannot_matter() {
        let patterns: Vec<HostPattern> = (0..100_000).map(|n| exact(&format!("h{n}.example"))).collect();
        let probes: Vec<Probe> = patterns.iter().map(|pattern| Probe { patterns: vec![pattern], after: "" }).collect();
        let required = HostSet::parse("*.blob.core.windows.net").expect("a host set");
        assert_eq!(explore(&required, &probes).expect("simple").len(), 1);
        let hosts: Vec<HostPattern> = (0..1000).map(|n| below(&format!("h{n}.windows.net"))).collect();
        let probes: Vec<Probe> = hosts.iter().map(|pattern| Probe { patterns: vec![pattern], after: "" }).collect();
        let required = HostSet::parse("*.windows.net").expect("a host set");
        assert_eq!(explore(&required, &probes).expect("simple").len(), 1001);
    }
}
