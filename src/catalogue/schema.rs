//! The JSON Schema that users write their own catalogues against.

use super::Catalogue;
use schemars::Schema;

/// The schema of a catalogue.
pub fn schema() -> Schema {
    schemars::schema_for!(Catalogue)
}
