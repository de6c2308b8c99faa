//! What iptables and its extensions are called (iptables-extensions(8)).

pub(super) const TABLES: &[&str] = &["filter", "nat", "mangle", "raw", "security"];

pub(super) const HOOKS: &[&str] = &["INPUT", "OUTPUT", "FORWARD", "PREROUTING", "POSTROUTING"];

/// Targets behind which the packet goes on with the next rule.
pub(super) const GOES_ON: &[&str] = &[
    "AUDIT",
    "CHECKSUM",
    "CLASSIFY",
    "CONNMARK",
    "CONNSECMARK",
    "CT",
    "DSCP",
    "ECN",
    "HL",
    "HMARK",
    "IDLETIMER",
    "LED",
    "LOG",
    "MARK",
    "NFLOG",
    "NOTRACK",
    "RATEEST",
    "SECMARK",
    "SET",
    "TCPMSS",
    "TCPOPTSTRIP",
    "TEE",
    "TOS",
    "TRACE",
    "TTL",
    "ULOG",
];

/// Targets that send the packet elsewhere.
pub(super) const REWRITES: &[&str] = &["DNAT", "NETMAP", "REDIRECT", "TPROXY", "SAME"];

/// Targets that change the source only, and end the chain of the `nat` table.
pub(super) const SOURCES: &[&str] = &["MASQUERADE", "SNAT"];

/// Targets of the kernel whose outcome the rules do not tell.
pub(super) const OPEN_TARGETS: &[&str] =
    &["CLUSTERIP", "SYNPROXY", "NFACCT", "ROUTE", "TARPIT", "STEAL", "XOR", "DNPT", "SNPT"];

/// Matches that look at what the text cannot tell.
pub(super) const OPEN_MATCHES: &[&str] = &[
    "ah",
    "bpf",
    "cgroup",
    "cluster",
    "connbytes",
    "connlabel",
    "connlimit",
    "connmark",
    "cpu",
    "dccp",
    "devgroup",
    "dscp",
    "dst",
    "ecn",
    "esp",
    "eui64",
    "frag",
    "geoip",
    "hashlimit",
    "hbh",
    "helper",
    "hl",
    "ipvs",
    "ipv6header",
    "l2tp",
    "layer7",
    "length",
    "limit",
    "mac",
    "mark",
    "mh",
    "nfacct",
    "osf",
    "owner",
    "physdev",
    "pkttype",
    "policy",
    "quota",
    "rateest",
    "realm",
    "recent",
    "rpfilter",
    "rt",
    "sctp",
    "socket",
    "statistic",
    "string",
    "tcpmss",
    "time",
    "tls",
    "tos",
    "ttl",
    "u32",
    "ndpi",
    "psd",
    "random",
];

/// Matches whose options are read.
pub(super) const READ_MATCHES: &[&str] = &[
    "addrtype",
    "comment",
    "conntrack",
    "icmp",
    "icmp6",
    "icmpv6",
    "ipv6-icmp",
    "iprange",
    "multiport",
    "set",
    "state",
    "tcp",
    "udp",
    "udplite",
];
