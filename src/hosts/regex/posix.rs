//! POSIX basic and extended expressions (IEEE Std 1003.1, chapter 9), with the GNU C library's choices where the standard
//! leaves them open.

use super::{Cursor, Token, bracket, class_escape};
use crate::hosts::expression::Class;

pub(super) fn extended(pattern: &str, ignore_case: bool) -> Result<Vec<Token>, String> {
    let mut cursor = Cursor::new(pattern, ignore_case);
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    while let Some(c) = cursor.take() {
        tokens.push(match c {
            '(' if cursor.peek() == Some('?') => return Err("`(?` is not part of POSIX expressions".into()),
            '(' => {
                depth += 1;
                Token::Open
            }
            ')' if depth > 0 => {
                depth -= 1;
                Token::Close
            }
            '|' => Token::Or,
            '^' => Token::Start,
            '$' => Token::End,
            '{' => cursor.bounds("}", true)?,
            '+' => Token::Repeat(1, None),
            '?' => Token::Repeat(0, Some(1)),
            '\\' => {
                let escaped = cursor.take();
                escape(&cursor, escaped)?
            }
            c => common(&mut cursor, c)?,
        });
    }
    Ok(tokens)
}

pub(super) fn basic(pattern: &str, ignore_case: bool) -> Result<Vec<Token>, String> {
    let mut cursor = Cursor::new(pattern, ignore_case);
    let mut tokens: Vec<Token> = Vec::new();
    while let Some(c) = cursor.take() {
        let after_start = matches!(tokens.last(), None | Some(Token::Open | Token::Or));
        let repeatable = !after_start && tokens.last() != Some(&Token::Start);
        let repeated = matches!(tokens.last(), Some(Token::Repeat(..)));
        tokens.push(match c {
            '*' if !repeatable => cursor.literal('*'),
            '*' if repeated => return Err(TWICE.into()),
            '^' if after_start => Token::Start,
            '$' if ends_branch(&cursor) => Token::End,
            '\\' => match cursor.take() {
                Some('(') => Token::Open,
                Some(')') => Token::Close,
                Some('|') => Token::Or,
                Some('{') if repeated => return Err(TWICE.into()),
                Some('{') => cursor.bounds("\\}", true)?,
                Some('+') if repeatable => Token::Repeat(1, None),
                Some('?') if repeatable => Token::Repeat(0, Some(1)),
                escaped => escape(&cursor, escaped)?,
            },
            c => common(&mut cursor, c)?,
        });
    }
    Ok(tokens)
}

/// The C library refuses it in a basic expression and takes it in an extended one.
const TWICE: &str = "it repeats a repetition";

/// Whether a `$` that was read stands at the end of an expression.
fn ends_branch(cursor: &Cursor) -> bool {
    matches!(&cursor.chars[cursor.at..], [] | ['\\', '|' | ')', ..])
}

fn common(cursor: &mut Cursor, c: char) -> Result<Token, String> {
    Ok(match c {
        '[' => Token::Class(bracket::rest(cursor, false)?),
        '.' => Token::Class(Class::ANY),
        '*' => Token::Repeat(0, None),
        c => cursor.literal(c),
    })
}

fn escape(cursor: &Cursor, escaped: Option<char>) -> Result<Token, String> {
    match escaped {
        None => Err("it ends with a backslash".into()),
        Some('1'..='9') => Err("it refers back to a group".into()),
        Some(c @ ('w' | 'W' | 's' | 'S')) => Ok(Token::Class(class_escape(c).unwrap_or(Class::NONE))),
        Some(c) if c.is_ascii_alphanumeric() || matches!(c, '<' | '>' | '`' | '\'') => {
            Err(format!("POSIX does not define `\\{c}`"))
        }
        Some(c) => Ok(cursor.literal(c)),
    }
}
