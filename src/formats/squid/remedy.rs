//! What to add so that a check passes: ACLs and an allowing line for each access list, before every line that could deny.

use super::access::{Access, List};
use super::collect::Collected;
use super::lines;
use super::statements::Reader;
use crate::addresses::AddressSet;
use crate::formats::{Edit, Gap, Gaps, Input, Remedy};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn remedy(input: &Input<'_>, gaps: &Gaps) -> Option<Remedy> {
    let mut reader = Reader::read(input);
    let mut collected = Collected::new(input);
    reader.events.iter().for_each(|event| collected.take(event, &mut reader.account));
    let mut writer = Writer { collected: &collected, text: String::new(), used: BTreeSet::new() };
    writer.write(gaps);
    if writer.text.is_empty() {
        return None;
    }
    let (at, place) = place(input, &collected.access);
    let text = writer.text;
    let break_first = if at > 0 && !input.source.text()[..at].ends_with('\n') { "\n" } else { "" };
    let edits = vec![Edit { at, insert: format!("{break_first}{text}") }];
    Some(Remedy { text, place, edits, notes: notes(gaps) })
}

fn notes(gaps: &Gaps) -> Vec<String> {
    let mut notes = vec!["Check with `squid -k parse`, then load it with `squid -k reconfigure`.".to_owned()];
    if gaps.gaps.iter().flat_map(|gap| &gap.names).any(|name| name.starts_with("*.")) {
        notes.push("Squid's `.example.com` lets `example.com` itself through as well.".to_owned());
    }
    if gaps.gaps.iter().any(|gap| gap.names.is_empty() && !gap.prefixes.is_empty()) {
        notes.push("The ranges are a snapshot: take them anew when Microsoft publishes new ones.".to_owned());
    }
    notes
}

/// Before the first line that can deny, so before all of them: the additions name their port and hosts.
/// Without one at the end, but not within a line that the end leaves open.
fn place(input: &Input<'_>, access: &Access) -> (usize, String) {
    let first = access.0.first().map(|placed| placed.anchor);
    let Some(anchor) = first.or_else(|| lines::open_end(input.source)) else {
        return (input.source.text().len(), "at the end".to_owned());
    };
    let number = input.source.line_number(anchor as u32);
    let at = input.source.text()[..anchor].rfind('\n').map_or(0, |feed| feed + 1);
    (at, format!("before line {number} (`{}`)", crate::source::mask_secrets(input.source.line_text(number).trim())))
}

struct Writer<'a> {
    collected: &'a Collected<'a>,
    text: String,
    used: BTreeSet<String>,
}

/// What gaps on the same ports lack together.
#[derive(Default)]
struct Lacking<'a> {
    purposes: Vec<&'a str>,
    names: BTreeSet<String>,
    prefixes: Vec<IpNet>,
}

impl Writer<'_> {
    fn write(&mut self, gaps: &Gaps) {
        let mut by_ports: BTreeMap<Vec<u16>, Lacking<'_>> = BTreeMap::new();
        for gap in gaps.gaps.iter().filter(|gap| !gap.names.is_empty() || !gap.prefixes.is_empty()) {
            by_ports.entry(gap.tcp_ports.clone()).or_default().add(gap);
        }
        if by_ports.is_empty() {
            return;
        }
        let source = gaps.source.as_ref().map(|source| self.acl("azure_clients", "src", &[source.as_str()]));
        for (ports, lacking) in by_ports {
            self.group(&ports, &lacking, source.as_deref());
        }
    }

    fn group(&mut self, ports: &[u16], lacking: &Lacking<'_>, source: Option<&str>) {
        self.text += &format!("# {}\n", lacking.purposes.join(", "));
        let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
        let port = (!ports.is_empty()).then(|| {
            let values: Vec<&str> = ports.iter().map(String::as_str).collect();
            self.acl("azure_port", "port", &values)
        });
        let destinations = [
            self.list("azure_names", "dstdomain", &lacking.domains()),
            self.list("azure_patterns", "dstdom_regex -i", &lacking.expressions()),
            self.list("azure_ranges", "dst", &lacking.ranges()),
        ];
        for destination in destinations.iter().flatten() {
            let names: Vec<&str> = source.into_iter().chain(port.as_deref()).chain([destination.as_str()]).collect();
            for list in List::ALL.iter().filter(|&&list| self.collected.access.is_asked(list)) {
                self.text += &format!("{} allow {}\n", list.directive(), names.join(" "));
            }
        }
    }

    /// A list, one value a line.
    fn list(&mut self, stem: &str, type_name: &str, values: &[String]) -> Option<String> {
        let name = (!values.is_empty()).then(|| self.fresh(stem))?;
        values.iter().for_each(|value| self.text += &format!("acl {name} {type_name} {value}\n"));
        Some(name)
    }

    fn acl(&mut self, stem: &str, type_name: &str, values: &[&str]) -> String {
        let name = self.fresh(stem);
        self.text += &format!("acl {name} {type_name} {}\n", values.join(" "));
        name
    }

    /// A name that no ACL has, so that nothing else changes.
    fn fresh(&mut self, stem: &str) -> String {
        let numbered = (2..).map(|number| format!("{stem}_{number}"));
        let mut names = std::iter::once(stem.to_owned()).chain(numbered);
        let free = |name: &String| self.collected.acls.get(name).is_none() && !self.used.contains(name);
        let name = names.find(free).unwrap_or_else(|| stem.to_owned());
        self.used.insert(name.clone());
        name
    }
}

impl<'a> Lacking<'a> {
    fn add(&mut self, gap: &'a Gap) {
        if !self.purposes.contains(&gap.purpose.as_str()) {
            self.purposes.push(&gap.purpose);
        }
        self.names.extend(gap.names.iter().map(|name| name.to_ascii_lowercase()));
        if gap.names.is_empty() {
            self.prefixes.extend(&gap.prefixes);
        }
    }

    /// Entries of `dstdomain` that do not overlap: Squid refuses `a.x` beside `.x`.
    fn domains(&self) -> Vec<String> {
        let suffixes: BTreeSet<String> = self.names.iter().filter_map(|name| suffix(name)).map(str::to_owned).collect();
        let exact: Vec<String> = self.names.iter().filter(|name| is_plain(name)).cloned().collect();
        let all = suffixes.iter().cloned().chain(exact);
        all.filter(|name| !contained(name, &suffixes)).collect()
    }

    /// Names with a star anywhere else, as expressions.
    fn expressions(&self) -> Vec<String> {
        let other = |name: &&String| !is_plain(name) && suffix(name).is_none();
        let pattern = |name: &String| format!("^{}$", name.replace('.', "\\.").replace('*', ".*"));
        self.names.iter().filter(other).map(pattern).collect()
    }

    fn ranges(&self) -> Vec<String> {
        let prefixes = AddressSet::from_nets(self.prefixes.iter().copied()).prefixes();
        prefixes.iter().map(|prefix| if prefix.prefix_len() == 0 { "all".into() } else { prefix.to_string() }).collect()
    }
}

fn is_plain(name: &str) -> bool {
    !name.contains('*')
}

/// `.x` of `*.x`
fn suffix(name: &str) -> Option<&str> {
    name.strip_prefix('*').filter(|rest| rest.starts_with('.') && is_plain(rest))
}

/// Whether another suffix holds the name already.
fn contained(name: &str, suffixes: &BTreeSet<String>) -> bool {
    let dotted = format!(".{}", name.trim_start_matches('.'));
    let mut ends = dotted.match_indices('.').map(|(at, _)| &dotted[at..]);
    ends.any(|end| end != name && suffixes.contains(end))
}
