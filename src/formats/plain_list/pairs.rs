//! Addresses side by side: two of them, the ends of a range, or a source and a destination.

use super::doubt::Doubt;
use super::lines::{Entry, Item, Limits, Meant, is_entry};
use super::tokens::{Token, What, Written, single_address};
use crate::addresses::AddressSet;
use std::net::IpAddr;

const RANGE: &str = "two addresses side by side may be the ends of a range";

/// Words between a source and a destination.
const ARROWS: &[&str] = &["->", "-->", "=>", ">", "\u{2192}", "to", "nach", "towards"];

/// Whether the words between two addresses make a range of them: `to` may as well lead from a source to a destination.
pub(super) fn is_range(first: IpAddr, between: &str, last: IpAddr) -> bool {
    let near = match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => first.octets()[..2] == last.octets()[..2],
        (IpAddr::V6(first), IpAddr::V6(last)) => first.segments()[..2] == last.segments()[..2],
        _ => false,
    };
    between != "to" || near
}

/// Whether the addresses of a line may be a source and a destination: two in a row, an arrow, a private beside a public
/// one.
pub(super) fn side_by_side(items: &[Item<'_>]) -> bool {
    let placed: Vec<(usize, Option<&AddressSet>)> = items.iter().filter_map(address).take(4).collect();
    let count = placed.len();
    if count < 2 {
        return false;
    }
    let arrow = items.iter().any(|item| item.token == Token::Word && ARROWS.contains(&&*item.text.to_lowercase()));
    let public = AddressSet::public();
    let outside = placed.iter().filter_map(|(_, set)| *set).filter(|set| !set.intersection(&public).is_empty()).count();
    let mixed = count < 4 && outside > 0 && outside < count;
    arrow || mixed || (count == 2 && placed[0].0 == placed[1].0)
}

/// The segment of an item that is an address, and its set unless it is damaged.
fn address<'a>(item: &'a Item<'_>) -> Option<(usize, Option<&'a AddressSet>)> {
    match &item.token {
        Token::Entry(Written { what: What::Addresses { set, .. }, .. }) => Some((item.segment, Some(set))),
        Token::Damaged(_) => Some((item.segment, None)),
        _ => None,
    }
}

/// What stands between two addresses side by side, which may be the ends of a range.
pub(super) fn perhaps_range(items: &[Item<'_>], limits: &Limits) -> Option<Entry> {
    let mut entries = items.iter().filter(|item| is_entry(&item.token));
    let (first, last) = (entries.next()?, entries.next()?);
    if entries.next().is_some() || first.segment != last.segment {
        return None;
    }
    let (start, end) = (single_address(&first.text)?, single_address(&last.text)?);
    let what = What::Addresses { set: AddressSet::from_range(start, end)?, host_bits: None };
    let written = Written::plain(what);
    Some(Entry {
        text: format!("{start} {end}"),
        meant: Meant::Written(written),
        limits: limits.clone(),
        denied: false,
        doubt: Some(Doubt::void(RANGE)),
    })
}
