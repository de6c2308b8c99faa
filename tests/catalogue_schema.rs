//! The published JSON Schema of the catalogue is the one of the types, and the built-in data obey it.
//! `UPDATE=1 cargo test --features schema --test catalogue_schema` writes it anew.
#![cfg(feature = "schema")]

use egress_check::catalogue::schema;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

fn root(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> Value {
    let bytes = fs::read(root(path)).expect("the file is part of the repository");
    serde_json::from_slice(&bytes).expect("the file is JSON")
}

#[test]
fn the_published_schema_is_current() {
    let path = root("schemas/catalogue.schema.json");
    let current = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(root("schemas")).unwrap();
        fs::write(&path, &current).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), current, "run again with UPDATE=1 to write the schema anew");
}

#[test]
fn the_built_in_data_obey_the_schema() {
    let schema = serde_json::to_value(schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for path in ["src/catalogue/azure-backup.json", "src/catalogue/windows.json"] {
        let data = read(path);
        let errors: Vec<String> = validator.iter_errors(&data).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let validator = jsonschema::validator_for(&serde_json::to_value(schema()).unwrap()).unwrap();
    let good = read("src/catalogue/windows.json");
    assert!(validator.is_valid(&good));
    for (pointer, wrong) in [
        ("/scenarios/0/requirements/0/tcpPorts/0", json!(0)),
        ("/scenarios/0/requirements/0/urls/0", json!("https://example.com")),
        ("/scenarios/0/requirements/0/when/op", json!("like")),
        ("/scenarios/0/requirements/0/when", json!({"fact": "windowsBuild", "is": 1})),
        ("/scenarios/0/requirements/0", json!({"id": "x"})),
        ("/scenarios", json!({})),
    ] {
        let mut data = good.clone();
        *data.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&data), "{pointer}");
    }
}
