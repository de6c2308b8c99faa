//! Scripts of a shell, as far as they are plain: lines go on behind a backslash, variables are put in where they are used, and commands
//! that touch no rule are told apart. The rest is handed on as it stands (POSIX.1-2017, Shell Command Language, 2.2 to 2.7).

use super::after_shell_prompt;
use super::words::{Word, lexed};
use crate::source::Source;
use crate::syntax::lines::Logical;
use std::collections::HashMap;

/// A line of a script.
pub(in crate::formats) struct Line {
    pub logical: Logical,
    /// It touches no rule: it prints, loads a module, gives a variable its value.
    pub is_idle: bool,
}

/// What was read so far.
#[derive(Default)]
struct Shell {
    variables: HashMap<String, String>,
    /// The lines below a command, which are not the script's own.
    below: Option<Below>,
}

/// What a command reads from the lines below it.
struct Below {
    /// The word that ends them.
    end: String,
    /// Where that word is quoted, variables stay as they are.
    is_literal: bool,
}

/// The lines of a script of commands of a family of programs. Where no line names one of them, it is none, and stays as it is.
pub(in crate::formats) fn lines(lines: Vec<Logical>, is_program: impl Fn(&str) -> bool) -> Vec<Line> {
    let names = |line: &Logical| line.text.split(|c: char| c.is_whitespace() || "=\"'()`".contains(c)).any(&is_program);
    if !lines.iter().any(|line| !line.text.trim_start().starts_with('#') && names(line)) {
        return lines.into_iter().map(|logical| Line { logical, is_idle: false }).collect();
    }
    let lines = joined(lines);
    let last = lines.iter().rposition(|line| says(&line.text));
    let mut shell = Shell::default();
    let whole = lines.into_iter().enumerate();
    whole.map(|(at, line)| if Some(at) == last && exits(&line.text) { idle(line) } else { shell.line(line) }).collect()
}

/// The place for more commands: before the `exit` that ends a script.
pub(in crate::formats) fn end(source: &Source) -> usize {
    let last = source.lines().filter(|line| says(line.text)).last();
    last.filter(|line| exits(line.text)).map_or(source.text().len(), |line| line.span.start as usize)
}

/// Whether something stands on a line, but for comments and prompts that wait.
fn says(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#') && after_shell_prompt(line) != Some("")
}

fn exits(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next() == Some("exit")
        && words.next().is_none_or(|code| code == "$?" || code.parse::<u8>().is_ok())
        && words.next().is_none()
}

fn idle(logical: Logical) -> Line {
    Line { logical, is_idle: true }
}

/// Lines that end with a backslash go on.
fn joined(lines: Vec<Logical>) -> Vec<Logical> {
    let mut found: Vec<Logical> = Vec::new();
    for line in lines {
        match found.last_mut().filter(|before| goes_on(&before.text)) {
            Some(before) => {
                before.text.pop();
                before.append(&line.text, line.span, *line.numbers.end());
            }
            None => found.push(line),
        }
    }
    found
}

/// Whether a line ends with a backslash that stands in no comment and in no single quotes.
fn goes_on(line: &str) -> bool {
    let (mut quote, mut before) = (None, ' ');
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some('"') | None, '\\') if letters.next().is_none() => return true,
            (None, '#') if before.is_whitespace() => return false,
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            _ => {}
        }
        before = letter;
    }
    false
}

impl Shell {
    fn line(&mut self, mut line: Logical) -> Line {
        if let Some(below) = &self.below {
            if line.text.trim() == below.end {
                self.below = None;
                return idle(line);
            }
            if !below.is_literal {
                line.text = self.filled(&line.text);
            }
            return Line { logical: line, is_idle: false };
        }
        let (prompt, command) = at_prompt(&line.text);
        if self.assigns(command) {
            return idle(line);
        }
        let command = self.filled(command);
        self.below = below(&command);
        let is_idle = lexed(&command).is_some_and(|words| is_idle(&words));
        line.text = format!("{prompt}{command}");
        Line { logical: line, is_idle }
    }

    /// Takes `NAME=value`, and says whether the line does nothing else. A value that is not known is forgotten.
    fn assigns(&mut self, line: &str) -> bool {
        let line = line.trim().trim_end_matches(';');
        let line = ["export ", "readonly "].iter().find_map(|word| line.strip_prefix(word)).unwrap_or(line);
        let named = line.split_once('=').filter(|(name, _)| is_name(name) && *name != "IFS");
        let Some((name, value)) = named else { return false };
        self.variables.remove(name);
        let value = self.filled(value);
        if let Some(command) = substituted(&value) {
            if let ["which", path] | ["command", "-v", path] | ["type", "-P", path] =
                command.split_whitespace().collect::<Vec<_>>()[..]
            {
                self.variables.insert(name.to_owned(), path.to_owned());
            }
            return lexed(command).is_some_and(|words| words.split(|word| word.is("|")).all(only_reads));
        }
        let word = match lexed(&value) {
            Some(words) if words.len() < 2 => words.into_iter().next().unwrap_or_default(),
            _ => return false,
        };
        if is_plain(&word.text) {
            self.variables.insert(name.to_owned(), word.text.clone());
        }
        !does_more(&word)
    }

    /// The line with what its variables hold; one that is not known stays as it is.
    fn filled(&self, line: &str) -> String {
        let (mut found, mut rest) = (String::new(), line);
        let mut quote = None;
        while let Some(letter) = rest.chars().next() {
            let mut length = letter.len_utf8();
            match (quote, letter) {
                (Some('"') | None, '$') => {
                    if let Some((whole, value)) = self.variable(rest) {
                        found.push_str(value);
                        rest = &rest[whole..];
                        continue;
                    }
                }
                (Some('"') | None, '\\') => length += rest[1..].chars().next().map_or(0, char::len_utf8),
                (Some(open), _) if open == letter => quote = None,
                (None, '"' | '\'') => quote = Some(letter),
                _ => {}
            }
            found.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        found
    }

    /// What stands for a variable at the head of a text, `$NAME` or `${NAME}`: its length, and the value.
    fn variable(&self, text: &str) -> Option<(usize, &str)> {
        let braced = text.strip_prefix("${").and_then(|rest| rest.split_once('}'));
        let (name, length) = match braced {
            Some((name, _)) => (name, name.len() + 3),
            None => {
                let name = &text[1..];
                let end = name.find(|c: char| !is_name_letter(c)).unwrap_or(name.len());
                (&name[..end], end + 1)
            }
        };
        self.variables.get(name).map(|value| (length, value.as_str()))
    }
}

/// The prompt of a shell, and what stands behind it.
pub(in crate::formats) fn at_prompt(line: &str) -> (&str, &str) {
    after_shell_prompt(line)
        .map_or(("", line), |command| line.trim_end().split_at(line.trim_end().len() - command.len()))
}

/// Whether what was typed at a prompt cannot be a command of the family: it only reads, or does not name its programs.
pub(in crate::formats) fn passes_by(command: &str, is_program: impl Fn(&str) -> bool) -> bool {
    let by_variable =
        command.split_whitespace().find(|word| *word != "sudo").is_some_and(|word| word.starts_with(['$', '"']));
    let reads = || lexed(command).is_some_and(|words| words.split(|word| word.is("|")).all(only_reads));
    !by_variable && (!command.split_whitespace().any(is_program) || reads())
}

fn is_name_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(is_name_letter)
}

/// Whether a value means the same wherever it is put.
fn is_plain(value: &str) -> bool {
    value.chars().all(|c| c.is_alphanumeric() || " ._:/,@!+=-%".contains(c))
}

/// The command in `$(…)` or between backquotes, if that is all.
fn substituted(value: &str) -> Option<&str> {
    let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    let dollar = value.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
    dollar.or_else(|| value.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')))
}

/// Whether a word is more than a word to a shell, or nothing of a shell at all, as `elements={1.1.1.1}`.
fn does_more(word: &Word) -> bool {
    let text = word.text.replace("${", "");
    let substitutes = text.contains("$(") || text.contains('`');
    substitutes || !word.is_quoted() && text.contains([';', '|', '&', '(', '<', '>', '{']) || text == "}"
}

/// Whether a program only looks something up, or shows what it reads.
pub(super) fn only_reads(command: &[Word]) -> bool {
    const READERS: [&str; 25] = [
        "which", "command", "type", "ip", "ifconfig", "route", "awk", "gawk", "grep", "egrep", "cut", "sed", "head",
        "tail", "tr", "hostname", "date", "cat", "uname", "dirname", "more", "less", "sort", "wc", "tee",
    ];
    command.first().is_some_and(|first| READERS.iter().any(|name| first.is(name))) && !command.iter().any(does_more)
}

/// Whether a command touches no rule, whatever it is told.
pub(in crate::formats) fn is_idle(words: &[Word]) -> bool {
    const IDLE: [&str; 17] = [
        "echo", "printf", "logger", "modprobe", "depmod", "sysctl", "sleep", "date", "true", ":", "cd", "umask",
        "mkdir", "touch", "chmod", "chown", "export",
    ];
    let Some((first, rest)) = words.split_first() else { return false };
    let switches = |word: &Word| word.text.starts_with(['-', '+']);
    let saves = ["netfilter-persistent", "service"].iter().any(|name| first.is(name))
        && rest.last().is_some_and(|word| word.is("save"));
    let known = IDLE.iter().any(|name| first.is(name)) || saves || first.is("set") && rest.iter().all(switches);
    known && !rest.iter().any(|word| does_more(word) && !word.redirects())
}

/// `<<EOF`, `<<-'EOF'`
fn below(line: &str) -> Option<Below> {
    let rest = line.split_once("<<")?.1;
    let word = rest.strip_prefix('-').unwrap_or(rest);
    let name = word.trim_start_matches(['\'', '"', '\\']);
    let end = name.find(|c: char| !is_name_letter(c)).unwrap_or(name.len());
    (end > 0).then(|| Below { end: name[..end].to_owned(), is_literal: name.len() < word.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lines::physical;

    fn read(text: &str) -> Vec<String> {
        let source = Source::read("t", 0, text.as_bytes()).expect("text");
        let lines = lines(physical(&source), |word| word.ends_with("nft"));
        lines.into_iter().map(|line| if line.is_idle { "idle".to_owned() } else { line.logical.text }).collect()
    }

    #[test]
    fn variables_stand_for_their_values() {
        for (assigned, used, expected) in [
            ("X=a", "nft $X ${X}b $Xb", "nft a ab $Xb"),
            ("export X=\"a b\";", "nft \"$X\" '$X' \\$X \"it's $X\"", "nft \"a b\" '$X' \\$X \"it's a b\""),
            ("X='a b' # two", "nft $X", "nft a b"),
            ("X=$(which nft)", "$X list", "nft list"),
            ("X=`command -v nft`", "$X list", "nft list"),
            ("X=$(ip -4 addr show | awk '{print $2; exit}')", "nft $X", "nft $X"),
            ("X=${1:-eth0}", "nft $X", "nft $X"),
            ("X=a*", "nft $X", "nft $X"),
        ] {
            assert_eq!(read(&format!("{assigned}\n{used}")), ["idle", expected], "{assigned}");
        }
    }

    #[test]
    fn what_may_touch_rules_stays() {
        for line in [
            "X=a nft flush ruleset",
            "X=$(nft flush ruleset)",
            "X=$(cat /etc/x | sh)",
            "IFS=,",
            "elements={1.1.1.1}",
            "echo `nft flush ruleset`",
            "echo x | nft -f -",
            "echo x; nft flush ruleset",
            "echo }",
            "set x",
            "if true; then",
            "exit 0",
        ] {
            assert_eq!(read(&format!("{line}\nnft list")), [line, "nft list"]);
        }
    }

    #[test]
    fn what_touches_no_rule_is_idle() {
        for line in [
            "echo \"done; all\" >&2",
            "echo 1 > /proc/sys/net/ipv4/ip_forward",
            "modprobe nf_conntrack 2>/dev/null",
            "set -e",
            "netfilter-persistent save",
        ] {
            assert_eq!(read(&format!("{line}\nnft list")), ["idle", "nft list"]);
        }
        assert_eq!(read("nft list\nexit 0\n\n# end")[..2], ["nft list", "idle"]);
        assert_eq!(read("#!/usr/sbin/nft -f\necho x"), ["#!/usr/sbin/nft -f", "echo x"]);
    }

    #[test]
    fn lines_go_on_behind_a_backslash() {
        assert_eq!(read("nft a \\\n b\nc # d \\\ne"), ["nft a  b", "c # d \\", "e"]);
    }

    #[test]
    fn what_stands_below_a_command_is_its_own() {
        for (opened, line) in [("<<END", "echo a"), ("<<-'END'", "echo $X")] {
            let text = format!("X=a\nnft -f - {opened}\necho $X\nX=b\nEND\necho");
            assert_eq!(read(&text), ["idle", &format!("nft -f - {opened}"), line, "X=b", "idle", "idle"]);
        }
    }
}
