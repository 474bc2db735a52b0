//! Changing the tree, with what comes of it.
//!
//! <https://dom.spec.whatwg.org/#mutation-algorithms>

use boa_engine::{Context, JsResult, JsString, JsValue};
use taipan_webidl::{DomException, convert};

use super::node_object::node_of;
use crate::{
    script,
    tree::{NodeKind, NodeRef},
};

fn hierarchy_error<T>(message: &str, context: &mut Context) -> JsResult<T> {
    Err(DomException::new("HierarchyRequestError", message).into_error(context))
}

/// <https://dom.spec.whatwg.org/#concept-node-ensure-pre-insertion-validity>
fn ensure_validity(
    parent: &NodeRef,
    node: &NodeRef,
    before: Option<&NodeRef>,
    replaced: Option<&NodeRef>,
    context: &mut Context,
) -> JsResult<()> {
    let may_have_children = matches!(
        parent.kind(),
        NodeKind::Document | NodeKind::DocumentFragment | NodeKind::Element(_)
    );
    if !may_have_children {
        return hierarchy_error("this node cannot have children", context);
    }
    let may_contain = node == parent || node.first_child().is_some();
    if may_contain && parent.is_in(node) {
        return hierarchy_error("a node cannot be put into itself", context);
    }
    if let Some(child) = before.or(replaced)
        && child.parent().as_ref() != Some(parent)
    {
        let message = "the node to insert before or to replace is not a child of this node";
        return Err(DomException::new("NotFoundError", message).into_error(context));
    }
    if node.is_document() {
        return hierarchy_error("a document cannot be put into another node", context);
    }
    if !parent.is_document() {
        return match node.kind() {
            NodeKind::DocumentType { .. } => {
                hierarchy_error("a doctype can be put into a document only", context)
            }
            _ => Ok(()),
        };
    }
    // What a document may hold: one doctype, one element behind it, comments.
    let others = || {
        parent
            .children()
            .filter(|child| Some(child) != replaced && child != node)
    };
    let has_element = others().any(|child| child.as_element().is_some());
    let is_doctype = |node: &NodeRef| matches!(node.kind(), NodeKind::DocumentType { .. });
    match node.kind() {
        NodeKind::Text(_) => hierarchy_error("a document cannot hold text", context),
        NodeKind::Element(_) if has_element => {
            hierarchy_error("a document has one element only", context)
        }
        NodeKind::DocumentType { .. } if others().any(|child| is_doctype(&child)) => {
            hierarchy_error("a document has one doctype only", context)
        }
        NodeKind::DocumentFragment => {
            let elements = node.child_elements().count();
            if elements + usize::from(has_element) > 1 {
                return hierarchy_error("a document has one element only", context);
            }
            match node.children().any(|child| child.is_text()) {
                true => hierarchy_error("a document cannot hold text", context),
                false => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Puts a node, or the children of a fragment, before a child of `parent` or behind the last one.
///
/// <https://dom.spec.whatwg.org/#concept-node-pre-insert>
///
/// # Errors
/// A `DOMException` if that would make no tree, and errors of the engine from scripts that this makes run.
pub(super) fn insert(
    parent: &NodeRef,
    node: &NodeRef,
    before: Option<&NodeRef>,
    context: &mut Context,
) -> JsResult<()> {
    ensure_validity(parent, node, before, None, context)?;
    let before = match before {
        Some(before) if before == node => node.next_sibling(),
        before => before.cloned(),
    };
    insert_valid(parent, node, before.as_ref(), context)
}

fn insert_valid(
    parent: &NodeRef,
    node: &NodeRef,
    before: Option<&NodeRef>,
    context: &mut Context,
) -> JsResult<()> {
    let nodes: Vec<NodeRef> = match node.is_fragment() {
        true => node.children().collect(),
        false => vec![node.clone()],
    };
    for node in &nodes {
        parent.insert(node, before);
    }
    // Not before all of them are there.
    for node in &nodes {
        script::inserted(node, context)?;
    }
    Ok(())
}

/// <https://dom.spec.whatwg.org/#concept-node-replace>
///
/// # Errors
/// As [`insert`].
pub(super) fn replace(
    parent: &NodeRef,
    node: &NodeRef,
    child: &NodeRef,
    context: &mut Context,
) -> JsResult<()> {
    ensure_validity(parent, node, None, Some(child), context)?;
    let next = child.next_sibling();
    let before = match &next {
        Some(next) if next == node => node.next_sibling(),
        _ => next,
    };
    child.detach();
    insert_valid(parent, node, before.as_ref(), context)
}

/// Puts a node in the place of all children of `parent`.
///
/// <https://dom.spec.whatwg.org/#concept-node-replace-all>
///
/// # Errors
/// As [`insert`].
pub(super) fn replace_all(
    parent: &NodeRef,
    node: Option<&NodeRef>,
    context: &mut Context,
) -> JsResult<()> {
    if let Some(node) = node {
        ensure_validity(parent, node, None, None, context)?;
    }
    parent.clear();
    match node {
        Some(node) => insert_valid(parent, node, None, context),
        None => Ok(()),
    }
}

/// <https://dom.spec.whatwg.org/#string-replace-all>
///
/// # Errors
/// As [`insert`].
pub(super) fn replace_all_with_text(
    parent: &NodeRef,
    text: JsString,
    context: &mut Context,
) -> JsResult<()> {
    let node = (!text.is_empty()).then(|| NodeRef::text(text, &parent.owner()));
    replace_all(parent, node.as_ref(), context)
}

/// The nodes and strings of some arguments as one node.
///
/// <https://dom.spec.whatwg.org/#converting-nodes-into-a-node>
///
/// # Errors
/// Whatever converting a string throws.
pub(super) fn node_of_arguments(
    args: &[JsValue],
    document: &NodeRef,
    context: &mut Context,
) -> JsResult<NodeRef> {
    let mut nodes = Vec::with_capacity(args.len());
    for argument in args {
        nodes.push(match node_of(argument) {
            Some(node) => node,
            None => NodeRef::text(convert::dom_string(argument, context)?, document),
        });
    }
    if let [node] = nodes.as_slice() {
        return Ok(node.clone());
    }
    let fragment = NodeRef::fragment(document);
    for node in &nodes {
        insert(&fragment, node, None, context)?;
    }
    Ok(fragment)
}
