//! Statements that change what others have set: `delete`, `move`, `rename`, `copy`.

use crate::formats::panos::tree::Node;
use crate::formats::panos::words::Word;
use crate::policy::LineUse;
use crate::source::Span;

fn texts(path: &[Word]) -> Vec<&str> {
    path.iter().map(|word| word.text.as_str()).collect()
}

pub(super) fn delete(root: &mut Node, path: &[Word]) -> Option<LineUse> {
    let names = texts(path);
    let (last, above) = names.split_last()?;
    if let Some(parent) = root.at_mut(above) {
        parent.retain(|child| child.name != *last);
    }
    Some(LineUse::Used)
}

pub(super) fn reorder(root: &mut Node, path: &[Word]) -> Option<LineUse> {
    let names = texts(path);
    let (above, name, to) = match names.as_slice() {
        [above @ .., name, to @ ("top" | "bottom")] => (above, name, (*to, "")),
        [above @ .., name, to @ ("before" | "after"), other] => (above, name, (*to, *other)),
        _ => return None,
    };
    let parent = root.at_mut(above)?;
    let from = parent.position(name)?;
    let node = parent.children.remove(from);
    let at = match to {
        ("top", _) => 0,
        ("bottom", _) => parent.children.len(),
        (side, other) => match parent.position(other) {
            Some(at) => at + usize::from(side == "after"),
            None => {
                parent.children.insert(from, node);
                return None;
            }
        },
    };
    parent.children.insert(at, node);
    Some(LineUse::Used)
}

/// Renaming an object renames what refers to it as well.
pub(super) fn rename(root: &mut Node, path: &[Word], span: Span) -> Option<LineUse> {
    let names = texts(path);
    let [above @ .., old, "to", new] = names.as_slice() else { return None };
    let parent = root.at_mut(above)?;
    let at = parent.position(old)?;
    parent.children[at].name = (*new).to_owned();
    parent.children[at].span.start = parent.children[at].span.start.min(span.start);
    let kind = above.last().copied().unwrap_or_default();
    rename_uses(root, fields_of(kind), old, new);
    Some(LineUse::Used)
}

pub(super) fn copy(root: &mut Node, path: &[Word], span: Span) -> Option<LineUse> {
    let names = texts(path);
    let [above @ .., old, "to", new] = names.as_slice() else { return None };
    let parent = root.at_mut(above)?;
    let mut copy = parent.child(old)?.clone();
    copy.name = (*new).to_owned();
    copy.span = span;
    parent.children.push(copy);
    Some(LineUse::Used)
}

/// The fields that may name an object of some kind.
fn fields_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "address" | "address-group" | "external-list" | "region" => &["source", "destination", "static", "category"],
        "service" | "service-group" => &["service", "members"],
        "application-group" | "application-filter" | "application" => &["application", "members"],
        "custom-url-category" => &["category", "allow", "alert", "block", "continue", "override"],
        "url-filtering" => &["url-filtering"],
        "profile-group" => &["group"],
        _ => &[],
    }
}

/// Deeper trees than a configuration's are not made by its grammar.
fn rename_uses(node: &mut Node, fields: &[&str], old: &str, new: &str) {
    for child in &mut node.children {
        if fields.contains(&child.name.as_str()) {
            let values = child.changing().children.iter_mut();
            for value in values.filter(|value| value.name == old && value.children.is_empty()) {
                value.name = new.to_owned();
            }
        }
        rename_uses(child, fields, old, new);
    }
}
