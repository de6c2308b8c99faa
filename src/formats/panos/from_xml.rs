//! The XML spelling: exported snapshots and answers of the API.

use super::tree::Node;
use crate::syntax::xml::Element;

/// An entry is called by its name, a value by its text.
pub(super) fn node(element: &Element) -> Node {
    let name = element.attribute("name").filter(|_| element.name == "entry").unwrap_or(&element.name);
    let name = if element.name == "member" { &element.text } else { name };
    let mut children: Vec<Node> = element.children.iter().map(node).collect();
    if children.is_empty() && element.name != "member" && !element.text.is_empty() {
        children.push(Node::new(&element.text, element.span));
    }
    let inside = Some(element.inside).filter(|_| !element.children.is_empty());
    Node { children, complete: element.complete, inside, ..Node::new(name, element.span) }
}
