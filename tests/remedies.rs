//! What is proposed closes the gap: every fixture's remedy, put into the export, makes the same check say covered.
#![allow(clippy::unwrap_used)]

use egress_check::engine::{Engine, Role};
use egress_check::formats::Polarity;
use egress_check::report::{Report, RequirementResult, Verdict};
use egress_check::settings::Settings;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

fn snapshot() -> Vec<u8> {
    let packed = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/service-tags-public.gz")).unwrap();
    let mut unpacked = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
    unpacked
}

fn cases() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let folders = |of: &Path| -> Vec<PathBuf> {
        let mut folders: Vec<_> = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        folders
    };
    let of_format = |format: PathBuf| {
        let id = format.file_name().unwrap().to_str().unwrap().to_owned();
        folders(&format).into_iter().map(move |case| (id.clone(), case)).collect::<Vec<_>>()
    };
    folders(&root).into_iter().flat_map(of_format).collect()
}

struct Case {
    format: String,
    name: String,
    bytes: Vec<u8>,
    attachments: Vec<(String, Vec<u8>)>,
    settings: Settings,
}

fn load(format: &str, folder: &Path) -> Case {
    let expect: Value = serde_json::from_slice(&fs::read(folder.join("expect.json")).unwrap()).unwrap();
    let text = |key: &str| expect.get(key).and_then(Value::as_str).map(str::to_owned);
    let attach = expect.get("attach").and_then(Value::as_array).cloned().unwrap_or_default();
    let attached =
        |name: &Value| (name.as_str().unwrap().to_owned(), fs::read(folder.join(name.as_str().unwrap())).unwrap());
    let mut inputs = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let input = inputs.find(|path| path.file_stem().is_some_and(|stem| stem == "input")).unwrap();
    let scenario = match format {
        "route-filter" => "backup.mars.public.expressroute-microsoft-peering",
        _ => "backup.mars.public",
    };
    Case {
        format: format.to_owned(),
        name: input.file_name().unwrap().to_str().unwrap().to_owned(),
        bytes: fs::read(&input).unwrap(),
        attachments: attach.iter().map(attached).collect(),
        settings: Settings {
            scenarios: vec![scenario.to_owned()],
            regions: vec!["westeurope".to_owned()],
            source: Some("10.1.2.3".to_owned()),
            dialect: text("dialect"),
            polarity: text("polarity").map(|p| if p == "allow" { Polarity::Allow } else { Polarity::Block }),
            ..Settings::default()
        },
    }
}

fn engine(case: &Case, export: &[u8], snapshot: &[u8]) -> Engine {
    let mut engine = Engine::new();
    engine.set_snapshot(snapshot).unwrap();
    engine.add_file(&case.name, export, Role::Device, Some(&case.format)).unwrap();
    for (name, bytes) in &case.attachments {
        engine.add_file(name, bytes, Role::Attachment, None).unwrap();
    }
    engine
}

fn open(report: &Report, ids: &[String]) -> Vec<String> {
    let rows = report.requirements.iter().filter(|row| ids.contains(&row.id) && row.verdict != Verdict::Covered);
    rows.map(|row| format!("{} is {:?}: {}", row.title, row.verdict, row.sentence)).collect()
}

/// Fixtures whose gaps cannot all be closed by adding, and why.
const LEFT_OPEN: &[&str] = &[
    // A rule of the network manager denies before the group is asked.
    "azure-nsg/effective-admin-rules",
    // The list denies a name by itself, and a denial beats an allowance.
    "plain-list/realistic-spreadsheet",
    // Zscaler's entries reach five levels, a required star any depth.
    "plain-list/zscaler-list",
    // Two filters of which only the reader knows which one counts.
    "route-filter/two-filters",
];

#[test]
fn every_remedy_closes_the_gaps_that_it_says_it_closes() {
    let snapshot = snapshot();
    let mut failures = Vec::new();
    let mut left_open = Vec::new();
    let mut applied = 0;
    for (format, folder) in cases() {
        let case = load(&format, &folder);
        let before = engine(&case, &case.bytes, &snapshot);
        // A fixture that proves a refusal has nothing to close.
        let Ok(report) = before.check(&case.settings) else { continue };
        let Some(remedy) = report.remedies.first() else { continue };
        let lacking =
            |row: &&RequirementResult| row.required && matches!(row.verdict, Verdict::Missing | Verdict::Partly);
        let place = format!("{format}/{}", folder.file_name().unwrap().display());
        if report.requirements.iter().filter(lacking).any(|row| !remedy.closes.contains(&row.id)) {
            left_open.push(place.clone());
        }
        let (_, text) = before.amended(&case.settings).unwrap().remove(0);
        applied += 1;
        match engine(&case, text.as_bytes(), &snapshot).check(&case.settings) {
            Ok(after) => failures.extend(open(&after, &remedy.closes).into_iter().map(|row| format!("{place}: {row}"))),
            Err(problem) => failures.push(format!("{place}: {}", problem.message)),
        }
    }
    println!("{applied} remedies applied");
    assert!(applied >= 100, "only {applied} fixtures have a remedy");
    assert_eq!(failures, Vec::<String>::new());
    assert_eq!(left_open, LEFT_OPEN);
}
