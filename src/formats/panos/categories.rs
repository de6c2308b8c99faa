//! URL categories: in the match column of a rule, and in the URL filtering profile of a rule that allows.
//!
//! Sources (docs.paloaltonetworks.com, knowledgebase.paloaltonetworks.com): "Guidelines for URL Category Exceptions", "Create
//! a Custom URL Category", "URL Filtering Order": of several custom categories the one with the most severe action counts,
//! and custom ones come before predefined ones.

use super::addresses::attached;
use super::context::{Context, Found, Names, unknown};
use super::tree::Node;
use crate::hosts::{HostPattern, products};
use crate::policy::{Condition, HostTest, LineUse, OnAddress, Reason, Subject};
use crate::problem::{Problem, quote};
use crate::source::{Source, Span};
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
        let mut tests: Vec<Condition> =
            node.values("list").filter_map(|entry| self.entry(&entry.name, entry.span)).collect();
        if !node.complete {
            tests.push(unknown(format!("the category `{}` is damaged", node.name), node.span));
        }
        Some(tests)
    }

    /// `None` for an address: it is no name.
    fn entry(&mut self, text: &str, span: Span) -> Option<Condition> {
        let text = text.trim().trim_end_matches("/*");
        if crate::addresses::parse_entry(text.trim_end_matches('/')).is_some() {
            return None;
        }
        Some(test(text, span).unwrap_or_else(|| {
            let message = format!("`{}` is no entry of a URL category that can be read.", quote(text));
            self.context.say(Problem::warning("bad-url-entry", message).at(span));
            self.context.not_understood(span);
            unknown(format!("the entry `{}` cannot be read", quote(text)), span)
        }))
    }

    fn file(&mut self, file: &Source) -> Vec<Condition> {
        let mut tests = Vec::new();
        for line in file.lines() {
            let entry = line.text.split_whitespace().next().filter(|word| !word.starts_with('#'));
            let line_use = if entry.is_some() { LineUse::Used } else { LineUse::Irrelevant };
            self.context.account.record(file.file(), line.number, line_use);
            tests.extend(entry.and_then(|entry| test(entry.trim_end_matches("/*"), line.span)));
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

    /// `block` counts before `override` and `continue`, which ask somebody at a browser, and those before `alert` and
    /// `allow`; predefined categories come last.
    fn blocked_by(&mut self, profile: &Node) -> Option<Condition> {
        let (mut blocks, from_database) = self.listed(profile, &["block"]);
        let (asks, asks_from_database) = self.listed(profile, &["override", "continue"]);
        let (passes, _) = self.listed(profile, &["alert", "allow"]);
        if !asks.is_empty() {
            let text = format!("the profile `{}` asks somebody at a browser before it lets this pass", profile.name);
            blocks.push(Condition::All(vec![Condition::Any(asks), unknown(text, profile.span)]));
        }
        if let Some(reason) = from_database.or(asks_from_database) {
            blocks.push(Condition::All(vec![Condition::Any(passes).negate(), Condition::Unknown(reason)]));
        }
        if !profile.complete {
            blocks.push(unknown(format!("the profile `{}` is damaged", profile.name), profile.span));
        }
        for list in profile.values("block-list") {
            blocks.extend(self.entry(&list.name, list.span));
        }
        (!blocks.is_empty()).then_some(Condition::Any(blocks))
    }

    /// The entries of the custom categories under some actions, and why there are further names.
    fn listed(&mut self, profile: &Node, actions: &[&str]) -> (Vec<Condition>, Option<Reason>) {
        let (mut tests, mut reason) = (Vec::new(), None);
        for member in actions.iter().flat_map(|action| profile.values(action)) {
            match self.entries(member) {
                Some(entries) => tests.extend(entries),
                None => {
                    if let Condition::Unknown(why) = self.unlisted(member) {
                        reason.get_or_insert(why);
                    }
                }
            }
        }
        (tests, reason)
    }
}

/// What an entry matches, as PAN-OS takes it.
fn test(text: &str, span: Span) -> Option<Condition> {
    let meant = products::PANOS.read(text)?;
    Some(match meant.maybe {
        None => Condition::host(meant.pattern),
        Some(why) => Condition::Host(HostTest {
            pattern: match meant.pattern {
                HostPattern::Perhaps(inner) => HostPattern::Perhaps(inner),
                other => other,
            },
            subject: Subject::Host,
            on_address: OnAddress::Never,
            maybe: Some(Reason::new(why).at(span)),
        }),
    })
}

/// Source: "Predefined URL Categories" (docs.paloaltonetworks.com, Advanced URL Filtering).
const PREDEFINED: [&str; 80] = [
    "abortion",
    "abused-drugs",
    "adult",
    "ai-code-assistant",
    "ai-conversational-assistant",
    "ai-data-and-workflow-optimizer",
    "ai-media-service",
    "ai-meeting-assistant",
    "ai-platform-service",
    "ai-website-generator",
    "ai-writing-assistant",
    "alcohol-and-tobacco",
    "artificial-intelligence",
    "auctions",
    "business-and-economy",
    "command-and-control",
    "compromised-website",
    "computer-and-internet-info",
    "content-delivery-networks",
    "copyright-infringement",
    "cryptocurrency",
    "dating",
    "dynamic-dns",
    "educational-institutions",
    "encrypted-dns",
    "entertainment-and-arts",
    "extremism",
    "financial-services",
    "gambling",
    "games",
    "government",
    "grayware",
    "hacking",
    "health-and-medicine",
    "high-risk",
    "home-and-garden",
    "hunting-and-fishing",
    "insufficient-content",
    "internet-communications-and-telephony",
    "internet-portals",
    "job-search",
    "legal",
    "low-risk",
    "malware",
    "marijuana",
    "medium-risk",
    "military",
    "motor-vehicles",
    "music",
    "newly-registered-domain",
    "news",
    "not-resolved",
    "nudity",
    "online-storage-and-backup",
    "parked",
    "peer-to-peer",
    "personal-sites-and-blogs",
    "philosophy-and-political-advocacy",
    "phishing",
    "private-ip-addresses",
    "proxy-avoidance-and-anonymizers",
    "questionable",
    "ransomware",
    "real-estate",
    "real-time-detection",
    "recreation-and-hobbies",
    "reference-and-research",
    "religion",
    "remote-access",
    "scanning-activity",
    "search-engines",
    "sex-education",
    "shareware-and-freeware",
    "shopping",
    "social-networking",
    "society",
    "sports",
    "stock-advice-and-tools",
    "streaming-media",
    "swimsuits-and-intimate-apparel",
];
const PREDEFINED_FURTHER: [&str; 9] = [
    "training-and-tools",
    "translation",
    "travel",
    "unknown",
    "weapons",
    "web-advertisements",
    "web-based-email",
    "web-hosting",
    "marketplaces",
];

fn is_predefined(name: &str) -> bool {
    PREDEFINED.contains(&name) || PREDEFINED_FURTHER.contains(&name)
}
