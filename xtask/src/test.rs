//! Every test: native, in wasm, in a browser.

use crate::browser::{self, Browser};
use crate::{bundle, npm, shell, wasm};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Stage<'a> = (&'a str, Box<dyn Fn() -> Result<()> + 'a>);

pub fn run() -> Result<()> {
    let browser = browser::ensure()?;
    wasm::ensure_target()?;
    npm::ensure_packages()?;
    let stages: [Stage<'_>; 3] = [
        ("native", Box::new(native)),
        ("wasm boundary", Box::new(|| boundary(&browser))),
        ("page", Box::new(|| page(&browser))),
    ];
    // Every stage runs, so that one run tells everything that is broken.
    let mut failed = Vec::new();
    for (name, stage) in &stages {
        println!("\n== {name} tests");
        if let Err(error) = stage() {
            eprintln!("error: {error:#}");
            failed.push(*name);
        }
    }
    if !failed.is_empty() {
        bail!("tests failed: {}", failed.join(", "));
    }
    println!("\ntests: all passed (native, wasm boundary, page)");
    Ok(())
}

fn native() -> Result<()> {
    shell::run(shell::cargo().args(["test", "--quiet", "--workspace", "--all-features", "--no-fail-fast"]))
}

fn boundary(browser: &Browser) -> Result<()> {
    shell::run(
        shell::cargo()
            .args(["test", "--package", "egress-check", "--test", "boundary", "--target", wasm::TARGET])
            .env("CHROMEDRIVER", &browser.driver)
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(&browser.chromium)?),
    )
}

/// `tests/webdriver.json` with the browser that was found.
fn capabilities(chromium: &Path) -> Result<PathBuf> {
    let mut wanted: Value = serde_json::from_slice(&fs::read(shell::root().join("tests/webdriver.json"))?)?;
    wanted["goog:chromeOptions"]["binary"] = chromium.to_str().context("the path of Chromium is not text")?.into();
    let path = shell::target_dir().join("webdriver.json");
    fs::write(&path, wanted.to_string())?;
    Ok(path)
}

fn page(browser: &Browser) -> Result<()> {
    bundle::run()?;
    shell::run(shell::cargo().args(["build", "--quiet", "--package", "egress-check", "--features", "cli"]))?;
    let program = shell::target_dir().join(format!("debug/egress-check{}", env::consts::EXE_SUFFIX));
    shell::run(
        Command::new("node")
            .args(["--test", "--test-concurrency=1", "tests/page/"])
            .current_dir(shell::root())
            .env("CHROME", &browser.chromium)
            .env("EGRESS_CHECK", program)
            // Written by the native tests.
            .env("SAME_BYTES", shell::target_dir().join("tmp/same-bytes.json")),
    )
}
