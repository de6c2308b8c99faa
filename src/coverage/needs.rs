//! Requirements with everything filled in: regions, facts, the addresses of service tags.

use crate::addresses::{AddressSet, Family};
use crate::azure::{Cloud, ServiceTags};
use crate::catalogue::{AddressSpace, Catalogue, Facts, HostEntry, Note, Region, Regions, Requirement, Scenario, When};
use crate::hosts::{HostSet, Tri};
use crate::policy::Community;
use crate::problem::Problem;
use crate::settings::{IpVersions, Settings};

/// What is to be checked.
#[derive(Clone)]
pub struct Plan<'a> {
    pub cloud: Cloud,
    pub scenarios: Vec<&'a Scenario>,
    /// The regions as the user named them, in the display spelling.
    pub regions: Vec<String>,
    pub families: Vec<Family>,
    pub needs: Vec<Need<'a>>,
    /// The scenarios' notes that apply.
    pub notes: Vec<&'a Note>,
    pub problems: Vec<Problem>,
}

/// One requirement, ready to be asked.
#[derive(Clone)]
pub struct Need<'a> {
    pub scenario: &'a Scenario,
    pub requirement: &'a Requirement,
    pub ports: Vec<u16>,
    pub names: Vec<HostSet>,
    pub ranges: Vec<RangeNeed>,
    pub communities: Vec<(String, Result<Community, String>)>,
    /// Why a part of it cannot be asked: a region or a fact that was not stated.
    pub open: Vec<String>,
}

/// Addresses of one family that are to be let through.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeNeed {
    /// The tag's name, or "listed prefixes".
    pub label: String,
    pub tag: Option<String>,
    pub family: Family,
    pub addresses: AddressSet,
}

/// Fills the chosen scenarios in.
///
/// # Errors
/// A choice that does not exist: a scenario, a region, a fact, or a scenario of another cloud.
pub fn plan<'a>(
    catalogue: &'a Catalogue,
    tags: Option<&ServiceTags>,
    settings: &Settings,
) -> Result<Plan<'a>, Problem> {
    catalogue.check_facts(&settings.facts)?;
    let scenarios = scenarios(catalogue, settings)?;
    let cloud = cloud(&scenarios, settings)?;
    let regions: Vec<&Region> = settings.regions.iter().filter_map(|name| Regions::builtin().find(name)).collect();
    check_regions(tags, cloud, settings)?;
    let families = match settings.ip {
        IpVersions::V4 => vec![Family::V4],
        IpVersions::V6 => vec![Family::V6],
        IpVersions::Both => vec![Family::V4, Family::V6],
    };
    let mut filler = Filler { tags, regions: &regions, settings, families: &families, problems: Vec::new() };
    let mut needs = Vec::new();
    for scenario in &scenarios {
        for requirement in &scenario.requirements {
            needs.extend(filler.need(scenario, requirement));
        }
    }
    let applies = |note: &&Note| note.when.as_ref().is_none_or(|when| when.holds(&settings.facts) != Tri::No);
    Ok(Plan {
        cloud,
        notes: scenarios.iter().flat_map(|scenario| scenario.notes.iter().filter(applies)).collect(),
        scenarios,
        regions: settings.regions.iter().map(|name| display(name)).collect(),
        problems: filler.problems,
        families,
        needs,
    })
}

fn scenarios<'a>(catalogue: &'a Catalogue, settings: &Settings) -> Result<Vec<&'a Scenario>, Problem> {
    let default = [catalogue.default_scenario(settings.cloud).map(|scenario| scenario.id.clone()).unwrap_or_default()];
    let ids = if settings.scenarios.is_empty() { &default[..] } else { &settings.scenarios };
    ids.iter().map(|id| catalogue.scenario(id).ok_or_else(|| unknown_scenario(catalogue, id))).collect()
}

fn unknown_scenario(catalogue: &Catalogue, id: &str) -> Problem {
    let known: Vec<&str> = catalogue.scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
    let message = match id {
        "" => "The catalogue has no default scenario for this cloud.".to_owned(),
        id => format!("There is no scenario `{id}`."),
    };
    Problem::error("unknown-scenario", message).hint(format!("Scenarios: {}.", known.join(", ")))
}

/// The cloud that the user chose, else the scenarios'.
fn cloud(scenarios: &[&Scenario], settings: &Settings) -> Result<Cloud, Problem> {
    let of_scenarios = scenarios.iter().find_map(|scenario| scenario.cloud);
    let cloud = settings.cloud.or(of_scenarios).unwrap_or(Cloud::Public);
    match scenarios.iter().find(|scenario| scenario.cloud.is_some_and(|own| own != cloud)) {
        None => Ok(cloud),
        Some(other) => Err(Problem::error(
            "other-cloud",
            format!("The scenario `{}` belongs to another cloud than {}.", other.id, cloud.title()),
        )
        .hint("Choose scenarios of one cloud, and that cloud.")),
    }
}

fn check_regions(tags: Option<&ServiceTags>, cloud: Cloud, settings: &Settings) -> Result<(), Problem> {
    let listed = || tags.map(|tags| tags.regions().join(", ")).unwrap_or_default();
    for name in &settings.regions {
        let known = Regions::builtin().find(name);
        if let Some(region) = known.filter(|region| region.cloud != cloud) {
            let message =
                format!("{} is a region of {}, not of {}.", region.display, region.cloud.title(), cloud.title());
            return Err(Problem::error("other-cloud", message));
        }
        if known.is_none() && !tags.is_some_and(|tags| tags.has_region(name)) {
            return Err(Problem::error("unknown-region", format!("There is no Azure region `{name}`."))
                .hint(format!("Regions in the loaded service tags: {}.", listed())));
        }
    }
    Ok(())
}

fn display(name: &str) -> String {
    Regions::builtin().find(name).map_or_else(|| name.to_owned(), |region| region.display.clone())
}

struct Filler<'a> {
    tags: Option<&'a ServiceTags>,
    regions: &'a [&'a Region],
    settings: &'a Settings,
    families: &'a [Family],
    problems: Vec<Problem>,
}

impl Filler<'_> {
    /// The requirement filled in; `None` if it does not apply.
    fn need<'c>(&mut self, scenario: &'c Scenario, requirement: &'c Requirement) -> Option<Need<'c>> {
        let mut open = match requirement.applies(&self.settings.facts) {
            Tri::No => return None,
            Tri::Yes => Vec::new(),
            Tri::Maybe => vec![unstated(requirement, &self.settings.facts)],
        };
        let names = self.names(&requirement.urls, &mut open);
        let communities = requirement.bgp_communities.iter().flat_map(|need| match need.resolve(self.regions) {
            Ok(values) => values.into_iter().map(|value| (need.label.clone(), Ok(value))).collect(),
            Err(why) => vec![(need.label.clone(), Err(why))],
        });
        Some(Need {
            scenario,
            requirement,
            ports: requirement.tcp_ports.iter().map(|port| port.get()).collect(),
            names,
            communities: communities.collect(),
            ranges: self.ranges(requirement, &mut open),
            open,
        })
    }

    fn names(&self, urls: &[HostEntry], open: &mut Vec<String>) -> Vec<HostSet> {
        let mut names = Vec::new();
        for url in urls {
            match url.resolve(self.regions) {
                Ok(entries) => names.extend(entries.iter().filter_map(|entry| HostSet::parse(entry.as_str()).ok())),
                Err(why) => open.push(why),
            }
        }
        names
    }

    fn ranges(&mut self, requirement: &Requirement, open: &mut Vec<String>) -> Vec<RangeNeed> {
        let mut ranges = Vec::new();
        if requirement.address_space == AddressSpace::Private {
            return ranges;
        }
        if !requirement.ips.is_empty() {
            let listed = AddressSet::from_nets(requirement.ips.iter().copied());
            ranges.extend(self.by_family("listed prefixes", None, &listed));
        }
        for tag in &requirement.service_tags {
            match self.tags {
                Some(tags) => ranges.extend(self.tag(tags, tag, open)),
                None => open.push(format!("no service tags are loaded to tell the addresses of `{tag}`")),
            }
        }
        ranges
    }

    /// The tag's regional variants for the chosen regions, or the whole tag where it has none.
    fn tag(&mut self, tags: &ServiceTags, name: &str, open: &mut Vec<String>) -> Vec<RangeNeed> {
        let Some(whole) = tags.tag(name) else {
            open.push(format!("the loaded service tags hold no tag `{name}`"));
            return Vec::new();
        };
        let narrowed = !self.settings.regions.is_empty() && tags.has_regional_variants(name);
        let regional = self.settings.regions.iter().map(|region| (region, tags.regional(name, region)));
        let found = match narrowed {
            false => vec![whole],
            true => regional.filter_map(|(region, tag)| tag.or_else(|| self.no_variant(name, region))).collect(),
        };
        let found = if found.is_empty() { vec![whole] } else { found };
        found.iter().flat_map(|tag| self.by_family(&tag.name, Some(&tag.name), &tag.addresses)).collect()
    }

    fn no_variant<T>(&mut self, tag: &str, region: &str) -> Option<T> {
        let message = format!("The loaded service tags have no `{tag}` of its own for {}.", display(region));
        let problem =
            Problem::note("no-regional-tag", message).hint("Its other regions, or the whole tag, were asked.");
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        None
    }

    fn by_family(&self, label: &str, tag: Option<&str>, addresses: &AddressSet) -> Vec<RangeNeed> {
        let need = |&family: &Family| RangeNeed {
            label: label.to_owned(),
            tag: tag.map(str::to_owned),
            family,
            addresses: addresses.only(family),
        };
        self.families.iter().map(need).filter(|need| !need.addresses.is_empty()).collect()
    }
}

/// Which fact would tell whether the requirement applies.
fn unstated(requirement: &Requirement, facts: &Facts) -> String {
    let tests = requirement.when.iter().flat_map(When::tests);
    let mut keys: Vec<&str> = tests.map(|(key, _, _)| key).filter(|key| !facts.contains_key(*key)).collect();
    keys.sort_unstable();
    keys.dedup();
    format!("whether it applies depends on {}, which was not stated", keys.join(" and "))
}
