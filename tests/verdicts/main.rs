//! Whole checks, from bytes to verdicts, as tables. Each row was wrong once, or stands for a rule of the report.
#![allow(clippy::unwrap_used)]

mod answers;
mod budget;
mod coverage;
mod interplay;
mod kernel;
mod lists;
mod path;
mod scripts;
mod tls;

use egress_check::engine::{Engine, Role};
use egress_check::report::{Report, RequirementResult};
use egress_check::settings::Settings;

const TAGS: &str = r#"{"changeNumber": 7, "cloud": "Public", "values": [
    {"name": "AzureActiveDirectory", "id": "AzureActiveDirectory", "properties": {"region": "", "addressPrefixes": ["198.51.100.0/24"]}},
    {"name": "AzureBackup", "id": "AzureBackup", "properties": {"region": "", "addressPrefixes": ["203.0.113.0/24"]}},
    {"name": "Storage", "id": "Storage", "properties": {"region": "", "addressPrefixes": ["192.0.2.0/24"]}},
    {"name": "Storage.WestEurope", "id": "Storage.WestEurope", "properties": {"region": "westeurope", "addressPrefixes": ["192.0.2.0/26"]}}]}"#;

fn check(exports: &[&str], settings: &Settings) -> Report {
    let mut engine = Engine::new();
    engine.set_service_tags("ServiceTags_Public_20260101.json", TAGS.as_bytes()).unwrap();
    for (index, export) in exports.iter().enumerate() {
        engine.add_file(&format!("export{index}"), export.as_bytes(), Role::Device, None).unwrap();
    }
    engine.check(settings).unwrap_or_else(|problem| panic!("{}: {:?}", problem.message, problem.hint))
}

fn from(source: &str) -> Settings {
    Settings { source: Some(source.to_owned()), ..Settings::default() }
}

fn row<'a>(report: &'a Report, id: &str) -> &'a RequirementResult {
    report.requirements.iter().find(|row| row.id == id).unwrap()
}

/// A group of rules `name access destination`, at times with a source.
fn nsg(rules: &[&str]) -> String {
    let rule = |(at, rule): (usize, &&str)| {
        let words: Vec<&str> = rule.split(' ').collect();
        let [name, access, to, ref source @ ..] = words[..] else { panic!("{rule}") };
        let source = source.first().unwrap_or(&"*");
        format!(
            r#"{{"name": "{name}", "priority": {}, "direction": "Outbound", "access": "{access}", "protocol": "*", "sourceAddressPrefix": "{source}", "sourcePortRange": "*", "destinationAddressPrefix": "{to}", "destinationPortRange": "*"}}"#,
            100 + at
        )
    };
    let rules: Vec<String> = rules.iter().enumerate().map(rule).collect();
    format!("{{\"name\": \"nsg\", \"securityRules\": [\n{}\n]}}\n", rules.join(",\n"))
}
