//! Host entries as people and products write them: a host, its mark (`*.`, a dot), and what stands around it.

use super::normalize;

/// The parts of a URL or of `host:port/path`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'a> {
    pub scheme: Option<&'a str>,
    pub host: &'a str,
    pub port: Option<&'a str>,
    pub path: &'a str,
}

impl<'a> Url<'a> {
    pub fn split(word: &'a str) -> Url<'a> {
        let (scheme, rest) = match word.split_once("://") {
            Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+()*".contains(&b)) => {
                (Some(scheme), rest)
            }
            _ => (None, word),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        // A fragment stays in the browser.
        let path = path.split('#').next().unwrap_or(path);
        // Without a scheme this is a mail address.
        let authority = if scheme.is_some() { authority.rsplit('@').next().unwrap_or(authority) } else { authority };
        let bracketed = authority.strip_prefix('[').and_then(|inner| inner.split_once(']'));
        let (host, port) = match bracketed {
            Some((host, after)) => (host, after.strip_prefix(':')),
            None if authority.matches(':').count() == 1 => {
                authority.split_once(':').map(|(h, p)| (h, Some(p))).unwrap_or((authority, None))
            }
            None => (authority, None),
        };
        Url { scheme, host, port: port.filter(|port| !port.is_empty()), path }
    }

    /// What stands around the host.
    pub fn around(&self) -> Around {
        let slash = matches!(self.path, "/" | "/*");
        Around {
            scheme: self.scheme.is_some(),
            port: self.port.is_some(),
            slash,
            path: !slash && !self.path.is_empty(),
        }
    }
}

/// What stands around a host in its entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    pub scheme: bool,
    pub port: bool,
    /// `x/` or `x/*`
    pub slash: bool,
    /// `x/some/path`
    pub path: bool,
}

/// A host pattern as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub shape: Shape,
    /// What stands behind the shape's mark, in lower case: `ex.com` of `*.ex.com`; the whole text of an inner star.
    pub base: String,
    pub trailing_dot: bool,
}

/// The forms of a host entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `ex.com`
    Bare,
    /// `.ex.com`
    Dot,
    /// `*.ex.com`
    StarDot,
    /// `*ex.com`
    Star,
    /// `**.ex.com`
    DoubleStarDot,
    /// `^.ex.com`
    CaretDot,
    /// A star or a question mark anywhere else.
    Inner,
    /// `*`
    Everything,
}

/// The marks that stand before a base; one that begins like another stands before it.
const MARKS: [(&str, Shape); 5] = [
    ("**.", Shape::DoubleStarDot),
    ("*.", Shape::StarDot),
    ("^.", Shape::CaretDot),
    (".", Shape::Dot),
    ("*", Shape::Star),
];

impl Name {
    /// The pattern that a text is; `None` if no host could be meant, an address among others.
    pub fn parse(text: &str) -> Option<Name> {
        let lower = text.to_lowercase();
        let (shape, base) = Shape::of(&lower);
        let trailing_dot = base.len() > 1 && base.ends_with('.');
        let named = |base: String| Name { shape, base, trailing_dot };
        match shape {
            Shape::Everything => Some(named(String::new())),
            Shape::Inner => Some(base.strip_suffix('.').unwrap_or(base))
                .filter(|base| is_glob(base))
                .map(|base| named(base.to_owned())),
            _ => normalize(base).ok().filter(|base| !ends_in_number(base)).map(named),
        }
    }

    /// A top-level domain or a host without its domain.
    pub fn is_single_label(&self) -> bool {
        !self.base.contains('.')
    }

    /// The pattern without what stands around it.
    pub fn text(&self) -> String {
        self.shape.before(&self.base)
    }
}

impl Shape {
    fn of(text: &str) -> (Shape, &str) {
        let marked = MARKS.iter().find_map(|&(mark, shape)| text.strip_prefix(mark).map(|base| (shape, base)));
        match marked {
            Some((_, "")) => (Shape::Everything, ""),
            Some((shape, base)) if !base.contains(['*', '?']) => (shape, base),
            None if !text.contains(['*', '?']) => (Shape::Bare, text),
            _ => (Shape::Inner, text),
        }
    }

    /// `base` with the mark of the shape.
    pub fn before(self, base: &str) -> String {
        let mark = MARKS.iter().find(|(_, shape)| *shape == self).map_or("", |&(mark, _)| mark);
        if self == Shape::Everything { "*".to_owned() } else { format!("{mark}{base}") }
    }
}

/// Whether a text with stars is a host pattern: letters somewhere, and a dot.
fn is_glob(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.*?".contains(&b);
    text.bytes().all(allowed) && text.contains('.') && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether a client would take the name for an IPv4 address (URL Standard, "ends in a number checker"): `0x7f.1`, `1.2.3`.
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let hex = last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    hex || last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_taken_apart() {
        for (word, scheme, host, port, path) in [
            ("a.example", None, "a.example", None, ""),
            ("a.example:443/x", None, "a.example", Some("443"), "/x"),
            ("https://user:pw@a.example:8443/x?y#z", Some("https"), "a.example", Some("8443"), "/x?y"),
            ("https://[2001:db8::1]:443/", Some("https"), "2001:db8::1", Some("443"), "/"),
            ("2001:db8::1", None, "2001:db8::1", None, ""),
            ("someone@a.example", None, "someone@a.example", None, ""),
            ("a.example:", None, "a.example", None, ""),
            ("http*://a.example", Some("http*"), "a.example", None, ""),
            ("see http://a.example", None, "see http", None, "//a.example"),
        ] {
            assert_eq!(Url::split(word), Url { scheme, host, port, path }, "{word}");
        }
    }

    #[test]
    fn names_have_shapes_and_addresses_are_no_names() {
        for (text, shape, base) in [
            ("Ex.com", Shape::Bare, "ex.com"),
            (".ex.com", Shape::Dot, "ex.com"),
            ("*.ex.com.", Shape::StarDot, "ex.com"),
            ("*ex.com", Shape::Star, "ex.com"),
            ("**.ex.com", Shape::DoubleStarDot, "ex.com"),
            ("^.ex.com", Shape::CaretDot, "ex.com"),
            ("a*.ex.com", Shape::Inner, "a*.ex.com"),
            ("*a?.ex.com", Shape::Inner, "*a?.ex.com"),
            ("*.a*.ex.com", Shape::Inner, "*.a*.ex.com"),
            ("*.b\u{fc}cher.example", Shape::StarDot, "xn--bcher-kva.example"),
            ("*", Shape::Everything, ""),
        ] {
            let name = Name::parse(text).expect(text);
            assert_eq!(
                (name.shape, name.base.as_str(), name.trailing_dot),
                (shape, base, text.ends_with('.')),
                "{text}"
            );
        }
        for text in [
            "",
            "a b",
            "a..b",
            "1.2.3.4",
            "1.2.3",
            "0x7f.1",
            "a.0x7f",
            "2130706433",
            "0x7f000001",
            "*?",
            "a:b",
            "a*b",
            "*.1*",
            "a*.e/x",
        ] {
            assert_eq!(Name::parse(text), None, "{text}");
        }
    }
}
