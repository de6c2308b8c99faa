//! URL categories: in the match column of a rule, and in the URL filtering profile of a rule that allows.
//!
//! Sources (docs.paloaltonetworks.com, knowledgebase.paloaltonetworks.com): "Guidelines for URL Category Exceptions", "URL
//! Filtering Order": of several categories the one with the most severe action counts; "Use an External Dynamic List in a
//! URL Filtering Profile": custom categories come before external lists, and those before predefined categories.

mod predefined;

use super::addresses::attached;
use super::context::{Context, Found, Names, unknown};
use super::tree::Node;
use crate::hosts::{HostPattern, products};
use crate::policy::{Condition, HostTest, LineUse, OnAddress, Reason, Subject};
use crate::problem::{Problem, quote};
use crate::source::{ALTERED, Source, Span};
use predefined::is_predefined;
use std::collections::BTreeSet;

pub(super) struct Categories<'c, 'a> {
    pub context: &'c mut Context<'a>,
    pub names: &'c Names<'a>,
    /// The custom categories that rules of this vantage match by.
    pub matched: &'c BTreeSet<String>,
}

/// With more entries than this in other categories, overlaps are not looked for one by one.
const MOST_OVERLAPS: usize = 2000;

impl<'a> Categories<'_, 'a> {
    /// The match column of a rule; without one every category matches.
    pub fn condition(&mut self, rule: &Node) -> Condition {
        let members: Vec<&Node> = rule.values("category").collect();
        if members.is_empty() || members.iter().any(|member| member.name == "any") {
            return Condition::always();
        }
        Condition::Any(members.into_iter().map(|member| self.matching(member)).collect())
    }

    fn matching(&mut self, member: &Node) -> Condition {
        let Some(entries) = self.entries(member) else { return self.unlisted(member) };
        let others: Vec<String> = self.matched.iter().filter(|name| **name != member.name).cloned().collect();
        let mut beside = Vec::new();
        for other in others {
            beside.extend(self.entries(&Node::new(other, member.span)).unwrap_or_default());
        }
        let listed = Condition::Any(entries);
        let text = format!(
            "the name may also be in another custom category than `{}`, and which counts is left open",
            member.name
        );
        match beside.len() {
            0 => listed,
            1..=MOST_OVERLAPS => {
                let apart = Condition::Any(beside).negate();
                Condition::All(vec![listed, Condition::Any(vec![apart, unknown(text, member.span)])])
            }
            _ => Condition::All(vec![listed, unknown(text, member.span)]),
        }
    }

    /// A predefined category, one made of several, or a name that stands nowhere.
    fn unlisted(&mut self, member: &Node) -> Condition {
        let name = &member.name;
        match self.names.find(&["custom-url-category", "external-list"], name) {
            (Found::Here(node), "external-list") => {
                unknown(format!("the external list `{}` is not attached", node.name), member.span)
            }
            (Found::Here(_), _) => {
                unknown(format!("`{name}` is made of categories that only the vendor's database knows"), member.span)
            }
            (Found::Perhaps(why), _) => unknown(format!("the category `{name}` {why}"), member.span),
            (Found::Nowhere, _) if is_predefined(name) => unknown(
                format!("which names are in the category `{name}` is in the vendor's database only"),
                member.span,
            ),
            (Found::Nowhere, _) => self.context.unresolved("URL category", name, member.span),
        }
    }

    /// The tests of a custom category or an attached external list; `None` for any other.
    fn entries(&mut self, member: &Node) -> Option<Vec<Condition>> {
        let (Found::Here(node), section) = self.names.find(&["custom-url-category", "external-list"], &member.name)
        else {
            return None;
        };
        if section == "external-list" {
            let file = attached(self.context, node, "url")?;
            return Some(self.file(file));
        }
        if node.value("type").is_some_and(|kind| kind != "URL List") {
            return None;
        }
        let mut tests: Vec<Condition> = node.values("list").filter_map(|entry| self.entry(entry)).collect();
        if !node.complete {
            tests.push(unknown(format!("the category `{}` is damaged", node.name), node.span));
        }
        Some(tests)
    }

    /// `None` for an address.
    fn entry(&mut self, entry: &Node) -> Option<Condition> {
        match read(&entry.name, entry.span) {
            Entry::Address => None,
            Entry::Names(test) => Some(test),
            Entry::Unreadable(open) => {
                let message = format!("`{}` is no entry of a URL category that can be read.", quote(&entry.name));
                self.context.say(Problem::warning("bad-url-entry", message).at(entry.span));
                self.context.not_understood(entry.span);
                Some(open)
            }
        }
    }

    fn file(&mut self, file: &Source) -> Vec<Condition> {
        let mut tests = Vec::new();
        for line in file.lines() {
            let entry = line.text.split_whitespace().next().filter(|word| !word.starts_with('#'));
            let line_use = match entry.map(|entry| read(entry, line.span)) {
                None => LineUse::Irrelevant,
                Some(Entry::Address) => LineUse::Used,
                Some(Entry::Names(test)) if file.is_altered(line.span.start) => {
                    tests.push(Condition::All(vec![test, unknown(ALTERED, line.span)]));
                    LineUse::Used
                }
                Some(Entry::Names(test)) => {
                    tests.push(test);
                    LineUse::Used
                }
                Some(Entry::Unreadable(open)) => {
                    tests.push(open);
                    LineUse::NotUnderstood
                }
            };
            self.context.account.record(file.file(), line.number, line_use);
        }
        tests
    }

    /// When the URL filtering of a rule blocks what the rule allows; `None` if it never does.
    pub fn blocked(&mut self, rule: &Node) -> Option<(Condition, Span)> {
        let setting = rule.child("profile-setting")?;
        let direct: Vec<&Node> = setting.entries(&["profiles", "url-filtering"]).collect();
        let groups: Vec<&Node> = setting.values("group").filter(|group| group.name != "None").collect();
        let mut parts = Vec::new();
        for profile in direct {
            parts.extend(self.profile(profile));
        }
        for group in groups {
            match self.names.find(&["profile-group"], &group.name).0 {
                Found::Here(node) => {
                    for profile in node.values("url-filtering") {
                        parts.extend(self.profile(profile));
                    }
                }
                Found::Perhaps(why) => {
                    parts.push((unknown(format!("the profile group `{}` {why}", group.name), group.span), group.span));
                }
                Found::Nowhere => {
                    parts.push((self.context.unresolved("profile group", &group.name, group.span), group.span));
                }
            }
        }
        let span = parts.first().map(|(_, span)| *span)?;
        Some((Condition::Any(parts.into_iter().map(|(condition, _)| condition).collect()), span))
    }

    fn profile(&mut self, member: &Node) -> Option<(Condition, Span)> {
        match self.names.find(&["url-filtering"], &member.name).0 {
            Found::Here(node) => self.blocked_by(node).map(|condition| (condition, node.span)),
            Found::Perhaps(why) => {
                Some((unknown(format!("the URL filtering profile `{}` {why}", member.name), member.span), member.span))
            }
            Found::Nowhere if member.name == "default" => {
                let text = "the predefined profile `default` blocks categories that only the vendor's database knows";
                Some((unknown(text, member.span), member.span))
            }
            Found::Nowhere => {
                Some((self.context.unresolved("URL filtering profile", &member.name, member.span), member.span))
            }
        }
    }

    /// Of categories of one kind `block` counts before `override` and `continue`, which ask somebody at a browser, and those
    /// before `alert` and `allow`.
    fn blocked_by(&mut self, profile: &Node) -> Option<Condition> {
        let blocks = self.listed(profile, &["block"]);
        let asks = self.listed(profile, &["override", "continue"]);
        let passes = self.listed(profile, &["alert", "allow"]);
        let (mut blocked, mut passed) = (Vec::new(), Vec::new());
        for (blocks, asks, passes) in kinds([blocks, asks, passes]) {
            let asked = (!asks.is_empty()).then(|| asks_first(profile, asks));
            let here: Vec<Condition> = blocks.into_iter().chain(asked).collect();
            if !here.is_empty() {
                let not_before = Condition::Any(passed.clone()).negate();
                blocked.push(match passed.is_empty() {
                    true => Condition::Any(here),
                    false => Condition::All(vec![not_before, Condition::Any(here)]),
                });
            }
            passed.extend(passes);
        }
        if !profile.complete {
            blocked.push(unknown(format!("the profile `{}` is damaged", profile.name), profile.span));
        }
        let allowed = self.own_list(profile, "allow-list");
        if !allowed.is_empty() {
            blocked = vec![Condition::All(vec![Condition::Any(blocked), Condition::Any(allowed).negate()])];
        }
        let listed = self.own_list(profile, "block-list");
        match profile.value("action") {
            None | Some("block") => blocked.extend(listed),
            Some("alert") => {}
            Some(_) => blocked.push(asks_first(profile, listed)),
        }
        (!blocked.is_empty()).then_some(Condition::Any(blocked))
    }

    /// The lists of a profile itself, which old releases have: the block list counts first, then the allow list, then categories
    /// ("URL Filtering Order").
    fn own_list(&mut self, profile: &Node, field: &str) -> Vec<Condition> {
        profile.values(field).filter_map(|entry| self.entry(entry)).collect()
    }

    /// The tests of the categories under some actions.
    fn listed(&mut self, profile: &Node, actions: &[&str]) -> Listed {
        let mut listed = Listed::default();
        for member in actions.iter().flat_map(|action| profile.values(action)) {
            let tests = self.entries(member).unwrap_or_else(|| vec![self.unlisted(member)]);
            match self.names.find(&["custom-url-category", "external-list"], &member.name) {
                (Found::Here(_), "external-list") => listed.external.extend(tests),
                (Found::Here(_), _) => listed.custom.extend(tests),
                _ => listed.predefined.extend(tests),
            }
        }
        listed
    }
}

/// The tests of the categories of a profile, by the kinds that count one after the other.
#[derive(Default)]
struct Listed {
    custom: Vec<Condition>,
    external: Vec<Condition>,
    predefined: Vec<Condition>,
}

type OfKind = (Vec<Condition>, Vec<Condition>, Vec<Condition>);

/// What blocks, asks and passes, one kind after the other.
fn kinds([blocks, asks, passes]: [Listed; 3]) -> [OfKind; 3] {
    [
        (blocks.custom, asks.custom, passes.custom),
        (blocks.external, asks.external, passes.external),
        (blocks.predefined, asks.predefined, passes.predefined),
    ]
}

fn asks_first(profile: &Node, tests: Vec<Condition>) -> Condition {
    let text = format!("the profile `{}` asks somebody at a browser before it lets this pass", profile.name);
    Condition::All(vec![Condition::Any(tests), unknown(text, profile.span)])
}

/// What an entry of a URL category is.
enum Entry {
    /// No name.
    Address,
    Names(Condition),
    Unreadable(Condition),
}

/// Schemes have to be left out of entries; whether an entry with one, with a port, or with only a star for the path matches
/// what the firewall sees of TLS is not documented ("Guidelines for URL Category Exceptions").
fn read(text: &str, span: Span) -> Entry {
    let text = text.trim();
    if crate::addresses::parse_entry(text.trim_end_matches('/')).is_some() {
        return Entry::Address;
    }
    let perhaps = |pattern: HostPattern, what: &str| {
        Entry::Names(maybe(
            HostPattern::Perhaps(Box::new(pattern)),
            format!("the entry `{}` {what}", quote(text)),
            span,
        ))
    };
    match (test(text, span), products::PANOS.read(text)) {
        (Some(_), Some(meant)) if text.contains("://") => perhaps(meant.pattern, "begins with a scheme"),
        (Some(_), Some(meant)) if text.contains(':') => perhaps(meant.pattern, "has a port"),
        (Some(_), Some(meant)) if text.ends_with("/*") => perhaps(meant.pattern, "asks for a path after the name"),
        (Some(test), _) => Entry::Names(test),
        (None, _) => {
            let why = format!("the entry `{}` cannot be read", quote(text));
            Entry::Unreadable(maybe(HostPattern::Perhaps(Box::new(HostPattern::Any)), why, span))
        }
    }
}

fn maybe(pattern: HostPattern, why: String, span: Span) -> Condition {
    let maybe = Some(Reason::new(why).at(span));
    Condition::Host(HostTest { pattern, subject: Subject::Host, on_address: OnAddress::Never, maybe })
}

/// What an entry matches, as PAN-OS takes it. Without a slash or star at its end it matches longer names too on releases
/// and settings that append none ("Guidelines for URL Category Exceptions").
fn test(text: &str, span: Span) -> Option<Condition> {
    let meant = products::PANOS.read(text)?;
    let own = match meant.maybe {
        None => Condition::host(meant.pattern),
        Some(why) => maybe(meant.pattern, why, span),
    };
    if text.contains('/') || text.ends_with('*') {
        return Some(own);
    }
    let longer = HostPattern::Perhaps(Box::new(HostPattern::Glob(format!("{}.*", text.to_ascii_lowercase()))));
    let why = format!("without a slash at its end `{}` matches longer names on some releases", quote(text));
    Some(Condition::Any(vec![own, maybe(longer, why, span)]))
}
