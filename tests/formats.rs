//! Walks `tests/formats/<format>/<case>/`: an export and what is expected of it stand side by side.
//!
//! `expect.json` says what the case proves (`about`), what is attached, what `explain` answers, which problems (warnings
//! and errors) are raised in order, and which lines are not understood. `remedy` cases close their own gaps.

#![allow(clippy::unwrap_used)]

#[path = "support/damage.rs"]
mod damage;

use damage::{Damaged, Terminal};
use egress_check::addresses::AddressSet;
use egress_check::device::{Device, Reading};
use egress_check::explain::{Target, explain};
use egress_check::formats::{self, FORMATS, Polarity};
use egress_check::policy::{LineUse, Method};
use egress_check::problem::Severity;
use egress_check::reach::{Question, TagTable};
use egress_check::settings::Settings;
use egress_check::source::Source;
use egress_check::stated::Stated;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expect {
    about: String,
    #[serde(default)]
    attach: Vec<String>,
    format: Option<String>,
    dialect: Option<String>,
    polarity: Option<Polarity>,
    #[serde(default)]
    dns: BTreeMap<String, String>,
    time: Option<String>,
    #[serde(default)]
    service_tags: BTreeMap<String, Vec<String>>,
    vantages: Option<Vec<String>>,
    #[serde(default)]
    explain: Vec<Asked>,
    #[serde(default)]
    problems: Vec<String>,
    #[serde(default)]
    not_understood: Vec<u32>,
    /// The id of the problem that reading ends with, where nothing can be read.
    refused: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    target: String,
    #[serde(default = "https")]
    port: u16,
    method: Option<String>,
    source: Option<String>,
    vantage: Option<String>,
    verdict: String,
    #[serde(default, deserialize_with = "given")]
    line: Option<Option<u32>>,
    reason: Option<String>,
}

fn https() -> u16 {
    443
}

/// Tells `"line": null` (no line decides) from no `line` at all (not tested).
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<u32>>, D::Error> {
    Option::<u32>::deserialize(from).map(Some)
}

struct Tags(BTreeMap<String, AddressSet>);

impl TagTable for Tags {
    fn addresses(&self, tag: &str) -> Option<&AddressSet> {
        self.0.get(&tag.to_ascii_lowercase())
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap_or_else(|error| panic!("{}: {error}", of.display()));
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn every_format_has_fixtures_and_every_fixture_a_format() {
    for format in FORMATS {
        let cases = folders(&fixtures().join(format.id()));
        assert!(!cases.is_empty(), "{} has no fixtures", format.id());
    }
    for folder in folders(&fixtures()) {
        let id = folder.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(formats::by_id(&id).is_some(), "{id} is no format");
    }
}

#[test]
fn every_fixture_reads_as_expected() {
    let mut failures = Vec::new();
    let mut count = 0;
    for format in FORMATS {
        for case in folders(&fixtures().join(format.id())) {
            count += 1;
            let wrong = check(format.id(), &case);
            failures.extend(
                wrong.into_iter().map(|text| format!("{}: {text}", case.strip_prefix(fixtures()).unwrap().display())),
            );
        }
    }
    println!("{count} fixtures");
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// How surely each format takes each fixture for its own: the right one most, and no other as much. `--nocapture` shows all.
#[test]
fn every_fixture_is_recognised_without_a_rival() {
    println!("{:60}{}", "", FORMATS.iter().map(|format| format!("{:>16}", format.id())).collect::<String>());
    let mut failures = Vec::new();
    for format in FORMATS {
        for case in folders(&fixtures().join(format.id())) {
            let expect = expected(&case);
            let Ok(source) = Source::read("input", 0, &fs::read(input_file(&case)).unwrap()) else { continue };
            let percents: Vec<u8> = FORMATS.iter().map(|format| format.recognise(&source).percent).collect();
            let name = case.strip_prefix(fixtures()).unwrap().display().to_string();
            println!("{name:60}{}", percents.iter().map(|percent| format!("{percent:>16}")).collect::<String>());
            let own = format.recognise(&source).percent;
            let rivals = percents.iter().filter(|&&percent| percent >= own).count() - 1;
            if expect.format.is_none() && expect.refused.is_none() && (own == 0 || rivals > 0) {
                failures.push(format!("{name}: {own} % against {percents:?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

fn input_file(case: &Path) -> PathBuf {
    let entries = fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path());
    let mut inputs: Vec<_> = entries.filter(|path| path.file_stem().is_some_and(|stem| stem == "input")).collect();
    assert_eq!(inputs.len(), 1, "{} needs one input file", case.display());
    inputs.remove(0)
}

fn load(path: &Path, name: &str, file: u16) -> Source {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Source::read(name, file, &bytes).unwrap_or_else(|problem| panic!("{}: {}", path.display(), problem.message))
}

fn expected(case: &Path) -> Expect {
    let text =
        fs::read_to_string(case.join("expect.json")).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    let expect: Expect = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    assert!(!expect.about.is_empty(), "{} says not what it proves", case.display());
    expect
}

fn attachments(case: &Path, expect: &Expect) -> Vec<Source> {
    let attach = |(index, name): (usize, &String)| load(&case.join(name), name, index as u16 + 1);
    expect.attach.iter().enumerate().map(attach).collect()
}

fn reading<'a>(
    expect: &'a Expect,
    stated: &'a Stated,
    format: Option<&'a str>,
    vantage: Option<&'a str>,
) -> Reading<'a> {
    Reading { format, dialect: expect.dialect.as_deref(), polarity: expect.polarity, vantage, stated }
}

fn stated(expect: &Expect) -> Stated {
    let settings = Settings { dns: expect.dns.clone(), time: expect.time.clone(), ..Settings::default() };
    Stated::new(&settings).unwrap_or_else(|problem| panic!("{}: {}", expect.about, problem.message))
}

/// What is wrong with one case.
fn check(id: &str, case: &Path) -> Vec<String> {
    let expect = expected(case);
    let input = input_file(case);
    let source = load(&input, input.file_name().unwrap().to_str().unwrap(), 0);
    let attachments = attachments(case, &expect);
    let mut wrong = Vec::new();
    let stated = stated(&expect);
    let reading = |vantage| reading(&expect, &stated, Some(id), vantage);
    let device = match (Device::read(&source, &attachments, &reading(None)), &expect.refused) {
        (Ok(device), None) => device,
        (Err(problem), Some(refused)) if problem.id == refused => return wrong,
        (result, _) => {
            wrong.push(format!("refused: {:?}, expected {:?}", result.err(), expect.refused));
            return wrong;
        }
    };
    let problems: Vec<&str> =
        device.policy.problems.iter().filter(|p| p.severity > Severity::Note).map(|p| p.id).collect();
    if problems != expect.problems {
        wrong.push(format!("problems {problems:?}, expected {:?}", expect.problems));
    }
    let lost = device.policy.account.lines(0, source.line_count(), LineUse::NotUnderstood);
    if lost != expect.not_understood {
        wrong.push(format!("lines not understood {lost:?}, expected {:?}", expect.not_understood));
    }
    if let Some(vantages) = &expect.vantages
        && *vantages != device.labels()
    {
        wrong.push(format!("vantages {:?}, expected {vantages:?}", device.labels()));
    }
    let tags = tag_table(&expect.service_tags);
    for (vantage, asked) in by_vantage(&expect.explain) {
        let device = Device::read(&source, &attachments, &reading(vantage)).expect("read before");
        wrong.extend(asked.into_iter().filter_map(|asked| ask(&device, &tags, asked, |line| line)));
    }
    wrong
}

/// The questions, by the vantage that they are asked from: the text is read once for each.
fn by_vantage(asked: &[Asked]) -> BTreeMap<Option<&str>, Vec<&Asked>> {
    let mut sorted: BTreeMap<Option<&str>, Vec<&Asked>> = BTreeMap::new();
    asked.iter().for_each(|asked| sorted.entry(asked.vantage.as_deref()).or_default().push(asked));
    sorted
}

fn tag_table(tags: &BTreeMap<String, Vec<String>>) -> Tags {
    let set =
        |prefixes: &Vec<String>| AddressSet::from_nets(prefixes.iter().map(|prefix| prefix.parse().expect(prefix)));
    Tags(tags.iter().map(|(name, prefixes)| (name.to_ascii_lowercase(), set(prefixes))).collect())
}

/// What is wrong with one answer; `original` gives the line that is meant by one of the answer.
fn ask(device: &Device<'_>, tags: &Tags, asked: &Asked, original: impl Fn(u32) -> u32) -> Option<String> {
    let mut question = Question::tcp(asked.port);
    question.source = asked.source.as_ref().map(|source| match Target::parse(source) {
        Ok(Target::Addresses(set)) => set,
        other => panic!("{source}: {other:?}"),
    });
    match asked.method.as_deref() {
        None => {}
        Some("connect") => question.method = Method::Connect,
        Some("get") => question.method = Method::Get,
        Some(other) => panic!("no method {other}"),
    }
    let target = Target::parse(&asked.target).unwrap_or_else(|problem| panic!("{}", problem.message));
    let answer = explain(device, &question, tags, &asked.target, &target);
    let verdict = serde_json::to_value(answer.verdict).unwrap();
    let as_expected = verdict == asked.verdict.as_str()
        && asked.line.is_none_or(|line| line == answer.line.map(original))
        && asked.reason.as_ref().is_none_or(|reason| answer.reason.contains(reason.as_str()));
    (!as_expected).then(|| {
        let Asked { target, port, verdict, line, reason, .. } = asked;
        format!("{target}:{port}: got {answer:?}, expected {verdict} line {line:?} reason {reason:?}")
    })
}

/// The terminals on which exports are read that no file holds. Lists and Squid's files are files.
fn terminal(id: &str, input: &Path) -> Option<&'static Terminal> {
    const AZURE: Terminal =
        Terminal { prompt: "operator@laptop:~$ ", command: "az network show -o json", pager: "--More--" };
    const ASA: Terminal =
        Terminal { prompt: "asa01/pri/act# ", command: "show running-config", pager: "<--- More --->" };
    const IOS: Terminal = Terminal { prompt: "core-sw1#", command: "show running-config", pager: " --More-- " };
    const FORTIGATE: Terminal =
        Terminal { prompt: "FGT60F (root) # ", command: "show full-configuration", pager: "--More-- " };
    const PALO_ALTO: Terminal =
        Terminal { prompt: "admin@PA-220(active)> ", command: "show config running", pager: "--more--" };
    const IPTABLES: Terminal =
        Terminal { prompt: "root@gw:~# ", command: "iptables-save; ip6tables-save; ipset save", pager: "--More--" };
    const NFTABLES: Terminal =
        Terminal { prompt: "root@gw:~# ", command: "nft list ruleset | more", pager: "--More--" };
    let is_json = input.extension().is_some_and(|extension| extension == "json");
    match id {
        "azure-nsg" | "azure-firewall" | "route-filter" if is_json => Some(&AZURE),
        "cisco-asa" => Some(&ASA),
        "cisco-ios" | "cisco-nxos" => Some(&IOS),
        "fortios" => Some(&FORTIGATE),
        "panos" => Some(&PALO_ALTO),
        "iptables" => Some(&IPTABLES),
        "nftables" => Some(&NFTABLES),
        _ => None,
    }
}

/// Texts that a damage makes another text, and why.
const UNDAMAGED: &[(&str, &str)] = &[
    // Rules go on over lines as their writer likes, so a break within a word is not mended; the rule is told and left open.
    ("nftables/whole-listing", "broken at 80 columns"),
    // An array of strings is a list like any other, and lists are files.
    ("route-filter/list-array", "captured from a terminal"),
    // Nothing in it but a name says what it is.
    ("route-filter/without-rules", "captured from a terminal"),
];

#[test]
fn damage_on_the_way_changes_no_verdict() {
    let mut failures = Vec::new();
    let mut count = 0;
    for format in FORMATS {
        for case in folders(&fixtures().join(format.id())) {
            let name = case.strip_prefix(fixtures()).unwrap().display().to_string();
            let Ok(text) = fs::read_to_string(input_file(&case)) else { continue };
            for damaged in damage::all(&text, terminal(format.id(), &input_file(&case))) {
                if !UNDAMAGED.contains(&(name.as_str(), damaged.how)) {
                    count += 1;
                    failures.extend(
                        compare(format.id(), &case, &damaged).map(|wrong| format!("{name}, {}: {wrong}", damaged.how)),
                    );
                }
            }
        }
    }
    println!("{count} damaged texts");
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// The first thing that is not as expected of the whole text.
fn compare(id: &str, case: &Path, damaged: &Damaged) -> Option<String> {
    let expect = expected(case);
    let attachments = attachments(case, &expect);
    let name = input_file(case).file_name().unwrap().to_str().unwrap().to_owned();
    let source = match Source::read(name, 0, &damaged.bytes) {
        Ok(source) => source,
        Err(problem) => return (expect.refused.as_deref() != Some(problem.id)).then_some(problem.message),
    };
    let tags = tag_table(&expect.service_tags);
    let (format, stated) = (expect.format.as_ref().map(|_| id), stated(&expect));
    by_vantage(&expect.explain).into_iter().find_map(|(vantage, asked)| {
        match Device::read(&source, &attachments, &reading(&expect, &stated, format, vantage)) {
            Ok(device) if device.format.id() == id => {
                asked.into_iter().find_map(|asked| ask(&device, &tags, asked, |line| damaged.original(line)))
            }
            Ok(device) => Some(format!("recognised as {}", device.format.id())),
            Err(problem) => Some(problem.message),
        }
    })
}
