//! The kernel's packet filter: random rules are loaded in namespaces of the test's own, and real connections decide.

mod iptables;
mod probe;
mod world;

use crate::campaign::{self, Did, NoTags, Trial};
use egress_check::addresses::AddressSet;
use egress_check::device::{Device, Reading};
use egress_check::explain::{Answer, AnswerVerdict, Target, explain};
use egress_check::reach::Question;
use egress_check::source::Source;
use fastrand::Rng;
use std::sync::Mutex;
use world::{Connection, World};

/// Each rule set waits for connections that are dropped.
const DECISIONS: usize = 6_000;
/// Connections under each rule set.
const CONNECTIONS: usize = 120;

/// Rules of one program: how they are loaded into a namespace, and read back from it.
pub trait Rules: Sync {
    /// The id of the format in which they are read.
    fn format(&self) -> &'static str;

    /// # Errors
    /// What the program says.
    fn load(&self, namespace: &str) -> Result<(), String>;

    /// As they were written.
    fn written(&self) -> String;

    /// As the program shows them, or as they were written.
    fn text(&self, namespace: &str) -> String;

    fn unload(&self, namespace: &str);
}

#[test]
#[ignore = "needs namespaces: cargo xtask oracle netfilter"]
fn kernel_and_explain_agree() {
    let worlds = Mutex::new(Vec::new());
    let take = || worlds.lock().expect("no trial panics here").pop();
    campaign::run_until("netfilter", DECISIONS, |seed| {
        let mut world = take().unwrap_or_else(World::new);
        let trial = trial(seed, &mut world, |random| Box::new(iptables::random(random)));
        worlds.lock().expect("no trial panics here").push(world);
        trial
    });
}

/// Answers from within a namespace, or listens there; the other tests start it.
#[test]
#[ignore = "is started by the others"]
fn helper() {
    probe::help();
}

fn trial(seed: u64, world: &mut World, rules: impl Fn(&mut Rng) -> Box<dyn Rules>) -> Trial {
    let mut random = Rng::with_seed(seed);
    let rules = rules(&mut random);
    let mut trial = Trial::default();
    let loaded = rules.load(&world.router);
    let text = rules.text(&world.router);
    let repeat = format!("Repeat it by: cargo xtask oracle netfilter --seed {seed} --decisions 1");
    let told = |what: String| format!("{what}\n{repeat}\n---\n{text}---");
    match loaded {
        Err(said) => {
            let written = rules.written();
            trial.disagreements.push(format!("the kernel refuses the rules: {said}\n{repeat}\n---\n{written}---"));
        }
        Ok(()) => {
            let connections: Vec<Connection> = (0..CONNECTIONS).map(|_| Connection::random(&mut random)).collect();
            compare(&mut trial, world, rules.format(), &text, &connections, told);
        }
    }
    rules.unload(&world.router);
    trial
}

fn compare(
    trial: &mut Trial,
    world: &mut World,
    format: &'static str,
    text: &str,
    connections: &[Connection],
    told: impl Fn(String) -> String,
) {
    let source = Source::read("rules", 0, text.as_bytes()).expect("text");
    let labels = Device::read(&source, &[], &reading(format, None)).expect("rules").labels();
    let ours: Vec<Answer> = connections.iter().map(|connection| answer(&source, format, &labels, connection)).collect();
    let quick = world.connect(connections, 150);
    // On a busy machine an answer may come late.
    let late: Vec<usize> =
        (0..quick.len()).filter(|&at| quick[at] != "open" && ours[at].verdict == AnswerVerdict::Allowed).collect();
    let again: Vec<Connection> = late.iter().map(|&at| connections[at].clone()).collect();
    let mut said = quick;
    for (at, again) in late.into_iter().zip(world.connect(&again, 3000)) {
        said[at] = again;
    }
    for ((connection, ours), said) in connections.iter().zip(&ours).zip(&said) {
        let did = if said == "open" { Did::LetThrough } else { Did::Denied };
        trial.compare(ours.verdict, Some(did), || {
            let line = ours.line.map_or(String::new(), |line| format!(" on line {line}"));
            told(format!("{connection}\nkernel: {said}; Egress Check: {:?}{line}: {}", ours.verdict, ours.reason))
        });
    }
}

fn reading<'a>(format: &'static str, vantage: Option<&'a str>) -> Reading<'a> {
    Reading { format: Some(format), vantage, ..Reading::default() }
}

fn answer(source: &Source, format: &'static str, labels: &[String], connection: &Connection) -> Answer {
    let label = connection.vantage(labels);
    let device = Device::read(source, &[], &reading(format, Some(label))).expect("rules");
    let question =
        Question { source: Some(AddressSet::from_address(connection.from())), ..Question::tcp(connection.port) };
    explain(
        &device,
        &question,
        &NoTags,
        &connection.to.to_string(),
        &Target::Addresses(AddressSet::from_address(connection.to)),
    )
}
