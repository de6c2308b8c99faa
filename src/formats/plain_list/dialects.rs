//! The products whose reading of a list can be chosen.

use crate::formats::Dialect;
use crate::hosts::Product;
use crate::hosts::products::*;

/// A product of the menu, and how its lists are cut into entries.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub product: &'static Product,
    /// What becomes of further words behind an entry.
    pub blanks: Blanks,
}

/// What words behind an entry are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blanks {
    /// Further entries, or a comment if they are none.
    Separate,
    /// A comment, whatever they are.
    Comment,
    /// Part of the entry, which then matches nothing.
    Join,
}

const fn row(product: &'static Product) -> Row {
    Row { product, blanks: Blanks::Separate }
}

/// The menu; the first is the default.
pub(super) static ROWS: [Row; 17] = [
    row(&GENERIC),
    Row { product: &SQUID, blanks: Blanks::Join },
    row(&AZURE_FIREWALL),
    Row { product: &PANOS, blanks: Blanks::Comment },
    row(&FORTIGATE_URLFILTER_FLOW),
    row(&FORTIGATE_URLFILTER_PROXY),
    row(&FORTIGATE_FQDN),
    row(&FMC_URL),
    row(&ZSCALER),
    row(&UMBRELLA),
    row(&NETSKOPE),
    row(&CHECK_POINT),
    row(&CHECK_POINT_NOT_FQDN),
    row(&SONICWALL),
    row(&WATCHGUARD),
    row(&AWS_NETWORK_FIREWALL),
    row(&CILIUM),
];

/// The menu as a format shows it.
pub(super) static DIALECTS: [Dialect; ROWS.len()] = {
    let mut dialects = [Dialect { id: "", title: "" }; ROWS.len()];
    let mut at = 0;
    while at < ROWS.len() {
        dialects[at] = Dialect { id: ROWS[at].product.id, title: ROWS[at].product.title };
        at += 1;
    }
    dialects
};

/// The row of a dialect; the default for an unknown one.
pub(super) fn row_of(dialect: Option<&Dialect>) -> &'static Row {
    let found = dialect.and_then(|dialect| ROWS.iter().find(|row| row.product.id == dialect.id));
    found.unwrap_or(&ROWS[0])
}
