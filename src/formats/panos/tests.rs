//! Bad input of every kind is answered, not suffered.

use super::*;
use crate::formats::Format;
use crate::policy::Action;

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

#[test]
fn what_is_decrypted_stands_beside_what_passes() {
    let rule = |name: &str, rest: &str| {
        format!("set rulebase decryption rules {name} from any to any source any destination any {rest}\n")
    };
    let text = "set profiles custom-url-category azure list *.example.com/\n".to_owned()
        + &rule("keep", "category azure action no-decrypt type ssl-forward-proxy")
        + &rule("ssh", "category any action decrypt type ssh-proxy")
        + &rule("off", "category any action decrypt type ssl-forward-proxy disabled yes")
        + &rule("open", "category any service service-https action decrypt type ssl-forward-proxy profile strict")
        + "set rulebase security rules a from x to y source any destination any application any service any action allow\n";
    let policy = read(&text);
    assert_eq!(policy.problems, []);
    let gate = policy.vantages[0].decrypts.as_ref().expect("a gate");
    let rules: Vec<_> = gate.rules.iter().map(|rule| (rule.name.as_str(), rule.then)).collect();
    assert_eq!(rules, [("keep", Action::Deny.into()), ("open", Action::Allow.into())]);
    let excluded = read(&format!("{text}set shared ssl-decrypt ssl-exclude-cert one.example.com\n"));
    assert_eq!(excluded.vantages[0].decrypts.as_ref().map(|gate| gate.rules.len()), Some(3));
}
