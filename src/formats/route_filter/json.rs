//! Route filters as the API, the CLI, PowerShell and ARM templates write them.

use crate::policy::Community;
use crate::source::Span;
use crate::syntax::json::{Documents, Json};

/// A route filter.
#[derive(Debug)]
pub(super) struct Filter<'a> {
    pub name: String,
    pub span: Span,
    /// The text says that it is a route filter, or its rules do.
    pub certain: bool,
    pub rules: Vec<FilterRule<'a>>,
    /// The array that holds the rules, where they stand inside the filter.
    pub array: Option<&'a Json>,
    /// Whether some peering uses the filter; `None` if the export does not say.
    pub attached: Option<bool>,
}

/// One of its rules.
#[derive(Debug)]
pub(super) struct FilterRule<'a> {
    pub name: String,
    pub span: Span,
    pub access: Access,
    /// Each value with its place; `Err` holds what is no community.
    pub communities: Vec<(Result<Community, String>, Span)>,
    pub array: Option<&'a Json>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Allow,
    Deny,
    /// As written.
    Unknown(String),
}

/// Every filter in the text. Rules without a filter around them stand in one without a name.
pub(super) fn filters(documents: &Documents) -> Vec<Filter<'_>> {
    let mut filters = Vec::new();
    for root in &documents.roots {
        collect(root, &mut filters);
    }
    if filters.is_empty() {
        let items = documents
            .roots
            .iter()
            .flat_map(|root| if root.is_array() { root.items() } else { std::slice::from_ref(root) });
        filters.extend(items.filter_map(without_rules));
    }
    filters
}

fn collect<'a>(json: &'a Json, filters: &mut Vec<Filter<'a>>) {
    if let Some(filter) = filter(json) {
        filters.push(filter);
    } else if let Some(rule) = rule(json) {
        loose(rule, filters);
    } else {
        json.items().iter().for_each(|item| collect(item, filters));
        json.members().iter().for_each(|member| collect(&member.value, filters));
    }
}

/// A rule that stands alone: `az network route-filter rule list`, or an ARM resource named `filter/rule`.
fn loose<'a>(rule: FilterRule<'a>, filters: &mut Vec<Filter<'a>>) {
    let name = rule.name.split_once('/').map_or("route filter", |(filter, _)| filter).to_owned();
    match filters.iter_mut().find(|filter| filter.name == name) {
        Some(filter) => filter.rules.push(rule),
        None => {
            let span = rule.span;
            filters.push(Filter { name, span, certain: true, rules: vec![rule], array: None, attached: None });
        }
    }
}

/// A field of a resource: under `properties`, or beside it as the CLI flattens it.
fn field<'a>(json: &'a Json, key: &str) -> Option<&'a Json> {
    json.get("properties").and_then(|properties| properties.get(key)).or_else(|| json.get(key))
}

fn text(json: &Json, key: &str) -> Option<String> {
    field(json, key).and_then(Json::as_str).map(str::to_owned)
}

fn filter(json: &Json) -> Option<Filter<'_>> {
    let named = text(json, "type").is_some_and(|of| of.eq_ignore_ascii_case("Microsoft.Network/routeFilters"));
    let array = field(json, "rules").filter(|rules| rules.is_array());
    if array.is_none() && !named {
        return None;
    }
    let typed = named || text(json, "id").is_some_and(|id| id.to_ascii_lowercase().contains("/routefilters/"));
    let rules: Vec<FilterRule<'_>> = array.into_iter().flat_map(Json::items).filter_map(rule).collect();
    let peerings = ["peerings", "ipv6Peerings", "bgpPeerings"].into_iter().filter_map(|key| field(json, key));
    let attached = peerings.map(|peerings| !peerings.items().is_empty()).reduce(|a, b| a || b);
    let name = text(json, "name").unwrap_or_else(|| "route filter".to_owned());
    (typed || !rules.is_empty()).then_some(Filter { name, span: json.span, certain: true, rules, array, attached })
}

/// A filter by its shape alone: a name and no rules.
fn without_rules(json: &Json) -> Option<Filter<'_>> {
    let array = field(json, "rules").filter(|rules| rules.is_array() && rules.items().is_empty())?;
    let name = text(json, "name")?;
    let other = text(json, "type").is_some();
    (!other).then_some(Filter {
        name,
        span: json.span,
        certain: false,
        rules: Vec::new(),
        array: Some(array),
        attached: None,
    })
}

fn rule(json: &Json) -> Option<FilterRule<'_>> {
    let array = field(json, "communities")?;
    let kind = text(json, "routeFilterRuleType");
    let access = match (text(json, "access").unwrap_or_default(), kind) {
        (_, Some(kind)) if !kind.eq_ignore_ascii_case("community") => Access::Unknown(kind),
        (access, _) if access.eq_ignore_ascii_case("allow") => Access::Allow,
        (access, _) if access.eq_ignore_ascii_case("deny") => Access::Deny,
        (access, _) => Access::Unknown(access),
    };
    let items = if array.is_array() { array.items() } else { std::slice::from_ref(array) };
    Some(FilterRule {
        name: text(json, "name").unwrap_or_else(|| "rule".to_owned()),
        span: json.span,
        access,
        communities: items.iter().map(community).collect(),
        array: array.is_array().then_some(array),
    })
}

fn community(json: &Json) -> (Result<Community, String>, Span) {
    let text = json.scalar().unwrap_or("");
    (text.parse().map_err(|()| text.to_owned()), json.span)
}
