//! The filter of a dynamic address group: tags joined by `and` or `or`, in parentheses.

use std::iter::Peekable;
use std::str::Chars;

/// Parentheses deeper than this are not followed.
const MAX_DEPTH: usize = 20;

/// Whether an object with these tags is a member; `None` for a filter that mixes `and` with `or` without parentheses, or
/// says anything else.
pub(super) fn holds(filter: &str, tags: &[&str]) -> Option<bool> {
    let mut reader = Reader { rest: filter.chars().peekable(), tags };
    let holds = reader.all(0)?;
    reader.word().is_none().then_some(holds)
}

struct Reader<'f, 't> {
    rest: Peekable<Chars<'f>>,
    tags: &'t [&'t str],
}

/// A tag, or a mark or an operator, which are not quoted.
#[derive(PartialEq, Eq)]
enum Word {
    Tag(String),
    Bare(String),
}

impl Reader<'_, '_> {
    fn word(&mut self) -> Option<Word> {
        while self.rest.next_if(|c| c.is_whitespace()).is_some() {}
        let first = self.rest.next()?;
        match first {
            '\'' | '"' => {
                let mut tag = String::new();
                while let Some(c) = self.rest.next_if(|&c| c != first) {
                    tag.push(c);
                }
                self.rest.next().map(|_| Word::Tag(tag))
            }
            '(' | ')' => Some(Word::Bare(first.to_string())),
            _ => {
                let mut word = first.to_string();
                while let Some(c) = self.rest.next_if(|&c| !c.is_whitespace() && !"()'\"".contains(c)) {
                    word.push(c);
                }
                Some(Word::Bare(word.to_ascii_lowercase()))
            }
        }
    }

    fn operand(&mut self, depth: usize) -> Option<bool> {
        match self.word()? {
            Word::Tag(tag) => Some(self.tags.contains(&tag.as_str())),
            Word::Bare(mark) if mark == "(" && depth < MAX_DEPTH => self.all(depth + 1),
            Word::Bare(_) => None,
        }
    }

    /// Operands up to the end, or to the parenthesis that closes them.
    fn all(&mut self, depth: usize) -> Option<bool> {
        let mut holds = self.operand(depth)?;
        let mut operator: Option<Word> = None;
        loop {
            match self.word() {
                None => return (depth == 0).then_some(holds),
                Some(Word::Bare(mark)) if mark == ")" => return (depth > 0).then_some(holds),
                Some(next) if operator.as_ref().is_none_or(|own| *own == next) => {
                    let operand = self.operand(depth)?;
                    holds = match &next {
                        Word::Bare(word) if word == "and" => holds && operand,
                        Word::Bare(word) if word == "or" => holds || operand,
                        _ => return None,
                    };
                    operator = Some(next);
                }
                Some(_) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_tags_joined() {
        for (filter, expected) in [
            ("'azure'", Some(true)),
            ("'other'", Some(false)),
            ("'azure' and 'prod'", Some(true)),
            ("'azure' and 'test'", Some(false)),
            ("('azure' or 'x') and ('y' or 'prod')", Some(true)),
            ("\"azure\" OR 'x' or 'y'", Some(true)),
            ("'azure' or 'x' and 'y'", None),
            ("not 'azure'", None),
            ("azure", None),
            ("'azure' and", None),
            ("('azure'", None),
            ("'azure') or 'x'", None),
            ("'azure", None),
            ("", None),
        ] {
            assert_eq!(holds(filter, &["azure", "prod"]), expected, "{filter}");
        }
        assert_eq!(holds(&"(".repeat(10_000), &[]), None);
    }
}
