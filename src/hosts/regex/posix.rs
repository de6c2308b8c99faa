//! POSIX extended regular expressions (IEEE Std 1003.1, "Extended Regular Expressions"), with the GNU library's choices
//! where the standard leaves them open.

use crate::hosts::expression::{Class, Node, SYMBOLS};

/// Expressions that unfold to more single characters than this are not read.
const MAX_SIZE: usize = 20_000;
/// Groups may nest, and repetitions may follow each other, this deep.
const MAX_DEPTH: usize = 100;

pub(super) fn parse(pattern: &str, ignore_case: bool) -> Result<Node, String> {
    let mut parser = Parser { rest: pattern.chars().collect(), at: 0, depth: 0, ignore_case };
    let node = parser.alternatives()?;
    if parser.at < parser.rest.len() {
        return Err("it has an unmatched parenthesis".into());
    }
    match size(&node) > MAX_SIZE {
        true => Err("it unfolds to too many states".into()),
        false => Ok(node),
    }
}

fn size(node: &Node) -> usize {
    match node {
        Node::Class(_) | Node::Start | Node::End => 1,
        Node::Concat(parts) | Node::Alternate(parts) => {
            parts.iter().fold(1, |sum: usize, part| sum.saturating_add(size(part)))
        }
        Node::Repeat { node, min, max } => size(node).saturating_mul(max.unwrap_or(min + 1).max(1) as usize),
    }
}

struct Parser {
    rest: Vec<char>,
    at: usize,
    depth: usize,
    ignore_case: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self) -> Result<Node, String> {
        let mut parts = vec![self.branch()?];
        while self.take_if('|') {
            parts.push(self.branch()?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Node::Alternate(parts),
        })
    }

    fn branch(&mut self) -> Result<Node, String> {
        let mut parts = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || (c == ')' && self.depth > 0) {
                break;
            }
            let piece = self.piece()?;
            parts.push(piece);
        }
        Ok(Node::Concat(parts))
    }

    fn piece(&mut self) -> Result<Node, String> {
        let mut node = self.atom()?;
        for _ in 0..MAX_DEPTH {
            let Some(c) = self.peek() else { break };
            let (min, max) = match c {
                '*' => (0, None),
                '+' => (1, None),
                '?' => (0, Some(1)),
                '{' => {
                    self.at += 1;
                    let bounds = self.bounds()?;
                    node = node.repeat(bounds.0, bounds.1);
                    continue;
                }
                _ => return Ok(node),
            };
            self.at += 1;
            node = node.repeat(min, max);
        }
        match self.peek() {
            None => Ok(node),
            Some(_) => Err("it repeats repetitions too often".into()),
        }
    }

    fn bounds(&mut self) -> Result<(u32, Option<u32>), String> {
        let bad = || "it has a repetition count that cannot be read".to_owned();
        let min = self.number();
        let max = match self.take_if(',') {
            true => self.number(),
            false => Some(min.ok_or_else(bad)?),
        };
        let min = min.unwrap_or(0);
        let ordered = max.is_none_or(|max| min <= max && max <= 1000) && min <= 1000;
        match self.take_if('}') && ordered {
            true => Ok((min, max)),
            false => Err(bad()),
        }
    }

    fn number(&mut self) -> Option<u32> {
        let digits: String = self.rest[self.at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        self.at += digits.len();
        digits.parse().ok()
    }

    fn atom(&mut self) -> Result<Node, String> {
        match self.take() {
            Some('(') => self.group(),
            Some('[') => self.bracket(),
            Some('.') => Ok(Node::Class(Class::ANY)),
            Some('^') => Ok(Node::Start),
            Some('$') => Ok(Node::End),
            Some('\\') => self.escape(),
            Some('*' | '+' | '?' | '{') => Err("it repeats nothing".into()),
            Some(c) => Ok(Node::Class(self.class_of(c))),
            None => Ok(Node::empty()),
        }
    }

    fn group(&mut self) -> Result<Node, String> {
        if self.peek() == Some('?') {
            return Err("`(?` is not part of POSIX expressions".into());
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("its groups nest too deep".into());
        }
        let node = self.alternatives()?;
        self.depth -= 1;
        match self.take_if(')') {
            true => Ok(node),
            false => Err("it has an unmatched parenthesis".into()),
        }
    }

    fn escape(&mut self) -> Result<Node, String> {
        let word = || {
            SYMBOLS
                .iter()
                .filter(|b| b.is_ascii_alphanumeric() || **b == b'_')
                .fold(Class::NONE, |class, &b| class.union(Class::of(b)))
        };
        match self.take() {
            None => Err("it ends with a backslash".into()),
            Some('1'..='9') => Err("it refers back to a group".into()),
            Some('w') => Ok(Node::Class(word())),
            Some('W') => Ok(Node::Class(Class::ANY.minus(word()))),
            Some('s') => Ok(Node::Class(Class::NONE)),
            Some('S') => Ok(Node::Class(Class::ANY)),
            Some(c) if c.is_ascii_alphanumeric() || matches!(c, '<' | '>' | '`' | '\'') => {
                Err(format!("POSIX does not define `\\{c}`"))
            }
            Some(c) => Ok(Node::Class(self.class_of(c))),
        }
    }

    /// The class of one character. Requests arrive in lower case, so that a capital matches only where case is ignored.
    fn class_of(&self, c: char) -> Class {
        let c = if self.ignore_case { c.to_ascii_lowercase() } else { c };
        u8::try_from(c).map_or(Class::NONE, Class::of)
    }

    fn bracket(&mut self) -> Result<Node, String> {
        let negated = self.take_if('^');
        let mut class = Class::NONE;
        let mut first = true;
        loop {
            let c = self.take().ok_or("it has an unmatched bracket")?;
            match c {
                ']' if !first => break,
                '[' if matches!(self.peek(), Some(':' | '.' | '=')) => class = class.union(self.named_class()?),
                c => class = class.union(self.range_from(c)?),
            }
            first = false;
        }
        Ok(Node::Class(if negated { Class::ANY.minus(class) } else { class }))
    }

    fn range_from(&mut self, first: char) -> Result<Class, String> {
        let is_range = self.peek() == Some('-') && self.rest.get(self.at + 1).is_some_and(|&c| c != ']');
        if !is_range {
            return Ok(self.class_of(first));
        }
        self.at += 1;
        let last = self.take().unwrap_or(first);
        if last < first || last == '[' || last == '\\' {
            return Err("it has a bracket range that cannot be read".into());
        }
        let in_ascii = first..=last.min('\u{7f}');
        Ok(in_ascii.fold(Class::NONE, |class, c| class.union(self.class_of(c))))
    }

    fn named_class(&mut self) -> Result<Class, String> {
        let text: String = self.rest[self.at..].iter().collect();
        let (name, _) = text.split_once("]").ok_or("it has an unmatched bracket")?;
        self.at += name.chars().count() + 1;
        let holds: fn(&u8) -> bool = match name {
            ":alpha:" => u8::is_ascii_alphabetic,
            ":digit:" => u8::is_ascii_digit,
            ":alnum:" => u8::is_ascii_alphanumeric,
            ":lower:" => u8::is_ascii_lowercase,
            ":upper:" if self.ignore_case => u8::is_ascii_lowercase,
            ":upper:" | ":space:" | ":blank:" | ":cntrl:" => |_| false,
            ":xdigit:" => u8::is_ascii_hexdigit,
            ":punct:" => u8::is_ascii_punctuation,
            ":print:" | ":graph:" => |_| true,
            _ => return Err(format!("`[{name}]` cannot be read")),
        };
        Ok(SYMBOLS.iter().filter(|b| holds(b)).fold(Class::NONE, |class, &b| class.union(Class::of(b))))
    }
}
