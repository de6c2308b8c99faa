//! Rules: what they compare, and what they do.

use super::fields::fields;
use super::flags::flags;
use super::mangle;
use super::matches::{Context, closing, compared, elements_test, split};
use super::statements::{Effect, harmless, is_open, is_quiet, verdict};
use super::tokens::{Token, span};
use super::values::{Field, unknown, version};
use crate::policy::{Action, Condition, LineUse, Rule, Then};
use crate::problem::{Problem, quote};

/// The effects of a rule, each with its condition. None for a rule that only counts or logs.
pub(super) fn effects(words: &[Token], context: &mut Context<'_>) -> Vec<(Condition, Effect)> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let rest = &words[at..];
        if let Some(effect) = verdict(rest, context) {
            return vec![(Condition::All(parts), effect)];
        }
        if let Some(length) = harmless(rest) {
            at += length;
            continue;
        }
        if let Some((condition, length)) = flags(rest) {
            parts.push(condition);
            at += length;
            continue;
        }
        let Some((fields, next)) = fields(words, at, context) else { return open(words, at, parts, context) };
        let next_is = |word: &str| words.get(next).is_some_and(|next| next.is(word));
        if next_is("vmap") {
            return mapped(&fields, words, next + 1, parts, context);
        }
        if next_is("set") {
            if !mangle::changes_no_way(rest) {
                return vec![(Condition::All(parts), Effect::Rewrites)];
            }
            parts.extend(fields.iter().map(Field::needs));
            parts.extend(mangle::family(rest).map(version));
            match mangle::behind_value(words, next + 1, context) {
                Some(behind) => at = behind,
                None => return written(words, next, parts, context),
            }
            continue;
        }
        match compared(&fields, words, next, context) {
            Some((condition, next)) => {
                parts.push(condition);
                at = next;
            }
            None => return open(words, at, parts, context),
        }
    }
    Vec::new()
}

/// An expression that is not understood: what stands at the end still says what the rule does.
fn open(words: &[Token], at: usize, mut parts: Vec<Condition>, context: &mut Context<'_>) -> Vec<(Condition, Effect)> {
    let rest = &words[at..];
    let shown = spell(rest);
    let text = match is_open(rest) {
        true => format!("what `{shown}` finds is not in the ruleset"),
        false => {
            context.notes.record_all(rest, LineUse::NotUnderstood);
            let message = format!("`{shown}` is not understood; the rule is left undecided.");
            context.notes.tell(Problem::warning("unknown-expression", message).at(rest[0].span));
            format!("`{shown}` is not understood")
        }
    };
    parts.push(unknown(&text, words));
    if rest.iter().any(|word| word.is("vmap")) {
        return vec![(Condition::All(parts), Effect::Open(text))];
    }
    let last = (at..words.len()).find_map(|from| verdict(&words[from..], context));
    match last {
        Some(effect) => vec![(Condition::All(parts), effect)],
        None if is_quiet(rest) => Vec::new(),
        None => vec![(Condition::All(parts), Effect::Open(text))],
    }
}

/// An expression as a sentence shows it: up to what the rule does.
fn spell(words: &[Token]) -> String {
    const SHOWN: usize = 6;
    let ends = |word: &&Token| {
        !["accept", "drop", "reject", "jump", "goto", "return", "counter"].iter().any(|end| word.is(end))
    };
    let texts: Vec<&str> = words.iter().take_while(ends).take(SHOWN).map(|word| word.text.as_str()).collect();
    quote(&texts.join(" ").replace(" ,", ","))
}

/// A value that is not understood is written; where it ends is not known, and what stands at the end of the rule may have
/// conditions.
fn written(
    words: &[Token],
    at: usize,
    mut parts: Vec<Condition>,
    context: &mut Context<'_>,
) -> Vec<(Condition, Effect)> {
    let last = (at..words.len()).find_map(|from| verdict(&words[from..], context));
    parts.push(unknown("what stands behind the value that the rule writes is not understood", words));
    last.map(|effect| (Condition::All(parts), effect)).into_iter().collect()
}

/// `vmap { 10.0.0.1 : accept, 10.0.0.2 : jump x }`, or the name of such a map.
fn mapped(
    fields: &[Field],
    words: &[Token],
    at: usize,
    parts: Vec<Condition>,
    context: &mut Context<'_>,
) -> Vec<(Condition, Effect)> {
    let table = context.table;
    let named = words.get(at).and_then(|word| word.text.strip_prefix('@'));
    let elements = match named {
        None => split(words.get(at + 1..closing(words, at)).unwrap_or_default(), ","),
        Some(name) => match table.sets.get(name).filter(|set| !set.changes && !set.elements.is_empty()) {
            Some(set) => split(&set.elements, ","),
            None => {
                let text = format!("what the map `{}` holds is not in the paste", quote(name));
                if !table.sets.contains_key(name) {
                    let problem =
                        Problem::warning("missing-set", format!("The map `{}` is not in the paste.", quote(name)));
                    context.notes.tell(problem.at(words[at].span));
                }
                return vec![(unknown(&text, &words[at..=at]), Effect::Open(text))];
            }
        },
    };
    let behind = if named.is_some() { at + 1 } else { closing(words, at) + 1 };
    if (behind..words.len()).any(|from| verdict(&words[from..], context).is_some()) {
        let text = "what stands behind the map is not followed".to_owned();
        return vec![(Condition::All(parts), Effect::Open(text))];
    }
    let needs: Vec<Condition> = parts.into_iter().chain(fields.iter().map(Field::needs)).collect();
    let (mut found, mut keys, mut otherwise) = (Vec::new(), Vec::new(), None);
    for element in elements {
        let colon = element.iter().position(|word| word.is(":")).unwrap_or(element.len());
        let key = &element[..colon];
        let effect = element.get(colon + 1..).and_then(|rest| verdict(rest, context));
        let goes_on = element.get(colon + 1).is_some_and(|word| word.is("continue"));
        let effect = effect.unwrap_or_else(|| Effect::Open("the entry of the map is not understood".to_owned()));
        if key.len() == 1 && key[0].is("*") {
            otherwise = Some(effect).filter(|_| !goes_on);
            continue;
        }
        let test = elements_test(fields, &[key]);
        keys.push(key);
        if !goes_on {
            found.push((Condition::All(needs.iter().cloned().chain([test]).collect()), effect));
        }
    }
    let rest = otherwise.map(|effect| {
        let none = elements_test(fields, &keys).negate();
        (Condition::All(needs.iter().cloned().chain([none]).collect()), effect)
    });
    found.into_iter().chain(rest).collect()
}

/// The rules of the policy that have these effects.
pub(super) fn rules(words: &[Token], effects: Vec<(Condition, Effect)>) -> Vec<Rule> {
    let name: Vec<&str> = words.iter().take(24).map(|word| word.text.as_str()).collect();
    let name = quote(&name.join(" ").replace(" , ", ", "));
    let rule = |then: Then, when: Condition| Rule { name: name.clone(), span: span(words), then, when };
    let both = |when: Condition, text: &str| {
        let open = |when: &Condition| Condition::All(vec![when.clone(), unknown(text, words)]);
        vec![rule(Action::Allow.into(), open(&when)), rule(Action::Deny.into(), open(&when))]
    };
    let of = |(when, effect): (Condition, Effect)| match effect {
        Effect::Then(then) => vec![rule(then, when)],
        Effect::Open(text) => both(when, &text),
        Effect::Rewrites => both(when, "the rule sends the traffic to another place, which other rules decide on"),
    };
    effects.into_iter().flat_map(of).collect()
}
