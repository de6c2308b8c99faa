//! Where the words of a `set` line go: which take values, which take a name, which have fields.
//!
//! Source: PAN-OS CLI, `show` in configuration mode with `config-output-format set`, and the element names of the XML.

use super::tree::Node;
use super::words::Word;
use crate::source::Span;

pub(super) enum Grammar {
    /// One value, or several in brackets; each line adds some.
    Values,
    /// A value that takes the place of the one before.
    Value,
    /// Entries by their names.
    Named(&'static Grammar),
    Fields(&'static [(&'static str, &'static Grammar)]),
    /// Each word below the one before.
    Chain,
}

use Grammar::{Chain, Fields, Named, Value, Values};

static VALUES: Grammar = Values;
static VALUE: Grammar = Value;
static CHAIN: Grammar = Chain;
static ANY_ENTRY: Grammar = Named(&CHAIN);

static RULE: Grammar = Fields(&[
    ("from", &VALUES),
    ("to", &VALUES),
    ("source", &VALUES),
    ("destination", &VALUES),
    ("source-user", &VALUES),
    ("category", &VALUES),
    ("application", &VALUES),
    ("service", &VALUES),
    ("hip-profiles", &VALUES),
    ("source-hip", &VALUES),
    ("destination-hip", &VALUES),
    ("saas-user-list", &VALUES),
    ("saas-tenant-list", &VALUES),
    ("source-imsi", &VALUES),
    ("source-imei", &VALUES),
    ("source-nw-slice", &VALUES),
    ("tag", &VALUES),
    ("group-tag", &VALUE),
    ("description", &VALUE),
    ("action", &VALUE),
    ("type", &DECRYPTION_TYPE),
    ("profile", &VALUE),
    ("log-setting", &VALUE),
    ("log-start", &VALUE),
    ("log-end", &VALUE),
    ("log-success", &VALUE),
    ("log-fail", &VALUE),
    ("disabled", &VALUE),
    ("negate-source", &VALUE),
    ("negate-destination", &VALUE),
    ("rule-type", &VALUE),
    ("schedule", &VALUE),
    ("icmp-unreachable", &VALUE),
    ("disable-inspect", &VALUE),
    ("uuid", &VALUE),
    ("option", &Fields(&[("disable-server-response-inspection", &VALUE)])),
    ("profile-setting", &PROFILE_SETTING),
    ("target", &Fields(&[("devices", &ANY_ENTRY), ("tags", &VALUES), ("negate", &VALUE)])),
    ("qos", &Fields(&[("marking", &CHAIN)])),
]);

static DECRYPTION_TYPE: Grammar =
    Fields(&[("ssl-forward-proxy", &EMPTY), ("ssh-proxy", &EMPTY), ("ssl-inbound-inspection", &VALUE)]);
static EMPTY: Grammar = Fields(&[]);

static PROFILE_SETTING: Grammar = Fields(&[("group", &VALUES), ("profiles", &PROFILE_GROUP)]);

static RULES: Grammar = Fields(&[("rules", &Named(&RULE))]);
static FLOW_RULES: Grammar = Fields(&[("rules", &Named(&FLOW_RULE))]);
static AUTHENTICATION_RULES: Grammar = Fields(&[("rules", &Named(&AUTHENTICATION_RULE))]);
static RULEBASE: Grammar = Fields(&[
    ("security", &RULES),
    ("default-security-rules", &RULES),
    ("decryption", &RULES),
    ("pbf", &FLOW_RULES),
    ("dos", &FLOW_RULES),
    ("authentication", &AUTHENTICATION_RULES),
    ("captive-portal", &AUTHENTICATION_RULES),
]);

/// Rules of policy-based forwarding and of DoS protection, whose sides are zones or interfaces.
static FLOW_RULE: Grammar = Fields(&[
    ("from", &FLOW_SIDE),
    ("to", &FLOW_SIDE),
    ("source", &VALUES),
    ("destination", &VALUES),
    ("source-user", &VALUES),
    ("application", &VALUES),
    ("service", &VALUES),
    ("tag", &VALUES),
    ("description", &VALUE),
    ("disabled", &VALUE),
    ("negate-source", &VALUE),
    ("negate-destination", &VALUE),
    ("schedule", &VALUE),
    ("action", &FLOW_ACTION),
]);
static FLOW_SIDE: Grammar = Fields(&[("zone", &VALUES), ("interface", &VALUES)]);
static FLOW_ACTION: Grammar = Fields(&[
    ("allow", &EMPTY),
    ("deny", &EMPTY),
    ("discard", &EMPTY),
    ("forward", &CHAIN),
    ("forward-to-vsys", &VALUE),
    ("no-pbf", &EMPTY),
    ("protect", &EMPTY),
]);
static AUTHENTICATION_RULE: Grammar = Fields(&[
    ("from", &VALUES),
    ("to", &VALUES),
    ("source", &VALUES),
    ("destination", &VALUES),
    ("source-user", &VALUES),
    ("category", &VALUES),
    ("service", &VALUES),
    ("hip-profiles", &VALUES),
    ("source-hip", &VALUES),
    ("destination-hip", &VALUES),
    ("tag", &VALUES),
    ("description", &VALUE),
    ("disabled", &VALUE),
    ("negate-source", &VALUE),
    ("negate-destination", &VALUE),
    ("authentication-enforcement", &VALUE),
    ("action", &VALUE),
]);

static ADDRESS: Grammar = Fields(&[
    ("ip-netmask", &VALUE),
    ("ip-range", &VALUE),
    ("ip-wildcard", &VALUE),
    ("fqdn", &VALUE),
    ("description", &VALUE),
    ("tag", &VALUES),
    ("disable-override", &VALUE),
]);
static ADDRESS_GROUP: Grammar = Fields(&[
    ("static", &VALUES),
    ("dynamic", &Fields(&[("filter", &VALUE)])),
    ("description", &VALUE),
    ("tag", &VALUES),
    ("disable-override", &VALUE),
]);
static PORTS: Grammar = Fields(&[("port", &VALUE), ("source-port", &VALUE), ("override", &CHAIN)]);
static SERVICE: Grammar = Fields(&[
    ("protocol", &Fields(&[("tcp", &PORTS), ("udp", &PORTS), ("sctp", &PORTS)])),
    ("description", &VALUE),
    ("tag", &VALUES),
    ("disable-override", &VALUE),
]);
static MEMBERS: Grammar = Fields(&[("members", &VALUES), ("tag", &VALUES), ("disable-override", &VALUE)]);
static REGION: Grammar = Fields(&[("address", &VALUES), ("geo-location", &CHAIN)]);
static LIST_TYPE: Grammar = Fields(&[("url", &VALUE), ("description", &VALUE), ("recurring", &CHAIN)]);
static EXTERNAL_LIST: Grammar = Fields(&[(
    "type",
    &Fields(&[
        ("ip", &LIST_TYPE),
        ("url", &LIST_TYPE),
        ("domain", &LIST_TYPE),
        ("predefined-ip", &LIST_TYPE),
        ("predefined-url", &LIST_TYPE),
    ]),
)]);
static CUSTOM_CATEGORY: Grammar =
    Fields(&[("list", &VALUES), ("type", &VALUE), ("description", &VALUE), ("disable-override", &VALUE)]);
static URL_FILTERING: Grammar = Fields(&[
    ("allow", &VALUES),
    ("alert", &VALUES),
    ("block", &VALUES),
    ("continue", &VALUES),
    ("override", &VALUES),
    ("allow-list", &VALUES),
    ("block-list", &VALUES),
    ("action", &VALUE),
    ("description", &VALUE),
    ("credential-enforcement", &CHAIN),
]);
static PROFILES: Grammar =
    Fields(&[("url-filtering", &Named(&URL_FILTERING)), ("custom-url-category", &Named(&CUSTOM_CATEGORY))]);
static PROFILE_GROUP: Grammar = Fields(&[
    ("url-filtering", &VALUES),
    ("virus", &VALUES),
    ("spyware", &VALUES),
    ("vulnerability", &VALUES),
    ("file-blocking", &VALUES),
    ("wildfire-analysis", &VALUES),
    ("data-filtering", &VALUES),
]);

/// Of each of these an entry has one: a line with one drops the others.
const ALTERNATIVES: [&[&str]; 6] = [
    &["ip-netmask", "ip-range", "ip-wildcard", "fqdn"],
    &["static", "dynamic"],
    &["tcp", "udp", "sctp"],
    &["group", "profiles"],
    &["ip", "url", "domain", "predefined-ip", "predefined-url"],
    &["allow", "deny", "discard", "forward", "forward-to-vsys", "no-pbf", "protect"],
];

/// What `shared`, a virtual system, and a device group may hold.
static SCOPE: Grammar = Fields(&[
    ("address", &Named(&ADDRESS)),
    ("address-group", &Named(&ADDRESS_GROUP)),
    ("service", &Named(&SERVICE)),
    ("service-group", &Named(&MEMBERS)),
    ("application", &ANY_ENTRY),
    ("application-group", &Named(&MEMBERS)),
    ("application-filter", &ANY_ENTRY),
    ("external-list", &Named(&EXTERNAL_LIST)),
    ("region", &Named(&REGION)),
    ("profiles", &PROFILES),
    ("profile-group", &Named(&PROFILE_GROUP)),
    ("rulebase", &RULEBASE),
    ("pre-rulebase", &RULEBASE),
    ("post-rulebase", &RULEBASE),
    ("ssl-decrypt", &Fields(&[("ssl-exclude-cert", &ANY_ENTRY)])),
]);

/// The whole configuration; words of a scope stand at its top as well.
pub(super) static ROOT: Grammar =
    Fields(&[("shared", &SCOPE), ("vsys", &Named(&SCOPE)), ("device-group", &Named(&SCOPE))]);

/// Puts the words of a line into the tree below `node`.
pub(super) fn insert(node: &mut Node, words: &[Word], span: Span) {
    let in_scope = words.first().is_some_and(|word| field(&SCOPE, &word.text).is_some());
    put(node, if in_scope { &SCOPE } else { &ROOT }, words, span);
}

fn field(grammar: &Grammar, name: &str) -> Option<&'static Grammar> {
    let Fields(fields) = grammar else { return None };
    fields.iter().find(|(own, _)| *own == name).map(|&(_, inner)| inner)
}

/// Gives the words that belong further up.
fn put<'w>(node: &mut Node, grammar: &Grammar, words: &'w [Word], span: Span) -> &'w [Word] {
    match grammar {
        Values => values(node, words, span),
        Value => {
            node.clear();
            values(node, words, span)
        }
        Chain => chain(node, words, span),
        Named(inner) => {
            let Some((name, rest)) = words.split_first() else { return words };
            let entry = entry(node, &name.text, span);
            let rest = put(entry, inner, rest, span);
            if rest.is_empty() { rest } else { chain(entry, rest, span) }
        }
        Fields(_) => fields(node, grammar, words, span),
    }
}

fn fields<'w>(node: &mut Node, grammar: &Grammar, words: &'w [Word], span: Span) -> &'w [Word] {
    let mut rest = words;
    while let Some((key, after)) = rest.split_first() {
        let Some(inner) = field(grammar, &key.text) else {
            return if rest.len() == words.len() && !matches!(grammar, Fields([])) {
                chain(node, rest, span)
            } else {
                rest
            };
        };
        drop_alternatives(node, &key.text);
        rest = put(entry(node, &key.text, span), inner, after, span);
    }
    rest
}

fn drop_alternatives(node: &mut Node, key: &str) {
    let Some(group) = ALTERNATIVES.iter().find(|group| group.contains(&key)) else { return };
    node.retain(|child| child.name == key || !group.contains(&child.name.as_str()));
}

/// A node that is named again reaches to the new line if that one follows.
fn entry<'n>(node: &'n mut Node, name: &str, span: Span) -> &'n mut Node {
    let child = node.child_or_new(name, span);
    if child.span.end < span.start && span.start - child.span.end <= 2 {
        child.span.end = span.end;
    }
    child
}

fn values<'w>(node: &mut Node, words: &'w [Word], span: Span) -> &'w [Word] {
    let bracketed = words.first().is_some_and(|word| word.is("["));
    let end = match bracketed {
        true => words.iter().position(|word| word.is("]")).unwrap_or(words.len()),
        false => words.len().min(1),
    };
    for word in &words[usize::from(bracketed)..end] {
        let value = node.child_or_new(&word.text, span);
        value.span = span;
    }
    &words[(end + usize::from(bracketed)).min(words.len())..]
}

fn chain<'w>(node: &mut Node, words: &'w [Word], span: Span) -> &'w [Word] {
    let mut node = node;
    for (at, word) in words.iter().enumerate() {
        if word.is("[") {
            return values(node, &words[at..], span);
        }
        node = entry(node, &word.text, span);
    }
    &[]
}
