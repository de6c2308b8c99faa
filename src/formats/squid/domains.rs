//! The values of `dstdomain` and `ssl::server_name`.

use crate::hosts::{Domain, HostPattern, normalize};
use std::collections::BTreeSet;

/// What an entry matches: `x` is exact, `.x` the domain and everything below it. Anything that no request's host can be
/// (a star, scheme, path, port, trailing dot, letters beyond ASCII) never matches (checked with Squid 5.7).
pub(super) fn pattern(entry: &str) -> HostPattern {
    let entry = entry.to_ascii_lowercase();
    if is_ipv6_literal(&entry) {
        return HostPattern::Exact(entry);
    }
    let base = entry.strip_prefix('.').unwrap_or(&entry);
    if normalize(base).as_deref() != Ok(base) {
        return HostPattern::Never;
    }
    match base == entry {
        true => HostPattern::Exact(entry),
        false => HostPattern::Domain(Domain::and_below(base)),
    }
}

/// Squid writes an IPv6 address of a request in brackets and in its shortest form.
fn is_ipv6_literal(entry: &str) -> bool {
    let inside = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok_and(|address| address.to_string() == text))
}

/// What Squid says when an entry joins those that an ACL already has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Joining {
    New,
    /// A broader entry holds it already; Squid warns and leaves it out.
    Contained(String),
    /// It is broader than an entry that came before; before version 7 Squid refuses the file.
    Refused(String),
}

/// The entries of one ACL so far, by their letters from the end, so that a domain's entries lie together.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    exact: BTreeSet<String>,
    suffixes: BTreeSet<String>,
}

impl Entries {
    pub fn join(&mut self, entry: &str) -> Joining {
        let entry = entry.to_ascii_lowercase();
        let (base, is_suffix) = entry.strip_prefix('.').map_or((entry.as_str(), false), |base| (base, true));
        let key: String = base.chars().rev().collect();
        let same = if is_suffix { &self.suffixes } else { &self.exact };
        if same.contains(&key) {
            return Joining::New;
        }
        if let Some(broader) = self.broader(&key) {
            return Joining::Contained(broader);
        }
        if let Some(other) = self.clashing(&key, is_suffix) {
            return Joining::Refused(other);
        }
        if is_suffix { &mut self.suffixes } else { &mut self.exact }.insert(key);
        Joining::New
    }

    /// The suffix above `key` that is already there.
    fn broader(&self, key: &str) -> Option<String> {
        let ends = key.match_indices('.').map(|(at, _)| &key[..at]);
        ends.filter(|end| self.suffixes.contains(*end)).map(|end| as_written(end, true)).next()
    }

    /// An entry that the new one contains, or that differs from it only in the leading dot.
    fn clashing(&self, key: &str, is_suffix: bool) -> Option<String> {
        if !is_suffix {
            return self.suffixes.contains(key).then(|| as_written(key, true));
        }
        let within = |set: &BTreeSet<String>| {
            let below = format!("{key}.");
            set.range(below.clone()..).next().filter(|next| next.starts_with(&below)).cloned()
        };
        let exact = self.exact.get(key).cloned().or_else(|| within(&self.exact));
        exact.map(|key| as_written(&key, false)).or_else(|| within(&self.suffixes).map(|key| as_written(&key, true)))
    }
}

fn as_written(key: &str, is_suffix: bool) -> String {
    let dot = if is_suffix { "." } else { "" };
    dot.chars().chain(key.chars().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_no_host_can_be_never_match() {
        for entry in
            ["*.x.com", "x.com.", "https://x.com", "x.com/", "x.com:443", ".", "..x.com", "b\u{fc}cher.example"]
        {
            assert_eq!(pattern(entry), HostPattern::Never, "{entry}");
        }
        assert_eq!(pattern("A_b.X.com"), HostPattern::Exact("a_b.x.com".into()));
        assert_eq!(pattern(".X.com"), HostPattern::Domain(Domain::and_below("x.com")));
        assert_eq!(pattern("[2001:db8::2]"), HostPattern::Exact("[2001:db8::2]".into()));
        assert_eq!(pattern("2001:db8::2"), HostPattern::Never);
    }

    /// Every row was put to Squid 5.7; `R` is refused, `W` a warning.
    #[test]
    fn overlaps_are_judged_by_their_order() {
        for (entries, expected) in [
            ("a.ex.com .ex.com", "-R"),
            (".ex.com a.ex.com", "-W"),
            (".ex.com .a.ex.com", "-W"),
            (".a.ex.com .ex.com", "-R"),
            ("ex.com .ex.com", "-R"),
            (".ex.com ex.com", "-R"),
            ("a.ex.com a.ex.com", "--"),
            (".ex.com .ex.com", "--"),
            ("A.EX.com .ex.com", "-R"),
            ("*.ex.com .ex.com", "-R"),
            ("a.ex.com. .ex.com", "--"),
            ("xex.com .ex.com", "--"),
            ("1.2.3.4 .3.4", "-R"),
        ] {
            let mut known = Entries::default();
            let joined = entries.split(' ').map(|entry| match known.join(entry) {
                Joining::New => '-',
                Joining::Contained(_) => 'W',
                Joining::Refused(_) => 'R',
            });
            assert_eq!(joined.collect::<String>(), expected, "{entries}");
        }
    }
}
