//! What the user states about things that no export tells: the answers of DNS, and the time.

use crate::addresses::{AddressSet, parse_entry};
use crate::hosts::{Domain, HostPattern, normalize};
use crate::policy::Condition;
use crate::problem::Problem;
use crate::settings::Settings;
use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr};
use time::format_description::well_known::Iso8601;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// The statements; what is not stated stays undecided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stated {
    /// The narrowest names first.
    lookups: Vec<Lookup>,
    pub moment: Option<Moment>,
}

/// What DNS answers to the device or the client.
#[derive(Clone, Debug, PartialEq)]
struct Lookup {
    names: HostPattern,
    /// The name has some of these addresses and no others; it does not resolve if there are none.
    addresses: AddressSet,
}

/// A point in time, as the clock on the wall shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    pub local: PrimitiveDateTime,
    /// The same by UTC, where the distance to it was stated.
    pub utc: Option<PrimitiveDateTime>,
}

static NOTHING: Stated = Stated { lookups: Vec::new(), moment: None };

impl Default for &Stated {
    fn default() -> Self {
        &NOTHING
    }
}

impl Stated {
    /// # Errors
    /// Which statement cannot be read.
    pub fn new(settings: &Settings) -> Result<Stated, Problem> {
        let mut lookups: Vec<(Reverse<usize>, Lookup)> =
            settings.dns.iter().map(|(names, answer)| lookup(names, answer)).collect::<Result<_, _>>()?;
        lookups.sort_by_key(|(width, _)| *width);
        let lookups = lookups.into_iter().map(|(_, lookup)| lookup).collect();
        let moment = settings.time.as_deref().map(|text| moment(text).ok_or_else(|| bad_time(text))).transpose()?;
        Ok(Stated { lookups, moment })
    }

    /// Where a name's address lies in `set`, as far as that is stated; `otherwise` for other destinations.
    pub fn leads_into(&self, set: &AddressSet, otherwise: Condition) -> Condition {
        self.by_lookup(otherwise, |addresses| match () {
            // To Squid, a name that does not resolve has the address 255.255.255.255.
            () if addresses.is_empty() => (!set.contains(IpAddr::V4(Ipv4Addr::BROADCAST))).then_some(false),
            () if addresses.is_subset(set) => Some(true),
            () => addresses.is_disjoint(set).then_some(false),
        })
    }

    /// Where a name resolves at all, as far as that is stated; `otherwise` for other destinations.
    pub fn resolves(&self, otherwise: Condition) -> Condition {
        self.by_lookup(otherwise, |addresses| Some(!addresses.is_empty()))
    }

    /// Where something holds of the addresses that a name is stated to have; `None` where they leave it open.
    pub fn by_lookup(&self, otherwise: Condition, holds: impl Fn(&AddressSet) -> Option<bool>) -> Condition {
        self.lookups.iter().rev().fold(otherwise.clone(), |wider, Lookup { names, addresses }| {
            let (named, other) = (Condition::host(names.clone()), Condition::host(names.clone()).negate());
            match holds(addresses) {
                Some(true) => Condition::Any(vec![named, wider]),
                Some(false) => Condition::All(vec![other, wider]),
                None => Condition::Any(vec![
                    Condition::All(vec![named, otherwise.clone()]),
                    Condition::All(vec![other, wider]),
                ]),
            }
        })
    }
}

/// `name = address, prefix, …`; the narrower the names, the longer their text.
fn lookup(names: &str, answer: &str) -> Result<(Reverse<usize>, Lookup), Problem> {
    let wrong = |why: String| {
        Problem::error("bad-dns", format!("The statement `{names}={answer}` about DNS cannot be read: {why}.")).hint(
            "Write a name or `*.name` and its addresses, `public`, `private`, or `none`: `a.example.com=10.1.2.3`.",
        )
    };
    let name = names.trim();
    let (base, below) = name.strip_prefix("*.").map_or((name, false), |base| (base, true));
    let pattern = match name {
        "*" => HostPattern::Any,
        _ => {
            let base = normalize(base).map_err(|error| wrong(error.to_string()))?;
            if below { HostPattern::Domain(Domain::below(base)) } else { HostPattern::Exact(base) }
        }
    };
    let words = answer.split([',', ' ']).filter(|word| !word.is_empty());
    let sets: Vec<AddressSet> = words.map(addresses).collect::<Result<_, _>>().map_err(wrong)?;
    if sets.is_empty() {
        return Err(wrong("it names no address".to_owned()));
    }
    let exact = usize::from(!below) * 1_000;
    let width = if name == "*" { 0 } else { exact + base.len() };
    Ok((Reverse(width), Lookup { names: pattern, addresses: AddressSet::union_all(&sets) }))
}

fn addresses(word: &str) -> Result<AddressSet, String> {
    match (word, parse_entry(word)) {
        ("none", _) => Ok(AddressSet::empty()),
        ("public", _) => Ok(AddressSet::public()),
        ("private", _) => Ok(AddressSet::private()),
        (_, Some(Ok(entry))) => Ok(entry.set),
        (_, Some(Err(error))) => Err(error.to_string()),
        (_, None) => Err(format!("`{word}` is no address or prefix")),
    }
}

/// `2026-11-23T10:30`, with or without seconds and the distance to UTC.
fn moment(text: &str) -> Option<Moment> {
    let text = text.trim().replacen(' ', "T", 1);
    if let Ok(with_offset) = OffsetDateTime::parse(&text, &Iso8601::PARSING) {
        let plain = |moment: OffsetDateTime| PrimitiveDateTime::new(moment.date(), moment.time());
        let utc = Some(plain(with_offset.to_offset(UtcOffset::UTC)));
        return Some(Moment { local: plain(with_offset), utc });
    }
    PrimitiveDateTime::parse(&text, &Iso8601::PARSING).ok().map(|local| Moment { local, utc: None })
}

fn bad_time(text: &str) -> Problem {
    Problem::error("bad-time", format!("The time `{text}` cannot be read."))
        .hint("Write it like 2026-11-23T10:30 as the client's clock shows it, or with its distance to UTC: 2026-11-23T10:30+01:00.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(dns: &[(&str, &str)], time: Option<&str>) -> Result<Stated, Problem> {
        let dns = dns.iter().map(|(names, answer)| ((*names).to_owned(), (*answer).to_owned())).collect();
        Stated::new(&Settings { dns, time: time.map(str::to_owned), ..Settings::default() })
    }

    #[test]
    fn times() {
        for (text, local, utc) in [
            ("2026-11-23T10:30", Some("2026-11-23 10:30:00.0"), None),
            ("2026-11-23 10:30:15", Some("2026-11-23 10:30:15.0"), None),
            ("2026-11-23T00:30+01:00", Some("2026-11-23 0:30:00.0"), Some("2026-11-22 23:30:00.0")),
            ("2026-11-23T10:30Z", Some("2026-11-23 10:30:00.0"), Some("2026-11-23 10:30:00.0")),
            ("2026-11-23", None, None),
            ("2026-02-30T10:00", None, None),
            ("10:30", None, None),
            ("", None, None),
        ] {
            let found = stated(&[], Some(text)).ok().and_then(|stated| stated.moment);
            let shown = |moment: PrimitiveDateTime| moment.to_string();
            assert_eq!(found.map(|moment| shown(moment.local)).as_deref(), local, "{text}");
            assert_eq!(found.and_then(|moment| moment.utc).map(shown).as_deref(), utc, "{text}");
        }
    }

    #[test]
    fn answers_of_dns() {
        for (names, answer, fine) in [
            ("a.example.com", "10.1.2.3", true),
            ("*.example.com", "10.1.2.3, 10.1.2.4 2001:db8::/32", true),
            ("*", "public", true),
            ("a.example.com", "none", true),
            ("a.example.com", "", false),
            ("a.example.com", "10.1.2.300", false),
            ("a.example.com", "b.example.com", false),
            ("a_ b", "10.1.2.3", false),
            ("*.*.com", "10.1.2.3", false),
        ] {
            let found = stated(&[(names, answer)], None);
            assert_eq!(found.is_ok(), fine, "{names}={answer}: {found:?}");
        }
    }

    #[test]
    fn the_narrowest_statement_counts() {
        let stated = stated(
            &[("*", "public"), ("*.b.example", "none"), ("*.c.b.example", "private"), ("b.example", "1.1.1.1")],
            None,
        );
        let patterns: Vec<String> =
            stated.expect("read").lookups.iter().map(|one| format!("{:?}", one.names)).collect();
        let at = |text: &str| patterns.iter().position(|pattern| pattern.contains(text)).expect(text);
        assert!(at("\"b.example\"") == 0 && at("c.b.example") == 1 && patterns[3].contains("Any"), "{patterns:?}");
    }
}
