//! What was written: policies, classic firewalls, their groups of rule collections, and IP groups.

use crate::formats::azure::resource::{Place, after};
use crate::formats::azure::template::Template;
use crate::policy::Reason;
use crate::source::Span;
use crate::syntax::json::{Json, Member};

/// A firewall policy, or a firewall with rules of its own ("classic").
#[derive(Debug, Default)]
pub(super) struct Policy<'a> {
    pub key: Key,
    /// The object itself; `None` where only groups of the policy were pasted.
    pub settings: Option<Fields<'a>>,
    pub classic: bool,
    pub base: Option<(Key, Span)>,
    pub groups: Vec<Group<'a>>,
    /// Groups that the policy says it has.
    pub expected: Vec<(String, Span)>,
    /// Why rules may be missing.
    pub lost: Vec<Reason>,
    /// Whether a firewall uses the policy as it is.
    pub attached: bool,
}

/// How resources name each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    pub name: String,
    pub resource_group: Option<String>,
}

impl Key {
    /// The resource of an id's last segment after `marker`; a text without it is a bare name.
    pub fn of(id: &str, marker: &str) -> Key {
        let name = after(id, marker).unwrap_or_else(|| id.rsplit('/').next().unwrap_or(id).to_owned());
        Key { name, resource_group: after(id, "/resourceGroups/") }
    }

    /// Whether both may mean one resource: names are unique within a resource group, which not every text tells.
    pub fn matches(&self, other: &Key) -> bool {
        let groups = (&self.resource_group, &other.resource_group);
        let apart = matches!(groups, (Some(a), Some(b)) if !a.eq_ignore_ascii_case(b));
        !apart && self.name.eq_ignore_ascii_case(&other.name)
    }
}

/// An object with the template it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    pub json: &'a Json,
    pub template: Template<'a>,
}

impl<'a> Fields<'a> {
    /// The object that holds the fields: itself, or its `properties`.
    pub fn inner(self) -> Fields<'a> {
        let inner = self.json.get("properties").and_then(|inner| self.template.object(inner));
        Fields { json: inner.unwrap_or(self.json), ..self }
    }

    pub fn text(&self, key: &str) -> Option<String> {
        self.template.text(self.json.get(key)?)
    }

    pub fn name(&self) -> String {
        let raw = || self.json.get("name").and_then(Json::as_str).map(str::to_owned);
        self.text("name").or_else(raw).filter(|name| !name.is_empty()).unwrap_or_else(|| "(no name)".to_owned())
    }

    /// The line that a person would look for.
    pub fn span(&self) -> Span {
        let start = Span { end: self.json.span.start + 1, ..self.json.span };
        self.json.member("name").map_or(start, Member::span)
    }
}

/// Rule collections with a common priority.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub name: String,
    pub span: Span,
    /// Where the priority stands; `None` for the lists of a classic firewall, which has no groups.
    pub fields: Option<Fields<'a>>,
    pub collections: Vec<Collection<'a>>,
    pub only_if: Option<Reason>,
    /// Whether it stands in a list of all groups of its policy.
    pub listed: bool,
    pub place: Place,
    pub style: Style,
}

/// Rules with a common action and priority.
#[derive(Clone, Debug)]
pub(super) struct Collection<'a> {
    pub outer: Fields<'a>,
    pub inner: Fields<'a>,
    /// What its list says; in policies the rules themselves tell.
    pub kind: Option<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Nat,
    Network,
    Application,
}

/// How the export spells a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Keys as in the REST API.
    Camel,
    /// Of classic firewalls: `{"name", "properties": {…}}`.
    Nested,
    /// As PowerShell prints it.
    Pascal,
}

/// A list of addresses that rules share.
#[derive(Debug)]
pub(super) struct IpGroup<'a> {
    pub key: Key,
    pub fields: Fields<'a>,
}
