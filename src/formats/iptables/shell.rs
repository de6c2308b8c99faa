//! Lines of a shell that are commands of iptables and ipset.

use super::command;
use crate::formats::netfilter::script;
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
        return Some(vec![always(&words)]);
    }
    let words = separated(words);
    let (mut found, mut rest) = (Vec::new(), &words[..]);
    while let Some(at) = rest.iter().position(|word| word.is(";") || word.is("&&")) {
        // What stands behind a question depends on its answer.
        if rest[at].is("&&") && asks(&rest[..at]) {
            return None;
        }
        found.push(&rest[..at]);
        rest = &rest[at + 1..];
    }
    found.push(rest);
    found.into_iter().filter(|part| !part.is_empty() && !script::is_idle(part)).map(carried_out).collect()
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

/// A semicolon may stand at the end of a word.
fn separated(words: Vec<Word>) -> Vec<Word> {
    let cut = |word: Word| match word.before(';') {
        Some(head) if !head.is_empty() => vec![Word::from(head), Word::from(";")],
        _ => vec![word],
    };
    words.into_iter().flat_map(cut).collect()
}

/// Whether a command finds something out, and may fail for that.
fn asks(part: &[Word]) -> bool {
    const QUESTIONS: [&str; 9] = ["-C", "--check", "-L", "--list", "-S", "--list-rules", "-nL", "test", "list"];
    part.iter().any(|word| QUESTIONS.iter().any(|question| word.is(question)))
}

/// What of `X || Y` is carried out: X, where Y changes nothing; Y, where X asks whether its rule is there.
fn carried_out(part: &[Word]) -> Option<Command> {
    if part.iter().any(|word| word.is("|") || word.is("&")) {
        return None;
    }
    let Some(at) = part.iter().position(|word| word.is("||")) else { return Some(always(part)) };
    let (first, second) = (always(&part[..at]), &part[at + 1..]);
    let is = |signs: &[&str]| second.first().is_some_and(|word| signs.iter().any(|sign| word.is(sign)));
    if script::is_idle(second) || is(&["exit", "return"]) && !asks(&part[..at]) {
        return Some(first);
    }
    let second = always(second);
    let same = rule(&first.words, &["-C", "--check"])? == rule(&second.words, &["-A", "--append", "-I", "--insert"])?;
    same.then_some(Command { if_missing: true, ..second })
}

/// The words of a rule, with the program, the table and the chain, without the order and the place.
fn rule(words: &[String], orders: &[&str]) -> Option<Vec<String>> {
    let at = words.iter().position(|word| orders.contains(&word.as_str()))?;
    let is_place = |index: usize, word: &str| index == at + 2 && word.parse::<usize>().is_ok();
    let kept = words.iter().enumerate().filter(|(index, word)| *index != at && !is_place(*index, word));
    Some(kept.map(|(_, word)| word.clone()).collect())
}

/// A command without `sudo`, and without where its output goes.
fn always(part: &[Word]) -> Command {
    let mut rest = part.iter().skip_while(|word| word.is("sudo"));
    let mut words = Vec::new();
    while let Some(word) = rest.next() {
        match word.redirects() {
            true if word.text.ends_with('>') => drop(rest.next()),
            true => {}
            false => words.push(word.text.clone()),
        }
    }
    if let Some(first) = words.first_mut().filter(|first| first.ends_with("/ipset")) {
        *first = "ipset".to_owned();
    }
    Command { words, if_missing: false }
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
