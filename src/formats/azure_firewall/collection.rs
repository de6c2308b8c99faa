//! What a collection gives its rules: a priority and an action.

use super::rule::Notes;
use super::written::Fields;
use crate::formats::azure::field::values;
use crate::policy::{Action, LineUse};
use crate::problem::{Problem, quote};
use crate::syntax::json::{Json, Member};

/// The number of a priority, and what is wrong with it.
pub(super) fn priority(fields: Fields<'_>, of: &str, notes: &mut Notes) -> Option<u32> {
    let values = values(fields.json, "priority", &fields.template);
    let span = fields.json.member("priority").map_or(fields.span(), Member::span);
    notes.lines.push((span, LineUse::Used));
    let number = values.texts.first().and_then(|text| text.text.parse().ok());
    match number {
        Some(100..=65000) => {}
        Some(number) => {
            let message = format!(
                "\"{of}\" has the priority {number}; Azure accepts 100 to 65000. It is read in the order of its number."
            );
            notes.problems.push(Problem::error("priority-out-of-range", message).at(span));
        }
        None => match values.unreadable.into_iter().next() {
            Some((problem, _)) => notes.report(problem),
            None => {
                let message = format!("\"{of}\" has no priority that is a number, so it may come first or last.");
                notes.report(Problem::error("bad-priority", message).at(span));
            }
        },
    }
    number
}

/// What a collection does, `None` if that cannot be read.
pub(super) fn action(fields: Fields<'_>, of: &str, notes: &mut Notes) -> Option<Action> {
    let member = fields.json.member("action");
    let value = member.map(|member| fields.template.object(&member.value).unwrap_or(&member.value));
    let word = value.and_then(|value| fields.template.text(value.get("type").unwrap_or(value)));
    let span = member.map_or(fields.span(), Member::span);
    notes.lines.push((span, LineUse::Used));
    let action = match word.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("allow") => Some(Action::Allow),
        Some("deny") => Some(Action::Deny),
        _ => None,
    };
    if action.is_none() {
        let shown = word.or_else(|| member.and_then(|member| Json::as_str(&member.value).map(str::to_owned)));
        let shown = shown.map_or_else(|| "no action".to_owned(), |word| format!("the action \"{}\"", quote(&word)));
        let message = format!("\"{of}\" has {shown}; expected Allow or Deny.");
        notes.report(Problem::error("unknown-value", message).at(span));
    }
    action
}
