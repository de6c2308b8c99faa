use super::Catalogue;
use super::read::parse;

/// One file a service; each is a whole catalogue.
const FILES: [&str; 2] = [include_str!("azure-backup.json"), include_str!("windows.json")];

impl Catalogue {
    /// The catalogue that the program carries.
    pub fn builtin() -> Catalogue {
        let read = |text: &str| parse(text).expect("a test reads every embedded catalogue");
        let whole = FILES.into_iter().map(read).reduce(Catalogue::joined);
        whole.expect("the list of embedded catalogues is not empty")
    }

    /// Both catalogues as one. Sources and facts of the same key say the same in both.
    fn joined(mut self, other: Catalogue) -> Catalogue {
        self.catalogue_version = self.catalogue_version.max(other.catalogue_version);
        self.updated = self.updated.max(other.updated);
        self.sources.extend(other.sources);
        self.facts.extend(other.facts);
        self.scenarios.extend(other.scenarios);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::Cloud;
    use crate::catalogue::{CommunityValue, DEFAULT_SCENARIO, Facts, Requirement, Scenario};
    use crate::hosts::Tri;
    use crate::policy::Community;
    use std::collections::BTreeSet;

    const PUBLIC: [&str; 7] = [
        "*.microsoft.com",
        "*.windowsazure.com",
        "*.microsoftonline.com",
        "*.windows.net",
        "*.blob.core.windows.net",
        "*.queue.core.windows.net",
        "*.blob.storage.azure.net",
    ];
    const US_GOVERNMENT: [&str; 9] = [
        "www.msftncsi.com",
        "*.microsoft.com",
        "*.windowsazure.us",
        "*.microsoftonline.us",
        "*.windows.net",
        "*.usgovcloudapi.net",
        "*.blob.core.windows.net",
        "*.queue.core.windows.net",
        "*.blob.storage.azure.net",
    ];
    const TAGS: [&str; 3] = ["AzureBackup", "Storage", "AzureActiveDirectory"];

    fn scenario(id: &str) -> Scenario {
        Catalogue::builtin().scenario(id).unwrap().clone()
    }

    fn required(scenario: &Scenario) -> Vec<&Requirement> {
        scenario.requirements.iter().filter(|requirement| requirement.required).collect()
    }

    #[test]
    fn every_embedded_file_is_a_catalogue() {
        for text in FILES {
            let read = Catalogue::read("embedded.json", text.as_bytes());
            assert!(read.is_ok(), "{}", read.unwrap_err().message);
        }
    }

    #[test]
    fn joining_files_loses_nothing() {
        let parts = FILES.map(|text| parse(text).unwrap());
        let whole = Catalogue::builtin();
        for part in &parts {
            assert!(part.sources.iter().all(|(key, origin)| whole.sources.get(key) == Some(origin)));
            assert!(part.facts.iter().all(|(key, fact)| whole.facts.get(key) == Some(fact)));
        }
        let ids: BTreeSet<&str> = whole.scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
        assert_eq!(ids.len(), parts.iter().map(|part| part.scenarios.len()).sum::<usize>());
    }

    #[test]
    fn the_scenario_ids_stay() {
        let whole = Catalogue::builtin();
        let ids: Vec<&str> = whole.scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
        let expected = [
            DEFAULT_SCENARIO,
            "backup.mars.usgov",
            "backup.mars.public.ranges",
            "backup.mars.usgov.ranges",
            "backup.mars.public.nsg",
            "backup.mars.usgov.nsg",
            "backup.mars.public.expressroute-public-peering",
            "backup.mars.public.expressroute-microsoft-peering",
            "backup.mars.usgov.expressroute-microsoft-peering",
            "backup.mars.public.private-endpoint",
            "backup.mars.usgov.private-endpoint",
            "windows.connectivity-check",
        ];
        assert_eq!(ids, expected);
        for scenario in &whole.scenarios {
            let named = Cloud::ALL.into_iter().find(|cloud| scenario.id.split('.').any(|part| part == cloud.id()));
            assert_eq!(scenario.cloud, named, "{}", scenario.id);
        }
    }

    #[test]
    fn the_names_of_the_document_are_required_and_nothing_else_is() {
        for (id, names) in [
            ("backup.mars.public", &PUBLIC[..]),
            ("backup.mars.public.expressroute-public-peering", &PUBLIC),
            ("backup.mars.usgov", &US_GOVERNMENT),
            ("windows.connectivity-check", &["www.msftconnecttest.com", "www.msftncsi.com"]),
        ] {
            let scenario = scenario(id);
            let found: Vec<Vec<&str>> = required(&scenario)
                .iter()
                .map(|requirement| requirement.urls.iter().map(|entry| entry.as_str()).collect())
                .collect();
            let expected: Vec<Vec<&str>> = names.iter().map(|&name| vec![name]).collect();
            assert_eq!(found, expected, "{id}");
        }
    }

    #[test]
    fn everything_is_https_but_the_connectivity_check() {
        for scenario in Catalogue::builtin().scenarios {
            for requirement in required(&scenario) {
                let check = requirement.urls.iter().any(|entry| entry.as_str().contains("msft"));
                let ports: Vec<u16> = requirement.tcp_ports.iter().map(|port| port.get()).collect();
                assert_eq!(ports, [if check { 80 } else { 443 }], "{} {}", scenario.id, requirement.id);
                assert_eq!(check, requirement.contradicts.as_ref().is_some_and(|other| other.says.contains("443")));
                assert!(!check || requirement.service_tags.is_empty());
            }
        }
    }

    #[test]
    fn ranges_and_nsg_rules_are_the_three_tags() {
        for id in
            ["backup.mars.public.ranges", "backup.mars.usgov.ranges", "backup.mars.public.nsg", "backup.mars.usgov.nsg"]
        {
            let scenario = scenario(id);
            assert_eq!(scenario.requirements.len(), 3);
            for (requirement, tag) in required(&scenario).into_iter().zip(TAGS) {
                assert_eq!(requirement.service_tags, [tag], "{id}");
                assert!(requirement.urls.is_empty());
            }
        }
    }

    #[test]
    fn every_tag_of_the_document_meets_a_name() {
        for id in ["backup.mars.public", "backup.mars.usgov"] {
            let scenario = scenario(id);
            let rows = required(&scenario);
            let tags: BTreeSet<&str> = rows.iter().flat_map(|row| &row.service_tags).map(String::as_str).collect();
            assert_eq!(tags, BTreeSet::from(TAGS), "{id}");
        }
    }

    #[test]
    fn microsoft_peering_has_the_communities_of_its_cloud() {
        for (cloud, entra) in [("public", 5060), ("usgov", 5160)] {
            let scenario = scenario(&format!("backup.mars.{cloud}.expressroute-microsoft-peering"));
            let rows = required(&scenario);
            assert_eq!(rows.len(), 3);
            assert_eq!(rows[0].bgp_communities[0].value, CommunityValue::Fixed(Community(12076, entra)));
            assert!(rows.iter().all(|row| row.bgp_communities.len() == 1 && row.urls.is_empty()));
        }
    }

    #[test]
    fn windows_decides_the_host_of_its_check_and_the_note_on_throttling() {
        let check = scenario("windows.connectivity-check");
        let throttling = |facts: &Facts| {
            let notes = scenario(DEFAULT_SCENARIO).notes;
            let note = notes.into_iter().find(|note| note.text.starts_with("Network throttling")).unwrap();
            note.when.unwrap().holds(facts)
        };
        for (build, new, old, throttled) in [
            (Some("20348"), Tri::Yes, Tri::No, Tri::No),
            (Some("14393"), Tri::Yes, Tri::No, Tri::No),
            (Some("14392"), Tri::No, Tri::Yes, Tri::No),
            (Some("7601"), Tri::No, Tri::Yes, Tri::Yes),
            (Some("6003"), Tri::No, Tri::Yes, Tri::Yes),
            (None, Tri::Maybe, Tri::Maybe, Tri::Maybe),
        ] {
            let facts: Facts = build.map(|build| ("windowsBuild".to_owned(), build.to_owned())).into_iter().collect();
            let applies: Vec<Tri> = check.requirements.iter().map(|row| row.applies(&facts)).collect();
            assert_eq!((applies, throttling(&facts)), (vec![new, old], throttled), "{build:?}");
        }
    }

    #[test]
    fn private_endpoints_leave_sign_in_public_and_everything_else_private() {
        use crate::catalogue::AddressSpace::{Private, Public};
        for id in ["backup.mars.public.private-endpoint", "backup.mars.usgov.private-endpoint"] {
            let scenario = scenario(id);
            for row in required(&scenario) {
                let sign_in = row.purpose == "Microsoft Entra ID";
                assert_eq!(row.address_space, if sign_in { Public } else { Private }, "{id} {}", row.id);
                assert_eq!(row.private_dns_zones.is_empty(), sign_in);
                assert_eq!(row.service_tags.is_empty(), !sign_in);
            }
        }
    }
}
