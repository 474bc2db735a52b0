//! The `ChildNode` and `NonDocumentTypeChildNode` mixins.

use boa_engine::{Context, JsResult, JsValue};
use taipan_webidl::InterfaceBuilder;

use super::{
    mutation::{insert, node_of_arguments, replace},
    node_object::{this_node, value_of},
};
use crate::tree::NodeRef;

/// The members of `ChildNode`: <https://dom.spec.whatwg.org/#interface-childnode>.
pub(super) fn members(interface: &mut InterfaceBuilder<'_>) {
    interface
        .method("before", 0, before)
        .method("after", 0, after)
        .method("replaceWith", 0, replace_with)
        .method("remove", 0, |this, _, _| {
            this_node(this)?.detach();
            Ok(JsValue::undefined())
        });
}

/// The members of `NonDocumentTypeChildNode`: <https://dom.spec.whatwg.org/#interface-nondocumenttypechildnode>.
pub(super) fn sibling_members(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("previousElementSibling", |this, _, context| {
            Ok(value_of(this_node(this)?.previous_element(), context))
        })
        .getter("nextElementSibling", |this, _, context| {
            Ok(value_of(this_node(this)?.next_element(), context))
        });
}

/// The nodes among some arguments.
fn given(args: &[JsValue]) -> Vec<NodeRef> {
    args.iter()
        .filter_map(super::node_object::node_of)
        .collect()
}

/// The first sibling behind a node that is not to be moved.
fn viable_next(node: &NodeRef, moved: &[NodeRef]) -> Option<NodeRef> {
    std::iter::successors(node.next_sibling(), |node| node.next_sibling())
        .find(|node| !moved.contains(node))
}

/// <https://dom.spec.whatwg.org/#dom-childnode-before>
fn before(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_node(this)?;
    let Some(parent) = this.parent() else {
        return Ok(JsValue::undefined());
    };
    let moved = given(args);
    let previous = std::iter::successors(this.previous_sibling(), |node| node.previous_sibling())
        .find(|node| !moved.contains(node));
    let node = node_of_arguments(args, &this.owner(), context)?;
    let before = match previous {
        Some(previous) => previous.next_sibling(),
        None => parent.first_child(),
    };
    insert(&parent, &node, before.as_ref(), context)?;
    Ok(JsValue::undefined())
}

/// <https://dom.spec.whatwg.org/#dom-childnode-after>
fn after(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_node(this)?;
    let Some(parent) = this.parent() else {
        return Ok(JsValue::undefined());
    };
    let next = viable_next(&this, &given(args));
    let node = node_of_arguments(args, &this.owner(), context)?;
    insert(&parent, &node, next.as_ref(), context)?;
    Ok(JsValue::undefined())
}

/// <https://dom.spec.whatwg.org/#dom-childnode-replacewith>
fn replace_with(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_node(this)?;
    let Some(parent) = this.parent() else {
        return Ok(JsValue::undefined());
    };
    let next = viable_next(&this, &given(args));
    let node = node_of_arguments(args, &this.owner(), context)?;
    if this.parent().as_ref() == Some(&parent) {
        replace(&parent, &node, &this, context)?;
    } else {
        insert(&parent, &node, next.as_ref(), context)?;
    }
    Ok(JsValue::undefined())
}
