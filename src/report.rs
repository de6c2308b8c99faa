//! What a check found, as one model that the page, the program and every writer share.
//!
//! Deterministic: the same input gives the same report. It holds dates, never ages.

mod build;
mod model;
mod render;

pub use build::Check;
pub use model::*;
pub use render::{Output, render};
