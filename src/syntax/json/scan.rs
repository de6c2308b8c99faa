//! Finds where documents begin and end without recursion, before a recursive parser sees them.

use super::MAX_DEPTH;

/// Where the scan of one document stopped, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scan {
    pub stop: Stop,
    /// Just after the document, or where it breaks off.
    pub end: usize,
    /// The last place up to which every value is complete.
    pub safe: usize,
    /// The brackets that would close what is still open, innermost last.
    open: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Its last bracket closed.
    Closed,
    /// The text ended.
    Cut,
    /// A bracket of the wrong kind, or a line end inside a string.
    Broken,
    TooDeep,
}

/// Scans the document whose first bracket stands at `start`.
pub(super) fn scan(text: &str, start: usize) -> Scan {
    let bytes = text.as_bytes();
    let mut state = Scan { stop: Stop::Cut, end: start, safe: start, open: Vec::new() };
    while state.end < bytes.len() {
        if let Some(stop) = step(bytes, &mut state) {
            return Scan { stop, ..state };
        }
    }
    Scan { end: bytes.len(), ..state }
}

/// Takes one token; `Some` if the scan ends with it.
fn step(bytes: &[u8], state: &mut Scan) -> Option<Stop> {
    let at = state.end;
    state.end += 1;
    match bytes[at] {
        b'"' => return string(bytes, state),
        b'/' => state.end = comment_end(bytes, at),
        b',' => state.safe = at,
        b'{' | b'[' => {
            state.open.push(if bytes[at] == b'{' { b'}' } else { b']' });
            state.safe = at + 1;
            return (state.open.len() > MAX_DEPTH).then_some(Stop::TooDeep);
        }
        closing @ (b'}' | b']') => return close(closing, state),
        _ => {}
    }
    None
}

fn close(closing: u8, state: &mut Scan) -> Option<Stop> {
    if state.open.pop() != Some(closing) {
        state.end -= 1;
        return Some(Stop::Broken);
    }
    state.safe = state.end;
    state.open.is_empty().then_some(Stop::Closed)
}

/// Moves behind the string whose quote was just taken.
fn string(bytes: &[u8], state: &mut Scan) -> Option<Stop> {
    while let Some(&byte) = bytes.get(state.end) {
        state.end += 1;
        match byte {
            b'"' => return None,
            b'\\' => state.end = (state.end + 1).min(bytes.len()),
            b'\n' => {
                state.end -= 1;
                return Some(if bytes[state.end..].trim_ascii().is_empty() { Stop::Cut } else { Stop::Broken });
            }
            _ => {}
        }
    }
    Some(Stop::Cut)
}

/// The end of the comment that may start at `at`; just after `at` if none does.
fn comment_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at + 1..];
    let length = match rest.first() {
        Some(b'/') => rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()),
        Some(b'*') => rest.windows(2).skip(1).position(|pair| pair == b"*/").map_or(rest.len(), |found| found + 3),
        _ => 0,
    };
    at + 1 + length
}

/// The brackets that close the document `text`, which ends early.
pub(super) fn closers(text: &str) -> String {
    scan(text, 0).open.iter().rev().map(|&byte| char::from(byte)).collect()
}

/// The last place before `limit` up to which every value of the document at `start` is complete.
pub(super) fn safe_before(text: &str, start: usize, limit: usize) -> usize {
    scan(&text[..limit], start).safe
}

/// Where the next document begins: a bracket that starts a line, or that follows another document.
pub(super) fn next_start(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        let inner = line.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == ';');
        if begins_document(inner, &text[at + line.len()..]) {
            return Some(at + line.len() - inner.len());
        }
        at += line.len();
    }
    // Nothing starts a line: `nsg = {…}` on one line.
    if from > 0 {
        return None;
    }
    let found = text.char_indices().filter(|(_, c)| matches!(c, '{' | '['));
    found.map(|(at, _)| at).find(|&at| begins_document(&text[at..], ""))
}

/// Whether `text`, which goes on with `rest`, begins like JSON: a prompt `[user@host ~]$` does not.
fn begins_document(text: &str, rest: &str) -> bool {
    let Some(inner) = text.strip_prefix(['{', '[']) else { return false };
    let next = inner.chars().chain(rest.chars()).find(|c| !c.is_whitespace());
    match (text.as_bytes()[0], next) {
        (_, None | Some('/')) => true,
        (b'{', Some(c)) => matches!(c, '"' | '}'),
        (_, Some(c)) => matches!(c, '{' | '[' | '"' | ']' | '-') || c.is_ascii_digit(),
    }
}

/// Whether a line beside the JSON is a shell prompt, a command that was typed, or a Markdown fence.
pub(super) fn is_noise(line: &str) -> bool {
    let line = line.trim().trim_matches([',', ';']).trim();
    let commands = ["az ", "Get-Az", "PS ", "```", "$", "#", "//"];
    let prompts = ["> ", "$ ", "# ", ">"];
    line.is_empty()
        || commands.iter().any(|start| line.starts_with(start))
        || prompts
            .iter()
            .any(|prompt| line.contains(&format!("{prompt}az ")) || line.contains(&format!("{prompt}Get-Az")))
        || line.ends_with(['>', '$', '#'])
}
