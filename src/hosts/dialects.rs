//! What products take an entry for: the same `*.ex.com` is never, one label, or any name below, with the domain or without.

mod glob;
pub mod products;
#[cfg(test)]
mod tests;

use super::entry::{Around, Name, Shape, Url};
use super::regex::Syntax;
use super::{Domain, HostPattern, Regex, Tri};
use Shape::{Bare, Dot, DoubleStarDot, Everything, Inner, StarDot};
use Tri::{Maybe, No, Yes};

/// One product, or one of several kinds of entry that a product has.
#[derive(Debug)]
pub struct Product {
    /// Stable name in kebab-case: `azure-firewall`.
    pub id: &'static str,
    /// Name for people: "Azure Firewall target FQDNs".
    pub title: &'static str,
    /// The page of documentation that says so.
    pub source: &'static str,
    /// Shapes that are not listed are not documented: they may or may not match.
    meanings: &'static [(Shape, Meaning)],
    /// `ex.com/`, where the slash makes a difference.
    bare_slash: Option<Meaning>,
    /// A top-level domain or another single label, with whatever mark.
    single_label: Meaning,
    /// What keeps an entry from ever matching.
    dead: &'static [Extra],
    /// What makes no difference around an entry.
    ignored: &'static [Extra],
    /// The entries are expressions.
    expressions: Option<(Notation, Case)>,
}

/// What can stand around a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    Scheme,
    Port,
    Slash,
    TrailingDot,
}

/// How expressions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    Regex(Syntax),
    /// As `fnmatch` reads them, which have to match the whole name.
    Glob,
}

/// Whether capitals in an expression match the small letters of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Ignored,
    Counts,
    /// The product does not say.
    Unclear,
}

/// What an entry of some shape matches.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    Never,
    Everything,
    /// Apex, one label, more labels, neighbours (`xex.com`), and the greatest number of labels.
    Around(Tri, Tri, Tri, Tri, Option<u8>),
    /// The name itself, and perhaps every name that holds the text.
    MaybeSubstring,
    /// A star stops at a dot.
    WithinLabel,
    /// The product does not say.
    Unclear,
}

/// What an entry matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Meant {
    pub pattern: HostPattern,
    /// Why it may or may not match some names, where there are such names; the end of a sentence.
    pub maybe: Option<String>,
    /// A name that it matches for certain, though the pattern may or may not.
    pub surely: Option<String>,
}

impl From<HostPattern> for Meant {
    fn from(pattern: HostPattern) -> Meant {
        Meant::sure(pattern)
    }
}

impl Meant {
    fn sure(pattern: HostPattern) -> Meant {
        Meant { pattern, maybe: None, surely: None }
    }

    fn perhaps(pattern: HostPattern, why: String) -> Meant {
        Meant { pattern: HostPattern::Perhaps(Box::new(pattern)), maybe: Some(why), surely: None }
    }
}

const PATH: &str = "the entry has a path, which cannot be seen in encrypted traffic without interception";

impl Product {
    /// What the text of an entry matches; `None` if it is none: an address, or nothing that names a host.
    pub fn read(&self, entry: &str) -> Option<Meant> {
        if let Some(meant) = self.expression(entry) {
            return Some(meant.unwrap_or_else(|why| Meant::perhaps(HostPattern::Any, why)));
        }
        let url = Url::split(entry.trim());
        Name::parse(url.host).map(|name| self.meant(&name, url.around()))
    }

    /// What an entry matches in a product whose entries are expressions; `None` in any other.
    ///
    /// # Errors
    /// Why the expression is not decided, as the end of a sentence.
    pub fn expression(&self, entry: &str) -> Option<Result<Meant, String>> {
        let read = |(notation, case)| match notation {
            Notation::Regex(syntax) => expression(syntax, case, entry),
            Notation::Glob => expression(Syntax::PosixExtended, case, &glob::expression(entry)?),
        };
        self.expressions.map(read)
    }

    /// What a name matches in an entry with `around` around it.
    pub fn meant(&self, name: &Name, around: Around) -> Meant {
        if self.is_dead(name, around) {
            return Meant::sure(HostPattern::Never);
        }
        let meant = match self.meaning(name, around) {
            Meaning::Never => Meant::sure(HostPattern::Never),
            Meaning::Everything => Meant::sure(HostPattern::Any),
            Meaning::Around(Yes, No, No, No, _) => Meant::sure(HostPattern::Exact(name.base.clone())),
            Meaning::Around(apex, one_label, more_labels, neighbours, max_labels) => {
                let base = name.base.clone();
                self.domain(name, Domain { base, apex, one_label, more_labels, max_labels, neighbours })
            }
            Meaning::MaybeSubstring => self.part(name),
            Meaning::WithinLabel => within_label(&name.text()),
            Meaning::Unclear => self.unclear(name),
        };
        match around.path {
            true => Meant::perhaps(meant.pattern, meant.maybe.unwrap_or_else(|| PATH.to_owned())),
            false => meant,
        }
    }

    fn is_dead(&self, name: &Name, around: Around) -> bool {
        self.dead.iter().any(|extra| match extra {
            Extra::Scheme => around.scheme,
            Extra::Port => around.port,
            Extra::Slash => around.slash || around.path,
            Extra::TrailingDot => name.trailing_dot,
        })
    }

    /// Whether entries with it never match.
    pub fn refuses(&self, extra: Extra) -> bool {
        self.dead.contains(&extra)
    }

    /// Whether entries match the same without it.
    pub fn ignores(&self, extra: Extra) -> bool {
        self.ignored.contains(&extra)
    }

    fn meaning(&self, name: &Name, around: Around) -> Meaning {
        let of_shape = |shape| self.meanings.iter().find(|(s, _)| *s == shape).map(|&(_, meaning)| meaning);
        if name.is_single_label() && !around.scheme && !matches!(name.shape, Everything | Inner) {
            return self.single_label;
        }
        match (name.shape, self.bare_slash) {
            (Bare, Some(meaning)) if around.slash || around.path => meaning,
            (shape, _) => of_shape(shape).unwrap_or(Meaning::Unclear),
        }
    }

    fn domain(&self, name: &Name, domain: Domain) -> Meant {
        let unsure = [domain.apex, domain.one_label, domain.more_labels, domain.neighbours].contains(&Maybe);
        let why = || format!("which names `{}` includes is not settled ({})", name.text(), self.source);
        Meant { maybe: unsure.then(why), ..Meant::sure(HostPattern::Domain(domain)) }
    }

    fn part(&self, name: &Name) -> Meant {
        let why = format!("whether `{}` matches as a part of a name is not settled ({})", name.text(), self.source);
        let surely = (name.shape == Bare).then(|| name.base.clone());
        Meant { surely, ..Meant::perhaps(HostPattern::Glob(format!("*{}*", name.text())), why) }
    }

    /// The widest set of names that some product may take the entry for.
    fn unclear(&self, name: &Name) -> Meant {
        let single = name.is_single_label() && !matches!(name.shape, Inner | Everything);
        let widest = match name.shape {
            Inner => HostPattern::Glob(name.text()),
            Everything => HostPattern::Any,
            _ if single => HostPattern::Domain(Domain::and_below(name.base.clone())),
            _ => HostPattern::Glob(format!("*{}", name.base)),
        };
        let text = name.text();
        let why = match single {
            true => format!("`{text}` is a whole top-level domain or a name without its domain; products differ"),
            false => format!("`{text}` has no meaning in most products ({})", self.title),
        };
        Meant::perhaps(widest, why)
    }

    /// Whether entries are expressions, so that no address is one.
    pub fn has_expressions(&self) -> bool {
        self.expressions.is_some()
    }

    /// An entry for a name, or for all names below one that begins with `*.`; `None` if the product has none.
    pub fn entry_for(&self, name: &str) -> Option<String> {
        let (below, base) = name.strip_prefix("*.").map_or((false, name), |base| (true, base));
        match self.expressions {
            Some((Notation::Regex(_), _)) => {
                let start = if below { "\\." } else { "^" };
                (!base.contains('*')).then(|| format!("{start}{}$", base.replace('.', "\\.")))
            }
            Some((Notation::Glob, _)) => Some(name.to_owned()),
            None if below => self.shape_for_all_below().map(|shape| shape.before(base)),
            None => self.shape_for_exact().map(|shape| shape.before(base)),
        }
    }

    /// The shape that stands for one or more labels before a domain, if the product has one.
    pub fn shape_for_all_below(&self) -> Option<Shape> {
        let includes = |meaning: &Meaning| matches!(meaning, Meaning::Around(_, Yes, Yes, _, _));
        [StarDot, Dot, DoubleStarDot, Bare].into_iter().find(|shape| self.has(*shape, includes))
    }

    /// The shape that stands for a name itself.
    pub fn shape_for_exact(&self) -> Option<Shape> {
        let includes = |meaning: &Meaning| matches!(meaning, Meaning::Around(Yes, ..) | Meaning::MaybeSubstring);
        [Bare, Dot].into_iter().find(|shape| self.has(*shape, includes))
    }

    fn has(&self, shape: Shape, test: impl Fn(&Meaning) -> bool) -> bool {
        self.meanings.iter().any(|(s, meaning)| *s == shape && test(meaning))
    }
}

fn within_label(text: &str) -> Meant {
    let pattern = text.replace('.', "\\.").replace('*', "[-a-z0-9_]*").replace('?', "[?]");
    let read = expression(Syntax::PosixExtended, Case::Ignored, &format!("^{pattern}$"));
    read.unwrap_or_else(|why| Meant::perhaps(HostPattern::Any, why))
}

fn expression(syntax: Syntax, case: Case, text: &str) -> Result<Meant, String> {
    let read = |ignore_case| Regex::parse(syntax, text, ignore_case);
    let regex = read(case != Case::Counts).map_err(|why| format!("the expression `{text}` is not decided: {why}"))?;
    if case == Case::Unclear && read(false).as_ref() != Ok(&regex) {
        let why = format!("whether the capitals of `{text}` match small letters is not known");
        return Ok(Meant::perhaps(HostPattern::Regex(regex), why));
    }
    Ok(Meant::sure(HostPattern::Regex(regex)))
}
