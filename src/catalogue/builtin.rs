use super::Catalogue;
use super::read::parse;

/// One file a service; each is a whole catalogue.
const FILES: &[(&str, &str)] =
    &[("azure-backup.json", include_str!("azure-backup.json")), ("windows.json", include_str!("windows.json"))];

impl Catalogue {
    /// The catalogue that the program carries.
    pub fn builtin() -> Catalogue {
        let read = |&(_, text): &(&str, &str)| parse(text).ok().expect("a test reads every embedded catalogue");
        let whole = FILES.iter().map(read).reduce(Catalogue::joined);
        whole.expect("the list of embedded catalogues is not empty")
    }

    /// Both catalogues as one. Sources and facts of the same key say the same in both.
    fn joined(mut self, other: Catalogue) -> Catalogue {
        self.catalogue_version = self.catalogue_version.max(other.catalogue_version);
        self.updated = self.updated.max(other.updated);
        self.sources.extend(other.sources);
        self.facts.extend(other.facts);
        self.scenarios.extend(other.scenarios);
        self
    }
}
