//! The engine against brute force: random policies over spaces small enough to be enumerated.
//!
//! What passes for certain must be what passes in every resolution of the unknowns, and what may pass what passes in some.
//! `PROPTEST_CASES=2000000 cargo test --test proof` runs longer.

mod addresses;
mod choices;
mod model;
mod names;

use proptest::test_runner::Config;

/// `share` of 100 parts of the cases.
fn cases(share: u32) -> Config {
    let all = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    Config { cases: all / 100 * share, failure_persistence: None, ..Config::default() }
}
