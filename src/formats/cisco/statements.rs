//! A capture of a terminal, as commands.

use crate::source::{Source, Span};
use crate::syntax::lines::{after_prompt, unwrapped};
use std::ops::RangeInclusive;

/// A command, or a line of what a command showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Statement {
    pub words: Vec<String>,
    pub indent: usize,
    pub span: Span,
    pub numbers: RangeInclusive<u32>,
}

impl Statement {
    pub fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    pub fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}

/// All commands; blank lines, comments and banners are left out, and what the device refused.
pub(in crate::formats) fn statements(source: &Source) -> Vec<Statement> {
    capture(source).0
}

/// The commands, and those that the device answered with an error.
pub(in crate::formats) fn capture(source: &Source) -> (Vec<Statement>, Vec<Statement>) {
    let mut banner: Option<String> = None;
    let ends: Vec<&str> = source.lines().map(|line| line.text.trim()).collect();
    let (mut found, mut refused): (Vec<Statement>, Vec<Statement>) = (Vec::new(), Vec::new());
    for line in unwrapped(source, |_, line| begins(line)) {
        let text = command(&line.text);
        if banner.is_some() {
            banner = banner.filter(|end| !text.contains(end.as_str()));
            continue;
        }
        let after = *line.numbers.end() as usize;
        banner = opens_banner(text).filter(|end| ends.iter().skip(after).any(|line| line.contains(end.as_str())));
        if refuses(text) {
            refused.extend(found.pop());
        }
        if refuses(text) || text == "^" {
            continue;
        }
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() && !text.starts_with(['!', ':']) {
            let indent = line.text.len() - line.text.trim_start().len();
            found.push(Statement { words, indent, span: line.span, numbers: line.numbers });
        }
    }
    (found, refused)
}

/// What the devices answer to a command that they do not take; it has no effect.
fn refuses(text: &str) -> bool {
    let answer = text.strip_prefix("ERROR: ").unwrap_or(text);
    ["% Invalid ", "% Incomplete command", "% Ambiguous command"].iter().any(|start| answer.starts_with(start))
}

/// What stands behind a prompt; `remark # x` begins with none.
fn command(line: &str) -> &str {
    let text = line.trim();
    let is_text = ["remark ", "description ", "banner ", "name "].iter().any(|word| text.starts_with(word));
    match after_prompt(line).filter(|_| !is_text && !line.starts_with(' ')) {
        Some(typed) => typed,
        None => text,
    }
}

/// What ends a banner that this line leaves open.
fn opens_banner(text: &str) -> Option<String> {
    let rest = text.strip_prefix("banner ")?.trim_start();
    let (kind, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let kinds = ["motd", "login", "exec", "incoming", "slip-ppp", "prompt-timeout"];
    let rest = rest.trim();
    let end = match rest.chars().next().filter(|_| kinds.contains(&kind)) {
        None if kinds.contains(&kind) => "EOF".to_owned(),
        Some('^') => rest.chars().take(2).collect(),
        Some(mark) if !mark.is_alphanumeric() => mark.to_string(),
        _ => return None,
    };
    (!rest.get(end.len()..).unwrap_or("").contains(&end)).then_some(end)
}

/// Words that begin a command and do not stand at a place where a screen breaks an entry.
const FIRST: &[&str] = &[
    "!",
    ":",
    "no",
    "access-list",
    "access-group",
    "network-object",
    "port-object",
    "service-object",
    "group-object",
    "protocol-object",
    "icmp-object",
    "permit",
    "deny",
    "remark",
    "description",
    "interface",
    "ip",
    "ipv6",
    "nameif",
    "security-level",
    "subnet",
    "fqdn",
    "nat",
    "route",
    "hostname",
    "exit",
    "end",
    "crypto",
    "class-map",
    "policy-map",
    "line",
    "router",
    "vlan",
    "statistics",
];

fn begins(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let typed = ["network", "service", "ip", "ipv6", "protocol", "icmp-type", "user", "security"];
    match first {
        "object" | "object-group" => typed.contains(&second),
        _ if first.bytes().all(|b| b.is_ascii_digit()) => ["permit", "deny", "remark"].contains(&second),
        "%" | "^" | "ERROR:" => true,
        _ => FIRST.contains(&first) || first.starts_with('!') || after_prompt(line).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let source = Source::read("t", 0, text.as_bytes()).expect("text");
        statements(&source).iter().map(|statement| statement.words.join(" ")).collect()
    }

    #[test]
    fn banners_prompts_and_comments_hold_no_commands() {
        let text = "! x\nr1#show run\nbanner motd ^C\npermit ip any any\n^C\nr1(config)#hostname r1\n remark # 1\n";
        assert_eq!(read(text), ["show run", "banner motd ^C", "hostname r1", "remark # 1"]);
        assert_eq!(read("banner motd #hello#\nend"), ["banner motd #hello#", "end"]);
        assert_eq!(read("banner motd ^C\nnever closed"), ["banner motd ^C", "never closed"]);
        assert_eq!(read("banner motd welcome to\nend"), ["banner motd welcome to", "end"]);
    }

    #[test]
    fn broken_lines_are_one_command() {
        let long = format!("access-list {} extended permit tcp any ", "X".repeat(40));
        let (head, tail) = (format!("{long:<80}"), "object-group A eq 443");
        assert_eq!(read(&format!("{head}\n{tail}\nend")).len(), 2);
        assert_eq!(read(&format!("{head}\nobject-group network A\nend")).len(), 3);
    }
}
