//! Python packages, in virtual environments inside Cargo's target folder.

use crate::{debian, shell};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python of an environment with these packages (a file of pinned versions), made anew when the file changes.
pub fn environment(name: &str, requirements: &Path) -> Result<PathBuf> {
    let folder = shell::target_dir().join("python").join(name);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = fs::read(requirements).with_context(|| requirements.display().to_string())?;
    let stamp = folder.join("installed.txt");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    make(&folder)?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    shell::run(Command::new(&python).args(install).arg(requirements))?;
    fs::write(&stamp, wanted).context("the environment's stamp")?;
    Ok(python)
}

fn make(folder: &Path) -> Result<()> {
    let can = || shell::output(Command::new("python3").args(["-c", "import ensurepip"])).is_some();
    if !can() {
        debian::install(&["python3", "python3-venv"])?;
    }
    if !can() {
        bail!("Python 3 with its module venv is missing. On Debian: apt-get install python3 python3-venv");
    }
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))
}
