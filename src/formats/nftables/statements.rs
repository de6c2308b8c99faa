//! What a rule does: verdicts, and statements that change none (nft(8), "STATEMENTS").

use super::matches::Context;
use super::tokens::{Kind, Token};
use crate::policy::{Action, Then};
use crate::problem::{Problem, quote};

/// What a rule does that compares so.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    Then(Then),
    /// Some program, or something that is not understood, decides.
    Open(String),
    /// Sends the traffic elsewhere.
    Rewrites,
}

/// What the rule does from here on; `None` where no verdict stands here.
pub(super) fn verdict(words: &[Token], context: &mut Context<'_>) -> Option<Effect> {
    let target = words.get(1).map_or("", |word| word.text.as_str());
    let effect = match words.first().filter(|word| word.kind == Kind::Word)?.text.as_str() {
        "accept" => Effect::Then(Action::Allow.into()),
        "drop" | "reject" => Effect::Then(Action::Deny.into()),
        "return" => Effect::Then(Then::Return),
        "jump" => Effect::Then(Then::Call(chain(target, words, context))),
        "goto" => Effect::Then(Then::Goto(chain(target, words, context))),
        "masquerade" | "snat" => Effect::Then(Action::Allow.into()),
        "dnat" | "redirect" | "tproxy" => Effect::Rewrites,
        "queue" => Effect::Open("a program behind `queue` decides".to_owned()),
        "synproxy" | "fwd" => Effect::Open(format!("`{}` takes the packet", words[0].text)),
        "xt" if target == "target" => match words.get(2).map_or("", |word| word.text.as_str()) {
            "REJECT" => Effect::Then(Action::Deny.into()),
            name if XT_GOES_ON.contains(&name) => return None,
            "MASQUERADE" | "SNAT" => Effect::Then(Action::Allow.into()),
            "DNAT" | "NETMAP" | "REDIRECT" | "TPROXY" => Effect::Rewrites,
            other => Effect::Open(format!("the iptables target `{}` is not shown in full", quote(other))),
        },
        _ => return None,
    };
    Some(effect)
}

/// The index of a chain; one that is not there for a chain that is not there.
fn chain(name: &str, words: &[Token], context: &mut Context<'_>) -> usize {
    context.table.find(name).unwrap_or_else(|| {
        let message = format!("The chain `{}` is not in the paste.", quote(name));
        let hint = "Paste the whole ruleset: `nft list ruleset`.";
        context.notes.tell(Problem::warning("missing-chain", message).at(words[0].span).hint(hint));
        context.table.chains.len()
    })
}

/// Targets of iptables behind which the packet goes on.
const XT_GOES_ON: [&str; 6] = ["LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "CT"];

/// How many words a statement takes that changes no verdict.
pub(super) fn harmless(words: &[Token]) -> Option<usize> {
    let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    let is_quoted = |at: usize| words.get(at).is_some_and(|word| word.kind == Kind::Quoted);
    let length = match (text(0), text(1)) {
        _ if words[0].is_end() => 1,
        _ if is_quoted(0) => return None,
        ("counter", "name") => 3,
        ("counter", _) if is_quoted(1) => 2,
        ("counter", _) => options(words, &["packets", "bytes"]),
        ("log", _) => options(words, &["prefix", "level", "group", "snaplen", "queue-threshold", "flags"]),
        ("dup", _) => options(words, &["to", "device"]),
        ("last", "used") | ("flow", _) => 3,
        ("notrack" | "continue" | "last", _) => 1,
        ("comment", _) => 2,
        ("xt", "target") if XT_GOES_ON.contains(&text(2)) => 3,
        _ => return None,
    };
    Some(length.min(words.len()))
}

/// The length of a statement with its options, each of which has a value.
fn options(words: &[Token], names: &[&str]) -> usize {
    let mut at = 1;
    while words.get(at).is_some_and(|word| names.iter().any(|name| word.is(name))) {
        let lists = words[at].is("flags") && words.get(at + 1).is_some_and(|of| of.is("tcp") || of.is("ip"));
        at += 2 + usize::from(lists);
        // `log flags tcp sequence,options`
        while words.get(at).is_some_and(|word| word.is(",")) {
            at += 2;
        }
    }
    at
}

/// Whether an expression or statement is known, and what comes of it depends on what the ruleset does not tell.
pub(super) fn is_open(words: &[Token]) -> bool {
    const KNOWN: [&str; 21] = [
        "limit", "quota", "numgen", "jhash", "symhash", "fib", "socket", "rt", "osf", "xt", "exthdr", "tcp", "meta",
        "ct", "add", "update", "delete", "meter", "ip", "ip6", "ipsec",
    ];
    KNOWN.iter().any(|known| words[0].is(known))
}

/// Whether a rule without a verdict that begins so lets the packet go on.
pub(super) fn is_quiet(words: &[Token]) -> bool {
    ["add", "update", "delete", "limit", "quota"].iter().any(|quiet| words[0].is(quiet))
}
