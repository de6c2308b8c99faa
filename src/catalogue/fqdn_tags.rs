//! FQDN tags of Azure Firewall whose content is documented. Microsoft keeps the content and publishes no list, so each is
//! what a dated page says.

use serde::Deserialize;
use std::sync::LazyLock;

/// One tag.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FqdnTag {
    pub tag: String,
    /// The page that says what the tag holds.
    pub title: String,
    pub url: String,
    /// The date of that page.
    pub date: String,
    /// What the page says that the tag holds, in the notation of Azure Firewall.
    pub names: Vec<String>,
    /// What the service needs as well by other or later pages, none of which says whether the tag holds it.
    #[serde(default)]
    pub perhaps: Vec<String>,
}

/// The tag of this name, in any case, if its content is documented.
pub fn fqdn_tag(name: &str) -> Option<&'static FqdnTag> {
    static TAGS: LazyLock<Vec<FqdnTag>> =
        LazyLock::new(|| serde_json::from_str(include_str!("fqdn-tags.json")).unwrap_or_default());
    TAGS.iter().find(|tag| tag.tag.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_tags_are_found_in_any_case() {
        assert!(fqdn_tag("azurebackup").is_some_and(|tag| tag.names.contains(&"*.backup.windowsazure.com".to_owned())));
        assert!(fqdn_tag("WindowsUpdate").is_some_and(|tag| tag.date.len() == 10 && tag.url.starts_with("https://")));
        assert!(fqdn_tag("AppServiceEnvironment").is_none());
    }
}
