//! What to add so that a check passes: objects, and an allowing rule before the first rule that could deny.

mod parts;

use super::recognise::Spelling;
use super::scopes::{Kind, Scope};
use super::views::{Sight, View};
use super::written::Written;
use super::{Reading, Seen};
use crate::addresses::AddressSet;
use crate::formats::{Edit, Gap, Gaps, Input, Remedy};
use ipnet::IpNet;
use parts::{Addition, Part, quoted};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn remedy(input: &Input<'_>, written: &Written, gaps: &Gaps) -> Option<Remedy> {
    let spelling = written.spelling?;
    let reading = Reading::of(input, written);
    let mut remedy = Remedy { text: String::new(), place: String::new(), edits: Vec::new(), notes: notes(gaps) };
    let mut places = Vec::new();
    for seen in &reading.seen {
        for (sight, views) in &seen.sights {
            let counts = |view: &&View| view.label == gaps.vantage;
            let pairs: Vec<_> = views.iter().filter(counts).flat_map(|view| view.pairs.clone()).collect();
            if !pairs.is_empty() {
                let writer = Writer { input, seen, sight, pairs, taken: BTreeSet::new() };
                places.push(writer.write(gaps, spelling, &mut remedy));
            }
        }
    }
    remedy.place = places.join("; ");
    (!remedy.text.is_empty()).then_some(remedy)
}

fn notes(gaps: &Gaps) -> Vec<String> {
    let mut notes = vec!["Commit the candidate configuration after the change.".to_owned()];
    if gaps.gaps.iter().flat_map(|gap| &gap.names).any(|name| name.contains('*')) {
        notes.push("A URL category is compared with the name in the TLS handshake (SNI).".to_owned());
    }
    if gaps.gaps.iter().any(|gap| gap.names.is_empty() && !gap.prefixes.is_empty()) {
        notes.push("The ranges are a snapshot: take them anew when Microsoft publishes new ones.".to_owned());
    }
    notes
}

/// What gaps on the same ports lack together.
#[derive(Default)]
struct Lacking {
    names: BTreeSet<String>,
    prefixes: Vec<IpNet>,
}

impl Lacking {
    fn add(&mut self, gap: &Gap) {
        self.names.extend(gap.names.iter().map(|name| name.to_ascii_lowercase()));
        if gap.names.is_empty() {
            self.prefixes.extend(&gap.prefixes);
        }
    }
}

struct Writer<'w, 'a> {
    input: &'w Input<'a>,
    seen: &'w Seen<'a>,
    sight: &'w Sight<'a>,
    pairs: Vec<(String, String)>,
    taken: BTreeSet<String>,
}

/// Where the rule goes: into which list of which scope, and before which rule.
struct Place {
    scope: usize,
    section: &'static str,
    before: Option<(String, usize)>,
}

impl Writer<'_, '_> {
    fn write(mut self, gaps: &Gaps, spelling: Spelling, remedy: &mut Remedy) -> String {
        let place = self.place();
        let mut by_ports: BTreeMap<Vec<u16>, Lacking> = BTreeMap::new();
        for gap in gaps.gaps.iter().filter(|gap| !gap.names.is_empty() || !gap.prefixes.is_empty()) {
            by_ports.entry(gap.tcp_ports.clone()).or_default().add(gap);
        }
        let (mut objects, mut rules) = (Vec::new(), Vec::new());
        for (ports, lacking) in &by_ports {
            self.group(ports, lacking, gaps.source.as_deref(), (&mut objects, &mut rules));
        }
        if rules.is_empty() {
            return String::new();
        }
        let scope = &self.seen.scopes.all[place.scope];
        let only = self.seen.scopes.all.iter().filter(|scope| scope.kind == Kind::Vsys).count() == 1;
        let commands = commands(scope, only && spelling != Spelling::Set, &place, &objects, &rules);
        let edits = match spelling {
            Spelling::Set => Some(vec![self.at_end(&commands)]),
            Spelling::Xml | Spelling::Braces => fragments(scope, &place, &objects, &rules, spelling),
            Spelling::Table | Spelling::Running => None,
        };
        remedy.text += &commands;
        if scope.kind == Kind::Pushed {
            let note =
                "The rule that denies comes from Panorama: add the lines there, with the name of the device group.";
            remedy.notes.push(note.to_owned());
        }
        remedy.edits.extend(edits.unwrap_or_default());
        match &place.before {
            Some((rule, at)) => {
                let line = self.input.source.line_number(*at as u32);
                format!("before the rule `{rule}`, line {line}")
            }
            None => format!("at the end of {}", place.section),
        }
    }

    fn at_end(&self, commands: &str) -> Edit {
        let text = self.input.source.text();
        let break_first = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        Edit { at: text.len(), insert: format!("{break_first}{commands}") }
    }

    /// Before the first rule between these zones that could deny; at the end of the scope's own rules if there is none.
    fn place(&self) -> Place {
        let holds = |zones: &super::rules::Zones| self.pairs.iter().any(|(from, to)| zones.hold(from, to));
        let mut denying = self.sight.placed.iter().filter(|(_, _, placed)| !placed.only_allows && holds(&placed.zones));
        let before = denying.find_map(|(list, at, _)| {
            let list = &self.sight.lists[*list];
            let rule = list.rules.get(*at).filter(|_| list.only_if.is_none())?;
            let before = Some((rule.name.clone(), rule.span.start as usize));
            Some(Place { scope: list.scope, section: list.section, before })
        });
        before.unwrap_or_else(|| {
            let kind = self.seen.scopes.all[self.sight.scope].kind;
            let section = if kind == Kind::Vsys { "rulebase" } else { "pre-rulebase" };
            Place { scope: self.sight.scope, section, before: None }
        })
    }

    fn group(
        &mut self,
        ports: &[u16],
        lacking: &Lacking,
        source: Option<&str>,
        (objects, rules): (&mut Vec<Addition>, &mut Vec<Part>),
    ) {
        let numbers: Vec<String> = ports.iter().map(u16::to_string).collect();
        let service = match numbers.as_slice() {
            [] => "any".to_owned(),
            numbers => {
                let name = self.fresh(&format!("azure-tcp-{}", numbers.join("-")));
                let tcp = Part::Field("tcp", vec![Part::Value("port", numbers.join(","))]);
                let body = vec![Part::Field("protocol", vec![tcp])];
                objects.push(Addition { section: &["service"], part: Part::Entry(name.clone(), body) });
                name
            }
        };
        let wild = lacking.names.iter().any(|name| name.contains('*'));
        let mut members = Vec::new();
        if wild {
            let name = self.fresh("azure-names");
            let entries = lacking.names.iter().map(|name| format!("{name}/")).collect();
            let body = vec![Part::List("list", entries), Part::Value("type", "URL List".to_owned())];
            let part = Part::Entry(name.clone(), body);
            objects.push(Addition { section: &["profiles", "custom-url-category"], part });
            rules.push(self.rule(&["any".to_owned()], Some(&name), &service, source));
        } else {
            for name in &lacking.names {
                members.push(self.address(name, Part::Value("fqdn", name.clone()), objects));
            }
        }
        for prefix in AddressSet::from_nets(lacking.prefixes.iter().copied()).prefixes() {
            let stem = format!("azure-{}", prefix.to_string().replace(['/', ':'], "-"));
            members.push(self.address(&stem, Part::Value("ip-netmask", prefix.to_string()), objects));
        }
        if !members.is_empty() {
            let group = self.fresh("azure-addresses");
            let part = Part::Entry(group.clone(), vec![Part::List("static", members)]);
            objects.push(Addition { section: &["address-group"], part });
            rules.push(self.rule(&[group], None, &service, source));
        }
    }

    fn address(&mut self, stem: &str, value: Part, objects: &mut Vec<Addition>) -> String {
        let name = self.fresh(stem);
        objects.push(Addition { section: &["address"], part: Part::Entry(name.clone(), vec![value]) });
        name
    }

    fn rule(&mut self, destination: &[String], category: Option<&str>, service: &str, source: Option<&str>) -> Part {
        let name = self.fresh("allow-azure");
        let side = |pick: fn(&(String, String)) -> &String| {
            let zones: BTreeSet<String> = self.pairs.iter().map(pick).cloned().collect();
            zones.into_iter().collect::<Vec<_>>()
        };
        let list = |name: &'static str, value: &str| Part::List(name, vec![value.to_owned()]);
        let mut body = vec![
            Part::List("from", side(|pair| &pair.0)),
            Part::List("to", side(|pair| &pair.1)),
            list("source", source.unwrap_or("any")),
            Part::List("destination", destination.to_vec()),
            list("application", "any"),
            list("service", service),
        ];
        body.extend(category.map(|category| list("category", category)));
        body.push(Part::Value("action", "allow".to_owned()));
        Part::Entry(name, body)
    }

    /// A name that nothing in the export has, so that nothing else changes.
    fn fresh(&mut self, stem: &str) -> String {
        const LONGEST: usize = 58;
        let stem: String = stem.chars().take(LONGEST).collect();
        let text = self.input.source.text();
        let free = |name: &String| !self.taken.contains(name) && !text.contains(name.as_str());
        let numbered = (2..10_000).map(|number| format!("{stem}-{number}"));
        let name = std::iter::once(stem.clone()).chain(numbered).find(free).unwrap_or(stem);
        self.taken.insert(name.clone());
        name
    }
}

fn commands(scope: &Scope<'_>, only: bool, place: &Place, objects: &[Addition], rules: &[Part]) -> String {
    let prefix = match scope.kind {
        Kind::Shared => "shared ".to_owned(),
        Kind::DeviceGroup => format!("device-group {} ", quoted(&scope.name)),
        Kind::Pushed => "device-group DEVICE-GROUP ".to_owned(),
        // A firewall with one virtual system leaves its name out.
        Kind::Vsys if only || scope.name.is_empty() => String::new(),
        Kind::Vsys => format!("vsys {} ", quoted(&scope.name)),
    };
    let mut text = String::new();
    for object in objects {
        object.part.commands(&format!("set {prefix}{} ", object.section.join(" ")), &mut text);
    }
    let list = format!("{prefix}{} security rules ", place.section);
    for rule in rules {
        rule.commands(&format!("set {list}"), &mut text);
        if let (Some((before, _)), Part::Entry(name, _)) = (&place.before, rule) {
            text += &format!("move {list}{} before {}\n", quoted(name), quoted(before));
        }
    }
    text
}

/// The same as pieces of the export's own notation; `None` if the export has no place for them.
fn fragments(
    scope: &Scope<'_>,
    place: &Place,
    objects: &[Addition],
    rules: &[Part],
    spelling: Spelling,
) -> Option<Vec<Edit>> {
    let mut by_section: BTreeMap<&[&'static str], String> = BTreeMap::new();
    for object in objects {
        object.part.fragment(spelling, by_section.entry(object.section).or_default());
    }
    let mut text = String::new();
    rules.iter().for_each(|rule| rule.fragment(spelling, &mut text));
    let mut edits = Vec::new();
    let mut homeless = String::new();
    for (section, content) in by_section {
        match into_section(scope, section, &content, spelling) {
            Some(edit) => edits.push(edit),
            None => homeless += &parts::nested(section, &content, spelling),
        }
    }
    if !homeless.is_empty() {
        edits.extend(around(scope, &homeless)?);
    }
    edits.push(match &place.before {
        Some((_, at)) => Edit { at: *at, insert: text },
        None => at_end_of_rules(scope, place.section, text, spelling)?,
    });
    Some(edits)
}

/// Rules that were pasted alone, as XML, in what stands around them in a whole configuration, with the objects beside them.
fn around(scope: &Scope<'_>, objects: &str) -> Option<[Edit; 2]> {
    let mut above = Vec::new();
    let mut pasted = scope.node;
    while let (None, [only]) = (pasted.inside, pasted.children.as_slice()) {
        above.push(pasted.name.as_str());
        pasted = only;
    }
    let (outer, inner) = above.split_first()?;
    let open: String = inner.iter().map(|name| format!("<{name}>\n")).collect();
    let close: String = inner.iter().rev().map(|name| format!("</{name}>\n")).collect();
    Some([
        Edit { at: pasted.span.start as usize, insert: format!("<{outer}>\n{objects}{open}") },
        Edit { at: pasted.span.end as usize, insert: format!("\n{close}</{outer}>") },
    ])
}

fn into_section(scope: &Scope<'_>, path: &[&'static str], content: &str, spelling: Spelling) -> Option<Edit> {
    let mut depth = path.len();
    loop {
        let open = scope.node.all(&path[..depth]).into_iter().find_map(|node| node.inside);
        if let Some(at) = open {
            let wrapped = parts::nested(&path[depth..], content, spelling);
            return Some(Edit { at, insert: format!("\n{wrapped}") });
        }
        depth = depth.checked_sub(1)?;
    }
}

fn at_end_of_rules(scope: &Scope<'_>, section: &'static str, content: String, spelling: Spelling) -> Option<Edit> {
    let path = [section, "security", "rules"];
    match scope.node.all(&path).into_iter().filter_map(|node| node.children.last()).next_back() {
        Some(last) => Some(Edit { at: last.span.end as usize, insert: format!("\n{content}") }),
        None => into_section(scope, &path, &content, spelling),
    }
}
