//! What to add.
use crate::formats::{Gaps, Remedy};
use crate::policy::Policy;
use crate::source::Source;

pub(super) fn remedy(_: &Source, _: &Policy, _: &Gaps) -> Option<Remedy> {
    None
}
