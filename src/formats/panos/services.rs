//! Services and applications of a rule, which together say on which ports it holds.
//!
//! Sources (docs.paloaltonetworks.com): "Policy Object: Services" (Network Security): services for HTTP and HTTPS are
//! predefined, without the page saying their ports; "Safely Enable Applications on Default Ports" (PAN-OS): with
//! `application-default` each application is confined to its own ports.

use super::context::{Context, Found, Names, unknown};
use super::tree::Node;
use crate::policy::{Condition, Protocol};
use crate::problem::{Problem, quote};
use std::collections::BTreeSet;

const MAX_NESTING: usize = 64;
type Ports = Vec<(u16, u16)>;

pub(super) struct Services<'c, 'a> {
    pub context: &'c mut Context<'a>,
    pub names: &'c Names<'a>,
}

impl Services<'_, '_> {
    pub fn condition(&mut self, rule: &Node) -> Condition {
        let defaults = rule.values("service").any(|service| service.name == "application-default");
        let applications = self.applications(rule, defaults);
        match self.ports(rule) {
            ports if ports == Condition::always() => applications,
            ports if applications == Condition::always() => ports,
            ports => Condition::All(vec![ports, applications]),
        }
    }

    /// The ports that the services leave.
    pub fn ports(&mut self, rule: &Node) -> Condition {
        let services: Vec<&Node> = rule.values("service").collect();
        if services.iter().any(|service| matches!(service.name.as_str(), "any" | "application-default")) {
            return Condition::always();
        }
        if services.is_empty() {
            return unknown("the rule says no `service`", rule.span);
        }
        let mut seen = BTreeSet::new();
        Condition::Any(services.iter().map(|service| self.service(service, &mut seen, 0)).collect())
    }

    fn service(&mut self, member: &Node, seen: &mut BTreeSet<String>, depth: usize) -> Condition {
        if !seen.insert(member.name.clone()) {
            return Condition::never();
        }
        if depth > MAX_NESTING {
            return unknown(format!("groups are nested more than {MAX_NESTING} deep"), member.span);
        }
        match self.names.find(&["service", "service-group"], &member.name) {
            (Found::Here(node), "service") => self.object(node),
            (Found::Here(node), _) => {
                let members: Vec<Condition> =
                    node.values("members").map(|inner| self.service(inner, seen, depth + 1)).collect();
                let lost = (!node.complete).then(|| unknown("the service group is damaged", node.span));
                Condition::Any(members.into_iter().chain(lost).collect())
            }
            (Found::Perhaps(why), _) => unknown(format!("the service `{}` {why}", member.name), member.span),
            (Found::Nowhere, _) => match member.name.as_str() {
                "service-http" => {
                    let text = "which ports the predefined `service-http` has beside 80 is not documented";
                    let further = Condition::All(vec![tcp(vec![(8080, 8080)]), unknown(text, member.span)]);
                    Condition::Any(vec![tcp(vec![(80, 80)]), further])
                }
                "service-https" => tcp(vec![(443, 443)]),
                name => self.context.unresolved("service", name, member.span),
            },
        }
    }

    fn object(&mut self, node: &Node) -> Condition {
        let protocols: Vec<Condition> =
            node.entries(&["protocol"]).map(|protocol| self.protocol(node, protocol)).collect();
        match protocols.is_empty() {
            true => unknown(format!("the service `{}` has no protocol", node.name), node.span),
            false => Condition::Any(protocols),
        }
    }

    fn protocol(&mut self, node: &Node, protocol: &Node) -> Condition {
        let test = match protocol.name.as_str() {
            "tcp" => Condition::Protocol(Protocol::Tcp),
            "udp" => Condition::Protocol(Protocol::Udp),
            _ => Condition::Protocol(Protocol::Other),
        };
        let destination = protocol.value("port").map(ports);
        let source = protocol.value("source-port").map(ports);
        match (destination, source) {
            (Some(Some(ports)), None) => Condition::All(vec![test, Condition::Port(ports)]),
            (Some(Some(ports)), Some(Some(source))) => {
                Condition::All(vec![test, Condition::Port(ports), Condition::source_port(&source, node.span)])
            }
            _ => {
                let message = format!("The ports of the service `{}` cannot be read.", node.name);
                self.context.say(Problem::warning("bad-service", message).at(node.span));
                self.context.not_understood(node.span);
                Condition::All(vec![test, unknown(format!("the ports of `{}` cannot be read", node.name), node.span)])
            }
        }
    }

    fn applications(&mut self, rule: &Node, defaults: bool) -> Condition {
        let members: Vec<&Node> = rule.values("application").collect();
        if members.is_empty() {
            return unknown("the rule says no `application`", rule.span);
        }
        if members.iter().any(|member| member.name == "any") {
            let text = "`application-default` confines each application to its own ports, and which application the \
                        firewall sees in this traffic is not in the export";
            return if defaults { unknown(text, rule.span) } else { Condition::always() };
        }
        let mut seen = BTreeSet::new();
        let parts = members.iter().map(|member| self.application(member, defaults, &mut seen, 0)).collect();
        Condition::Any(parts)
    }

    fn application(&mut self, member: &Node, defaults: bool, seen: &mut BTreeSet<String>, depth: usize) -> Condition {
        if !seen.insert(member.name.clone()) {
            return Condition::never();
        }
        if depth > MAX_NESTING {
            return unknown(format!("groups are nested more than {MAX_NESTING} deep"), member.span);
        }
        let sections = ["application", "application-group", "application-filter"];
        match self.names.find(&sections, &member.name) {
            (Found::Here(node), "application-group") => {
                let lost = (!node.complete).then(|| unknown("the application group is damaged", node.span));
                let members: Vec<Condition> =
                    node.values("members").map(|inner| self.application(inner, defaults, seen, depth + 1)).collect();
                Condition::Any(members.into_iter().chain(lost).collect())
            }
            (Found::Here(node), _) => unknown(
                format!("whether the firewall takes this traffic for `{}` (App-ID) is not in the export", node.name),
                node.span,
            ),
            _ => app_id(member, defaults),
        }
    }
}

/// What App-ID sees in traffic is not in the export, except that protocols other than HTTP and TLS, and the services of
/// others, are not what an HTTPS endpoint of Microsoft speaks on its ports.
fn app_id(member: &Node, defaults: bool) -> Condition {
    let name = quote(&member.name);
    let text =
        format!("whether the firewall takes this traffic for the application `{name}` (App-ID) is not in the export");
    let mut parts = vec![unknown(text, member.span)];
    if is_foreign(&member.name) {
        parts.push(tcp(vec![(80, 80), (443, 443)]).negate());
    }
    if OVER_UDP.contains(&member.name.as_str()) {
        parts.push(Condition::Protocol(Protocol::Udp));
    }
    if defaults {
        parts.extend(default_ports(&member.name));
    }
    Condition::All(parts)
}

/// Applications that never are TCP: QUIC is carried in UDP (RFC 9000).
const OVER_UDP: [&str; 3] = ["quic", "quic-base", "unknown-udp"];

/// Protocols that are neither HTTP nor TLS.
const OTHER_PROTOCOLS: [&str; 40] = [
    "bgp",
    "bittorrent",
    "dhcp",
    "dns",
    "dns-base",
    "edonkey",
    "emule",
    "ftp",
    "gnutella",
    "gre",
    "icmp",
    "ike",
    "imap",
    "ipsec-ah",
    "ipsec-esp",
    "ipsec-esp-udp",
    "ipv6-icmp",
    "kerberos",
    "l2tp",
    "ldap",
    "ms-ds-smb",
    "ms-ds-smb-base",
    "netbios-dg",
    "netbios-ns",
    "netbios-ss",
    "ntp",
    "ntp-base",
    "ospf",
    "ping",
    "pop3",
    "pptp",
    "radius",
    "rtsp",
    "sip",
    "smtp",
    "smtp-base",
    "snmp-base",
    "ssh",
    "syslog",
    "telnet",
];

/// Services of others than Microsoft; their App-IDs begin so.
const OTHER_SERVICES: [&str; 12] = [
    "dropbox",
    "facebook",
    "google",
    "instagram",
    "netflix",
    "pinterest",
    "spotify",
    "tiktok",
    "tor",
    "twitter",
    "whatsapp",
    "youtube",
];

fn is_foreign(name: &str) -> bool {
    let of = |service: &str| name == service || name.strip_prefix(service).is_some_and(|rest| rest.starts_with('-'));
    OTHER_PROTOCOLS.contains(&name) || OTHER_SERVICES.iter().any(|service| of(service))
}

/// The standard ports of the applications that say least. Where the firewall decrypts, `web-browsing` has 443 as well ("App-ID
/// Features", PAN-OS 9.0 Release Notes: strict default ports for decrypted applications).
fn default_ports(name: &str) -> Option<Condition> {
    match name {
        "ssl" => Some(tcp(vec![(443, 443)])),
        "web-browsing" => Some(tcp(vec![(80, 80), (443, 443)])),
        _ => None,
    }
}

fn tcp(ports: Ports) -> Condition {
    Condition::All(vec![Condition::Protocol(Protocol::Tcp), Condition::Port(ports)])
}

/// `443,8000-8010`
fn ports(text: &str) -> Option<Ports> {
    let port = |text: &str| text.trim().parse::<u16>().ok();
    let range = |part: &str| match part.split_once('-') {
        Some((first, last)) => Some((port(first)?, port(last)?)).filter(|(first, last)| first <= last),
        None => port(part).map(|port| (port, port)),
    };
    text.split(',').filter(|part| !part.trim().is_empty()).map(range).collect()
}
