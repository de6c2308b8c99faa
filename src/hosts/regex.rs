//! Regular expressions as rules write them, as far as they are regular.

mod posix;

use super::expression::{Class, Node};

/// A parsed regular expression over host names or URLs, unanchored unless it says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Regex {
    node: Node,
}

impl Regex {
    /// Reads a POSIX extended expression as the GNU C library does, which Squid on Linux uses.
    ///
    /// # Errors
    /// Why it cannot be decided exactly or would be refused, as the end of a sentence: "it refers back to a group".
    pub fn posix_extended(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
        Ok(Regex { node: posix::parse(pattern, ignore_case)? })
    }

    /// The expression for "the text contains a match".
    pub(super) fn search_expression(&self) -> Node {
        let anything = || Node::any_run(Class::ANY);
        Node::Concat(vec![anything(), self.node.clone(), anything()])
    }
}
