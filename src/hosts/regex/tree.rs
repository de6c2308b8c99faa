//! From tokens to an expression.

use super::Token;
use crate::hosts::expression::Node;
use std::iter::Peekable;
use std::vec::IntoIter;

/// Expressions that unfold to more single characters than this are not read.
const MAX_SIZE: usize = 20_000;
/// Groups may nest this deep.
const MAX_DEPTH: usize = 100;
/// Repetitions may follow each other so often.
const MAX_REPEATS: usize = 4;

/// # Errors
/// Why the tokens are no expression, or one that is too large.
pub(super) fn build(tokens: Vec<Token>) -> Result<Node, String> {
    let mut builder = Builder { tokens: tokens.into_iter().peekable(), depth: 0 };
    let node = builder.alternatives()?;
    if builder.tokens.peek().is_some() {
        return Err(UNMATCHED.into());
    }
    match size(&node) > MAX_SIZE {
        true => Err("it unfolds to too many states".into()),
        false => Ok(node),
    }
}

const UNMATCHED: &str = "it has an unmatched parenthesis";

fn size(node: &Node) -> usize {
    match node {
        Node::Class(_) | Node::Start | Node::End => 1,
        Node::Concat(parts) | Node::Alternate(parts) => {
            parts.iter().fold(1, |sum: usize, part| sum.saturating_add(size(part)))
        }
        Node::Repeat { node, min, max } => size(node).saturating_mul(max.unwrap_or(min + 1).max(1) as usize),
    }
}

struct Builder {
    tokens: Peekable<IntoIter<Token>>,
    depth: usize,
}

impl Builder {
    fn alternatives(&mut self) -> Result<Node, String> {
        let mut parts = vec![self.branch()?];
        while self.tokens.next_if_eq(&Token::Or).is_some() {
            parts.push(self.branch()?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Node::Alternate(parts),
        })
    }

    fn branch(&mut self) -> Result<Node, String> {
        let mut parts = Vec::new();
        while let Some(token) = self.tokens.next_if(|token| !matches!(token, Token::Or | Token::Close)) {
            parts.push(self.piece(token)?);
        }
        Ok(Node::Concat(parts))
    }

    fn piece(&mut self, first: Token) -> Result<Node, String> {
        let atom = match first {
            // A place cannot be repeated, and what follows it stands at the beginning of an expression.
            Token::Start => return Ok(Node::Start),
            Token::End => return Ok(Node::End),
            Token::Class(class) => Node::Class(class),
            Token::Open => self.group()?,
            Token::Repeat(..) => return Err("it repeats nothing".into()),
            Token::Or | Token::Close => return Err(UNMATCHED.into()),
        };
        self.repeated(atom)
    }

    fn repeated(&mut self, mut node: Node) -> Result<Node, String> {
        for _ in 0..MAX_REPEATS {
            match self.tokens.next_if(|token| matches!(token, Token::Repeat(..))) {
                Some(Token::Repeat(min, max)) => node = node.repeat(min, max),
                _ => return Ok(node),
            }
        }
        match self.tokens.peek() {
            Some(Token::Repeat(..)) => Err("it repeats repetitions too often".into()),
            _ => Ok(node),
        }
    }

    fn group(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("its groups nest too deep".into());
        }
        let node = self.alternatives()?;
        self.depth -= 1;
        match self.tokens.next() {
            Some(Token::Close) => Ok(node),
            _ => Err(UNMATCHED.into()),
        }
    }
}
