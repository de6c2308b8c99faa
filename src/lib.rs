//! *Paste a firewall export or a proxy list; see which Azure endpoints it does not let through, why, and what to add.*
//!
//! ```text
//! bytes ─▶ source::Source ─▶ formats::detect ─▶ &dyn Format ─read─▶ policy::Policy        (spans everywhere)
//!                                                                       │ + reach::Question (source, protocol, port)
//!                                                                       ▼
//!                                                                  reach          what passes: for certain / at most
//! catalogue::Scenario + azure::ServiceTags ─plan─▶ coverage::Need       │
//!                                    └───────▶ report::Check ◀──────────┘
//!                                                   ▼
//!                                                Report ─▶ render (text, JSON, CSV, Markdown)
//!                                                   └────▶ remedies, in the device's own syntax, checked again
//! ```
//!
//! One direction, no way back. The modules, in the order of the picture:
//!
//! * [`source`]: pasted bytes become clean text whose lines are the original's lines; [`problem`]: something to tell the user
//! * [`syntax`]: notations that formats share; [`formats`]: one vendor form each, in one registry
//! * [`stated`]: what the user states that no export tells: the answers of DNS, the time
//! * [`policy`]: what an export says, in neutral terms; [`device`]: an export that was read
//! * [`addresses`] and [`hosts`]: exact sets; [`reach`]: which destinations a policy lets through
//! * [`azure`]: service tags; [`catalogue`]: what services need; [`coverage`]: requirements filled in, verdicts
//! * [`report`]: the result, its writers; [`explain`]: one export, one destination
//! * [`settings`] and [`engine`]: the one door for the page and the program

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
pub mod stated;
pub mod syntax;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
