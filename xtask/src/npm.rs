//! The npm packages of `www/`, installed from the lock file.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The oldest Node.js that the build tools run on.
const NODE_MAJOR: u32 = 20;

pub fn www() -> PathBuf {
    shell::root().join("www")
}

/// Installs the packages if they are missing or older than the lock file.
pub fn ensure_packages() -> Result<()> {
    check_node()?;
    let lock = fs::read(www().join("package-lock.json")).context("www/package-lock.json")?;
    let stamp = www().join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    shell::run(npm().args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).context("node_modules")
}

/// `npm` in `www/`.
pub fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(www());
    command
}

fn check_node() -> Result<()> {
    let Some(version) = shell::output(Command::new("node").arg("--version")) else {
        bail!("Node.js is missing: install version {NODE_MAJOR} or later, with npm");
    };
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR) {
        bail!("Node.js {} is too old: install version {NODE_MAJOR} or later", version.trim());
    }
    Ok(())
}
