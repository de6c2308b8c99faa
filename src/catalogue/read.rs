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

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{ "$schema": "catalogue.schema.json",
  "catalogueVersion": "2026112200",
  "updated": "2026-11-22",
  "sources": {"A": {"title": "a page", "where": "a table", "date": "2025", "lastVerified": "2026-11-22"}},
  "facts": {
    "build": {"title": "Build", "type": "integer", "help": "winver"},
    "phase": {"title": "Phase", "type": "choice", "values": ["install", "run"], "help": "now"}
  },
  "scenarios": [{
    "id": "my.service",
    "title": "Mine",
    "service": "Own",
    "cloud": "public",
    "summary": "What we need.",
    "notes": [{"text": "Know this.", "source": ["A"]}],
    "requirements": [{
      "id": "names",
      "purpose": "Work",
      "required": true,
      "urls": ["*.example.com"],
      "ips": ["192.0.2.0/24"],
      "serviceTags": ["Storage.WestEurope"],
      "bgpCommunities": [{"label": "Storage", "perRegion": "storage"}],
      "tcpPorts": [443],
      "when": {"all": [{"fact": "build", "op": "ge", "value": 1}]},
      "source": ["A"]
    },
    {"id": "more", "purpose": "More", "required": false, "urls": ["a.example"], "tcpPorts": [80], "source": ["A"]}]
  }]
}"#;

    fn message(text: &str) -> String {
        Catalogue::read("my.json", text.as_bytes()).unwrap_err().message
    }

    #[test]
    fn a_good_catalogue_is_read_and_written_back() {
        let catalogue = Catalogue::read("my.json", GOOD.as_bytes()).unwrap();
        assert_eq!(catalogue.scenarios[0].requirements.len(), 2);
        let written = serde_json::to_vec(&catalogue).unwrap();
        assert_eq!(Catalogue::read("again.json", &written).unwrap(), catalogue);
    }

    /// Each row: what is written in place of what, and the entry and the fault that the error has to name.
    #[test]
    fn an_error_names_the_file_the_line_and_the_entry() {
        let names = "my.json, line ";
        let row = "scenario \"my.service\", requirement \"names\", ";
        for (old, new, line, entry, fault) in [
            (
                "*.example.com",
                "https://example.com/x",
                20,
                "urls[0]",
                "\"https://example.com/x\" is neither a host name",
            ),
            ("*.example.com", "*example.com", 20, "urls[0]", "\"*example.com\""),
            ("192.0.2.0/24", "192.0.2.0/33", 21, "ips[0]", "invalid IP address syntax"),
            ("Storage.WestEurope", "Storage West", 22, "serviceTags[0]", "\"Storage West\" is no service tag"),
            ("\"perRegion\": \"storage\"", "\"value\": \"x\"", 23, "bgpCommunities[0]", "\"x\" is no BGP community"),
            ("\"storage\"", "\"tape\"", 23, "bgpCommunities[0].perRegion", "unknown variant `tape`"),
            ("[443]", "[0]", 24, "tcpPorts[0]", "expected a nonzero u16"),
            ("[443]", "[70000]", 24, "tcpPorts[0]", "70000"),
            ("[443]", "[]", 24, "tcpPorts", "at least one port"),
            ("\"ge\"", "\"like\"", 25, "when.all[0].op", "unknown variant `like`"),
            ("\"fact\": \"build\"", "\"fact\": \"built\"", 25, "when", "no fact \"built\""),
            ("\"value\": 1}", "\"value\": \"new\"}", 25, "when", "\"build\" has to be compared with a whole number"),
            ("\"fact\": \"build\"", "\"fact\": \"phase\"", 25, "when", "only whole numbers have an order"),
            ("\"ge\", \"value\": 1", "\"in\", \"value\": 1", 25, "when", "\"in\" needs a list"),
            ("\"tcpPorts\": [443],", "\"tcpPorts\": [443], \"urlz\": [],", 24, "urlz", "unknown field `urlz`"),
        ] {
            assert!(GOOD.contains(old), "{old}");
            let found = message(&GOOD.replacen(old, new, 1));
            let start = format!("{names}{line}, {row}{entry}: ");
            assert!(found.starts_with(&start) && found.contains(fault), "{new}\n {found}\n {start}");
        }
    }

    #[test]
    fn faults_outside_requirements_are_named_too() {
        for (old, new, expected) in [
            ("\"public\"", "\"moon\"", "my.json, line 13, scenario \"my.service\", cloud: unknown variant `moon`"),
            (
                "\"source\": [\"A\"]}],",
                "\"source\": [\"B\"]}],",
                "line 15, scenario \"my.service\", notes[0].source[0]: the",
            ),
            (
                "\"source\": [\"A\"]}],",
                "\"source\": []}],",
                "scenario \"my.service\", notes[0].source: no source is named",
            ),
            (
                "\"id\": \"more\"",
                "\"id\": \"names\"",
                "line 28, scenario \"my.service\", requirement \"names\", id: another",
            ),
            ("\"id\": \"my.service\",", "", "line 9, scenario number 1: missing field `id`"),
            (
                "\"tcpPorts\": [80], \"source\": [\"A\"]",
                "\"tcpPorts\": [80]",
                "requirement \"more\": missing field `source`",
            ),
            ("\"urls\": [\"a.example\"], ", "", "requirement \"more\": a requirement needs urls, ips, serviceTags"),
            ("\"2026112200\"", "\"1\"", "my.json, line 2, catalogueVersion: \"1\" is not ten digits"),
            ("\"2026-11-22\",", "\"today\",", "my.json, line 3, updated: \"today\" is no date"),
            ("\"values\": [\"install\", \"run\"], ", "", "my.json, line 7, facts.phase: a choice needs values"),
            ("\"title\": \"Mine\",", "\"title\": ,", "my.json, line 11: this is not JSON: expected value at column"),
        ] {
            assert!(GOOD.contains(old), "{old}");
            let found = message(&GOOD.replacen(old, new, 1));
            assert!(found.contains(expected), "{new}\n {found}\n {expected}");
        }
    }

    #[test]
    fn two_scenarios_may_not_share_an_id() {
        let mut catalogue = Catalogue::read("my.json", GOOD.as_bytes()).unwrap();
        catalogue.scenarios.push(catalogue.scenarios[0].clone());
        let found = message(&serde_json::to_string(&catalogue).unwrap());
        assert!(
            found.contains("scenario \"my.service\", id: another scenario has the id \"my.service\" already"),
            "{found}"
        );
    }

    #[test]
    fn wrong_files_get_a_sentence() {
        for bytes in [&b""[..], b"<html>", b"[]", b"{}", b"\x00\x01\x02\x03\xff", "[".repeat(5000).as_bytes()] {
            let problem = Catalogue::read("my.json", bytes).unwrap_err();
            assert!(problem.message.contains("my.json") && problem.message.ends_with('.'), "{}", problem.message);
        }
    }
}
