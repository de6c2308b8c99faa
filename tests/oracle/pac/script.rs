//! Random scripts.

use super::world;
use crate::chance::{one_in, pick};
use fastrand::Rng;

pub const LABELS: &[&str] = &["a", "b", "ab", "www", "x1", "blob", "core", "win-dows"];
const TOPS: &[&str] = &["example.com", "ample.com", "example.net", "core.example", "b.example.com"];
const ROUTES: &[&str] = &[
    "DIRECT",
    "PROXY p1.corp:8080",
    "PROXY p2.corp:8080; DIRECT",
    "PROXY p1.corp:8080; PROXY p2.corp:8080",
    "SOCKS5 s.corp:1080",
    DEAD_END,
];
/// A route that leads nowhere.
pub const DEAD_END: &str = "PROXY 127.0.0.1:9";

pub fn name(random: &mut Rng) -> String {
    let mut name = pick(random, TOPS).to_owned();
    for _ in 0..random.u32(..3) {
        name = format!("{}.{name}", pick(random, LABELS));
    }
    name
}

/// A suffix as scripts write them.
fn suffix(random: &mut Rng) -> String {
    let dot = if one_in(random, 3) { "" } else { "." };
    format!("{dot}{}", name(random))
}

fn quoted(random: &mut Rng, text: &str) -> String {
    let sign = if one_in(random, 3) { '\'' } else { '"' };
    format!("{sign}{text}{sign}")
}

struct Writer<'r> {
    random: &'r mut Rng,
    /// Whether it asks about DNS and the time.
    worldly: bool,
    helpers: String,
    count: usize,
}

pub fn random(random: &mut Rng, worldly: bool) -> String {
    let mut writer = Writer { random, worldly, helpers: String::new(), count: 0 };
    let mut body = String::new();
    if one_in(writer.random, 3) {
        body += "  host = host.toLowerCase();\n";
    }
    for _ in 0..writer.random.usize(1..5) {
        let depth = if one_in(writer.random, 4) { 2 } else { 1 };
        body += &writer.statement(depth, 1);
    }
    if !one_in(writer.random, 8) {
        body += &writer.given(1);
    }
    format!("{}function FindProxyForURL(url, host) {{\n{body}}}\n", writer.helpers)
}

impl Writer<'_> {
    fn fresh(&mut self, stem: &str) -> String {
        self.count += 1;
        format!("{stem}{}", self.count)
    }

    fn statement(&mut self, depth: u32, indent: usize) -> String {
        let pad = "  ".repeat(indent);
        let inner = |writer: &mut Self| match depth {
            0 => writer.given(indent + 1),
            _ => writer.statement(depth - 1, indent + 1),
        };
        let test = self.test(2);
        match self.random.u32(..14) {
            12 | 13 => self.kept(&pad, &test),
            0..=3 => format!("{pad}if ({test}) {}", self.given(0).trim_start()),
            4 => {
                let (then, other) = (inner(self), inner(self));
                format!("{pad}if ({test}) {{\n{then}{pad}}} else {{\n{other}{pad}}}\n")
            }
            5 => {
                let (then, more) = (inner(self), inner(self));
                format!("{pad}if ({test}) {{\n{then}{more}{pad}}}\n")
            }
            6 => self.switch(&pad),
            7 => {
                let (name, a, b) = (self.fresh("v"), self.route(), self.route());
                let other = self.test(1);
                format!("{pad}var {name} = {a};\n{pad}if ({test}) {name} = {b};\n{pad}if ({other}) return {name};\n")
            }
            8 => self.loop_with_break(&pad),
            9 => {
                let other = self.test(1);
                let (a, b, c) = (self.route(), self.route(), self.test(1));
                format!("{pad}if ({c}) return {test} ? {a} : {other} ? {b} : \"DIRECT\";\n")
            }
            10 => {
                let (name, other) = (self.fresh("found"), self.test(1));
                format!("{pad}var {name} = {test};\n{pad}if ({name} && !({other})) {}", self.given(0).trim_start())
            }
            _ => {
                let (name, route) = (self.fresh("f"), self.route());
                let other = self.test(1);
                self.helpers += &format!(
                    "function {name}(host, url) {{\n  if ({test}) return {route};\n  if ({other}) return null;\n  return {};\n}}\n",
                    "\"PROXY p3.corp:3128\""
                );
                let value = self.fresh("r");
                format!("{pad}var {value} = {name}(host, url);\n{pad}if ({value}) return {value};\n")
            }
        }
    }

    /// What is set in one place and read in another.
    fn kept(&mut self, pad: &str, test: &str) -> String {
        let (a, b, c, other) = (self.route(), self.route(), self.route(), self.test(1));
        let name = self.fresh("kept");
        match self.random.u32(..5) {
            0 => {
                let function = self.fresh("set");
                self.helpers += &format!(
                    "var {name};\nfunction {function}(host, url) {{\n  if ({test}) {{ {name} = {a}; return; }}\n  \
                     if ({other}) return;\n  {name} = {b};\n}}\n"
                );
                format!("{pad}{name} = {c};\n{pad}{function}(host, url);\n{pad}if ({}) return {name};\n", self.test(1))
            }
            1 => format!(
                "{pad}if ({test}) {{ {name} = {a}; }} else {{ var {name} = {b}; }}\n{pad}if ({other}) return {name};\n"
            ),
            2 => {
                let (table, suffixes) =
                    (self.fresh("ways"), [suffix(self.random), suffix(self.random), suffix(self.random)]);
                let [x, y, z] = suffixes;
                self.helpers += &format!("var {table} = {{ \"{x}\": {a}, \"{y}\": {b}, \"{z}\": {c} }};\n");
                format!("{pad}for (var {name} in {table}) if (dnsDomainIs(host, {name})) return {table}[{name}];\n")
            }
            3 => {
                let list = self.list();
                format!(
                    "{pad}var {name} = null;\n{pad}{list}.forEach(function (d) {{ if (dnsDomainIs(host, d)) {{ {name} = {a}; \
                     return; }} }});\n{pad}if ({name} && ({other})) return {name};\n"
                )
            }
            _ => {
                let rows = self.fresh("rows");
                format!(
                    "{pad}var {rows} = [{{ d: \"{}\", to: {a} }}, {{ d: \"{}\", to: {b} }}];\n\
                     {pad}for (var {name} = 0; {name} < {rows}.length; {name}++) {{\n{pad}  var row = {rows}[{name}];\n\
                     {pad}  if (dnsDomainIs(host, row.d)) return row.to;\n{pad}}}\n",
                    suffix(self.random),
                    suffix(self.random)
                )
            }
        }
    }

    fn switch(&mut self, pad: &str) -> String {
        let mut text = format!("{pad}switch (host) {{\n");
        for _ in 0..self.random.usize(1..4) {
            let name = name(self.random);
            text += &format!("{pad}  case \"{name}\":\n");
            match self.random.u32(..3) {
                0 => {}
                1 => text += &format!("{pad}    break;\n"),
                _ => text += &self.given(3),
            }
        }
        if one_in(self.random, 4) {
            text += &format!("{pad}  default:\n{}", self.given(3));
        }
        text + &format!("{pad}}}\n")
    }

    fn loop_with_break(&mut self, pad: &str) -> String {
        let (list, at, found) = (self.list(), self.fresh("i"), self.fresh("hit"));
        let jump = if one_in(self.random, 2) { "break" } else { "continue" };
        let test = self.test(0);
        let given = self.given(0);
        format!(
            "{pad}var {found} = false;\n{pad}for (var {at} = 0; {at} < {list}.length; {at}++) {{\n\
             {pad}  if ({test}) {jump};\n\
             {pad}  if (dnsDomainIs(host, {list}[{at}])) {{ {found} = true; break; }}\n{pad}}}\n\
             {pad}if ({found}) {}",
            given.trim_start()
        )
    }

    fn list(&mut self) -> String {
        let name = self.fresh("list");
        let items: Vec<String> = (0..self.random.usize(1..5)).map(|_| format!("\"{}\"", suffix(self.random))).collect();
        self.helpers += &format!("var {name} = [{}];\n", items.join(", "));
        name
    }

    fn table(&mut self) -> String {
        let name = self.fresh("table");
        let one =
            |random: &mut Rng| format!("\"{}\": {}", self::name(random), pick(random, &["1", "true", "0", "\"x\""]));
        let items: Vec<String> = (0..self.random.usize(1..5)).map(|_| one(self.random)).collect();
        self.helpers += &format!("var {name} = {{ {} }};\n", items.join(", "));
        name
    }

    fn route(&mut self) -> String {
        let route = pick(self.random, ROUTES);
        match (one_in(self.random, 5), route.split_once("; ")) {
            (true, Some((first, rest))) => format!("\"{first}\" + \"; {rest}\""),
            _ => quoted(self.random, route),
        }
    }

    fn given(&mut self, indent: usize) -> String {
        let route = self.route();
        format!("{}return {route};\n", "  ".repeat(indent))
    }

    fn test(&mut self, depth: u32) -> String {
        if depth > 0 && one_in(self.random, 3) {
            let (a, b) = (self.test(depth - 1), self.test(depth - 1));
            return match self.random.u32(..3) {
                0 => format!("{a} || {b}"),
                1 => format!("({a}) && ({b})"),
                _ => format!("!({a})"),
            };
        }
        if self.worldly && one_in(self.random, 3) {
            return world::test(self.random);
        }
        match self.random.u32(..4) {
            0 => self.function_test(),
            1 => self.method_test(),
            2 => self.part_test(),
            _ => self.collection_test(),
        }
    }

    fn function_test(&mut self) -> String {
        let suffix = suffix(self.random);
        let name = name(self.random);
        let label = pick(self.random, LABELS);
        match self.random.u32(..11) {
            0..=2 => format!("dnsDomainIs(host, \"{suffix}\")"),
            3 => format!("shExpMatch(host, \"*{suffix}\")"),
            4 => format!("shExpMatch(host, \"{label}*{suffix}\")"),
            5 => format!("shExpMatch(url, \"https://{label}*{suffix}/*\")"),
            6 => format!("shExpMatch(url, \"*://*{suffix}*\")"),
            7 => format!("localHostOrDomainIs(host, \"{name}\")"),
            8 => "isPlainHostName(host)".to_owned(),
            9 => {
                let sign = pick(self.random, &["==", ">", ">=", "<", "!="]);
                format!("dnsDomainLevels(host) {sign} {}", self.random.u32(..5))
            }
            _ => format!("shExpMatch(host, \"?{suffix}\")"),
        }
    }

    fn method_test(&mut self) -> String {
        let suffix = suffix(self.random);
        let sign = pick(self.random, &["> -1", ">= 0", "!= -1", "== -1", "== 0", "> 0", "< 0"]);
        match self.random.u32(..7) {
            0 | 1 => format!("host.indexOf(\"{suffix}\") {sign}"),
            2 => format!("url.indexOf(\"{suffix}\") {}", pick(self.random, &["> -1", "!= -1", "== -1"])),
            3 => format!("~host.indexOf(\"{suffix}\")"),
            4 => format!("/{}$/.test(host)", suffix.replace('.', "\\.")),
            5 => format!(
                "/^({}|[a-c]+)\\.{}$/i.test(host)",
                pick(self.random, LABELS),
                name(self.random).replace('.', "\\.")
            ),
            _ => format!("host.match(/{}/)", suffix.replace('.', "\\.")),
        }
    }

    fn part_test(&mut self) -> String {
        let (suffix, name) = (suffix(self.random), name(self.random));
        let length = suffix.len() + usize::from(one_in(self.random, 6));
        let label = pick(self.random, LABELS);
        match self.random.u32(..8) {
            0 => format!("host == \"{name}\""),
            1 => format!("host.substring(host.length - {length}) == \"{suffix}\""),
            2 => format!("host.slice(-{length}) === \"{suffix}\""),
            3 => format!("host.substring(0, {}) == \"{label}\"", label.len()),
            4 => format!("url.substring(0, {}) == \"https:\"", pick(self.random, &[5, 6])),
            5 => format!("host.lastIndexOf(\"{suffix}\") == host.length - {}", suffix.len()),
            6 => format!("host.length {} {}", pick(self.random, &[">", "<", "==", ">="]), self.random.u32(5..20)),
            _ => format!("\"{name}\" !== host"),
        }
    }

    fn collection_test(&mut self) -> String {
        match self.random.u32(..5) {
            0 => format!("{}[host]", self.table()),
            1 => format!("host in {}", self.table()),
            2 => format!("{}.hasOwnProperty(host)", self.table()),
            3 => {
                let (list, name) = (self.list(), self.fresh("among"));
                self.helpers += &format!(
                    "function {name}(h, of) {{\n  for (var i in of) {{ if (dnsDomainIs(h, of[i])) return true; }}\n  return false;\n}}\n"
                );
                format!("{name}(host, {list})")
            }
            _ => format!("{}.indexOf(host) >= 0", self.list()),
        }
    }
}
