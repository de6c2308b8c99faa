//! Why an entry may not hold as it stands.

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
