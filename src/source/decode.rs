//! Bytes to characters: UTF-8, UTF-16 with or without a mark, and bytes of an old code page.

use super::MAX_BYTES;
use crate::problem::Problem;

/// First bytes of files that hold no text, and what they are.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (an Office file is one, too)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"\0asm", "a WebAssembly module"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
];

pub(super) fn decode(name: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Result<String, Problem> {
    if bytes.len() > MAX_BYTES {
        let message = format!("{name} is larger than the {} MB that are read.", MAX_BYTES >> 20);
        return Err(Problem::error("too-large", message)
            .hint("Export only the part that holds the rules and the objects they use."));
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(binary(name, &format!("{name} is {what}, not text.")));
    }
    let text = characters(bytes, problems);
    let controls = text.chars().filter(|&c| is_binary_control(c)).count();
    if controls * 100 > text.chars().count() {
        return Err(binary(name, &format!("{name} is binary data, not text.")));
    }
    Ok(text)
}

fn binary(name: &str, message: &str) -> Problem {
    Problem::error("binary-input", message).hint(format!(
        "Save {name} as text on the device (its running configuration, a JSON or a CSV export) and give that."
    ))
}

fn characters(bytes: &[u8], problems: &mut Vec<Problem>) -> String {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest, problems),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ if zeros(bytes, 1) => utf16(bytes, u16::from_le_bytes),
        _ if zeros(bytes, 0) => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes, problems),
    }
}

/// Whether most bytes at even (`parity` 0) or odd (1) places are zero, as in UTF-16 text without a mark.
fn zeros(bytes: &[u8], parity: usize) -> bool {
    let sample = &bytes[..bytes.len().min(4096)];
    let places = |parity: usize| sample.iter().skip(parity).step_by(2);
    let zero = |parity: usize| places(parity).filter(|&&byte| byte == 0).count();
    sample.len() >= 8 && zero(parity) * 10 > places(parity).count() * 7 && zero(1 - parity) * 10 < sample.len()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn utf8(bytes: &[u8], problems: &mut Vec<Problem>) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            problems.push(Problem::note(
                "not-utf8",
                "The text is not UTF-8; its bytes were read as Latin-1, so accented letters may look wrong.",
            ));
            bytes.iter().map(|&byte| char::from(byte)).collect()
        }
    }
}

/// Control characters that no terminal capture holds.
fn is_binary_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{1b}' | '\u{8}' | '\u{7}' | '\u{c}' | '\u{80}'..='\u{9f}')
}
