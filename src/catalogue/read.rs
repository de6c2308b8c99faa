use super::Catalogue;
use super::check::check;
use super::locate::{Complaint, Step, Trail};
use crate::problem::Problem;
use crate::source::Source;
use serde_path_to_error::Segment;

impl Catalogue {
    /// Reads a catalogue: a user's own, in the place of the built-in one.
    ///
    /// # Errors
    /// A sentence that names the file, the line, the scenario, the requirement and the field that is wrong.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Catalogue, Problem> {
        let source = Source::read(name, 0, bytes)?;
        parse(source.text()).map_err(|complaint| complaint.into_problem(&source))
    }
}

/// Reads and checks the text of a catalogue.
pub(super) fn parse(text: &str) -> Result<Catalogue, Complaint> {
    serde_json::from_str::<serde_json::Value>(text).map_err(|error| syntax(&error))?;
    let reader = &mut serde_json::Deserializer::from_str(text);
    let catalogue = serde_path_to_error::deserialize(reader).map_err(|error| Complaint {
        trail: Trail(error.path().iter().filter_map(step).collect()),
        message: message(error.inner()),
        line: None,
    })?;
    check(&catalogue)?;
    Ok(catalogue)
}

fn syntax(error: &serde_json::Error) -> Complaint {
    let message = format!("this is not JSON: {} at column {}", message(error), error.column());
    Complaint { line: u32::try_from(error.line()).ok(), ..Trail::default().complain(message) }
}

/// What is wrong, without the place, which serde_json puts behind.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}
