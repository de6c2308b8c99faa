//! The driver in Python: one process a thread, a line of JSON for each question.

use super::intent::{Intent, Packet};
use super::targets::Target;
use serde::Deserialize;
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Rendering {
    Text(String),
    Refused { refused: String },
}

#[derive(Deserialize)]
pub struct Answer {
    pub renderings: BTreeMap<String, Rendering>,
    /// The action and the term that decide each packet; neither, where no term matches.
    pub verdicts: Vec<(Option<String>, Option<String>)>,
}

pub fn ask(intent: &Intent, targets: &[Target], packets: &[Packet]) -> Answer {
    thread_local!(static DRIVER: RefCell<Driver> = RefCell::new(Driver::start()));
    let targets: Vec<_> = targets.iter().map(|target| (target.key, target.platform, target.options)).collect();
    let mut request = intent.json();
    request["targets"] = json!(targets);
    request["questions"] = packets.iter().map(Packet::json).collect();
    DRIVER.with_borrow_mut(|driver| driver.answer(&request))
}

struct Driver {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Driver {
    fn start() -> Driver {
        let python = env::var_os("ORACLE_AERLEON").expect("ORACLE_AERLEON is the Python that has Aerleon");
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/aerleon/driver.py");
        let mut command = Command::new(python);
        command.arg(program).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("Python");
        let input = process.stdin.take().expect("a pipe");
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        Driver { process, input, output }
    }

    fn answer(&mut self, request: &serde_json::Value) -> Answer {
        writeln!(self.input, "{request}").expect("the driver listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the driver answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}; asked was {request}"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
