//! Where an export holds its rules: the shapes that Azure's tools write.
//!
//! * REST API and ARM templates: `Microsoft.Network/firewallPolicies`, their `ruleCollectionGroups` beside or inside them,
//!   `Microsoft.Network/azureFirewalls` with `networkRuleCollections[].properties`, `Microsoft.Network/ipGroups`.
//! * `az`: the same without `properties`; `… rule-collection-group list` an array of groups, `… collection list` one of
//!   collections.
//! * PowerShell: the same in PascalCase, the collections of a group under `RuleCollection`.

mod groups;
mod owners;
mod policies;

use super::written::{Fields, Group, IpGroup, Key, Kind, Policy, Style};
use crate::formats::azure::resource::{left_out, mentions, only_if, resources};
use crate::formats::azure::template::{Template, note_on_defaults, parameter_file, several_parameter_files};
use crate::policy::Reason;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::json::{Documents, Json, same};

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
    /// Whether what is read stands in a list that a tool printed.
    in_list: bool,
    /// Why rules of any policy may be missing.
    everywhere: Vec<Reason>,
    /// What says which rules are in force, without being a rule.
    pub used: Vec<Span>,
}

pub(super) fn find(documents: &[Documents]) -> Found<'_> {
    let mut found = Found::default();
    let roots = || documents.iter().flat_map(|each| &each.roots);
    let template = match parameter_file(roots()) {
        Ok(file) => Template::with_parameter_file(file),
        Err(second) => found.several_parameter_files(second),
    };
    roots().for_each(|root| found.value(root, template, None));
    found.problems.extend(note_on_defaults(roots()).filter(|_| !found.policies.is_empty()));
    found.adopt_strays();
    found.follow();
    found.follow_unnamed();
    found.miss_groups();
    found.everywhere.extend(documents.iter().filter_map(|each| each.lost.clone()));
    for reason in std::mem::take(&mut found.everywhere) {
        found.policies.iter_mut().for_each(|policy| policy.lost.push(reason.clone()));
    }
    found
}

impl<'a> Found<'a> {
    fn value(&mut self, json: &'a Json, template: Template<'a>, owner: Option<usize>) {
        if json.is_object() {
            self.object(Fields { json, template: template.of(json).unwrap_or(template) }, owner);
        } else if json.items().iter().any(is_collection) {
            self.bare_collections(json, template);
        } else {
            let outer = std::mem::replace(&mut self.in_list, !template.is_template);
            json.items().iter().for_each(|item| self.value(item, template, owner));
            self.in_list = outer;
        }
    }

    fn object(&mut self, fields: Fields<'a>, owner: Option<usize>) {
        let kind = fields.text("type").unwrap_or_default().to_ascii_lowercase();
        let inner = fields.inner().json;
        let has = |keys: &[&str]| keys.iter().any(|key| inner.get(key).is_some());
        let id = fields.text("id").unwrap_or_default().to_ascii_lowercase();
        match () {
            _ if left_out(fields.json, fields.template) => {}
            _ if kind.ends_with("drafts") || id.contains("drafts/") => self.draft(fields),
            _ if kind.ends_with("resources/deployments") => self.deployment(fields, owner),
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

    /// A draft of a policy or a group "isn't applied until it's deployed".
    /// Source: "Azure Firewall policy Draft and Deployment" (learn.microsoft.com/azure/firewall).
    fn draft(&mut self, fields: Fields<'a>) {
        let message = "A draft is not in force until it is deployed; it is not read.";
        self.problems.push(Problem::note("draft-not-in-force", message).at(fields.span()));
    }

    /// What a template deploys by another template, inside it or elsewhere.
    fn deployment(&mut self, fields: Fields<'a>, owner: Option<usize>) {
        let Some((nested, template)) = fields.template.nested(fields.json) else {
            if fields.inner().json.get("templateLink").is_some_and(|link| !link.is_blank()) {
                let text = "what the linked template deploys is not in the text";
                let message = format!("\"{}\": {text}.", fields.name());
                self.problems.push(Problem::warning("linked-template", message).at(fields.span()));
                self.pieces.push(fields.span());
                self.everywhere.push(Reason::new(text).at(fields.span()));
            }
            return;
        };
        if mentions(nested, &["firewall", "ipgroups", "resources/deployments"]) {
            self.everywhere.extend(only_if(fields.json, fields.template));
        }
        let list = nested.member("resources");
        list.into_iter().flat_map(resources).for_each(|resource| self.value(resource, template, owner));
    }

    fn several_parameter_files(&mut self, second: &Json) -> Template<'a> {
        let (problem, reason) = several_parameter_files(second);
        self.pieces.extend(problem.span);
        self.problems.push(problem);
        self.everywhere.push(reason);
        Template::default()
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
