//! The products and what each takes an entry for: a table, from the products' own documentation.

use super::{Case, Extra, Meaning, Notation, Product};
use crate::hosts::Tri::{Maybe, No, Yes};
use crate::hosts::entry::Shape::{self, Bare, CaretDot, Dot, DoubleStarDot, Everything, Inner, Star, StarDot};
use crate::hosts::regex::Syntax;

const EXACT: Meaning = Meaning::Around(Yes, No, No, No, None);
const BELOW: Meaning = Meaning::Around(No, Yes, Yes, No, None);
const AND_BELOW: Meaning = Meaning::Around(Yes, Yes, Yes, No, None);
const MAYBE_AND_BELOW: Meaning = Meaning::Around(Maybe, Yes, Yes, No, None);
const ONE_LABEL: Meaning = Meaning::Around(No, Yes, No, No, None);
const SUFFIX: Meaning = Meaning::Around(Yes, Yes, Yes, Yes, None);

const fn product(
    id: &'static str,
    title: &'static str,
    source: &'static str,
    meanings: &'static [(Shape, Meaning)],
) -> Product {
    Product {
        id,
        title,
        source,
        meanings,
        bare_slash: None,
        single_label: Meaning::Unclear,
        dead: &[],
        ignored: &[],
        expressions: None,
    }
}

const fn expressions(
    id: &'static str,
    title: &'static str,
    source: &'static str,
    syntax: Syntax,
    case: Case,
) -> Product {
    Product { expressions: Some((Notation::Regex(syntax), case)), ..product(id, title, source, &[]) }
}

/// What a list means whose product is not known: the narrowest reading.
pub static GENERIC: Product = product(
    "generic",
    "Any list (narrowest usual reading)",
    "products differ",
    &[(Bare, EXACT), (StarDot, BELOW), (Dot, MAYBE_AND_BELOW), (Everything, Meaning::Everything)],
);

pub static SQUID: Product = Product {
    single_label: Meaning::Never,
    dead: &[Extra::Scheme, Extra::Port, Extra::Slash, Extra::TrailingDot],
    ..product(
        "squid",
        "Squid dstdomain list file",
        "Squid 5.7, tried",
        &[
            (Bare, EXACT),
            (Dot, AND_BELOW),
            (StarDot, Meaning::Never),
            (Star, Meaning::Never),
            (DoubleStarDot, Meaning::Never),
            (CaretDot, Meaning::Never),
            (Inner, Meaning::Never),
            (Everything, Meaning::Never),
        ],
    )
};

pub static AZURE_FIREWALL: Product = product(
    "azure-firewall",
    "Azure Firewall target FQDNs",
    "Azure Firewall FAQ: how do wildcards work in target URLs and target FQDNs",
    &[(Bare, EXACT), (StarDot, BELOW), (Star, SUFFIX), (Everything, Meaning::Everything)],
);

/// "Omit http and https from URL entries" (docs.paloaltonetworks.com, Guidelines for URL Category Exceptions); what an entry
/// with a scheme does is not said, so that it is left open.
pub static PANOS: Product = product(
    "panos",
    "Palo Alto Networks URL category or external dynamic list",
    "Guidelines for URL Category Exceptions; Formatting Guidelines for an External Dynamic List",
    &[(Bare, EXACT), (StarDot, BELOW), (CaretDot, ONE_LABEL), (Everything, Meaning::Everything)],
);

pub static FORTIGATE_URLFILTER_FLOW: Product = product(
    "fortigate-urlfilter-flow",
    "FortiGate URL filter, flow mode",
    "Technical Tip: URL Filter expressions for the FortiGate; FortiOS 7.2 Administration Guide: Static URL filter",
    &[
        (Bare, Meaning::MaybeSubstring),
        (Dot, Meaning::MaybeSubstring),
        (StarDot, MAYBE_AND_BELOW),
        (Star, SUFFIX),
        (Everything, Meaning::Everything),
    ],
);

pub static FORTIGATE_URLFILTER_PROXY: Product = product(
    "fortigate-urlfilter-proxy",
    "FortiGate URL filter, proxy mode",
    "Technical Tip: URL Filter expressions for the FortiGate (its editions disagree about subdomains)",
    &[
        (Bare, Meaning::Around(Yes, Maybe, Maybe, No, None)),
        (StarDot, MAYBE_AND_BELOW),
        (Star, SUFFIX),
        (Everything, Meaning::Everything),
    ],
);

pub static FORTIGATE_URLFILTER_WILDCARD: Product = product(
    "fortigate-urlfilter-wildcard",
    "FortiGate URL filter, type wildcard",
    "Technical Tip: URL Filter expressions for the FortiGate",
    &[(StarDot, MAYBE_AND_BELOW), (Star, SUFFIX), (Everything, Meaning::Everything)],
);

pub static FORTIGATE_URLFILTER_REGEX: Product = expressions(
    "fortigate-urlfilter-regex",
    "FortiGate URL filter, type regex",
    "Technical Note: How to allow or exempt a URL in a blocked category",
    Syntax::Perl,
    Case::Unclear,
);

pub static FORTIGATE_FQDN: Product = product(
    "fortigate-fqdn",
    "FortiGate FQDN addresses",
    "Using wildcard FQDN addresses in firewall policies",
    &[(Bare, EXACT), (StarDot, MAYBE_AND_BELOW)],
);

pub static ASA_FQDN: Product = product(
    "asa-fqdn",
    "Cisco ASA and FTD FQDN objects",
    "Cisco Secure Firewall ASA Series CLI Configuration Guide: Network Objects",
    &[
        (Bare, EXACT),
        (StarDot, Meaning::Never),
        (Star, Meaning::Never),
        (DoubleStarDot, Meaning::Never),
        (Inner, Meaning::Never),
        (Everything, Meaning::Never),
    ],
);

pub static FMC_URL: Product = Product {
    // Its pages disagree on whether a name that ends so without a dot matches.
    bare_slash: Some(Meaning::Around(Yes, Yes, Yes, Maybe, None)),
    ignored: &[Extra::Scheme],
    ..product("fmc-url", "Cisco FMC and FTD URL objects", "Security Cloud Control: URL Objects", &[(Bare, AND_BELOW)])
};

/// "The URL must not contain the protocol schema" (help.zscaler.com/zia/url-format-guidelines); whether one that does is refused
/// or cut is not said, so that it is left open.
pub static ZSCALER: Product = Product {
    single_label: Meaning::Never,
    ..product(
        "zscaler",
        "Zscaler URL category",
        "URL Format Guidelines",
        &[
            (Bare, EXACT),
            (Dot, Meaning::Around(Yes, Yes, Yes, No, Some(5))),
            (StarDot, Meaning::Never),
            (Star, Meaning::Never),
            (DoubleStarDot, Meaning::Never),
            (Inner, Meaning::Never),
            (Everything, Meaning::Never),
        ],
    )
};

pub static UMBRELLA: Product = Product {
    single_label: AND_BELOW,
    ..product(
        "umbrella",
        "Cisco Umbrella or Secure Access destination list",
        "Wildcards and Destination Lists",
        &[
            (Bare, AND_BELOW),
            (StarDot, Meaning::Never),
            (Star, Meaning::Never),
            (DoubleStarDot, Meaning::Never),
            (Inner, Meaning::Never),
            (Everything, Meaning::Never),
        ],
    )
};

pub static NETSKOPE: Product = product(
    "netskope",
    "Netskope URL list",
    "URL List Best Practices (its editions disagree about the domain itself)",
    &[(Bare, EXACT), (StarDot, MAYBE_AND_BELOW)],
);

pub static CHECK_POINT: Product = product(
    "check-point",
    "Check Point domain objects, FQDN mode",
    "Security Management Administration Guide: Domains",
    &[(Dot, EXACT)],
);

pub static CHECK_POINT_NOT_FQDN: Product = product(
    "check-point-not-fqdn",
    "Check Point domain objects, not in FQDN mode",
    "Security Management Administration Guide: Domains (matches by reverse DNS, which can be inaccurate)",
    &[(Dot, Meaning::Around(Maybe, Maybe, Maybe, No, None))],
);

pub static SONICWALL: Product = product(
    "sonicwall",
    "SonicWall FQDN address objects",
    "SonicOS: FQDN Wildcard Support (one context only in 5.8, not repeated for 7.x)",
    &[(Bare, EXACT), (StarDot, Meaning::Around(Yes, Yes, Maybe, No, None))],
);

pub static WATCHGUARD: Product = product(
    "watchguard",
    "WatchGuard Firebox FQDN",
    "About Policies by Domain Name (FQDN)",
    &[(Bare, EXACT), (StarDot, AND_BELOW)],
);

pub static AWS_NETWORK_FIREWALL: Product = product(
    "aws-network-firewall",
    "AWS Network Firewall domain list",
    "Stateful domain list rule groups in AWS Network Firewall",
    &[(Bare, EXACT), (Dot, AND_BELOW)],
);

pub static CILIUM: Product = product(
    "cilium",
    "Cilium matchPattern",
    "Cilium: DNS based policies; pkg/fqdn/matchpattern",
    &[
        (Bare, EXACT),
        (StarDot, ONE_LABEL),
        (DoubleStarDot, MAYBE_AND_BELOW),
        (Star, Meaning::WithinLabel),
        (Inner, Meaning::WithinLabel),
        (Everything, Meaning::Everything),
    ],
);

/// `FilterCaseSensitive` says what capitals match, and stands in another file.
pub static TINYPROXY: Product = expressions(
    "tinyproxy",
    "tinyproxy filter file, basic expressions (FilterType bre)",
    "tinyproxy 1.11.1, tried",
    Syntax::PosixBasic,
    Case::Unclear,
);

pub static TINYPROXY_EXTENDED: Product = expressions(
    "tinyproxy-extended",
    "tinyproxy filter file, extended expressions (FilterType ere)",
    "tinyproxy 1.11.1, tried",
    Syntax::PosixExtended,
    Case::Unclear,
);

pub static TINYPROXY_FNMATCH: Product = Product {
    expressions: Some((Notation::Glob, Case::Counts)),
    ..product(
        "tinyproxy-fnmatch",
        "tinyproxy filter file, patterns (FilterType fnmatch)",
        "tinyproxy.conf(5): FilterType, fnmatch is always case sensitive",
        &[],
    )
};

pub static HOSTS_FILE: Product = product("hosts-file", "Hosts file", "hosts(5)", &[(Bare, EXACT)]);

pub static DNSMASQ: Product = Product {
    single_label: AND_BELOW,
    ..product(
        "dnsmasq",
        "dnsmasq address, local and server",
        "dnsmasq(8): --server, --address",
        &[(Bare, AND_BELOW), (Dot, AND_BELOW)],
    )
};

pub static UNBOUND: Product = Product {
    single_label: AND_BELOW,
    ..product("unbound", "Unbound local-zone", "unbound.conf(5): local-zone", &[(Bare, AND_BELOW)])
};
