use super::*;
use crate::azure::ServiceTags;
use proptest::prelude::*;

/// Regional tags that their tag holds, one that it does not, both families, empty tags, absent fields.
const FILE: &str = r#"{"changeNumber": 5, "cloud": "Public", "values": [
  {"name": "Storage", "properties": {"changeNumber": 2, "region": "", "systemService": "AzureStorage",
    "addressPrefixes": ["203.0.113.0/25", "198.51.100.0/24", "2001:db8::/33", "192.0.2.0/31"]}},
  {"name": "Storage.WestEurope", "properties": {"region": "westeurope", "addressPrefixes": ["203.0.113.0/26", "2001:db8::/48"]}},
  {"name": "Storage.GermanyWestCentral", "properties": {"region": "germanywc", "addressPrefixes": ["198.51.100.0/28"]}},
  {"name": "Sql", "properties": {"region": "", "addressPrefixes": ["203.0.113.0/26"]}},
  {"name": "Sql.WestEurope", "properties": {"region": "westeurope", "addressPrefixes": ["192.0.2.8/32", "::/0", "0.0.0.0/0"]}},
  {"name": "AzureFrontDoor.Backend", "properties": {"region": "", "addressPrefixes": []}},
  {"name": "odd", "properties": {"region": "nowhere", "addressPrefixes": ["192.0.2.9/32", "192.0.2.10/32"]}}
]}"#;

fn tags() -> ServiceTags {
    ServiceTags::read("ServiceTags_Public_20200101.json", FILE.as_bytes()).unwrap()
}

#[test]
fn a_snapshot_returns_everything() {
    let tags = tags();
    let bytes = tags.write_snapshot();
    assert_eq!(ServiceTags::read_snapshot(&bytes).unwrap(), tags);
    assert_eq!(tags.write_snapshot(), bytes);
}

#[test]
fn what_regional_tags_hold_is_stored_once() {
    let bytes = tags().write_snapshot();
    let line = bytes.split(|&byte| byte == b'\n').nth(1).unwrap();
    let header: Header = serde_json::from_slice(line).unwrap();
    let holders: Vec<&str> = header.tags.iter().filter(|tag| tag.holds_regional).map(|tag| tag.name.as_str()).collect();
    assert_eq!(holders, ["Storage"]);
}

#[test]
fn damage_is_said_and_never_panics() {
    let bytes = tags().write_snapshot();
    for end in 0..bytes.len() {
        let problem = ServiceTags::read_snapshot(&bytes[..end]).expect_err("cut");
        assert!(problem.message.starts_with("This is no usable snapshot"), "{}", problem.message);
    }
    let longer = [bytes.as_slice(), b"\0"].concat();
    assert!(ServiceTags::read_snapshot(&longer).is_err());
}

proptest! {
    #[test]
    fn changed_bytes_never_panic(changes in proptest::collection::vec(any::<(u16, u8)>(), 1..8)) {
        let mut bytes = tags().write_snapshot();
        for (at, byte) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        let _ = ServiceTags::read_snapshot(&bytes);
    }
}
