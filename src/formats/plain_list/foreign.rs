//! Texts that have lines with hosts in them and are no lists.

/// Forms that other formats read.
pub(super) fn is_another_form(text: &str) -> bool {
    let start = text.trim_start();
    let markup = start.strip_prefix('<').is_some_and(|rest| !rest.starts_with("http"));
    let yaml = start.starts_with("apiVersion:") || start.starts_with("---\napiVersion:");
    let squid = start.lines().any(|line| line.trim_start().starts_with("http_access "));
    begins_with_object(start) || markup || yaml || squid || text.contains("FindProxyForURL")
}

/// The form of a text whose words say nothing without the keys or tags around them, whole or cut.
pub(super) fn structure(text: &str) -> Option<&'static str> {
    let start = text.trim_start();
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let many = |count: usize| count > 0 && (count > 1 || lines().count() <= 2);
    if (begins_with_object(start) && text.contains("\":")) || many(lines().filter(|line| has_key(line)).count()) {
        return Some("JSON objects");
    }
    let tags = lines().filter(|line| is_markup(line)).count();
    (start.starts_with("<?xml") || (many(tags) && (start.starts_with('<') || tags * 2 >= lines().count())))
        .then_some("XML or HTML")
}

fn begins_with_object(start: &str) -> bool {
    start.starts_with('{') || start.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'))
}

/// `"key": value`
fn has_key(line: &str) -> bool {
    let line = line.trim_start_matches(['{', '[', ' ', ',']);
    let Some((key, rest)) = line.strip_prefix('"').and_then(|rest| rest.split_once('"')) else {
        return false;
    };
    !key.is_empty() && rest.trim_start().starts_with(':')
}

/// A line that begins with a tag; `<https://a.example>` and `<a.example>` are names as mail programs write them.
fn is_markup(line: &str) -> bool {
    let Some((tag, rest)) = line.strip_prefix('<').and_then(|rest| rest.split_once('>')) else {
        return false;
    };
    let closes = tag.starts_with('/') || tag.ends_with('/') || rest.contains("</");
    let name = tag.trim_matches('/').split_whitespace().next().unwrap_or("");
    let bare = tag.split_whitespace().count() == 1 && rest.is_empty() && !name.contains('.');
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains(':');
    named && (closes || bare || tag.contains("=\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_told_from_lists() {
        for text in ["{\"a\": \"*\"}", "\"sourcePortRange\": \"*\",", "<r>\n<a>*</a>\n</r>", "[{\"a\":\"b\"}]"] {
            assert!(structure(text).is_some(), "{text}");
        }
        for text in ["[\"a.example\", \"*\"]", "<https://a.example>\n<b.example>", "<!-- old -->\na.example"] {
            assert_eq!(structure(text), None, "{text}");
        }
    }
}
