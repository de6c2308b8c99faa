//! PAC files, put to pacparser's `pactester`, which runs them.

mod script;
mod world;

use crate::campaign::{self, Did, Trial};
use crate::chance::{one_in, pick};
use egress_check::addresses::AddressSet;
use egress_check::device::{Device, Reading};
use egress_check::explain::{Answer, AnswerVerdict, Target, explain};
use egress_check::reach::{Question, TagTable};
use egress_check::source::Source;
use fastrand::Rng;
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use world::World;

/// Requests to each script: one process answers them all.
const REQUESTS: usize = 60;

#[test]
#[ignore = "needs pactester: cargo xtask oracle pac"]
fn pactester_and_explain_agree() {
    campaign::run("pac", trial);
}

struct NoTags;

impl TagTable for NoTags {
    fn addresses(&self, _: &str) -> Option<&AddressSet> {
        None
    }
}

fn trial(seed: u64) -> Trial {
    let mut random = Rng::with_seed(seed);
    let worldly = one_in(&mut random, 3);
    let script = script::random(&mut random, worldly);
    let urls: Vec<String> = (0..REQUESTS).map(|_| url(&mut random)).collect();
    let world = World::random(&mut random, &urls.iter().map(|url| host_of(url).to_owned()).collect());
    let said = run(&script, &urls, &world);
    let source = Source::read("proxy.pac", 0, script.as_bytes()).expect("text");
    let stated = world.stated();
    let reading = Reading { format: Some("pac"), stated: &stated, ..Reading::default() };
    let device = Device::read(&source, &[], &reading).expect("a script");
    let mut trial = Trial::default();
    let kind = if worldly { "DNS and time stated" } else { "the request alone" };
    trial.asked.insert(kind, urls.len());
    for url in &urls {
        let told =
            |ours: &Answer| format!("seed {seed}\n{script}\n{url}: {ours:?}, pactester says {:?}", said.get(url));
        let ours = ask(&device, url);
        let (verdict, did) = match (ours.verdict, said.get(url)) {
            (AnswerVerdict::Undecided, said) => (AnswerVerdict::Undecided, said.map(|_| Did::LetThrough)),
            (AnswerVerdict::Blocked, Some(text)) if text == script::DEAD_END => {
                (AnswerVerdict::Blocked, Some(Did::Denied))
            }
            (AnswerVerdict::Routed, Some(text)) if ours.route.join("; ") == *text => {
                (AnswerVerdict::Allowed, Some(Did::LetThrough))
            }
            (verdict, _) => (verdict, None),
        };
        trial.compare(verdict, did, || told(&ours));
    }
    trial
}

/// A request of a kind that is asked: `https` without path, or `http` without one.
fn url(random: &mut Rng) -> String {
    let scheme = if one_in(random, 12) { "http" } else { "https" };
    format!("{scheme}://{}/", host(random))
}

fn host(random: &mut Rng) -> String {
    match random.u32(..12) {
        0 => pick(random, &["10.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.9.9", "8.8.8.8"]).to_owned(),
        1 => pick(random, script::LABELS).to_owned(),
        _ => script::name(random),
    }
}

fn host_of(url: &str) -> &str {
    url.split_once("://").expect("a scheme").1.trim_end_matches('/')
}

fn ask(device: &Device<'_>, url: &str) -> Answer {
    let host = host_of(url);
    let question = Question::tcp(if url.starts_with("http:") { 80 } else { 443 });
    explain(device, &question, &NoTags, host, &Target::parse(host).expect("a target"))
}

/// What the script returns for each URL.
fn run(script: &str, urls: &[String], world: &World) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path
    };
    let (pac, list) = (write("proxy.pac", script), write("urls", &(urls.join("\n") + "\n")));
    let program = env::var("ORACLE_PACTESTER").expect("ORACLE_PACTESTER names the program");
    let mut command = world.around(Path::new(&program), folder.path());
    let output = command.arg("-p").arg(pac).arg("-f").arg(list).output().expect("pactester");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = text.lines().filter_map(|line| line.split_once(" : "));
    said.map(|(url, route)| (url.trim().to_owned(), normal(route))).collect()
}

/// An empty answer means direct.
fn normal(route: &str) -> String {
    match route.trim() {
        "" | "undefined" | "null" => "DIRECT".to_owned(),
        text => text.to_owned(),
    }
}
