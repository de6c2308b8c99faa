use super::*;
use crate::azure::Cloud;
use crate::problem::Severity;

const PUBLISHED: &str = r#"{
  "changeNumber": 7,
  "cloud": "Public",
  "values": [
    {
      "name": "AzureBackup",
      "id": "AzureBackup",
      "properties": {
        "changeNumber": 3,
        "region": "",
        "regionId": 0,
        "platform": "Azure",
        "systemService": "AzureBackup",
        "addressPrefixes": ["203.0.113.0/25", "203.0.113.128/25", "2001:db8::/48"],
        "networkFeatures": null
      }
    },
    {
      "name": "Storage.WestEurope",
      "id": "Storage.WestEurope",
      "properties": { "region": "westeurope", "systemService": "AzureStorage", "addressPrefixes": [] }
    }
  ]
}"#;

fn read(text: &str) -> ServiceTags {
    ServiceTags::read("t.json", text.as_bytes()).unwrap()
}

fn refused(name: &str, text: &str) -> String {
    ServiceTags::read(name, text.as_bytes()).expect_err(text).message
}

#[test]
fn the_published_file_reads_in_every_encoding() {
    let expected = read(PUBLISHED);
    let crlf = PUBLISHED.replace('\n', "\r\n");
    let marked = format!("\u{feff}{PUBLISHED}");
    let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [crlf.as_bytes(), marked.as_bytes(), &utf16] {
        assert_eq!(ServiceTags::read("t.json", bytes).unwrap(), expected);
    }
}

#[test]
fn fields_are_taken_over_and_absent_ones_are_not_invented() {
    let tags = ServiceTags::read("C:\\in/ServiceTags_Public_20240229 (1).json", PUBLISHED.as_bytes()).unwrap();
    assert_eq!((tags.cloud, tags.change_number), (Some(Cloud::Public), Some(7)));
    assert_eq!(tags.origin, "ServiceTags_Public_20240229 (1).json");
    assert_eq!(tags.date.as_deref(), Some("2024-02-29"));
    assert!(tags.problems.is_empty());
    let backup = tags.tag(" azurebackup ").unwrap();
    assert_eq!((backup.name.as_str(), backup.change_number, &backup.region), ("AzureBackup", Some(3), &None));
    let prefixes: Vec<String> = backup.addresses.prefixes().iter().map(ToString::to_string).collect();
    assert_eq!(prefixes, ["203.0.113.0/24", "2001:db8::/48"]);
    let storage = tags.tag("STORAGE.WESTEUROPE").unwrap();
    assert_eq!((storage.change_number, storage.region.as_deref()), (None, Some("westeurope")));
    assert!(storage.addresses.is_empty());
}

#[test]
fn dates_come_from_names_only_where_they_are_dates() {
    for (name, expected) in [
        ("ServiceTags_China_20260720.json", Some("2026-07-20")),
        ("ServiceTags_Public_20269920.json", None),
        ("tags.json", None),
        ("ServiceTags_123456789.json", None),
    ] {
        assert_eq!(date_in(name).as_deref(), expected, "{name}");
    }
}

#[test]
fn the_answer_of_the_api_reads_and_a_page_is_called_one() {
    let tags = read(
        r#"{"name":"Public","type":"Microsoft.Network/serviceTags","changeNumber":"73","cloud":"Public","values":[
            {"properties":{"changeNumber":"1","region":"eastus2","addressPrefixes":["203.0.113.7/32"]},"name":"Sql.EastUS2"}],
            "nextLink":"https://management.example/next"}"#,
    );
    assert_eq!((tags.change_number, tags.tag("sql.eastus2").unwrap().change_number), (Some(73), Some(1)));
    assert_eq!((tags.problems[0].id, tags.problems[0].severity), ("service-tags-page", Severity::Warning));
    let last_page = PUBLISHED.replacen('{', r#"{"nextLink": null,"#, 1);
    assert!(read(&last_page).problems.is_empty());
}

#[test]
fn the_output_of_powershell_reads() {
    let tags = read(
        r#"{"Name":"Public","Id":"/x","Type":"t","ChangeNumber":"63","Cloud":"Public","Values":[{"Name":"Sql","Id":"Sql",
            "Properties":{"ChangeNumber":"7","Region":"","SystemService":"AzureSQL","AddressPrefixes":["203.0.113.0/31"]}}]}"#,
    );
    assert_eq!(tags.tag("Sql").unwrap().system_service.as_deref(), Some("AzureSQL"));
}

#[test]
fn other_clouds_keep_their_name() {
    for (text, cloud) in [
        ("AzureGovernment", Some(Cloud::UsGov)),
        ("China", Some(Cloud::China)),
        ("public", Some(Cloud::Public)),
        ("AzureGermany", None),
    ] {
        let tags = read(&PUBLISHED.replace("\"Public\"", &format!("\"{text}\"")));
        assert_eq!((tags.cloud, tags.cloud_text.as_str()), (cloud, text));
    }
}

#[test]
fn a_wrong_file_is_named_in_one_sentence() {
    for (text, expected) in [
        ("", "t is empty"),
        (" \r\n", "t is empty"),
        (
            "<!DOCTYPE html><html><title>Download Azure IP Ranges</title></html>",
            "t is a web page: this is the download page, not the file it offers.",
        ),
        ("\n<html lang=en>", "t is a web page: this is the download page, not the file it offers."),
        ("<?xml version='1.0'?><AzurePublicIpAddresses/>", "t is XML; the service tags are published as JSON."),
        ("access-list x permit", "t is no JSON: it starts with \"access-list x permit\"."),
        (
            r#"{"properties":{"securityRules":[]}}"#,
            "t looks like an NSG export; paste it as the export, not as service tags.",
        ),
        (
            r#"[{"name":"n","securityRules":[]}]"#,
            "t looks like an NSG export; paste it as the export, not as service tags.",
        ),
        (
            r#"{"Values":3,"SecurityRules":[]}"#,
            "t looks like an NSG export; paste it as the export, not as service tags.",
        ),
        (
            r#"{"$schema":"x","contentVersion":"1"}"#,
            "t looks like an ARM template; paste it as the export, not as service tags.",
        ),
        (
            r#"{"error":{"code":"AuthenticationFailed"}}"#,
            "t looks like an error message of the Azure API, not like service tags.",
        ),
        (
            r#"[{"id":1,"serviceArea":"Exchange"}]"#,
            "t looks like the list of Microsoft 365 endpoints, not like service tags.",
        ),
        (
            r#"{"a":1,"b":2}"#,
            "t is another JSON: it has \"a\", \"b\" where service tags have \"cloud\" and \"values\".",
        ),
        ("{}", "t is an empty JSON object."),
        ("[]", "t is a JSON list; service tags are an object with \"cloud\" and \"values\"."),
        ("3", "t is no JSON: it starts with \"3\"."),
        (r#"{"values":[]}"#, "t has values, but does not say of which cloud."),
        (r#"{"cloud":"Public","values":[]}"#, "t has the form of a service tag file, but its list of values is empty."),
        (
            r#"[{"name":"Sql","properties":{"addressPrefixes":[]}}]"#,
            "t is only the list of tags, without the cloud they belong to: save the whole output.",
        ),
        (
            r#"{"Cloud":"Public","Values":[{"Name":"Sql","Properties":"Microsoft.Azure.Commands.Network.Models.X"}]}"#,
            "t was cut by PowerShell: a tag's properties are only the name of a type.",
        ),
        (
            "{\"cloud\":\"Public\",\n\"values\":[{\"name\":\"Sql\"}]}",
            "t is no service tag file as published: line 2, column 24: missing field `properties`.",
        ),
        ("{\"cloud\":\"Public\",\n,", "t is no valid JSON: line 2, column 1: key must be a string."),
        ("[1,\n2", "t is cut off: its JSON does not end before the file does, at line 2."),
    ] {
        let message = refused("t", text);
        assert!(message.starts_with(expected), "{text}\n{message}");
    }
}

#[test]
fn a_cut_file_is_called_cut_wherever_it_was_cut() {
    let ends: Vec<usize> = (1..PUBLISHED.len() - 1).collect();
    for end in ends {
        let message = refused("t", &PUBLISHED[..end]);
        let line = PUBLISHED[..end].trim_end().lines().count();
        assert!(message.contains("is cut off") && message.ends_with(&format!("line {line}.")), "{end} {message}");
    }
}

#[test]
fn a_bad_prefix_is_named_with_its_tag_and_place() {
    for text in
        ["203.0.113.300/25", "203.0.113.0/33", "203.0.113.1/25", "Internet", "", "2001:db8::1/64", "010.0.0.0/8"]
    {
        let message = refused("t", &PUBLISHED.replace("203.0.113.128/25", text));
        assert_eq!(message, format!("t: entry 2 of the tag AzureBackup, \"{text}\", is no address prefix."));
    }
    assert!(refused("t", &PUBLISHED.replace("\"203.0.113.128/25\"", "5")).contains("line 14"));
    let single = read(&PUBLISHED.replace("203.0.113.128/25", "198.51.100.7"));
    assert!(single.tag("AzureBackup").unwrap().addresses.contains("198.51.100.7".parse().unwrap()));
}

#[test]
fn two_tags_of_one_name_are_refused() {
    let message = refused("t", &PUBLISHED.replace("\"name\": \"Storage.WestEurope\"", "\"name\": \"AZUREBACKUP\""));
    assert!(message.contains("twice"), "{message}");
}
