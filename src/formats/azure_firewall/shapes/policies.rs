//! Firewall policies, and firewalls with their classic rules.

use super::{CLASSIC, COLLECTIONS, Found, style};
use crate::formats::azure::field::unreadable;
use crate::formats::azure::resource::{only_if, place, resources};
use crate::formats::azure::template::Template;
use crate::formats::azure_firewall::written::{Fields, Group, Key, Policy, Style};
use crate::policy::Reason;
use crate::syntax::json::{Json, Kind, Member};

impl<'a> Found<'a> {
    /// The policy of this key, made if it was not met yet.
    pub(super) fn policy_of(&mut self, key: Key) -> usize {
        if let Some(index) = self.policies.iter().position(|policy| !policy.classic && policy.key.matches(&key)) {
            let known = &mut self.policies[index].key;
            known.resource_group = known.resource_group.take().or(key.resource_group);
            return index;
        }
        self.policies.push(Policy { key, ..Policy::default() });
        self.policies.len() - 1
    }

    pub(super) fn policy(&mut self, fields: Fields<'a>) {
        let id = fields.text("id").map(|id| Key::of(&id, "/firewallPolicies/"));
        let key = id.unwrap_or_else(|| Key { name: fields.name(), resource_group: None });
        let index = self.policy_of(key);
        // Templates name so what is there already, and say nothing more of it.
        if fields.json.get("existing").is_some_and(|existing| existing.kind == Kind::Bool(true)) {
            return;
        }
        let inner = fields.inner();
        let base = inner.json.member("basePolicy").filter(|member| !member.value.is_blank());
        let base = base.map(|member| (self.reference(member, inner.template, "/firewallPolicies/"), member.span()));
        let uses = inner.json.get("firewalls").is_some_and(|list| !list.is_blank());
        let expected = inner.json.get("ruleCollectionGroups").map(Json::items).unwrap_or_default().iter();
        let expected = expected.filter_map(|item| {
            let id = inner.template.text(item.get("id").unwrap_or(item))?;
            Some((id.rsplit('/').next()?.to_owned(), item.span))
        });
        let name = fields.name();
        let unread = self.sealed(fields).or_else(|| self.failed(inner, &name));
        self.used.push(fields.span());
        let policy = &mut self.policies[index];
        policy.settings = Some(inner);
        policy.lost.extend(unread);
        policy.attached |= uses;
        policy.expected.extend(expected);
        policy.lost.extend(only_if(fields.json, fields.template));
        match base {
            Some((Ok(base), span)) => policy.base = Some((base, span)),
            Some((Err(reason), _)) => policy.lost.push(reason),
            None => {}
        }
        let beside = fields.json.member("resources");
        for member in beside.into_iter().chain(inner.json.member("ruleCollectionGroups")) {
            let whole = |json: &&Json| {
                json.get("properties").is_some() || COLLECTIONS.iter().any(|key| json.get(key).is_some())
            };
            resources(member).filter(whole).for_each(|json| self.value(json, fields.template, Some(index)));
        }
    }

    /// The resource that a member names: `{"id": "…"}` or the id itself.
    fn reference(&mut self, member: &'a Member, template: Template<'a>, marker: &str) -> Result<Key, Reason> {
        let id = template.object(&member.value).unwrap_or(&member.value);
        let id = id.get("id").unwrap_or(id);
        template.text(id).map(|id| Key::of(&id, marker)).ok_or_else(|| {
            let (problem, reason) = unreadable(id.as_str().unwrap_or_default(), &member.key, id.span);
            self.problems.push(problem);
            self.pieces.push(id.span);
            reason
        })
    }

    /// A firewall that follows a policy has no rules of its own.
    pub(super) fn firewall(&mut self, fields: Fields<'a>) {
        let inner = fields.inner();
        let name = fields.name();
        let unread = self.sealed(fields).or_else(|| self.failed(inner, &name));
        self.used.push(fields.span());
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
            lost: only_if(fields.json, fields.template).into_iter().chain(unread).collect(),
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
                listed: true,
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
}
