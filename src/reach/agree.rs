//! One answer from several points of view: it stands only where all have it.

use super::{Outcome, Part, merged};
use crate::policy::Reason;

/// A device as it is seen from one vantage, for one kind of source.
pub(super) struct View<'a, T> {
    pub vantage: &'a str,
    /// The sources as text; empty where they make no difference.
    pub source: String,
    pub parts: Vec<Part<T>>,
}

/// The parts on which the views agree, or not: those of the first view cut along those of the others.
pub(super) fn agree<T: Clone>(views: Vec<View<'_, T>>, common: impl Fn(&T, &T) -> Option<T>) -> Vec<Part<T>> {
    let mut rest = views.iter();
    let Some(first) = rest.next() else { return Vec::new() };
    let mut met: Vec<(T, Vec<&Part<T>>)> = first.parts.iter().map(|part| (part.of.clone(), vec![part])).collect();
    for view in rest {
        let pairs = met.iter().flat_map(|before| view.parts.iter().map(move |part| (before, part)));
        met = pairs
            .filter_map(|((of, parts), part)| Some((common(of, &part.of)?, [parts.as_slice(), &[part]].concat())))
            .collect();
    }
    met.into_iter().map(|(of, parts)| together(of, &parts, &views)).collect()
}

fn together<T: Clone>(of: T, parts: &[&Part<T>], views: &[View<'_, T>]) -> Part<T> {
    let first = parts[0];
    let other = parts.iter().position(|part| (part.outcome, &part.route) != (first.outcome, &first.route));
    let mut by = Vec::new();
    for each in parts.iter().flat_map(|part| &part.by) {
        if !by.contains(each) {
            by.push(each.clone());
        }
    }
    let reasons = parts.iter().fold(Vec::new(), |all, part| merged(&all, &part.reasons));
    match other {
        None => {
            let behind = parts.iter().find_map(|part| part.behind.clone());
            Part { of, outcome: first.outcome, by, reasons, behind, route: first.route.clone() }
        }
        Some(at) => {
            let which = differ(first, &views[0], parts[at], &views[at]);
            Part { of, outcome: Outcome::Undecided, by, reasons: merged(&reasons, &[which]), behind: None, route: None }
        }
    }
}

fn differ<T>(a: &Part<T>, seen: &View<'_, T>, b: &Part<T>, other: &View<'_, T>) -> Reason {
    let (one, two) = (does(a), does(b));
    Reason::new(match seen.vantage == other.vantage {
        true => {
            format!("it {one} from {} and {two} from {}; say where the traffic comes from", seen.source, other.source)
        }
        false => format!(
            "it {one} seen from `{}` and {two} seen from `{}`; choose the vantage that applies",
            seen.vantage, other.vantage
        ),
    })
}

/// "is let through", "goes by `PROXY px1.corp:8080`"
fn does<T>(part: &Part<T>) -> String {
    part.route.as_ref().map_or_else(|| part.outcome.verb().to_owned(), |route| format!("goes by `{}`", route.text()))
}
