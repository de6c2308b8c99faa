//! Lists as products read them: what is said of other products' readings.

use crate::{check, row};
use egress_check::report::{Report, Verdict};
use egress_check::settings::Settings;

fn as_read_by(dialect: &str, list: &str) -> Report {
    check(&[list], &Settings { dialect: Some(dialect.to_owned()), ..Settings::default() })
}

#[test]
fn other_readings_are_certain_and_stand_together_by_their_verdict() {
    let report = as_read_by("generic", "*.windowsazure.com\n");
    let part = &row(&report, "windowsazure-com").names.as_ref().unwrap().parts[0];
    let read: Vec<(Verdict, Vec<&str>)> = part
        .other_readings
        .iter()
        .map(|other| (other.verdict, other.dialects.iter().map(|dialect| dialect.id.as_str()).collect()))
        .collect();
    let expected = [(Verdict::Partly, vec!["cilium"]), (Verdict::Missing, vec!["squid", "zscaler", "umbrella"])];
    assert_eq!((part.verdict, read.as_slice()), (Verdict::Covered, &expected[..]));
    let text = egress_check::report::render(&report, egress_check::report::Output::Text);
    assert_eq!(text.matches(" as read by: ").count(), 2, "{text}");
}
