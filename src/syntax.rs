//! Notations that several formats share. Spans point into the pasted text.

pub mod json;
pub mod lines;
pub mod mapped;
pub mod xml;
