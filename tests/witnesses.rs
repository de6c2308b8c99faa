//! Known witness hosts of the catalogue are examples for people: no verdict rests on them.
#![allow(clippy::unwrap_used)]

use egress_check::engine::{Engine, Role};
use egress_check::settings::Settings;
use serde_json::{Value, json};

/// The built-in facts, with other witnesses in the place of theirs.
fn catalogue(witnesses: &[&str]) -> Vec<u8> {
    let mut facts: Value = serde_json::from_str(include_str!("../src/catalogue/azure-backup.json")).unwrap();
    let changed = replace(&mut facts, &json!(witnesses));
    assert!(changed > 10, "{changed} lists of witnesses");
    serde_json::to_vec(&facts).unwrap()
}

fn replace(value: &mut Value, witnesses: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter_mut().map(|item| replace(item, witnesses)).sum(),
        Value::Object(fields) => {
            let own = fields.get_mut("witnesses").map(|own| *own = witnesses.clone());
            usize::from(own.is_some()) + fields.values_mut().map(|field| replace(field, witnesses)).sum::<usize>()
        }
        _ => 0,
    }
}

const TAGS: &str = r#"{"changeNumber": 1, "cloud": "Public", "values": [
    {"name": "Storage", "id": "Storage", "properties": {"region": "", "addressPrefixes": ["192.0.2.0/24"]}}]}"#;

/// The whole report without the examples that it shows.
fn report(facts: &[u8], export: &str) -> Value {
    let mut engine = Engine::new();
    engine.set_service_tags("ServiceTags_Public_20260101.json", TAGS.as_bytes()).unwrap();
    engine.set_catalogue("facts.json", facts).unwrap();
    engine.add_file("export", export.as_bytes(), Role::Device, None).unwrap();
    let mut report = serde_json::to_value(engine.check(&Settings::default()).unwrap()).unwrap();
    take_examples(&mut report);
    report
}

fn take_examples(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(take_examples),
        Value::Object(fields) => {
            fields.remove("examples");
            fields.values_mut().for_each(take_examples);
        }
        _ => {}
    }
}

#[test]
fn other_witnesses_change_no_verdict() {
    let known = "wepod01fab1wxsa4wq1d.blob.core.windows.net";
    for export in [
        // Lets through the witnesses, and nothing else.
        "wepod01fab1wxsa4wq1d.blob.core.windows.net\nlogin.windows.net\ngraph.windows.net\nlogin.microsoftonline.com\n",
        "*.blob.core.windows.net\n*.microsoft.com\n",
        "acl w dstdomain wepod01fab1wxsa4wq1d.blob.core.windows.net\nhttp_access deny w\nhttp_access allow all\n",
    ] {
        let plain = report(&catalogue(&[]), export);
        assert_eq!(report(&catalogue(&[known]), export), plain, "{export}");
        assert_eq!(report(&catalogue(&["none.such.example"]), export), plain, "{export}");
    }
}
