//! The kernel's packet filter: random rules are loaded in namespaces of the test's own, and real connections decide.

mod iptables;
mod nftables;
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
/// As many of them are asked of texts that leave something out.
const FEW: usize = 30;

/// Rules of one program: how they are loaded into a namespace, and read back from it.
pub trait Rules: Sync {
    /// The id of the format in which they are read.
    fn format(&self) -> &'static str;

    /// # Errors
    /// What the program says.
    fn load(&self, namespace: &str) -> Result<(), String>;

    /// As they were written.
    fn written(&self) -> String;

    /// As programs show them, and as they were written: each must be read alike.
    fn texts(&self, namespace: &str) -> Vec<String>;

    /// As programs show them that leave something out: each may be read as undecided, and otherwise no other way.
    fn weaker(&self, namespace: &str) -> Vec<String>;

    fn unload(&self, namespace: &str);
}

#[test]
#[ignore = "needs namespaces: cargo xtask oracle iptables"]
fn iptables_and_explain_agree() {
    agree("iptables", |random| Box::new(iptables::random(random)));
}

#[test]
#[ignore = "needs namespaces: cargo xtask oracle nftables"]
fn nftables_and_explain_agree() {
    agree("nftables", |random| Box::new(nftables::random(random)));
}

fn agree(oracle: &str, rules: impl Fn(&mut Rng) -> Box<dyn Rules> + Sync) {
    let worlds = Mutex::new(Vec::new());
    let take = || worlds.lock().expect("no trial panics here").pop();
    campaign::run_until(oracle, DECISIONS, |seed| {
        let mut world = take().unwrap_or_else(World::new);
        let trial = trial(oracle, seed, &mut world, &rules);
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

fn trial(oracle: &str, seed: u64, world: &mut World, rules: impl Fn(&mut Rng) -> Box<dyn Rules>) -> Trial {
    let mut random = Rng::with_seed(seed);
    let rules = rules(&mut random);
    let mut trial = Trial::default();
    let told = |what: String, text: &str| {
        format!("{what}\nRepeat it by: cargo xtask oracle {oracle} --seed {seed} --decisions 1\n---\n{text}---")
    };
    match rules.load(&world.router) {
        Err(said) => {
            let what = format!("the kernel refuses the rules: {said}");
            trial.disagreements.push(told(what, &rules.written()));
        }
        Ok(()) => {
            let texts = Texts { whole: rules.texts(&world.router), weaker: rules.weaker(&world.router) };
            let connections: Vec<Connection> = (0..CONNECTIONS).map(|_| Connection::random(&mut random)).collect();
            compare(&mut trial, world, rules.format(), &texts, &connections, told);
        }
    }
    rules.unload(&world.router);
    trial
}

/// The same rules in several forms.
struct Texts {
    whole: Vec<String>,
    weaker: Vec<String>,
}

impl Texts {
    /// All but the first, and whether something is left out.
    fn others(&self) -> impl Iterator<Item = (&String, bool)> {
        let whole = self.whole[1..].iter().map(|text| (text, false));
        whole.chain(self.weaker.iter().map(|text| (text, true)))
    }
}

fn compare(
    trial: &mut Trial,
    world: &mut World,
    format: &'static str,
    texts: &Texts,
    connections: &[Connection],
    told: impl Fn(String, &str) -> String,
) {
    let text = &texts.whole[0];
    let ours = answers(format, text, connections);
    for (other_text, may_be_open) in texts.others() {
        let asked = if may_be_open { &connections[..FEW] } else { connections };
        let other = answers(format, other_text, asked);
        let is_open = |answer: &Answer| may_be_open && answer.verdict == AnswerVerdict::Undecided;
        let differs = |(a, b): (&Answer, &Answer)| a.verdict != b.verdict && !is_open(b);
        if let Some(at) = ours.iter().zip(&other).position(differs) {
            let (connection, ours, other) = (&connections[at], &ours[at], &other[at]);
            let what = format!(
                "{connection}\none text: {:?}: {}\nanother: {:?}: {}",
                ours.verdict, ours.reason, other.verdict, other.reason
            );
            trial.disagreements.push(told(what, &format!("{text}---\n{other_text}")));
        }
    }
    let said = world.answers(connections, |at| ours[at].verdict == AnswerVerdict::Allowed);
    for ((connection, ours), said) in connections.iter().zip(&ours).zip(&said) {
        let did = if said == "open" { Did::LetThrough } else { Did::Denied };
        trial.compare(ours.verdict, Some(did), || {
            let line = ours.line.map_or(String::new(), |line| format!(" on line {line}"));
            let what = format!("{connection}\nkernel: {said}; Egress Check: {:?}{line}: {}", ours.verdict, ours.reason);
            told(what, text)
        });
    }
}

fn answers(format: &'static str, text: &str, connections: &[Connection]) -> Vec<Answer> {
    let source = Source::read("rules", 0, text.as_bytes()).expect("text");
    let labels = Device::read(&source, &[], &reading(format, None)).expect("rules").labels();
    connections.iter().map(|connection| answer(&source, format, &labels, connection)).collect()
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
