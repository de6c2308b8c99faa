//! Whether a row of a table holds: columns that switch it on or off, end it, or turn it round.

use super::columns::Column;
use super::table::Cells;

const YES: &[&str] = &[
    "1",
    "active",
    "aktiv",
    "allow",
    "allowed",
    "approved",
    "current",
    "done",
    "enabled",
    "erlaubt",
    "freigegeben",
    "genehmigt",
    "implemented",
    "in use",
    "ja",
    "j",
    "live",
    "ok",
    "on",
    "open",
    "oui",
    "permanent",
    "permitted",
    "prod",
    "production",
    "required",
    "s\u{ed}",
    "true",
    "valid",
    "x",
    "y",
    "yes",
    "\u{2705}",
    "\u{2713}",
    "\u{2714}",
];
const NO: &[&str] = &["-", "0", "f", "false", "n", "n/a", "nein", "no", "non", "none", "off"];
const OUT: &[&str] = &[
    "all",
    "any",
    "ausgehend",
    "bidirectional",
    "both",
    "egress",
    "in/out",
    "out",
    "outbound",
    "outgoing",
    "salida",
    "sortant",
];
const NEVER: &[&str] = &["-", "indefinite", "n/a", "never", "nie", "none", "permanent", "unbefristet", "unlimited"];

/// Why the row may not hold.
pub(super) fn doubt(cells: &Cells<'_>) -> Option<&'static str> {
    let other = |column, known: &[&str]| cells.texts(column).any(|cell| !known.contains(&&*cell.to_lowercase()));
    if other(Column::State, YES) || cells.lacks(Column::State) || other(Column::Stopped, NO) {
        return Some("the row may be switched off");
    }
    if other(Column::Expiry, NEVER) {
        return Some("the row may have expired");
    }
    other(Column::Direction, OUT).then_some("the row may be about traffic in the other direction")
}
