//! The products and what each takes an entry for: a table, from the products' own documentation.

use super::dialects::{Blanks, Extra, Meaning, Row};
use super::tokens::Shape::{self, Bare, CaretDot, Dot, DoubleStarDot, Everything, Inner, Star, StarDot};
use crate::formats::Dialect;
use crate::hosts::Tri::{Maybe, No, Yes};

const EXACT: Meaning = Meaning::Around(Yes, No, No, No, None);
const BELOW: Meaning = Meaning::Around(No, Yes, Yes, No, None);
const AND_BELOW: Meaning = Meaning::Around(Yes, Yes, Yes, No, None);
const MAYBE_AND_BELOW: Meaning = Meaning::Around(Maybe, Yes, Yes, No, None);
const SUFFIX: Meaning = Meaning::Around(Yes, Yes, Yes, Yes, None);

const fn row(
    id: &'static str,
    title: &'static str,
    source: &'static str,
    meanings: &'static [(Shape, Meaning)],
) -> Row {
    Row {
        dialect: Dialect { id, title },
        source,
        meanings,
        bare_slash: None,
        single_label: Meaning::Unclear,
        dead: &[],
        blanks: Blanks::Separate,
    }
}

/// The products; the first is the default.
pub(super) static ROWS: &[Row] = &[
    row(
        "generic",
        "Any list (narrowest usual reading)",
        "products differ",
        &[(Bare, EXACT), (StarDot, BELOW), (Dot, MAYBE_AND_BELOW), (Everything, Meaning::Everything)],
    ),
    Row {
        single_label: Meaning::Never,
        dead: &[Extra::Scheme, Extra::Port, Extra::Slash, Extra::TrailingDot],
        blanks: Blanks::Join,
        ..row(
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
    },
    row(
        "azure-firewall",
        "Azure Firewall target FQDNs",
        "Azure Firewall FAQ: how do wildcards work in target URLs and target FQDNs",
        &[(Bare, EXACT), (StarDot, BELOW), (Star, SUFFIX), (Everything, Meaning::Everything)],
    ),
    Row {
        blanks: Blanks::Comment,
        ..row(
            "panos",
            "Palo Alto Networks URL category or external dynamic list",
            "Guidelines for URL Category Exceptions; Formatting Guidelines for an External Dynamic List",
            &[
                (Bare, EXACT),
                (StarDot, BELOW),
                (CaretDot, Meaning::Around(No, Yes, No, No, None)),
                (Everything, Meaning::Everything),
            ],
        )
    },
    row(
        "fortigate-urlfilter-flow",
        "FortiGate URL filter, flow mode",
        "Technical Tip: URL Filter expressions for the FortiGate",
        &[
            (Bare, Meaning::Substring),
            (Dot, Meaning::Substring),
            (StarDot, MAYBE_AND_BELOW),
            (Star, SUFFIX),
            (Everything, Meaning::Everything),
        ],
    ),
    row(
        "fortigate-urlfilter-proxy",
        "FortiGate URL filter, proxy mode",
        "Technical Tip: URL Filter expressions for the FortiGate",
        &[(Bare, AND_BELOW), (StarDot, MAYBE_AND_BELOW), (Star, SUFFIX), (Everything, Meaning::Everything)],
    ),
    row(
        "fortigate-fqdn",
        "FortiGate FQDN addresses",
        "Using wildcard FQDN addresses in firewall policies",
        &[(Bare, EXACT), (StarDot, MAYBE_AND_BELOW)],
    ),
    Row {
        bare_slash: Some(SUFFIX),
        ..row("fmc-url", "Cisco FMC and FTD URL objects", "Security Cloud Control: URL Objects", &[(Bare, AND_BELOW)])
    },
    Row {
        single_label: Meaning::Never,
        ..row(
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
    },
    Row {
        single_label: AND_BELOW,
        ..row(
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
    },
    row(
        "netskope",
        "Netskope URL list",
        "URL List Best Practices (its editions disagree about the domain itself)",
        &[(Bare, EXACT), (StarDot, MAYBE_AND_BELOW)],
    ),
    row(
        "check-point",
        "Check Point domain objects, FQDN mode",
        "Security Management Administration Guide: Domains",
        &[(Dot, EXACT)],
    ),
    row(
        "check-point-not-fqdn",
        "Check Point domain objects, not in FQDN mode",
        "Security Management Administration Guide: Domains (matches by reverse DNS)",
        &[(Dot, Meaning::Around(Yes, Maybe, Maybe, No, None))],
    ),
    row(
        "sonicwall",
        "SonicWall FQDN address objects",
        "SonicOS: FQDN Wildcard Support (one context only in 5.8, not repeated for 7.x)",
        &[(Bare, EXACT), (StarDot, Meaning::Around(Yes, Yes, Maybe, No, None))],
    ),
    row(
        "watchguard",
        "WatchGuard Firebox FQDN",
        "About Policies by Domain Name (FQDN)",
        &[(Bare, EXACT), (StarDot, AND_BELOW)],
    ),
    row(
        "aws-network-firewall",
        "AWS Network Firewall domain list",
        "Stateful domain list rule groups in AWS Network Firewall",
        &[(Bare, EXACT), (Dot, AND_BELOW)],
    ),
    row(
        "cilium",
        "Cilium matchPattern",
        "Cilium: DNS based policies; pkg/fqdn/matchpattern",
        &[
            (Bare, EXACT),
            (StarDot, Meaning::Around(No, Yes, No, No, None)),
            (DoubleStarDot, MAYBE_AND_BELOW),
            (Star, Meaning::WithinLabel),
            (Inner, Meaning::WithinLabel),
            (Everything, Meaning::Everything),
        ],
    ),
];
