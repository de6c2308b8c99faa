//! Tinyproxy, asked by CONNECT under random filter files.

mod filter;
mod server;

use crate::campaign::{self, Did, NoTags, Trial};
use egress_check::device::{Device, Reading};
use egress_check::explain::{Target, explain};
use egress_check::formats::Polarity;
use egress_check::reach::Question;
use egress_check::source::Source;
use fastrand::Rng;
use filter::Filter;
use server::Taken;

/// Requests to each filter file.
const REQUESTS: usize = 60;

#[test]
#[ignore = "needs tinyproxy: cargo xtask oracle tinyproxy"]
fn tinyproxy_and_explain_agree() {
    let sum = campaign::run("tinyproxy", trial);
    for kind in filter::KINDS {
        let count = sum.asked.get(kind.dialect).copied().unwrap_or_default();
        println!("oracle tinyproxy: {count} decisions for {}", kind.dialect);
        assert!(count > 0, "{} was never asked", kind.dialect);
    }
}

fn trial(seed: u64) -> Trial {
    let mut random = Rng::with_seed(seed);
    let filter = Filter::random(&mut random);
    let source = Source::read("filter", 0, filter.text.as_bytes()).expect("text");
    let reading = Reading {
        format: Some("plain-list"),
        dialect: Some(filter.kind.dialect),
        polarity: Some(if filter.allows { Polarity::Allow } else { Polarity::Block }),
        ..Reading::default()
    };
    let mut trial = Trial::default();
    let tell = |text: String| told(seed, &filter, &text);
    let device = Device::read(&source, &[], &reading);
    let understood = |device: &Device<'_>| device.policy.problems.iter().all(|problem| problem.id != "not-understood");
    match (server::start(&filter), device) {
        (Taken::Refused(said), Ok(device)) if understood(&device) => {
            trial.disagreements.push(tell(format!("Tinyproxy refuses it: {said}")));
        }
        (Taken::Refused(_), _) => trial.refused += 1,
        // A file without any expression is nothing that could be read.
        (Taken::Running(_), Err(_)) => {}
        (Taken::Running(mut tinyproxy), Ok(device)) => {
            for _ in 0..REQUESTS {
                let host = filter.host(&mut random);
                decide(&mut trial, &host, &tinyproxy.answer(&host, &filter), &device, tell);
            }
            *trial.asked.entry(filter.kind.dialect).or_default() += REQUESTS;
        }
    }
    trial
}

fn decide(trial: &mut Trial, host: &str, status: &str, device: &Device<'_>, tell: impl Fn(String) -> String) {
    let target = Target::parse(host).expect("a target");
    let ours = explain(device, &Question::tcp(443), &NoTags, host, &target);
    trial.compare(ours.verdict, did(status), || {
        let line = ours.line.map_or(String::new(), |line| format!(" on line {line}"));
        tell(format!("{host}\nTinyproxy: {status}; Egress Check: {:?}{line}: {}", ours.verdict, ours.reason))
    });
}

/// What a request that is let through gets is that the next proxy cannot be reached.
fn did(status: &str) -> Option<Did> {
    match status {
        "403" => Some(Did::Denied),
        "500" | "502" => Some(Did::LetThrough),
        _ => None,
    }
}

fn told(seed: u64, filter: &Filter, text: &str) -> String {
    format!(
        "{text}\nRepeat it by: cargo xtask oracle tinyproxy --seed {seed} --decisions 1\n--- {}, {}\n{}---",
        filter.kind.dialect,
        if filter.allows { "allows" } else { "blocks" },
        filter.text
    )
}
