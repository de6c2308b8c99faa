//! Patterns of host names as rules write them, each with the meaning its product gives it.

use super::expression::{Class, Node};
use super::{HostSet, Regex, Tri};

/// What a rule's pattern matches. Names are lower case, in ASCII, without a trailing dot: see [`super::normalize`].
#[derive(Clone, Debug, PartialEq)]
pub enum HostPattern {
    /// Every name.
    Any,
    /// No name: an entry that its product accepts and never matches.
    Never,
    Exact(String),
    Domain(Domain),
    /// The whole name, where `*` stands for any run of characters, dots included, and `?` for one.
    Glob(String),
    Regex(Regex),
    /// The names of another pattern, each of which may or may not match.
    Perhaps(Box<HostPattern>),
}

/// A domain and what lies around it. Which of the four a product's entry includes is a row of a table, not code.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// `ex.com`
    pub base: String,
    /// `ex.com` itself
    pub apex: Tri,
    /// `a.ex.com`
    pub one_label: Tri,
    /// `b.a.ex.com` and deeper
    pub more_labels: Tri,
    /// Labels below the base beyond which nothing matches; `None` for any depth.
    pub max_labels: Option<u8>,
    /// `xex.com` and what lies below it (`b.xex.com`): names that end with the base without a dot before it
    pub neighbours: Tri,
}

impl Domain {
    /// Every name below `base`, at any depth, and not `base` itself.
    pub fn below(base: impl Into<String>) -> Self {
        Domain {
            base: base.into(),
            apex: Tri::No,
            one_label: Tri::Yes,
            more_labels: Tri::Yes,
            max_labels: None,
            neighbours: Tri::No,
        }
    }

    /// `base` and every name below it.
    pub fn and_below(base: impl Into<String>) -> Self {
        Domain { apex: Tri::Yes, ..Domain::below(base) }
    }

    fn expressions(&self) -> Vec<(Node, Tri)> {
        let base = || Node::literal(&self.base);
        let under = |labels| Node::Concat(vec![labels, base()]);
        let glued = vec![Node::any_run(Class::NAME), Node::Class(Class::in_label()), base()];
        let mut parts = vec![(base(), self.apex), (Node::Concat(glued), self.neighbours)];
        if self.one_label == self.more_labels && self.max_labels.is_none() {
            // Whatever stands before the dot of a name is labels, so that it need not be looked at.
            let anything = vec![Node::any_run(Class::NAME), Node::Class(Class::DOT), base()];
            parts.push((Node::Concat(anything), self.one_label));
        } else {
            parts.push((under(Node::labels(1, Some(1))), self.one_label));
            let max = self.max_labels.map(u32::from);
            if max.is_none_or(|max| max >= 2) {
                parts.push((under(Node::labels(2, max)), self.more_labels));
            }
        }
        parts
    }
}

impl HostPattern {
    /// The expressions that make up the pattern, each with how surely it matches.
    pub(super) fn expressions(&self) -> Vec<(Node, Tri)> {
        let parts = match self {
            HostPattern::Any => vec![(Node::any_run(Class::ANY), Tri::Yes)],
            HostPattern::Never => Vec::new(),
            HostPattern::Exact(name) => vec![(Node::literal(name), Tri::Yes)],
            HostPattern::Domain(domain) => domain.expressions(),
            HostPattern::Glob(glob) => vec![(glob_expression(glob), Tri::Yes)],
            HostPattern::Regex(regex) => vec![(regex.search_expression(), Tri::Yes)],
            HostPattern::Perhaps(inner) => {
                inner.expressions().into_iter().map(|(node, tri)| (node, tri.and(Tri::Maybe))).collect()
            }
        };
        parts.into_iter().filter(|(_, tri)| *tri != Tri::No).collect()
    }

    /// Whether the pattern may match some name of `required` with `after` behind it, by a look at how both end. Never wrongly
    /// no; nearly all entries of a long list are told apart like this.
    pub fn may_match(&self, required: &HostSet, after: &str) -> bool {
        match self.literal_end() {
            Some((end, whole)) if after.is_empty() => required.may_end_with(end, whole),
            _ => true,
        }
    }

    /// The text that every matching name ends with, and whether the name is that text alone; `None` if unknown.
    pub(super) fn literal_end(&self) -> Option<(&str, bool)> {
        match self {
            HostPattern::Exact(name) => Some((name, true)),
            HostPattern::Domain(domain) => Some((&domain.base, false)),
            HostPattern::Glob(glob) => glob.rsplit(['*', '?']).next().map(|end| (end, end.len() == glob.len())),
            HostPattern::Perhaps(inner) => inner.literal_end(),
            HostPattern::Any | HostPattern::Never | HostPattern::Regex(_) => None,
        }
    }
}

fn glob_expression(glob: &str) -> Node {
    Node::Concat(
        glob.bytes()
            .map(|byte| match byte {
                b'*' => Node::any_run(Class::ANY),
                b'?' => Node::Class(Class::ANY),
                byte => Node::Class(Class::of(byte)),
            })
            .collect(),
    )
}
