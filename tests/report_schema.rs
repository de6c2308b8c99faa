//! The published JSON Schema of the report is the one of the types, and reports obey it.
//! `UPDATE=1 cargo test --features schema --test report_schema` writes it anew.
#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used)]

use egress_check::engine::{Engine, Role};
use egress_check::report::{Output, Report};
use egress_check::settings::Settings;
use serde_json::Value;
use std::path::Path;

fn schema() -> Value {
    serde_json::to_value(schemars::schema_for!(Report)).unwrap()
}

#[test]
fn the_published_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/report.schema.json");
    let current = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), current, "run again with UPDATE=1 to write the schema anew");
}

#[test]
fn a_report_obeys_the_schema() {
    let tags = br#"{"changeNumber": 7, "cloud": "Public", "values": [
        {"name": "Storage", "id": "Storage", "properties": {"region": "", "addressPrefixes": ["198.51.100.0/24"]}}]}"#;
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for export in
        ["*.blob.core.windows.net\n198.51.100.0/25\n?\n", "acl a dstdomain .windows.net\nhttp_access allow a\n"]
    {
        let mut engine = Engine::new();
        engine.set_service_tags("ServiceTags_Public_20260101.json", tags).unwrap();
        engine.add_file("export", export.as_bytes(), Role::Device, None).unwrap();
        let text = engine.render(&Settings::default(), Output::Json).unwrap();
        let report: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}
