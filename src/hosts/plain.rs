//! Patterns that look only at how a name ends, and the tree of many of them.
//!
//! Nearly all entries of a long list are such patterns; the tree decides tens of thousands of them at once.

use super::expression::Class;
use super::{HostPattern, Tri};

/// A text at the end of a name, and what a name that ends with it is to the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plain<'a> {
    pub base: &'a str,
    /// The name is the text.
    pub at: Tri,
    /// A dot stands before the text.
    pub below: Tri,
    /// Another character stands before the text.
    pub beside: Tri,
}

impl<'a> Plain<'a> {
    /// The pattern as one that looks only at the end; `None` if it looks at more.
    pub fn of(pattern: &'a HostPattern) -> Option<Plain<'a>> {
        match pattern {
            HostPattern::Any => Some(Plain { base: "", at: Tri::Yes, below: Tri::Yes, beside: Tri::Yes }),
            HostPattern::Exact(name) => Some(Plain { base: name, at: Tri::Yes, below: Tri::No, beside: Tri::No }),
            HostPattern::Domain(domain) => {
                let even = domain.one_label == domain.more_labels && domain.max_labels.is_none();
                even.then_some(Plain {
                    base: &domain.base,
                    at: domain.apex,
                    below: domain.one_label,
                    beside: domain.neighbours,
                })
            }
            HostPattern::Glob(glob) => {
                let base = glob.strip_prefix('*').filter(|rest| !rest.contains(['*', '?']))?;
                Some(Plain { base, at: Tri::Yes, below: Tri::Yes, beside: Tri::Yes })
            }
            HostPattern::Perhaps(inner) => Plain::of(inner).map(Plain::perhaps),
            HostPattern::Never | HostPattern::Regex(_) => None,
        }
    }

    fn perhaps(self) -> Plain<'a> {
        let maybe = |tri: Tri| tri.and(Tri::Maybe);
        Plain { at: maybe(self.at), below: maybe(self.below), beside: maybe(self.beside), ..self }
    }

    /// Whether the pattern matches a name.
    pub fn matches(&self, name: &str) -> Tri {
        match name.strip_suffix(self.base) {
            None => Tri::No,
            Some("") => self.at,
            Some(before) if before.ends_with('.') => self.below,
            Some(_) => self.beside,
        }
    }
}

/// What a pattern of a probe says where its text has been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    pub probe: u32,
    pub at: Tri,
    pub below: Tri,
    pub beside: Tri,
}

/// The place behind a text, read from its last character.
pub(super) type Place = u32;

const NOWHERE: Place = Place::MAX;

#[derive(Clone, Copy)]
enum Owner {
    Nobody,
    /// All endings from here on belong to this probe.
    Probe(u32),
    Several,
}

struct Branch {
    symbol: u8,
    child: Place,
    sibling: Place,
    owner: Owner,
    endings: Vec<Ending>,
}

/// Texts, read from the last character to the first.
pub(super) struct Tree {
    branches: Vec<Branch>,
}

impl Tree {
    pub const ROOT: Place = 0;

    pub fn new() -> Tree {
        Tree { branches: vec![Branch::new(0, NOWHERE)] }
    }

    pub fn add(&mut self, plain: &Plain<'_>, probe: u32) {
        // A character that no name has: nothing ends so.
        if plain.base.bytes().any(|byte| Class::of(byte).is_empty()) {
            return;
        }
        let mut at = Tree::ROOT;
        self.branches[0].own(probe);
        for symbol in plain.base.bytes().rev() {
            at = self.child(at, symbol).unwrap_or_else(|| self.grow(at, symbol));
            self.branches[at as usize].own(probe);
        }
        let Plain { at: name, below, beside, .. } = *plain;
        self.branches[at as usize].endings.push(Ending { probe, at: name, below, beside });
    }

    fn grow(&mut self, at: Place, symbol: u8) -> Place {
        let new = self.branches.len() as Place;
        let sibling = std::mem::replace(&mut self.branches[at as usize].child, new);
        self.branches.push(Branch::new(symbol, sibling));
        new
    }

    fn child(&self, at: Place, symbol: u8) -> Option<Place> {
        self.children(at).find(|(own, _)| *own == symbol).map(|(_, place)| place)
    }

    /// The characters that texts have at a place, and the places behind them.
    pub fn children(&self, at: Place) -> impl Iterator<Item = (u8, Place)> + '_ {
        let mut next = self.branches[at as usize].child;
        std::iter::from_fn(move || {
            let branch = self.branches.get(next as usize)?;
            let place = std::mem::replace(&mut next, branch.sibling);
            Some((branch.symbol, place))
        })
    }

    pub fn endings(&self, at: Place) -> &[Ending] {
        &self.branches[at as usize].endings
    }

    /// The only probe that has texts from here on.
    pub fn only_probe(&self, at: Place) -> Option<u32> {
        match self.branches[at as usize].owner {
            Owner::Probe(probe) => Some(probe),
            _ => None,
        }
    }

    pub fn len(&self) -> usize {
        self.branches.len()
    }
}

impl Branch {
    fn new(symbol: u8, sibling: Place) -> Branch {
        Branch { symbol, child: NOWHERE, sibling, owner: Owner::Nobody, endings: Vec::new() }
    }

    fn own(&mut self, probe: u32) {
        self.owner = match self.owner {
            Owner::Nobody => Owner::Probe(probe),
            Owner::Probe(own) if own == probe => Owner::Probe(own),
            _ => Owner::Several,
        };
    }
}
