//! From the parser's tree to ours.

use super::{Json, Kind, Member};
use crate::source::{Source, Span};
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

/// Parses `text`, which stands in `source` from `start`, but for what lies beyond `limit`: brackets that were added to
/// close it.
///
/// # Errors
/// Where it is no JSON.
pub(super) fn parse(source: &Source, start: usize, text: &str, limit: usize) -> Result<Json, usize> {
    let builder = Builder { source, start, limit };
    match parse_to_ast(text, &CollectOptions::default(), &options()) {
        Ok(parsed) => parsed.value.map(|value| builder.value(value)).ok_or(start),
        Err(error) => Err((start + error.range().start).min(limit)),
    }
}

/// Strict but for comments and trailing commas, which ARM templates and hand-made excerpts have.
fn options() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// Turns the parser's tree into ours. Offsets beyond `limit` belong to brackets that were added to close a cut text.
struct Builder<'a> {
    source: &'a Source,
    start: usize,
    limit: usize,
}

impl Builder<'_> {
    fn span(&self, range: jsonc_parser::common::Range) -> Span {
        let clamp = |offset: usize| (self.start + offset).min(self.limit);
        self.source.span(clamp(range.start)..clamp(range.end))
    }

    fn value(&self, value: Value<'_>) -> Json {
        let range = jsonc_parser::common::Ranged::range(&value);
        let kind = match value {
            Value::NullKeyword(_) => Kind::Null,
            Value::BooleanLit(literal) => Kind::Bool(literal.value),
            Value::NumberLit(literal) => Kind::Number(literal.value.to_owned()),
            Value::StringLit(literal) => Kind::String(literal.value.into_owned()),
            Value::Array(array) => Kind::Array(array.elements.into_iter().map(|item| self.value(item)).collect()),
            Value::Object(object) => self.object(object),
        };
        Json { kind, span: self.span(range), complete: self.start + range.end <= self.limit }
    }

    fn object(&self, object: Object<'_>) -> Kind {
        let member = |property: jsonc_parser::ast::ObjectProp<'_>| Member {
            key_span: self.span(jsonc_parser::common::Ranged::range(&property.name)),
            key: property.name.into_string(),
            value: self.value(property.value),
        };
        Kind::Object(object.properties.into_iter().map(member).collect())
    }
}
