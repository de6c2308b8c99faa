//! Forms of export that are not read, so that a user hears whose text it is.

/// How the lines of a form begin, and what its text holds; any of them tells it.
struct Other {
    title: &'static str,
    starts: &'static [&'static str],
    holds: &'static [&'static str],
}

const fn other(title: &'static str, starts: &'static [&'static str], holds: &'static [&'static str]) -> Other {
    Other { title, starts, holds }
}

#[rustfmt::skip]
const OTHERS: &[Other] = &[
    other("Juniper Junos", &["set security policies", "set security address-book", "set firewall family", "from-zone "],
        &["<configuration junos:", "/junos\""]),
    other("Cisco IOS XR", &["!! IOS XR", "ipv4 access-list "], &[]),
    other("Check Point", &[], &["\"objects-dictionary\"", "\"access-section\""]),
    other("MikroTik RouterOS", &["/ip firewall", "/ipv6 firewall"], &[" by RouterOS "]),
    other("pfSense", &["<pfsense>"], &[]),
    other("OPNsense", &["<opnsense>"], &[]),
    other("Sophos Firewall", &["<Configuration APIVersion"], &["<FQDNHostGroup>"]),
    other("SonicWall", &[], &["addrObjId_0=", "policyName_0="]),
    other("WatchGuard Firebox", &[], &["<abs-policy-list>"]),
    other("pf", &["pass out ", "pass in ", "block out ", "block in ", "block all", "set skip on"], &[]),
    other("Blue Coat ProxySG (CPL)", &["<Proxy>", "define condition "], &[]),
    other("Windows Defender Firewall", &["Rule Name:"], &["\"InstanceID\"", "|Action=Allow|Active="]),
    other("AWS security groups, network ACLs or Network Firewall", &[],
        &["\"IpPermissionsEgress\"", "\"NetworkAcls\"", "\"RulesSource\""]),
    other("Google Cloud firewall rules", &[], &["compute#firewall"]),
    other("a Kubernetes network policy", &["kind: NetworkPolicy", "kind: CiliumNetworkPolicy"], &[]),
    other("Terraform", &["resource \""], &[]),
    other("VyOS", &["set firewall name ", "set firewall ipv4 ", "set firewall group "], &[]),
    other("ufw", &["Status: active"], &[]),
    other("Suricata rules", &["pass tls ", "drop tls ", "alert tls ", "pass http ", "drop http "], &[]),
];

/// Whose text this looks like, as the end of a sentence.
pub fn looks_like(text: &str) -> Option<&'static str> {
    let begins =
        |starts: &[&str]| text.lines().any(|line| starts.iter().any(|start| line.trim_start().starts_with(start)));
    let found = OTHERS.iter().find(|other| other.holds.iter().any(|word| text.contains(word)) || begins(other.starts));
    found.map(|other| other.title)
}

#[cfg(test)]
mod tests {
    use super::looks_like;

    #[test]
    fn other_forms_are_told_by_a_line() {
        for (text, expected) in [
            ("set security policies from-zone trust to-zone untrust policy p1 then permit\n", Some("Juniper Junos")),
            ("hostname r1\nipv4 access-list OUT\n 10 permit tcp any any eq 443\n", Some("Cisco IOS XR")),
            ("# 2026-01-01 by RouterOS 7.14\n/ip firewall filter\n", Some("MikroTik RouterOS")),
            ("<?xml version=\"1.0\"?>\n<opnsense>\n", Some("OPNsense")),
            ("ext_if = \"em0\"\nblock all\npass out quick on $ext_if\n", Some("pf")),
            (
                "{\"SecurityGroups\": [{\"IpPermissionsEgress\": []}]}",
                Some("AWS security groups, network ACLs or Network Firewall"),
            ),
            ("please pass out the list\n", None),
            ("", None),
        ] {
            assert_eq!(looks_like(text), expected, "{text}");
        }
    }
}
