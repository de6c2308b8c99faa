//! Aerleon: one random intent, rendered for many products and read back, against its own `aclcheck`.

mod driver;
mod intent;
mod targets;

use crate::campaign::{self, Did, NoTags, Trial};
use driver::{Answer, Rendering};
use egress_check::addresses::AddressSet;
use egress_check::device::{Device, Reading};
use egress_check::explain::{Target as Asked, explain};
use egress_check::source::Source;
use fastrand::Rng;
use intent::{Intent, Packet};
use targets::{TARGETS, Target};

/// Packets that are asked about each intent.
const PACKETS: usize = 40;
/// With so many answers, each target has to have its share.
const ENOUGH: usize = 10_000;

#[test]
#[ignore = "needs Aerleon: cargo xtask oracle aerleon"]
fn aerleon_and_explain_agree() {
    let sum = campaign::run("aerleon", trial);
    println!("oracle aerleon: asked of each target: {:?}", sum.asked);
    let all: usize = sum.asked.values().sum();
    let share = |target: &Target| sum.asked.get(target.key).copied().unwrap_or(0) * 100 / all;
    let rare: Vec<&str> = TARGETS.iter().filter(|target| share(target) < 1).map(|target| target.key).collect();
    assert!(rare.is_empty() || all < ENOUGH, "hardly asked: {rare:?}");
}

/// One target's part in a trial, with all that a disagreement has to tell.
struct Round<'a> {
    seed: u64,
    intent: &'a Intent,
    target: &'a Target,
    rendering: &'a str,
    answer: &'a Answer,
}

fn trial(seed: u64) -> Trial {
    let mut random = Rng::with_seed(seed);
    let intent = intent::random(&mut random);
    let packets: Vec<Packet> = (0..PACKETS).map(|_| Packet::random(&mut random, &intent)).collect();
    let answer = driver::ask(&intent, TARGETS, &packets);
    let mut trial = Trial::default();
    for target in TARGETS.iter().filter(|target| !target.distorts(&intent)) {
        match &answer.renderings[target.key] {
            Rendering::Text(rendering) if has_rules(rendering) => {
                let round = Round { seed, intent: &intent, target, rendering, answer: &answer };
                [None, Some(target.format)].into_iter().for_each(|format| round.play(&mut trial, format, &packets));
            }
            Rendering::Text(_) => {}
            Rendering::Refused { refused } => {
                trial.disagreements.push(format!("seed {seed}: Aerleon does not render for {}: {refused}", target.key));
            }
        }
    }
    trial
}

impl Round<'_> {
    /// Reads the rendering, as `format` or as what it is taken for, and compares all answers.
    fn play(&self, trial: &mut Trial, format: Option<&str>, packets: &[Packet]) {
        let source = Source::read(self.target.key, 0, self.rendering.as_bytes()).expect("text");
        let reading = Reading { format, vantage: self.target.vantage, ..Reading::default() };
        let device = match Device::read(&source, &[], &reading) {
            Ok(device) if self.is_expected(device.format.id()) => device,
            Ok(device) => {
                return trial.disagreements.push(self.told(&format!("it is taken for {}", device.format.id())));
            }
            Err(problem) => {
                return trial.disagreements.push(self.told(&format!("it cannot be read: {}", problem.message)));
            }
        };
        let vantages: Vec<&str> = device.policy.vantages.iter().map(|vantage| vantage.label.as_str()).collect();
        if self.target.vantage.is_some_and(|wanted| !vantages.contains(&wanted)) {
            return trial.disagreements.push(self.told(&format!("its vantages are {vantages:?}")));
        }
        let verdicts = packets.iter().zip(&self.answer.verdicts);
        for (packet, (action, term)) in verdicts.filter(|(packet, _)| self.target.speaks(packet.family())) {
            let text = packet.destination.to_string();
            let asked = Asked::Addresses(AddressSet::from_address(packet.destination));
            *trial.asked.entry(self.target.key).or_default() += 1;
            let ours = explain(&device, &packet.question(), &NoTags, &text, &asked);
            trial.compare(ours.verdict, did(action.as_deref()), || {
                let theirs =
                    format!("{} by {}", action.as_deref().unwrap_or("denied"), term.as_deref().unwrap_or("no term"));
                let line = ours.line.map_or(String::new(), |line| format!(" on line {line}"));
                let read_as = format.unwrap_or("detected");
                self.told(&format!(
                    "{packet}, format {read_as}\nAerleon: {theirs}; Egress Check: {:?}{line}: {}",
                    ours.verdict, ours.reason
                ))
            });
        }
    }

    fn is_expected(&self, format: &str) -> bool {
        format == self.target.format || self.target.alike.contains(&format)
    }

    fn told(&self, text: &str) -> String {
        let Round { seed, intent, target, rendering, .. } = self;
        format!(
            "{}: {text}\nRepeat it by: cargo xtask oracle aerleon --seed {seed} --decisions 1\n--- policy\n{}\n--- {}\n{rendering}\n---",
            target.key,
            intent.json(),
            target.key
        )
    }
}

/// Whether the rendering says anything: see the list of what is not asked.
fn has_rules(rendering: &str) -> bool {
    ["permit ", "deny ", "set action ", "<action>"].iter().any(|word| rendering.contains(word))
}

/// A packet that no term matches is denied by every one of these products.
fn did(action: Option<&str>) -> Option<Did> {
    match action {
        Some("accept") => Some(Did::LetThrough),
        Some("deny") | None => Some(Did::Denied),
        Some(_) => None,
    }
}
