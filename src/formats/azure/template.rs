//! ARM templates: what their expressions stand for, as far as the template itself decides them.
//!
//! Source: "Understand the structure and syntax of ARM templates" and "Using linked and nested templates when deploying
//! Azure resources" (learn.microsoft.com/azure/azure-resource-manager/templates). A parameter counts with the value of a
//! parameter file, else with its default, which in the portal's "Export template" is the value at the time of the export.

mod expression;
mod functions;

use crate::policy::Reason;
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::json::{Json, Kind};
use expression::Evaluation;

/// Where names of parameters and variables are looked up.
#[derive(Clone, Copy, Debug, Default)]
struct Scope<'a> {
    parameters: Option<&'a Json>,
    variables: Option<&'a Json>,
    /// Values that take the place of defaults: `{"name": {"value": …}}`.
    given: Option<&'a Json>,
}

/// The parameters and variables in force; empty outside templates.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::formats) struct Template<'a> {
    pub is_template: bool,
    scope: Scope<'a>,
    /// Of the template around, whose expressions give a nested one its values.
    around: Option<Scope<'a>>,
}

/// What a value stands for.
#[derive(Clone, Debug)]
pub(in crate::formats) enum Resolved<'a> {
    Json(&'a Json),
    Text(String),
    Number(i64),
    Bool(bool),
    List(Vec<Resolved<'a>>),
    /// The expression cannot be decided from the template.
    Unknown(String),
}

impl Resolved<'_> {
    /// The text of a scalar.
    pub fn text(&self) -> Option<String> {
        match self {
            Resolved::Json(json) => json.scalar().map(str::to_owned),
            Resolved::Text(text) => Some(text.clone()),
            Resolved::Number(number) => Some(number.to_string()),
            Resolved::Bool(value) => Some(value.to_string()),
            Resolved::List(_) | Resolved::Unknown(_) => None,
        }
    }
}

impl<'a> Template<'a> {
    /// The template that `json` is, if it is one. `self` holds what parameter files give.
    pub fn of(&self, json: &'a Json) -> Option<Self> {
        let is_template =
            json.get("resources").is_some() && (json.get("$schema").is_some() || json.get("contentVersion").is_some());
        is_template.then(|| Template { is_template: true, scope: scope(json, self.scope.given), around: self.around })
    }

    /// Nothing but the values of a parameter file, for the template that stands beside it.
    pub fn with_parameter_file(file: Option<&'a Json>) -> Self {
        let given = file.and_then(|file| file.get("parameters"));
        Template { scope: Scope { given, ..Scope::default() }, ..Template::default() }
    }

    /// The template that a deployment resource nests, with what is in force there; `None` if it only links to one.
    /// "When scope is set to inner, expressions are evaluated in the nested template"; the default is outer.
    pub fn nested(&self, deployment: &'a Json) -> Option<(&'a Json, Self)> {
        let properties = deployment.get("properties")?;
        let template = properties.get("template").filter(|template| template.is_object())?;
        let scope_word = properties.get("expressionEvaluationOptions").and_then(|options| options.get("scope"));
        let is_inner =
            scope_word.and_then(|word| self.text(word)).is_some_and(|word| word.eq_ignore_ascii_case("inner"));
        let inner = Template {
            is_template: true,
            scope: scope(template, properties.get("parameters")),
            around: Some(self.scope),
        };
        Some((template, if is_inner { inner } else { *self }))
    }

    pub fn resolve(&self, json: &'a Json) -> Resolved<'a> {
        Evaluation::new(*self).json(json)
    }

    /// The text that a value stands for; `None` if it is no text or cannot be decided.
    pub fn text(&self, json: &'a Json) -> Option<String> {
        self.resolve(json).text()
    }

    /// The truth of a value; `None` if it cannot be decided.
    pub fn truth(&self, json: &'a Json) -> Option<bool> {
        match self.resolve(json) {
            Resolved::Bool(value) => Some(value),
            Resolved::Json(json) => match json.kind {
                Kind::Bool(value) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// The object that a value stands for.
    pub fn object(&self, json: &'a Json) -> Option<&'a Json> {
        match self.resolve(json) {
            Resolved::Json(json) if json.is_object() => Some(json),
            _ => None,
        }
    }

    /// The items of the list that a value stands for.
    ///
    /// # Errors
    /// The text that stands in its place.
    pub fn list(&self, json: &'a Json) -> Result<Vec<&'a Json>, String> {
        match self.resolve(json) {
            Resolved::Json(list) if list.is_array() || list.is_blank() => Ok(list.items().iter().collect()),
            Resolved::List(items) => items.iter().map(as_json).collect::<Option<_>>().ok_or_else(|| written(json)),
            _ => Err(written(json)),
        }
    }
}

fn as_json<'a>(resolved: &Resolved<'a>) -> Option<&'a Json> {
    match resolved {
        Resolved::Json(json) => Some(json),
        _ => None,
    }
}

fn written(json: &Json) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

fn scope<'a>(template: &'a Json, given: Option<&'a Json>) -> Scope<'a> {
    Scope { parameters: template.get("parameters"), variables: template.get("variables"), given }
}

/// The one parameter file among documents; `Err` if there are several, which give different values.
/// Source: "Create Resource Manager parameter file" (…/templates/parameter-files).
pub(in crate::formats) fn parameter_file<'a>(
    roots: impl Iterator<Item = &'a Json>,
) -> Result<Option<&'a Json>, &'a Json> {
    let is_file = |json: &&Json| {
        let schema = json.get("$schema").and_then(Json::as_str).unwrap_or_default();
        schema.to_ascii_lowercase().contains("parameters.json") && json.get("parameters").is_some()
    };
    let mut files = roots.filter(is_file);
    match (files.next(), files.next()) {
        (_, Some(second)) => Err(second),
        (file, None) => Ok(file),
    }
}

/// Says that parameters count with their defaults, where they do.
pub(in crate::formats) fn note_on_defaults<'a>(mut roots: impl Iterator<Item = &'a Json>) -> Option<Problem> {
    let has_defaults = |json: &&Json| {
        let parameters = json.get("parameters").map(Json::members).unwrap_or_default();
        json.get("resources").is_some() && parameters.iter().any(|one| one.value.get("defaultValue").is_some())
    };
    let at = roots.find(has_defaults)?.member("parameters")?.key_span;
    let message =
        "The template's parameters count with their default values, unless a parameter file stands beside it.";
    let hint = "If it was deployed with other values, paste its parameter file as well.";
    Some(Problem::note("template-defaults", message).at(at).hint(hint))
}

/// The problem and the reason of several parameter files.
pub(in crate::formats) fn several_parameter_files(second: &Json) -> (Problem, Reason) {
    let text = "there are several parameter files, and which one counts is open";
    let at = Span { end: second.span.start + 1, ..second.span };
    let problem = Problem::error("several-parameter-files", format!("Nothing is certain: {text}."));
    (problem.at(at).hint("Paste the template with one of them."), Reason::new(text).at(at))
}

#[cfg(test)]
mod tests;
