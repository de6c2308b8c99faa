//! What Microsoft's documentation says about the evaluation of network security groups, a row each.
//!
//! Rules have the columns of its tables: priority, direction, access, protocol, source, source ports, destination,
//! destination ports. Packets: protocol, source, destination, port, verdict.

use crate::spell;
use egress_check::addresses::AddressSet;
use egress_check::azure::ServiceTags;
use egress_check::device::{Device, Reading};
use egress_check::explain::{Target, explain};
use egress_check::policy::Protocol;
use egress_check::problem::Severity;
use egress_check::reach::{Question, TagTable};
use egress_check::source::Source;
use serde_json::{Value, json};
use std::path::Path;

/// learn.microsoft.com/azure/virtual-network/network-security-groups-overview
const OVERVIEW: &str = "Azure network security groups overview";
/// learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works
const HOW: &str = "How network security groups filter network traffic";
/// learn.microsoft.com/azure/virtual-network/service-tags-overview
const TAGS: &str = "Virtual network service tags";
/// learn.microsoft.com/azure/virtual-network/application-security-groups
const MEMBERS: &str = "Application security groups";
/// learn.microsoft.com/azure/virtual-network-manager/concept-security-admins
const ADMIN: &str = "Security admin rules in Azure Virtual Network Manager";
/// learn.microsoft.com/azure/network-watcher/effective-security-rules-overview
const EFFECTIVE: &str = "Effective security rules overview";
/// learn.microsoft.com/rest/api/virtualnetwork/security-rules/get
const REST: &str = "Security Rules - Get (REST API)";
/// learn.microsoft.com/powershell/module/microsoft.powershell.utility/convertto-json
const CONVERT: &str = "ConvertTo-Json";

struct Claim {
    page: &'static str,
    says: &'static str,
    rules: &'static [&'static str],
    packets: &'static [&'static str],
}

const CLAIMS: &[Claim] = &[
    // ── Priority ────────────────────────────────────────────────────────────────────────────────────────────────────
    Claim {
        page: OVERVIEW,
        says: "lower numbers are processed before higher numbers, whatever the order in which they are listed",
        rules: &[
            "300 Outbound Deny  * * * 20.60.0.0/16 *",
            "200 Outbound Allow * * * 20.60.1.0/24 *",
            "100 Outbound Deny * * * 20.60.1.7 *",
        ],
        packets: &[
            "tcp 10.0.0.4 20.60.1.7 443 blocked",
            "tcp 10.0.0.4 20.60.1.8 443 allowed",
            "tcp 10.0.0.4 20.60.2.1 443 blocked",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "priorities go from 100 to 4096, and the default rules come after all of them",
        rules: &["100 Outbound Allow Tcp * * 20.60.1.0/24 443", "4096 Outbound Deny * * * * *"],
        packets: &[
            "tcp 10.0.0.4 20.60.1.1 443 allowed",
            "tcp 10.0.0.4 8.8.8.8 443 blocked",
            "tcp 10.0.0.4 10.0.0.5 443 blocked",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "once traffic matches a rule, processing stops",
        rules: &["100 Outbound Allow * * * * *", "101 Outbound Deny * * * * *"],
        packets: &["tcp 10.0.0.4 8.8.8.8 443 allowed"],
    },
    Claim {
        page: OVERVIEW,
        says: "no two rules have the same priority and direction, but an inbound and an outbound rule may",
        rules: &["100 Inbound Deny * * * * *", "100 Outbound Allow * * * * *"],
        packets: &["tcp 10.0.0.4 8.8.8.8 443 allowed"],
    },
    // ── Default security rules ──────────────────────────────────────────────────────────────────────────────────────
    Claim {
        page: OVERVIEW,
        says: "AllowVnetOutBound, 65000: from VirtualNetwork to VirtualNetwork, every protocol and port",
        rules: &[],
        packets: &[
            "tcp 10.0.0.4 10.200.0.1 1 allowed",
            "udp 10.0.0.4 192.168.7.7 65535 allowed",
            "other 10.0.0.4 172.16.0.1 0 allowed",
            "tcp fd00::4 fd00::5 443 allowed",
            "tcp 8.8.4.4 10.0.0.1 443 blocked",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "AllowInternetOutBound, 65001: from everywhere to Internet, every protocol and port",
        rules: &[],
        packets: &[
            "tcp 10.0.0.4 8.8.8.8 443 allowed",
            "udp 10.0.0.4 8.8.8.8 53 allowed",
            "other 10.0.0.4 8.8.8.8 0 allowed",
            "tcp 8.8.4.4 8.8.8.8 443 allowed",
            "tcp fd00::4 2603:1020:206::1 443 allowed",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "DenyAllOutBound, 65500: from everywhere to everywhere",
        rules: &[],
        packets: &[
            "tcp 10.0.0.4 224.0.0.1 443 blocked",
            "udp 10.0.0.4 255.255.255.255 67 blocked",
            "other fd00::4 ff02::1 0 blocked",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "0.0.0.0/0 in the default rules represents all IP addresses, IPv6 included",
        rules: &[
            "65000 Outbound Allow * VirtualNetwork 0-65535 VirtualNetwork 0-65535",
            "65001 Outbound Allow * 0.0.0.0/0 0-65535 Internet 0-65535",
            "65500 Outbound Deny * 0.0.0.0/0 0-65535 0.0.0.0/0 0-65535",
        ],
        packets: &[
            "tcp fd00::4 2603:1020:206::1 443 allowed",
            "tcp fd00::4 ff02::1 443 blocked",
            "tcp 10.0.0.4 8.8.8.8 443 allowed",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "default rules cannot be removed, but rules with a smaller number override them",
        rules: &["4095 Outbound Deny * * * Internet *", "4096 Outbound Allow * * * 224.0.0.0/4 *"],
        packets: &[
            "tcp 10.0.0.4 8.8.8.8 443 blocked",
            "tcp 10.0.0.4 10.0.0.5 443 allowed",
            "udp 10.0.0.4 224.0.0.1 5353 allowed",
            "udp 10.0.0.4 255.255.255.255 67 blocked",
        ],
    },
    // ── Direction ───────────────────────────────────────────────────────────────────────────────────────────────────
    Claim {
        page: OVERVIEW,
        says: "a rule applies to inbound or to outbound traffic; an outbound connection needs no inbound rule for its replies",
        rules: &["100 Inbound Deny * * * * *", "110 Inbound Allow * * * 224.0.0.0/4 *"],
        packets: &["tcp 10.0.0.4 8.8.8.8 443 allowed", "udp 10.0.0.4 224.0.0.1 5353 blocked"],
    },
    // ── Five-tuple: source, source port, destination, destination port, protocol ────────────────────────────────────
    Claim {
        page: OVERVIEW,
        says: "source or destination: Any, one address or a CIDR block",
        rules: &[
            "100 Outbound Deny * 10.1.0.0/16 * 20.60.1.7 *",
            "110 Outbound Deny * 10.2.3.4 * 20.60.0.0/16 *",
            "120 Outbound Deny * Any * 40.74.0.0/16 *",
        ],
        packets: &[
            "tcp 10.1.255.255 20.60.1.7 443 blocked",
            "tcp 10.2.0.0 20.60.1.7 443 allowed",
            "tcp 10.1.0.0 20.60.1.8 443 allowed",
            "tcp 10.2.3.4 20.60.255.255 443 blocked",
            "tcp 10.2.3.5 20.60.255.255 443 allowed",
            "tcp 10.9.9.9 40.74.0.1 443 blocked",
            "tcp 10.2.3.4 20.61.0.0 443 allowed",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "augmented rules name several addresses and ranges, ports and port ranges: \"80, 10000-10005\"",
        rules: &["100 Outbound Deny Tcp 10.1.0.0/16,10.2.0.0/16 * 20.60.1.0/24,40.74.0.9 80,10000-10005"],
        packets: &[
            "tcp 10.2.0.1 20.60.1.1 80 blocked",
            "tcp 10.1.0.1 40.74.0.9 10000 blocked",
            "tcp 10.1.0.1 40.74.0.9 10005 blocked",
            "tcp 10.1.0.1 40.74.0.9 10006 allowed",
            "tcp 10.1.0.1 40.74.0.9 9999 allowed",
            "tcp 10.3.0.1 40.74.0.9 80 allowed",
            "tcp 10.1.0.1 40.74.0.8 80 allowed",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "protocol TCP, UDP, ICMP, ESP, AH or Any",
        rules: &[
            "100 Outbound Deny Tcp * * 20.1.0.0/16 *",
            "110 Outbound Deny Udp * * 20.2.0.0/16 *",
            "120 Outbound Deny Icmp * * 20.3.0.0/16 *",
            "130 Outbound Deny Esp * * 20.4.0.0/16 *",
            "140 Outbound Deny Ah * * 20.5.0.0/16 *",
            "150 Outbound Deny * * * 20.6.0.0/16 *",
        ],
        packets: &[
            "tcp 10.0.0.4 20.1.0.1 443 blocked",
            "udp 10.0.0.4 20.1.0.1 443 allowed",
            "udp 10.0.0.4 20.2.0.1 443 blocked",
            "tcp 10.0.0.4 20.2.0.1 443 allowed",
            "tcp 10.0.0.4 20.3.0.1 443 allowed",
            "other 10.0.0.4 20.3.0.1 0 blocked",
            "udp 10.0.0.4 20.4.0.1 443 allowed",
            "tcp 10.0.0.4 20.5.0.1 443 allowed",
            "tcp 10.0.0.4 20.6.0.1 443 blocked",
            "udp 10.0.0.4 20.6.0.1 443 blocked",
            "other 10.0.0.4 20.6.0.1 0 blocked",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "the source port is a part of the five-tuple; which one a client takes is not known",
        rules: &[
            "100 Outbound Deny Tcp * 1024-5000 20.60.0.0/16 443",
            "110 Outbound Deny Tcp * 0-65535 40.74.0.0/16 443",
        ],
        packets: &[
            "tcp 10.0.0.4 20.60.0.1 443 undecided",
            "tcp 10.0.0.4 40.74.0.1 443 blocked",
            "tcp 10.0.0.4 20.60.0.1 80 allowed",
        ],
    },
    Claim {
        page: REST,
        says: "the asterisk in a destination port range matches all ports; \"integer or range between 0 and 65535\"",
        rules: &[
            "100 Outbound Deny Tcp * * 20.1.0.0/16 *",
            "110 Outbound Deny Tcp * * 20.2.0.0/16 0",
            "120 Outbound Deny Tcp * * 20.3.0.0/16 0-65535",
            "130 Outbound Deny Tcp * * 20.4.0.0/16 65535",
        ],
        packets: &[
            "tcp 10.0.0.4 20.1.0.1 0 blocked",
            "tcp 10.0.0.4 20.1.0.1 65535 blocked",
            "tcp 10.0.0.4 20.2.0.1 0 blocked",
            "tcp 10.0.0.4 20.2.0.1 1 allowed",
            "tcp 10.0.0.4 20.3.0.1 443 blocked",
            "tcp 10.0.0.4 20.4.0.1 65535 blocked",
            "tcp 10.0.0.4 20.4.0.1 65534 allowed",
        ],
    },
    Claim {
        page: REST,
        says: "words compare without case: direction, access, protocol, tags",
        rules: &["100 OUTBOUND deny TCP virtualnetwork * STORAGE.westeurope 443", "110 inbound DENY * * * * *"],
        packets: &["tcp 10.0.0.4 20.60.1.1 443 blocked", "tcp 10.0.0.4 8.8.8.8 443 allowed"],
    },
    Claim {
        page: REST,
        says: "a single address or prefix keeps its family: 0.0.0.0/0 and ::/0 are halves of `*`",
        rules: &["100 Outbound Deny * * * 0.0.0.0/0 443", "110 Outbound Deny * * * ::/0 80"],
        packets: &[
            "tcp 10.0.0.4 8.8.8.8 443 blocked",
            "tcp fd00::4 2603:1020:206::1 443 allowed",
            "tcp fd00::4 2603:1020:206::1 80 blocked",
            "tcp 10.0.0.4 8.8.8.8 80 allowed",
        ],
    },
    // ── Service tags ────────────────────────────────────────────────────────────────────────────────────────────────
    Claim {
        page: TAGS,
        says: "Internet: what is outside the virtual network and reachable by the public Internet, Azure's own addresses included",
        rules: &["100 Outbound Deny * * * Internet *", "110 Outbound Allow * * * * *"],
        packets: &[
            "tcp 10.0.0.4 8.8.8.8 443 blocked",
            "tcp 10.0.0.4 20.60.1.1 443 blocked",
            "tcp 10.0.0.4 10.0.0.5 443 allowed",
            "tcp 10.0.0.4 100.64.0.1 443 allowed",
            "tcp fd00::4 2603:1020:206::1 443 blocked",
            "tcp fd00::4 fd00::5 443 allowed",
        ],
    },
    Claim {
        page: TAGS,
        says: "VirtualNetwork: the network's ranges, peers and on-premises; never a public service",
        rules: &["100 Outbound Deny * VirtualNetwork * VirtualNetwork *"],
        packets: &[
            "tcp 10.0.0.4 10.0.0.5 443 blocked",
            "tcp 10.0.0.4 192.168.1.1 443 blocked",
            "tcp 10.0.0.4 8.8.8.8 443 allowed",
        ],
    },
    Claim {
        page: TAGS,
        says: "AzureLoadBalancer: the virtual address of the host, 168.63.129.16, and no real traffic",
        rules: &["100 Outbound Deny * * * AzureLoadBalancer *"],
        packets: &[
            "tcp 10.0.0.4 168.63.129.16 80 blocked",
            "tcp 10.0.0.4 168.63.129.17 80 allowed",
            "tcp 10.0.0.4 8.8.8.8 443 allowed",
        ],
    },
    Claim {
        page: TAGS,
        says: "classic spellings: INTERNET, VIRTUAL_NETWORK, AZURE_LOADBALANCER",
        rules: &[
            "100 Outbound Deny Tcp * * INTERNET 1",
            "110 Outbound Deny Tcp * * VIRTUAL_NETWORK 2",
            "120 Outbound Deny Tcp * * AZURE_LOADBALANCER 3",
        ],
        packets: &[
            "tcp 10.0.0.4 8.8.8.8 1 blocked",
            "tcp 10.0.0.4 10.0.0.5 2 blocked",
            "tcp 10.0.0.4 168.63.129.16 3 blocked",
        ],
    },
    Claim {
        page: TAGS,
        says: "a service's tag is its addresses in the whole cloud, a regional one those of its region; tags lie in other tags",
        rules: &[
            "100 Outbound Allow Tcp * * Storage.WestEurope 443",
            "110 Outbound Deny Tcp * * Storage 443",
            "120 Outbound Allow Tcp * * AzureCloud 443",
            "4000 Outbound Deny * * * Internet *",
        ],
        packets: &[
            "tcp 10.0.0.4 20.60.15.255 443 allowed",
            "tcp 10.0.0.4 20.60.16.0 443 blocked",
            "tcp 10.0.0.4 40.74.24.1 443 allowed",
            "tcp 10.0.0.4 20.190.128.1 443 blocked",
            "tcp fd00::4 2603:1020:206::1 443 allowed",
            "tcp fd00::4 2603:1020:201::1 443 allowed",
            "tcp fd00::4 2603:1020:200::1 443 blocked",
        ],
    },
    Claim {
        page: TAGS,
        says: "a tag as source holds for its addresses, which no interface of the network has",
        rules: &["100 Outbound Deny * Storage * * *", "110 Outbound Deny * Internet * * *"],
        packets: &["tcp 10.0.0.4 8.8.8.8 443 allowed", "tcp 20.60.1.1 8.8.8.8 443 blocked"],
    },
    // ── Azure platform considerations ───────────────────────────────────────────────────────────────────────────────
    Claim {
        page: OVERVIEW,
        says: "168.63.129.16 and 169.254.169.254 are not subject to the groups",
        rules: &[
            "100 Outbound Deny * * * * *",
            "110 Outbound Deny * * * 168.63.129.16 *",
            "120 Outbound Deny * * * VirtualNetwork *",
        ],
        packets: &[
            "udp 10.0.0.4 168.63.129.16 53 allowed",
            "tcp 10.0.0.4 169.254.169.254 80 allowed",
            "tcp 10.0.0.4 169.254.169.253 80 blocked",
            "tcp 10.0.0.4 168.63.129.17 80 blocked",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "unless targeted by AzurePlatformDNS and AzurePlatformIMDS",
        rules: &[
            "100 Outbound Allow * * * * *",
            "110 Outbound Deny Udp * * AzurePlatformDNS 53",
            "120 Outbound Deny * * * AzurePlatformIMDS *",
        ],
        packets: &[
            "udp 10.0.0.4 168.63.129.16 53 blocked",
            "tcp 10.0.0.4 168.63.129.16 80 allowed",
            "tcp 10.0.0.4 169.254.169.254 80 blocked",
        ],
    },
    Claim {
        page: OVERVIEW,
        says: "rules that target the platform are tried by priority, too",
        rules: &["300 Outbound Deny * * * AzurePlatformDNS *", "200 Outbound Allow Udp * * AzurePlatformDNS 53"],
        packets: &["udp 10.0.0.4 168.63.129.16 53 allowed", "tcp 10.0.0.4 168.63.129.16 80 blocked"],
    },
    Claim {
        page: OVERVIEW,
        says: "AzurePlatformLKM: licences are asked for through port 1688",
        rules: &["100 Outbound Deny * * * AzurePlatformLKM *"],
        packets: &[
            "tcp 10.0.0.4 20.118.99.224 1688 blocked",
            "tcp 10.0.0.4 20.118.99.224 443 allowed",
            "tcp 10.0.0.4 8.8.8.8 1688 allowed",
        ],
    },
];

/// Claims that need more of an export than rules, and the fixture of `tests/formats/azure-nsg` that shows each.
const SHOWN_BY_FIXTURES: &[(&str, &str, &str)] = &[
    (
        HOW,
        "outbound: the group of the interface, then that of the subnet; both must allow (VM1)",
        "effective-nic-and-subnet",
    ),
    (HOW, "a subnet or an interface without a group lets everything through (VM2, VM3)", "shape-az-show"),
    (
        HOW,
        "one group may stand on many subnets and interfaces: each is a place to look from",
        "effective-several-interfaces",
    ),
    (OVERVIEW, "no two rules have the same priority and direction", "duplicate-priority"),
    (OVERVIEW, "every group has the default rules, also where an export leaves them out", "default-rules-missing"),
    (OVERVIEW, "… or some of them", "some-default-rules-missing"),
    (OVERVIEW, "the order of the list is not the order of evaluation", "shape-api"),
    (
        OVERVIEW,
        "\"Always allow\" and \"Deny\" security admin rules end the evaluation, \"Allow\" goes on to the groups",
        "effective-admin-rules",
    ),
    (ADMIN, "security admin rules bind an interface without a group", "effective-admin-only"),
    (MEMBERS, "rules for an application security group apply to its members only", "application-security-groups"),
    (
        TAGS,
        "VirtualNetwork holds on-premises ranges and routes, at times a default route: effective rules spell it out",
        "effective-expanded-tags",
    ),
    (
        EFFECTIVE,
        "effective rules list the rules of interface and subnet with their tags expanded",
        "whole-effective-export",
    ),
    (EFFECTIVE, "PowerShell writes the same in PascalCase", "effective-powershell"),
    (
        REST,
        "`destinationAddressPrefixes` and `destinationAddressPrefix`: the list counts where it is not empty",
        "plural-instead-of-singular",
    ),
    (REST, "an empty text and null are not `*`", "empty-is-not-any"),
    (REST, "a rule has no switch: an unknown field may be anything", "unknown-field"),
    (REST, "`*` holds IPv4 and IPv6, 0.0.0.0/0 IPv4", "star-and-quad-zero"),
    (REST, "ranges of addresses are refused", "address-range"),
    (REST, "priorities beyond 100 to 4096 are refused", "priority-out-of-range"),
    (CONVERT, "beyond its depth of 2 it prints the names of types", "depth-cut"),
];

/// The published tags of the test, and the tag of the licence servers.
struct Tags(ServiceTags, AddressSet);

impl TagTable for Tags {
    fn addresses(&self, tag: &str) -> Option<&AddressSet> {
        if tag.eq_ignore_ascii_case("AzurePlatformLKM") { Some(&self.1) } else { Some(&self.0.tag(tag)?.addresses) }
    }
}

fn export(rules: &[&str]) -> String {
    let rules: Vec<Value> = rules.iter().map(|text| rule(text)).collect();
    json!({"name": "nsg", "securityRules": rules}).to_string()
}

fn rule(text: &str) -> Value {
    let columns: Vec<&str> = text.split_whitespace().collect();
    let [priority, direction, access, protocol, source, source_ports, destination, ports] = columns[..] else {
        panic!("eight columns: {text}");
    };
    json!({"name": text, "priority": priority, "direction": direction, "access": access, "protocol": protocol,
        "sourceAddressPrefix": source, "sourcePortRange": source_ports,
        "destinationAddressPrefix": destination, "destinationPortRange": ports})
}

/// What is wrong with the answer to one packet.
fn wrong(device: &Device<'_>, tags: &Tags, packet: &str) -> Option<String> {
    let columns: Vec<&str> = packet.split_whitespace().collect();
    let [protocol, source, destination, port, expected] = columns[..] else { panic!("five columns: {packet}") };
    let mut question = Question::tcp(port.parse().expect("a port"));
    question.protocol = match protocol {
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        _ => Protocol::Other,
    };
    question.source = Some(AddressSet::from_address(source.parse().expect("an address")));
    let target = Target::parse(destination).expect("an address");
    let answer = explain(device, &question, tags, destination, &target);
    let verdict = json!(answer.verdict);
    (verdict != expected).then(|| format!("{packet}: {verdict}, {}", answer.reason))
}

#[test]
fn every_claim_of_the_documentation_holds() {
    let published = ServiceTags::read("tags.json", spell::service_tags().as_bytes()).expect("tags");
    let tags = Tags(published, AddressSet::from_net("20.118.99.224/32".parse().expect("a prefix")));
    let mut failures = Vec::new();
    for Claim { page, says, rules, packets } in CLAIMS {
        let source = Source::read("nsg.json", 0, export(rules).as_bytes()).expect("text");
        let device = Device::read(&source, &[], &Reading::default()).unwrap_or_else(|problem| panic!("{problem:?}"));
        let bad = device.policy.problems.iter().filter(|problem| problem.severity > Severity::Note);
        let bad = bad.map(|problem| problem.message.clone());
        let all = bad.chain(packets.iter().filter_map(|packet| wrong(&device, &tags, packet)));
        failures.extend(all.map(|text| format!("{page}: {says}: {text}")));
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_other_claim_has_its_fixture() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/azure-nsg");
    for (page, says, fixture) in SHOWN_BY_FIXTURES {
        assert!(fixtures.join(fixture).join("expect.json").is_file(), "{page}: {says}: no fixture {fixture}");
    }
}
