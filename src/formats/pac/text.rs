//! The script itself: as it stands, out of a `data:` URL, or out of a page of HTML around it.

use crate::source::Source;
use crate::syntax::mapped::Mapped;

/// How the script was wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrapping {
    None,
    DataUrl,
    Html,
}

/// The script, and where each of its bytes stands in the source. `None` for a `data:` URL that cannot be decoded.
pub(super) fn script(source: &Source) -> Option<(Mapped, Wrapping)> {
    let text = source.text();
    let start = text.len() - text.trim_start().len();
    if is_data_url(text) {
        let mut mapped = Mapped::default();
        mapped.insert(&decoded(text.trim())?, start);
        return Some((mapped, Wrapping::DataUrl));
    }
    if text[start..].starts_with('<') {
        return Some((without_tags(text), Wrapping::Html));
    }
    let mut mapped = Mapped::default();
    mapped.push(text, 0);
    Some((mapped, Wrapping::None))
}

pub(super) fn is_data_url(text: &str) -> bool {
    let begin = text.trim_start();
    begin.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

fn decoded(url: &str) -> Option<String> {
    let (head, body) = url.get(5..)?.split_once(',')?;
    let bytes = match head.to_ascii_lowercase().ends_with(";base64") {
        true => base64(&percent(body))?,
        false => percent(body),
    };
    String::from_utf8(bytes).ok()
}

/// RFC 4648, section 4; blanks are skipped and the padding may be missing.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for &byte in text.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

fn percent(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let code = code.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    out
}

/// The tags that pages put around a script; anything else that begins like a tag is a comparison.
const TAGS: &[&str] = &[
    "!doctype", "html", "head", "body", "pre", "code", "script", "div", "span", "p", "br", "title", "meta", "style",
    "h1", "h2", "h3", "link", "table", "tbody", "tr", "td", "textarea", "article", "section", "main",
];

const ENTITIES: &[(&str, &str)] = &[
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&nbsp;", " "),
];

/// The text from the script's first word on, without tags, and with the characters that entities stand for.
fn without_tags(text: &str) -> Mapped {
    let mut mapped = Mapped::default();
    let mut at = beginning(text);
    while let Some(found) = text[at..].find(['<', '&']) {
        mapped.push(&text[at..at + found], at);
        at += found;
        let rest = &text[at..];
        if let Some((entity, character)) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
            mapped.insert(character, at);
            at += entity.len();
        } else if let Some(length) = tag(rest) {
            at += length;
        } else {
            mapped.push(&rest[..1], at);
            at += 1;
        }
    }
    mapped.push(&text[at..], at);
    mapped
}

/// Behind the tag in which the script stands, so that titles and headings are no part of it.
fn beginning(text: &str) -> usize {
    let function = text.find("FindProxyForURL").unwrap_or(0);
    let opens = ["<script", "<pre", "<code", "<textarea", "<body"].iter().filter_map(|tag| {
        let at = text[..function].find(tag)?;
        Some(at + text[at..].find('>')? + 1)
    });
    opens.max().unwrap_or(0)
}

fn tag(text: &str) -> Option<usize> {
    let name = text.strip_prefix('<')?;
    let name = name.strip_prefix('/').unwrap_or(name);
    let word: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '!').collect();
    let known = TAGS.contains(&word.to_ascii_lowercase().as_str());
    text.find('>').filter(|_| known).map(|end| end + 1)
}
