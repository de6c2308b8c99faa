//! The rows of `iptables -L`, put into the words of a rule.

use super::block::Written;
use super::options::UNREAD;
use crate::addresses::{Family, parse_entry};
use crate::policy::Reason;
use crate::source::Span;

/// The name and the policy of `Chain OUTPUT (policy DROP 12 packets, 3456 bytes)` or `Chain AZ (1 references)`.
pub(super) fn chain(text: &str) -> Option<(&str, Option<&str>)> {
    let (name, rest) = text.strip_prefix("Chain ")?.split_once(" (")?;
    let policy = rest.strip_prefix("policy ").map(|rest| rest.split([' ', ')']).next().unwrap_or(rest));
    (policy.is_some() || rest.contains("references")).then_some((name.trim(), policy))
}

/// The chain whose rows follow, and its columns.
pub(super) struct Head {
    pub chain: String,
    columns: Vec<String>,
}

impl Head {
    pub fn new(chain: &str) -> Head {
        Head { chain: chain.to_owned(), columns: Vec::new() }
    }

    /// Takes the line over the rows: whether it is one.
    pub fn columns(&mut self, text: &str) -> bool {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let is_head = words.iter().any(|word| word == "target") && words.iter().any(|word| word == "destination");
        if is_head {
            self.columns = words;
        }
        is_head
    }

    /// A row. Without `-v` there are no columns for interfaces.
    pub fn row(&self, text: &str, span: Span) -> Written {
        let words: Vec<&str> = text.split_whitespace().collect();
        let Some(empty) = self.empty(&words) else {
            let text = "the row has other columns than the line above tells";
            return Written { words: Vec::new(), span, doubt: Some(Reason::new(text).at(span)) };
        };
        let columns = self.columns.iter().map(String::as_str);
        let columns: Vec<&str> = columns.filter(|column| !empty.contains(column)).collect();
        let value =
            |name: &str| columns.iter().position(|column| *column == name).and_then(|at| words.get(at)).copied();
        let mut rule = Vec::new();
        for (column, option) in [("prot", "-p"), ("in", "-i"), ("out", "-o"), ("source", "-s"), ("destination", "-d")] {
            option_of(value(column).unwrap_or("*"), option, &mut rule);
        }
        match value("opt") {
            Some("-f") => rule.push("-f".to_owned()),
            Some("!f") => rule.extend(["!", "-f"].map(str::to_owned)),
            _ => {}
        }
        let rest = words.get(columns.len()..).unwrap_or_default();
        extras(rest, &mut rule);
        rule.extend(value("target").into_iter().flat_map(|target| jump(target, rest)));
        let blind = value("in").is_none() || value("out").is_none();
        let reason = || Reason::new("without `-v`, `iptables -L` hides the interfaces of a rule").at(span);
        Written { words: rule, span, doubt: blind.then(reason) }
    }

    /// The columns that are empty in a row: a rule may have no target, and ip6tables before 1.8.9 showed no `opt`. The addresses
    /// tell.
    fn empty(&self, words: &[&str]) -> Option<&'static [&'static str]> {
        let source = self.columns.iter().position(|column| column == "source")?;
        let opt = self.columns.iter().position(|column| column == "opt")?;
        let is_opt = |at: usize| words.get(at).is_some_and(|word| ["--", "-f", "!f"].contains(word));
        let ends = |at: usize| words.get(at..at + 2).is_some_and(|pair| pair.iter().all(|word| is_address(word)));
        let fits = |missing: usize| source.checked_sub(missing).is_some_and(ends);
        match (is_opt(opt), opt.checked_sub(1).is_some_and(is_opt)) {
            (true, _) => Some(&[]),
            (_, true) => Some(&["target"]),
            _ if fits(1) => Some(&["opt"]),
            _ if fits(2) => Some(&["opt", "target"]),
            _ => None,
        }
    }
}

fn is_address(word: &str) -> bool {
    let word = word.trim_start_matches('!');
    word == "anywhere" || matches!(parse_entry(word), Some(Ok(_)))
}

/// The IP version of the addresses that a row shows.
pub(super) fn family(text: &str) -> Option<Family> {
    text.split_whitespace().find_map(|word| match word.trim_start_matches('!') {
        "0.0.0.0/0" => Some(Family::V4),
        "::/0" => Some(Family::V6),
        _ => None,
    })
}

fn jump(target: &str, rest: &[&str]) -> [String; 2] {
    let option = if rest.contains(&"[goto]") { "-g" } else { "-j" };
    [option.to_owned(), target.to_owned()]
}

fn option_of(value: &str, option: &str, rule: &mut Vec<String>) {
    let (negated, value) = match value.strip_prefix('!') {
        Some(value) => (true, value),
        None => (false, value),
    };
    let any = ["*", "any", "all", "0", "anywhere", "0.0.0.0/0", "::/0"].contains(&value);
    if any && !negated {
        return;
    }
    rule.extend(negated.then(|| "!".to_owned()));
    rule.extend([option.to_owned(), value.to_owned()]);
}

/// What is printed behind the destination. A word that is not known becomes an option that is not known.
fn extras(words: &[&str], rule: &mut Vec<String>) {
    let mut at = 0;
    while let Some(&word) = words.get(at) {
        at += 1;
        let rest = words.get(at..).unwrap_or_default();
        at += extra(word, rest, rule);
    }
}

/// Takes one word and as many of those behind it as belong to it.
fn extra(word: &str, rest: &[&str], rule: &mut Vec<String>) -> usize {
    let follows_unread = rule.iter().rev().nth(1).is_some_and(|option| option == UNREAD);
    let mut add = |option: &str, value: &str| {
        let (negated, value) = (value.starts_with('!'), value.trim_start_matches('!'));
        rule.extend(negated.then(|| "!".to_owned()));
        rule.extend([option.to_owned(), value.to_owned()]);
    };
    let next = rest.first().copied().unwrap_or_default();
    if let Some((name, value)) = word.split_once(':') {
        let option = match name {
            "dpt" | "dpts" => "--dport",
            "spt" | "spts" => "--sport",
            "flags" => {
                flags(value, rule);
                return 0;
            }
            _ => UNREAD,
        };
        add(option, if option == UNREAD { word } else { value });
        return 0;
    }
    match word {
        "tcp" | "udp" | "[goto]" | "multiport" | "set" | "ADDRTYPE" | "match" => 0,
        "src-type" | "dst-type" => {
            add(&format!("--{word}"), next);
            1
        }
        "/*" => rest.iter().position(|word| *word == "*/").map_or(rest.len(), |end| end + 1),
        "dports" | "sports" | "ports" | "state" | "ctstate" => {
            let (negated, value) =
                if next == "!" { ("!", rest.get(1).copied().unwrap_or_default()) } else { ("", next) };
            add(&format!("--{word}"), &format!("{negated}{value}"));
            1 + usize::from(!negated.is_empty())
        }
        "match-set" => {
            add("--match-set", next);
            rule.extend(rest.get(1).map(|flags| (*flags).to_owned()));
            2
        }
        "destination" | "source" if next == "IP" => {
            let value = rest.iter().skip(2).find(|word| **word != "!").copied().unwrap_or_default();
            let negated = rest.get(2) == Some(&"!");
            let option = if word == "source" { "--src-range" } else { "--dst-range" };
            add(option, &format!("{}{value}", if negated { "!" } else { "" }));
            3 + usize::from(negated)
        }
        "!" => {
            rule.push("!".to_owned());
            0
        }
        "reject-with" => 1,
        "LOG" | "NFLOG" => rest.len(),
        // Of several in a row the first says what it is about.
        _ if follows_unread => 0,
        _ => {
            add(UNREAD, word);
            0
        }
    }
}

/// `0x17/0x02`, the mask and what of it must be set.
fn flags(value: &str, rule: &mut Vec<String>) {
    let (mask, set) = value.trim_start_matches('!').split_once('/').unwrap_or((value, ""));
    rule.extend(value.starts_with('!').then(|| "!".to_owned()));
    rule.extend(["--tcp-flags", mask, set].map(str::to_owned));
}
