//! The words of a ruleset.

use super::shell;
use super::tree::is_program;
use crate::formats::netfilter::script::{self, Line};
use crate::source::{Source, Span};
use crate::syntax::lines::physical;
use crate::syntax::mapped::Mapped;
use std::net::Ipv6Addr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Quoted,
    /// The end of a line, or a semicolon.
    End,
}

/// A word, a string or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub text: String,
    pub span: Span,
    pub kind: Kind,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.kind == Kind::Word && self.text == text
    }

    pub fn is_end(&self) -> bool {
        self.kind == Kind::End
    }
}

/// The span of all.
pub(super) fn span(tokens: &[Token]) -> Option<Span> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    let end = if last.span.file == first.span.file { last.span.end.max(first.span.end) } else { first.span.end };
    Some(Span { end, ..first.span })
}

const SIGNS: &str = "{},;=!<>()&|^";

/// A file as nft has it: with what a shell puts in, and without the lines that touch no rule.
struct Text<'a> {
    source: &'a Source,
    plain: Mapped,
}

impl Text<'_> {
    fn token(&self, text: String, start: usize, end: usize, kind: Kind) -> Token {
        Token { text, span: self.plain.span(self.source, start..end.min(self.plain.text().len())), kind }
    }
}

/// The text with what a shell gives nft.
pub(super) fn plain(source: &Source) -> Mapped {
    let mut plain = Mapped::default();
    for Line { logical: line, is_idle } in script::lines(physical(source), is_program) {
        let (start, own) = (line.span.start as usize, source.line_text(*line.numbers.start()));
        match shell::given(&line.text) {
            _ if is_idle => {}
            Some(given) => plain.insert(&given, start),
            None if own == line.text => plain.push(own, start),
            None => plain.insert(&line.text, start),
        }
        plain.insert("\n", line.span.end as usize);
    }
    plain
}

/// Every word of a file; comments are left out.
pub(super) fn tokens(source: &Source) -> Vec<Token> {
    let whole = Text { source, plain: plain(source) };
    let text = whole.plain.text();
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b'\n' | b';' => {
                at += 1;
                Kind::End
            }
            b'\\' if text[at + 1..].trim_start_matches([' ', '\t']).starts_with('\n') => {
                at += text[at..].find('\n').map_or(1, |feed| feed + 1);
                continue;
            }
            b'#' => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                continue;
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            // What a shell takes off: `\;`.
            b'\\' if bytes.get(at + 1).is_some_and(|next| b";{}\"'$".contains(next)) => {
                at += 1;
                continue;
            }
            // Commands one behind the other, in a shell.
            b'&' if bytes.get(at + 1) == Some(&b'&') => {
                at += 2;
                Kind::End
            }
            // What a shell takes off: `'{ type filter hook output priority 0 ; }'`.
            b'\'' => {
                at += 1;
                continue;
            }
            b'"' => {
                let rest = text[at + 1..].split('\n').next().unwrap_or("");
                let length = rest.find('"').unwrap_or(rest.len());
                found.push(whole.token(rest[..length].to_owned(), start, start + length + 2, Kind::Quoted));
                at = (start + length + 2).min(text.len());
                continue;
            }
            byte if SIGNS.contains(char::from(byte)) => {
                at += if matches!(&bytes[at..], [b'!' | b'=' | b'<' | b'>', b'=', ..]) { 2 } else { 1 };
                Kind::Word
            }
            _ => {
                let stop =
                    |c: char| c.is_whitespace() || SIGNS.contains(c) || c == '#' || ['"', '\'', '\\'].contains(&c);
                at += text[at..].char_indices().skip(1).find(|&(_, c)| stop(c)).map_or(text.len() - at, |(end, _)| end);
                words(&whole, start, at, &mut found);
                continue;
            }
        };
        found.push(whole.token(text[start..at].to_owned(), start, at, kind));
    }
    found
}

/// A word, taken apart at its colons unless they belong to an address.
fn words(whole: &Text<'_>, start: usize, end: usize, found: &mut Vec<Token>) {
    let text = &whole.plain.text()[start..end];
    let (body, colon) = match text.strip_suffix(':') {
        Some(body) if !body.is_empty() && !body.ends_with(':') => (body, true),
        _ => (text, false),
    };
    if body == ":" || !body.contains(':') || has_address(body) {
        found.push(whole.token(body.to_owned(), start, start + body.len(), Kind::Word));
        if colon {
            found.push(whole.token(":".to_owned(), end - 1, end, Kind::Word));
        }
        return;
    }
    let mut at = start;
    for (index, piece) in text.split(':').enumerate() {
        if index > 0 {
            found.push(whole.token(":".to_owned(), at - 1, at, Kind::Word));
        }
        if !piece.is_empty() {
            found.push(whole.token(piece.to_owned(), at, at + piece.len(), Kind::Word));
        }
        at += piece.len() + 1;
    }
}

fn has_address(text: &str) -> bool {
    let part = |part: &str| part.split('/').next().is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    text.split('-').all(part)
}
