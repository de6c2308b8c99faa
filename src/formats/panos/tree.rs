//! One neutral tree for the three spellings: XML, `set` lines, and braces.
//!
//! An element, an entry, and a value are each a node with a name: `<address><entry name="a"><fqdn>b</fqdn></entry></address>` is
//! `address`, below it `a`, below it `fqdn`, below it `b`.

use crate::source::Span;
use std::collections::HashMap;

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub name: String,
    pub span: Span,
    pub children: Vec<Node>,
    /// False where the text is cut or broken inside: children may be missing.
    pub complete: bool,
    /// Just after the start tag, where the spelling has one.
    pub inside: Option<usize>,
    pub places: Places,
}

/// Where the last child of each name stands, for as many children as are `known`.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    last: HashMap<String, usize>,
    known: usize,
}

/// Fewer children are searched one by one.
const MANY: usize = 32;

impl Node {
    pub fn new(name: impl Into<String>, span: Span) -> Self {
        Node { name: name.into(), span, children: Vec::new(), complete: true, inside: None, places: Places::default() }
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
        let at = self.last(name).unwrap_or_else(|| self.add(Node::new(name, span)));
        &mut self.children[at]
    }

    /// The last child of that name: a script names each of its thousands of objects anew.
    fn last(&mut self, name: &str) -> Option<usize> {
        if self.children.len() < MANY {
            return self.children.iter().rposition(|child| child.name == name);
        }
        if self.places.known != self.children.len() {
            let last = self.children.iter().enumerate().map(|(at, child)| (child.name.clone(), at)).collect();
            self.places = Places { last, known: self.children.len() };
        }
        self.places.last.get(name).copied()
    }

    fn add(&mut self, child: Node) -> usize {
        let at = self.children.len();
        if self.places.known == at {
            self.places.last.insert(child.name.clone(), at);
            self.places.known += 1;
        }
        self.children.push(child);
        at
    }

    /// A node below this one whose children may be changed in any way.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter()
            .try_fold(self, |node, name| node.children.iter_mut().find(|child| child.name == *name))
            .map(Node::changing)
    }

    /// The node before its children change places or names: what is known of these is forgotten.
    pub fn changing(&mut self) -> &mut Node {
        self.places = Places::default();
        self
    }

    pub fn clear(&mut self) {
        self.changing().children.clear();
    }

    pub fn retain(&mut self, keep: impl FnMut(&Node) -> bool) {
        self.changing().children.retain(keep);
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.children.iter().position(|child| child.name == name)
    }

    pub fn says(&self, field: &str, value: &str) -> bool {
        self.value(field) == Some(value)
    }
}
