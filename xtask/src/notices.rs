//! The licence notices of everything that the page carries.

use crate::{npm, shell, wasm};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const INTRODUCTION: &str = "\
Egress Check is licensed under MIT OR Apache-2.0. It carries the parts below, each under its own licence.
The Rust standard library, compiled into the WebAssembly module, is licensed under MIT OR Apache-2.0;
copyright The Rust Project Developers (see https://www.rust-lang.org/policies/licenses).
";

/// One text: the packages grouped by the licence text that they carry.
pub fn collect() -> Result<String> {
    let mut by_text: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (label, folder, licence) in crates()?.into_iter().chain(npm_packages()?) {
        by_text.entry(licence_text(Path::new(&folder), &licence)).or_default().insert(format!("{label} ({licence})"));
    }
    let mut out = INTRODUCTION.to_owned();
    for (text, packages) in by_text {
        out.push_str(&format!("\n{}\n", "-".repeat(80)));
        for package in packages {
            out.push_str(&format!("{package}\n"));
        }
        out.push_str(&format!("\n{}\n", text.trim()));
    }
    for notice in data_notices()? {
        out.push_str(&format!("\n{}\n{}\n", "-".repeat(80), notice.trim()));
    }
    Ok(out)
}

type Package = (String, String, String);

/// Name and version, folder, licence of each crate that ends up in the module.
fn crates() -> Result<Vec<Package>> {
    let text = shell::output(
        shell::cargo().args(["metadata", "--format-version=1", "--locked"]).args(["--filter-platform", wasm::TARGET]),
    )
    .context("cargo metadata failed")?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages: BTreeMap<&str, &Value> = list(&metadata["packages"]).map(|p| (text_of(&p["id"]), p)).collect();
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"]["nodes"]).map(|n| (text_of(&n["id"]), n)).collect();
    let own = packages.iter().find(|(_, package)| package["name"] == "egress-check").context("egress-check")?;

    let (mut seen, mut open, mut found) = (BTreeSet::new(), vec![*own.0], Vec::new());
    while let Some(id) = open.pop() {
        let Some((package, node)) = packages.get(id).zip(nodes.get(id)) else { continue };
        let runs_at_build_time = list(&package["targets"]).any(|t| list(&t["kind"]).any(|kind| kind == "proc-macro"));
        if runs_at_build_time || !seen.insert(id) {
            continue;
        }
        if id != *own.0 {
            let label = format!("{} {}", text_of(&package["name"]), text_of(&package["version"]));
            let folder = Path::new(text_of(&package["manifest_path"])).parent().unwrap_or(Path::new(""));
            found.push((label, folder.display().to_string(), text_of(&package["license"]).to_owned()));
        }
        let normal = list(&node["deps"]).filter(|dep| list(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null()));
        open.extend(normal.map(|dep| text_of(&dep["pkg"])));
    }
    Ok(found)
}

/// The npm packages that run in the page: the lock file's, without those for development.
fn npm_packages() -> Result<Vec<Package>> {
    let lock: Value = serde_json::from_slice(&fs::read(npm::www().join("package-lock.json"))?)?;
    let packages = lock["packages"].as_object().context("package-lock.json")?;
    let shipped = packages.iter().filter(|(path, package)| !path.is_empty() && package["dev"] != true);
    Ok(shipped
        .map(|(path, package)| {
            let name = path.rsplit("node_modules/").next().unwrap_or(path);
            let folder = npm::www().join(path).display().to_string();
            (format!("{name} {}", text_of(&package["version"])), folder, text_of(&package["license"]).to_owned())
        })
        .collect())
}

/// Of a package that offers MIT among others, the MIT text alone.
fn licence_text(folder: &Path, licence: &str) -> String {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    names.sort();
    names.retain(|name| ["LICEN", "COPYING", "NOTICE"].iter().any(|start| name.to_uppercase().starts_with(start)));
    let mit: Vec<String> = names.iter().filter(|name| name.to_uppercase().contains("MIT")).cloned().collect();
    let chosen = if licence.contains("MIT") && !mit.is_empty() { mit } else { names };
    let texts: Vec<String> = chosen.iter().filter_map(|name| fs::read_to_string(folder.join(name)).ok()).collect();
    if texts.is_empty() { format!("Licensed under {licence}.") } else { texts.join("\n\n").replace('\r', "") }
}

/// Notices that lie beside the data that ships with the page.
fn data_notices() -> Result<Vec<String>> {
    let Ok(entries) = fs::read_dir(shell::root().join("data")) else { return Ok(Vec::new()) };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let is_notice = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().contains("NOTICE"));
    files.iter().filter(|path| is_notice(path)).map(|path| Ok(fs::read_to_string(path)?)).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}
