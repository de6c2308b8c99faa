//! PAC files: with whom they stand in a row, and as large as people have them.

use crate::{check, from, row};
use egress_check::engine::{Ask, Engine, Role};
use egress_check::explain::AnswerVerdict;
use egress_check::policy::Protocol;
use egress_check::report::Verdict;
use egress_check::settings::Settings;

#[test]
fn the_proxy_that_a_script_names_decides_where_its_export_is_there() {
    let script = "function FindProxyForURL(url, host) { return \"PROXY px.corp:3128\"; }\n";
    let open = "http_port 3128\nhttp_access allow all\n";
    let closed = "http_port 3128\nhttp_access deny all\n";
    for (exports, expected) in [
        (&[script][..], Verdict::Undecided),
        (&[script, open], Verdict::Covered),
        (&[script, closed], Verdict::Missing),
    ] {
        let report = check(exports, &from("10.0.0.1"));
        assert_eq!(report.summary.verdict, expected, "{exports:?}: {}", report.summary.sentence);
    }
}

#[test]
fn a_script_that_cannot_be_parsed_is_told_as_such_and_by_no_rule() {
    let report = check(&["function FindProxyForURL(url, host) {\n  return \"DIRECT\"; }}\n"], &Settings::default());
    let part = &row(&report, "windows-net").names.as_ref().unwrap().parts[0];
    assert!(part.sentence.contains("the script cannot be parsed ("), "{}", part.sentence);
    assert_eq!(part.reasons[0].citation.as_ref().unwrap().line, 2);
    assert!(part.evidence.is_empty(), "{:?}", part.evidence);
}

#[test]
fn a_name_that_is_blocked_for_certain_is_told_before_what_is_open() {
    let closed = |test: &str| {
        format!(
            "function FindProxyForURL(url, host) {{\n  if ({test}) return \"PROXY 127.0.0.1:9\";\n  return \"DIRECT\";\n}}\n"
        )
    };
    for (test, id, begins) in [
        (
            "host == \"login.windows.net\"",
            "windows-net",
            "Not all of it passes: login.windows.net, for example, is blocked by PROXY 127.0.0.1:9 (line 2). A part cannot",
        ),
        (
            "host == \"mscrl.microsoft.com\"",
            "certificate-revocation-lists",
            "mscrl.microsoft.com: Blocked by PROXY 127.0.0.1:9 (line 2). crl.microsoft.com: Cannot be decided: it goes direct",
        ),
    ] {
        let report = check(&[&closed(test)], &Settings::default());
        let row = row(&report, id);
        assert_eq!(row.verdict, Verdict::Undecided, "{id}");
        assert!(row.sentence.starts_with(begins), "{}", row.sentence);
    }
}

#[test]
fn ten_thousand_hosts_are_told_apart_however_the_script_lists_them() {
    let hosts: Vec<String> = (0..10_000).map(|at| format!("h{at}.site{}.example", at % 500)).collect();
    let quoted = |sign: &str| hosts.iter().map(|host| format!("\"{host}\"{sign}")).collect::<String>();
    let each = |line: &dyn Fn(&str) -> String| hosts.iter().map(|host| line(host)).collect::<String>();
    let function = |before: &str, body: &str| {
        format!("{before}function FindProxyForURL(url, host) {{\n{body}return \"PROXY px.corp:1\";\n}}\n")
    };
    let tested = each(&|host| format!("if (host == \"{host}\") return \"DIRECT\";\n"));
    let globs = each(&|host| format!("if (shExpMatch(host, \"*{host}\")) return \"DIRECT\";\n"));
    let alternatives = each(&|host| format!("host == \"{host}\" ||\n"));
    let found = "for (var i = 0; i < list.length; i++) { if (host == list[i]) return \"DIRECT\"; }\n";
    for (how, script) in [
        ("one test after the other", function("", &tested)),
        ("patterns", function("", &globs)),
        ("one test of all", function("", &format!("if ({alternatives} false) return \"DIRECT\";\n"))),
        ("a list and a loop", function(&format!("var list = [{}];\n", quoted(", ")), found)),
        (
            "a table",
            function(&format!("var table = {{{}}};\n", quoted(": 1, ")), "if (table[host]) return \"DIRECT\";\n"),
        ),
    ] {
        let mut engine = Engine::new();
        engine.add_file("proxy.pac", script.as_bytes(), Role::Device, None).unwrap();
        let ask = Ask { protocol: Protocol::Tcp, port: 443, method: None };
        let asked = ["h77.site77.example", "h10000.site0.example"].map(str::to_owned);
        let answers = engine.explain(&Settings::default(), &ask, &asked).unwrap();
        let routes: Vec<(AnswerVerdict, &str)> =
            answers.iter().map(|answer| (answer.verdict, answer.route[0].as_str())).collect();
        assert_eq!(routes, [(AnswerVerdict::Routed, "DIRECT"), (AnswerVerdict::Routed, "PROXY px.corp:1")], "{how}");
    }
}
