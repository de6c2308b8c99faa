//! The fields of policies: which narrow what a policy matches in a way that no configuration tells, and which change
//! nothing.
//!
//! Source: FortiOS CLI Reference, config firewall policy, security-policy, proxy-policy and acl.

use super::tree::Field;

/// What a policy also asks for, and why that is not known.
const NARROWING: &[(&str, &str)] = &[
    ("groups", "who is logged on"),
    ("users", "who is logged on"),
    ("fsso-groups", "who is logged on"),
    ("rsso", "who is logged on"),
    ("ntlm", "who is logged on"),
    ("devices", "the kind of device"),
    ("src-vendor-mac", "the client's hardware address"),
    ("ztna-status", "the state of the client that EMS reports"),
    ("ztna-ems-tag", "the state of the client that EMS reports"),
    ("ztna-ems-tag-secondary", "the state of the client that EMS reports"),
    ("ztna-geo-tag", "the place of the client"),
    ("device-ownership", "who owns the client"),
    ("sgt", "security group tags"),
    ("vlan-filter", "VLAN tags"),
    ("tos-mask", "the type of service"),
    ("reputation-minimum", "FortiGuard's reputation data"),
    ("reputation-minimum6", "FortiGuard's reputation data"),
    ("network-service-dynamic", "a dynamic network service"),
    ("network-service-src-dynamic", "a dynamic network service"),
    ("internet-service-src", "a database of Internet services for the source"),
    ("internet-service6-src", "a database of Internet services for the source"),
    ("match-vip-only", "destinations behind virtual IPs"),
    ("policy-expiry", "the date"),
    ("application", "which application the traffic is of"),
    ("app-category", "which application the traffic is of"),
    ("app-group", "which application the traffic is of"),
    ("url-category", "FortiGuard's category of the destination"),
    ("url-risk", "FortiGuard's rating of the destination"),
    ("nat64", "addresses of the other IP version"),
    ("nat46", "addresses of the other IP version"),
    ("learning-mode", "what is being learned"),
    ("access-proxy", "an access proxy"),
    ("access-proxy6", "an access proxy"),
    ("virtual-wire-pair", "a virtual wire pair"),
];

/// What stands between an accepting policy and the destination, and may still stop the traffic.
const STOPPING: &[(&str, &str)] = &[
    ("disclaimer", "the client has to agree to a disclaimer"),
    ("http-policy-redirect", "the traffic goes to a transparent proxy policy"),
    ("webproxy-forward-server", "the traffic goes to another proxy"),
    ("isolator-server", "the traffic goes to an isolator"),
    ("ztna-policy-redirect", "the traffic goes to an access proxy"),
];

/// Profiles that look at contents: attacks, viruses, files.
pub(super) const CONTENT: &[&str] = &[
    "av-profile",
    "ips-sensor",
    "dlp-sensor",
    "dlp-profile",
    "file-filter-profile",
    "emailfilter-profile",
    "spamfilter-profile",
    "icap-profile",
    "waf-profile",
    "voip-profile",
    "ips-voip-filter",
    "cifs-profile",
    "videofilter-profile",
    "casb-profile",
    "sctp-filter-profile",
    "diameter-filter-profile",
    "virtual-patch-profile",
    "ssh-filter-profile",
    "mms-profile",
    "telemetry-profile",
    "web-content",
];

/// Fields that are read elsewhere.
const READ: &[&str] = &[
    "name",
    "status",
    "action",
    "srcintf",
    "dstintf",
    "interface",
    "srcaddr",
    "dstaddr",
    "srcaddr4",
    "dstaddr4",
    "srcaddr6",
    "dstaddr6",
    "srcaddr-negate",
    "dstaddr-negate",
    "srcaddr6-negate",
    "dstaddr6-negate",
    "service",
    "service-negate",
    "schedule",
    "internet-service",
    "internet-service-name",
    "internet-service-id",
    "internet-service-group",
    "internet-service-custom",
    "internet-service-custom-group",
    "internet-service-negate",
    "internet-service-fortiguard",
    "internet-service6",
    "internet-service6-name",
    "internet-service6-group",
    "internet-service6-custom",
    "internet-service6-custom-group",
    "internet-service6-negate",
    "internet-service6-fortiguard",
    "utm-status",
    "profile-type",
    "profile-group",
    "webfilter-profile",
    "application-list",
    "application-list-status",
    "webfilter-profile-status",
    "dnsfilter-profile",
    "ssl-ssh-profile",
    "inspection-mode",
    "proxy",
    "enforce-default-app-port",
];

/// Fields that change nothing about what passes.
const HARMLESS: &[&str] = &[
    "uuid",
    "comments",
    "comment",
    "global-label",
    "label",
    "color",
    "anti-replay",
    "app-monitor",
    "auth-cert",
    "auth-path",
    "auth-redirect-addr",
    "auto-asic-offload",
    "block-notification",
    "captive-portal-exempt",
    "capture-packet",
    "custom-log-fields",
    "decrypted-traffic-mirror",
    "delay-tcp-npu-session",
    "diffserv-copy",
    "diffserv-forward",
    "diffserv-reverse",
    "diffservcode-forward",
    "diffservcode-rev",
    "dsri",
    "dynamic-shaping",
    "email-collect",
    "fec",
    "firewall-session-dirty",
    "fixedport",
    "fsso",
    "fsso-agent-for-ntlm",
    "geoip-anycast",
    "geoip-match",
    "identity-based-route",
    "inbound",
    "ippool",
    "ippool6",
    "logtraffic",
    "logtraffic-start",
    "log-unmatched-traffic",
    "log-http-transaction",
    "match-vip",
    "nat",
    "nat66",
    "natinbound",
    "natip",
    "natoutbound",
    "np-acceleration",
    "outbound",
    "passive-wan-health-measurement",
    "pcp-inbound",
    "pcp-outbound",
    "pcp-poolname",
    "per-ip-shaper",
    "permit-any-host",
    "permit-stun-host",
    "policy-offload",
    "poolname",
    "poolname6",
    "port-preserve",
    "port-random",
    "profile-protocol-options",
    "radius-ip-auth-bypass",
    "radius-mac-auth-bypass",
    "redirect-url",
    "replacemsg-override-group",
    "reputation-direction",
    "reputation-direction6",
    "rtp-addr",
    "rtp-nat",
    "schedule-timeout",
    "send-deny-packet",
    "session-ttl",
    "sgt-check",
    "ssh-policy-redirect",
    "tcp-mss-receiver",
    "tcp-mss-sender",
    "tcp-session-without-syn",
    "tcp-timeout-pid",
    "timeout-send-rst",
    "tos",
    "tos-negate",
    "traffic-shaper",
    "traffic-shaper-reverse",
    "udp-timeout-pid",
    "vlan-cos-fwd",
    "vlan-cos-rev",
    "vpntunnel",
    "wanopt",
    "wanopt-detection",
    "wanopt-passive-opt",
    "wanopt-peer",
    "wanopt-profile",
    "wccp",
    "webcache",
    "webcache-https",
    "webproxy-profile",
    "wsso",
    "ztna-device-ownership",
    "ztna-tags-match-logic",
    "ztna-ems-tag-negate",
    "cgn-eif",
    "cgn-eim",
    "cgn-log-server-grp",
    "cgn-resource-quota",
    "cgn-session-quota",
    "cgn-sw-eif-ctrl",
    "internet-service-src-name",
    "internet-service-src-id",
    "internet-service-src-group",
    "internet-service-src-custom",
    "internet-service-src-custom-group",
    "internet-service-src-negate",
    "internet-service-src-fortiguard",
    "internet-service6-src-name",
    "internet-service6-src-group",
    "internet-service6-src-custom",
    "internet-service6-src-custom-group",
    "internet-service6-src-negate",
    "internet-service6-src-fortiguard",
    "policy-expiry-date",
    "policy-expiry-date-utc",
    "deep-inspection-options",
    "gtp-profile",
    "learning",
    "mms",
    "ssl-mirror",
    "ssl-mirror-intf",
    "scan-botnet-connections",
    "service-negate-log",
    "transparent",
    "http-tunnel-auth",
    "ssh-filter",
    "policy-behaviour-type",
    "ip-version-type",
    "eif-check",
    "eif-learn",
    "pfcp-profile",
    "saml-server",
    "users-log",
    "extended-log",
    "logtraffic-app",
    "device-detection-portal",
    "endpoint-check",
    "endpoint-compliance",
    "send-rst",
    "detect-https-in-http-request",
    "ip-based",
    "webfilter-quota",
    "policyid",
    "av-profile-status",
    "ips-sensor-status",
    "dlp-sensor-status",
    "dlp-profile-status",
    "emailfilter-profile-status",
    "spamfilter-profile-status",
    "address-type",
];

/// What a field of a policy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    Nothing,
    /// The policy matches only where this is so.
    Narrows(&'static str),
    /// What the policy accepts may be stopped for this reason.
    Stops(&'static str),
    /// It looks at contents.
    Content,
    Unknown,
}

pub(super) fn effect(field: &Field) -> Effect {
    let name = field.name.as_str();
    let of = |list: &[(&'static str, &'static str)]| list.iter().find(|(known, _)| *known == name).map(|&(_, why)| why);
    let known = READ.contains(&name) || HARMLESS.contains(&name) || CONTENT.contains(&name);
    if READ.contains(&name) {
        return Effect::Read;
    }
    if is_default(field) {
        return if known || of(NARROWING).or(of(STOPPING)).is_some() { Effect::Nothing } else { Effect::Unknown };
    }
    match (of(NARROWING), of(STOPPING)) {
        (Some(why), _) => Effect::Narrows(why),
        (_, Some(why)) => Effect::Stops(why),
        _ if CONTENT.contains(&name) => Effect::Content,
        _ if HARMLESS.contains(&name) => Effect::Nothing,
        _ => Effect::Unknown,
    }
}

/// What `show full-configuration` prints for what is not in use.
fn is_default(field: &Field) -> bool {
    let off = |value: &String| matches!(value.as_str(), "" | "0" | "0x00" | "disable" | "none");
    field.values.iter().all(off)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn fields_are_known_once() {
        let mut seen = BTreeSet::new();
        let pairs = NARROWING.iter().chain(STOPPING).map(|(name, _)| *name);
        for name in pairs.chain(CONTENT.iter().chain(READ).chain(HARMLESS).copied()) {
            assert!(seen.insert(name), "{name}");
        }
    }
}
