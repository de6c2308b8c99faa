//! ARM template expressions, as far as the template itself decides them.
//!
//! Source: "Template functions" (learn.microsoft.com/azure/azure-resource-manager/templates/template-functions):
//! `parameters`, `variables`, `concat`, `format` and `resourceId` are read; a parameter counts with its default value, which in the portal's
//! "Export template" is the value at the time of the export.

use crate::syntax::json::Json;

/// Parameters may name variables and the other way round; longer chains are not followed.
const MAX_HOPS: usize = 16;

/// The parameters and variables in force; empty outside templates.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::formats) struct Template<'a> {
    pub is_template: bool,
    parameters: Option<&'a Json>,
    variables: Option<&'a Json>,
}

/// What a value stands for.
#[derive(Debug)]
pub(in crate::formats) enum Resolved<'a> {
    Json(&'a Json),
    Text(String),
    /// The expression cannot be decided from the template.
    Unknown(String),
}

impl<'a> Template<'a> {
    /// The template that `json` is, if it is one.
    pub fn of(json: &'a Json) -> Option<Self> {
        let is_template =
            json.get("resources").is_some() && (json.get("$schema").is_some() || json.get("contentVersion").is_some());
        is_template.then(|| Template {
            is_template: true,
            parameters: json.get("parameters"),
            variables: json.get("variables"),
        })
    }

    pub fn resolve(&self, json: &'a Json) -> Resolved<'a> {
        self.resolve_within(json, MAX_HOPS)
    }

    /// The text that a value stands for; `None` if it is no text or cannot be decided.
    pub fn text(&self, json: &'a Json) -> Option<String> {
        match self.resolve(json) {
            Resolved::Json(json) => json.scalar().map(str::to_owned),
            Resolved::Text(text) => Some(text),
            Resolved::Unknown(_) => None,
        }
    }

    fn resolve_within(&self, json: &'a Json, hops: usize) -> Resolved<'a> {
        let Some(text) = json.as_str() else { return Resolved::Json(json) };
        if let Some(literal) = text.strip_prefix("[[") {
            return Resolved::Text(format!("[{literal}"));
        }
        let Some(expression) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
            return Resolved::Json(json);
        };
        let mut parser = Parser { template: self, rest: expression.trim(), hops };
        match parser.value() {
            Some(value) if parser.rest.is_empty() => value,
            _ => Resolved::Unknown(text.to_owned()),
        }
    }

    fn named(&self, function: &str, name: &str, hops: usize) -> Option<Resolved<'a>> {
        let value = match function {
            "parameters" => self.parameters?.get(name)?.get("defaultValue")?,
            "variables" => self.variables?.get(name)?,
            _ => return None,
        };
        let resolved = self.resolve_within(value, hops.checked_sub(1)?);
        (!matches!(resolved, Resolved::Unknown(_))).then_some(resolved)
    }
}

/// Reads one expression from the left.
struct Parser<'t, 'a> {
    template: &'t Template<'a>,
    rest: &'t str,
    hops: usize,
}

impl<'a> Parser<'_, 'a> {
    fn value(&mut self) -> Option<Resolved<'a>> {
        if self.rest.starts_with('\'') {
            return self.literal().map(Resolved::Text);
        }
        let (function, rest) = self.rest.split_once('(')?;
        self.rest = rest.trim_start();
        match function.trim().to_ascii_lowercase().as_str() {
            "concat" => Some(Resolved::Text(self.arguments()?.concat())),
            "resourceid" => self.arguments().and_then(|arguments| resource_id(&arguments)).map(Resolved::Text),
            "format" => self.arguments().and_then(|arguments| format(&arguments)).map(Resolved::Text),
            function => {
                let name = self.literal()?;
                self.closing()?;
                self.template.named(function, &name, self.hops)
            }
        }
    }

    /// The texts up to the closing bracket.
    fn arguments(&mut self) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        loop {
            match self.value()? {
                Resolved::Text(text) => texts.push(text),
                Resolved::Json(json) => texts.push(json.scalar()?.to_owned()),
                Resolved::Unknown(_) => return None,
            }
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest.trim_start(),
                None => break,
            }
        }
        self.closing()?;
        Some(texts)
    }

    /// A text in single quotes; a doubled quote stands for one.
    fn literal(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut rest = self.rest.strip_prefix('\'')?;
        loop {
            let (piece, after) = rest.split_once('\'')?;
            text += piece;
            let Some(more) = after.strip_prefix('\'') else {
                self.rest = after.trim_start();
                return Some(text);
            };
            text.push('\'');
            rest = more;
        }
    }

    fn closing(&mut self) -> Option<()> {
        self.rest = self.rest.strip_prefix(')')?.trim_start();
        Some(())
    }
}

/// `('Microsoft.Network/a/b', 'x', 'y')` is `/providers/Microsoft.Network/a/x/b/y`; a subscription and a resource group may
/// stand before the type.
fn resource_id(arguments: &[String]) -> Option<String> {
    let at = arguments.iter().position(|argument| argument.contains('/'))?;
    let (scope, path) = arguments.split_at(at);
    let (kind, names) = path.split_first()?;
    let (provider, kinds) = kind.split_once('/')?;
    let kinds: Vec<&str> = kinds.split('/').collect();
    let scope = scope.last().map(|group| format!("/resourceGroups/{group}")).unwrap_or_default();
    let pairs: String = kinds.iter().zip(names).map(|(kind, name)| format!("/{kind}/{name}")).collect();
    (kinds.len() == names.len()).then(|| format!("{scope}/providers/{provider}{pairs}"))
}

/// What `format` makes of a text with `{0}` in it and the texts that follow; `None` for any other placeholder.
fn format(arguments: &[String]) -> Option<String> {
    let (pattern, values) = arguments.split_first().filter(|(pattern, _)| !pattern.contains("}}"))?;
    let mut pieces = pattern.split('{');
    let mut text = pieces.next()?.to_owned();
    for piece in pieces {
        let (number, rest) = piece.split_once('}')?;
        text += values.get(number.parse::<usize>().ok()?)?;
        text += rest;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::syntax::json;

    #[test]
    fn expressions_resolve_as_far_as_the_template_decides() {
        let text = r#"{"$schema": "", "resources": [],
            "parameters": {"nsg": {"defaultValue": "nsg-app"}, "open": {"type": "string"}, "loop": {"defaultValue": "[variables('loop')]"}},
            "variables": {"prefix": "[parameters('nsg')]", "loop": "[parameters('loop')]"},
            "cases": ["[parameters('nsg')]", "[concat(parameters('nsg'), '/it''s ', variables('prefix'))]", "[[literal]",
                      "[Variables('prefix')]", "plain", "[parameters('open')]", "[resourceId('x', 'y')]", "[variables('loop')]",
                      "[format('{0}/{1}', parameters('nsg'), 'd')]", "[format('{0:N}', 'a')]", "[format('{{0}}', 'a')]",
                      "[if(true, 'a', 'b')]", "[parameters('nsg').a]", "[", "[resourceId('g', 'A.B/c/d', 'x', parameters('nsg'))]"]}"#;
        let documents = json::read(&Source::read("t", 0, text.as_bytes()).expect("text"));
        let root = &documents.roots[0];
        let template = Template::of(root).expect("a template");
        let printed: Vec<String> = root
            .get("cases")
            .expect("cases")
            .items()
            .iter()
            .map(|case| template.text(case).unwrap_or_else(|| "?".to_owned()))
            .collect();
        assert_eq!(
            printed,
            [
                "nsg-app",
                "nsg-app/it's nsg-app",
                "[literal]",
                "nsg-app",
                "plain",
                "?",
                "?",
                "?",
                "nsg-app/d",
                "?",
                "?",
                "?",
                "?",
                "[",
                "/resourceGroups/g/providers/A.B/c/x/d/nsg-app"
            ]
        );
    }
}
