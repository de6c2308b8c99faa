//! Perl-compatible expressions (perlre; pcre2pattern), as far as all of them read alike: what only some know is an error.

use super::{Cursor, Token, bracket, class_escape};
use crate::hosts::expression::Class;

pub(super) fn tokens(pattern: &str, ignore_case: bool) -> Result<Vec<Token>, String> {
    let mut cursor = Cursor::new(pattern, ignore_case);
    cursor.ignore_case |= cursor.take_if("(?i)");
    let mut tokens = Vec::new();
    while let Some(c) = cursor.take() {
        let token = match c {
            '(' => group(&mut cursor)?,
            ')' => Token::Close,
            '[' => Token::Class(bracket::rest(&mut cursor, true)?),
            '\\' => escape(&mut cursor)?,
            '.' => Token::Class(Class::ANY),
            '^' => Token::Start,
            // It also holds before a line feed at the end, which no name has.
            '$' => Token::End,
            '|' => Token::Or,
            '*' | '+' | '?' | '{' => repetition(&mut cursor, c, tokens.last())?,
            c => cursor.literal(c),
        };
        tokens.push(token);
    }
    Ok(tokens)
}

fn group(cursor: &mut Cursor) -> Result<Token, String> {
    if cursor.peek() == Some('*') {
        return Err("it has a verb such as `(*ACCEPT)`".into());
    }
    if !cursor.take_if("?") || cursor.take_if(":") {
        return Ok(Token::Open);
    }
    let looks = ["=", "!", "<=", "<!"].iter().any(|mark| cursor.take_if(mark));
    if looks {
        return Err("it looks ahead or behind".into());
    }
    let named = cursor.take_if("<") || cursor.take_if("P<");
    match named && take_name(cursor) {
        true => Ok(Token::Open),
        false => Err(format!("a group that begins with `(?{}` is not read", cursor.peek().unwrap_or(' '))),
    }
}

fn take_name(cursor: &mut Cursor) -> bool {
    let start = cursor.at;
    while cursor.peek().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
        cursor.at += 1;
    }
    let begins = cursor.chars.get(start).is_some_and(|c| !c.is_ascii_digit());
    cursor.at > start && begins && cursor.take_if(">")
}

fn escape(cursor: &mut Cursor) -> Result<Token, String> {
    let c = cursor.take().ok_or("it ends with a backslash")?;
    if let Some(class) = class_escape(c) {
        return Ok(Token::Class(class));
    }
    match c {
        'A' => Ok(Token::Start),
        'z' | 'Z' => Ok(Token::End),
        't' | 'n' | 'r' | 'f' => Ok(Token::Class(Class::NONE)),
        'b' | 'B' => Err("it looks for the edge of a word".into()),
        '1'..='9' | 'g' | 'k' => Err("it refers back to a group".into()),
        c if c.is_ascii_punctuation() => Ok(cursor.literal(c)),
        c => Err(format!("`\\{c}` is not read")),
    }
}

/// How often the token before is repeated. A lazy repetition lets the same texts through as a greedy one.
fn repetition(cursor: &mut Cursor, c: char, before: Option<&Token>) -> Result<Token, String> {
    if matches!(before, Some(Token::Repeat(..))) {
        return Err("it repeats a repetition".into());
    }
    let token = match c {
        '*' => Token::Repeat(0, None),
        '+' => Token::Repeat(1, None),
        '?' => Token::Repeat(0, Some(1)),
        _ => cursor.bounds("}", false)?,
    };
    if cursor.take_if("+") {
        return Err("it has a possessive repetition".into());
    }
    cursor.take_if("?");
    Ok(token)
}
