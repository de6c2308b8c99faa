//! The TypeScript types, generated from the Rust structs that cross into the page.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn committed() -> PathBuf {
    shell::root().join("www/src/generated")
}

/// Writes `www/src/generated`.
pub fn run() -> Result<()> {
    generate(&committed())
}

/// Fails when `www/src/generated` is not what the structs say today.
pub fn check() -> Result<()> {
    let fresh = shell::target_dir().join("generated-types");
    generate(&fresh)?;
    let (fresh, committed) = (read(&fresh)?, read(&committed())?);
    let names: BTreeSet<&String> = fresh.keys().chain(committed.keys()).collect();
    let stale: Vec<&str> =
        names.into_iter().filter(|name| fresh.get(*name) != committed.get(*name)).map(String::as_str).collect();
    if !stale.is_empty() {
        bail!("www/src/generated is stale ({}): run `cargo xtask types`", stale.join(", "));
    }
    Ok(())
}

fn generate(into: &Path) -> Result<()> {
    if into.exists() {
        fs::remove_dir_all(into)?;
    }
    fs::create_dir_all(into)?;
    // The exports are tests that ts-rs derives; each writes one file.
    shell::run(
        shell::cargo()
            .args(["test", "--quiet", "--package", "egress-check", "--lib", "--features", "schema", "export_bindings"])
            .env("TS_RS_EXPORT_DIR", into),
    )
}

fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read_to_string(entry.path())?);
    }
    Ok(files)
}
