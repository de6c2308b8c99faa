//! Linux' packet filter, in the forms in which it is shown.

use crate::{check, from};
use egress_check::report::Verdict;
use std::fs;
use std::path::Path;

#[test]
fn a_ruleset_gives_the_same_report_as_text_and_as_json() {
    let fixture = |name: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/nftables");
        fs::read_to_string(root.join(name)).unwrap()
    };
    let verdicts = |text: &str| -> Vec<(String, Verdict)> {
        let report = check(&[text], &from("10.0.0.1"));
        report.requirements.iter().map(|row| (row.id.clone(), row.verdict)).collect()
    };
    // What Azure Storage has in the service tags that are asked here is let through.
    let open = |text: String| text.replace("13.64.0.1", "192.0.2.0").replace("13.64.0.9", "192.0.2.255");
    let text = open(fixture("whole-listing/input.nft"));
    let json = open(fixture("whole-json/input.json"));
    assert_eq!(verdicts(&text), verdicts(&json));
    assert!(verdicts(&text).iter().any(|(_, verdict)| *verdict != Verdict::Missing), "the set is not read");
}

/// What a chain accepts goes past its other rules: one that only sets the size of segments is left alone.
#[test]
fn additions_leave_chains_alone_that_stop_nothing() {
    let text = "table inet fw {
	chain sizes {
		type filter hook output priority mangle; policy accept;
		tcp flags syn tcp option maxseg size set rt mtu
	}

	chain output {
		type filter hook output priority filter; policy drop;
	}
}
";
    let report = check(&[text], &from("10.0.0.1"));
    let added = &report.remedies.first().expect("additions").text;
    assert!(added.contains("insert rule inet fw output "), "{added}");
    assert!(!added.contains("sizes"), "{added}");
}
