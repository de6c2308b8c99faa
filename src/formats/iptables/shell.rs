//! Lines of a shell that are commands of iptables and ipset.

use super::command;

/// The program that a line begins with, if it is one of the family.
pub(super) fn program(line: &str) -> Option<&str> {
    let first = line.split_whitespace().find(|word| *word != "sudo")?;
    (first == "ipset" || command::family(first).is_some()).then_some(first)
}

/// The commands of a line, one behind the other, without where their output goes; `None` where it depends on what one of them
/// finds which come after it.
pub(super) fn commands(words: Vec<String>) -> Option<Vec<Vec<String>>> {
    let words = separated(words);
    let ends = |word: &String| word == ";" || word == "&&";
    let parts = words.split(ends).filter(|part| !part.is_empty());
    parts.map(|part| certain(part).map(plain)).collect()
}

/// Whether a command changes nothing, or reads what stands in the lines below.
pub(super) fn only_shows(words: &[String]) -> bool {
    let is = |at: usize, names: &[&str]| words.get(at).is_some_and(|word| names.contains(&word.as_str()));
    let saves = words.first().is_some_and(|name| command::family(name).is_some() && name.ends_with("-save"));
    let below = words.iter().any(|word| word.starts_with("<<"));
    saves || is(0, &["ipset"]) && is(1, &["list", "save", "test", "version", "-L", "-S", "-T", "-v"]) || below
}

/// A semicolon may stand at the end of a word.
fn separated(words: Vec<String>) -> Vec<String> {
    let cut = |word: String| match word.strip_suffix(';') {
        Some(head) if !head.is_empty() => vec![head.to_owned(), ";".to_owned()],
        _ => vec![word],
    };
    words.into_iter().flat_map(cut).collect()
}

/// What of `X || Y` is carried out: Y behind a look at the rules, which says that they lack it; X before what changes nothing.
fn certain(part: &[String]) -> Option<&[String]> {
    if part.iter().any(|word| word == "|" || word == "&") {
        return None;
    }
    let Some(at) = part.iter().position(|word| word == "||") else { return Some(part) };
    let (first, second) = (&part[..at], &part[at + 1..]);
    let looks = first.iter().any(|word| word == "-C" || word == "--check");
    match second.first().map(String::as_str) {
        Some("true" | ":" | "echo" | "exit") => Some(first),
        Some(_) if looks && !second.iter().any(|word| word == "||") => Some(second),
        _ => None,
    }
}

/// Without `sudo`, and without where the output goes.
fn plain(part: &[String]) -> Vec<String> {
    let mut words = part.iter().skip_while(|word| *word == "sudo");
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        match word.trim_start_matches(['1', '2', '&']) {
            ">" | ">>" => drop(words.next()),
            target if target.starts_with('>') => {}
            _ => found.push(word.clone()),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn what_a_line_carries_out() {
        for (line, expected) in [
            ("iptables -F", Some(vec!["iptables -F"])),
            ("sudo iptables -F >/dev/null 2>&1", Some(vec!["iptables -F"])),
            ("iptables -F > /dev/null && iptables -X", Some(vec!["iptables -F", "iptables -X"])),
            ("iptables -F; iptables -X;", Some(vec!["iptables -F", "iptables -X"])),
            ("iptables -C OUTPUT -j DROP || iptables -A OUTPUT -j DROP", Some(vec!["iptables -A OUTPUT -j DROP"])),
            ("iptables -N AZ || true", Some(vec!["iptables -N AZ"])),
            ("iptables -N AZ || iptables -F AZ", None),
            ("iptables -L | grep -q x && iptables -F", None),
        ] {
            let words = line.split_whitespace().map(str::to_owned).collect();
            let found = commands(words).map(|all| all.iter().map(|words| words.join(" ")).collect::<Vec<_>>());
            assert_eq!(
                found.as_deref(),
                expected.as_deref().map(|all| all.iter().map(|text| text.to_string()).collect::<Vec<_>>()).as_deref(),
                "{line}"
            );
        }
    }
}
