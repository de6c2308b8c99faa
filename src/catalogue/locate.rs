//! Where in a catalogue's text something is wrong: the entry by its id, and the line.

use crate::problem::Problem;
use crate::source::{Source, Span};
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::fmt::Write;

/// One step from the top of the text towards an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The way to an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trail(pub Vec<Step>);

impl Trail {
    pub fn key(&self, key: &str) -> Trail {
        self.step(Step::Key(key.to_owned()))
    }

    pub fn index(&self, index: usize) -> Trail {
        self.step(Step::Index(index))
    }

    fn step(&self, step: Step) -> Trail {
        let mut steps = self.0.clone();
        steps.push(step);
        Trail(steps)
    }

    pub fn complain(&self, message: impl Into<String>) -> Complaint {
        Complaint { trail: self.clone(), message: message.into(), line: None }
    }
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub trail: Trail,
    /// A sentence without its full stop.
    pub message: String,
    /// The line, where the text is no JSON that a trail could lead through.
    pub line: Option<u32>,
}

impl Complaint {
    pub fn into_problem(self, source: &Source) -> Problem {
        let place = Place::find(source.text(), &self.trail.0);
        let line = self.line.or_else(|| place.offset.map(|offset| source.line_number(offset as u32)));
        let mut message = source.name().to_owned();
        if let Some(line) = line {
            let _ = write!(message, ", line {line}");
        }
        for word in &place.words {
            let _ = write!(message, ", {word}");
        }
        let _ = write!(message, ": {}.", self.message);
        let problem = Problem::error("bad-catalogue", message);
        match line.and_then(|line| span_of(source, line)) {
            Some(span) => problem.at(span),
            None => problem,
        }
    }
}

fn span_of(source: &Source, line: u32) -> Option<Span> {
    source.lines().find(|found| found.number == line).map(|found| found.span)
}

/// An entry in words, and where it starts.
#[derive(Default)]
struct Place {
    words: Vec<String>,
    offset: Option<usize>,
}

impl Place {
    fn find(text: &str, steps: &[Step]) -> Place {
        let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
        let top = parsed.ok().and_then(|parsed| parsed.value);
        let mut place = Place { words: Vec::new(), offset: top.as_ref().map(|top| top.range().start) };
        let mut here = top.as_ref();
        let mut list = String::new();
        for step in steps {
            here = here.and_then(|value| child(value, step));
            place.offset = here.map_or(place.offset, |value| Some(value.range().start));
            place.name(step, here, &mut list);
        }
        if !list.is_empty() {
            place.words.push(list);
        }
        place
    }

    /// Adds the step to the words; `list` is the field that an index may follow.
    fn name(&mut self, step: &Step, value: Option<&Value<'_>>, list: &mut String) {
        match step {
            Step::Key(key) if list.is_empty() => list.clone_from(key),
            Step::Key(key) => *list = format!("{list}.{key}"),
            Step::Index(index) => match list.as_str() {
                "scenarios" | "requirements" => {
                    let kind = std::mem::take(list);
                    self.words.push(entry_name(kind.trim_end_matches('s'), *index, value));
                }
                _ => *list = format!("{list}[{index}]"),
            },
        }
    }
}

fn entry_name(kind: &str, index: usize, value: Option<&Value<'_>>) -> String {
    let id = value.and_then(Value::as_object).and_then(id);
    id.map_or_else(|| format!("{kind} number {}", index + 1), |id| format!("{kind} \"{id}\""))
}

fn id<'a>(object: &'a Object<'_>) -> Option<&'a str> {
    Some(object.get("id")?.value.as_string_lit()?.value.as_ref())
}

fn child<'a, 'b>(value: &'a Value<'b>, step: &Step) -> Option<&'a Value<'b>> {
    match step {
        Step::Key(key) => Some(&value.as_object()?.get(key)?.value),
        Step::Index(index) => value.as_array()?.elements.get(*index),
    }
}
