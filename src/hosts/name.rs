//! Host names as users, products and documents write them.

use std::fmt;

/// Why a text is no host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    Empty,
    /// A label is empty or has more than 63 characters, or the whole name more than 253 (RFC 1035).
    Length,
    /// A character that no host name has, or international letters that IDNA refuses.
    Character,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NameError::Empty => "the name is empty",
            NameError::Length => "a part of the name is empty or too long",
            NameError::Character => "the name has a character that host names cannot have",
        })
    }
}

/// The name in lower-case ASCII (punycode for international letters) without one trailing dot. Underscores are legal in
/// DNS and stay; stars are not.
///
/// # Errors
/// A [`NameError`] if this is no name that DNS can hold.
pub fn normalize(text: &str) -> Result<String, NameError> {
    let text = text.trim();
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    let ascii = match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => idna::domain_to_ascii(text).map_err(|_| NameError::Character)?,
    };
    if ascii.len() > 253 || ascii.split('.').any(|label| label.is_empty() || label.len() > 63) {
        return Err(NameError::Length);
    }
    match ascii.bytes().all(is_name_byte) {
        true => Ok(ascii),
        false => Err(NameError::Character),
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_brought_to_one_form() {
        for (text, expected) in [
            ("Login.MicrosoftOnline.com", Ok("login.microsoftonline.com")),
            ("a.example.", Ok("a.example")),
            (" a_b.example ", Ok("a_b.example")),
            ("b\u{fc}cher.example", Ok("xn--bcher-kva.example")),
            ("B\u{dc}CHER.example", Ok("xn--bcher-kva.example")),
            ("", Err(NameError::Empty)),
            (".", Err(NameError::Empty)),
            ("a..b", Err(NameError::Length)),
            (".a", Err(NameError::Length)),
            ("*.a", Err(NameError::Character)),
            ("a b", Err(NameError::Character)),
            ("a:443", Err(NameError::Character)),
        ] {
            assert_eq!(normalize(text), expected.map(str::to_owned), "{text}");
        }
        assert_eq!(normalize(&"a".repeat(64)), Err(NameError::Length));
        assert_eq!(normalize(&["abcdefghi."; 26].concat()), Err(NameError::Length));
        let longest = ["abcdefghi."; 25].concat() + "abc";
        assert_eq!((longest.len(), normalize(&longest)), (253, Ok(longest.clone())));
        assert_eq!(normalize(&(longest + "d")), Err(NameError::Length));
        assert_eq!(normalize(&"a".repeat(63)), Ok("a".repeat(63)));
    }

    #[test]
    fn errors_say_what_is_wrong() {
        for (error, expected) in [
            (NameError::Empty, "the name is empty"),
            (NameError::Length, "a part of the name is empty or too long"),
            (NameError::Character, "the name has a character that host names cannot have"),
        ] {
            assert_eq!(error.to_string(), expected);
        }
    }
}
