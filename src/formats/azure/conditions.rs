//! What the fields of a rule come to, whatever the resource.

use crate::policy::{Condition, Reason};
use crate::problem::Problem;

/// Values that cannot be read may say anything.
pub(in crate::formats) fn unknowns(values: Vec<(Problem, Reason)>) -> Vec<Condition> {
    values.into_iter().map(|(_, reason)| Condition::Unknown(reason)).collect()
}

/// Some of `tests` holds. Without any the field is absent, which the reader of the rule has made unknown.
pub(in crate::formats) fn any(mut tests: Vec<Condition>) -> Condition {
    match tests.len() {
        0 => Condition::always(),
        1 => tests.remove(0),
        _ if tests.contains(&Condition::always()) => Condition::always(),
        _ => Condition::Any(tests),
    }
}

/// Reads `*`, `443` or `80-443`; `None` if the text is none of them.
pub(in crate::formats) fn ports(word: &str) -> Option<(u16, u16)> {
    if word == "*" {
        return Some((0, u16::MAX));
    }
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    let range = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (range.0 <= range.1).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_words() {
        assert_eq!((ports("*"), ports("443"), ports("80-90")), (Some((0, 65535)), Some((443, 443)), Some((80, 90))));
        assert_eq!((ports("90-80"), ports("https"), ports("70000")), (None, None, None));
    }
}
