//! Where an export holds its rules: the shapes that Azure's tools write.
//!
//! * REST API and ARM templates: `properties.securityRules[].properties`; in templates also rules as child resources.
//! * `az`: the same without `properties`; `az network nsg rule list` a bare array of rules.
//! * PowerShell: the same in PascalCase (Az.Network's `PSSecurityRule`: all fields text, prefixes and ports lists).
//! * Effective rules of a network interface: `effectiveSecurityRules` with the association that put them there.

use super::template::{Resolved, Template};
use crate::policy::Reason;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::json::{Documents, Json, Member, same};

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
    /// Whether Azure worked it out: such rules write `*` as `0.0.0.0/0`.
    pub effective: bool,
}

/// Where further rules can be put.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// After this opening bracket; the flag says that items follow.
    Array {
        at: u32,
        followed: bool,
    },
    /// After this last member of an object that has no array yet.
    Member {
        at: u32,
    },
    Nowhere,
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

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub groups: Vec<Group<'a>>,
    pub problems: Vec<Problem>,
    /// Rules that the end of the text cuts in two.
    pub pieces: Vec<Span>,
    children: Vec<(String, Written<'a>)>,
    answers: usize,
    /// Why a group that is not complete lost rules.
    cut: Option<Reason>,
}

pub(super) fn find(documents: &Documents) -> Found<'_> {
    let mut found = Found { cut: documents.lost.clone(), ..Found::default() };
    for root in &documents.roots {
        found.answers += 1;
        found.value(root, Template::default());
    }
    found.adopt_children();
    found
}

impl<'a> Found<'a> {
    fn value(&mut self, json: &'a Json, template: Template<'a>) {
        if json.is_array() {
            self.array(json, template);
        } else if json.is_object() {
            self.object(json, Template::of(json).unwrap_or(template));
        }
    }

    fn array(&mut self, json: &'a Json, template: Template<'a>) {
        if json.items().iter().any(|item| is_rule(item) && item.get("apiVersion").is_none()) {
            return self.bare_rules(json, template);
        }
        // One answer of Azure lists every group on the path of one interface.
        self.answers += 1;
        json.items().iter().for_each(|item| self.value(item, template));
    }

    fn object(&mut self, json: &'a Json, template: Template<'a>) {
        let kind = json.get("type").and_then(|kind| template.text(kind)).unwrap_or_default().to_ascii_lowercase();
        if kind.ends_with("networksecuritygroups/securityrules") && json.get("properties").is_some() {
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
            inside.for_each(|member| self.value(&member.value, template));
        }
    }

    fn group(&mut self, json: &'a Json, template: Template<'a>) {
        let inner = json.get("properties").filter(|inner| inner.is_object()).unwrap_or(json);
        let mut group = named(json, inner, template);
        for key in ["securityRules", "defaultSecurityRules"] {
            self.rules_of(&mut group, inner, key, template);
        }
        for child in json.get("resources").map(Json::items).unwrap_or_default() {
            let kind = child.get("type").and_then(Json::as_str).unwrap_or_default();
            if kind.to_ascii_lowercase().ends_with("securityrules") {
                group.rules.extend(self.written(std::slice::from_ref(child), template));
            }
        }
        conditional(&mut group, json, template);
        let cut = !inner.complete && inner.get("securityRules").is_none_or(|rules| !rules.complete);
        // A template may list further rules beside the group.
        if cut || template.is_template() && self.cut.is_some() {
            group.lost = self.cut.clone();
        }
        self.groups.push(group);
    }

    /// Reads the array under `key`; says why rules are lost where it is none.
    fn rules_of(&mut self, group: &mut Group<'a>, inner: &'a Json, key: &str, template: Template<'a>) {
        let Some(member) = inner.member(key).filter(|member| !member.value.is_blank()) else { return };
        match template.resolve(&member.value) {
            Resolved::Json(list) if list.is_array() => {
                let lost = list.items().iter().find(|item| !item.is_object());
                group.rules.extend(self.written(list.items(), template));
                if let Some(item) = lost {
                    self.lose(group, item, item.as_str().unwrap_or_default());
                }
            }
            Resolved::Json(other) => self.lose(group, other, other.as_str().unwrap_or_default()),
            Resolved::Text(text) | Resolved::Unknown(text) => self.lose(group, &member.value, &text),
        }
    }

    /// The whole rules among `items`; what the end of the text cuts in two is set aside.
    fn written(&mut self, items: &'a [Json], template: Template<'a>) -> Vec<Written<'a>> {
        let objects = items.iter().filter(|item| item.is_object());
        let (whole, pieces): (Vec<&Json>, Vec<&Json>) = objects.partition(|item| item.complete);
        self.pieces.extend(pieces.iter().map(|piece| piece.span));
        whole.into_iter().map(|rule| written(rule, template)).collect()
    }

    fn lose(&mut self, group: &mut Group<'a>, at: &Json, text: &str) {
        let (problem, reason) = super::field::unreadable(text, "the rules", at.span);
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
        let rules = self.written(json.items(), template);
        let first = json.items().first().unwrap_or(json);
        let mut group = Group { rules, style: style(first, first), ..empty(owner(first)) };
        group.place = Place::Array { at: json.span.start + 1, followed: !json.items().is_empty() };
        if !json.complete {
            group.lost = self.cut.clone();
        }
        self.groups.push(group);
    }

    fn single_rule(&mut self, json: &'a Json, template: Template<'a>) {
        let lost = Some(Reason::new("only one rule was given; the group may hold others"));
        let rules = self.written(std::slice::from_ref(json), template);
        self.groups.push(Group { rules, lost, style: style(json, json), ..empty(owner(json)) });
    }

    /// A rule that a template lists beside its group; its name is `group/rule`.
    fn child_resource(&mut self, json: &'a Json, template: Template<'a>) {
        let full = json.get("name").and_then(|name| template.text(name)).unwrap_or_default();
        let (owner, name) = full.split_once('/').unwrap_or(("", &full));
        let owner = owner.to_owned();
        for mut rule in self.written(std::slice::from_ref(json), template) {
            if !name.is_empty() {
                rule.name = name.to_owned();
            }
            self.children.push((owner.clone(), rule));
        }
    }

    /// Gives child resources to their groups. The portal's export lists each rule twice: inside the group, and beside it.
    fn adopt_children(&mut self) {
        for (owner, rule) in std::mem::take(&mut self.children) {
            let index = self.groups.iter().position(|group| group.name.eq_ignore_ascii_case(&owner));
            let index = index.unwrap_or_else(|| {
                self.groups.push(empty(Some(owner).filter(|owner| !owner.is_empty())));
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
        super::rule::decides(&member.key)
            && !member.value.is_blank()
            && !json.get(&member.key).is_some_and(|other| same(other, &member.value))
    };
    !a.members().iter().any(|member| said(b, member)) && !b.members().iter().any(|member| said(a, member))
}

fn empty<'a>(name: Option<String>) -> Group<'a> {
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
fn named<'a>(json: &'a Json, inner: &'a Json, template: Template<'a>) -> Group<'a> {
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

/// A resource that a template makes only under a condition may or may not be there.
fn conditional(group: &mut Group<'_>, json: &Json, template: Template<'_>) {
    for key in ["condition", "copy"] {
        if let Some(member) = json.member(key).or_else(|| json.get("properties")?.member(key)) {
            let literal = matches!(member.value.kind, crate::syntax::json::Kind::Bool(true))
                || template.text(&member.value).is_some_and(|text| text.eq_ignore_ascii_case("true"));
            if !literal {
                let text = format!("the template's \"{key}\" decides which rules are made");
                group.lost = Some(Reason::new(text).at(member.span()));
            }
        }
    }
}

fn place(inner: &Json, rules: Option<&Member>) -> Place {
    match rules {
        Some(member) if member.value.is_array() => {
            Place::Array { at: member.value.span.start + 1, followed: !member.value.items().is_empty() }
        }
        Some(_) => Place::Nowhere,
        None => inner.members().last().map_or(Place::Nowhere, |last| Place::Member { at: last.value.span.end }),
    }
}

/// How rules are spelled: seen at the first rule, else at the group around it.
fn style(outer: &Json, inner: &Json) -> Style {
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
fn owner(rule: &Json) -> Option<String> {
    after(rule.get("id")?.as_str()?, "/networkSecurityGroups/")
}

/// The path segment that follows `marker`, in any case.
fn after(id: &str, marker: &str) -> Option<String> {
    let at = id.to_ascii_lowercase().find(&marker.to_ascii_lowercase())?;
    id.get(at + marker.len()..)?.split('/').next().map(str::to_owned)
}

fn written<'a>(rule: &'a Json, template: Template<'a>) -> Written<'a> {
    let name = rule.member("name");
    let text = name.and_then(|name| template.text(&name.value));
    Written {
        name: text.unwrap_or_else(|| "(no name)".to_owned()),
        span: name.map_or(rule.span, Member::span),
        fields: rule.get("properties").filter(|fields| fields.is_object()).unwrap_or(rule),
        template,
        effective: false,
    }
}

fn is_rule(json: &Json) -> bool {
    let fields = json.get("properties").unwrap_or(json);
    ["access", "direction", "priority"].iter().all(|key| fields.get(key).is_some())
}

/// Whether an object is a network security group: it has rules, or is a resource of that type.
fn is_group(json: &Json, kind: &str) -> bool {
    let right_type = kind.is_empty() || kind.ends_with("networksecuritygroups");
    let has_rules = |json: &Json| {
        let said =
            |key: &str| json.get(key).is_some_and(|rules| !matches!(rules.kind, crate::syntax::json::Kind::Null));
        said("securityRules") || said("defaultSecurityRules")
    };
    let resource = kind.ends_with("networksecuritygroups")
        && (json.get("properties").is_some() || json.get("resources").is_some());
    right_type && (resource || has_rules(json) || json.get("properties").is_some_and(has_rules))
}
