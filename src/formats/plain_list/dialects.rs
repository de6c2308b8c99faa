//! The products whose reading of a list can be chosen.

use crate::formats::Dialect;
use crate::hosts::Product;
use crate::hosts::products::*;

/// A product of the menu, and how its lists are cut into entries.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub product: &'static Product,
    pub cut: Cut,
    /// Why its lists may block, where settings beside the list say whether they do.
    pub may_block: Option<&'static str>,
    /// The product reads the file as it is, a byte order mark with the first line.
    pub is_file: bool,
}

/// What the lines of a list consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Words(Blanks),
    /// One expression each.
    Expressions,
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
    words(product, Blanks::Separate)
}

const fn words(product: &'static Product, blanks: Blanks) -> Row {
    Row { product, cut: Cut::Words(blanks), may_block: None, is_file: false }
}

const fn file(product: &'static Product, blanks: Blanks) -> Row {
    Row { is_file: true, ..words(product, blanks) }
}

const fn tinyproxy(product: &'static Product) -> Row {
    let may_block = "Tinyproxy blocks what its filter file names, unless `FilterDefaultDeny Yes` is set beside it.";
    Row { product, cut: Cut::Expressions, may_block: Some(may_block), is_file: true }
}

/// The menu; the first is the default.
pub(super) static ROWS: [Row; 20] = [
    row(&GENERIC),
    file(&SQUID, Blanks::Join),
    row(&AZURE_FIREWALL),
    file(&PANOS, Blanks::Comment),
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
    tinyproxy(&TINYPROXY),
    tinyproxy(&TINYPROXY_EXTENDED),
    tinyproxy(&TINYPROXY_FNMATCH),
];

/// The menu as a format shows it.
pub(super) static DIALECTS: [Dialect; ROWS.len()] = {
    let mut dialects = [Dialect { id: "", title: "", is_compared: false }; ROWS.len()];
    let mut at = 0;
    while at < ROWS.len() {
        let row = &ROWS[at];
        let is_compared = matches!(row.cut, Cut::Words(_));
        dialects[at] = Dialect { id: row.product.id, title: row.product.title, is_compared };
        at += 1;
    }
    dialects
};

/// The row of a dialect; the default for an unknown one.
pub(super) fn row_of(dialect: Option<&Dialect>) -> &'static Row {
    let found = dialect.and_then(|dialect| ROWS.iter().find(|row| row.product.id == dialect.id));
    found.unwrap_or(&ROWS[0])
}
