//! From a plan and a path of devices to a report.

mod budget;
mod cite;
mod communities;
mod devices;
mod evidence;
mod findings;
mod interplay;
mod names;
mod ranges;
mod remedies;
mod summary;

use super::model::*;
use crate::addresses::{AddressSet, Family};
use crate::catalogue::{Catalogue, Note as CatalogueNote};
use crate::coverage::{self, Need, Plan};
use crate::device::Device;
use crate::problem::Problem;
use crate::reach::{Question, TagTable};
use crate::settings::{IpVersions, Settings};
use cite::Files;
use ipnet::IpNet;
use std::collections::BTreeMap;

/// Everything that a report is made from.
pub struct Check<'a> {
    pub plan: &'a Plan<'a>,
    pub path: &'a [Device<'a>],
    pub settings: &'a Settings,
    pub source: Option<AddressSet>,
    pub tags: &'a dyn TagTable,
    pub catalogue: &'a Catalogue,
    pub knowledge: Knowledge,
    /// Worth telling besides what the exports themselves raise.
    pub problems: Vec<Problem>,
}

impl Check<'_> {
    /// Asks everything and writes the answers down.
    pub fn report(self) -> Report {
        let files = Files::new(self.path);
        let (rows, ranges) = self.rows(&names::readings(self.path), &files);
        let (mut remedies, mut without) = (Vec::new(), Vec::new());
        for proposed in remedies::remedies(&self, &rows) {
            match proposed {
                Ok(proposed) => remedies.push(proposed.result),
                Err(why) => without.push(why),
            }
        }
        let clashes = rows.iter().flat_map(|row| &row.clashes).chain(ranges.clashes()).cloned();
        let mut findings = findings::findings(&self, clashes, &files);
        findings.append(&mut without);
        let requirements: Vec<RequirementResult> = rows.into_iter().map(|row| row.result).collect();
        Report {
            report_version: 1,
            tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            asked: self.asked(),
            summary: summary::summary(&requirements),
            requirements,
            ranges: ranges.into_results(),
            devices: devices::devices(self.path),
            findings,
            remedies,
            notes: self.plan.notes.iter().map(|note| self.note(note)).collect(),
            knowledge: self.knowledge,
        }
    }

    /// The exports that lack something, with the proposed additions in place: index on the path, and text.
    pub fn amended(&self) -> Vec<(usize, String)> {
        let files = Files::new(self.path);
        let (rows, _) = self.rows(&Vec::new(), &files);
        let proposed: Vec<_> = remedies::remedies(self, &rows).into_iter().flatten().collect();
        let changed = proposed.iter().filter(|p| !p.remedy.edits.is_empty());
        changed.map(|p| (p.device, p.remedy.apply(self.path[p.device].input.source.text()))).collect()
    }

    fn rows(&self, readings: &names::Readings<'_>, files: &Files<'_>) -> (Vec<Row>, ranges::Ranges) {
        let ranges = ranges::Ranges::ask(self, files);
        let rows = self.plan.needs.iter().map(|need| self.row(need, readings, &ranges, files)).collect();
        (rows, ranges)
    }

    fn question(&self, port: u16) -> Question {
        Question { source: self.source.clone(), families: self.plan.families.clone(), ..Question::tcp(port) }
    }

    fn row(&self, need: &Need<'_>, readings: &names::Readings<'_>, ranges: &ranges::Ranges, files: &Files<'_>) -> Row {
        let mut names = names::names(self, readings, need, files);
        let range_rows = ranges.of(need);
        let communities = communities::communities(self, need, files);
        let planes = [
            names.as_ref().map(|n| n.joint()),
            range_rows.as_ref().map(|r| r.joint()),
            communities.as_ref().map(|c| c.joint()),
        ];
        let at_device = |device: usize| {
            let by_name = names.as_ref().map(|n| n.at_device(device));
            let by_range = range_rows.as_ref().map(|r| r.at_device(device));
            let by_community = communities.as_ref().map(|c| c.at_device(device));
            match by_name {
                Some(final_one) if self.path[device].is_asked_by_name() && final_one != Verdict::Unsupported => {
                    final_one
                }
                _ => coverage::either(&[by_name, by_range, by_community].into_iter().flatten().collect::<Vec<_>>()),
            }
        };
        let devices: Vec<Verdict> = (0..self.path.len()).map(at_device).collect();
        let spoken: Vec<Verdict> = planes.into_iter().flatten().collect();
        let verdict = whole(need, &devices, &spoken);
        let clashes = names.iter_mut().flat_map(|names| names.take_clashes()).collect();
        let result = RequirementResult {
            id: need.requirement.id.clone(),
            scenario: need.scenario.id.clone(),
            purpose: need.requirement.purpose.clone(),
            title: title(need),
            detail: need.requirement.title.clone(),
            required: need.requirement.required,
            ports: need.ports.clone(),
            verdict,
            sentence: summary::row_sentence(verdict, need, &names, &range_rows, &communities),
            names: names.map(|names| names.into_result()),
            ranges: range_rows.map(|ranges| ranges.into_result()),
            communities: communities.map(|communities| communities.into_result()),
            notes: need.requirement.notes.iter().map(|note| self.note(note)).chain(open_notes(need)).collect(),
            sources: self.sources(&need.requirement.source),
        };
        Row { result, devices, missing: ranges.missing(need), clashes }
    }

    fn note(&self, note: &CatalogueNote) -> Note {
        Note { text: note.text.clone(), sources: self.sources(&note.source) }
    }

    fn sources(&self, keys: &[String]) -> Vec<SourceRef> {
        let found = keys.iter().filter_map(|key| self.catalogue.sources.get(key));
        found.map(|s| SourceRef { title: s.title.clone(), url: s.url.clone(), date: Some(s.date.clone()) }).collect()
    }

    fn asked(&self) -> Asked {
        let one_family =
            |asked, other| Some(format!("IPv{asked} was asked; whether IPv{other} is let through was not."));
        let (ip, ip_note) = match self.settings.ip {
            IpVersions::V4 => ("4", one_family(4, 6)),
            IpVersions::V6 => ("6", one_family(6, 4)),
            IpVersions::Both => ("both", None),
        };
        Asked {
            scenarios: self
                .plan
                .scenarios
                .iter()
                .map(|s| ScenarioRef { id: s.id.clone(), title: s.title.clone() })
                .collect(),
            cloud: self.plan.cloud.id().to_owned(),
            regions: self.plan.regions.clone(),
            source: self.settings.source.clone(),
            facts: BTreeMap::clone(&self.settings.facts),
            dns: BTreeMap::clone(&self.settings.dns),
            time: self.settings.time.clone(),
            stated_note: stated_note(self.settings),
            ip: ip.to_owned(),
            ip_note,
        }
    }
}

/// What the answers rest on besides the exports.
fn stated_note(settings: &Settings) -> Option<String> {
    let dns = settings.dns.iter().map(|(names, answer)| format!("DNS gives {names} = {answer}"));
    let time = settings.time.iter().map(|time| format!("the time is {time}"));
    let stated: Vec<String> = dns.chain(time).collect();
    (!stated.is_empty()).then(|| format!("You stated, and no export tells: {}.", stated.join("; ")))
}

/// A requirement's result, and the verdict at each device alone.
struct Row {
    result: RequirementResult,
    devices: Vec<Verdict>,
    /// The prefixes that are not let through.
    missing: Vec<IpNet>,
    /// Rules that would decide about its names otherwise, if others did not come first.
    clashes: Vec<Finding>,
}

/// The verdict along the path. Each device may let it through by a plane of its own; where that is not enough, what passes
/// all of them on one plane decides. An open question leaves only "covered" standing.
fn whole(need: &Need<'_>, devices: &[Verdict], planes: &[Verdict]) -> Verdict {
    let on_one_plane = coverage::either(planes);
    let verdict = match coverage::in_series(devices) {
        Verdict::Covered => Verdict::Covered,
        worst if devices.len() == 1 => worst,
        worst @ (Verdict::Undecided | Verdict::Unsupported) => worst,
        _ if matches!(on_one_plane, Verdict::Missing | Verdict::Partly) => on_one_plane,
        worst => worst,
    };
    match verdict {
        Verdict::Covered if planes.is_empty() => Verdict::Undecided,
        Verdict::Missing | Verdict::Partly | Verdict::Unsupported if !need.open.is_empty() => Verdict::Undecided,
        verdict => verdict,
    }
}

fn title(need: &Need<'_>) -> String {
    let requirement = need.requirement;
    let listed = [
        requirement.urls.iter().map(|url| url.as_str().to_owned()).collect::<Vec<_>>(),
        requirement.service_tags.clone(),
        requirement.ips.iter().map(ToString::to_string).collect(),
        requirement.bgp_communities.iter().map(|community| community.label.clone()).collect(),
    ];
    let first = listed.into_iter().find(|texts| !texts.is_empty()).unwrap_or_default();
    match first.as_slice() {
        [] => requirement.purpose.clone(),
        texts if texts.len() <= 3 => texts.join(", "),
        texts => format!("{} and {} more", texts[0], texts.len() - 1),
    }
}

fn open_notes(need: &Need<'_>) -> impl Iterator<Item = Note> {
    need.open.iter().map(|why| {
        let mut text = format!("{why}.");
        text[..1].make_ascii_uppercase();
        Note { text, sources: Vec::new() }
    })
}

fn family_text(family: Family) -> &'static str {
    match family {
        Family::V4 => "4",
        Family::V6 => "6",
    }
}
