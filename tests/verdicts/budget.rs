//! How few prefixes a remedy writes, and what they open.

use crate::{TAGS, from};
use egress_check::engine::{Engine, Role};
use egress_check::settings::Settings;

#[test]
fn a_budget_of_prefixes_is_kept_and_says_what_it_opens() {
    let apart = TAGS.replace("\"192.0.2.0/24\"", "\"192.0.2.0/26\", \"192.0.2.128/26\"");
    let note =
        "1 prefix in the place of 2 exact ones, which also opens 128 IPv4 addresses, 192.0.2.64/26 the first of them.";
    let already = note.replace("128", "64").replace("2.64/26", "2.192/26");
    for (tags, list, most, added, told) in [
        (TAGS, "192.0.2.64/26\n192.0.2.192/26\n", 2, "192.0.2.0/26\n192.0.2.128/26", None),
        // What lies between is required too, and let through already.
        (TAGS, "192.0.2.64/26\n192.0.2.192/26\n", 1, "192.0.2.0/24", None),
        (&apart, "", 2, "192.0.2.0/26\n192.0.2.128/26", None),
        (&apart, "", 1, "192.0.2.0/24", Some(note)),
        (&apart, "192.0.2.64/26\n", 1, "192.0.2.0/24", Some(&*already)),
    ] {
        let mut engine = Engine::new();
        engine.set_service_tags("ServiceTags_Public_20260101.json", tags.as_bytes()).unwrap();
        let export = format!("198.51.100.0/24\n203.0.113.0/24\n{list}");
        engine.add_file("list", export.as_bytes(), Role::Device, None).unwrap();
        let settings = Settings { max_prefixes: Some(most), ..Settings::default() };
        let remedy = engine.check(&settings).unwrap().remedies.remove(0);
        assert_eq!(remedy.text, added, "{list:?} with {most}");
        assert_eq!(remedy.notes.iter().find(|text| text.contains("also opens")).map(String::as_str), told);
        assert_eq!(remedy.closes.len(), 4);
    }
}

#[test]
fn a_prefix_that_is_written_as_more_says_what_it_opens() {
    let mut engine = Engine::new();
    let tags = TAGS.replace("\"192.0.2.", "\"20.0.2.");
    engine.set_service_tags("ServiceTags_Public_20260101.json", tags.as_bytes()).unwrap();
    let conf = "acl lan src 10.0.0.0/8\nacl x dst 20.60.0.0/16\nhttp_access allow lan x\nhttp_access deny all\n";
    engine.add_file("squid.conf", conf.as_bytes(), Role::Device, None).unwrap();
    let scenarios = vec!["backup.mars.public.ranges".to_owned()];
    let settings = Settings { scenarios, max_prefixes: Some(1), ..from("10.0.0.0/8") };
    let remedy = engine.check(&settings).unwrap().remedies.remove(0);
    // Squid has no other word for all of IPv4.
    assert!(remedy.text.contains("acl azure_ranges dst all\n"), "{}", remedy.text);
    assert!(remedy.notes.iter().any(|note| note.contains("IPv4 and all IPv6 addresses")), "{:?}", remedy.notes);
}
