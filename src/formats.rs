//! The forms of export that can be read: one unit struct each, one line each in [`FORMATS`].

mod azure;
mod azure_firewall;
mod azure_nsg;
mod cisco;
mod cisco_asa;
mod cisco_ios;
mod cisco_nxos;
mod fortios;
mod iptables;
mod netfilter;
mod nftables;
pub(crate) mod others;
mod pac;
mod panos;
mod plain_list;
mod route_filter;
mod squid;

use crate::policy::{Community, Policy};
use crate::source::Source;
use crate::stated::Stated;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Every format, in the order in which lists show them. No result depends on the order.
pub static FORMATS: &[&dyn Format] = &[
    &plain_list::PlainList,
    &squid::Squid,
    &pac::Pac,
    &azure_nsg::AzureNsg,
    &azure_firewall::AzureFirewall,
    &panos::Panos,
    &fortios::FortiOs,
    &cisco_asa::CiscoAsa,
    &cisco_ios::CiscoIos,
    &cisco_nxos::CiscoNxos,
    &iptables::Iptables,
    &nftables::Nftables,
    &route_filter::RouteFilter,
];

/// A form of export: how to get it, how to know it, how to read it, and how to add to it.
pub trait Format: Sync {
    /// Stable name for the command line and for links: `azure-nsg`.
    fn id(&self) -> &'static str;

    /// Name for people: "Azure network security group".
    fn title(&self) -> &'static str;

    /// How an administrator gets this text out of the device; shown on the page, as Markdown.
    fn how_to_export(&self) -> &'static str;

    /// The products whose reading of an entry can be chosen; the first is the default. Empty where the form has one meaning.
    fn dialects(&self) -> &'static [Dialect] {
        &[]
    }

    /// How surely the text is of this form.
    fn recognise(&self, source: &Source) -> Confidence;

    /// Reads as much as can be read. Never fails as a whole: what is not understood becomes a problem, an unknown
    /// condition and a line in the account.
    fn read(&self, input: &Input<'_>) -> Policy;

    /// What to add so that the same check says "covered", in the form's own syntax. `None` if this form cannot express any
    /// of the gaps.
    fn remedy(&self, input: &Input<'_>, policy: &Policy, gaps: &Gaps) -> Option<Remedy>;

    /// Why there is nothing to add where [`Format::remedy`] has nothing: the end of a sentence.
    fn no_remedy(&self, _input: &Input<'_>, _gaps: &Gaps) -> String {
        "what is missing cannot be written in its form".to_owned()
    }
}

/// How surely a text is of some form, from 0 (it is not) to 100 (no other form looks like this).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence {
    pub percent: u8,
    /// What was seen, for people: "3 `http_access` lines".
    pub why: String,
}

impl Confidence {
    pub fn none() -> Self {
        Confidence { percent: 0, why: String::new() }
    }

    pub fn new(percent: u8, why: impl Into<String>) -> Self {
        Confidence { percent, why: why.into() }
    }
}

/// A product whose reading of an entry differs from others': a row of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub id: &'static str,
    pub title: &'static str,
    /// Whether a list is read so, too, to say where products differ: no list of names is one of expressions.
    pub is_compared: bool,
}

/// Whether a list says what passes or what does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(ts_rs::TS), ts(export))]
pub enum Polarity {
    Allow,
    Block,
}

/// What a reader is given.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub source: &'a Source,
    /// List files and missing parts that the user attached.
    pub attachments: &'a [Source],
    /// One of the format's own dialects; `None` for its default.
    pub dialect: Option<&'static Dialect>,
    pub polarity: Option<Polarity>,
    /// What the user states that the export cannot tell.
    pub stated: &'a Stated,
}

impl<'a> Input<'a> {
    pub fn new(source: &'a Source) -> Self {
        Input { source, attachments: &[], dialect: None, polarity: None, stated: Default::default() }
    }

    /// The attachment that an export means by `path`: found by its full path, else by a last component that only one
    /// attachment has.
    pub fn attachment(&self, path: &str) -> Option<&'a Source> {
        let last = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        let exact = self.attachments.iter().find(|source| source.name() == path);
        let mut same_last = self.attachments.iter().filter(|source| last(source.name()) == last(path));
        exact.or_else(|| same_last.next().filter(|_| same_last.next().is_none()))
    }
}

/// What is not let through, one entry a requirement.
#[derive(Clone, Debug, Default)]
pub struct Gaps {
    pub gaps: Vec<Gap>,
    /// The vantage that was checked.
    pub vantage: String,
    /// The source that was asked for, as the user wrote it.
    pub source: Option<String>,
}

/// What one requirement lacks. Names, ranges and communities are alternatives: any one of them closes the gap.
#[derive(Clone, Debug, Default)]
pub struct Gap {
    /// The requirement's purpose, for a comment: "Azure Storage".
    pub purpose: String,
    /// Names as the catalogue writes them: `*.blob.core.windows.net` (one or more labels for the star).
    pub names: Vec<String>,
    /// Service tags, narrowed to regions where the user asked for some.
    pub service_tags: Vec<String>,
    /// The addresses that are missing, as the fewest prefixes.
    pub prefixes: Vec<IpNet>,
    pub communities: Vec<Community>,
    pub tcp_ports: Vec<u16>,
}

/// Additions to an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What to add, in the device's own syntax, ready to copy.
    pub text: String,
    /// Where it goes: "before line 12 (`http_access deny all`)".
    pub place: String,
    /// The same additions as edits of the export's clean text; applying them gives an export that closes the gaps.
    pub edits: Vec<Edit>,
    pub notes: Vec<String>,
}

/// Text put in at a byte offset of [`Source::text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub at: usize,
    pub insert: String,
}

impl Remedy {
    /// The export with the additions in place.
    pub fn apply(&self, text: &str) -> String {
        let mut edits: Vec<&Edit> = self.edits.iter().collect();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.at));
        let mut out = text.to_owned();
        for edit in edits {
            out.insert_str(edit.at, &edit.insert);
        }
        out
    }
}

/// The format with this id.
pub fn by_id(id: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.id() == id)
}

/// Every format that the text may be, the surest first; formats with equal confidence stand in order of their ids.
pub fn detect(source: &Source) -> Vec<(&'static dyn Format, Confidence)> {
    detect_among(FORMATS, source)
}

fn detect_among(formats: &[&'static dyn Format], source: &Source) -> Vec<(&'static dyn Format, Confidence)> {
    let mut found: Vec<_> = formats
        .iter()
        .map(|&format| (format, format.recognise(source)))
        .filter(|(_, confidence)| confidence.percent > 0)
        .collect();
    found.sort_by(|(a, x), (b, y)| y.percent.cmp(&x.percent).then(a.id().cmp(b.id())));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// The formats turned round at every place, forwards and backwards: each is first and last once, each pair stands in
    /// both orders.
    fn orders(formats: &[&'static dyn Format]) -> Vec<Vec<&'static dyn Format>> {
        let backwards: Vec<_> = formats.iter().rev().copied().collect();
        let turns = |formats: Vec<&'static dyn Format>| {
            (0..formats.len()).map(move |at| [&formats[at..], &formats[..at]].concat())
        };
        turns(formats.to_vec()).chain(turns(backwards)).collect()
    }

    fn folders(of: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(of).expect("a folder").map(|entry| entry.expect("an entry").path());
        entries.filter(|path| path.is_dir()).collect()
    }

    /// The exports of all fixtures.
    fn exports() -> Vec<Source> {
        let formats = folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats"));
        let cases = formats.iter().flat_map(|format| folders(format));
        let files = cases.flat_map(|case| fs::read_dir(case).expect("a folder"));
        let inputs = files.map(|file| file.expect("a file").path());
        let inputs = inputs.filter(|path| path.file_stem().is_some_and(|stem| stem == "input"));
        inputs.filter_map(|path| Source::read("input", 0, &fs::read(path).expect("bytes")).ok()).collect()
    }

    fn detected(formats: &[&'static dyn Format], source: &Source) -> Vec<(&'static str, Confidence)> {
        detect_among(formats, source).into_iter().map(|(format, confidence)| (format.id(), confidence)).collect()
    }

    #[test]
    fn no_order_of_the_registry_changes_what_is_detected() {
        let (orders, exports) = (orders(FORMATS), exports());
        assert!(exports.len() > 100, "{} exports", exports.len());
        for source in &exports {
            let found = detected(FORMATS, source);
            for order in &orders {
                assert_eq!(detected(order, source), found, "{}", source.text());
            }
        }
    }

    /// A form that takes every text for its own.
    struct Stub(&'static str, u8);

    impl Format for Stub {
        fn id(&self) -> &'static str {
            self.0
        }
        fn title(&self) -> &'static str {
            self.0
        }
        fn how_to_export(&self) -> &'static str {
            ""
        }
        fn recognise(&self, _: &Source) -> Confidence {
            Confidence::new(self.1, "")
        }
        fn read(&self, _: &Input<'_>) -> Policy {
            Policy::default()
        }
        fn remedy(&self, _: &Input<'_>, _: &Policy, _: &Gaps) -> Option<Remedy> {
            None
        }
    }

    #[test]
    fn formats_that_tie_stand_in_the_order_of_their_ids() {
        static STUBS: [&dyn Format; 4] = [&Stub("b", 50), &Stub("none", 0), &Stub("a", 50), &Stub("sure", 51)];
        let source = Source::read("t", 0, b"x").expect("text");
        for order in orders(&STUBS) {
            let ids: Vec<&str> = detected(&order, &source).into_iter().map(|(id, _)| id).collect();
            assert_eq!(ids, ["sure", "a", "b"]);
        }
    }
}
