//! Lines of a shell that are commands of iptables and ipset.

use super::command;
use crate::formats::netfilter::commands as netfilter;
use crate::formats::netfilter::words::{Word, lexed};

/// A command that a line carries out.
#[derive(Debug, PartialEq)]
pub(super) struct Command {
    pub words: Vec<String>,
    /// Whether it is carried out only where its chain lacks the rule.
    pub if_missing: bool,
}

pub(super) fn is_program(word: &str) -> bool {
    word.rsplit('/').next() == Some("ipset") || command::family(word).is_some()
}

/// The program that a line begins with, if it is one of the family.
pub(super) fn program(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    words.find(|word| *word != "sudo").filter(|first| is_program(first))
}

/// The commands of a line, one behind the other; `None` where it is not certain which of them are carried out. A line that begins
/// with no program of the family is one of an export, in which the signs of a shell mean nothing.
pub(super) fn commands(line: &str) -> Option<Vec<Command>> {
    let words = lexed(line)?;
    if !words.iter().find(|word| !word.is("sudo")).is_some_and(|first| is_program(&first.text)) {
        let words = words.into_iter().map(|word| word.text).collect();
        return Some(vec![Command { words, if_missing: false }]);
    }
    netfilter::commands(words, asks)?.into_iter().map(carried_out).collect()
}

/// Whether a command changes nothing, or reads what stands in the lines below.
pub(super) fn only_shows(words: &[String]) -> bool {
    let is = |at: usize, names: &[&str]| words.get(at).is_some_and(|word| names.contains(&word.as_str()));
    let below = words.iter().any(|word| word.starts_with("<<"));
    is_of_iptables(words, "-save")
        || is(0, &["ipset"]) && is(1, &["list", "save", "test", "version", "-L", "-S", "-T", "-v"])
        || below && (restores(words) || is(0, &["ipset"]) && is(1, &["restore", "-R"]))
}

/// Whether a command replaces tables, or adds to them: `iptables-restore --noflush`.
pub(super) fn restores(words: &[String]) -> bool {
    is_of_iptables(words, "-restore")
}

pub(super) fn adds(words: &[String]) -> bool {
    words.iter().any(|word| word == "-n" || word == "--noflush")
}

fn is_of_iptables(words: &[String], end: &str) -> bool {
    words.first().is_some_and(|name| command::family(name).is_some() && name.ends_with(end))
}

/// Whether a command finds something out, and may fail for that.
fn asks(part: &[Word]) -> bool {
    const QUESTIONS: [&str; 9] = ["-C", "--check", "-L", "--list", "-S", "--list-rules", "-nL", "test", "list"];
    part.iter().any(|word| QUESTIONS.iter().any(|question| word.is(question)))
}

/// What of `X || Y` is carried out: Y, where X asks whether its rule is there.
fn carried_out(command: netfilter::Command) -> Option<Command> {
    let Some(second) = command.otherwise else {
        return Some(Command { words: command.words, if_missing: false });
    };
    let same = rule(&command.words, &["-C", "--check"])? == rule(&second, &["-A", "--append", "-I", "--insert"])?;
    same.then_some(Command { words: second, if_missing: true })
}

/// The words of a rule, with the program, the table and the chain, without the order and the place.
fn rule(words: &[String], orders: &[&str]) -> Option<Vec<String>> {
    let at = words.iter().position(|word| orders.contains(&word.as_str()))?;
    let is_place = |index: usize, word: &str| index == at + 2 && word.parse::<usize>().is_ok();
    let kept = words.iter().enumerate().filter(|(index, word)| *index != at && !is_place(*index, word));
    Some(kept.map(|(_, word)| word.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn what_a_line_carries_out() {
        for (line, expected) in [
            ("iptables -F", Some("iptables -F")),
            ("sudo iptables -F >/dev/null 2>&1", Some("iptables -F")),
            ("iptables -F > /dev/null && iptables -X # all", Some("iptables -F | iptables -X")),
            ("iptables -F;iptables -X", None),
            ("iptables -F; iptables -X;", Some("iptables -F | iptables -X")),
            (
                "iptables -C OUTPUT -j DROP || iptables -I OUTPUT 2 -j DROP",
                Some("if missing iptables -I OUTPUT 2 -j DROP"),
            ),
            ("iptables -C OUTPUT -j DROP || iptables -A OUTPUT -j ACCEPT", None),
            ("iptables -C OUTPUT -j DROP && iptables -A OUTPUT -j ACCEPT", None),
            ("iptables -nL AZ && iptables -F AZ", None),
            ("iptables -N AZ || true", Some("iptables -N AZ")),
            ("iptables -C OUTPUT -j DROP || exit", None),
            ("iptables -N AZ || iptables -F AZ", None),
            ("iptables -F && echo done >&2", Some("iptables -F")),
            ("\"/sbin/iptables\" -F && iptables -X", Some("/sbin/iptables -F | iptables -X")),
            ("\\iptables -N AZ || iptables -F AZ", None),
            ("iptables -S | grep x", Some("iptables -S")),
            ("iptables -A OUTPUT -j DROP 2>&1 | cat", Some("iptables -A OUTPUT -j DROP")),
            ("iptables-save | iptables-restore", None),
            ("iptables -F | grep x || iptables -X", None),
            ("iptables -L | grep -q x && iptables -F", None),
            (
                "iptables -A OUTPUT -m comment --comment '>a' -j DROP",
                Some("iptables -A OUTPUT -m comment --comment >a -j DROP"),
            ),
            ("-A OUTPUT -m comment --comment a; -j DROP", Some("-A OUTPUT -m comment --comment a; -j DROP")),
        ] {
            let spelled = |command: super::Command| {
                format!("{}{}", if command.if_missing { "if missing " } else { "" }, command.words.join(" "))
            };
            let found = commands(line).map(|all| all.into_iter().map(spelled).collect::<Vec<_>>().join(" | "));
            assert_eq!(found.as_deref(), expected, "{line}");
        }
    }
}
