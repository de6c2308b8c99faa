//! One neutral tree for the three spellings: XML, `set` lines, and braces.
//!
//! An element, an entry, and a value are each a node with a name: `<address><entry name="a"><fqdn>b</fqdn></entry></address>` is
//! `address`, below it `a`, below it `fqdn`, below it `b`.

use crate::source::Span;

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub name: String,
    pub span: Span,
    pub children: Vec<Node>,
    /// False where the text is cut or broken inside: children may be missing.
    pub complete: bool,
    /// Just after the start tag, where the spelling has one.
    pub inside: Option<usize>,
}

impl Node {
    pub fn new(name: impl Into<String>, span: Span) -> Self {
        Node { name: name.into(), span, children: Vec::new(), complete: true, inside: None }
    }

    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Every node of that path; a section may stand in several pieces.
    pub fn all(&self, path: &[&str]) -> Vec<&Node> {
        path.iter().fold(vec![self], |nodes, name| {
            nodes.into_iter().flat_map(|node| node.children.iter().filter(|child| child.name == *name)).collect()
        })
    }

    /// The entries below a path.
    pub fn entries(&self, path: &[&str]) -> impl Iterator<Item = &Node> {
        self.all(path).into_iter().flat_map(|node| &node.children)
    }

    /// The values of a field, all its pieces together.
    pub fn values<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == field).flat_map(|child| &child.children)
    }

    /// The only value below a field.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.child(field)?.children.last().map(|value| value.name.as_str())
    }

    /// The child of that name, made if there is none.
    pub fn child_or_new(&mut self, name: &str, span: Span) -> &mut Node {
        let at = self.children.iter().rposition(|child| child.name == name).unwrap_or_else(|| {
            self.children.push(Node::new(name, span));
            self.children.len() - 1
        });
        &mut self.children[at]
    }

    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, name| node.children.iter_mut().find(|child| child.name == *name))
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.children.iter().position(|child| child.name == name)
    }

    pub fn says(&self, field: &str, value: &str) -> bool {
        self.value(field) == Some(value)
    }
}
