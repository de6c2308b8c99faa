//! The program's interface: words, exit codes, and forms of output that scripts depend on.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// Files of one test, in a folder of its own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }

    fn run(&self, args: &str) -> Ran {
        self.run_with(args, "")
    }

    fn run_with(&self, args: &str, stdin: &str) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_egress-check"))
            .args(args.split_whitespace().map(|word| word.replace('_', " ")))
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that ends before it reads closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

const ALL_NAMES: &str = "*.microsoft.com\n*.windowsazure.com\n*.microsoftonline.com\n*.windows.net\n\
    *.blob.core.windows.net\n*.queue.core.windows.net\n*.blob.storage.azure.net\n";

const SQUID: &str = "acl lan src 10.0.0.0/8\nacl ms dstdomain .microsoft.com\nacl list dstdomain \"/etc/squid/more.txt\"\n\
    http_access allow lan ms\nhttp_access allow lan list\nhttp_access deny all\n";

const GOV_TAGS: &str = r#"{"changeNumber": 1, "cloud": "AzureGovernment", "values": [
    {"name": "Storage", "id": "Storage", "properties": {"region": "", "addressPrefixes": ["203.0.113.0/24"]}}]}"#;

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("all.txt", ALL_NAMES);
    folder.write("some.txt", "*.microsoft.com\n");
    folder.write("proxy.conf", SQUID);
    folder.write("more.txt", ALL_NAMES.replace("*.", "."));
    folder.write("gov.json", GOV_TAGS);
    folder.write("image.png", b"\x89PNG\r\n\x1a\n\0\0");
    folder.write("empty.txt", "");
    folder.write("prose.txt", "The quick brown fox jumps over the lazy dog, as it was said before.\n");
    folder.write("open.json", r#"{"name": "open", "securityRules": [], "defaultSecurityRules": []}"#);
    folder
}

#[test]
fn exit_codes_tell_what_a_script_has_to_know() {
    let folder = folder("exit-codes");
    for (args, code) in [
        ("check all.txt", 0),
        ("check some.txt", 1),
        ("check plain-list:all.txt", 0),
        ("check --format plain-list all.txt", 0),
        ("check all.txt open.json", 0),
        ("check all.txt proxy.conf --source 10.1.1.1", 2),
        ("check all.txt proxy.conf --source 10.1.1.1 --with more.txt", 0),
        ("check proxy.conf --with more.txt", 2),
        ("check proxy.conf --with more.txt --source 192.0.2.1", 1),
        ("check --scenario windows.connectivity-check all.txt", 2),
        ("check --scenario windows.connectivity-check --fact windowsBuild=20348 all.txt", 1),
        ("check --cloud usgov all.txt", 3),
        ("check --scenario backup.mars.usgov all.txt", 3),
        ("check --cloud usgov --service-tags gov.json all.txt", 1),
        ("check --service-tags gov.json all.txt", 3),
        ("check --region westeurope --region West_Europe all.txt", 0),
        ("check --region atlantis all.txt", 3),
        ("check --region usgovvirginia all.txt", 3),
        ("check --scenario no.such all.txt", 3),
        ("check --fact colour=blue all.txt", 3),
        ("check --vantage nowhere all.txt", 3),
        ("check --dialect nobody all.txt", 3),
        ("check --format nothing all.txt", 3),
        ("check --format squid all.txt", 3),
        ("check --source everywhere all.txt", 3),
        ("check image.png", 3),
        ("check empty.txt", 3),
        ("check prose.txt", 3),
        ("check missing.txt", 3),
        ("check .", 3),
        ("check", 3),
        ("check --no-such-flag all.txt", 3),
        ("explain all.txt a.microsoft.com evil.example", 0),
        ("explain - -", 3),
        ("detect all.txt", 0),
        ("detect prose.txt", 3),
        ("vantages proxy.conf", 0),
        ("formats", 0),
        ("scenarios", 0),
        ("--help", 0),
        ("--version", 0),
    ] {
        let ran = folder.run(args);
        assert_eq!(ran.code, code, "{args}\n{}{}", ran.out, ran.err);
        assert_eq!(ran.err.is_empty(), code != 3 || args.starts_with("detect"), "{args}: {}", ran.err);
    }
}

#[test]
fn a_cloud_without_its_file_names_the_file() {
    let ran = folder("cloud").run("check --cloud usgov all.txt");
    assert!(ran.err.contains("ServiceTags_AzureGovernment_YYYYMMDD.json") && ran.err.contains("57063"), "{}", ran.err);
    let ran = folder("cloud").run("check --cloud china all.txt --scenario windows.connectivity-check");
    assert!(ran.err.contains("ServiceTags_China_YYYYMMDD.json") && ran.err.contains("57062"), "{}", ran.err);
}

#[test]
fn explain_answers_each_target_in_order_as_one_object_a_line() {
    let folder = folder("explain");
    let ran = folder.run("explain --output jsonl all.txt a.microsoft.com no/target x.microsoft.com");
    assert_eq!((ran.code, ran.out.lines().count()), (3, 3), "{}", ran.out);
    assert!(ran.out.contains("no/target") && ran.out.contains("is no target"), "{}", ran.out);
    let args = "explain --output jsonl --source 10.1.1.1 --with more.txt proxy.conf -";
    let ran = folder.run_with(args, "login.microsoft.com\n*.windows.net\nevil.example\n\n*.example\n");
    let answers: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&str, &str, Option<u64>)> = answers
        .iter()
        .map(|a| (a["target"].as_str().unwrap(), a["verdict"].as_str().unwrap(), a["line"].as_u64()))
        .collect();
    let expected = [
        ("login.microsoft.com", "allowed", Some(4)),
        ("*.windows.net", "allowed", Some(5)),
        ("evil.example", "blocked", Some(6)),
        ("*.example", "blocked", Some(6)),
    ];
    assert_eq!(told, expected);
    for answer in &answers {
        let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["line", "reason", "target", "verdict"]);
        assert!(answer["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    }
}

#[test]
fn a_missing_list_file_leaves_it_open_and_says_what_to_attach() {
    let ran = folder("missing-list").run("explain --output jsonl --source 10.1.1.1 proxy.conf login.windows.net");
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["verdict"], "undecided");
    assert!(answer["reason"].as_str().unwrap().contains("/etc/squid/more.txt"), "{answer}");
}

#[test]
fn every_output_is_written_and_the_same_twice() {
    let folder = folder("outputs");
    for output in ["text", "json", "csv", "markdown"] {
        let args = format!("check --output {output} --source 10.1.1.1 proxy.conf");
        let (first, second) = (folder.run(&args), folder.run(&args));
        assert_eq!(first.out, second.out);
        assert!(first.out.contains("*.windows.net"), "{output}: {}", first.out);
    }
    let json = folder.run("check --output json some.txt");
    let report: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["summary"]["sentence"], "1 of 7 covered, 6 missing");
    assert_eq!(report["summary"]["verdict"], "missing");
    assert_eq!(report["knowledge"]["serviceTags"]["shipped"], true);
    for list in ["formats", "scenarios", "detect all.txt", "vantages all.txt"] {
        let ran = folder.run(&format!("{list} --output json"));
        assert!(serde_json::from_str::<Value>(&ran.out).is_ok(), "{list}: {}", ran.out);
    }
}

#[test]
fn secrets_in_quoted_lines_are_masked_in_every_output() {
    let folder = folder("secrets");
    folder.write(
        "secret.txt",
        "https://joe:hunter2@x.blob.core.windows.net/?sig=hunter2\ncachemgr_passwd hunter2 what is this\n*.microsoft.com\n\
         a.example\nb.example\nc.example\nd.example\ne.example\nf.example\ng.example\n",
    );
    for output in ["text", "json", "csv", "markdown"] {
        let ran = folder.run(&format!("check --format plain-list --output {output} secret.txt"));
        assert!(!ran.out.contains("hunter2"), "{output}: {}", ran.out);
        assert!(ran.code < 3);
    }
    let ran = folder.run("explain --format plain-list secret.txt x.blob.core.windows.net");
    assert!(!ran.out.contains("hunter2"), "{}", ran.out);
}

#[test]
fn several_files_are_devices_in_series() {
    let folder = folder("series");
    folder.write(
        "nsg.json",
        r#"{"name": "nsg", "securityRules": [{"name": "deny", "priority": 100, "direction": "Outbound", "access": "Deny",
            "protocol": "*", "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
            "destinationPortRange": "*"}], "defaultSecurityRules": []}"#,
    );
    assert_eq!(folder.run("check all.txt nsg.json").code, 1);
    let report: Value = serde_json::from_str(&folder.run("check --output json all.txt nsg.json").out).unwrap();
    assert_eq!(report["devices"].as_array().unwrap().len(), 2);
    assert_eq!(report["summary"]["required"]["missing"], 7);
}
