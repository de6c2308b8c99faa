//! One network security group as written: its name, its rules, what it is attached to, and where rules can be added.

use crate::formats::azure::resource::{Place, after, only_if, place};
use crate::formats::azure::template::Template;
use crate::policy::Reason;
use crate::source::Span;
use crate::syntax::json::{Json, Member};

/// The rules of one network security group, or of the virtual network manager, as written.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub name: String,
    /// The resource group, where an id tells it.
    pub resource_group: Option<String>,
    pub rules: Vec<Written<'a>>,
    /// The line that begins the group's rules.
    pub heading: Option<Span>,
    /// Why rules may be missing, if they may.
    pub lost: Option<Reason>,
    /// Lower-case ids of the subnets and interfaces that the group says it is attached to.
    pub subnets: Vec<String>,
    pub interfaces: Vec<String>,
    /// For effective rules: which answer of Azure they stand in.
    pub effective: Option<usize>,
    /// Whether these are security admin rules of a virtual network manager.
    pub admin: bool,
    pub place: Place,
    pub style: Style,
}

/// One rule as written.
#[derive(Clone, Debug)]
pub(super) struct Written<'a> {
    pub name: String,
    /// The `"name"` member: the line a person would look for.
    pub span: Span,
    /// The object that holds the fields: the rule itself, or its `properties`.
    pub fields: &'a Json,
    pub template: Template<'a>,
    /// Why the rule may not be there.
    pub only_if: Option<Reason>,
    /// Whether Azure worked it out: such rules write `*` as `0.0.0.0/0`.
    pub effective: bool,
}

/// How the export spells a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `{"name", "properties": {…}}`
    Api,
    /// `{"name", "access", …}`
    Flat,
    /// `{"Name", "Access", …}`, ports and prefixes as lists.
    PowerShell,
}

pub(super) fn empty<'a>(name: Option<String>) -> Group<'a> {
    Group {
        name: name.unwrap_or_else(|| "network security group".to_owned()),
        resource_group: None,
        rules: Vec::new(),
        heading: None,
        lost: None,
        subnets: Vec::new(),
        interfaces: Vec::new(),
        effective: None,
        admin: false,
        place: Place::Nowhere,
        style: Style::Api,
    }
}

/// The group that `json` is, still without rules.
pub(super) fn named<'a>(json: &'a Json, inner: &'a Json, template: Template<'a>) -> Group<'a> {
    let id = json.get("id").or_else(|| json.get("networkSecurityGroup")?.get("id"));
    let id = id.or_else(|| json.get("association")?.get("networkManager")?.get("id")).and_then(Json::as_str);
    let own = json.get("name").and_then(|name| template.text(name)).filter(|name| !name.is_empty());
    let from_id = || id.and_then(|id| id.rsplit('/').next()).map(str::to_owned);
    let ids = |key: &str| {
        let items = inner.get(key).map(Json::items).unwrap_or_default().iter();
        items.filter_map(|item| item.get("id")?.as_str()).map(str::to_ascii_lowercase).collect()
    };
    Group {
        resource_group: id.and_then(|id| after(id, "/resourceGroups/")),
        subnets: ids("subnets"),
        interfaces: ids("networkInterfaces"),
        heading: Some(heading(json, inner)),
        place: place(inner, inner.member("securityRules")),
        style: style(json, inner),
        ..empty(own.or_else(from_id))
    }
}

fn heading(json: &Json, inner: &Json) -> Span {
    let keys = ["securityRules", "effectiveSecurityRules", "defaultSecurityRules"];
    let start = Span { end: json.span.start, ..json.span };
    keys.iter().find_map(|key| inner.member(key)).map_or(start, |member| member.key_span)
}

/// How rules are spelled: seen at the first rule, else at the group around it.
pub(super) fn style(outer: &Json, inner: &Json) -> Style {
    let lists = ["securityRules", "effectiveSecurityRules", "defaultSecurityRules"];
    let first = lists.iter().find_map(|key| inner.get(key)?.items().first());
    let like = first.unwrap_or(outer);
    let pascal = |json: &Json| json.members().first().is_some_and(|member| member.key.starts_with(char::is_uppercase));
    match like.get("properties") {
        Some(_) => Style::Api,
        None if pascal(like) => Style::PowerShell,
        None => Style::Flat,
    }
}

/// The name of the group in a rule's id.
pub(super) fn owner(rule: &Json) -> Option<String> {
    after(rule.get("id")?.as_str()?, "/networkSecurityGroups/")
}

pub(super) fn written<'a>(rule: &'a Json, template: Template<'a>) -> Written<'a> {
    let name = rule.member("name");
    let text = name.and_then(|name| template.text(&name.value));
    Written {
        name: text.unwrap_or_else(|| "(no name)".to_owned()),
        span: name.map_or(rule.span, Member::span),
        fields: rule.get("properties").and_then(|fields| template.object(fields)).unwrap_or(rule),
        template,
        only_if: only_if(rule, template),
        effective: false,
    }
}
