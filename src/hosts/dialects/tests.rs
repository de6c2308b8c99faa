use super::products::*;
use super::*;
use crate::hosts::{Probe, matches_text};

const Y: Tri = Yes;
const N: Tri = No;
const M: Tri = Maybe;

/// What each product takes an entry for: the apex `ex.com`, one label `a.ex.com`, two labels `b.a.ex.com`, and the neighbour
/// `xex.com`.
#[rustfmt::skip]
const MATRIX: &[(&Product, &str, [Tri; 4])] = &[
    // product                        entry           apex  1  2  neighbour
    (&GENERIC,                        "ex.com",       [Y, N, N, N]),
    (&GENERIC,                        "*.ex.com",     [N, Y, Y, N]),
    (&GENERIC,                        ".ex.com",      [M, Y, Y, N]),
    (&GENERIC,                        "*ex.com",      [M, M, M, M]),
    (&GENERIC,                        "**.ex.com",    [M, M, M, M]),
    (&GENERIC,                        "^.ex.com",     [M, M, M, M]),
    (&SQUID,                          "ex.com",       [Y, N, N, N]),
    (&SQUID,                          ".ex.com",      [Y, Y, Y, N]),
    (&SQUID,                          "*.ex.com",     [N, N, N, N]),
    (&SQUID,                          "ex.com.",      [N, N, N, N]),
    (&AZURE_FIREWALL,                 "ex.com",       [Y, N, N, N]),
    (&AZURE_FIREWALL,                 "*.ex.com",     [N, Y, Y, N]),
    (&AZURE_FIREWALL,                 "*ex.com",      [Y, Y, Y, Y]),
    (&PANOS,                          "ex.com/",      [Y, N, N, N]),
    (&PANOS,                          "ex.com",       [Y, N, N, N]),
    (&PANOS,                          "*.ex.com/",    [N, Y, Y, N]),
    (&PANOS,                          "*.ex.com",     [N, Y, Y, N]),
    (&PANOS,                          "^.ex.com/",    [N, Y, N, N]),
    (&PANOS,                          "^.ex.com",     [N, Y, N, N]),
    (&FORTIGATE_FQDN,                 "ex.com",       [Y, N, N, N]),
    (&FORTIGATE_FQDN,                 "*.ex.com",     [M, Y, Y, N]),
    (&FORTIGATE_URLFILTER_FLOW,       "ex.com",       [M, M, M, M]),
    (&FORTIGATE_URLFILTER_PROXY,      "ex.com",       [Y, M, M, N]),
    (&FORTIGATE_URLFILTER_WILDCARD,   "*ex.com",      [Y, Y, Y, Y]),
    (&FORTIGATE_URLFILTER_REGEX,      "ex\\.com$",    [Y, Y, Y, Y]),
    (&FORTIGATE_URLFILTER_REGEX,      "\\bex\\.com$", [M, M, M, M]),
    (&FORTIGATE_URLFILTER_REGEX,      "EX\\.com$",    [M, M, M, M]),
    (&ASA_FQDN,                       "ex.com",       [Y, N, N, N]),
    (&ASA_FQDN,                       "*.ex.com",     [N, N, N, N]),
    (&FMC_URL,                        "ex.com",       [Y, Y, Y, N]),
    (&FMC_URL,                        "ex.com/",      [Y, Y, Y, M]),
    (&ZSCALER,                        "ex.com",       [Y, N, N, N]),
    (&ZSCALER,                        ".ex.com",      [Y, Y, Y, N]),
    (&ZSCALER,                        "*.ex.com",     [N, N, N, N]),
    (&UMBRELLA,                       "ex.com",       [Y, Y, Y, N]),
    (&UMBRELLA,                       "*.ex.com",     [N, N, N, N]),
    (&NETSKOPE,                       "*.ex.com",     [M, Y, Y, N]),
    (&NETSKOPE,                       "ex.com",       [Y, N, N, N]),
    (&CHECK_POINT,                    ".ex.com",      [Y, N, N, N]),
    (&CHECK_POINT_NOT_FQDN,           ".ex.com",      [M, M, M, N]),
    (&SONICWALL,                      "*.ex.com",     [Y, Y, M, N]),
    (&WATCHGUARD,                     "*.ex.com",     [Y, Y, Y, N]),
    (&AWS_NETWORK_FIREWALL,           ".ex.com",      [Y, Y, Y, N]),
    (&AWS_NETWORK_FIREWALL,           "ex.com",       [Y, N, N, N]),
    (&CILIUM,                         "*.ex.com",     [N, Y, N, N]),
    (&CILIUM,                         "**.ex.com",    [M, Y, Y, N]),
    (&CILIUM,                         "*ex.com",      [Y, N, N, Y]),
    (&TINYPROXY,                      "ex.com",       [Y, Y, Y, Y]),
    (&TINYPROXY,                      "EX.com",       [M, M, M, M]),
    (&TINYPROXY,                      "*.ex.com",     [N, N, N, N]),
    (&TINYPROXY,                      "^ex\\.com$",   [Y, N, N, N]),
    (&TINYPROXY_EXTENDED,             "(^|\\.)ex\\.com$", [Y, Y, Y, N]),
    (&TINYPROXY_FNMATCH,              "ex.com",       [Y, N, N, N]),
    (&TINYPROXY_FNMATCH,              "EX.com",       [N, N, N, N]),
    (&TINYPROXY_FNMATCH,              "*.ex.com",     [N, Y, Y, N]),
    (&TINYPROXY_FNMATCH,              "*ex.com",      [Y, Y, Y, Y]),
    (&TINYPROXY_FNMATCH,              "?ex.com",      [N, N, N, Y]),
    (&TINYPROXY_FNMATCH,              "[!x]*ex.com",  [N, Y, Y, N]),
    (&TINYPROXY_FNMATCH,              "[a-c].ex\\.com", [N, Y, N, N]),
    (&TINYPROXY_FNMATCH,              "ex.c[[:alpha:]]m", [M, M, M, M]),
    (&TINYPROXY_FNMATCH,              "ex.com[",      [N, N, N, N]),
    (&HOSTS_FILE,                     "ex.com",       [Y, N, N, N]),
    (&DNSMASQ,                        "ex.com",       [Y, Y, Y, N]),
    (&UNBOUND,                        "ex.com.",      [Y, Y, Y, N]),
];

#[test]
fn every_product_takes_an_entry_for_what_its_documentation_says() {
    for &(product, entry, expected) in MATRIX {
        let meant = product.read(entry).expect(entry);
        let probe = Probe { patterns: vec![&meant.pattern], after: "" };
        let answers = ["ex.com", "a.ex.com", "b.a.ex.com", "xex.com"].map(|host| matches_text(&probe, host));
        assert_eq!(answers, expected, "{} {entry}", product.id);
        assert_eq!(meant.maybe.is_some(), expected.contains(&M), "{} {entry}: {:?}", product.id, meant.maybe);
    }
}

#[test]
fn zscaler_stops_at_the_fifth_level() {
    let meant = ZSCALER.read(".ex.com").expect("an entry");
    let probe = Probe { patterns: vec![&meant.pattern], after: "" };
    assert_eq!(matches_text(&probe, "e.d.c.b.a.ex.com"), Yes);
    assert_eq!(matches_text(&probe, "f.e.d.c.b.a.ex.com"), No);
}

#[test]
fn what_stands_around_a_name_counts_where_the_product_says_so() {
    for (product, entry, expected) in [
        (&SQUID, "https://ex.com", No),
        (&SQUID, "ex.com:443", No),
        (&SQUID, "com", No),
        (&GENERIC, "https://ex.com", Yes),
        (&GENERIC, "https://ex.com/path", Maybe),
        (&PANOS, "ex.com/path", Maybe),
        (&UMBRELLA, "com", Yes),
        (&GENERIC, "com", Maybe),
    ] {
        let meant = product.read(entry).expect(entry);
        let probe = Probe { patterns: vec![&meant.pattern], after: "" };
        assert_eq!(matches_text(&probe, "ex.com"), expected, "{} {entry}", product.id);
        assert_eq!(meant.maybe.is_some(), expected == Maybe, "{} {entry}", product.id);
    }
    for entry in ["20.60.0.1", "a b", "", "https://"] {
        assert_eq!(GENERIC.read(entry), None, "{entry}");
    }
}

/// What a product does not document may match whatever some product takes it for, and nothing else.
#[test]
fn what_is_not_documented_reaches_no_further_than_some_product_takes_it() {
    let hosts = ["ex.com", "a.ex.com", "xex.com", "ba.ex.com", "com", "tele-com", "other.example"];
    for (entry, expected) in [
        ("*ex.com", [M, M, M, M, N, N, N]),
        ("^.ex.com", [M, M, M, M, N, N, N]),
        ("a*.ex.com", [N, M, N, N, N, N, N]),
        ("com", [M, M, M, M, M, N, N]),
        ("*.com", [M, M, M, M, M, N, N]),
    ] {
        let meant = GENERIC.read(entry).expect(entry);
        let probe = Probe { patterns: vec![&meant.pattern], after: "" };
        assert_eq!(hosts.map(|host| matches_text(&probe, host)), expected, "{entry}");
        let why = meant.maybe.expect("a reason");
        assert_eq!(why.contains("top-level domain"), ["com", "*.com"].contains(&entry), "{entry}: {why}");
    }
    let everything = CHECK_POINT.read("*").expect("an entry");
    let probe = Probe { patterns: vec![&everything.pattern], after: "" };
    assert_eq!(matches_text(&probe, "other.example"), Maybe);
}

/// How a name, and all names below it, are written for each product.
#[test]
fn products_write_names_in_shapes_of_their_own() {
    for (product, exact, all_below) in [
        (&GENERIC, Some(Bare), Some(StarDot)),
        (&SQUID, Some(Bare), Some(Dot)),
        (&AZURE_FIREWALL, Some(Bare), Some(StarDot)),
        (&ASA_FQDN, Some(Bare), None),
        (&UMBRELLA, Some(Bare), Some(Bare)),
        (&FORTIGATE_URLFILTER_FLOW, Some(Bare), Some(StarDot)),
        (&CILIUM, Some(Bare), Some(DoubleStarDot)),
        (&CHECK_POINT, Some(Dot), None),
        (&SONICWALL, Some(Bare), None),
    ] {
        assert_eq!(product.shape_for_exact(), exact, "{}", product.id);
        assert_eq!(product.shape_for_all_below(), all_below, "{}", product.id);
    }
}

/// What is written for a name, or for all names below a domain, is read as just that.
#[test]
fn entries_for_names_mean_them() {
    for (product, name, expected) in [
        (&GENERIC, "*.ex.com", Some("*.ex.com")),
        (&CHECK_POINT, "*.ex.com", None),
        (&CHECK_POINT, "ex.com", Some(".ex.com")),
        (&TINYPROXY, "*.ex.com", Some("\\.ex\\.com$")),
        (&TINYPROXY_EXTENDED, "ex.com", Some("^ex\\.com$")),
        (&TINYPROXY_FNMATCH, "*.ex.com", Some("*.ex.com")),
        (&TINYPROXY, "*.z*.ex.com", None),
    ] {
        assert_eq!(product.entry_for(name).as_deref(), expected, "{} {name}", product.id);
    }
}

#[test]
fn some_products_refuse_what_stands_around_a_name() {
    for (product, extra, refused) in [
        (&SQUID, Extra::Scheme, true),
        (&SQUID, Extra::TrailingDot, true),
        (&GENERIC, Extra::Scheme, false),
        (&GENERIC, Extra::TrailingDot, false),
    ] {
        assert_eq!(product.refuses(extra), refused, "{} {extra:?}", product.id);
    }
    for entry in ["ex.com/", "ex.com/path"] {
        assert_eq!(SQUID.read(entry).expect(entry).pattern, HostPattern::Never, "{entry}");
    }
}
