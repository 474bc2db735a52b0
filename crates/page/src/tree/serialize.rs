//! HTML of a tree.
//!
//! <https://html.spec.whatwg.org/multipage/parsing.html#serialising-html-fragments>

use std::io;

use html5ever::{
    QualName,
    serialize::{HtmlSerializer, SerializeOpts, Serializer as _, TraversalScope},
};

use super::{
    element::ElementData,
    node::{NodeKind, NodeRef},
};

/// The HTML of what is in a node.
pub(crate) fn inner_html(node: &NodeRef) -> String {
    let name = node.as_element().map(|element| element.name.clone());
    let contents = node.as_element().and_then(ElementData::contents);
    let children = contents.unwrap_or_else(|| node.clone()).children();
    serialize(children.collect(), name)
}

/// The HTML of a node.
pub(crate) fn outer_html(node: &NodeRef) -> String {
    let parent = node.parent_element();
    let name = parent.and_then(|parent| Some(parent.as_element()?.name.clone()));
    serialize(vec![node.clone()], name)
}

/// What is to be written next; not the native stack, as trees of scripts may be deeper than that.
enum Pending {
    Node(NodeRef),
    End(QualName),
}

fn serialize(nodes: Vec<NodeRef>, parent: Option<QualName>) -> String {
    let options = SerializeOpts {
        traversal_scope: TraversalScope::ChildrenOnly(parent),
        create_missing_parent: true,
        ..SerializeOpts::default()
    };
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = write(nodes, &mut HtmlSerializer::new(&mut bytes, options));
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn write(nodes: Vec<NodeRef>, writer: &mut HtmlSerializer<&mut Vec<u8>>) -> io::Result<()> {
    let mut pending: Vec<Pending> = nodes.into_iter().rev().map(Pending::Node).collect();
    while let Some(next) = pending.pop() {
        let node = match next {
            Pending::End(name) => {
                writer.end_elem(name)?;
                continue;
            }
            Pending::Node(node) => node,
        };
        let mut children = node.clone();
        match node.kind() {
            NodeKind::Document | NodeKind::DocumentFragment => {}
            NodeKind::DocumentType { name, .. } => writer.write_doctype(name)?,
            NodeKind::Text(data) => writer.write_text(&data.borrow().to_std_string_lossy())?,
            NodeKind::Comment(data) => {
                writer.write_comment(&data.borrow().to_std_string_lossy())?;
            }
            NodeKind::ProcessingInstruction { target, data } => {
                let data = data.borrow().to_std_string_lossy();
                writer.write_processing_instruction(target, &data)?;
            }
            NodeKind::Element(element) => {
                element.with_attributes(|attributes| {
                    let attributes = attributes
                        .iter()
                        .map(|attribute| (&attribute.name, attribute.value.as_str()));
                    writer.start_elem(element.name.clone(), attributes)
                })?;
                pending.push(Pending::End(element.name.clone()));
                if let Some(contents) = element.contents() {
                    children = contents;
                }
            }
        }
        let from = pending.len();
        pending.extend(children.children().map(Pending::Node));
        if let Some(added) = pending.get_mut(from..) {
            added.reverse();
        }
    }
    Ok(())
}
