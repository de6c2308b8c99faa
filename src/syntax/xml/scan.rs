//! Goes through the tags of one document without recursion, before a parser sees them, and mends what does not fit.

use super::MAX_DEPTH;
use crate::syntax::mapped::Mapped;

/// A document in which every tag fits.
pub(super) struct Scanned {
    pub repaired: Mapped,
    pub breaks: Vec<Break>,
    /// Just after the document.
    pub end: usize,
}

/// Where something is missing, in bytes of the source, and what.
pub(super) struct Break {
    pub at: usize,
    pub what: String,
}

/// Where the next document starts: a tag with a letter after its bracket.
pub(super) fn start(text: &str, from: usize) -> Option<usize> {
    let begins = |at: &usize| text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_alphabetic);
    text.get(from..)?.match_indices('<').map(|(at, _)| from + at).find(begins)
}

/// Reads the document whose first tag stands at `start`.
pub(super) fn scan(whole: &Mapped, start: usize) -> Scanned {
    let mut scan = Scan { whole, at: start, open: Vec::new(), out: Mapped::default(), breaks: Vec::new() };
    while scan.step() {}
    scan.close_all();
    Scanned { repaired: scan.out, breaks: scan.breaks, end: scan.at }
}

struct Scan<'a> {
    whole: &'a Mapped,
    at: usize,
    open: Vec<String>,
    out: Mapped,
    breaks: Vec<Break>,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        &self.whole.text()[self.at..]
    }

    /// Takes a tag or the text up to the next; false at the document's end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        for (opening, closing) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")] {
            if rest.starts_with(opening) {
                let end = rest.find(closing).map(|at| at + closing.len());
                return self.special(opening, end);
            }
        }
        match rest.as_bytes() {
            [] => {
                self.broken("the text ends before the last end tag");
                false
            }
            [b'<', ..] => self.tag(),
            _ => self.text(),
        }
    }

    /// Comments and instructions are left out.
    fn special(&mut self, opening: &str, end: Option<usize>) -> bool {
        let Some(end) = end else {
            self.broken("a comment or section does not end");
            self.at = self.whole.text().len();
            return false;
        };
        if opening == "<![CDATA[" {
            self.copy(end);
        }
        self.at += if opening == "<![CDATA[" { 0 } else { end };
        true
    }

    fn text(&mut self) -> bool {
        let end = self.rest().find('<').unwrap_or(self.rest().len());
        let text = self.rest()[..end].to_owned();
        let mut from = 0;
        for (at, _) in text.match_indices('&').filter(|(at, _)| !is_reference(&text[*at..])) {
            self.copy(at - from);
            self.out.insert("&amp;", self.whole.original(self.at));
            self.at += 1;
            from = at + 1;
        }
        self.copy(end - from);
        true
    }

    fn copy(&mut self, length: usize) {
        self.out.append(self.whole, self.at..self.at + length);
        self.at += length;
    }

    fn tag(&mut self) -> bool {
        let Some(end) = tag_end(self.rest()) else {
            let after = self.rest()[1..].find('<').map_or(self.rest().len(), |at| at + 1);
            self.broken("a tag does not end");
            self.at += after;
            return self.at < self.whole.text().len();
        };
        let tag = self.rest()[..end].to_owned();
        match tag.strip_prefix("</") {
            Some(closing) => self.closing(closing.trim_end_matches('>').trim(), end),
            None => self.opening(&tag, end),
        }
    }

    fn opening(&mut self, tag: &str, end: usize) -> bool {
        let name: String = tag[1..].chars().take_while(|c| c.is_alphanumeric() || "-_.".contains(*c)).collect();
        if name.is_empty() {
            self.broken("a bracket is no tag");
            self.out.insert("&lt;", self.whole.original(self.at));
            self.at += 1;
            return true;
        }
        if self.open.len() >= MAX_DEPTH {
            self.broken(&format!("elements are nested more than {MAX_DEPTH} deep"));
            self.at = self.whole.text().len();
            return false;
        }
        self.copy(end);
        if !tag.ends_with("/>") {
            self.open.push(name);
        }
        !self.open.is_empty()
    }

    fn closing(&mut self, name: &str, end: usize) -> bool {
        match self.open.iter().rposition(|open| open == name) {
            None => {
                self.broken(&format!("`</{name}>` ends nothing"));
                self.at += end;
            }
            Some(depth) => {
                if depth + 1 < self.open.len() {
                    let missing = self.open.last().cloned().unwrap_or_default();
                    self.broken(&format!("`</{name}>` comes before `</{missing}>`"));
                    self.close_down_to(depth + 1);
                }
                self.copy(end);
                self.open.pop();
            }
        }
        !self.open.is_empty()
    }

    fn close_all(&mut self) {
        self.close_down_to(0);
    }

    fn close_down_to(&mut self, depth: usize) {
        let at = self.whole.original(self.at.saturating_sub(1));
        while self.open.len() > depth {
            let name = self.open.pop().unwrap_or_default();
            self.out.insert(&format!("</{name}>"), at);
        }
    }

    fn broken(&mut self, what: &str) {
        let at = self.whole.original(self.at.min(self.whole.text().len().saturating_sub(1)));
        self.breaks.push(Break { at, what: what.to_owned() });
    }
}

/// The length of the tag that `text` begins with; `None` if another begins before it ends.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), b'<') => return None,
            _ => {}
        }
    }
    None
}

/// Whether an ampersand begins one of XML's own references.
fn is_reference(text: &str) -> bool {
    let Some((name, _)) = text[1..].split_once(';') else { return false };
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).is_some();
    match name.strip_prefix('#') {
        Some(hex) if hex.starts_with('x') => number(&hex[1..], 16),
        Some(digits) => number(digits, 10),
        None => matches!(name, "amp" | "lt" | "gt" | "quot" | "apos"),
    }
}
