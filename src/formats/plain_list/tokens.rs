//! One word of a list and what was written with it; what it means is said elsewhere.

use super::damage;
use super::tags::is_tag;
use super::words::{LONGEST, is_regex};
use crate::addresses::{AddressSet, parse_entry};
use crate::hosts::{Around, Name, Shape, Url};
use crate::policy::Protocol;
use ipnet::{IpNet, Ipv4Net};
use std::net::{IpAddr, Ipv4Addr};

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Entry(Written),
    /// A port or a range of ports.
    Ports(u16, u16),
    /// `udp/443`
    UdpPorts(u16, u16),
    Protocols(Vec<Protocol>),
    /// `https` and the like, where no number is given.
    Service(u16),
    Deny,
    Allow,
    /// `any`, `all`
    Anything,
    /// `port`, `outbound`: says nothing by itself.
    Filler,
    /// Looks like an address or was one before a spreadsheet changed it.
    Damaged(String),
    Word,
}

/// An entry with what stands around it in the same word.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub what: What,
    pub around: Around,
    /// The ports written with the entry, or the one that its scheme has; empty for all.
    pub ports: Vec<(u16, u16)>,
}

impl Written {
    pub fn plain(what: What) -> Written {
        Written { what, around: Around::default(), ports: Vec::new() }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Addresses { set: AddressSet, host_bits: Option<IpNet> },
    Name(Name),
    Tag(String),
    Regex,
}

/// Top-level domains and local names that stand alone in lists; any other single word may be the name of a group.
const SINGLE: &[&str] = &["cn", "com", "de", "eu", "gov", "io", "local", "localhost", "ms", "net", "org", "us"];

/// Schemes and their ports.
const SCHEMES: &[(&str, u16)] = &[
    ("amqps", 5671),
    ("ftp", 21),
    ("http", 80),
    ("https", 443),
    ("ldap", 389),
    ("ldaps", 636),
    ("ssh", 22),
    ("ws", 80),
    ("wss", 443),
];

impl Token {
    pub fn read(word: &str) -> Token {
        if word.len() > LONGEST {
            return Token::Word;
        }
        // No keyword and no port has a dot; nearly all words of a long list have one.
        let dotless = || keyword(word).or_else(|| ports(word));
        let short = if word.contains('.') { None } else { dotless() };
        short.or_else(|| entry(word)).or_else(|| damage::damaged(word)).unwrap_or(Token::Word)
    }
}

fn keyword(word: &str) -> Option<Token> {
    let lower = word.trim_end_matches(':').to_ascii_lowercase();
    Some(match lower.as_str() {
        "tcp" => Token::Protocols(vec![Protocol::Tcp]),
        "udp" => Token::Protocols(vec![Protocol::Udp]),
        "tcp/udp" | "tcp+udp" | "udp/tcp" => Token::Protocols(vec![Protocol::Tcp, Protocol::Udp]),
        "icmp" | "esp" | "gre" => Token::Protocols(vec![Protocol::Other]),
        "https" | "tls" | "ssl" => Token::Service(443),
        "http" => Token::Service(80),
        "deny" | "block" | "drop" | "reject" | "not" | "denied" | "blocked" | "!" => Token::Deny,
        "allow" | "permit" | "accept" | "pass" | "allowed" | "permitted" => Token::Allow,
        "any" | "all" => Token::Anything,
        "port" | "ports" | "outbound" | "egress" | "fqdn" | "url" | "domain" | "host" | "ip" => Token::Filler,
        _ => return None,
    })
}

/// `443`, `8000-8010`, `443/tcp`, `tcp/443`, `TCP:443`; the protocol is read where it stands alone.
fn ports(word: &str) -> Option<Token> {
    let lower = word.to_ascii_lowercase();
    let udp =
        ["udp/", "udp:", "udp-"].iter().find_map(|p| lower.strip_prefix(p)).or_else(|| lower.strip_suffix("/udp"));
    if let Some(bare) = udp {
        return port_range(bare).map(|(first, last)| Token::UdpPorts(first, last));
    }
    let bare = ["tcp/", "tcp:", "tcp-", "https/", "https:", "http/"].iter().find_map(|p| lower.strip_prefix(p));
    let bare = bare.unwrap_or(&lower);
    let (first, last) = port_range(bare.strip_suffix("/tcp").unwrap_or(bare))?;
    Some(Token::Ports(first, last))
}

pub(super) fn port_range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once(['-', '\u{2013}']).unwrap_or((text, text));
    let number = |text: &str| text.trim().parse::<u16>().ok().filter(|&port| port > 0);
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some((first, last))
}

fn entry(word: &str) -> Option<Token> {
    if word == "*/" || word == "/*" {
        return None;
    }
    if is_tag(word) {
        return Some(plain(What::Tag(word.to_owned())));
    }
    if is_regex(word) {
        return Some(plain(What::Regex));
    }
    if let Some(addresses) = addresses(word) {
        return Some(addresses);
    }
    let url = Url::split(word);
    let what = match address(&url) {
        Some(Ok(set)) => What::Addresses { set, host_bits: None },
        Some(Err(why)) => return Some(Token::Damaged(why)),
        None => What::Name(name(url.host, url.scheme.is_some() || url.port.is_some())?),
    };
    let second = second_port(&url);
    let ports = match (url.port, url.scheme) {
        (Some("*"), _) => Vec::new(),
        (Some(port), _) => [port_range(port)?].into_iter().chain(second).collect(),
        (None, scheme) => scheme.and_then(scheme_port).map(|port| (port, port)).into_iter().collect(),
    };
    let around = Around { path: url.around().path && second.is_none(), ..url.around() };
    Some(Token::Entry(Written { what, around, ports }))
}

fn plain(what: What) -> Token {
    Token::Entry(Written::plain(what))
}

/// An entry of addresses alone, whatever its words are: prefix, range, with a netmask.
pub(super) fn addresses(text: &str) -> Option<Token> {
    match parse_entry(text) {
        Some(Ok(entry)) => Some(plain(What::Addresses { set: entry.set, host_bits: entry.host_bits })),
        Some(Err(error)) => Some(Token::Damaged(error.to_string())),
        None => starred(text).map(|set| plain(What::Addresses { set, host_bits: None })),
    }
}

/// Stars for the last octets: `20.190.128.*` is a /24.
fn starred(text: &str) -> Option<AddressSet> {
    if !text.ends_with(".*") {
        return None;
    }
    let octets: Vec<&str> = text.split('.').collect();
    let known = octets.iter().take_while(|octet| **octet != "*").count();
    if octets.len() != 4 || known == 0 || known == 4 || octets[known..].iter().any(|octet| *octet != "*") {
        return None;
    }
    let mut bytes = [0; 4];
    for (byte, octet) in bytes.iter_mut().zip(&octets[..known]) {
        *byte = octet.parse().ok()?;
    }
    Ipv4Net::new(Ipv4Addr::from(bytes), 8 * known as u8).ok().map(|net| AddressSet::from_net(net.into()))
}

/// `host:80/443` names two ports.
fn second_port(url: &Url<'_>) -> Option<(u16, u16)> {
    let bare = url.scheme.is_none() && url.port.is_some();
    url.path.strip_prefix('/').filter(|_| bare).and_then(port_range)
}

/// The host as a single address, if it is one.
fn address(url: &Url<'_>) -> Option<Result<AddressSet, String>> {
    parse_entry(url.host).map(|entry| entry.map(|entry| entry.set).map_err(|error| error.to_string()))
}

fn scheme_port(scheme: &str) -> Option<u16> {
    SCHEMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(scheme)).map(|&(_, port)| port)
}

/// A host pattern. `certain`: a scheme or port says that the word is a host, so that it needs no dot.
fn name(text: &str, certain: bool) -> Option<Name> {
    let name = Name::parse(text)?;
    let last = name.base.rsplit('.').next().unwrap_or(&name.base);
    let top_level = last.len() > 1 && last.starts_with(|c: char| c.is_ascii_alphabetic());
    let enough =
        !name.is_single_label() || certain || name.shape != Shape::Bare || SINGLE.contains(&name.base.as_str());
    (matches!(name.shape, Shape::Everything | Shape::Inner) || top_level && enough).then_some(name)
}

/// A single address, written as one.
pub(super) fn single_address(word: &str) -> Option<IpAddr> {
    word.parse().ok()
}
