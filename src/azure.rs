//! What Microsoft publishes about the addresses of its clouds: service tags.
//!
//! [`ServiceTags`] is read from the published file or from what the API, the CLI and PowerShell print
//! ([`ServiceTags::read`]), or from the compact snapshot that ships with the program ([`ServiceTags::read_snapshot`]).
//!
//! Facts of the files from 2019 to 2026: names are unique without regard to case. A regional tag is `Service.Suffix` and
//! has a `region`; a dotted name without one (`AzureFrontDoor.Backend`) is a part of a service, not a region. The suffix
//! and the `region` differ for some regions (`Storage.GermanyWestCentral` has `germanywc`, and so is called
//! `AzureCloud.germanywc`), which `regions` sorts out. A tag without a region need not be the union of its regional tags.

mod cloud;
mod published;
mod regions;
mod snapshot;
mod tags;
mod wrong_input;

pub use cloud::{Cloud, UnknownCloud};
pub use tags::{About, ServiceTags, Tag};
