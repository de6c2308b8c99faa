//! Rule collection groups and what they list.

use super::{COLLECTIONS, Found, nameless, style};
use crate::formats::azure::field::unreadable;
use crate::formats::azure::resource::{Place, only_if, place};
use crate::formats::azure::template::Template;
use crate::formats::azure_firewall::written::{Collection, Fields, Group, Key, Kind, Style};
use crate::policy::Reason;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::json::{Json, Member};

impl<'a> Found<'a> {
    pub(super) fn group(&mut self, fields: Fields<'a>, owner: Option<usize>) {
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
            listed: self.in_list || owner.is_some(),
            place: place(inner.json, list),
            style: style(fields.json),
        };
        let unread = self.sealed(fields).or_else(|| group.only_if.clone().filter(|_| list.is_none()));
        let listed = list.and_then(|list| self.collections(&mut group, list, inner.template, None));
        let lost = unread.or(listed).or_else(|| self.failed(inner, &group.name));
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

    /// Why nothing of a resource is known: an expression stands for its properties.
    pub(super) fn sealed(&mut self, fields: Fields<'_>) -> Option<Reason> {
        let text = fields.json.get("properties").filter(|_| fields.inner().json.span == fields.json.span)?;
        text.as_str().map(|written| self.lose(text, written, "the properties"))
    }

    /// Why what is written may not be in force: "the applied configuration may be in an inconsistent state, where some
    /// instances have the previous configuration" (Azure Firewall FAQ, "What does Provisioning state: Failed mean?").
    pub(super) fn failed(&mut self, inner: Fields<'_>, of: &str) -> Option<Reason> {
        let member = inner.json.member("provisioningState")?;
        inner.template.text(&member.value).filter(|state| state.eq_ignore_ascii_case("failed"))?;
        let text = "the last change failed, so that instances may still have other rules";
        let hint = "Update it again until its provisioning state is Succeeded, and export then.";
        self.problems
            .push(Problem::warning("provisioning-failed", format!("\"{of}\": {text}.")).at(member.span()).hint(hint));
        Some(Reason::new(text).at(member.span()))
    }

    /// Rule groups of the interface of 2019, whose rules are written otherwise.
    pub(super) fn old_group(&mut self, fields: Fields<'a>, owner: Option<usize>) {
        let text = "rule groups of the old interface (2019) are not read";
        let message = format!("\"{}\": {text}.", fields.name());
        self.problems.push(Problem::error("old-rule-group", message).at(fields.span()));
        self.pieces.push(fields.json.span);
        let index = owner.unwrap_or_else(|| self.policy_of(nameless()));
        self.policies[index].lost.push(Reason::new(text).at(fields.span()));
    }

    /// Reads the collections of a list into a group; says why some are lost, if they are.
    pub(super) fn collections(
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
        let (items, mut lost) = match template.list(list) {
            Ok(items) => (items, None),
            Err(text) => (Vec::new(), Some(self.lose(list, &text, what))),
        };
        let (whole, pieces): (Vec<&Json>, Vec<&Json>) =
            items.iter().partition(|item| item.is_object() && item.complete);
        for piece in pieces {
            self.pieces.push(piece.span);
            if !piece.is_object() {
                lost = Some(self.lose(piece, piece.as_str().unwrap_or_default(), what));
            }
        }
        (whole, lost)
    }

    pub(super) fn lose(&mut self, at: &Json, text: &str, what: &str) -> Reason {
        let (problem, reason) = unreadable(text, what, at.span);
        self.problems.push(problem);
        self.pieces.push(at.span);
        reason
    }

    pub(super) fn bare_collections(&mut self, json: &'a Json, template: Template<'a>) {
        let mut group = Group {
            name: "rule collections".to_owned(),
            span: Span { end: json.span.start + 1, ..json.span },
            fields: None,
            collections: Vec::new(),
            only_if: None,
            listed: false,
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
}
