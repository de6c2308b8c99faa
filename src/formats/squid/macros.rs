//! The macros that Squid puts values in for before it reads a line (checked with Squid 5.7); list files have none.

use crate::policy::Reason;
use crate::source::Span;

const MACROS: &[&str] = &["${service_name}", "${process_name}", "${process_number}"];

/// Why a text is not what it will be, where a macro stands in it.
pub(super) fn doubt(text: &str, span: Span) -> Option<Reason> {
    let (_, found) = first(text)?;
    Some(Reason::new(format!("`{found}` in `{text}` is filled in when Squid runs")).at(span))
}

/// Whether a text with a macro may turn out to be `name`: what stands before and after its macros must fit.
pub(super) fn may_be(text: &str, name: &str) -> bool {
    let Some((at, _)) = first(text) else { return text.eq_ignore_ascii_case(name) };
    let end = MACROS.iter().filter_map(|each| Some(text.rfind(each)? + each.len())).max().unwrap_or(text.len());
    let (name, head, tail) = (name.to_lowercase(), text[..at].to_lowercase(), text[end..].to_lowercase());
    name.len() >= head.len() + tail.len() && name.starts_with(&head) && name.ends_with(&tail)
}

/// The first macro and where it stands.
fn first(text: &str) -> Option<(usize, &'static str)> {
    MACROS.iter().filter_map(|each| Some((text.find(each)?, *each))).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macros_stand_for_any_text() {
        for (text, name, expected) in [
            ("x${process_number}", "X1", true),
            ("x${process_number}", "y1", false),
            ("${service_name}_a${process_number}b", "squid_a1b", true),
            ("ab${process_name}ba", "aba", false),
            ("x", "x", true),
            ("${unknown}", "x", false),
        ] {
            assert_eq!(may_be(text, name), expected, "{text} {name}");
        }
    }
}
