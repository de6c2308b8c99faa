//! Why an entry may not hold as it stands.

use super::List;
use super::comments::Blanked;
use crate::source::{ALTERED, Source};

/// Why an entry may not hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Doubt {
    pub why: String,
    /// It may as well hold the other way round: `except`, a cross, a heading that denies.
    pub turns: bool,
}

impl Doubt {
    /// The entry holds or is void.
    pub fn void(why: impl Into<String>) -> Doubt {
        Doubt { why: why.into(), turns: false }
    }

    /// The entry holds, is void, or says the opposite.
    pub fn turned(why: impl Into<String>) -> Doubt {
        Doubt { why: why.into(), turns: true }
    }
}

impl List {
    pub(super) fn doubt_altered(&mut self, source: &Source) {
        let is_file = self.row.is_file;
        for found in self.entries.iter_mut().filter(|found| is_file && source.is_altered(found.span.start)) {
            found.entry.doubt.get_or_insert_with(|| Doubt::void(ALTERED));
        }
    }

    pub(super) fn doubt_comments(&mut self, blanked: &Blanked<'_>) {
        for found in &mut self.entries {
            if let Some(why) = blanked.doubt(found.span.start as usize) {
                found.entry.doubt.get_or_insert_with(|| Doubt::void(why));
            }
        }
    }
}
