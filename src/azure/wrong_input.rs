//! One sentence for each file that is not the service tags it was given as.

use super::Cloud;
use crate::problem::Problem;
use crate::source::{MAX_BYTES, Source};
use serde_json::Value;

/// Keys that other JSON files have, and what to say of those files.
const OTHER_KINDS: &[(&[&str], &str)] = &[
    (
        &["effectiveSecurityRules", "effectiveNetworkSecurityGroups"],
        "looks like a list of effective security rules; paste it as the export, not as service tags",
    ),
    (
        &["securityRules", "SecurityRules", "defaultSecurityRules", "DefaultSecurityRules"],
        "looks like an NSG export; paste it as the export, not as service tags",
    ),
    (&["contentVersion"], "looks like an ARM template; paste it as the export, not as service tags"),
    (
        &["ruleCollections", "ruleCollectionGroups", "networkRuleCollections"],
        "looks like an Azure Firewall export; paste it as the export, not as service tags",
    ),
    (&["serviceArea", "tcpPorts"], "looks like the list of Microsoft 365 endpoints, not like service tags"),
    (&["syncToken", "creationTime"], "looks like another provider's address list, not like service tags"),
    (&["error"], "looks like an error message of the Azure API, not like service tags"),
];

pub(super) fn too_large(origin: &str, bytes: usize) -> Problem {
    let (size, limit) = (bytes / 1_000_000, MAX_BYTES >> 20);
    Problem::error(
        "too-large",
        format!("{origin} has {size} MB; a service tag file has 4, and at most {limit} are read."),
    )
}

pub(super) fn no_tags(origin: &str) -> Problem {
    wrong(format!("{origin} has the form of a service tag file, but its list of values is empty."))
}

pub(super) fn double_tag(origin: &str, tag: &str) -> Problem {
    Problem::error("service-tags-double", format!("{origin} has the tag {tag} twice (names compare without case)."))
}

pub(super) fn bad_prefix(origin: &str, tag: &str, number: usize, text: &str) -> Problem {
    let text = excerpt(text);
    let message = format!("{origin}: entry {number} of the tag {tag}, \"{text}\", is no address prefix.");
    Problem::error("service-tags-prefix", message)
}

/// JSON that is no service tag file.
pub(super) fn other_json(origin: &str, text: &str) -> Problem {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => wrong(format!("{origin} {}", what_it_is(&value))),
        Err(error) => broken(origin, text, &error),
    }
}

/// What is no JSON at all, is cut, or has another shape inside.
pub(super) fn unreadable(source: &Source, error: &serde_json::Error) -> Problem {
    let (origin, text) = (source.name(), source.text().trim_start());
    let start: String = text.chars().take(2000).collect::<String>().to_ascii_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") || start.contains("<html") {
        return wrong(format!("{origin} is a web page: this is the download page, not the file it offers."));
    }
    if start.starts_with('<') {
        return wrong(format!("{origin} is XML; the service tags are published as JSON."));
    }
    if !start.starts_with('{') {
        return wrong(format!("{origin} is no JSON: it starts with \"{}\".", excerpt(text)));
    }
    match serde_json::from_str::<Value>(source.text()) {
        Ok(value) => other_shape(origin, &value, error),
        Err(error) => broken(origin, source.text(), &error),
    }
}

/// JSON that has `values`, but not as service tags have it.
fn other_shape(origin: &str, value: &Value, error: &serde_json::Error) -> Problem {
    if is_cut_by_powershell(value) {
        return wrong(format!("{origin} was cut by PowerShell: a tag's properties are only the name of a type."))
            .hint("Write it again with: Get-AzNetworkServiceTag -Location westeurope | ConvertTo-Json -Depth 5");
    }
    if known_kind(value).is_some() || field(value, "values").is_none() {
        return wrong(format!("{origin} {}", what_it_is(value)));
    }
    wrong(format!("{origin} is no service tag file as published: {}.", reason(error)))
}

fn is_cut_by_powershell(value: &Value) -> bool {
    let values = field(value, "values").and_then(Value::as_array);
    values.is_some_and(|tags| {
        tags.iter().any(|tag| tag.is_string() || field(tag, "properties").is_some_and(Value::is_string))
    })
}

fn broken(origin: &str, text: &str, error: &serde_json::Error) -> Problem {
    let last = text.trim_end().lines().count();
    if error.is_eof() {
        return wrong(format!("{origin} is cut off: its JSON does not end before the file does, at line {last}."))
            .hint("Download or copy the whole file again.");
    }
    wrong(format!("{origin} is no valid JSON: {}.", reason(error)))
}

/// serde_json's message, with the place said as people say it.
fn reason(error: &serde_json::Error) -> String {
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or(&full);
    format!("line {}, column {}: {message}", error.line(), error.column())
}

fn what_it_is(value: &Value) -> String {
    if is_list_of_tags(value) {
        return "is only the list of tags, without the cloud they belong to: save the whole output.".to_owned();
    }
    if let Some(kind) = known_kind(value) {
        return format!("{kind}.");
    }
    match value {
        Value::Object(map) if map.contains_key("values") => "has values, but does not say of which cloud.".to_owned(),
        Value::Object(map) if map.is_empty() => "is an empty JSON object.".to_owned(),
        Value::Object(map) => {
            let keys: Vec<String> = map.keys().take(5).map(|key| format!("\"{}\"", excerpt(key))).collect();
            format!("is another JSON: it has {} where service tags have \"cloud\" and \"values\".", keys.join(", "))
        }
        Value::Array(_) => "is a JSON list; service tags are an object with \"cloud\" and \"values\".".to_owned(),
        _ => "is a single JSON value; service tags are an object with \"cloud\" and \"values\".".to_owned(),
    }
}

fn is_list_of_tags(value: &Value) -> bool {
    let first = value.as_array().and_then(|list| list.first());
    first.and_then(|tag| field(tag, "properties")).and_then(|properties| field(properties, "addressPrefixes")).is_some()
}

fn known_kind(value: &Value) -> Option<&'static str> {
    let kind = OTHER_KINDS.iter().find(|(keys, _)| keys.iter().any(|key| has_key(value, key, 4)));
    kind.map(|&(_, kind)| kind)
}

/// Whether `key` stands in `value` or in the first things inside it, at most `depth` levels down.
fn has_key(value: &Value, key: &str, depth: usize) -> bool {
    match value {
        _ if depth == 0 => false,
        Value::Object(map) => {
            map.contains_key(key) || map.values().take(20).any(|inner| has_key(inner, key, depth - 1))
        }
        Value::Array(list) => list.iter().take(20).any(|inner| has_key(inner, key, depth - 1)),
        _ => false,
    }
}

/// A field by its name in camel case or, from PowerShell, with a capital.
fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let map = value.as_object()?;
    map.get(name).or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, inner)| inner))
}

/// At most 40 characters of one line.
fn excerpt(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let short: String = line.chars().take(40).collect();
    if short.len() < line.len() { short + "…" } else { short }
}

fn wrong(message: String) -> Problem {
    let cloud = Cloud::Public;
    Problem::error("service-tags-wrong-file", message).hint(format!(
        "For the public cloud get {} from {}.",
        cloud.file_pattern(),
        cloud.download_page()
    ))
}
