//! Takes out what terminals, mail programs and word processors add, one line at a time.

use super::Span;
use crate::problem::Problem;

/// What pagers print between two screens of output.
const PAGERS: &[&str] = &["--More--", "-- More --", "<--- More --->", "---(more)---", "--more--"];

pub(super) struct Cleaned {
    pub text: String,
    /// The lines, from 1, of whose entries something is not there as it was.
    pub altered: Vec<u32>,
}

pub(super) fn clean(name: &str, file: u16, text: String, problems: &mut Vec<Problem>) -> Result<Cleaned, Problem> {
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n") };
    let replaced = text.split('\n').position(|line| !is_plain(line));
    let altered = (1..).zip(text.split('\n')).filter(|(_, line)| !is_plain(before_comment(line))).map(|(at, _)| at);
    let altered = altered.collect();
    let mut lines: Vec<String> = text.split('\n').map(clean_line).collect();
    take_off_mail_quotes(&mut lines);
    if lines.iter().all(|line| line.trim().is_empty()) {
        return Err(Problem::error("empty-input", format!("{name} is empty: there is nothing to check."))
            .hint("Paste the export of the firewall or proxy, or drop its file."));
    }
    let keys = blank_private_keys(&mut lines);
    if !keys.is_empty() && lines.iter().all(|line| line.trim().is_empty() || line == BLANKED) {
        return Err(Problem::error("private-key", format!("{name} is a private key, not a firewall export."))
            .hint("It was not stored and went nowhere. Paste the export of the firewall or proxy instead."));
    }
    let text = lines.join("\n");
    let span = |index: usize| {
        let start = lines[..index].iter().map(|line| line.len() as u32 + 1).sum();
        Span { file, start, end: start + lines[index].len() as u32 }
    };
    if let Some(first) = replaced {
        let message = "Invisible or typographic characters (such as a no-break space) were read as plain ones.";
        let hint = "If they stand in the device's own file as well, the device may read that line otherwise.";
        problems.push(Problem::note("replaced-characters", message).at(span(first)).hint(hint));
    }
    if let Some(&first) = keys.first() {
        let message = "The text holds a private key; it was blanked and is shown nowhere.";
        let hint = "Remove it from what you share, and consider it exposed if it was shared.";
        problems.push(Problem::warning("private-key", message).at(span(first)).hint(hint));
    }
    Ok(Cleaned { text, altered })
}

/// What of a line can be an entry of a list.
fn before_comment(line: &str) -> &str {
    line.split('#').next().unwrap_or(line)
}

fn clean_line(line: &str) -> String {
    let mut line = without_escapes(line.strip_suffix('\r').unwrap_or(line));
    for pager in PAGERS {
        line = line.replace(pager, "");
    }
    plain_characters(&overtyped(&line))
}

/// Drops ANSI escape sequences: CSI up to its final byte, OSC up to BEL, others with their one character.
fn without_escapes(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => match rest.next() {
                Some('[') => drop(rest.by_ref().find(|c| ('@'..='~').contains(c))),
                Some(']') => drop(rest.by_ref().find(|&c| c == '\u{7}')),
                _ => {}
            },
            '\u{7}' | '\0' => {}
            c => out.push(c),
        }
    }
    out
}

/// What a screen shows after backspaces, and after a carriage return that wiped a pager's prompt with blanks.
fn overtyped(line: &str) -> String {
    let last = line.rsplit('\r').find(|part| !part.trim().is_empty()).unwrap_or("");
    let mut out = String::with_capacity(last.len());
    for c in last.chars() {
        match c {
            '\u{8}' => drop(out.pop()),
            c => out.push(c),
        }
    }
    out
}

fn plain_characters(line: &str) -> String {
    line.chars().filter_map(plain).collect()
}

fn is_plain(line: &str) -> bool {
    line.chars().all(|c| plain(c) == Some(c))
}

/// The plain character for one that nobody sees or that is typographic; `None` for one that stands for nothing.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{a0}' | '\u{2007}' | '\u{202f}' => Some(' '),
        '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{2060}' | '\u{c}' => None,
        '\u{201c}'..='\u{201f}' => Some('"'),
        '\u{2018}'..='\u{201b}' => Some('\''),
        c => Some(c),
    }
}

/// Mail programs put `> ` before every line of a quoted text.
fn take_off_mail_quotes(lines: &mut [String]) {
    let mut filled = lines.iter().filter(|line| !line.trim().is_empty());
    if !filled.all(|line| line.starts_with('>')) {
        return;
    }
    for line in lines.iter_mut().filter(|line| !line.is_empty()) {
        let quoted = line[1..].to_owned();
        *line = quoted.strip_prefix(' ').map(str::to_owned).unwrap_or(quoted);
    }
}

const BLANKED: &str = "[private key]";

/// Blanks PEM private keys and gives the indices of the lines that held them.
fn blank_private_keys(lines: &mut [String]) -> Vec<usize> {
    let mut inside = false;
    let mut blanked = Vec::new();
    for (index, line) in lines.iter_mut().enumerate() {
        inside |= line.contains("-----BEGIN") && line.contains("PRIVATE KEY");
        if inside {
            inside = !line.contains("-----END");
            *line = BLANKED.to_owned();
            blanked.push(index);
        }
    }
    blanked
}
