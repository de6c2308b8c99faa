//! Communities as people list them: one a line, with commas, with a name beside them, in a table.

use crate::policy::Community;

/// What a line of a list holds.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    Nothing,
    Communities { values: Vec<Community>, denied: bool },
    Unclear,
}

const DENIALS: &[&str] = &["deny", "denied", "not", "!", "block"];

pub(super) fn read(line: &str) -> Line {
    let trimmed = line.trim();
    let comment = trimmed.starts_with(['#', ';']) || trimmed.starts_with("//");
    let text = trimmed.split(" #").next().unwrap_or(trimmed).split(" //").next().unwrap_or(trimmed);
    if comment || !text.bytes().any(|b| b.is_ascii_alphanumeric()) {
        return Line::Nothing;
    }
    let words: Vec<&str> =
        text.split([' ', '\t', ',', ';', '|']).map(unwrapped).filter(|word| !word.is_empty()).collect();
    let values: Vec<Community> = words.iter().filter_map(|word| word.trim_start_matches('!').parse().ok()).collect();
    let broken = words.iter().any(|word| is_broken(word));
    let denied =
        words.iter().any(|word| DENIALS.contains(&word.to_ascii_lowercase().as_str()) || word.starts_with('!'));
    match (values.is_empty(), broken) {
        (_, true) => Line::Unclear,
        (false, false) => Line::Communities { values, denied },
        (true, false) if words.len() > 1 || text.ends_with(':') => Line::Nothing,
        (true, false) => Line::Unclear,
    }
}

fn unwrapped(word: &str) -> &str {
    word.trim_matches(['"', '\'', '`', '[', ']', '(', ')'])
}

/// Looks like a community and is none: `12076:`, `12076:70000`, `12076-5060`, `12076.5060`.
fn is_broken(word: &str) -> bool {
    let word = word.trim_start_matches('!');
    let digits_first = word.starts_with(|c: char| c.is_ascii_digit());
    digits_first && word.starts_with("12076") && word.parse::<Community>().is_err() && word != "12076"
}
