//! The lines of `iptables -L` and `ipset list`.

use super::block::Form;
use super::collect::Reader;
use super::listing;
use super::sets::{Element, Set};
use crate::formats::netfilter::words::words;
use crate::policy::LineUse;
use crate::source::Span;

impl Reader<'_, '_> {
    /// Takes a line of either kind.
    pub(super) fn shown(&mut self, text: &str, span: Span) -> Option<LineUse> {
        if let Some((name, policy)) = listing::chain(text) {
            let chain = self.current(span, Form::Listing, Some(name)).chain_mut(name);
            (chain.opened, chain.policy) = (Some(span), policy.map(str::to_owned));
            self.listed = Some(listing::Head::new(name));
            return Some(LineUse::Used);
        }
        // A row begins with a counter or a target; blank lines may stand between rows where a screen broke them.
        let is_row =
            !text.starts_with([':', '-']) && text.split_whitespace().next().is_some_and(|word| !word.ends_with(':'));
        if !is_row {
            self.listed = None;
        }
        match self.listed {
            Some(_) => Some(self.listed_row(text, span)),
            None => self.set_line(text, span),
        }
    }

    fn listed_row(&mut self, text: &str, span: Span) -> LineUse {
        let Some(head) = self.listed.as_mut() else { return LineUse::Irrelevant };
        if head.columns(text) {
            return LineUse::Irrelevant;
        }
        let (name, rule) = (head.chain.clone(), head.row(text, span));
        let block = self.current(span, Form::Listing, None);
        block.family = block.family.or_else(|| listing::family(text));
        block.chain_mut(&name).rules.push(rule);
        LineUse::Used
    }

    fn set_line(&mut self, text: &str, span: Span) -> Option<LineUse> {
        if text.starts_with(['-', '*', ':']) {
            self.set = None;
            return None;
        }
        if let Some((key, value)) = text.split_once(": ").or_else(|| text.strip_suffix(':').map(|key| (key, ""))) {
            let value = value.trim();
            match (key, self.set.clone()) {
                ("Name", _) => {
                    self.set = Some(value.to_owned());
                    self.to.sets.insert(value.to_owned(), Set::new("", &[], span));
                }
                ("Type", Some(name)) => drop(self.to.sets.insert(name, Set::new(value, &[], span))),
                ("Header", Some(name)) => {
                    let options = value.split_whitespace().map(str::to_owned).collect();
                    self.to.sets.entry(name).and_modify(|set| set.options = options);
                }
                ("Number of entries", Some(name)) => {
                    self.to.sets.entry(name).and_modify(|set| set.expected = value.parse().ok());
                }
                ("Revision" | "Size in memory" | "References", Some(_)) => {}
                ("Members", Some(_)) => {}
                _ => return None,
            }
            return Some(LineUse::Used);
        }
        let set = self.to.sets.get_mut(self.set.as_deref()?)?;
        let words = words(text)?;
        let (text, options) = words.split_first()?;
        set.elements.push(Element::new(text, options, span));
        Some(LineUse::Used)
    }
}
