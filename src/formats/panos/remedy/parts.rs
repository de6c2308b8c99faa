//! Pieces of a configuration to add, and how each spelling writes them.

use crate::formats::panos::recognise::Spelling;

/// An object and the section it goes into.
pub(super) struct Addition {
    pub section: &'static [&'static str],
    pub part: Part,
}

pub(super) enum Part {
    Entry(String, Vec<Part>),
    Field(&'static str, Vec<Part>),
    List(&'static str, Vec<String>),
    Value(&'static str, String),
}

impl Part {
    /// One command a value.
    pub fn commands(&self, before: &str, text: &mut String) {
        match self {
            Part::Entry(name, parts) => {
                let before = format!("{before}{} ", quoted(name));
                parts.iter().for_each(|part| part.commands(&before, text));
            }
            Part::Field(name, parts) => {
                parts.iter().for_each(|part| part.commands(&format!("{before}{name} "), text));
            }
            Part::List(name, values) => {
                values.iter().for_each(|value| *text += &format!("{before}{name} {}\n", quoted(value)));
            }
            Part::Value(name, value) => *text += &format!("{before}{name} {}\n", quoted(value)),
        }
    }

    /// As XML or with braces.
    pub fn fragment(&self, spelling: Spelling, text: &mut String) {
        let inner = |parts: &[Part]| {
            let mut text = String::new();
            parts.iter().for_each(|part| part.fragment(spelling, &mut text));
            text
        };
        *text += &match (self, spelling) {
            (Part::Entry(name, parts), Spelling::Xml) => {
                format!("<entry name=\"{}\">\n{}</entry>\n", escaped(name), inner(parts))
            }
            (Part::Entry(name, parts), _) => format!("{} {{\n{}}}\n", quoted(name), inner(parts)),
            (Part::Field(name, parts), _) => wrapped(name, &inner(parts), spelling),
            (Part::List(name, values), Spelling::Xml) => {
                let members: String =
                    values.iter().map(|value| format!("<member>{}</member>\n", escaped(value))).collect();
                wrapped(name, &members, spelling)
            }
            (Part::List(name, values), _) => {
                let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                format!("{name} [\n{}\n];\n", values.join("\n"))
            }
            (Part::Value(name, value), Spelling::Xml) => format!("<{name}>{}</{name}>\n", escaped(value)),
            (Part::Value(name, value), _) => format!("{name} {};\n", quoted(value)),
        };
    }
}

/// A section around what it holds.
pub(super) fn wrapped(name: &str, inner: &str, spelling: Spelling) -> String {
    match spelling {
        Spelling::Xml => format!("<{name}>\n{inner}</{name}>\n"),
        _ => format!("{name} {{\n{inner}}}\n"),
    }
}

/// The sections of a path around what the innermost holds.
pub(super) fn nested(path: &[&str], inner: &str, spelling: Spelling) -> String {
    path.iter().rev().fold(inner.to_owned(), |inner, name| wrapped(name, &inner, spelling))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A word of the command line.
pub(super) fn quoted(word: &str) -> String {
    let bare = !word.is_empty() && !word.contains([' ', '"', '\'', '[', ']', '{', '}', ';', '\\']);
    if bare { word.to_owned() } else { format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")) }
}
