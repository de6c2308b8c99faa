//! The sets of names that requirements ask for.

use super::expression::{Class, Node};
use super::{NameError, normalize};

/// The names that a requirement, or a target of `explain`, stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct HostSet {
    text: String,
    /// Where the text begins that every name of the set ends with.
    end: usize,
    exact: bool,
    pub(super) node: Node,
}

impl HostSet {
    /// Reads a name or a pattern as Microsoft's documents write it: a leading `*.` is one or more labels; another star that
    /// is a whole label is one label; a star inside a label is any run of its characters; a leading star without a dot is
    /// anything at all before the rest.
    ///
    /// # Errors
    /// A [`NameError`] if a part is no name that DNS can hold.
    pub fn parse(text: &str) -> Result<HostSet, NameError> {
        let text = if text.contains('*') { starred(text.trim())? } else { normalize(text)? };
        let node = expression(&text);
        Ok(HostSet::new(text, node))
    }

    fn new(text: String, node: Node) -> HostSet {
        let star = text.rfind('*');
        HostSet { end: star.map_or(0, |at| at + 1), exact: star.is_none(), text, node }
    }

    /// Every IPv4 address as it is written.
    pub(crate) fn addresses_as_text() -> HostSet {
        let digit = |low: u8, high: u8| (low..=high).fold(Class::NONE, |class, byte| class.union(Class::of(byte)));
        let class = |low, high| Node::Class(digit(low, high));
        let octet = || {
            Node::Alternate(vec![
                Node::Concat(vec![class(b'1', b'9').repeat(0, Some(1)), class(b'0', b'9')]),
                Node::Concat(vec![class(b'1', b'1'), class(b'0', b'9'), class(b'0', b'9')]),
                Node::Concat(vec![class(b'2', b'2'), class(b'0', b'4'), class(b'0', b'9')]),
                Node::Concat(vec![class(b'2', b'2'), class(b'5', b'5'), class(b'0', b'5')]),
            ])
        };
        let dot = || Node::Class(Class::DOT);
        let node = Node::Concat(vec![octet(), dot(), octet(), dot(), octet(), dot(), octet()]);
        HostSet::new("*".into(), node)
    }

    /// The pattern, in lower case.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether this is a single name.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The text that every name of the set ends with.
    pub(super) fn literal_end(&self) -> &str {
        &self.text[self.end..]
    }

    /// Whether some name may both be in the set and end with `end` (be `end`, if `whole`). Never wrongly no.
    pub(super) fn may_end_with(&self, end: &str, whole: bool) -> bool {
        let own = self.literal_end();
        match (self.is_exact(), whole) {
            (true, true) => own == end,
            (true, false) => own.ends_with(end),
            (false, true) => end.ends_with(own),
            (false, false) => end.ends_with(own) || own.ends_with(end),
        }
    }
}

/// A pattern with stars as names are brought to one form. Letters beyond ASCII stand behind a leading `*.` only: no part of
/// a label can be put into punycode.
fn starred(text: &str) -> Result<String, NameError> {
    if !text.is_ascii() {
        let rest = text.strip_prefix("*.").filter(|rest| !rest.contains('*')).ok_or(NameError::Character)?;
        return Ok(format!("*.{}", normalize(rest)?));
    }
    normalize(&text.replace('*', "s"))?;
    Ok(text.trim_end_matches('.').to_ascii_lowercase())
}

fn expression(text: &str) -> Node {
    if let Some(rest) = text.strip_prefix("*.") {
        return Node::Concat(vec![Node::labels(1, None), labels_expression(rest)]);
    }
    if let Some(rest) = text.strip_prefix('*') {
        return Node::Concat(vec![Node::any_run(Class::NAME), labels_expression(rest)]);
    }
    labels_expression(text)
}

fn labels_expression(text: &str) -> Node {
    let mut parts = Vec::new();
    for label in text.split('.') {
        if !parts.is_empty() {
            parts.push(Node::Class(Class::DOT));
        }
        parts.push(label_expression(label));
    }
    Node::Concat(parts)
}

fn label_expression(label: &str) -> Node {
    if label == "*" {
        return Node::label();
    }
    Node::Concat(
        label
            .bytes()
            .map(|byte| match byte {
                b'*' => Node::any_run(Class::in_label()),
                byte => Node::Class(Class::of(byte)),
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_brought_to_one_form() {
        for (text, expected) in [
            (" *.Blob.core.windows.net. ", Ok("*.blob.core.windows.net")),
            ("*.b\u{fc}cher.example", Ok("*.xn--bcher-kva.example")),
            ("b\u{fc}cher.example", Ok("xn--bcher-kva.example")),
            ("b\u{fc}*.example", Err(NameError::Character)),
            ("*.b\u{fc}cher.*.example", Err(NameError::Character)),
            ("*..example", Err(NameError::Length)),
            ("*.a b", Err(NameError::Character)),
        ] {
            assert_eq!(HostSet::parse(text).map(|set| set.text), expected.map(str::to_owned), "{text}");
        }
    }
}
