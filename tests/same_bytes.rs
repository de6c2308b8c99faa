//! The same input gives the same bytes: here twice, and in `tests/page/same-bytes.test.mjs` once more, in wasm.
#![allow(clippy::unwrap_used)]

use egress_check::engine::{Engine, ProblemView, Role};
use egress_check::report::{Output, render};
use egress_check::settings::Settings;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const OUTPUTS: [(&str, Output); 3] = [("json", Output::Json), ("csv", Output::Csv), ("markdown", Output::Markdown)];

/// A few service tags, tags inside tags and both IP versions among them.
fn service_tags() -> Value {
    let tag = |name: &str, region: &str, prefixes: &[&str]| {
        json!({"name": name, "id": name, "properties": {"changeNumber": 1, "region": region, "regionId": 0,
            "platform": "Azure", "systemService": "", "addressPrefixes": prefixes, "networkFeatures": ["NSG"]}})
    };
    json!({"changeNumber": 1, "cloud": "Public", "values": [
        tag("AzureActiveDirectory", "", &["20.190.128.0/18", "40.126.0.0/18", "2603:1006:2000::/48"]),
        tag("AzureBackup", "", &["40.90.0.0/16", "20.61.99.0/27", "2603:1020:206:7::/64"]),
        tag("AzureBackup.WestEurope", "westeurope", &["40.90.4.0/24"]),
        tag("Storage", "", &["20.60.0.0/16", "20.150.0.0/17", "2603:1020:206::/48"]),
        tag("Storage.WestEurope", "westeurope", &["20.60.0.0/20", "2603:1020:206:1::/64"]),
    ]})
}

/// A requirement of every kind, few enough for hundreds of checks.
fn catalogue() -> Value {
    let source = json!({"title": "This test", "where": "here", "date": "2026", "lastVerified": "2026-11-22"});
    let row = |id: &str, required: bool, names: &[&str], tags: &[&str], ports: &[u16]| {
        json!({"id": id, "purpose": id, "required": required, "urls": names, "serviceTags": tags, "tcpPorts": ports,
            "bgpCommunities": [{"label": "Storage", "perRegion": "storage"}], "source": ["T"]})
    };
    json!({"catalogueVersion": "2026112200", "updated": "2026-11-22", "sources": {"T": source}, "facts": {}, "scenarios": [{
    "id": "test", "title": "Test", "service": "Test", "cloud": "public", "summary": "What is needed.", "notes": [],
    "requirements": [
        row("storage", true, &["*.blob.core.windows.net"], &["Storage"], &[443]),
        row("backup", true, &["*.backup.windowsazure.com", "pod01.backup.windowsazure.com"], &["AzureBackup"], &[443]),
        row("sign-in", false, &["login.microsoftonline.com"], &["AzureActiveDirectory"], &[443, 80]),
    ]}]})
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// One fixture: the files in the order in which they are added, the format to read them by, and the settings.
fn case(format: &Path, folder: &Path) -> Value {
    let expect: Value = serde_json::from_slice(&fs::read(folder.join("expect.json")).unwrap()).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = |path: &Path, role: &str| {
        let (path, name) = (path.strip_prefix(root).unwrap(), path.file_name().unwrap().to_str());
        json!({"path": path, "name": name, "role": role})
    };
    let inputs = sorted(folder).into_iter().filter(|path| path.file_stem().is_some_and(|stem| stem == "input"));
    let attached = expect["attach"].as_array().cloned().unwrap_or_default();
    let attached = attached.iter().map(|name| file(&folder.join(name.as_str().unwrap()), "attachment"));
    let format = format.file_name().unwrap().to_str().unwrap();
    json!({
        "name": format!("{format}/{}", folder.file_name().unwrap().to_str().unwrap()),
        "format": format,
        "files": inputs.map(|path| file(&path, "device")).chain(attached).collect::<Vec<_>>(),
        "settings": {"scenarios": ["test"], "regions": ["westeurope"], "source": "10.1.2.3", "ip": "both",
            "dialect": expect["dialect"], "polarity": expect["polarity"]},
    })
}

/// What the engine writes of a case in every form, or the problem that it ends with.
fn answers(engine: &mut Engine, case: &Value) -> Value {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    engine.clear_files();
    for file in case["files"].as_array().unwrap() {
        let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(text(&file["path"]))).unwrap();
        let role = if file["role"] == "device" { Role::Device } else { Role::Attachment };
        let format = (role == Role::Device).then(|| text(&case["format"]));
        engine.add_file(&text(&file["name"]), &bytes, role, format.as_deref()).unwrap();
    }
    let settings: Settings = serde_json::from_value(case["settings"].clone()).unwrap();
    match engine.check(&settings) {
        Ok(report) => OUTPUTS.map(|(name, output)| (name, json!(render(&report, output)))).into_iter().collect(),
        Err(problem) => json!({"json": ProblemView::new(&problem, None)}),
    }
}

/// Every fixture with its answers.
fn answered(tags: &str, catalogue: &str) -> Vec<Value> {
    let mut engine = Engine::new();
    engine.set_service_tags("tags.json", tags.as_bytes()).unwrap();
    engine.set_catalogue("catalogue.json", catalogue.as_bytes()).unwrap();
    let formats = sorted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats"));
    let folders = formats.iter().flat_map(|format| sorted(format).into_iter().map(move |folder| (format, folder)));
    let mut cases: Vec<Value> = folders.map(|(format, folder)| case(format, &folder)).collect();
    cases.iter_mut().for_each(|case| case["answers"] = answers(&mut engine, case));
    cases
}

/// Leaves the fixtures and their answers in Cargo's folder for the files of tests, for wasm to repeat.
#[test]
fn every_fixture_is_answered_with_the_same_bytes_again() {
    let (tags, catalogue) = (service_tags().to_string(), catalogue().to_string());
    let [first, second] = std::thread::scope(|scope| {
        let run = || scope.spawn(|| answered(&tags, &catalogue));
        [run(), run()].map(|running| running.join().unwrap())
    });
    for (one, other) in first.iter().zip(&second) {
        assert!(one == other, "{} differs", one["name"]);
    }
    println!("{} fixtures", first.len());
    let written = json!({"serviceTags": tags, "catalogue": catalogue, "cases": first}).to_string();
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("same-bytes.json"), written).unwrap();
}
