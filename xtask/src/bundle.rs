//! The three ways in, as files: `dist/site/`, `dist/embed/egress-check.js`, `dist/egress-check.html`.

use crate::{notices, npm, shell, wasm};
use anyhow::{Context, Result, bail};
use std::fs;

/// What the single file may weigh, in kB: thirteen readers, a parser of scripts, their data and the snapshot.
const SINGLE_FILE_KB: u64 = 2400;

pub fn run() -> Result<()> {
    npm::ensure_packages()?;
    wasm::build()?;
    let dist = shell::root().join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist).context("dist")?;
    }
    fs::create_dir_all(&dist)?;
    let notices_file = shell::target_dir().join("third-party-notices.txt");
    fs::write(&notices_file, notices::collect()?)?;
    shell::run(npm::npm().args(["run", "--silent", "build"]).env("NOTICES", &notices_file))?;

    let size = |path: &str| fs::metadata(dist.join(path)).map(|file| file.len() / 1000).context(path.to_owned());
    let single = size("egress-check.html")?;
    println!("dist/site/                  wasm {} kB", size("site/egress-check.wasm")?);
    println!("dist/embed/egress-check.js  {} kB", size("embed/egress-check.js")?);
    println!("dist/egress-check.html      {single} kB");
    if single > SINGLE_FILE_KB {
        bail!("dist/egress-check.html has {single} kB; at most {SINGLE_FILE_KB} kB are wanted");
    }
    Ok(())
}
