//! The sets of `ipset save` and `ipset list`, as written.

use crate::addresses::Family;
use crate::source::Span;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub(super) struct Set {
    /// `hash:net,port` cut at its signs: `hash`, then `net` and `port`.
    pub method: String,
    pub dimensions: Vec<String>,
    pub options: Vec<String>,
    pub span: Span,
    pub elements: Vec<Element>,
    /// How many elements `ipset list` says there are.
    pub expected: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Element {
    pub text: String,
    pub options: Vec<String>,
    pub span: Span,
}

impl Element {
    /// An element with its options, without its comment.
    pub fn new(text: &str, options: &[String], span: Span) -> Element {
        let comment = options.iter().position(|word| word == "comment");
        let kept =
            options.iter().enumerate().filter(|(at, _)| comment.is_none_or(|from| ![from, from + 1].contains(at)));
        Element { text: text.to_owned(), options: kept.map(|(_, word)| word.clone()).collect(), span }
    }
}

impl Set {
    /// A set of a type such as `hash:net,port`.
    pub fn new(type_name: &str, options: &[String], span: Span) -> Set {
        let (method, dimensions) = type_name.split_once(':').unwrap_or((type_name, ""));
        Set {
            method: method.to_owned(),
            dimensions: dimensions.split(',').map(str::to_owned).collect(),
            options: options.to_vec(),
            span,
            elements: Vec::new(),
            expected: None,
        }
    }

    /// Whether elements are missing in the paste.
    pub fn is_cut(&self) -> bool {
        self.expected.is_some_and(|count| count > self.elements.len())
    }

    /// The value of an option of its creation.
    pub fn option(&self, name: &str) -> Option<&str> {
        let at = self.options.iter().position(|word| word == name)?;
        self.options.get(at + 1).map(String::as_str)
    }

    pub fn family(&self) -> Option<Family> {
        match (self.method.as_str(), self.option("family")) {
            ("list", _) => None,
            (_, Some("inet6")) => Some(Family::V6),
            _ if self.dimensions == ["port"] => None,
            _ => Some(Family::V4),
        }
    }
}

pub(super) type Sets = BTreeMap<String, Set>;

/// Takes a line of `ipset save`: whether it is one.
pub(super) fn take(sets: &mut Sets, words: &[String], span: Span) -> bool {
    let words: &[String] = match words.first().map(String::as_str) {
        Some("ipset") => &words[1..],
        _ => words,
    };
    let keeps = words.iter().any(|word| ["-exist", "-!"].contains(&word.as_str()));
    let words: Vec<String> = words.iter().filter(|word| !["-exist", "-!"].contains(&word.as_str())).cloned().collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["create" | "-N", name, ..] if keeps && sets.contains_key(*name) => true,
        ["create" | "-N", name, type_name, ..] if type_name.contains(':') => {
            sets.insert((*name).to_owned(), Set::new(type_name, &words[3..], span));
            true
        }
        ["add" | "-A", name, text, ..] if words[0] == "add" || sets.contains_key(*name) => match sets.get_mut(*name) {
            Some(set) => {
                set.elements.push(Element::new(text, &words[3..], span));
                true
            }
            None => false,
        },
        ["swap" | "-W", one, other] => {
            let (first, second) = (sets.remove(*one), sets.remove(*other));
            let both = first.is_some() && second.is_some();
            sets.extend(first.map(|set| ((*other).to_owned(), set)));
            sets.extend(second.map(|set| ((*one).to_owned(), set)));
            both
        }
        ["rename" | "-E", old, new] => {
            let set = sets.remove(*old);
            sets.extend(set.map(|set| ((*new).to_owned(), set)));
            true
        }
        ["flush" | "-F", name] if sets.contains_key(*name) || words[0] == "flush" => {
            sets.get_mut(*name).into_iter().for_each(|set| set.elements.clear());
            true
        }
        ["flush"] => {
            sets.values_mut().for_each(|set| set.elements.clear());
            true
        }
        ["destroy", names @ ..] => {
            sets.retain(|name, _| !names.is_empty() && !names.contains(&name.as_str()));
            true
        }
        ["del", name, text, ..] => match sets.get_mut(*name) {
            Some(set) => {
                let before = set.elements.len();
                set.elements.retain(|element| element.text != *text);
                // It may be a part of another element; what the set then holds is not known.
                let part = set.elements.len() == before;
                let unknown = Element { text: format!("without {text}"), options: Vec::new(), span };
                set.elements.extend(part.then_some(unknown));
                true
            }
            None => false,
        },
        _ => false,
    }
}
