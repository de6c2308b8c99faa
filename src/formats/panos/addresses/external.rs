//! External dynamic lists: their files, and what stands on a line of a list of addresses.

use crate::addresses::{AddressSet, parse_entry};
use crate::formats::panos::context::Context;
use crate::formats::panos::tree::Node;
use crate::problem::{Problem, quote};
use crate::source::Source;
use std::net::IpAddr;

/// What a line of a list of addresses is for the firewall.
pub(super) enum Line {
    Empty,
    Entry(AddressSet),
    /// It begins like an entry, and is none as they are documented.
    Perhaps(AddressSet),
    Ignored,
}

/// An entry is an address, a prefix or a range; a blank ends it ("Formatting Guidelines for an External Dynamic List",
/// docs.paloaltonetworks.com). Other lines are ignored ("What Happens When the Dynamic Block List Contains Incorrectly
/// Formatted Lines?", knowledgebase.paloaltonetworks.com).
pub(super) fn line(text: &str) -> Line {
    let Some(word) = text.split_whitespace().next().filter(|word| !word.starts_with('#')) else { return Line::Empty };
    let end = word.find(|c: char| !c.is_ascii_hexdigit() && !".:/-".contains(c)).unwrap_or(word.len());
    match parse_entry(&word[..end]) {
        Some(Ok(entry)) if end == word.len() && is_documented(word) => Line::Entry(entry.set),
        Some(Ok(entry)) => Line::Perhaps(entry.set),
        _ => Line::Ignored,
    }
}

fn is_documented(entry: &str) -> bool {
    let is_address = |text: &str| text.parse::<IpAddr>().is_ok();
    match (entry.split_once('/'), entry.split_once('-')) {
        (Some((address, length)), _) => is_address(address) && length.bytes().all(|byte| byte.is_ascii_digit()),
        (None, Some((first, last))) => is_address(first) && is_address(last),
        (None, None) => is_address(entry),
    }
}

/// The attached file of an external list of some type: called like the list, or like the end of its URL.
pub(in crate::formats::panos) fn attached<'a>(
    context: &mut Context<'a>,
    node: &Node,
    kind: &str,
) -> Option<&'a Source> {
    let input = context.input;
    let of_kind = node.all(&["type", kind]).into_iter().next()?;
    let url = of_kind.value("url").unwrap_or_default();
    let with_ending = format!("{}.txt", node.name);
    let candidates = [node.name.as_str(), with_ending.as_str(), url];
    let found = candidates.iter().filter(|name| !name.is_empty()).find_map(|name| input.attachment(name));
    if found.is_none() {
        let message = format!("The external list `{}` is not attached ({}).", node.name, quote(url));
        let hint = "Attach the text of the list, named like the list or like the end of its URL.";
        context.say(Problem::warning("missing-list-file", message).at(node.span).hint(hint));
    }
    // Whether the firewall skips the mark is not documented.
    let marked = found.filter(|file| !file.line_text(1).trim_start().starts_with('#'));
    marked.and_then(Source::mark_problem).into_iter().for_each(|problem| context.say(problem));
    found
}
