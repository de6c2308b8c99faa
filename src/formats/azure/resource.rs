//! Resources and their lists: ids, where items can be added, what a template leaves open about them.

use super::template::Template;
use crate::formats::Edit;
use crate::policy::Reason;
use crate::syntax::json::{Json, Member};

/// Where further items can be put.
#[derive(Clone, Copy, Debug)]
pub(in crate::formats) enum Place {
    /// After this opening bracket; the flag says that items follow.
    Array {
        at: u32,
        followed: bool,
    },
    /// After this last member of an object that has no array yet.
    Member {
        at: u32,
    },
    Nowhere,
}

/// Where items can be added to `list`, a member of `inner` if it is there.
pub(in crate::formats) fn place(inner: &Json, list: Option<&Member>) -> Place {
    match list {
        Some(member) if member.value.is_array() => {
            Place::Array { at: member.value.span.start + 1, followed: !member.value.items().is_empty() }
        }
        Some(_) => Place::Nowhere,
        None => inner.members().last().map_or(Place::Nowhere, |last| Place::Member { at: last.value.span.end }),
    }
}

/// Items put there, as the first of the list or as a new list under `key`.
pub(in crate::formats) fn insertion(place: Place, key: &str, items: &str) -> Option<Edit> {
    let (at, insert) = match place {
        Place::Array { at, followed } => (at, format!("\n{items}{}", if followed { "," } else { "\n" })),
        Place::Member { at } => (at, format!(",\n\"{key}\": [\n{items}\n]")),
        Place::Nowhere => return None,
    };
    Some(Edit { at: at as usize, insert })
}

/// The path segment of an id that follows `marker`, in any case.
pub(in crate::formats) fn after(id: &str, marker: &str) -> Option<String> {
    let at = id.to_ascii_lowercase().find(&marker.to_ascii_lowercase())?;
    id.get(at + marker.len()..)?.split('/').next().map(str::to_owned)
}

/// The resources of a template: a list, or since `languageVersion` 2.0 an object of symbolic names.
pub(in crate::formats) fn resources(member: &Member) -> impl Iterator<Item = &Json> {
    member.value.items().iter().chain(member.value.members().iter().map(|named| &named.value))
}

/// Why what `json` describes may be there once, often or not at all: a template's `condition` or `copy`.
pub(in crate::formats) fn only_if(json: &Json, template: Template<'_>) -> Option<Reason> {
    let inner = json.get("properties").unwrap_or(json);
    let open = |key: &&str| {
        let member = json.member(key).or_else(|| inner.member(key))?;
        let always = *key == "condition" && template.truth(&member.value) == Some(true);
        (!always).then_some(member)
    };
    let member = ["condition", "copy"].iter().find_map(open)?;
    let text = format!("the template's \"{}\" decides which rules are made", member.key);
    template.is_template.then(|| Reason::new(text).at(member.span()))
}

/// Whether a template's `condition` leaves the resource out.
pub(in crate::formats) fn left_out(json: &Json, template: Template<'_>) -> bool {
    template.is_template && json.get("condition").and_then(|condition| template.truth(condition)) == Some(false)
}

/// Whether the type of any resource inside holds one of these words.
pub(in crate::formats) fn mentions(json: &Json, words: &[&str]) -> bool {
    let mut found = false;
    json.walk(&mut |part| {
        let kind = part.get("type").and_then(Json::as_str).unwrap_or_default().to_ascii_lowercase();
        found |= words.iter().any(|word| kind.contains(word));
    });
    found
}
