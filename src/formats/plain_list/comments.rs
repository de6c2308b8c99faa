//! Block comments: `/* … */`, over one line or several.

use std::borrow::Cow;

/// Why an entry below a comment that does not end is in doubt.
pub(super) const NO_END: &str = "a comment begins above this line and does not end";

/// Why an entry above the end of a comment that does not begin is in doubt.
pub(super) const NO_BEGINNING: &str = "a comment whose beginning is missing ends below this line";

/// A text with blanks in place of its block comments, so that every byte keeps its place.
pub(super) struct Blanked<'a> {
    pub text: Cow<'a, str>,
    /// Where a comment begins that does not end.
    pub open: Option<usize>,
    /// Where a comment ends that does not begin: the last such place.
    pub stray: Option<usize>,
}

impl Blanked<'_> {
    /// Why what stands at `at` may be part of a comment.
    pub fn doubt(&self, at: usize) -> Option<&'static str> {
        let below = self.open.filter(|&open| open < at).map(|_| NO_END);
        below.or_else(|| self.stray.filter(|&stray| at < stray).map(|_| NO_BEGINNING))
    }
}

pub(super) fn blanked(text: &str) -> Blanked<'_> {
    let mut blanked = Blanked { text: Cow::Borrowed(text), open: None, stray: None };
    let mut kept = String::new();
    let mut done = 0;
    while let Some((at, begins)) = mark(text, done) {
        let end = match (begins, end_of_comment(text, at + 2)) {
            (true, Some(end)) => end,
            (true, None) => {
                blanked.open = Some(at);
                text[at..].find('\n').map_or(text.len(), |feed| at + feed)
            }
            (false, _) => {
                blanked.stray = Some(at);
                at + 2
            }
        };
        kept.push_str(&text[done..at]);
        kept.extend(text[at..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        done = end;
        if blanked.open.is_some() {
            break;
        }
    }
    if done > 0 {
        kept.push_str(&text[done..]);
        blanked.text = Cow::Owned(kept);
    }
    blanked
}

/// The next mark at the beginning of a word, and whether it begins a comment. Inside a word both belong to a URL.
fn mark(text: &str, from: usize) -> Option<(usize, bool)> {
    let blank = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
    let bytes = text.as_bytes();
    let alone = |at: usize| blank(at.checked_sub(1).and_then(|before| bytes.get(before)));
    text[from..].match_indices(['/', '*']).map(|(at, _)| from + at).filter(|&at| alone(at)).find_map(|at| {
        match bytes.get(at..at + 2)? {
            b"/*" => Some((at, true)),
            b"*/" if blank(bytes.get(at + 2)) => Some((at, false)),
            _ => None,
        }
    })
}

/// The byte behind the end of a comment; the star of `https://*/` ends none.
fn end_of_comment(text: &str, from: usize) -> Option<usize> {
    let mut ends = text.get(from..)?.match_indices("*/").map(|(at, _)| from + at);
    ends.find(|&at| !text[..at].ends_with("://")).map(|at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_blanks_and_urls_stay() {
        for (text, expected) in [
            ("a /* b */ c", "a         c"),
            ("/*\nb\n*/\nc", "  \n \n  \nc"),
            ("https://*/x\n*/443", "https://*/x\n*/443"),
            ("a.example/* b", "a.example/* b"),
        ] {
            let blanked = blanked(text);
            assert_eq!((&*blanked.text, blanked.open, blanked.stray), (expected, None, None), "{text}");
        }
        assert_eq!(blanked("a\n/* b").open, Some(2));
        assert_eq!(blanked("a\n*/\nb").stray, Some(2));
    }
}
