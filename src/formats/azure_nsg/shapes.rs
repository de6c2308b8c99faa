//! Where an export holds its rules: the shapes that Azure's tools write.
//!
//! * REST API and ARM templates: `properties.securityRules[].properties`; in templates also rules as child resources.
//! * `az`: the same without `properties`; `az network nsg rule list` a bare array of rules.
//! * PowerShell: the same in PascalCase (Az.Network's `PSSecurityRule`: all fields text, prefixes and ports lists).
//! * Effective rules of a network interface: `effectiveSecurityRules` with the association that put them there.

use super::group::{Group, Written, empty, named, owner, style, written};
use crate::formats::azure::field::unreadable;
use crate::formats::azure::resource::{Place, left_out, mentions, only_if, place, resources};
use crate::formats::azure::template::{Template, note_on_defaults, parameter_file, several_parameter_files};
use crate::policy::Reason;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::json::{Documents, Json, Kind, Member, same};

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub groups: Vec<Group<'a>>,
    pub problems: Vec<Problem>,
    /// What is not understood: rules that the end of the text cuts in two, names that only deployment tells.
    pub pieces: Vec<Span>,
    children: Vec<(String, Written<'a>)>,
    orphans: Vec<(Problem, Written<'a>)>,
    answers: usize,
    /// Why a group that is not complete lost rules.
    cut: Option<Reason>,
    /// Why rules of any group may be missing.
    everywhere: Option<Reason>,
}

pub(super) fn find(documents: &Documents) -> Found<'_> {
    let mut found = Found { cut: documents.lost.clone(), ..Found::default() };
    let template = match parameter_file(documents.roots.iter()) {
        Ok(file) => Template::with_parameter_file(file),
        Err(second) => found.several_parameter_files(second),
    };
    for root in &documents.roots {
        found.answers += 1;
        found.value(root, template);
    }
    found.problems.extend(note_on_defaults(documents.roots.iter()));
    found.adopt_children();
    found.adopt_orphans();
    if let Some(reason) = found.everywhere.take() {
        found.groups.iter_mut().for_each(|group| group.lost = Some(reason.clone()));
    }
    found
}

impl<'a> Found<'a> {
    fn value(&mut self, json: &'a Json, template: Template<'a>) {
        if json.is_array() {
            self.array(json, template);
        } else if json.is_object() {
            self.object(json, template.of(json).unwrap_or(template));
        }
    }

    fn array(&mut self, json: &'a Json, template: Template<'a>) {
        if json.items().iter().any(is_rule) {
            return self.bare_rules(json, template);
        }
        // One answer of Azure lists every group on the path of one interface.
        self.answers += 1;
        json.items().iter().for_each(|item| self.value(item, template));
    }

    fn object(&mut self, json: &'a Json, template: Template<'a>) {
        let kind = json.get("type").and_then(|kind| template.text(kind)).unwrap_or_default().to_ascii_lowercase();
        if left_out(json, template) {
            // Nothing of it is deployed.
        } else if kind.ends_with("resources/deployments") {
            self.deployment(json, template);
        } else if kind.ends_with("networksecuritygroups/securityrules") && json.get("properties").is_some() {
            self.child_resource(json, template);
        } else if json.get("effectiveSecurityRules").is_some_and(|rules| !rules.is_blank()) {
            self.effective(json, template);
        } else if is_group(json, &kind) {
            self.group(json, template);
        } else if is_rule(json) {
            self.single_rule(json, template);
        } else {
            let data = ["parameters", "variables", "outputs"];
            let inside = json.members().iter().filter(|member| !data.iter().any(|key| member.is(key)));
            for member in inside {
                // Rules among a template's resources belong to the groups that their names tell.
                match member.is("resources") {
                    true => resources(member).for_each(|resource| self.value(resource, template)),
                    false => self.value(&member.value, template),
                }
            }
        }
    }

    /// What a template deploys by another template, inside it or elsewhere.
    fn deployment(&mut self, json: &'a Json, template: Template<'a>) {
        let at = Span { end: json.span.start + 1, ..json.span };
        let Some((nested, inner)) = template.nested(json) else {
            if json.get("properties").and_then(|inner| inner.get("templateLink")).is_some_and(|link| !link.is_blank()) {
                let text = "what the linked template deploys is not in the text";
                self.problems.push(Problem::warning("linked-template", format!("Not read: {text}.")).at(at));
                self.pieces.push(at);
                self.everywhere = Some(Reason::new(text).at(at));
            }
            return;
        };
        if mentions(nested, &["networksecuritygroups", "resources/deployments"]) {
            self.everywhere = self.everywhere.take().or_else(|| only_if(json, template));
        }
        let list = nested.member("resources");
        list.into_iter().flat_map(resources).for_each(|resource| self.value(resource, inner));
    }

    fn several_parameter_files(&mut self, second: &Json) -> Template<'a> {
        let (problem, reason) = several_parameter_files(second);
        self.pieces.extend(problem.span);
        self.problems.push(problem);
        self.everywhere = Some(reason);
        Template::default()
    }

    fn group(&mut self, json: &'a Json, template: Template<'a>) {
        let properties = json.get("properties");
        let inner = properties.and_then(|inner| template.object(inner)).unwrap_or(json);
        let mut group = named(json, inner, template);
        for key in ["securityRules", "defaultSecurityRules"] {
            self.rules_of(&mut group, inner, key, template);
        }
        for child in json.member("resources").into_iter().flat_map(resources) {
            let kind = child.get("type").and_then(Json::as_str).unwrap_or_default();
            if kind.to_ascii_lowercase().ends_with("securityrules") {
                group.rules.extend(self.written(&[child], template));
            }
        }
        if let Some(sealed) = properties.filter(|inner| inner.as_str().is_some() && template.object(inner).is_none()) {
            self.lose(&mut group, sealed, sealed.as_str().unwrap_or_default());
        }
        group.lost = group.lost.take().or_else(|| only_if(json, template));
        let cut = !inner.complete && inner.get("securityRules").is_none_or(|rules| !rules.complete);
        // A template may list further rules beside the group.
        if cut || template.is_template && self.cut.is_some() {
            group.lost = self.cut.clone();
        }
        self.groups.push(group);
    }

    /// Reads the array under `key`; says why rules are lost where it is none.
    fn rules_of(&mut self, group: &mut Group<'a>, inner: &'a Json, key: &str, template: Template<'a>) {
        let Some(member) = inner.member(key).filter(|member| !member.value.is_blank()) else { return };
        match template.list(&member.value) {
            Ok(items) => {
                let lost = items.iter().find(|item| !item.is_object()).copied();
                group.rules.extend(self.written(&items, template));
                if let Some(item) = lost {
                    self.lose(group, item, item.as_str().unwrap_or_default());
                }
            }
            Err(text) => self.lose(group, &member.value, &text),
        }
    }

    /// The whole rules among `items`; what the end of the text cuts in two is set aside.
    fn written(&mut self, items: &[&'a Json], template: Template<'a>) -> Vec<Written<'a>> {
        let objects = items.iter().copied().filter(|item| item.is_object());
        let (whole, pieces): (Vec<&Json>, Vec<&Json>) = objects.partition(|item| item.complete);
        self.pieces.extend(pieces.iter().map(|piece| piece.span));
        whole.into_iter().map(|rule| written(rule, template)).collect()
    }

    fn lose(&mut self, group: &mut Group<'a>, at: &Json, text: &str) {
        let (problem, reason) = unreadable(text, "the rules", at.span);
        self.problems.push(problem);
        group.lost = Some(reason);
    }

    fn effective(&mut self, json: &'a Json, template: Template<'a>) {
        let mut group = named(json, json, template);
        let id_of = |key: &str| json.get("association")?.get(key)?.get("id")?.as_str().map(str::to_ascii_lowercase);
        group.admin = id_of("networkManager").is_some();
        group.interfaces.extend(id_of("networkInterface"));
        group.subnets.extend(id_of("subnet"));
        group.effective = Some(self.answers);
        self.rules_of(&mut group, json, "effectiveSecurityRules", template);
        group.rules.iter_mut().for_each(|rule| rule.effective = true);
        if let Some(member) = json.member("effectiveSecurityRules") {
            group.place = place(json, Some(member));
            if !member.value.complete {
                group.lost = self.cut.clone();
            }
        }
        if json.get("subnetAssociation").is_some() || json.get("networkInterfaceAssociation").is_some() {
            let text = "the old security group view does not say which rules belong to which network security group";
            group.lost = Some(Reason::new(text).at(json.span));
        }
        self.groups.push(group);
    }

    fn bare_rules(&mut self, json: &'a Json, template: Template<'a>) {
        let rules = self.written(&json.items().iter().collect::<Vec<_>>(), template);
        let first = json.items().first().unwrap_or(json);
        // Inbound rules alone mean that the default rules decide everything; their list was read all the same.
        let heading = Some(Span { end: json.span.start, ..json.span });
        let mut group = Group { rules, heading, style: style(first, first), ..empty(owner(first)) };
        group.place = Place::Array { at: json.span.start + 1, followed: !json.items().is_empty() };
        if !json.complete {
            group.lost = self.cut.clone();
        }
        self.groups.push(group);
    }

    fn single_rule(&mut self, json: &'a Json, template: Template<'a>) {
        let lost = Some(Reason::new("only one rule was given; the group may hold others"));
        let rules = self.written(&[json], template);
        self.groups.push(Group { rules, lost, style: style(json, json), ..empty(owner(json)) });
    }

    /// A rule that a template lists beside its group; its name is `group/rule`.
    fn child_resource(&mut self, json: &'a Json, template: Template<'a>) {
        let Some(full) = json.get("name").and_then(|name| template.text(name)) else {
            return self.orphan(json, template);
        };
        let (owner, name) = full.split_once('/').unwrap_or(("", &full));
        let owner = owner.to_owned();
        for mut rule in self.written(&[json], template) {
            if !name.is_empty() {
                rule.name = name.to_owned();
            }
            self.children.push((owner.clone(), rule));
        }
    }

    /// A rule whose group only deployment tells; it may belong to any group of the template.
    fn orphan(&mut self, json: &'a Json, template: Template<'a>) {
        let at = json.get("name").unwrap_or(json);
        let name = at.as_str().unwrap_or_default();
        let (problem, reason) = unreadable(name, "which group a rule belongs to", at.span);
        for mut rule in self.written(&[json], template) {
            rule.name = name.to_owned();
            rule.only_if = Some(reason.clone());
            self.pieces.extend(problem.span);
            self.orphans.push((problem.clone(), rule));
        }
    }

    /// Gives every group the rules that may be its own. One that a group has already changes nothing.
    fn adopt_orphans(&mut self) {
        for (problem, rule) in std::mem::take(&mut self.orphans) {
            if self.groups.is_empty() {
                self.groups.push(empty(None));
            }
            let lacks = |group: &&mut Group<'_>| {
                group.effective.is_none() && !group.rules.iter().any(|other| same_rule(other.fields, rule.fields))
            };
            let mut lacking = self.groups.iter_mut().filter(lacks).peekable();
            self.problems.extend(lacking.peek().map(|_| problem));
            lacking.for_each(|group| group.rules.push(rule.clone()));
        }
    }

    /// Gives child resources to their groups. The portal's export lists each rule twice: inside the group, and beside it.
    fn adopt_children(&mut self) {
        for (owner, rule) in std::mem::take(&mut self.children) {
            let index = self.groups.iter().position(|group| group.name.eq_ignore_ascii_case(&owner));
            let index = index.unwrap_or_else(|| {
                let text = "the network security group of the rule is not in the text, and may hold other rules";
                let problem = Problem::warning("group-missing", format!("Rules may be missing: {text}.")).at(rule.span);
                let hint = "Add the output of `az network nsg show -g GROUP -n NSG -o json`.";
                self.problems.push(problem.hint(hint));
                let lost = Some(Reason::new(text).at(rule.span));
                self.groups.push(Group { lost, ..empty(Some(owner).filter(|owner| !owner.is_empty())) });
                self.groups.len() - 1
            });
            let rules = &mut self.groups[index].rules;
            let known = |other: &Written<'_>| {
                other.name.eq_ignore_ascii_case(&rule.name) && same_rule(other.fields, rule.fields)
            };
            if !rules.iter().any(known) {
                rules.push(rule);
            }
        }
    }
}

/// Whether two rules say the same but for Azure's bookkeeping and empty fields.
fn same_rule(a: &Json, b: &Json) -> bool {
    let said = |json: &Json, member: &Member| {
        super::keys::decides(&member.key)
            && !member.value.is_blank()
            && !json.get(&member.key).is_some_and(|other| same(other, &member.value))
    };
    !a.members().iter().any(|member| said(b, member)) && !b.members().iter().any(|member| said(a, member))
}

fn is_rule(json: &Json) -> bool {
    let fields = json.get("properties").unwrap_or(json);
    ["access", "direction", "priority"].iter().all(|key| fields.get(key).is_some())
}

/// Whether an object is a network security group: it has rules, or is a resource of that type.
fn is_group(json: &Json, kind: &str) -> bool {
    let right_type = kind.is_empty() || kind.ends_with("networksecuritygroups");
    let has_rules = |json: &Json| {
        let said = |key: &str| json.get(key).is_some_and(|rules| !matches!(rules.kind, Kind::Null));
        said("securityRules") || said("defaultSecurityRules")
    };
    let resource = kind.ends_with("networksecuritygroups")
        && (json.get("properties").is_some() || json.get("resources").is_some());
    right_type && (resource || has_rules(json) || json.get("properties").is_some_and(has_rules))
}
