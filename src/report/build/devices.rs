//! The exports on the path, and what became of their lines.

use super::super::model::{Device as DeviceResult, LineAccount};
use super::cite::cite_line;
use crate::device::Device;
use crate::policy::{Account, LineUse};
use crate::source::Source;

/// Lines that were not understood and are quoted, a file.
const QUOTED: usize = 100;

pub(super) fn devices(path: &[Device<'_>]) -> Vec<DeviceResult> {
    path.iter().map(device).collect()
}

fn device(device: &Device<'_>) -> DeviceResult {
    let account = &device.policy.account;
    let attached = device.input.attachments.iter().filter(|source| account.names(source.file()));
    let files = std::iter::once(device.input.source).chain(attached);
    DeviceResult {
        file: device.name().to_owned(),
        format: device.format.id().to_owned(),
        format_title: device.format.title().to_owned(),
        dialect: device.dialect().map(|dialect| dialect.title.to_owned()),
        vantages: device.labels(),
        vantage: device.vantage().map(str::to_owned),
        accounts: files.map(|source| lines(source, account)).collect(),
    }
}

fn lines(source: &Source, account: &Account) -> LineAccount {
    let with = |line_use| account.lines(source.file(), source.line_count(), line_use);
    let lost = with(LineUse::NotUnderstood);
    LineAccount {
        file: source.name().to_owned(),
        lines: source.line_count(),
        used: with(LineUse::Used).len() as u32,
        irrelevant: with(LineUse::Irrelevant).len() as u32,
        not_understood: lost.len() as u32,
        examples: lost.iter().take(QUOTED).map(|&line| cite_line(source, line)).collect(),
    }
}
