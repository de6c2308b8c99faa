//! Patterns as `fnmatch` reads them, as extended expressions.
//!
//! Source: POSIX.1-2017, 2.13 Pattern Matching Notation; without flags no character of a name is special.

/// The expression that matches what a pattern does.
///
/// # Errors
/// Why the pattern is not decided, as the end of a sentence.
pub(super) fn expression(pattern: &str) -> Result<String, String> {
    let mut expression = String::from("^");
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' => expression += ".*",
            '?' => expression.push('.'),
            // A bracket that is not closed stands for itself.
            '[' if !characters.as_str().contains(']') => expression += "\\[",
            '[' => expression += &bracket(pattern, &mut characters)?,
            '\\' => expression += &literal(characters.next().ok_or_else(|| undecided(pattern, "a lone backslash"))?),
            other => expression += &literal(other),
        }
    }
    Ok(expression + "$")
}

/// A set of characters up to its `]`; those with classes and other brackets in them are rare in names.
fn bracket(pattern: &str, characters: &mut std::str::Chars<'_>) -> Result<String, String> {
    let rest = characters.as_str();
    let end = rest.find(']').unwrap_or(rest.len());
    let (negated, set) = rest[..end].strip_prefix('!').map_or((false, &rest[..end]), |set| (true, set));
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.';
    if set.is_empty() || !set.chars().all(plain) {
        return Err(undecided(pattern, "a set of other characters than those of names"));
    }
    *characters = rest.get(end + 1..).unwrap_or_default().chars();
    Ok(format!("[{}{set}]", if negated { "^" } else { "" }))
}

fn literal(character: char) -> String {
    match character.is_ascii_alphanumeric() || !character.is_ascii() || "-_:/@%,;=~&#'\" <>!`]}".contains(character) {
        true => character.to_string(),
        false => format!("\\{character}"),
    }
}

fn undecided(pattern: &str, what: &str) -> String {
    format!("the pattern `{pattern}` is not decided: it has {what}")
}
