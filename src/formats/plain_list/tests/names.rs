//! Names, addresses and what stands around them, as people write them.

use super::{source, verdict};
use crate::formats::plain_list::PlainList;
use crate::formats::{Format, Input};

/// An entry, a target, and the verdict on it.
const WRITTEN: &[(&str, &str, &str)] = &[
    ("Login.MICROSOFTonline.com", "login.microsoftonline.com", "allowed"),
    ("login.microsoftonline.com", "LOGIN.microsoftonline.COM", "allowed"),
    ("a.example.", "a.example", "allowed"),
    ("a.example", "a.example.", "allowed"),
    ("*.a.example.", "x.a.example", "allowed"),
    ("a.example..", "a.example", "undecided"),
    ("a..example", "a.example", "undecided"),
    // International names, in both writings.
    ("b\u{fc}cher.example", "xn--bcher-kva.example", "allowed"),
    ("XN--BCHER-KVA.example", "b\u{fc}cher.example", "allowed"),
    ("*.b\u{fc}cher.example", "*.b\u{fc}cher.example", "allowed"),
    ("stra\u{df}e.example", "xn--strae-oqa.example", "allowed"),
    ("stra\u{df}e.example", "strasse.example", "blocked"),
    ("a\u{3002}example\u{ff0e}com", "a.example.com", "allowed"),
    ("\u{ff41}.example", "a.example", "allowed"),
    ("\u{430}.example", "a.example", "blocked"),
    ("a\u{ad}b.example", "ab.example", "allowed"),
    // Underscores and hyphens.
    ("_dmarc.a_b.example", "_dmarc.a_b.example", "allowed"),
    ("a--b.example", "a--b.example", "allowed"),
    // What stands around a host.
    ("https://a.example", "a.example", "allowed"),
    ("HTTPS://A.example/", "a.example", "allowed"),
    ("https://a.example:443", "a.example", "allowed"),
    ("https://a.example:8443/", "a.example", "blocked"),
    ("a.example:443", "a.example", "allowed"),
    ("a.example:8443", "a.example", "blocked"),
    ("a.example:99999", "a.example", "undecided"),
    ("a.example:https", "a.example", "undecided"),
    ("https://a.example/path?query#part", "a.example", "undecided"),
    ("https://user:secret@a.example/", "a.example", "allowed"),
    ("https://a.example@b.example/", "a.example", "blocked"),
    ("https://a.example@b.example/", "b.example", "allowed"),
    ("hxxps://a.example", "a.example", "allowed"),
    ("HXXPS://a.example", "a.example", "allowed"),
    ("hxxps[:]//a[.]example", "a.example", "allowed"),
    ("a(.)example", "a.example", "allowed"),
    ("a[dot]example", "a.example", "allowed"),
    ("a[DOT]example", "a.example", "allowed"),
    ("a(dot)example", "a.example", "allowed"),
    ("//a.example/", "a.example", "blocked"),
    // Addresses.
    ("20.60.0.1", "20.60.0.1", "allowed"),
    ("https://20.60.0.1/", "20.60.0.1", "allowed"),
    ("20.60.0.1:443", "20.60.0.1", "allowed"),
    ("[2001:db8::1]", "2001:db8::1", "allowed"),
    ("[2001:db8::1]:443", "2001:db8::1", "allowed"),
    ("https://[2001:db8::1]:443/", "2001:db8::1", "allowed"),
    ("2001:DB8:0:0::1", "2001:db8::1", "allowed"),
    // What some clients take for 20.60.0.1, and nobody should read silently.
    ("339476481", "20.60.0.1", "undecided"),
    ("0x143c0001", "20.60.0.1", "undecided"),
    ("0x14.0x3c.0.1", "20.60.0.1", "undecided"),
    ("024.074.0.1", "20.60.0.1", "undecided"),
    ("20.60.1", "20.60.0.1", "undecided"),
    ("http://339476481/", "20.60.0.1", "undecided"),
    ("http://0x14.60.0.1/", "20.60.0.1", "undecided"),
    ("20.60.0.256", "20.60.0.1", "undecided"),
    ("20[.]60[.]0[.]1", "20.60.0.1", "allowed"),
];

#[test]
fn entries_are_read_as_people_write_them() {
    let mut wrong = Vec::new();
    for (entry, target, expected) in WRITTEN {
        let text = format!("{entry}\nother.example\n20.61.0.0/16\n2001:db8:1::/48\n");
        let read = verdict(&text, "generic", target);
        if read != *expected {
            wrong.push(format!("{entry} on {target}: {read}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_entry_that_is_not_read_is_told() {
    for entry in ["a..example", "0x143c0001", "024.074.0.1", "20.60.0.256", "a.example:99999"] {
        let source = source(&format!("{entry}\nother.example\n"));
        let policy = PlainList.read(&Input::new(&source));
        let told = policy.problems.iter().any(|problem| problem.id == "not-understood");
        assert!(told, "{entry}: {:?}", policy.problems);
    }
}
