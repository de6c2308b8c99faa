//! *Paste a firewall export or a proxy list; see which Azure endpoints it does not let through, why, and what to add.*

pub mod addresses;
pub mod azure;
pub mod catalogue;
pub mod coverage;
pub mod device;
pub mod engine;
pub mod explain;
pub mod formats;
pub mod hosts;
pub mod policy;
pub mod problem;
pub mod reach;
pub mod report;
pub mod settings;
pub mod source;
pub mod syntax;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
