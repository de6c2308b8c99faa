//! Names of ports and protocols. No name means two different ports on two platforms (ASA CLI Configuration Guide,
//! "Addresses, Protocols, and Ports"; IOS Security Command Reference, "permit (IP)"; NX-OS "permit (IPv4)").

use crate::policy::Protocol;

const PORTS: &[(&str, u16)] = &[
    ("aol", 5190),
    ("bgp", 179),
    ("biff", 512),
    ("bootpc", 68),
    ("bootps", 67),
    ("chargen", 19),
    ("cifs", 3020),
    ("citrix-ica", 1494),
    ("cmd", 514),
    ("ctiqbe", 2748),
    ("daytime", 13),
    ("discard", 9),
    ("dnsix", 195),
    ("domain", 53),
    ("drip", 3949),
    ("echo", 7),
    ("exec", 512),
    ("finger", 79),
    ("ftp", 21),
    ("ftp-data", 20),
    ("gopher", 70),
    ("h323", 1720),
    ("hostname", 101),
    ("http", 80),
    ("https", 443),
    ("ident", 113),
    ("imap4", 143),
    ("irc", 194),
    ("isakmp", 500),
    ("klogin", 543),
    ("kshell", 544),
    ("ldap", 389),
    ("ldaps", 636),
    ("login", 513),
    ("lotusnotes", 1352),
    ("lpd", 515),
    ("mobile-ip", 434),
    ("msrpc", 135),
    ("nameserver", 42),
    ("netbios-dgm", 138),
    ("netbios-ns", 137),
    ("netbios-ss", 139),
    ("netbios-ssn", 139),
    ("nfs", 2049),
    ("nntp", 119),
    ("non500-isakmp", 4500),
    ("ntp", 123),
    ("onep-plain", 15001),
    ("onep-tls", 15002),
    ("pcanywhere-data", 5631),
    ("pcanywhere-status", 5632),
    ("pim-auto-rp", 496),
    ("pop2", 109),
    ("pop3", 110),
    ("pptp", 1723),
    ("radius", 1645),
    ("radius-acct", 1646),
    ("rip", 520),
    ("rsh", 514),
    ("rtsp", 554),
    ("secureid-udp", 5510),
    ("sip", 5060),
    ("smtp", 25),
    ("snmp", 161),
    ("snmptrap", 162),
    ("sqlnet", 1521),
    ("ssh", 22),
    ("sunrpc", 111),
    ("syslog", 514),
    ("tacacs", 49),
    ("talk", 517),
    ("telnet", 23),
    ("tftp", 69),
    ("time", 37),
    ("uucp", 540),
    ("vxlan", 4789),
    ("who", 513),
    ("whois", 43),
    ("www", 80),
    ("xdmcp", 177),
];

/// Names of protocols that are neither TCP nor UDP.
const OTHERS: &[&str] = &[
    "ah", "ahp", "eigrp", "esp", "gre", "icmp", "icmp6", "igmp", "igrp", "ipinip", "ipsec", "nos", "ospf", "pcp",
    "pim", "pptp", "rdp", "rsvp", "sctp", "snp", "vrrp", "nd",
];

/// The number of a port, or of a name for one.
pub(in crate::formats) fn port(word: &str) -> Option<u16> {
    let named = || PORTS.iter().find(|(name, _)| *name == word).map(|&(_, port)| port);
    word.parse().ok().or_else(named)
}

/// The protocol that a word stands for; the inner `None` for any.
pub(in crate::formats) fn protocol(word: &str) -> Option<Option<Protocol>> {
    Some(match word {
        "ip" | "ipv4" | "ipv6" => None,
        "tcp" | "6" => Some(Protocol::Tcp),
        "udp" | "17" => Some(Protocol::Udp),
        _ if OTHERS.contains(&word) => Some(Protocol::Other),
        _ => word.parse::<u8>().ok().filter(|&number| number > 0).map(|_| Protocol::Other).map(Some)?,
    })
}
