//! Files from disk and standard input.

use super::args::Data;
use egress_check::engine::{Engine, Role};
use egress_check::formats;
use egress_check::problem::Problem;
use egress_check::source::MAX_BYTES;
use flate2::read::GzDecoder;
use std::fs::File;
use std::io::{self, Read};

const SNAPSHOT: &[u8] = include_bytes!("../../data/service-tags-public.gz");

/// An engine with the user's service tags, else the shipped snapshot if `shipped` fits what is asked.
pub fn engine(service_tags: Option<&str>, shipped: bool) -> Result<Engine, Problem> {
    let mut engine = Engine::new();
    match service_tags {
        Some(file) => {
            let (name, bytes) = load(file)?;
            engine.set_service_tags(&name, &bytes)?;
        }
        None if shipped => {
            let mut unpacked = Vec::new();
            let damaged = |_| Problem::error("snapshot-damaged", "The shipped service tags are damaged.");
            GzDecoder::new(SNAPSHOT).read_to_end(&mut unpacked).map_err(damaged)?;
            engine.set_snapshot(&unpacked)?;
        }
        None => {}
    }
    Ok(engine)
}

/// Loads exports and attachments.
pub fn files(engine: &mut Engine, exports: &[String], data: &Data) -> Result<(), Problem> {
    for export in exports {
        let (format, path) = format_and_path(export);
        let (name, bytes) = load(path)?;
        engine.add_file(&name, &bytes, Role::Device, format.or(data.format.as_deref()))?;
    }
    for path in &data.with {
        let (name, bytes) = load(path)?;
        engine.add_file(&name, &bytes, Role::Attachment, None)?;
    }
    Ok(())
}

/// `squid:proxy.conf` names a format; other colons belong to the path.
fn format_and_path(export: &str) -> (Option<&str>, &str) {
    match export.split_once(':') {
        Some((id, path)) if formats::by_id(id).is_some() => (Some(id), path),
        _ => (None, export),
    }
}

/// A file's name and bytes; `-` is standard input.
pub fn load(path: &str) -> Result<(String, Vec<u8>), Problem> {
    if path == "-" {
        return read("standard input", io::stdin().lock());
    }
    let cannot = |error: io::Error| Problem::error("unreadable", format!("{path} cannot be read: {error}."));
    let file = File::open(path).map_err(cannot)?;
    if file.metadata().map_err(cannot)?.is_dir() {
        return Err(Problem::error("unreadable", format!("{path} is a folder; name the files in it.")));
    }
    read(path, file)
}

/// Reads one byte more than is allowed, so that what is too large is refused without reading it all.
fn read(name: &str, from: impl Read) -> Result<(String, Vec<u8>), Problem> {
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    let cannot = |error: io::Error| Problem::error("unreadable", format!("{name} cannot be read: {error}."));
    from.take(limit).read_to_end(&mut bytes).map_err(cannot)?;
    Ok((name.to_owned(), bytes))
}

/// The targets, with `-` replaced by the lines of standard input.
pub fn targets(file: &str, words: &[String]) -> Result<Vec<String>, Problem> {
    if file == "-" && words.iter().any(|word| word == "-") {
        return Err(Problem::error("bad-target", "Standard input cannot be both the export and the targets."));
    }
    let mut targets = Vec::new();
    for word in words {
        if word == "-" {
            let (_, bytes) = load("-")?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            targets.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
        } else {
            targets.push(word.clone());
        }
    }
    match targets.is_empty() {
        true => Err(Problem::error("bad-target", "No target was given.")),
        false => Ok(targets),
    }
}
