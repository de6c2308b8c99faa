//! Whether a row of a table holds: columns that switch it on or off, end it, or turn it round.

use super::columns::Column;
use super::doubt::Doubt;
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

/// What denies in a column of states, and so does a plain no in one of permissions.
const REFUSED: &[&str] = &[
    "block",
    "blocked",
    "blockiert",
    "denied",
    "deny",
    "disallowed",
    "forbidden",
    "gesperrt",
    "not allowed",
    "not permitted",
    "prohibited",
    "verboten",
];
const NOT_ALLOWED: &[&str] = &["false", "n", "nein", "no", "non"];

/// Whether the row says that it is denied.
pub(super) fn denies(cells: &Cells<'_>) -> bool {
    let any = |column, words: &[&str]| cells.texts(column).any(|cell| words.contains(&&*cell.to_lowercase()));
    any(Column::State, REFUSED) || any(Column::Allowed, REFUSED) || any(Column::Allowed, NOT_ALLOWED)
}

/// Why the row may not hold.
pub(super) fn doubt(cells: &Cells<'_>) -> Option<Doubt> {
    let other = |column, known: &[&str]| cells.texts(column).any(|cell| !known.contains(&&*cell.to_lowercase()));
    let unsure = |column| other(column, YES) || cells.lacks(column);
    let off = !denies(cells) && (unsure(Column::State) || unsure(Column::Allowed));
    if off || other(Column::Stopped, NO) {
        return Some(Doubt::turned("the row may be switched off or taken back"));
    }
    if other(Column::Expiry, NEVER) {
        return Some(Doubt::void("the row may have expired"));
    }
    other(Column::Direction, OUT).then(|| Doubt::void("the row may be about traffic in the other direction"))
}
