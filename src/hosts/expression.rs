//! Regular expressions over the few characters that host names and URLs of a request have.

/// The characters that matter, in the order in which a witness prefers them. Names use the first [`NAME_SYMBOLS`].
pub(super) const SYMBOLS: &[u8; 43] = b"abcdefghijklmnopqrstuvwxyz0123456789-_.:/[]";
pub(super) const NAME_SYMBOLS: u32 = 39;

/// The class of each byte.
static OF_BYTE: [Class; 256] = {
    let mut classes = [Class::NONE; 256];
    let mut at = 0;
    while at < SYMBOLS.len() {
        classes[SYMBOLS[at] as usize] = Class(1 << at);
        at += 1;
    }
    classes
};

/// A set of symbols, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Class(pub u64);

impl Class {
    pub const NONE: Class = Class(0);
    pub const ANY: Class = Class((1 << SYMBOLS.len()) - 1);
    pub const NAME: Class = Class((1 << NAME_SYMBOLS) - 1);
    pub const DOT: Class = Class(1 << 38);
    pub const HYPHEN: Class = Class(1 << 36);

    /// The class of one byte; empty for a byte that no name has, capitals among them.
    pub fn of(byte: u8) -> Class {
        OF_BYTE[byte as usize]
    }

    pub fn union(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }

    pub fn and(self, other: Class) -> Class {
        Class(self.0 & other.0)
    }

    pub fn minus(self, other: Class) -> Class {
        Class(self.0 & !other.0)
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The symbol that a witness uses for this class.
    pub fn first(self) -> u8 {
        SYMBOLS.get(self.0.trailing_zeros() as usize).copied().unwrap_or(b'a')
    }

    /// Everything in a name but the dot.
    pub fn in_label() -> Class {
        Class::NAME.minus(Class::DOT)
    }
}

/// A regular expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Class(Class),
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
    },
    /// Holds only before the first character.
    Start,
    /// Holds only after the last character.
    End,
}

impl Node {
    pub fn literal(text: &str) -> Node {
        Node::Concat(text.bytes().map(|byte| Node::Class(Class::of(byte))).collect())
    }

    pub fn repeat(self, min: u32, max: Option<u32>) -> Node {
        Node::Repeat { node: Box::new(self), min, max }
    }

    /// Any run of characters of `class`.
    pub fn any_run(class: Class) -> Node {
        Node::Class(class).repeat(0, None)
    }

    /// One label.
    pub fn label() -> Node {
        Node::Class(Class::in_label()).repeat(1, None)
    }

    /// `min` to `max` labels, each followed by a dot.
    pub fn labels(min: u32, max: Option<u32>) -> Node {
        Node::Concat(vec![Node::label(), Node::Class(Class::DOT)]).repeat(min, max)
    }
}
