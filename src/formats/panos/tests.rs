//! Bad input of every kind is answered, not suffered.

use super::*;
use crate::formats::Format;

fn read(text: &str) -> Policy {
    let source = Source::read("t", 0, text.as_bytes()).expect("text");
    Panos.read(&Input::new(&source))
}

#[test]
fn groups_that_explode_or_turn_in_circles_are_answered() {
    let mut text = String::from(
        "set rulebase security rules a from x to y source any destination g0 application any service any action allow\n",
    );
    for depth in 0..60 {
        for twin in 0..2 {
            text += &format!("set address-group g{depth} static [ g{} h{twin}-{depth} ]\n", depth + 1);
            text += &format!("set address-group h{twin}-{depth} static g{}\n", depth + 1);
        }
    }
    text += "set address-group g60 static g0\n";
    assert_eq!(read(&text).vantages.len(), 1);
    let deep: String = (0..5000).map(|at| format!("set address-group d{at} static d{}\n", at + 1)).collect();
    assert_eq!(read(&format!("{text}{deep}").replace("destination g0", "destination d0")).vantages.len(), 1);
}

#[test]
fn blocks_and_elements_nested_without_end_are_answered() {
    read(&format!("rulebase {{\n{}", "a {\n".repeat(10_000)));
    read(&format!("<entry name=\"a\"><rules>{}", "<entry name=\"a\">".repeat(10_000)));
    let many = "set device-group a parent-dg a\n".repeat(3);
    read(&many);
}
