//! Every real file of service tags that is at hand, through the reader and through the snapshot.

use egress_check::addresses::Family;
use egress_check::azure::{Cloud, ServiceTags};
use std::fs;
use std::path::{Path, PathBuf};

const REAL_FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/service-tags");

/// The JSON files in and below the folder of real files; says so when there is none.
fn real_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in [Path::new(REAL_FILES), &Path::new(REAL_FILES).join("rest")] {
        let Ok(entries) = fs::read_dir(folder) else {
            println!("not tested on real files: the folder {} is absent", folder.display());
            continue;
        };
        files.extend(entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some()));
    }
    files.sort();
    files
}

fn read(path: &Path) -> ServiceTags {
    let bytes = fs::read(path).expect("a readable file");
    ServiceTags::read(&path.to_string_lossy(), &bytes).unwrap_or_else(|problem| panic!("{}", problem.message))
}

#[test]
fn every_real_file_reads_as_an_independent_parser_reads_it() {
    for path in real_files() {
        let tags = read(&path);
        let json: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let values = json["values"].as_array().unwrap();
        assert_eq!(tags.tags().count(), values.len(), "{}", path.display());
        for value in values {
            let tag = tags.tag(value["name"].as_str().unwrap()).unwrap();
            let prefixes = value["properties"]["addressPrefixes"].as_array().unwrap();
            let nets = prefixes.iter().map(|prefix| prefix.as_str().unwrap().parse().unwrap());
            assert_eq!(tag.addresses, egress_check::addresses::AddressSet::from_nets(nets), "{}", tag.name);
            assert_eq!(tag.region.as_deref().unwrap_or(""), value["properties"]["region"].as_str().unwrap());
        }
    }
}

#[test]
fn every_real_file_returns_from_a_snapshot() {
    for path in real_files() {
        let mut tags = read(&path);
        tags.problems.clear();
        let bytes = tags.write_snapshot();
        assert!(ServiceTags::read_snapshot(&bytes).unwrap() == tags, "{}", path.display());
    }
}

#[test]
fn every_published_file_names_its_cloud_date_and_regions() {
    for path in real_files().iter().filter(|path| !path.to_string_lossy().contains("/rest/")) {
        let tags = read(path);
        let cloud = match tags.origin.split('_').nth(1) {
            Some("Public") => Some(Cloud::Public),
            Some("AzureGovernment") => Some(Cloud::UsGov),
            Some("China") => Some(Cloud::China),
            _ => None,
        };
        assert_eq!(tags.cloud, cloud);
        assert!(tags.date.is_some() && tags.change_number.is_some() && tags.problems.is_empty());
        for region in tags.regions() {
            assert!(tags.regional("AzureBackup", region).or(tags.regional("AzureCloud", region)).is_some(), "{region}");
        }
        assert!(tags.has_regional_variants("Storage") && tags.has_regional_variants("AzureBackup"));
        assert!(!tags.has_regional_variants("AzureActiveDirectory") && tags.tag("AzureActiveDirectory").is_some());
    }
}

#[test]
fn odd_regions_of_the_public_cloud_are_found_by_every_name() {
    let path = Path::new(REAL_FILES).join("ServiceTags_Public_20251028.json");
    if !path.exists() {
        println!("not tested: {} is absent", path.display());
        return;
    }
    let tags = read(&path);
    for (official, property) in [
        ("germanywestcentral", "germanywc"),
        ("France Central", "centralfrance"),
        ("NorwayEast", "norwaye"),
        ("switzerlandnorth", "switzerlandn"),
        ("Brazil Southeast", "brazilse"),
        ("chilecentral", "chilec"),
    ] {
        for tag in ["Storage", "AzureCloud"] {
            let found = tags.regional(tag, official).unwrap();
            assert_eq!(found.region.as_deref(), Some(property));
            assert_eq!(tags.regional(tag, property), Some(found));
        }
    }
    assert_eq!(tags.regional("Storage", "eastus2").unwrap().name, "Storage.EastUS2");
    assert!(!tags.regions().contains(&"EastUS2Stage"));
    assert!(!tags.tag("AzureBackup").unwrap().addresses.only(Family::V6).is_empty());
}
