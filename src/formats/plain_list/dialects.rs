//! What an entry means to a product, looked up in the table of products.

use super::products::ROWS;
use super::tokens::{Name, Shape, Written};
use crate::formats::Dialect;
use crate::hosts::Tri::{self, Maybe, No, Yes};
use crate::hosts::{Domain, HostPattern, Regex};
use crate::policy::{Condition, HostTest, OnAddress, Reason, Subject};
use Shape::{Bare, CaretDot, Dot, DoubleStarDot, Everything, Inner, Star, StarDot};

/// One product.
pub(super) struct Row {
    pub dialect: Dialect,
    /// The page of documentation that says so.
    pub source: &'static str,
    /// Shapes that are not listed are not documented: they may or may not match.
    pub meanings: &'static [(Shape, Meaning)],
    /// `ex.com/`, where the slash makes a difference.
    pub bare_slash: Option<Meaning>,
    /// A top-level domain or another single label, with whatever mark.
    pub single_label: Meaning,
    /// What keeps an entry from ever matching.
    pub dead: &'static [Extra],
    /// What becomes of further words behind an entry.
    pub blanks: Blanks,
}

/// What can stand around a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    Scheme,
    Port,
    Slash,
    TrailingDot,
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

/// What an entry matches.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    Never,
    Everything,
    /// Apex, one label, more labels, neighbours (`xex.com`), and the greatest number of labels.
    Around(Tri, Tri, Tri, Tri, Option<u8>),
    /// Every name that holds the text.
    Substring,
    /// A star stops at a dot.
    WithinLabel,
    /// The product does not say.
    Unclear,
}

/// The dialects as a format shows them.
pub(super) static DIALECTS: [Dialect; ROWS.len()] = {
    let mut dialects = [ROWS[0].dialect; ROWS.len()];
    let mut at = 0;
    while at < ROWS.len() {
        dialects[at] = ROWS[at].dialect;
        at += 1;
    }
    dialects
};

/// The row of a dialect; the default for an unknown one.
pub(super) fn row_of(dialect: Option<&Dialect>) -> &'static Row {
    let found = dialect.and_then(|dialect| ROWS.iter().find(|row| row.dialect.id == dialect.id));
    found.unwrap_or(&ROWS[0])
}

impl Row {
    /// When an entry matches a requested name.
    pub fn condition(&self, name: &Name, written: &Written) -> Condition {
        let whole = whole(name);
        if self.is_dead(name, written) {
            return Condition::host(HostPattern::Never);
        }
        let domain = |base: &str, [apex, one_label, more_labels, neighbours]: [Tri; 4], max_labels| Domain {
            base: base.to_owned(),
            apex,
            one_label,
            more_labels,
            max_labels,
            neighbours,
        };
        match self.meaning(name, written) {
            Meaning::Never => Condition::host(HostPattern::Never),
            Meaning::Everything => Condition::host(HostPattern::Any),
            Meaning::Around(Yes, No, No, No, _) => Condition::host(HostPattern::Exact(name.base.clone())),
            Meaning::Around(apex, one, more, near, max) => {
                self.around(domain(&name.base, [apex, one, more, near], max), &whole)
            }
            Meaning::Substring => Condition::host(HostPattern::Glob(format!("*{whole}*"))),
            Meaning::WithinLabel => self.within_label(&whole),
            Meaning::Unclear => self.unclear(name, &whole),
        }
    }

    fn is_dead(&self, name: &Name, written: &Written) -> bool {
        self.dead.iter().any(|extra| match extra {
            Extra::Scheme => written.scheme,
            Extra::Port => written.explicit_port,
            Extra::Slash => written.slash || written.path,
            Extra::TrailingDot => name.trailing_dot,
        })
    }

    fn meaning(&self, name: &Name, written: &Written) -> Meaning {
        let of_shape = |shape| self.meanings.iter().find(|(s, _)| *s == shape).map(|&(_, meaning)| meaning);
        if name.is_single_label() && !written.scheme && !matches!(name.shape, Everything | Inner) {
            return self.single_label;
        }
        match (name.shape, self.bare_slash) {
            (Bare, Some(meaning)) if written.slash || written.path => meaning,
            (shape, _) => of_shape(shape).unwrap_or(Meaning::Unclear),
        }
    }

    fn around(&self, domain: Domain, whole: &str) -> Condition {
        let unsure = [domain.apex, domain.one_label, domain.more_labels, domain.neighbours].contains(&Maybe);
        let why = || Reason::new(format!("which names `{whole}` includes is not settled ({})", self.source));
        Condition::Host(HostTest {
            pattern: HostPattern::Domain(domain),
            subject: Subject::Host,
            on_address: OnAddress::Never,
            maybe: unsure.then(why),
        })
    }

    fn within_label(&self, whole: &str) -> Condition {
        let pattern = whole.replace('.', "\\.").replace('*', "[-a-z0-9_]*").replace('?', "[?]");
        match Regex::posix_extended(&format!("^{pattern}$"), true) {
            Ok(regex) => Condition::host(HostPattern::Regex(regex)),
            Err(why) => unknown_host(HostPattern::Any, why),
        }
    }

    /// The widest set of names that some product may take the entry for.
    fn unclear(&self, name: &Name, whole: &str) -> Condition {
        let widest = match name.shape {
            Inner => HostPattern::Glob(whole.to_owned()),
            Everything => HostPattern::Any,
            _ if name.is_single_label() => HostPattern::Domain(Domain::and_below(name.base.clone())),
            _ => HostPattern::Glob(format!("*{}", name.base)),
        };
        let why = match name.is_single_label() && !matches!(name.shape, Inner | Everything) {
            true => format!("`{whole}` is a whole top-level domain or a name without its domain; products differ"),
            false => format!("`{whole}` has no meaning in most products ({})", self.dialect.title),
        };
        unknown_host(widest, why)
    }

    /// The shape that stands for one or more labels before a domain, if the product has one.
    pub fn shape_for_all_below(&self) -> Option<Shape> {
        let includes = |meaning: &Meaning| matches!(meaning, Meaning::Around(_, Yes, Yes, _, _) | Meaning::Substring);
        [StarDot, Dot, DoubleStarDot, Bare].into_iter().find(|shape| self.has(*shape, includes))
    }

    /// The shape that stands for a name itself.
    pub fn shape_for_exact(&self) -> Option<Shape> {
        let includes = |meaning: &Meaning| matches!(meaning, Meaning::Around(Yes, ..) | Meaning::Substring);
        [Bare, Dot].into_iter().find(|shape| self.has(*shape, includes))
    }

    fn has(&self, shape: Shape, test: impl Fn(&Meaning) -> bool) -> bool {
        self.meanings.iter().any(|(s, meaning)| *s == shape && test(meaning))
    }
}

fn unknown_host(pattern: HostPattern, why: String) -> Condition {
    Condition::All(vec![Condition::host(pattern), Condition::Unknown(Reason::new(why))])
}

/// The entry as it was written, without what stands around it.
fn whole(name: &Name) -> String {
    written_as(name.shape, &name.base)
}

/// `base` with the mark of a shape.
pub(super) fn written_as(shape: Shape, base: &str) -> String {
    let mark = match shape {
        Bare | Inner => "",
        Dot => ".",
        StarDot => "*.",
        Star => "*",
        DoubleStarDot => "**.",
        CaretDot => "^.",
        Everything => return "*".to_owned(),
    };
    format!("{mark}{base}")
}
