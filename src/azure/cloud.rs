//! The clouds that are on sale, and where each one's file is found.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One of Azure's clouds. Its id (`public`, `usgov`, `china`) is what `--cloud` and reports use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS), ts(export))]
pub enum Cloud {
    Public,
    UsGov,
    China,
}

/// A text that is the id of no [`Cloud`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCloud(pub String);

impl Cloud {
    pub const ALL: [Cloud; 3] = [Cloud::Public, Cloud::UsGov, Cloud::China];

    pub fn id(self) -> &'static str {
        match self {
            Cloud::Public => "public",
            Cloud::UsGov => "usgov",
            Cloud::China => "china",
        }
    }

    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Cloud::Public => "Azure public cloud",
            Cloud::UsGov => "Azure US Government",
            Cloud::China => "Azure operated by 21Vianet (China)",
        }
    }

    /// How Microsoft names the published file; `YYYYMMDD` stands for its date.
    pub fn file_pattern(self) -> &'static str {
        match self {
            Cloud::Public => "ServiceTags_Public_YYYYMMDD.json",
            Cloud::UsGov => "ServiceTags_AzureGovernment_YYYYMMDD.json",
            Cloud::China => "ServiceTags_China_YYYYMMDD.json",
        }
    }

    /// The number of the file's page in Microsoft's download centre.
    pub fn download_id(self) -> u32 {
        match self {
            Cloud::Public => 56519,
            Cloud::UsGov => 57063,
            Cloud::China => 57062,
        }
    }

    /// The page that a person opens to get the file.
    pub fn download_page(self) -> String {
        format!("https://www.microsoft.com/download/details.aspx?id={}", self.download_id())
    }

    /// The cloud that a file's `cloud` field means, in the spellings of the published files and of the tools.
    pub(super) fn published(text: &str) -> Option<Cloud> {
        match text.to_ascii_lowercase().as_str() {
            "public" | "azurecloud" => Some(Cloud::Public),
            "azuregovernment" | "azureusgovernment" | "usgov" => Some(Cloud::UsGov),
            "china" | "azurechina" | "azurechinacloud" => Some(Cloud::China),
            _ => None,
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Cloud {
    type Err = UnknownCloud;

    fn from_str(text: &str) -> Result<Cloud, UnknownCloud> {
        let found = Cloud::ALL.into_iter().find(|cloud| cloud.id().eq_ignore_ascii_case(text.trim()));
        found.ok_or_else(|| UnknownCloud(text.to_owned()))
    }
}

impl fmt::Display for UnknownCloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is no cloud: choose public, usgov or china", self.0)
    }
}

impl std::error::Error for UnknownCloud {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_in_text_and_in_json() {
        for cloud in Cloud::ALL {
            assert_eq!(cloud.id().parse(), Ok(cloud));
            assert_eq!(serde_json::to_string(&cloud).unwrap(), format!("\"{cloud}\""));
        }
        assert_eq!("UsGov".parse(), Ok(Cloud::UsGov));
        assert!("azure".parse::<Cloud>().is_err());
    }
}
