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

/// Puts an export in the place of what the engine held; reading the snapshot anew for each case would take longer than
/// all the rest.
fn put(engine: &mut Engine, case: &Case, export: &[u8]) {
    engine.clear_files();
    engine.add_file(&case.name, export, Role::Device, Some(&case.format)).unwrap();
    for (name, bytes) in &case.attachments {
        engine.add_file(name, bytes, Role::Attachment, None).unwrap();
    }
}

fn open(report: &Report, ids: &[String]) -> Vec<String> {
    let rows = report.requirements.iter().filter(|row| ids.contains(&row.id) && row.verdict != Verdict::Covered);
    rows.map(|row| format!("{} is {:?}: {}", row.title, row.verdict, row.sentence)).collect()
}

/// Fixtures whose gaps cannot all be closed by adding, from one place or another, and why.
const LEFT_OPEN: &[&str] = &[
    // The group stands twice; once one of them is amended, which one counts is open.
    "azure-firewall/group-twice",
    // What denies stands in an attachment.
    "azure-firewall/parent-attached",
    // Where the collection that may deny stands cannot be read.
    "azure-firewall/priority-missing",
    "azure-firewall/priority-not-a-number",
    // Two groups with one priority: which is first is open.
    "azure-firewall/same-group-priority",
    // No priority is free before the collection that denies, and a template's groups are not made.
    "azure-firewall/template-condition",
    "azure-firewall/template-copy",
    "azure-firewall/template-module",
    "azure-firewall/template-nested-inner",
    "azure-firewall/template-nested-outer",
    "azure-firewall/template-parent",
    "azure-firewall/template-properties-variable",
    // No priority is free before the rule that denies; the remedy says what to renumber.
    "azure-nsg/configured-nic-and-subnet",
    "azure-nsg/effective-admin-only",
    // A rule of the network manager denies before the group is asked.
    "azure-nsg/effective-admin-rules",
    // No priority is free, as above.
    "azure-nsg/inbound-ignored",
    "azure-nsg/internet-tag",
    "azure-nsg/nic-in-paste-proves-path",
    "azure-nsg/platform-is-not-filtered",
    "azure-nsg/sloppy-json",
    "azure-nsg/template-nested-outer",
    "azure-nsg/template-parameter-file",
    // What drops at the interface comes before any policy.
    "fortios/interface-policy-in-zone",
    // What drops stands in the table `raw`, which has no place for rules that let traffic through.
    "iptables/listing-kinds",
    "iptables/raw-states",
    // What a mark decides, and a rule that is not understood, stays open beside what is added.
    "iptables/unreadable-targets",
    // What the script routes, a proxy or a firewall decides about, whose export is not there.
    "pac/basic",
    "pac/commented",
    "pac/minified",
    // The names may be in another custom category too, and which counts is left open.
    "panos/external-lists",
    // Policy-based forwarding discards before any security rule is asked.
    "panos/forwarding-discards",
    // What Panorama pushed may deny first, and for which virtual system it did is open.
    "panos/pushed-several-vsys",
    // The names may be in another custom category too, as above.
    "panos/url-categories-overlap",
    "panos/url-category",
    "panos/url-entries-odd",
    "panos/url-entries-without-slash",
    "panos/whole-firewall-set",
    "panos/whole-firewall-xml",
    "panos/whole-panorama",
    // The list denies a name by itself, and a denial beats an allowance.
    "plain-list/a-denial-wins-wherever-it-stands",
    // What stands at the end stands in a comment that is not closed.
    "plain-list/block-comment-cut",
    // The list denies a name by itself, and a denial beats an allowance.
    "plain-list/csv-column-allowed-in-part",
    "plain-list/csv-status-blocked",
    "plain-list/markdown-table-yes-no",
    "plain-list/realistic-spreadsheet",
    // What stands at the end stands under a heading that denies.
    "plain-list/section-that-denies-last",
    "plain-list/section-that-denies-part",
    "plain-list/sections-that-deny",
    // Zscaler's entries reach five levels, a required star any depth.
    "plain-list/zscaler-list",
    // `ssl_bump` ends the connection, which no access list mends.
    "squid/intercept-server-name",
];

/// What applying one remedy showed.
struct Applied {
    fixture: String,
    failures: Vec<String>,
    left_open: bool,
}

/// What applying the remedies of one fixture showed, from each place that it is seen from.
fn apply_all(engine: &mut Engine, format: &str, folder: &Path) -> Vec<Applied> {
    let mut case = load(format, folder);
    put(engine, &case, &case.bytes);
    let fixture = format!("{format}/{}", folder.file_name().unwrap().display());
    // A fixture that proves a refusal has nothing to close.
    let Ok(report) = engine.check(&case.settings) else { return Vec::new() };
    match report.devices[0].vantages.as_slice() {
        [_] => apply(engine, &case, &fixture, &report).into_iter().collect(),
        several => several
            .iter()
            .filter_map(|vantage| {
                case.settings.vantage = Some(vantage.clone());
                put(engine, &case, &case.bytes);
                let report = engine.check(&case.settings).unwrap();
                apply(engine, &case, &fixture, &report)
            })
            .collect(),
    }
}

fn apply(engine: &mut Engine, case: &Case, fixture: &str, report: &Report) -> Option<Applied> {
    let remedy = report.remedies.first()?;
    let lacking = |row: &&RequirementResult| row.required && matches!(row.verdict, Verdict::Missing | Verdict::Partly);
    let left_open = report.requirements.iter().filter(lacking).any(|row| !remedy.closes.contains(&row.id));
    let amended = engine.amended(&case.settings).unwrap();
    let mut failures = Vec::new();
    let place = format!("{fixture} seen from {}", case.settings.vantage.as_deref().unwrap_or("its only place"));
    if let Some((_, text)) = amended.first() {
        put(engine, case, text.as_bytes());
        match engine.check(&case.settings) {
            Ok(after) => failures.extend(open(&after, &remedy.closes).into_iter().map(|row| format!("{place}: {row}"))),
            Err(problem) => failures.push(format!("{place}: {}", problem.message)),
        }
    }
    Some(Applied { fixture: fixture.to_owned(), failures, left_open })
}

#[test]
fn every_remedy_closes_the_gaps_that_it_says_it_closes() {
    let (snapshot, cases) = (snapshot(), cases());
    let apply_some = |cases: &[(String, PathBuf)]| -> Vec<Applied> {
        let mut engine = Engine::new();
        engine.set_snapshot(&snapshot).unwrap();
        cases.iter().flat_map(|(format, folder)| apply_all(&mut engine, format, folder)).collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let applied: Vec<Applied> = std::thread::scope(|scope| {
        let chunks = cases.chunks(cases.len().div_ceil(threads));
        let running: Vec<_> = chunks.map(|chunk| scope.spawn(|| apply_some(chunk))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    println!("{} remedies applied", applied.len());
    assert!(applied.len() >= 100, "only {} fixtures have a remedy", applied.len());
    let failures: Vec<&String> = applied.iter().flat_map(|each| &each.failures).collect();
    assert_eq!(failures, Vec::<&String>::new());
    let mut left_open: Vec<&str> =
        applied.iter().filter(|each| each.left_open).map(|each| each.fixture.as_str()).collect();
    left_open.dedup();
    assert_eq!(left_open, LEFT_OPEN);
}
