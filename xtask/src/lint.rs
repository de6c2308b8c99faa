//! Formatting, clippy and type checks, warnings as errors.

use crate::{npm, shell, types, wasm};
use anyhow::Result;

pub fn run() -> Result<()> {
    shell::run(shell::cargo().args(["fmt", "--all", "--check"]))?;
    let clippy = ["clippy", "--quiet", "--all-targets"];
    shell::run(shell::cargo().args(clippy).args(["--workspace", "--all-features", "--", "-D", "warnings"]))?;
    wasm::ensure_target()?;
    shell::run(
        shell::cargo().args(["clippy", "--quiet", "--package", "egress-check", "--lib", "--test", "boundary"]).args([
            "--target",
            wasm::TARGET,
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    types::check()?;
    npm::ensure_packages()?;
    wasm::build()?;
    shell::run(npm::npm().args(["run", "--silent", "check"]))?;
    println!("lint: passed");
    Ok(())
}
