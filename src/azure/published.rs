//! The published JSON file, and the same data as the API, the CLI and PowerShell print it.

use super::{About, ServiceTags, Tag, wrong_input};
use crate::addresses::AddressSet;
use crate::problem::Problem;
use crate::source::{MAX_BYTES, Source};
use ipnet::IpNet;
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

/// The whole file. Every field may be absent so that another JSON is recognised as such afterwards.
///
/// PowerShell (`Get-AzNetworkServiceTag | ConvertTo-Json -Depth 5`) writes the same with capitals.
#[derive(Deserialize)]
struct File<'a> {
    #[serde(alias = "Cloud", borrow)]
    cloud: Option<Cow<'a, str>>,
    #[serde(alias = "ChangeNumber", rename = "changeNumber", default)]
    change_number: ChangeNumber,
    #[serde(alias = "Values")]
    values: Option<Vec<Entry>>,
    /// Where the next page of an API answer is found.
    #[serde(alias = "NextLink", rename = "nextLink", borrow)]
    next_link: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(alias = "Name")]
    name: String,
    #[serde(alias = "Properties")]
    properties: Properties,
}

#[derive(Deserialize)]
struct Properties {
    #[serde(alias = "ChangeNumber", rename = "changeNumber", default)]
    change_number: ChangeNumber,
    #[serde(alias = "Region")]
    region: Option<String>,
    #[serde(alias = "SystemService", rename = "systemService")]
    system_service: Option<String>,
    #[serde(alias = "AddressPrefixes", rename = "addressPrefixes")]
    prefixes: Prefixes,
}

/// What reading the JSON can fail with.
pub(super) enum Failure {
    /// Not this JSON, or none at all.
    Json(serde_json::Error),
    /// JSON of another kind: without `values` or without `cloud`.
    OtherKind,
    /// Service tags, but for what the problem says.
    Tags(Problem),
}

impl ServiceTags {
    /// Reads the file that Microsoft publishes, or the output of the API, of `az network list-service-tags` or of
    /// `Get-AzNetworkServiceTag | ConvertTo-Json -Depth 5`. `name` is the file's; its date is taken from there.
    ///
    /// # Errors
    /// A [`Problem`] that says in one sentence what is wrong and where: another file, a cut file, a bad prefix.
    pub fn read(name: &str, bytes: &[u8]) -> Result<ServiceTags, Problem> {
        let origin = name.rsplit(['/', '\\']).next().unwrap_or(name);
        if bytes.len() > MAX_BYTES {
            return Err(wrong_input::too_large(origin, bytes.len()));
        }
        let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        read_json(origin, plain).or_else(|failure| read_as_text(origin, bytes, failure))
    }
}

/// UTF-16 and what editors and terminals add: slower, and only needed when the bytes as they are do not do.
fn read_as_text(origin: &str, bytes: &[u8], failure: Failure) -> Result<ServiceTags, Problem> {
    let source = match failure {
        Failure::Tags(problem) => return Err(problem),
        _ => Source::read(origin, 0, bytes)?,
    };
    match read_json(origin, source.text().as_bytes()) {
        Ok(tags) => Ok(tags),
        Err(Failure::Tags(problem)) => Err(problem),
        Err(Failure::OtherKind) => Err(wrong_input::other_json(origin, source.text())),
        Err(Failure::Json(error)) => Err(wrong_input::unreadable(&source, &error)),
    }
}

fn read_json(origin: &str, bytes: &[u8]) -> Result<ServiceTags, Failure> {
    // A JSON array would be taken for the fields of the struct, in order.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Failure::OtherKind);
    }
    let file: File = serde_json::from_slice(bytes).map_err(Failure::Json)?;
    let (Some(cloud), Some(values)) = (file.cloud, file.values) else { return Err(Failure::OtherKind) };
    if values.is_empty() {
        return Err(Failure::Tags(wrong_input::no_tags(origin)));
    }
    let about = About {
        cloud_text: cloud.into_owned(),
        change_number: file.change_number.0,
        origin: origin.to_owned(),
        date: date_in(origin),
        problems: file.next_link.filter(|link| !link.is_empty()).map(|_| only_a_part(origin)).into_iter().collect(),
    };
    let tags = values.into_iter().map(|entry| tag(origin, entry)).collect::<Result<_, _>>().map_err(Failure::Tags)?;
    ServiceTags::from_tags(about, tags).map_err(Failure::Tags)
}

fn tag(origin: &str, entry: Entry) -> Result<Tag, Problem> {
    let Properties { change_number, region, system_service, prefixes } = entry.properties;
    if let Some((number, text)) = prefixes.bad {
        return Err(wrong_input::bad_prefix(origin, &entry.name, number, &text));
    }
    let filled = |text: &String| !text.is_empty();
    Ok(Tag {
        name: entry.name,
        region: region.filter(filled),
        system_service: system_service.filter(filled),
        change_number: change_number.0,
        addresses: AddressSet::from_nets(prefixes.nets),
    })
}

fn only_a_part(origin: &str) -> Problem {
    Problem::warning(
        "service-tags-page",
        format!("{origin} is only a part of the service tags: its nextLink names a further page."),
    )
    .hint("Load the published file, or fetch every page.")
}

/// The date in `ServiceTags_Public_20251028.json`.
fn date_in(name: &str) -> Option<String> {
    let digits = name.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 8)?;
    let (year, month, day) = (&digits[..4], &digits[4..6], &digits[6..]);
    let plausible = year >= "2010" && ("01"..="12").contains(&month) && ("01"..="31").contains(&day);
    plausible.then(|| format!("{year}-{month}-{day}"))
}

/// A number in the published file, a string in the API's answer.
#[derive(Default)]
struct ChangeNumber(Option<u64>);

impl<'de> Deserialize<'de> for ChangeNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = ChangeNumber;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_u64<E>(self, number: u64) -> Result<ChangeNumber, E> {
                Ok(ChangeNumber(Some(number)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<ChangeNumber, E> {
                Ok(ChangeNumber(text.parse().ok()))
            }
            fn visit_unit<E>(self) -> Result<ChangeNumber, E> {
                Ok(ChangeNumber(None))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Prefixes parsed as they go by, so that none of 90,000 strings is kept.
#[derive(Default)]
struct Prefixes {
    nets: Vec<IpNet>,
    /// The first that is none: its place in the list, from 1, and its text.
    bad: Option<(usize, String)>,
}

impl Prefixes {
    fn add(&mut self, number: usize, text: &str) {
        match prefix(text) {
            Some(net) => self.nets.push(net),
            None if self.bad.is_none() => self.bad = Some((number, text.to_owned())),
            None => {}
        }
    }
}

/// A prefix without host bits, or an address. Bits beyond the length would make the meaning a guess.
///
/// The address is parsed by the standard library since `ipnet` takes leading zeros, which some programs read as octal.
fn prefix(text: &str) -> Option<IpNet> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let net = match length {
        Some(length) => IpNet::new(address, length.parse().ok()?).ok()?,
        None => address.into(),
    };
    (net.trunc() == net).then_some(net)
}

/// One text of the list, without a copy of it.
struct OneOf<'a>(&'a mut Prefixes, usize);

impl<'de> serde::de::DeserializeSeed<'de> for OneOf<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for OneOf<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address prefix in quotes")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.add(self.1, text);
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Prefixes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Prefixes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of address prefixes")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Prefixes, A::Error> {
                let mut prefixes = Prefixes::default();
                let mut number = 1;
                while list.next_element_seed(OneOf(&mut prefixes, number))?.is_some() {
                    number += 1;
                }
                Ok(prefixes)
            }
        }
        deserializer.deserialize_seq(List)
    }
}

#[cfg(test)]
mod tests;
