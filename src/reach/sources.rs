//! The kinds of source that the rules of a device tell apart.

use super::facts::short;
use super::{Question, TagTable, Views};
use crate::addresses::{AddressSet, Family};
use crate::policy::{Condition, Gate};

/// With more kinds of source than this, each rule about sources is left open by itself.
const MAX_KINDS: usize = 8;

/// The question from each kind of source, with the source as text; once as it is where sources make no difference. Traffic
/// to destinations of `families` comes from the same IP version, unless a proxy stands between.
pub(super) fn questions(
    device: &Views<'_>,
    question: &Question,
    tags: &dyn TagTable,
    families: &[Family],
) -> Vec<(String, Question)> {
    let whole = || vec![(String::new(), question.clone())];
    let Some(asked) = asked(device, question, families) else { return whole() };
    let mut kinds = vec![asked.clone()];
    for set in gates(device).flat_map(super::lists::rules).flat_map(|rule| named(&rule.when, tags)) {
        kinds = kinds.iter().flat_map(|kind| [kind.intersection(&set), kind.minus(&set)]).collect();
        kinds.retain(|kind| !kind.is_empty());
        if kinds.len() > MAX_KINDS {
            return whole();
        }
    }
    if kinds.len() < 2 {
        return whole();
    }
    let whose = if question.behind_proxy { "a proxy at " } else { "" };
    let one = |kind: AddressSet| {
        let text = format!("{whose}{}", text(&kind, &asked));
        (text, Question { source: Some(kind), ..question.clone() })
    };
    kinds.into_iter().map(one).collect()
}

/// A kind of source, or what it leaves out if that is shorter.
fn text(kind: &AddressSet, asked: &AddressSet) -> String {
    let others = asked.minus(kind);
    match others.prefixes().len() < kind.prefixes().len() {
        true => format!("anywhere but {}", short(&others)),
        false => short(kind),
    }
}

fn gates<'a>(device: &'a Views<'_>) -> impl Iterator<Item = &'a Gate> {
    device.iter().flat_map(|vantage| vantage.all_gates())
}

/// The sources that are asked about; `None` if the gates do not see the same.
fn asked(device: &Views<'_>, question: &Question, families: &[Family]) -> Option<AddressSet> {
    let first = gates(device).next()?;
    let alike = gates(device).all(|gate| gate.sources == first.sources && gate.speaks.proxy == first.speaks.proxy);
    let whole = match &question.source {
        Some(source) => source,
        None => &first.sources,
    };
    let own: Vec<AddressSet> = families.iter().map(|&family| whole.only(family)).collect();
    let asked = if first.speaks.proxy { whole.clone() } else { AddressSet::union_all(&own) };
    alike.then_some(asked)
}

/// The sets of sources that a condition names.
fn named(condition: &Condition, tags: &dyn TagTable) -> Vec<AddressSet> {
    match condition {
        Condition::Source(set) => vec![set.clone()],
        Condition::SourceTag(tag) => tags.addresses(tag).cloned().into_iter().collect(),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(|part| named(part, tags)).collect(),
        Condition::Not(part) => named(part, tags),
        _ => Vec::new(),
    }
}
