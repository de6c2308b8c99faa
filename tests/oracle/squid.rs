//! Squid, asked by CONNECT and GET under random configurations.

mod configuration;
mod layout;
mod regexes;
mod request;
mod server;
mod values;

use crate::campaign::{self, Did, NoTags, Trial};
use configuration::Configuration;
use egress_check::device::{Device, Reading};
use egress_check::explain::{Target, explain};
use egress_check::source::Source;
use fastrand::Rng;
use request::Request;
use server::{Squid, Taken};

/// Requests to each configuration.
const REQUESTS: usize = 60;

#[test]
#[ignore = "needs Squid: cargo xtask oracle squid"]
fn squid_and_explain_agree() {
    let (program, about) = server::about();
    assert!(about.contains("openssl"), "{program} knows no `ssl_bump`: install squid-openssl in its place\n{about}");
    campaign::run("squid", trial);
}

fn trial(seed: u64) -> Trial {
    let mut random = Rng::with_seed(seed);
    let configuration = configuration::random(&mut random);
    let taken = server::start(&configuration);
    let port = match &taken {
        Taken::Running(squid) => squid.port,
        Taken::Refused(_) => 3128,
    };
    let read = |(name, text): (&str, &str), file| Source::read(name, file, text.as_bytes());
    let attached = configuration.files.iter().zip(1..).map(|(file, number)| {
        read((&file.name, &file.text), number).unwrap_or_else(|_| Source::empty(&file.name, number))
    });
    let attached: Vec<Source> = attached.collect();
    let text = server::complete(&configuration.text, port, 1);
    let source = read(("squid.conf", &text), 0).expect("text");
    let device = Device::read(&source, &attached, &Reading { format: Some("squid"), ..Reading::default() });
    let device = device.expect("a configuration");
    let mut trial = Trial::default();
    let tell = |text: String| told(seed, &configuration, &text);
    match (taken, refusal(&device)) {
        (Taken::Refused(_), Some(_)) => trial.refused += 1,
        (Taken::Refused(said), None) => trial.disagreements.push(tell(format!("Squid refuses it: {said}"))),
        (Taken::Running(_), Some(ours)) => trial.disagreements.push(tell(format!("Squid takes it. {ours}"))),
        (Taken::Running(squid), None) => {
            for _ in 0..REQUESTS {
                decide(&mut trial, &Request::random(&mut random, &configuration), &squid, &device, tell);
            }
        }
    }
    trial
}

/// Why Squid 5 refuses the configuration, in our reading.
fn refusal<'d>(device: &'d Device<'_>) -> Option<&'d str> {
    let refuses = ["refused-by-device", "unknown-directive"];
    let refusal = device.policy.problems.iter().find(|problem| refuses.contains(&problem.id));
    refusal.map(|problem| problem.message.as_str())
}

fn decide(trial: &mut Trial, request: &Request, squid: &Squid, device: &Device<'_>, tell: impl Fn(String) -> String) {
    let target = Target::parse(&request.host).expect("a target");
    let ours = explain(device, &request.question(), &NoTags, &request.host, &target);
    let status = request.ask(squid.port).unwrap_or_else(|error| error.to_string());
    let theirs = did(&status);
    trial.compare(ours.verdict, theirs, || {
        let line = ours.line.map_or(String::new(), |line| format!(" on line {line}"));
        let said = format!("Squid: {status}; Egress Check: {:?}{line}: {}", ours.verdict, ours.reason);
        tell(format!("{request}\n{said}"))
    });
}

/// What a request that Squid lets through gets is that its parent cannot be reached.
fn did(status: &str) -> Option<Did> {
    match status {
        "403" => Some(Did::Denied),
        "500" | "502" | "503" | "504" => Some(Did::LetThrough),
        _ => None,
    }
}

fn told(seed: u64, configuration: &Configuration, text: &str) -> String {
    let files = configuration.files.iter().map(|file| format!("--- {}\n{}", file.name, file.text));
    let files: String = files.collect();
    format!(
        "{text}\nRepeat it by: cargo xtask oracle squid --seed {seed} --decisions 1\n--- squid.conf\n{}{files}---",
        configuration.text
    )
}
