//! What was written: one table with its chains and their rules.

use crate::addresses::Family;
use crate::policy::Reason;
use crate::source::Span;
use std::collections::BTreeMap;

/// One table of one paste.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// What the text around says; else its rules tell.
    pub family: Option<Family>,
    pub table: String,
    pub opened: Span,
    pub form: Form,
    pub chains: Vec<Chain>,
    index: BTreeMap<String, usize>,
}

/// How the table is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Save,
    /// `iptables -S`.
    Rules,
    /// `iptables -L`.
    Listing,
    /// Command lines, which show what they add only.
    Script,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    pub name: String,
    /// `ACCEPT`, `DROP`; none for a chain of the user's own.
    pub policy: Option<String>,
    /// The line that declares it.
    pub opened: Option<Span>,
    pub rules: Vec<Written>,
    /// Why its rules may not be those that the kernel has.
    pub doubt: Option<Reason>,
}

/// One rule.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// Without its chain.
    pub words: Vec<String>,
    pub span: Span,
    /// Why it may say more than is shown.
    pub doubt: Option<Reason>,
}

impl Block {
    pub fn new(family: Option<Family>, table: &str, opened: Span, form: Form) -> Self {
        Block { family, table: table.to_owned(), opened, form, chains: Vec::new(), index: BTreeMap::new() }
    }

    pub fn chain(&self, name: &str) -> Option<&Chain> {
        self.index.get(name).map(|&at| &self.chains[at])
    }

    /// The chain of this name, which is there from now on.
    pub fn chain_mut(&mut self, name: &str) -> &mut Chain {
        let at = *self.index.entry(name.to_owned()).or_insert(self.chains.len());
        if at == self.chains.len() {
            self.chains.push(Chain { name: name.to_owned(), ..Chain::default() });
        }
        &mut self.chains[at]
    }

    /// A chain is declared a second time only by another export.
    pub fn declares(&self, name: &str) -> bool {
        self.chain(name).is_some_and(|chain| chain.opened.is_some())
    }
}
