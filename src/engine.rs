//! Everything that the page and the program do, behind one door.

use crate::addresses::AddressSet;
use crate::azure::{Cloud, ServiceTags};
use crate::catalogue::Catalogue;
use crate::coverage;
use crate::device::{Device, Reading};
use crate::explain::{Answer, Target, explain};
use crate::formats;
use crate::policy::Method;
use crate::problem::Problem;
use crate::reach::{Question, TagTable};
use crate::report::{CatalogueInfo, Check, Knowledge, Output, Report, ServiceTagsInfo, render};
use crate::settings::Settings;
use crate::source::Source;
use crate::stated::Stated;

mod inspect;

pub use inspect::{
    Candidate, CatalogueView, DialectInfo, FactInfo, FileInspection, FormatInfo, ProblemView, ScenarioInfo, format_list,
};

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An export; several are devices in series on one path, in order.
    Device,
    /// A list file or another part that an export refers to.
    Attachment,
}

/// The loaded data and files.
pub struct Engine {
    catalogue: Catalogue,
    catalogue_origin: String,
    tags: Option<Tags>,
    devices: Vec<Loaded>,
    attachments: Vec<Source>,
}

struct Tags {
    tags: ServiceTags,
    shipped: bool,
}

struct Loaded {
    source: Source,
    format: Option<String>,
}

/// Looks tags up in what is loaded, if anything is.
struct Table<'a>(Option<&'a ServiceTags>);

impl TagTable for Table<'_> {
    fn addresses(&self, tag: &str) -> Option<&AddressSet> {
        Some(&self.0?.tag(tag)?.addresses)
    }
}

impl Default for Engine {
    fn default() -> Self {
        Engine::new()
    }
}

impl Engine {
    /// With the built-in catalogue and no service tags.
    pub fn new() -> Engine {
        Engine {
            catalogue: Catalogue::builtin(),
            catalogue_origin: "built in".to_owned(),
            tags: None,
            devices: Vec::new(),
            attachments: Vec::new(),
        }
    }

    /// Loads the snapshot that ships with page and program, already unpacked.
    ///
    /// # Errors
    /// The snapshot is damaged.
    pub fn set_snapshot(&mut self, unpacked: &[u8]) -> Result<ServiceTagsInfo, Problem> {
        let tags = ServiceTags::read_snapshot(unpacked)?;
        Ok(self.set_tags(Tags { tags, shipped: true }))
    }

    /// Loads a published file, or what the API or a tool printed.
    ///
    /// # Errors
    /// What is wrong with the file and where.
    pub fn set_service_tags(&mut self, name: &str, bytes: &[u8]) -> Result<ServiceTagsInfo, Problem> {
        let tags = ServiceTags::read(name, bytes).map_err(|problem| empty_data(problem, name, "service tags"))?;
        Ok(self.set_tags(Tags { tags, shipped: false }))
    }

    fn set_tags(&mut self, tags: Tags) -> ServiceTagsInfo {
        let info = tags_info(&tags);
        self.tags = Some(tags);
        info
    }

    /// Puts the user's own catalogue in the place of the built-in one.
    ///
    /// # Errors
    /// What is wrong with the catalogue and in which entry.
    pub fn set_catalogue(&mut self, name: &str, bytes: &[u8]) -> Result<CatalogueInfo, Problem> {
        self.catalogue = Catalogue::read(name, bytes).map_err(|problem| empty_data(problem, name, "catalogue"))?;
        self.catalogue_origin = name.to_owned();
        Ok(self.catalogue_info())
    }

    fn catalogue_info(&self) -> CatalogueInfo {
        CatalogueInfo {
            version: self.catalogue.catalogue_version.clone(),
            updated: self.catalogue.updated.clone(),
            origin: self.catalogue_origin.clone(),
        }
    }

    /// The scenarios and facts that can be chosen.
    pub fn catalogue(&self) -> CatalogueView {
        inspect::catalogue_view(&self.catalogue)
    }

    /// The regions that the loaded service tags know.
    pub fn regions(&self) -> Vec<String> {
        let tags = self.tags.iter().flat_map(|tags| tags.tags.regions());
        tags.map(str::to_owned).collect()
    }

    pub fn clear_files(&mut self) {
        self.devices.clear();
        self.attachments.clear();
    }

    /// Adds a file; `format` is the id of the format that the user chose for it.
    ///
    /// # Errors
    /// The bytes are no text to read: empty, binary, too large.
    pub fn add_file(&mut self, name: &str, bytes: &[u8], role: Role, format: Option<&str>) -> Result<(), Problem> {
        let file = (self.devices.len() + self.attachments.len()) as u16;
        let source = match (Source::read(name, file, bytes), role) {
            // A device reads an empty list file as an empty list.
            (Err(problem), Role::Attachment) if problem.id == "empty-input" => Source::empty(name, file),
            (source, _) => source?,
        };
        match role {
            Role::Device => self.devices.push(Loaded { source, format: format.map(str::to_owned) }),
            Role::Attachment => self.attachments.push(source),
        }
        Ok(())
    }

    /// How each export is recognised, and what can be chosen for it.
    pub fn inspect(&self, settings: &Settings) -> Vec<FileInspection> {
        let stated = Stated::new(settings).unwrap_or_default();
        let inspect = |loaded: &Loaded| {
            let device = self.device(loaded, settings, &stated);
            inspect::file(&loaded.source, &formats::detect(&loaded.source), &device)
        };
        self.devices.iter().map(inspect).collect()
    }

    fn device<'a>(
        &'a self,
        loaded: &'a Loaded,
        settings: &'a Settings,
        stated: &'a Stated,
    ) -> Result<Device<'a>, Problem> {
        let reading = Reading {
            format: loaded.format.as_deref(),
            dialect: settings.dialect.as_deref(),
            polarity: settings.polarity,
            vantage: settings.vantage.as_deref(),
            stated,
        };
        Device::read(&loaded.source, &self.attachments, &reading)
    }

    fn path<'a>(&'a self, settings: &'a Settings, stated: &'a Stated) -> Result<Vec<Device<'a>>, Problem> {
        if self.devices.is_empty() {
            return Err(Problem::error("empty-input", "There is no export to check.")
                .hint("Paste the export of the firewall or proxy, or drop its file."));
        }
        let path: Vec<Device<'_>> =
            self.devices.iter().map(|loaded| self.device(loaded, settings, stated)).collect::<Result<_, _>>()?;
        check_choices(&path, settings)?;
        Ok(path)
    }

    /// Checks the loaded exports, as devices in series, against the chosen scenarios.
    ///
    /// # Errors
    /// Why nothing could be checked: no export, an export that is not recognised, a choice that does not exist, or a cloud
    /// whose service tags are not loaded.
    pub fn check(&self, settings: &Settings) -> Result<Report, Problem> {
        self.with_check(settings, |check| check.report())
    }

    /// The exports that lack something, with the proposed additions in place: name and text.
    ///
    /// # Errors
    /// As [`Engine::check`].
    pub fn amended(&self, settings: &Settings) -> Result<Vec<(String, String)>, Problem> {
        let named = |(device, text): (usize, String)| (self.devices[device].source.name().to_owned(), text);
        self.with_check(settings, |check| check.amended().into_iter().map(named).collect())
    }

    fn with_check<T>(&self, settings: &Settings, then: impl FnOnce(Check<'_>) -> T) -> Result<T, Problem> {
        let stated = Stated::new(settings)?;
        let path = self.path(settings, &stated)?;
        let tags = self.tags.as_ref();
        let plan = coverage::plan(&self.catalogue, tags.map(|tags| &tags.tags), settings)?;
        check_cloud(plan.cloud, tags)?;
        Ok(then(Check {
            plan: &plan,
            path: &path,
            settings,
            source: source(settings)?,
            tags: &Table(tags.map(|tags| &tags.tags)),
            catalogue: &self.catalogue,
            knowledge: Knowledge { catalogue: self.catalogue_info(), service_tags: tags.map(tags_info) },
            problems: tags.map(|tags| tags.tags.problems.clone()).unwrap_or_default(),
        }))
    }

    /// The report as text, byte for byte the same wherever it is made.
    ///
    /// # Errors
    /// As [`Engine::check`].
    pub fn render(&self, settings: &Settings, output: Output) -> Result<String, Problem> {
        Ok(render(&self.check(settings)?, output))
    }

    /// Whether the export lets each target through, in order; a text that is no target is answered with why.
    ///
    /// # Errors
    /// As [`Engine::check`].
    pub fn explain(&self, settings: &Settings, ask: &Ask, targets: &[String]) -> Result<Vec<Answer>, Problem> {
        let stated = Stated::new(settings)?;
        let path = self.path(settings, &stated)?;
        let [device] = path.as_slice() else {
            return Err(Problem::error("one-export", "One export is explained at a time."));
        };
        let mut question = Question::tcp(ask.port);
        question.source = source(settings)?;
        question.protocol = ask.protocol;
        question.method = ask.method.unwrap_or(question.method);
        let table = Table(self.tags.as_ref().map(|tags| &tags.tags));
        let answer = |text: &String| match Target::parse(text) {
            Ok(target) => explain(device, &question, &table, text, &target),
            Err(problem) => Answer::to_no_target(text, &problem),
        };
        Ok(targets.iter().map(answer).collect())
    }
}

/// What `explain` asks besides the targets.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    pub protocol: crate::policy::Protocol,
    pub port: u16,
    /// `None`: CONNECT unless the port is 80.
    pub method: Option<Method>,
}

/// An empty data file is no empty export.
fn empty_data(problem: Problem, name: &str, what: &str) -> Problem {
    match problem.id {
        "empty-input" => Problem::error("empty-input", format!("{name} is empty; it holds no {what}.")),
        _ => problem,
    }
}

fn tags_info(tags: &Tags) -> ServiceTagsInfo {
    let Tags { tags, shipped } = tags;
    ServiceTagsInfo {
        origin: tags.origin.clone(),
        date: tags.date.clone(),
        cloud: tags.cloud_text.clone(),
        change_number: tags.change_number.and_then(|number| u32::try_from(number).ok()),
        shipped: *shipped,
        tags: tags.tags().count() as u32,
    }
}

/// The chosen source as addresses.
fn source(settings: &Settings) -> Result<Option<AddressSet>, Problem> {
    let Some(text) = &settings.source else { return Ok(None) };
    match crate::addresses::parse_entry(text) {
        Some(Ok(entry)) => Ok(Some(entry.set)),
        Some(Err(error)) => Err(Problem::error("bad-source", format!("The source `{text}` cannot be read: {error}."))),
        None => Err(Problem::error("bad-source", format!("The source `{text}` is no address or prefix."))
            .hint("Give the address of the machine, or its network as a prefix such as 10.20.0.0/16.")),
    }
}

/// A chosen dialect or vantage has to exist on some device.
fn check_choices(path: &[Device<'_>], settings: &Settings) -> Result<(), Problem> {
    if let Some(label) = &settings.vantage
        && !path.iter().any(|device| device.labels().contains(label))
    {
        let known: Vec<String> = path.iter().flat_map(Device::labels).collect();
        return Err(Problem::error("unknown-vantage", format!("There is no vantage `{label}`."))
            .hint(format!("Vantages: {}.", known.join(", "))));
    }
    let dialects = || path.iter().flat_map(|device| device.format.dialects());
    if let Some(id) = &settings.dialect
        && !dialects().any(|dialect| dialect.id == id)
    {
        let known: Vec<&str> = dialects().map(|dialect| dialect.id).collect();
        let problem = Problem::error("unknown-dialect", format!("There is no dialect `{id}` for this format."));
        return Err(match known.as_slice() {
            [] => problem.hint("This format has one meaning only."),
            known => problem.hint(format!("Dialects: {}.", known.join(", "))),
        });
    }
    Ok(())
}

/// The loaded service tags have to be of the asked cloud.
fn check_cloud(cloud: Cloud, tags: Option<&Tags>) -> Result<(), Problem> {
    let loaded = tags.and_then(|tags| tags.tags.cloud);
    if loaded == Some(cloud) {
        return Ok(());
    }
    let message = match tags {
        Some(tags) => {
            format!("The loaded service tags are of the cloud {}, not of {}.", tags.tags.cloud_text, cloud.title())
        }
        None => format!("No service tags of {} are loaded.", cloud.title()),
    };
    let (file, id, page) = (cloud.file_pattern(), cloud.download_id(), cloud.download_page());
    Err(Problem::error("other-cloud-tags", message)
        .hint(format!("Get {file} (download centre id {id}, {page}) and load it as the service tags.")))
}
