//! The snapshot that is committed, as page and program get it.

use egress_check::addresses::Family;
use egress_check::azure::{Cloud, ServiceTags};
use flate2::read::GzDecoder;
use std::io::Read;

const PACKED: &[u8] = include_bytes!("../data/service-tags-public.gz");

fn snapshot() -> ServiceTags {
    let mut bytes = Vec::new();
    GzDecoder::new(PACKED).read_to_end(&mut bytes).expect("gzip");
    ServiceTags::read_snapshot(&bytes).expect("a snapshot")
}

#[test]
fn the_snapshot_is_small_and_says_what_it_is() {
    assert!(PACKED.len() <= 250_000, "{} bytes", PACKED.len());
    let tags = snapshot();
    assert_eq!(tags.cloud, Some(Cloud::Public));
    assert!(!tags.origin.is_empty() && tags.date.is_some());
}

#[test]
fn the_snapshot_has_what_backup_needs_in_both_families_and_by_region() {
    let tags = snapshot();
    for name in ["AzureBackup", "Storage", "AzureActiveDirectory"] {
        let tag = tags.tag(name).unwrap();
        assert_eq!(tag.name, name);
        assert!(!tag.addresses.v4.is_empty() && !tag.addresses.only(Family::V6).is_empty(), "{name}");
    }
    for region in tags.regions() {
        assert!(tags.regional("AzureCloud", region).is_some(), "{region}");
    }
    for name in ["AzureBackup", "Storage"] {
        for region in ["westeurope", "West Europe", "germanywestcentral", "germanywc", "France Central"] {
            let regional = tags.regional(name, region).unwrap();
            assert!(regional.addresses.is_subset(&tags.tag(name).unwrap().addresses), "{}", regional.name);
        }
    }
}

#[test]
fn every_name_of_the_snapshot_is_spelled_as_microsoft_does() {
    for tag in snapshot().tags() {
        assert!(tag.name.chars().any(|c| c.is_ascii_lowercase()), "{}", tag.name);
    }
}
