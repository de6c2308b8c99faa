//! Whether a list says what passes or what does not, and the rules in their order.

use crate::formats::Polarity;
use crate::policy::{Action, Condition, Order, Otherwise, Reason, Rule};

/// Words with which "block" is a noun for a range of addresses.
const RANGE_WORDS: &[&str] = &["ip", "cidr", "address", "network", "net", "prefix", "ipv4", "ipv6", "subnet"];

pub(super) fn is_range_word(word: &str) -> bool {
    RANGE_WORDS.contains(&word)
}

/// Whether a comment or heading above the entries says that the list blocks.
pub(super) fn speaks_of_blocking(line: &str) -> bool {
    let lower = line.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let negated = words.iter().any(|word| ["not", "never", "unblock", "unblocked", "don"].contains(word));
    let blocks = words.iter().enumerate().any(|(at, word)| {
        let range = at > 0 && is_range_word(words[at - 1]);
        let verb = ["block", "blocks", "blocked", "blocking"].contains(word) && !range;
        let noun =
            ["blocklist", "blacklist", "denylist", "sperrliste", "sinkhole", "malware", "blacklisted"].contains(word);
        let two = at > 0 && *word == "list" && ["deny", "black"].contains(&words[at - 1]);
        verb || noun || two
    });
    blocks && !negated
}

/// One entry's rule before the list's polarity is known.
pub(super) struct Listed {
    pub name: String,
    pub span: crate::source::Span,
    pub when: Condition,
    /// An exception from what the list says (`!`, `deny`, `@@`).
    pub excepted: bool,
}

/// The rules of a list, exceptions first, and what holds for what is not listed.
pub(super) fn arrange(listed: Vec<Listed>, polarity: Option<Polarity>) -> (Order, Vec<Rule>, Otherwise) {
    let (action, order, why) = match polarity {
        Some(Polarity::Block) => (Action::Deny, Order::AllowWins, "the list blocks only what it names"),
        _ => (Action::Allow, Order::DenyWins, "the list allows only what it names"),
    };
    let rule = |listed: Listed| Rule {
        then: if listed.excepted { opposite(action) } else { action }.into(),
        name: listed.name,
        span: Some(listed.span),
        when: listed.when,
    };
    let rules = order.first_match(listed.into_iter().map(rule).collect());
    (order, rules, Otherwise { action: opposite(action), span: None, why: why.to_owned() })
}

/// The rules of a list that may allow or block: nothing is certain, listed or not.
pub(super) fn undecided(listed: Vec<Listed>) -> (Order, Vec<Rule>, Otherwise) {
    let unknown =
        || Condition::Unknown(Reason::new("the list may say what is allowed or what is blocked; choose which"));
    let rule = |listed: Listed| Rule {
        name: listed.name,
        span: Some(listed.span),
        then: Action::Allow.into(),
        when: Condition::All(vec![listed.when, unknown()]),
    };
    let rest = Rule { name: "everything else".to_owned(), span: None, then: Action::Allow.into(), when: unknown() };
    let rules = listed.into_iter().map(rule).chain([rest]).collect();
    let why = "whether the list allows or blocks is not known".to_owned();
    (Order::DenyWins, rules, Otherwise { action: Action::Deny, span: None, why })
}

fn opposite(action: Action) -> Action {
    match action {
        Action::Allow => Action::Deny,
        Action::Deny => Action::Allow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_speaks_of_blocking_is_told_from_address_blocks() {
        for line in ["# Blocklist of trackers", "; blocked domains", "# Deny list", "# block these"] {
            assert!(speaks_of_blocking(line), "{line}");
        }
        for line in
            ["# CIDR blocks for Azure", "# IP block", "# must not be blocked", "# Azure sign-in", "# allow list"]
        {
            assert!(!speaks_of_blocking(line), "{line}");
        }
    }
}
