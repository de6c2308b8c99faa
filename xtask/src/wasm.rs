//! The library as WebAssembly, and the runner for its tests.

use crate::shell;
use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target to the toolchain if it is missing.
pub fn ensure_target() -> Result<()> {
    let libraries = shell::output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    if libraries.is_some_and(|path| PathBuf::from(path.trim()).is_dir()) {
        return Ok(());
    }
    shell::run(Command::new("rustup").args(["target", "add", TARGET]))
        .context("the target wasm32-unknown-unknown is missing and rustup could not add it")
}

/// Builds the library and its JavaScript side into `www/src/pkg`.
pub fn build() -> Result<()> {
    ensure_target()?;
    shell::run(
        shell::cargo()
            .args(["build", "--package", "egress-check", "--lib", "--profile", "wasm", "--target", TARGET])
            .env("CARGO_ENCODED_RUSTFLAGS", without_paths()),
    )?;
    let module = shell::target_dir().join(TARGET).join("wasm/egress_check.wasm");
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(shell::root().join("www/src/pkg"))
        .context("wasm-bindgen failed")
}

/// What `cargo test --target wasm32-unknown-unknown` calls with each test program.
pub fn run_tests(args: &[String]) -> Result<()> {
    let args = std::iter::once("wasm-test-runner".to_owned()).chain(args.iter().cloned());
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(args)
}

/// Flags that keep this machine's folders out of the module's panic messages.
fn without_paths() -> String {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(|home| Path::new(&home).join(".cargo"))
    });
    let folders = cargo_home.into_iter().map(|folder| (folder, "cargo")).chain([(shell::root(), "egress-check")]);
    let flags = folders.map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()));
    flags.collect::<Vec<_>>().join("\u{1f}")
}
