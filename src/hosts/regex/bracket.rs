//! Bracket expressions: `[a-z[:digit:]-]`.

use super::{Cursor, class_escape, class_where};
use crate::hosts::expression::Class;

/// The rest of a bracket expression whose `[` was read. `escapes`: a backslash is none of its own characters, as in Perl.
pub(super) fn rest(cursor: &mut Cursor, escapes: bool) -> Result<Class, String> {
    let negated = cursor.take_if("^");
    let mut class = Class::NONE;
    let mut first = true;
    loop {
        let c = cursor.take().ok_or("it has an unmatched bracket")?;
        match c {
            ']' if !first => break,
            '[' if cursor.peek() == Some(':') => class = class.union(named(cursor)?),
            '[' if matches!(cursor.peek(), Some('.' | '=')) => return Err("it names a collating element".into()),
            '\\' if escapes => class = class.union(escaped(cursor)?),
            c => class = class.union(range(cursor, c, escapes)?),
        }
        first = false;
    }
    Ok(if negated { Class::ANY.minus(class) } else { class })
}

fn escaped(cursor: &mut Cursor) -> Result<Class, String> {
    let c = cursor.take().ok_or("it has an unmatched bracket")?;
    match class_escape(c) {
        Some(_) if cursor.peek() == Some('-') && !ends_after_hyphen(cursor) => Err(unreadable()),
        Some(class) => Ok(class),
        None if c.is_ascii_punctuation() => range(cursor, c, true),
        None => Err(format!("`\\{c}` in a bracket is not read")),
    }
}

fn ends_after_hyphen(cursor: &Cursor) -> bool {
    cursor.chars.get(cursor.at + 1) == Some(&']')
}

/// One character, or the range that begins with it.
fn range(cursor: &mut Cursor, first: char, escapes: bool) -> Result<Class, String> {
    let is_range = cursor.peek() == Some('-') && cursor.at + 1 < cursor.chars.len() && !ends_after_hyphen(cursor);
    if !is_range {
        return Ok(cursor.class_of(first));
    }
    cursor.at += 1;
    let mut last = cursor.take().unwrap_or(first);
    if escapes && last == '\\' {
        last = cursor.take().filter(char::is_ascii_punctuation).ok_or_else(unreadable)?;
    } else if last == '[' || last == '\\' {
        return Err(unreadable());
    }
    if last < first {
        return Err(unreadable());
    }
    let in_ascii = first..=last.min('\u{7f}');
    Ok(in_ascii.fold(Class::NONE, |class, c| class.union(cursor.class_of(c))))
}

fn unreadable() -> String {
    "it has a bracket range that cannot be read".into()
}

/// `[:alpha:]`, whose first bracket was read.
fn named(cursor: &mut Cursor) -> Result<Class, String> {
    let text: String = cursor.chars[cursor.at..].iter().collect();
    let (name, _) = text.split_once(']').ok_or("it has an unmatched bracket")?;
    cursor.at += name.chars().count() + 1;
    let holds: fn(&u8) -> bool = match name {
        ":alpha:" => u8::is_ascii_alphabetic,
        ":digit:" => u8::is_ascii_digit,
        ":alnum:" => u8::is_ascii_alphanumeric,
        ":lower:" => u8::is_ascii_lowercase,
        ":upper:" if cursor.ignore_case => u8::is_ascii_lowercase,
        ":upper:" | ":space:" | ":blank:" | ":cntrl:" => |_| false,
        ":xdigit:" => u8::is_ascii_hexdigit,
        ":punct:" => u8::is_ascii_punctuation,
        ":print:" | ":graph:" => |_| true,
        _ => return Err(format!("`[{name}]` cannot be read")),
    };
    Ok(class_where(holds))
}
