//! The values of a rule's fields, as written.

use super::template::{Resolved, Template};
use crate::policy::Reason;
use crate::problem::{Problem, quote};
use crate::source::Span;
use crate::syntax::json::{Json, Member};

/// One text of a field and where it stands.
#[derive(Clone, Debug)]
pub(in crate::formats) struct Text {
    pub text: String,
    pub span: Span,
}

/// What a field holds.
#[derive(Debug, Default)]
pub(in crate::formats) struct Values {
    /// Texts, split at commas: the portal joins lists so.
    pub texts: Vec<Text>,
    /// What could not be read.
    pub unreadable: Vec<(Problem, Reason)>,
}

impl Values {
    pub fn is_blank(&self) -> bool {
        self.texts.is_empty() && self.unreadable.is_empty()
    }
}

/// Reads the member `key` of a rule; blank if it is absent, null or empty.
pub(in crate::formats) fn values(fields: &Json, key: &str, template: &Template<'_>) -> Values {
    let mut values = Values::default();
    if let Some(member) = fields.member(key) {
        add(&mut values, member, &member.value, template);
    }
    values
}

fn add(values: &mut Values, member: &Member, json: &Json, template: &Template<'_>) {
    let span = if json.span.end > json.span.start { json.span } else { member.key_span };
    add_resolved(values, member, template.resolve(json), span, template);
}

fn add_resolved(values: &mut Values, member: &Member, resolved: Resolved<'_>, span: Span, template: &Template<'_>) {
    match resolved {
        Resolved::Unknown(expression) => values.unreadable.push(unreadable(&expression, &member.key, span)),
        Resolved::List(items) => items.into_iter().for_each(|item| match item {
            Resolved::Json(json) => add(values, member, json, template),
            item => add_resolved(values, member, item, span, template),
        }),
        Resolved::Json(json) if json.scalar().is_none() => {
            json.items().iter().for_each(|item| add(values, member, item, template));
        }
        scalar => add_text(values, member, &scalar.text().unwrap_or_default(), span),
    }
}

fn add_text(values: &mut Values, member: &Member, text: &str, span: Span) {
    if is_depth_cut(text) {
        values.unreadable.push(unreadable(text, &member.key, span));
        return;
    }
    let pieces = text.split(',').map(str::trim).filter(|piece| !piece.is_empty());
    values.texts.extend(pieces.map(|piece| Text { text: piece.to_owned(), span }));
}

/// Whether PowerShell printed a type's name in place of a value, which it does beyond its depth.
/// Source: learn.microsoft.com/powershell/module/microsoft.powershell.utility/convertto-json, parameter `Depth` (2).
fn is_depth_cut(text: &str) -> bool {
    ["System.Collections.", "System.Object", "System.String[]", "Microsoft.Azure.Commands.", "@{"]
        .iter()
        .any(|start| text.trim_start().starts_with(start))
}

/// The problem and the reason of a value that stands for another: cut by PowerShell, or a template expression.
pub(in crate::formats) fn unreadable(text: &str, what: &str, span: Span) -> (Problem, Reason) {
    if is_depth_cut(text) {
        let message = "PowerShell cut the export: it shows names of types in place of values.";
        let hint = "Export again with `ConvertTo-Json -Depth 10`.";
        let reason = Reason::new(format!("PowerShell cut the value of {what}")).at(span);
        return (Problem::error("depth-cut", message).at(span).hint(hint), reason);
    }
    let shown = quote(text);
    let message = format!("The template decides {what} only when it is deployed: `{shown}`.");
    let hint = "Export what is deployed instead: `az network ... show -o json`.";
    let reason = Reason::new(format!("the template expression `{shown}` decides {what}")).at(span);
    (Problem::warning("template-expression", message).at(span).hint(hint), reason)
}
