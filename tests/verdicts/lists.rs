//! Lists as products read them: what is said of other products' readings, and where nothing is proposed to add.

use crate::{check, row};
use egress_check::formats::Polarity;
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

#[test]
fn where_nothing_can_be_added_one_sentence_says_why() {
    let blocking = Settings { polarity: Some(Polarity::Block), ..Settings::default() };
    for (report, why) in [
        (as_read_by("check-point", ".example.com\n"), Some("no entry is known to stand for all of `*.microsoft.com`")),
        (as_read_by("sonicwall", "example.com\n"), Some("in SonicWall FQDN address objects.")),
        (check(&["0.0.0.0 login.microsoftonline.com\n"], &blocking), Some("take out the entries that block")),
        (check(&["||login.microsoftonline.com^\n"], &blocking), Some("take out the entries that block")),
        (check(&["address=/microsoftonline.com/\n"], &blocking), Some("take out the entries that block")),
        (check(&["0.0.0.0 a.example.com\n"], &blocking), None),
        (as_read_by("squid", ".example.com\n"), None),
    ] {
        let told = report.findings.iter().find(|finding| finding.id == "no-additions");
        let told = told.map(|finding| finding.message.as_str());
        assert_eq!(told.is_some(), why.is_some(), "{told:?} {why:?}");
        assert!(told.unwrap_or_default().contains(why.unwrap_or_default()), "{told:?} {why:?}");
        assert!(why.is_none() || report.remedies.is_empty());
    }
}
