//! How the lines of a configuration stand on the page: blocks, includes, continuations, comments, errors.

use crate::chance::{one_in, pick};
use fastrand::Rng;

/// A file beside the configuration.
pub struct File {
    pub name: String,
    pub text: String,
}

/// Lines that change nothing.
const NOISE: &[&str] = &[
    "# http_access allow all",
    "",
    "via off",
    "ssl_bump terminate all",
    "acl spare dstdomain .a.ex b.ex",
    "httpd_suppress_version_string on",
    "acl localhost src 127.0.0.1/32 ::1",
    "acl all src all",
    "acl spare2 src 192.0.2.0/24",
];
/// Lines that Squid refuses, or only looks as if it did.
const FLAWS: &[&str] = &[
    "acl n0 dst 192.0.2.1",
    "acl n1 port 1",
    "http_access allow nowhere",
    "acl f dstdomain a.ex .ex",
    "acl f dstdomain .ex a.ex",
    "acl f dstdomain ex .ex",
    "acl f port https",
    "acl f port 90-80",
    "acl f port 65536",
    "acl f src 10.0.0.256",
    "acl f dst 10.0.0.0/33",
    "acl f frob x",
    "acl f any-of f",
    "acl f all-of nowhere",
    "acl f dstdomain -i a.ex",
    "acl f port -n 443",
    "acl f dst -n",
    "acl f src",
    "endif",
    "else",
    "if maybe",
    "if 1 < 2",
    "if true",
    "acl f",
    "acl",
    "frobnicate on",
    "ACL f src 10.0.0.1",
    "Http_access deny all",
    "acl f DSTDOMAIN a.ex",
    "http_access",
    "http_access permit all",
    "acl f url_regex (",
    "acl f localport x",
    "acl f src [2001:db8::1]",
    "acl f dst 2001:db8::/129x",
    "acl f dstdomain",
    "http_access allow !",
    "http_access deny !!all",
    "include",
    "ssl_bump Splice all",
    "ssl_bump",
    "configuration_includes_quoted_values yes",
];

pub fn arrange(random: &mut Rng, lines: &mut Vec<String>, files: &mut Vec<File>) -> String {
    if one_in(random, 12) {
        insert(random, lines, FLAWS);
    }
    if one_in(random, 3) {
        insert(random, lines, NOISE);
    }
    if one_in(random, 8) {
        include(random, lines, files);
    }
    while one_in(random, 5) {
        condition(random, lines);
    }
    let end = if one_in(random, 30) { "\r\n" } else { "\n" };
    lines.iter().map(|line| spaced(random, line, end) + end).collect()
}

fn insert(random: &mut Rng, lines: &mut Vec<String>, from: &[&str]) {
    let at = random.usize(..=lines.len());
    lines.insert(at, pick(random, from).to_owned());
}

/// Two places in order, with at least one line between them.
fn stretch(random: &mut Rng, lines: &[String]) -> (usize, usize) {
    let start = random.usize(..lines.len());
    (start, random.usize(start + 1..=lines.len()))
}

fn include(random: &mut Rng, lines: &mut Vec<String>, files: &mut Vec<File>) {
    let (start, end) = stretch(random, lines);
    let name = format!("part{}.conf", files.len());
    let part: Vec<String> = lines.splice(start..end, [format!("include {name}")]).collect();
    files.push(File { name, text: part.join("\n") + "\n" });
}

fn condition(random: &mut Rng, lines: &mut Vec<String>) {
    let (start, end) = stretch(random, lines);
    let conditions = ["true", "true", "1 = 1", "7=7", "false", "1 = 2", " true "];
    lines.insert(end, "endif".to_owned());
    if one_in(random, 3) {
        let at = random.usize(start..=end);
        lines.insert(at, "else".to_owned());
    }
    lines.insert(start, format!("if {}", pick(random, &conditions)));
}

/// The line with other blanks, a comment, or broken in two.
fn spaced(random: &mut Rng, line: &str, end: &str) -> String {
    let Some(blank) = line.rfind(' ').filter(|_| one_in(random, 6)) else { return line.to_owned() };
    let (head, tail) = line.split_at(blank);
    match random.u32(..6) {
        0 => format!("{head} \\{end}{tail}"),
        // Two addresses run together could be a name, which Squid looks up before it starts.
        1 if ![" src ", " dst "].iter().any(|kind| line.contains(kind)) => {
            format!("{head}\\{end} # a comment{end}  {tail}")
        }
        2 => format!("{head}\t {tail}"),
        3 => format!(" {line} "),
        4 if line.starts_with("acl") || line.starts_with("http") => format!("{line} # a comment"),
        _ => format!("\t{line}\t"),
    }
}
