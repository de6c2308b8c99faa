//! The products that Aerleon renders for, and which of our readers reads each.
//!
//! Not asked, because what Aerleon writes is not what the product takes:
//! - `cisco` and `cisconx` with `object-group`: entries say `net-group` and `port-group`, which are words of IOS XR; IOS says
//!   `object-group`, NX-OS `addrgroup` and `portgroup`. Where a term excludes addresses the group's name is missing.
//! - `cisco` with `mixed` and `ciscoasa` over IPv6: the ASA renderer writes the IPv4 addresses alone, and `mixed` is
//!   `extended` and `inet6` one after the other, which are asked each by itself.
//! - `paloalto` with `inet`: rules name address objects that have IPv6 addresses alone and are therefore not written.
//! - A rendering without any rule, because no term has addresses of its IP version: a list of IOS without entries lets
//!   everything through, while Aerleon means that it denies.

use super::intent::Intent;
use egress_check::addresses::Family;

pub struct Target {
    pub key: &'static str,
    /// Aerleon's name of the product, and the words after it in a policy's header.
    pub platform: &'static str,
    pub options: &'static str,
    /// The id of the format that has to be detected, and that reads it.
    pub format: &'static str,
    pub vantage: Option<&'static str>,
    /// Other formats whose words the text could be as well: an IPv6 list is written alike for IOS, NX-OS and EOS.
    pub alike: &'static [&'static str],
    families: &'static [Family],
}

/// Intents that Aerleon renders as something else.
struct Defect {
    platform: &'static str,
    applies: fn(&Intent) -> bool,
}

const DEFECTS: &[Defect] = &[
    // A term with a protocol and without ports gets the service `ALL`, which is any protocol: TCP's rule lets UDP through.
    // One that names only ports of the client gets a service without any, which matches nothing that is documented.
    Defect { platform: "fortigate", applies: Intent::has_protocol_without_ports },
    // What remains after exclusions goes into one address group without a name, shared by all terms.
    Defect { platform: "paloalto", applies: Intent::has_exclusions },
];

impl Target {
    /// Whether Aerleon is known not to render the intent as it is meant.
    pub fn distorts(&self, intent: &Intent) -> bool {
        DEFECTS.iter().any(|defect| defect.platform == self.platform && (defect.applies)(intent))
    }

    pub fn speaks(&self, family: Family) -> bool {
        self.families.contains(&family)
    }
}

const V4: &[Family] = &[Family::V4];
const V6: &[Family] = &[Family::V6];
const BOTH: &[Family] = &[Family::V4, Family::V6];
const MIXED_ZONES: &str = "from-zone inside to-zone outside mixed";

const fn target(
    key: &'static str,
    (platform, options): (&'static str, &'static str),
    format: &'static str,
    families: &'static [Family],
) -> Target {
    Target { key, platform, options, format, vantage: None, alike: &[], families }
}

pub const TARGETS: &[Target] = &[
    target("paloalto", ("paloalto", MIXED_ZONES), "panos", BOTH),
    target("fortigate", ("fortigate", MIXED_ZONES), "fortios", BOTH),
    target("ciscoasa", ("ciscoasa", "random"), "cisco-asa", V4),
    target("cisco", ("cisco", "random extended"), "cisco-ios", V4),
    target("cisco-inet6", ("cisco", "random inet6"), "cisco-ios", V6),
    target("cisconx", ("cisconx", "random extended"), "cisco-nxos", V4),
    Target { alike: &["cisco-ios"], ..target("cisconx-inet6", ("cisconx", "random inet6"), "cisco-nxos", V6) },
    target("arista", ("arista", "random extended"), "cisco-nxos", V4),
    Target { alike: &["cisco-ios"], ..target("arista-inet6", ("arista", "random inet6"), "cisco-nxos", V6) },
];
