//! Random configurations.

use super::layout::{self, File};
use super::values;
use crate::chance::{one_in, pick};
use fastrand::Rng;

/// A `squid.conf` without the part that is the same for all.
pub struct Configuration {
    pub text: String,
    /// List files and included files.
    pub files: Vec<File>,
    pub destinations: Destinations,
    /// An expression looks at the whole URL, so that only CONNECT can be asked.
    pub looks_at_urls: bool,
}

/// What the requests ask for: chosen so that Squid never waits for DNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destinations {
    Names,
    Addresses,
    /// Every ACL that could look something up has `-n`.
    Both,
}

/// ACL types, each as often as it shall be drawn.
const KINDS: &[&str] = &[
    "dstdomain",
    "dstdomain",
    "dstdomain",
    "dstdomain",
    "dstdomain",
    "dstdomain",
    "dstdom_regex",
    "dstdom_regex",
    "dstdom_regex",
    "url_regex",
    "url_regex",
    "urlpath_regex",
    "ssl::server_name",
    "ssl::server_name_regex",
    "dst",
    "dst",
    "dst",
    "src",
    "src",
    "src",
    "port",
    "port",
    "proto",
    "method",
    "any-of",
    "any-of",
    "all-of",
    "all-of",
    "annotate_transaction",
];
/// Types that the text cannot decide: what is decided in spite of them must be right.
const UNDECIDABLE: &[&str] = &["time", "browser", "localport", "annotate_client"];

struct Acl {
    name: String,
    kind: &'static str,
    values: Vec<String>,
}

struct Draft<'r> {
    random: &'r mut Rng,
    destinations: Destinations,
    acls: Vec<Acl>,
    lines: Vec<String>,
    files: Vec<File>,
}

pub fn random(random: &mut Rng) -> Configuration {
    let destinations =
        pick(random, &[Destinations::Both, Destinations::Both, Destinations::Names, Destinations::Addresses]);
    let mut draft = Draft { random, destinations, acls: Vec::new(), lines: Vec::new(), files: Vec::new() };
    draft.fill();
    let Draft { random, acls, mut lines, mut files, .. } = draft;
    let looks_at_urls = acls.iter().any(|acl| matches!(acl.kind, "url_regex" | "urlpath_regex"));
    let text = layout::arrange(random, &mut lines, &mut files);
    Configuration { text, files, destinations, looks_at_urls }
}

impl Draft<'_> {
    fn fill(&mut self) {
        (0..self.random.usize(2..8)).for_each(|_| self.acl());
        let lines = if one_in(self.random, 30) { 0 } else { self.random.usize(1..7) };
        for _ in 0..lines {
            self.access("http_access");
            if one_in(self.random, 5) {
                self.acl();
            }
        }
        if one_in(self.random, 4) {
            self.lines.push(pick(self.random, &["http_access deny all", "http_access allow all"]).to_owned());
        }
        for list in ["miss_access", "adapted_http_access", "http_access2"] {
            if one_in(self.random, 12) {
                (0..self.random.usize(1..4)).for_each(|_| self.access(list));
            }
        }
    }

    /// A line that defines an ACL, or gives one more values.
    fn acl(&mut self) {
        let again = !self.acls.is_empty() && one_in(self.random, 4);
        let index = if again { self.random.usize(..self.acls.len()) } else { self.new_acl() };
        let Acl { name, kind, .. } = &self.acls[index];
        let (name, kind) = (name.clone(), *kind);
        let mut words = vec!["acl".to_owned(), self.in_some_case(&name), kind.to_owned()];
        words.extend(self.options(kind));
        let values = self.values(index);
        let in_lists = one_in(self.random, 6) && !kind.ends_with("-of") && !kind.starts_with("annotate");
        match in_lists {
            true => words.extend(self.partly_in_lists(&values)),
            false => words.extend(values.iter().cloned()),
        }
        self.acls[index].values.extend(values);
        self.lines.push(words.join(" "));
    }

    fn new_acl(&mut self) -> usize {
        let kinds = if one_in(self.random, 100) { UNDECIDABLE } else { KINDS };
        let kind = pick(self.random, kinds);
        self.acls.push(Acl { name: format!("n{}", self.acls.len()), kind, values: Vec::new() });
        self.acls.len() - 1
    }

    fn in_some_case(&mut self, name: &str) -> String {
        if one_in(self.random, 6) { name.to_uppercase() } else { name.to_owned() }
    }

    fn options(&mut self, kind: &str) -> Vec<String> {
        let looks_up = match kind {
            "dstdomain" | "dstdom_regex" => self.destinations != Destinations::Names,
            "dst" => self.destinations != Destinations::Addresses,
            _ => false,
        };
        let takes_n = matches!(kind, "dstdomain" | "dstdom_regex" | "dst");
        let mut options: Vec<&str> = Vec::new();
        if looks_up || takes_n && self.random.bool() {
            options.push("-n");
        }
        if kind.ends_with("_regex") && one_in(self.random, 3) {
            options.push(pick(self.random, &["-i", "-i", "+i"]));
        }
        if one_in(self.random, 30) && !matches!(kind, "time" | "browser" | "localport") && !kind.starts_with("annotate")
        {
            options.push("--");
        }
        options.into_iter().map(str::to_owned).collect()
    }

    fn values(&mut self, index: usize) -> Vec<String> {
        let count = if one_in(self.random, 20) { 0 } else { self.random.usize(1..5) };
        let heedless = one_in(self.random, 5);
        let mut values: Vec<String> = Vec::new();
        for _ in 0..count {
            let value = self.value(index);
            let kind = self.acls[index].kind;
            let mut earlier = self.acls[index].values.iter().chain(&values);
            if heedless || !earlier.any(|other| values::overlap(kind, &value, other)) {
                values.push(value);
            }
        }
        values
    }

    fn value(&mut self, index: usize) -> String {
        let kind = self.acls[index].kind;
        if kind.ends_with("_regex") && one_in(self.random, 12) {
            return pick(self.random, &["-i", "+i"]).to_owned();
        }
        match kind {
            "any-of" | "all-of" if one_in(self.random, 50) => self.term(self.acls.len()),
            "any-of" | "all-of" => self.term(index),
            _ => values::value(self.random, kind),
        }
    }

    /// A name, perhaps negated: one that Squid has, or one of the first ACLs.
    fn term(&mut self, first: usize) -> String {
        let sign = pick(self.random, &["", "", "!"]);
        let name = match self.random.usize(..first + 2) {
            index if index < first => self.acls[index].name.clone(),
            _ if self.destinations == Destinations::Addresses && one_in(self.random, 4) => "to_localhost".to_owned(),
            _ => pick(self.random, &["all", "CONNECT", "localhost", "manager"]).to_owned(),
        };
        sign.to_owned() + &self.in_some_case(&name)
    }

    /// Values in list files, perhaps with some before and after.
    fn partly_in_lists(&mut self, values: &[String]) -> Vec<String> {
        let before = if one_in(self.random, 4) { self.random.usize(..=values.len()) } else { 0 };
        let after = if one_in(self.random, 6) { self.random.usize(before..=values.len()) } else { values.len() };
        let mut words = values[..before].to_vec();
        words.push(self.list_file(&values[before..after]));
        match self.random.bool() {
            true => words.extend_from_slice(&values[after..]),
            false if after < values.len() => words.push(self.list_file(&values[after..])),
            false => {}
        }
        words
    }

    fn list_file(&mut self, values: &[String]) -> String {
        let name = format!("list{}.txt", self.files.len());
        let ends = ["", "", "", " ", "\t# a comment", " #", "\n", "\n# a comment"];
        let entries = values.iter().map(|value| format!("{value}{}\n", pick(self.random, &ends)));
        let text = entries.collect();
        self.files.push(File { name: name.clone(), text });
        let quote = pick(self.random, &["\"", "\"", "'"]);
        format!("{quote}{name}{quote}")
    }

    fn access(&mut self, list: &str) {
        let action = if one_in(self.random, 60) { "Allow" } else { pick(self.random, &["allow", "deny"]) };
        let count = if one_in(self.random, 40) { 0 } else { pick(self.random, &[1, 1, 1, 2, 2, 3]) };
        let terms: Vec<String> = (0..count).map(|_| self.term(self.acls.len())).collect();
        self.lines.push(format!("{list} {action} {}", terms.join(" ")));
    }
}
