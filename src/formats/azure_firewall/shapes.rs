//! Where an export holds its rules: the shapes that Azure's tools write.
//!
//! * REST API and ARM templates: `Microsoft.Network/firewallPolicies`, their `ruleCollectionGroups` beside or inside them,
//!   `Microsoft.Network/azureFirewalls` with `networkRuleCollections[].properties`, `Microsoft.Network/ipGroups`.
//! * `az`: the same without `properties`; `… rule-collection-group list` an array of groups, `… collection list` one of
//!   collections.
//! * PowerShell: the same in PascalCase, the collections of a group under `RuleCollection`.

mod owners;

use super::written::{Collection, Fields, Group, IpGroup, Key, Kind, Policy, Style};
use crate::formats::azure::field::unreadable;
use crate::formats::azure::resource::{Place, only_if, place, resources};
use crate::formats::azure::template::{Resolved, Template};
use crate::policy::Reason;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::json::{Documents, Json, Member, same};

const CLASSIC: [(&str, Kind); 3] = [
    ("natRuleCollections", Kind::Nat),
    ("networkRuleCollections", Kind::Network),
    ("applicationRuleCollections", Kind::Application),
];
const COLLECTIONS: [&str; 2] = ["ruleCollections", "ruleCollection"];

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub policies: Vec<Policy<'a>>,
    pub ip_groups: Vec<IpGroup<'a>>,
    pub problems: Vec<Problem>,
    /// What is not understood.
    pub pieces: Vec<Span>,
    /// Policies that firewalls follow.
    followed: Vec<(Key, Span)>,
    /// Firewalls whose policy cannot be read.
    unnamed: Vec<(Fields<'a>, Reason)>,
    /// Groups whose policy the text does not name.
    strays: Vec<Group<'a>>,
}

pub(super) fn find(documents: &[Documents]) -> Found<'_> {
    let mut found = Found::default();
    documents.iter().flat_map(|each| &each.roots).for_each(|root| found.value(root, Template::default(), None));
    found.adopt_strays();
    found.follow();
    found.follow_unnamed();
    let cut = documents.iter().filter_map(|each| each.lost.clone());
    for reason in cut {
        found.policies.iter_mut().for_each(|policy| policy.lost.push(reason.clone()));
    }
    found
}

impl<'a> Found<'a> {
    fn value(&mut self, json: &'a Json, template: Template<'a>, owner: Option<usize>) {
        if json.is_object() {
            self.object(Fields { json, template: Template::of(json).unwrap_or(template) }, owner);
        } else if json.items().iter().any(is_collection) {
            self.bare_collections(json, template);
        } else {
            json.items().iter().for_each(|item| self.value(item, template, owner));
        }
    }

    fn object(&mut self, fields: Fields<'a>, owner: Option<usize>) {
        let kind = fields.text("type").unwrap_or_default().to_ascii_lowercase();
        let inner = fields.inner().json;
        let has = |keys: &[&str]| keys.iter().any(|key| inner.get(key).is_some());
        match () {
            _ if kind.ends_with("/rulegroups") || kind == "rulegroups" => self.old_group(fields, owner),
            _ if kind.ends_with("rulecollectiongroups") || has(&COLLECTIONS) => self.group(fields, owner),
            _ if kind.ends_with("firewallpolicies") || has(&["ruleCollectionGroups"]) => self.policy(fields),
            _ if kind.ends_with("azurefirewalls") || CLASSIC.iter().any(|(key, _)| has(&[key])) => {
                self.firewall(fields);
            }
            _ if kind.ends_with("ipgroups") || is_ip_group(fields.json, inner) => self.ip_group(fields),
            _ => self.inside(fields, owner),
        }
    }

    /// Looks at what an object of no interest holds.
    fn inside(&mut self, fields: Fields<'a>, owner: Option<usize>) {
        let data = ["parameters", "variables", "outputs"];
        for member in fields.json.members().iter().filter(|member| !data.iter().any(|key| member.is(key))) {
            match member.is("resources") {
                true => resources(member).for_each(|resource| self.value(resource, fields.template, owner)),
                false => self.value(&member.value, fields.template, owner),
            }
        }
    }

    /// The policy of this key, made if it was not met yet.
    fn policy_of(&mut self, key: Key) -> usize {
        if let Some(index) = self.policies.iter().position(|policy| !policy.classic && policy.key.matches(&key)) {
            let known = &mut self.policies[index].key;
            known.resource_group = known.resource_group.take().or(key.resource_group);
            return index;
        }
        self.policies.push(Policy { key, ..Policy::default() });
        self.policies.len() - 1
    }

    fn policy(&mut self, fields: Fields<'a>) {
        let id = fields.text("id").map(|id| Key::of(&id, "/firewallPolicies/"));
        let key = id.unwrap_or_else(|| Key { name: fields.name(), resource_group: None });
        let index = self.policy_of(key);
        let inner = fields.inner();
        let base = inner.json.member("basePolicy").filter(|member| !member.value.is_blank());
        let base = base.map(|member| (self.reference(member, inner.template, "/firewallPolicies/"), member.span()));
        let uses = inner.json.get("firewalls").is_some_and(|list| !list.is_blank());
        let expected = inner.json.get("ruleCollectionGroups").map(Json::items).unwrap_or_default().iter();
        let expected = expected.filter_map(|item| {
            let id = inner.template.text(item.get("id").unwrap_or(item))?;
            Some((id.rsplit('/').next()?.to_owned(), item.span))
        });
        let policy = &mut self.policies[index];
        policy.settings = Some(inner);
        policy.attached |= uses;
        policy.expected.extend(expected);
        policy.lost.extend(only_if(fields.json, fields.template));
        match base {
            Some((Ok(base), span)) => policy.base = Some((base, span)),
            Some((Err(reason), _)) => policy.lost.push(reason),
            None => {}
        }
        for member in ["resources", "ruleCollectionGroups"].iter().filter_map(|key| fields.json.member(key)) {
            let whole = |json: &&Json| {
                json.get("properties").is_some() || COLLECTIONS.iter().any(|key| json.get(key).is_some())
            };
            resources(member).filter(whole).for_each(|json| self.value(json, fields.template, Some(index)));
        }
    }

    /// The resource that a member names: `{"id": "…"}` or the id itself.
    fn reference(&mut self, member: &Member, template: Template<'_>, marker: &str) -> Result<Key, Reason> {
        let id = member.value.get("id").unwrap_or(&member.value);
        template.text(id).map(|id| Key::of(&id, marker)).ok_or_else(|| {
            let (problem, reason) = unreadable(id.as_str().unwrap_or_default(), &member.key, id.span);
            self.problems.push(problem);
            self.pieces.push(id.span);
            reason
        })
    }

    fn group(&mut self, fields: Fields<'a>, owner: Option<usize>) {
        let inner = fields.inner();
        let list = COLLECTIONS.iter().find_map(|key| inner.json.member(key));
        let full = fields.text("name");
        let own = full.as_deref().map(|full| full.rsplit('/').next().unwrap_or(full).to_owned());
        let mut group = Group {
            name: own.unwrap_or_else(|| fields.name()),
            span: fields.span(),
            fields: Some(inner),
            collections: Vec::new(),
            only_if: only_if(fields.json, fields.template),
            place: place(inner.json, list),
            style: style(fields.json),
        };
        let lost = list.and_then(|list| self.collections(&mut group, list, inner.template, None));
        let id = fields.text("id").filter(|id| id.to_ascii_lowercase().contains("/firewallpolicies/"));
        let by_id = id.map(|id| Key::of(&id, "/firewallPolicies/"));
        let by_name = full.as_deref().and_then(|full| full.split_once('/'));
        let by_name = by_name.map(|(policy, _)| Key { name: policy.to_owned(), resource_group: None });
        let owner = owner.or_else(|| by_id.or(by_name).map(|key| self.policy_of(key)));
        match owner {
            Some(index) => {
                self.policies[index].lost.extend(lost);
                self.policies[index].groups.push(group);
            }
            None => {
                self.strays.push(group);
                if let Some(reason) = lost {
                    let index = self.policy_of(nameless());
                    self.policies[index].lost.push(reason);
                }
            }
        }
    }

    /// Rule groups of the interface of 2019, whose rules are written otherwise.
    fn old_group(&mut self, fields: Fields<'a>, owner: Option<usize>) {
        let text = "rule groups of the old interface (2019) are not read";
        let message = format!("\"{}\": {text}.", fields.name());
        self.problems.push(Problem::error("old-rule-group", message).at(fields.span()));
        self.pieces.push(fields.json.span);
        let index = owner.unwrap_or_else(|| self.policy_of(nameless()));
        self.policies[index].lost.push(Reason::new(text).at(fields.span()));
    }

    /// Reads the collections of a list into a group; says why some are lost, if they are.
    fn collections(
        &mut self,
        group: &mut Group<'a>,
        list: &'a Member,
        template: Template<'a>,
        kind: Option<Kind>,
    ) -> Option<Reason> {
        let (items, mut lost) = self.items(&list.value, template, "the rule collections");
        for json in items {
            let outer = Fields { json, template };
            lost = lost.or_else(|| only_if(json, template));
            group.collections.push(Collection { outer, inner: outer.inner(), kind });
        }
        lost
    }

    /// The whole objects of a list; what is none loses something.
    pub fn items(&mut self, list: &'a Json, template: Template<'a>, what: &str) -> (Vec<&'a Json>, Option<Reason>) {
        let resolved = template.resolve(list);
        let (items, text) = match &resolved {
            Resolved::Json(json) => (json.items(), json.as_str().map(str::to_owned)),
            Resolved::Text(text) | Resolved::Unknown(text) => (&[][..], Some(text.clone())),
        };
        let (whole, pieces): (Vec<&Json>, Vec<&Json>) =
            items.iter().partition(|item| item.is_object() && item.complete);
        let mut lost = text.filter(|text| !text.is_empty()).map(|text| self.lose(list, &text, what));
        for piece in pieces {
            self.pieces.push(piece.span);
            if !piece.is_object() {
                lost = Some(self.lose(piece, piece.as_str().unwrap_or_default(), what));
            }
        }
        (whole, lost)
    }

    fn lose(&mut self, at: &Json, text: &str, what: &str) -> Reason {
        let (problem, reason) = unreadable(text, what, at.span);
        self.problems.push(problem);
        self.pieces.push(at.span);
        reason
    }

    fn bare_collections(&mut self, json: &'a Json, template: Template<'a>) {
        let mut group = Group {
            name: "rule collections".to_owned(),
            span: Span { end: json.span.start + 1, ..json.span },
            fields: None,
            collections: Vec::new(),
            only_if: None,
            place: Place::Array { at: json.span.start + 1, followed: true },
            style: json.items().first().map_or(Style::Camel, style),
        };
        let collections = json.items().iter().filter(|item| item.is_object()).map(|json| {
            let outer = Fields { json, template };
            Collection { outer, inner: outer, kind: None }
        });
        group.collections.extend(collections);
        self.strays.push(group);
    }

    /// A firewall that follows a policy has no rules of its own.
    fn firewall(&mut self, fields: Fields<'a>) {
        let inner = fields.inner();
        let follows = inner.json.member("firewallPolicy").filter(|member| !member.value.is_blank());
        if let Some(member) = follows {
            match self.reference(member, inner.template, "/firewallPolicies/") {
                Ok(key) => self.followed.push((key, member.span())),
                Err(reason) => self.unnamed.push((fields, reason)),
            }
            return;
        }
        let mut policy = Policy {
            key: Key { name: fields.name(), resource_group: None },
            settings: Some(inner),
            classic: true,
            attached: true,
            lost: only_if(fields.json, fields.template).into_iter().collect(),
            ..Policy::default()
        };
        if let Some(id) = fields.text("id") {
            policy.key.resource_group = Key::of(&id, "/azureFirewalls/").resource_group;
        }
        for (key, kind) in CLASSIC {
            let list = inner.json.member(key);
            let mut group = Group {
                name: key.to_owned(),
                span: list.map_or(fields.span(), |list| list.key_span),
                fields: None,
                collections: Vec::new(),
                only_if: None,
                place: place(inner.json, list),
                style: match style(fields.json) {
                    Style::Camel if inner.json.span != fields.json.span => Style::Nested,
                    style => style,
                },
            };
            let lost = list.and_then(|list| self.collections(&mut group, list, inner.template, Some(kind)));
            policy.lost.extend(lost);
            policy.groups.push(group);
        }
        self.policies.push(policy);
    }

    fn ip_group(&mut self, fields: Fields<'a>) {
        let key = fields.text("id").map(|id| Key::of(&id, "/ipGroups/"));
        let key = key.unwrap_or_else(|| Key { name: fields.name(), resource_group: None });
        self.ip_groups.push(IpGroup { key, fields: fields.inner() });
    }
}

fn nameless() -> Key {
    Key { name: "firewall policy".to_owned(), resource_group: None }
}

/// Whether an item of a bare list is a rule collection.
fn is_collection(json: &Json) -> bool {
    json.get("ruleCollectionType").is_some() && json.get("rules").is_some()
}

fn is_ip_group(json: &Json, inner: &Json) -> bool {
    let of_id = json.get("id").and_then(Json::as_str).is_some_and(|id| id.to_ascii_lowercase().contains("/ipgroups/"));
    of_id && inner.get("ipAddresses").is_some()
}

fn style(json: &Json) -> Style {
    let pascal = json.members().first().is_some_and(|member| member.key.starts_with(char::is_uppercase));
    if pascal { Style::Pascal } else { Style::Camel }
}

/// Whether two groups say the same.
pub(super) fn same_group(a: &Group<'_>, b: &Group<'_>) -> bool {
    let collections = |group: &Group<'_>| group.collections.len();
    let pairs = a.collections.iter().zip(&b.collections);
    let priorities = [a, b].map(|group| group.fields.and_then(|fields| fields.text("priority")));
    collections(a) == collections(b)
        && priorities[0] == priorities[1]
        && pairs.into_iter().all(|(a, b)| same(a.inner.json, b.inner.json))
}
