//! Commands to add: address objects, a group of them, and a policy before the first that applies.

use super::Device;
use super::pairs::{EXPLICIT, TRANSPARENT};
use super::schedules;
use super::script::next_free;
use super::tree::Scope;
use super::views::View;
use crate::addresses::{Family, parse_entry};
use crate::formats::{Edit, Gap, Gaps, Remedy};
use crate::hosts::{Shape, products};
use crate::source::Source;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Groups of addresses hold no more members than this on small models (FortiOS Maximum Values Table).
const MEMBERS: usize = 300;

/// The first point of view that the gaps were found from; without a choice among several there is none.
pub(super) fn remedy(source: &Source, device: &Device, gaps: &Gaps) -> Option<Remedy> {
    let (scope, view) = device.views.iter().find(|(_, view)| view.vantage.label == gaps.vantage)?;
    let scope = &device.tree.scopes[*scope];
    let mut writer = Writer { scope, view, used: BTreeSet::new(), objects: BTreeMap::new(), policies: String::new() };
    writer.write(gaps);
    let body = writer.text()?;
    let text = in_vdom(&scope.vdom, &body);
    let at = device.tree.starts.get(scope.configuration + 1).copied().unwrap_or(source.text().len());
    let feed = if at > 0 && !source.text()[..at].ends_with('\n') { "\n" } else { "" };
    let before = view.first.as_ref().map(|key| format!("; the policies go before policy {key}")).unwrap_or_default();
    let place = format!("on the command line, or at the end of the configuration{before}");
    let edits = vec![Edit { at, insert: format!("{feed}{text}") }];
    Some(Remedy { text, place, edits, notes: notes(gaps, &writer) })
}

fn in_vdom(vdom: &str, body: &str) -> String {
    match vdom {
        "" => body.to_owned(),
        "global" => format!("config global\n{body}end\n"),
        vdom => format!("config vdom\nedit {}\n{body}end\n", quoted(vdom)),
    }
}

fn notes(gaps: &Gaps, writer: &Writer<'_>) -> Vec<String> {
    let mut notes = vec!["The policies carry no security profiles; add those that your rules ask for.".to_owned()];
    let names = || gaps.gaps.iter().flat_map(|gap| &gap.names);
    if !writer.is_proxy() && names().any(|name| name.contains('*')) {
        let note =
            "Wildcard FQDN addresses need FortiOS 6.2.2 or later, and clients whose DNS goes through the FortiGate.";
        notes.push(note.to_owned());
    }
    if gaps.gaps.iter().any(|gap| gap.names.is_empty() && !gap.prefixes.is_empty()) {
        notes.push("The ranges are a snapshot: take them anew when Microsoft publishes new ones.".to_owned());
    }
    notes
}

struct Writer<'a> {
    scope: &'a Scope,
    view: &'a View,
    used: BTreeSet<(String, String)>,
    /// The entries to add to each table, as text.
    objects: BTreeMap<&'static str, String>,
    policies: String,
}

/// What gaps on the same ports lack together.
#[derive(Default)]
struct Lacking<'a> {
    purposes: Vec<&'a str>,
    names: BTreeSet<String>,
    prefixes: BTreeSet<IpNet>,
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
}

/// The tables in which objects have to exist before others name them.
const TABLES: [&str; 7] = [
    "firewall address",
    "firewall addrgrp",
    "firewall address6",
    "firewall addrgrp6",
    "firewall proxy-address",
    "firewall schedule recurring",
    "firewall service custom",
];

impl Writer<'_> {
    fn is_proxy(&self) -> bool {
        self.view.path == "firewall proxy-policy"
    }

    fn write(&mut self, gaps: &Gaps) {
        let mut by_ports: BTreeMap<Vec<u16>, Lacking<'_>> = BTreeMap::new();
        for gap in gaps.gaps.iter().filter(|gap| !gap.names.is_empty() || !gap.prefixes.is_empty()) {
            by_ports.entry(gap.tcp_ports.clone()).or_default().add(gap);
        }
        let source = gaps.source.as_deref().map(|source| self.source(source));
        for (ports, lacking) in by_ports {
            self.gap(&ports, &lacking, source.as_deref());
        }
    }

    fn gap(&mut self, ports: &[u16], lacking: &Lacking<'_>, source: Option<&[String]>) {
        let v4 = self.v4_members(lacking);
        let v6: Vec<IpNet> = lacking.prefixes.iter().filter(|net| matches!(net, IpNet::V6(_))).copied().collect();
        let v6: Vec<String> = v6.iter().map(|net| self.prefix(net)).collect();
        let groups = self.groups("firewall addrgrp", v4);
        let groups6 = self.groups("firewall addrgrp6", v6);
        let services = self.services(ports);
        let title = lacking.purposes.join(", ");
        self.policy(&title, (&groups, &groups6), &services, source);
    }

    fn v4_members(&mut self, lacking: &Lacking<'_>) -> Vec<String> {
        let names: Vec<String> = lacking.names.iter().filter_map(|name| self.name(name)).collect();
        let v4: Vec<IpNet> = lacking.prefixes.iter().filter(|net| matches!(net, IpNet::V4(_))).copied().collect();
        let prefixes: Vec<String> = v4.iter().map(|net| self.prefix(net)).collect();
        [names, prefixes].concat()
    }

    /// An object for a name. A star anywhere but in front has no meaning that Fortinet documents.
    fn name(&mut self, name: &str) -> Option<String> {
        let (table, body) = match self.is_proxy() {
            true => {
                let pattern = name.replace('.', "\\\\.").replace('*', ".+");
                ("firewall proxy-address", format!("set type host-regex\n        set host-regex \"^{pattern}$\""))
            }
            false => {
                let parsed = crate::hosts::Name::parse(name)?;
                let has_meaning = matches!(parsed.shape, Shape::Bare | Shape::StarDot);
                products::FORTIGATE_FQDN.read(name).filter(|_| has_meaning)?;
                ("firewall address", format!("set type fqdn\n        set fqdn \"{name}\""))
            }
        };
        Some(self.object(table, &format!("azure {}", name.replace('*', "all")), &body))
    }

    fn prefix(&mut self, net: &IpNet) -> String {
        let (table, body) = match net {
            IpNet::V4(net) => ("firewall address", format!("set subnet {} {}", net.network(), net.netmask())),
            IpNet::V6(net) => ("firewall address6", format!("set ip6 {net}")),
        };
        self.object(table, &format!("azure {net}"), &body)
    }

    fn source(&mut self, source: &str) -> Vec<String> {
        let Some(Ok(entry)) = parse_entry(source) else { return Vec::new() };
        entry.set.prefixes().iter().map(|net| self.prefix(net)).collect()
    }

    fn groups(&mut self, table: &'static str, members: Vec<String>) -> Vec<String> {
        if members.len() < 2 || self.is_proxy() {
            return members;
        }
        let chunks: Vec<String> = members.chunks(MEMBERS).map(|chunk| format!("set member {}", list(chunk))).collect();
        chunks.iter().map(|body| self.object(table, "azure endpoints", body)).collect()
    }

    /// Services for TCP ports: the predefined ones where the text does not define them otherwise.
    fn services(&mut self, ports: &[u16]) -> Vec<String> {
        let shipped = |port: u16| [(443, "HTTPS"), (80, "HTTP")].into_iter().find(|(own, _)| *own == port);
        let mut services = Vec::new();
        for &port in ports {
            let free = |name: &str| {
                let defined = self.scope.entry("firewall service custom", name);
                let grouped = self.scope.entry("firewall service group", name);
                let same = |values: &[String]| *values == [port.to_string()];
                grouped.is_none()
                    && defined.is_none_or(|entry| {
                        entry.fields.iter().filter(|f| f.name != "category").count() == 1
                            && same(entry.values("tcp-portrange"))
                    })
            };
            services.push(match shipped(port).filter(|(_, name)| free(name)) {
                Some((_, name)) => name.to_owned(),
                None => self.object(
                    "firewall service custom",
                    &format!("azure tcp {port}"),
                    &format!("set tcp-portrange {port}"),
                ),
            });
        }
        if services.is_empty() { vec!["ALL".to_owned()] } else { services }
    }

    /// Adds an entry under a name that the table does not have.
    fn object(&mut self, table: &'static str, stem: &str, body: &str) -> String {
        let same_kind = ["firewall address", "firewall addrgrp", "firewall vip", "firewall vipgrp", table];
        let taken = |name: &String| {
            self.used.contains(&(table.to_owned(), name.clone()))
                || same_kind.iter().any(|path| self.scope.entry(path, name).is_some())
        };
        let numbered = (2..).map(|number| format!("{stem} {number}"));
        let mut names = std::iter::once(stem.to_owned()).chain(numbered);
        let name = names.find(|name| !taken(name)).unwrap_or_default();
        self.used.insert((table.to_owned(), name.clone()));
        let text = self.objects.entry(table).or_default();
        let _ = write!(text, "    edit {}\n        {body}\n    next\n", quoted(&name));
        name
    }

    fn policy(
        &mut self,
        title: &str,
        (v4, v6): (&[String], &[String]),
        services: &[String],
        source: Option<&[String]>,
    ) {
        let ends = [ends("", Family::V4, source, v4), ends("6", Family::V6, source, v6)].concat();
        if v4.is_empty() && v6.is_empty() {
            return;
        }
        let schedule = quoted(&self.schedule());
        for (from, to) in self.view.alike.lists() {
            for entrance in entrances(&from) {
                let id = self.next_id();
                let name = ("name".to_owned(), quoted(&short(&format!("Azure {id} {title}"))));
                let to = ("dstintf".to_owned(), list(&to));
                let what = [("schedule", schedule.clone()), ("service", list(services))];
                let action = ("action".to_owned(), "accept".to_owned());
                let mut fields = vec![name];
                fields.extend(entrance);
                fields.extend([to, action]);
                fields.extend(self.translates().then(|| ("nat".to_owned(), "enable".to_owned())));
                fields.extend(ends.iter().cloned());
                fields.extend(what.map(|(field, value)| (field.to_owned(), value)));
                self.entry(id, &fields);
            }
        }
    }

    /// Whether policies of this place translate the source address: without it no answer finds its way back.
    fn translates(&self) -> bool {
        self.view.accepting.iter().filter_map(|key| self.scope.entry(self.view.path, key)).any(|own| own.enables("nat"))
    }

    fn next_id(&self) -> u32 {
        let number = |key: String| key.parse::<u32>().unwrap_or(1);
        let first_free = self.scope.tables.get(self.view.path).map_or(1, |table| number(next_free(table)));
        first_free + self.policies.matches("    edit ").count() as u32
    }

    fn entry(&mut self, id: u32, fields: &[(String, String)]) {
        let text = &mut self.policies;
        let _ = writeln!(text, "    edit {id}");
        fields.iter().for_each(|(field, values)| {
            let _ = writeln!(text, "        set {field} {values}");
        });
        *text += "    next\n";
        if let Some(first) = &self.view.first {
            let _ = writeln!(text, "    move {id} before {first}");
        }
    }

    /// The shipped schedule, or one of our own where the text defines that name otherwise.
    fn schedule(&mut self) -> String {
        const SHIPPED: &str = "always";
        if schedules::is_as_shipped(self.scope, SHIPPED) {
            return SHIPPED.to_owned();
        }
        let body = "set day sunday monday tuesday wednesday thursday friday saturday";
        self.object("firewall schedule recurring", "azure always", body)
    }

    /// The tables in the order in which they depend on one another.
    fn text(&self) -> Option<String> {
        if self.policies.is_empty() {
            return None;
        }
        let mut text = String::new();
        for table in TABLES {
            if let Some(entries) = self.objects.get(table) {
                let _ = write!(text, "config {table}\n{entries}end\n");
            }
        }
        let _ = write!(text, "config {}\n{}end\n", self.view.path, self.policies);
        Some(text)
    }
}

/// The fields that say where traffic comes in. One policy speaks of interfaces, of one explicit proxy or of transparent ones.
fn entrances(from: &[&str]) -> Vec<Vec<(String, String)>> {
    let field = |name: &str, value: String| (name.to_owned(), value);
    let explicit = from.iter().filter_map(|name| name.strip_prefix(EXPLICIT));
    let mut all: Vec<_> = explicit.map(|kind| vec![field("proxy", kind.to_owned())]).collect();
    let transparent: Vec<&str> = from.iter().filter_map(|name| name.strip_prefix(TRANSPARENT)).collect();
    if !transparent.is_empty() {
        all.push(vec![field("proxy", "transparent-web".to_owned()), field("srcintf", list(&transparent))]);
    }
    let is_proxy = |name: &str| name.starts_with(EXPLICIT) || name.starts_with(TRANSPARENT);
    let interfaces: Vec<&str> = from.iter().copied().filter(|name| !is_proxy(name)).collect();
    if !interfaces.is_empty() {
        all.push(vec![field("srcintf", list(&interfaces))]);
    }
    all
}

/// The fields that say from where to where, in one IP version; none where there is nothing to let through.
fn ends(mark: &str, family: Family, source: Option<&[String]>, members: &[String]) -> Vec<(String, String)> {
    let is_v6 = |name: &&String| name.contains(':');
    let sources: Vec<String> = match source.filter(|source| !source.is_empty()) {
        Some(own) => own.iter().filter(|name| is_v6(name) == (family == Family::V6)).cloned().collect(),
        None => vec!["all".to_owned()],
    };
    if members.is_empty() || sources.is_empty() {
        return Vec::new();
    }
    vec![(format!("srcaddr{mark}"), list(&sources)), (format!("dstaddr{mark}"), list(members))]
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

fn list<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| quoted(name.as_ref())).collect::<Vec<_>>().join(" ")
}

/// Names of policies have at most 35 characters (CLI Reference: config firewall policy, "name").
fn short(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_ascii_alphanumeric() || " -".contains(*c))
        .take(35)
        .collect::<String>()
        .trim_end()
        .to_owned()
}
