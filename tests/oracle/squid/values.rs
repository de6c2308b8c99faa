//! Random values of ACLs. Hosts and addresses come from a small world, so that rules and requests meet.

use super::regexes;
use crate::chance::{one_in, pick};
use fastrand::Rng;

/// The first number of the addresses that requests come from.
pub const CLIENTS: u8 = 10;
/// The first number of the addresses that requests go to.
pub const SERVERS: u8 = 20;

pub fn host(random: &mut Rng) -> String {
    let labels = ["a", "a", "b", "b", "ab", "a-b", "a_1", "xn--a"];
    let mut host: String = (0..random.usize(0..4)).map(|_| pick(random, &labels).to_owned() + ".").collect();
    host += pick(random, &["ex", "ex", "ex", "ex", "example"]);
    host
}

pub fn ipv4(random: &mut Rng, net: u8) -> String {
    format!("{net}.0.{}.{}", random.u8(..4), random.u8(..8))
}

pub fn ipv6(random: &mut Rng, net: u8) -> String {
    match random.u8(..8) {
        0 => format!("2001:db8:{net}::"),
        last => format!("2001:db8:{net}::{last}"),
    }
}

/// A value of an ACL that is not composed of others.
pub fn value(random: &mut Rng, kind: &str) -> String {
    match kind {
        "src" => address(random, CLIENTS),
        "dst" => address(random, SERVERS),
        "dstdomain" | "ssl::server_name" => domain(random),
        "dstdom_regex" | "url_regex" | "urlpath_regex" | "ssl::server_name_regex" => regexes::expression(random),
        "port" => pick(random, &["443", "443", "80", "8080", "1-65535", "400-500", "8000-8100", "444", "0-79"]).into(),
        "proto" => pick(random, &["HTTP", "http", "HTTPS", "NONE", "none", "FTP", "ftp", "URN", "other"]).into(),
        "method" => pick(random, &["CONNECT", "CONNECT", "connect", "GET", "get", "POST", "PURGE", "OWN"]).into(),
        "annotate_transaction" | "annotate_client" => "note=yes".into(),
        "time" => pick(random, &["MTWHF 09:00-17:00", "00:00-24:00", "AS"]).into(),
        "browser" => "^Mozilla".into(),
        "localport" => "1-65535".into(),
        other => panic!("no values for {other}"),
    }
}

fn domain(random: &mut Rng) -> String {
    let host = host(random);
    match random.u32(..40) {
        0..=15 => format!(".{host}"),
        16..=29 => host,
        30 => host.to_uppercase(),
        31 => format!("*.{host}"),
        32 => format!("{host}."),
        33 => pick(random, &["https://a.ex/", "a.ex:443", "a.ex/", ".", ".a.ex.", "none", "a..ex"]).into(),
        34 => format!(".0.{}.{}", random.u8(..4), random.u8(..8)),
        35 => format!("[{}]", ipv6(random, SERVERS)),
        36 => ipv6(random, SERVERS),
        _ => ipv4(random, SERVERS),
    }
}

/// Whether Squid refuses two values in one ACL, or may leave the later one out.
pub fn overlap(kind: &str, later: &str, earlier: &str) -> bool {
    match kind {
        "dstdomain" | "ssl::server_name" => domains_overlap(&later.to_lowercase(), &earlier.to_lowercase()),
        "src" | "dst" => later.contains(['-', '/', 'l']),
        _ => false,
    }
}

fn domains_overlap(one: &str, other: &str) -> bool {
    let covers = |wide: &str, narrow: &str| wide.starts_with('.') && format!(".{narrow}").ends_with(wide);
    covers(one, other) || covers(other, one)
}

fn address(random: &mut Rng, net: u8) -> String {
    match random.u32(..40) {
        0..=12 => ipv4(random, net),
        13..=20 => format!("{}/{}", ipv4(random, net), random.u8(21..=32)),
        21..=25 => range(random, net),
        26 => format!("{}/{}", range(random, net), random.u8(24..=32)),
        27 | 28 => format!("{}/{}", ipv4(random, net), pick(random, MASKS)),
        29..=31 => ipv6(random, net),
        32..=34 => format!("{}/{}", ipv6(random, net), pick(random, &[32, 48, 64, 125, 126, 127, 128])),
        35 | 36 => format!("2001:db8:{net}::{}-2001:db8:{net}::{}", random.u8(1..4), random.u8(3..8)),
        37 | 38 => pick(random, &["127.0.0.1", "::1", "127.0.0.0/8"]).into(),
        _ => unusual(random, net),
    }
}

const MASKS: &[&str] =
    &["255.255.255.0", "255.255.254.0", "255.255.255.252", "255.255.0.0", "255.255.0.255", "0.0.0.255", "255.255"];

fn range(random: &mut Rng, net: u8) -> String {
    let (first, last) = (random.u32(..32), random.u32(..32));
    let (first, last) = if one_in(random, 10) { (first, last) } else { (first.min(last), first.max(last)) };
    let text = |number: u32| format!("{net}.0.{}.{}", number / 8, number % 8);
    format!("{}-{}", text(first), text(last))
}

fn unusual(random: &mut Rng, net: u8) -> String {
    match random.u32(..14) {
        0..=2 => "all".into(),
        3 => "ipv4".into(),
        4 => "ipv6".into(),
        5 => pick(random, &["0.0.0.0/0", "0/0", "0.0.0.0/0.0.0.0", "::/0"]).into(),
        6 => format!("{}/0", ipv4(random, net)),
        7 => format!("{net}/8"),
        8 => format!("{net}.1"),
        9 => format!("0{net:o}.0.0.1"),
        10 => format!("0x{net:x}.0.1.1"),
        11 => format!("{}/24x", ipv4(random, net)),
        12 => format!("{net}.0.0.0/24,{net}.0.1.0/24"),
        _ => format!("{}-{}/33x", ipv4(random, net), ipv4(random, net)),
    }
}
