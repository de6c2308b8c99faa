use super::Report;

/// Pretty-printed, with a final line feed.
pub(super) fn write(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
