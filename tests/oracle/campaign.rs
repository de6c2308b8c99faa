//! Many random trials, until enough decisions were compared.

use egress_check::addresses::AddressSet;
use egress_check::explain::AnswerVerdict;
use egress_check::reach::TagTable;
use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

/// Agreeing decisions, unless `ORACLE_DECISIONS` says otherwise.
const DECISIONS: usize = 30_000;
/// The share of decisions that may be left undecided.
const UNDECIDED_PERCENT: f64 = 2.0;
/// Trials in which the two disagree, after which no new ones are begun.
const ENOUGH: usize = 3;
/// Undecided answers that are printed, one of a trial.
const SHOWN: usize = 3;

/// No configuration of a trial names a service tag.
pub struct NoTags;

impl TagTable for NoTags {
    fn addresses(&self, _: &str) -> Option<&AddressSet> {
        None
    }
}

/// What the product did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    LetThrough,
    Denied,
}

/// What one random configuration came to.
#[derive(Default)]
pub struct Trial {
    allowed: usize,
    blocked: usize,
    undecided: usize,
    /// An undecided answer of each trial that has one.
    doubts: Vec<String>,
    /// Configurations that both refuse.
    pub refused: usize,
    pub disagreements: Vec<String>,
    /// How many decisions each kind of configuration had its part in.
    pub asked: BTreeMap<&'static str, usize>,
}

impl Trial {
    /// Compares one decision; `told` says what was asked, and what both answered.
    pub fn compare(&mut self, ours: AnswerVerdict, theirs: Option<Did>, told: impl Fn() -> String) {
        match (ours, theirs) {
            (AnswerVerdict::Allowed, Some(Did::LetThrough)) => self.allowed += 1,
            (AnswerVerdict::Blocked, Some(Did::Denied)) => self.blocked += 1,
            (AnswerVerdict::Undecided, Some(_)) => {
                self.undecided += 1;
                if self.doubts.is_empty() {
                    self.doubts.push(told());
                }
            }
            _ => self.disagreements.push(told()),
        }
    }

    fn add(&mut self, other: Trial) {
        self.allowed += other.allowed;
        self.blocked += other.blocked;
        self.undecided += other.undecided;
        self.doubts.extend(other.doubts);
        self.refused += other.refused;
        self.disagreements.extend(other.disagreements);
        other.asked.into_iter().for_each(|(kind, count)| *self.asked.entry(kind).or_default() += count);
    }

    fn decisions(&self) -> usize {
        self.allowed + self.blocked
    }

    fn undecided_percent(&self) -> f64 {
        let all = self.decisions() + self.undecided;
        100.0 * self.undecided as f64 / all.max(1) as f64
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (allowed, blocked, undecided) = (self.allowed, self.blocked, self.undecided);
        write!(f, "{} decisions agree ({allowed} allowed, {blocked} blocked), ", self.decisions())?;
        write!(f, "{undecided} are undecided ({:.2} %), ", self.undecided_percent())?;
        write!(f, "{} refused configurations agree", self.refused)
    }
}

/// Runs trials with the seeds `seed`, `seed` + 1, … until enough decisions agree, and fails where some do not: a
/// disagreement is repeated by its own seed and one decision. The sum of all trials is returned.
pub fn run(oracle: &str, trial: impl Fn(u64) -> Trial + Sync) -> Trial {
    run_until(oracle, DECISIONS, trial)
}

/// The same for an oracle that needs longer: `decisions` are wanted, unless `ORACLE_DECISIONS` says otherwise.
pub fn run_until(oracle: &str, decisions: usize, trial: impl Fn(u64) -> Trial + Sync) -> Trial {
    let seed = setting("ORACLE_SEED").unwrap_or_else(|| fastrand::u32(..).into());
    let wanted = setting("ORACLE_DECISIONS").map_or(decisions, |count| count as usize);
    println!("oracle {oracle}: seed {seed}");
    let start = Instant::now();
    let (sum, trials) = in_parallel(seed, wanted, &trial);
    let seconds = start.elapsed().as_secs_f64();
    let speed = sum.decisions() as f64 / seconds;
    println!("oracle {oracle}: {sum}; {trials} trials in {seconds:.0} s, {speed:.0} decisions a second");
    sum.doubts.iter().take(SHOWN).for_each(|told| println!("undecided: {told}"));
    let shown = sum.disagreements.join("\n\n");
    assert!(sum.disagreements.is_empty(), "seed {seed}: {} disagreements\n\n{shown}", sum.disagreements.len());
    assert!(sum.decisions() >= wanted, "seed {seed}: {} decisions are less than {wanted}", sum.decisions());
    let undecided = sum.undecided_percent();
    assert!(undecided < UNDECIDED_PERCENT, "seed {seed}: {undecided:.2} % are undecided");
    sum
}

fn setting(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

/// The sum of the trials, and how many there were: never more than the decisions that are wanted.
fn in_parallel(seed: u64, wanted: usize, trial: &(impl Fn(u64) -> Trial + Sync)) -> (Trial, u64) {
    let begun = AtomicU64::new(0);
    let sum = Mutex::new((Trial::default(), 0));
    let work = || {
        loop {
            let index = begun.fetch_add(1, Ordering::Relaxed);
            let done = |sum: &(Trial, usize)| sum.0.decisions() >= wanted || sum.1 >= ENOUGH;
            if index > wanted as u64 || done(&sum.lock().expect("no trial panics here")) {
                return;
            }
            let result = trial(seed.wrapping_add(index));
            let mut sum = sum.lock().expect("no trial panics here");
            sum.1 += usize::from(!result.disagreements.is_empty());
            sum.0.add(result);
        }
    };
    let workers = thread::available_parallelism().map_or(2, usize::from) as u64;
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    let trials = begun.into_inner() - workers;
    (sum.into_inner().expect("no trial panics here").0, trials)
}
