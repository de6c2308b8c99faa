//! Whether a text is a PAN-OS configuration, and how it is spelled.

use super::commands::statement_of;
use crate::formats::Confidence;
use crate::source::Source;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    Xml,
    Set,
    Braces,
    /// The rule table of the web interface.
    Table,
    /// `show running security-policy`
    Running,
}

pub(super) fn recognise(source: &Source) -> Confidence {
    match look(source) {
        Some((Spelling::Xml, signs)) => Confidence::new(95, format!("XML with {signs} elements of PAN-OS")),
        Some((Spelling::Set, signs)) => Confidence::new(95, format!("{signs} `set` lines of PAN-OS")),
        Some((Spelling::Braces, signs)) => Confidence::new(90, format!("{signs} blocks of PAN-OS")),
        Some((Spelling::Table, _)) => Confidence::new(80, "the columns of a rule table of PAN-OS"),
        Some((Spelling::Running, signs)) => Confidence::new(80, format!("{signs} rules as PAN-OS runs them")),
        None => Confidence::none(),
    }
}

pub(super) fn spelling(source: &Source) -> Option<Spelling> {
    look(source).map(|(spelling, _)| spelling)
}

/// The spelling, and how many signs of it there are.
fn look(source: &Source) -> Option<(Spelling, usize)> {
    let text = source.text();
    let (xml, set) = (xml_signs(text), source.lines().filter(|line| is_set_line(line.text)).count());
    if xml > 0 && xml >= set {
        return Some((Spelling::Xml, xml));
    }
    if set > 0 {
        return Some((Spelling::Set, set));
    }
    if let Some(braces) = brace_signs(source) {
        return Some((Spelling::Braces, braces));
    }
    let running = source.lines().filter(|line| line.text.trim().starts_with("application/service ")).count();
    if running > 0 {
        return Some((Spelling::Running, running));
    }
    is_table(source).then_some((Spelling::Table, 1))
}

fn xml_signs(text: &str) -> usize {
    const URL_DATABASE: &str = " urldb=\"paloaltonetworks\"";
    const ELEMENTS: [&str; 11] = [
        "rulebase",
        "pre-rulebase",
        "post-rulebase",
        "security",
        "rules",
        "address",
        "address-group",
        "vsys",
        "device-group",
        "mgt-config",
        "external-list",
    ];
    let database = text.contains(URL_DATABASE);
    if !database && !text.contains("<entry name=\"") {
        return 0;
    }
    let begins = |element: &&&str| [" ", ">"].iter().any(|after| text.contains(&format!("<{element}{after}")));
    ELEMENTS.iter().filter(begins).count() + usize::from(database)
}

/// Words after `set` that no other vendor's lines have.
fn is_set_line(line: &str) -> bool {
    let words: Vec<&str> = statement_of(line).split_whitespace().take(12).collect();
    let Some((&("set" | "delete" | "move" | "rename" | "copy"), rest)) = words.split_first() else { return false };
    match rest {
        ["rulebase" | "pre-rulebase" | "post-rulebase" | "deviceconfig" | "mgt-config", ..] => true,
        ["shared" | "vsys" | "device-group" | "template" | "readonly", _, ..] => true,
        ["address", rest @ ..] => {
            rest.iter().any(|word| ["ip-netmask", "ip-range", "fqdn", "ip-wildcard"].contains(word))
        }
        ["address-group", rest @ ..] => rest.iter().any(|word| ["static", "dynamic"].contains(word)),
        ["service", rest @ ..] => rest.contains(&"protocol"),
        ["profiles", ..] => true,
        ["service-group" | "application-group", rest @ ..] => rest.contains(&"members"),
        ["external-list", rest @ ..] => rest.contains(&"type"),
        _ => false,
    }
}

/// Blocks of the form with braces.
fn brace_signs(source: &Source) -> Option<usize> {
    let blocks = [
        "rulebase {",
        "pre-rulebase {",
        "post-rulebase {",
        "default-security-rules {",
        "mgt-config {",
        "deviceconfig {",
    ];
    let leaves = ["ip-netmask ", "ip-range ", "application-default;", "negate-destination ", "rule-type "];
    let of = |line: &str| {
        let line = line.trim();
        blocks.contains(&line) || leaves.iter().any(|leaf| line.starts_with(leaf) && line.ends_with(';'))
    };
    Some(source.lines().filter(|line| of(line.text)).count()).filter(|count| *count > 0)
}

/// The heading of *PDF/CSV* under Policies > Security.
fn is_table(source: &Source) -> bool {
    let Some(first) = source.lines().map(|line| line.text).find(|line| !line.trim().is_empty()) else { return false };
    let columns: Vec<&str> = first.split([',', ';', '\t']).map(|column| column.trim().trim_matches('"')).collect();
    ["Name", "Source Zone", "Source Address", "Destination Zone", "Destination Address", "Action"]
        .iter()
        .all(|name| columns.contains(name))
}
