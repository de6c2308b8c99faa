//! What crosses between JavaScript and the engine: bytes and settings in, plain objects out, never a panic.
#![cfg(target_arch = "wasm32")]

use egress_check::wasm::Session;
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const TAGS: &str = r#"{"changeNumber":7,"cloud":"Public","values":[
  {"name":"Storage","id":"Storage","properties":{"changeNumber":1,"region":"","regionId":0,"platform":"Azure",
   "systemService":"AzureStorage","addressPrefixes":["20.38.96.0/19"],"networkFeatures":null}},
  {"name":"Storage.WestEurope","id":"Storage.WestEurope","properties":{"changeNumber":1,"region":"westeurope","regionId":18,
   "platform":"Azure","systemService":"AzureStorage","addressPrefixes":["20.38.108.0/23"],"networkFeatures":["NSG"]}}]}"#;
const LIST: &[u8] = b"*.microsoft.com\n*.windowsazure.com\n*.blob.core.windows.net\n";

fn get(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

fn text(value: &JsValue, key: &str) -> String {
    get(value, key).as_string().unwrap_or_else(|| panic!("`{key}` is no text in {value:?}"))
}

fn settings(json: &str) -> JsValue {
    JSON::parse(json).expect("JSON")
}

fn ready() -> Session {
    let mut session = Session::new();
    session.set_service_tags("tags.json", TAGS.as_bytes()).expect("tags");
    session
}

/// An error is a plain object with a sentence, such as `postMessage` can carry.
fn assert_problem(result: Result<JsValue, JsValue>, id: &str) {
    let problem = result.expect_err("a problem");
    let prototype = Object::get_prototype_of(&problem);
    assert!(prototype.loose_eq(&Object::get_prototype_of(&Object::new())), "{problem:?} is no plain object");
    assert_eq!(text(&problem, "id"), id, "{}", text(&problem, "message"));
    assert!(text(&problem, "message").ends_with(['.', '!']), "{}", text(&problem, "message"));
}

#[wasm_bindgen_test]
fn the_choices_are_plain_objects() {
    let session = ready();
    let catalogue = session.catalogue().expect("catalogue");
    assert_eq!(text(&catalogue, "defaultScenario"), "backup.mars.public");
    let regions: Array = session.regions().expect("regions").unchecked_into();
    assert_eq!(regions.get(0).as_string().as_deref(), Some("WestEurope"));
    assert!(session.formats().expect("formats").is_instance_of::<Array>());
}

#[wasm_bindgen_test]
fn a_report_crosses_as_an_object_that_json_can_write() {
    let mut session = ready();
    session.add_file("list.txt", LIST, "device", Some("plain-list".to_owned())).expect("text");
    let report = session.check(settings("{}")).expect("report");
    assert!(!text(&get(&report, "summary"), "sentence").is_empty());
    assert!(get(&get(&report, "asked"), "facts").is_object());
    let written = JSON::stringify(&report).expect("JSON").as_string().expect("text");
    assert!(written.contains("\"reportVersion\":1"));
    for output in ["json", "csv", "markdown"] {
        assert!(session.render(settings("{}"), output).expect("text").is_string());
    }
}

#[wasm_bindgen_test]
fn the_same_input_gives_the_same_bytes() {
    let render = || {
        let mut session = ready();
        session.add_file("list.txt", LIST, "device", None).expect("text");
        session.render(settings("{}"), "json").expect("text").as_string()
    };
    assert_eq!(render(), render());
}

#[wasm_bindgen_test]
fn problems_are_thrown_as_plain_objects() {
    let mut session = ready();
    assert_problem(session.check(settings("{}")), "empty-input");
    assert_problem(session.add_file("a", b"", "device", None), "empty-input");
    assert_problem(session.add_file("a", b"\x89PNG\r\n\x1a\n\0\0", "device", None), "binary-input");
    assert_problem(session.add_file("a", LIST, "elephant", None), "bad-call");
    assert_problem(session.check(settings("{\"ip\":\"7\"}")), "bad-call");
    assert_problem(session.check(settings("{\"scenarios\":5}")), "bad-call");
    assert_problem(session.render(settings("{}"), "docx"), "bad-call");
    assert!(session.set_catalogue("c.json", b"{").is_err());
    assert!(session.set_snapshot(b"nonsense").is_err());
    assert!(session.set_service_tags("t.json", b"<!doctype html>").is_err());
}

#[wasm_bindgen_test]
fn hostile_input_is_answered_without_a_panic() {
    let nested = "[".repeat(100_000);
    let long_line = "a.".repeat(500_000);
    let stars = format!("{}\n", "*".repeat(10_000));
    let cut = &TAGS[..TAGS.len() / 2];
    let utf16: Vec<u8> = "\u{feff}*.microsoft.com\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let inputs: [&[u8]; 9] = [
        nested.as_bytes(),
        long_line.as_bytes(),
        stars.as_bytes(),
        cut.as_bytes(),
        &utf16,
        b"\xff\xfe",
        b"\xf0\x28\x8c\x28 text",
        b"{\"securityRules\":[{\"properties\":null}]}",
        b"acl x dstdomain \"x\nhttp_access allow x !x",
    ];
    for input in inputs {
        for format in [None, Some("plain-list"), Some("squid"), Some("azure-nsg"), Some("route-filter"), Some("nosuch")]
        {
            let mut session = ready();
            if session.add_file("hostile", input, "device", format.map(str::to_owned)).is_ok() {
                session.inspect(settings("{}")).expect("an inspection");
                if let Err(problem) = session.check(settings("{}")) {
                    assert!(!text(&problem, "message").is_empty());
                }
            }
        }
    }
}
