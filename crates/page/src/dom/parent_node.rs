//! The `ParentNode` mixin.

use boa_engine::{Context, JsResult, JsValue};
use taipan_webidl::{DomException, InterfaceBuilder, convert};

use super::{
    collection::{self, Source},
    mutation::{insert, node_of_arguments, replace_all},
    node_object::{same_object, this_node, value_of},
};
use crate::{
    state::PageState,
    tree::{NodeRef, SelectorList, parse_selectors},
};

/// The members of `ParentNode`: <https://dom.spec.whatwg.org/#interface-parentnode>.
pub(super) fn members(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("children", |this, _, context| {
            same_object(this, "children", context, |node, context| {
                collection::html_collection(Source::Children(node), context)
            })
        })
        .getter("firstElementChild", |this, _, context| {
            Ok(value_of(this_node(this)?.child_elements().next(), context))
        })
        .getter("lastElementChild", |this, _, context| {
            Ok(value_of(this_node(this)?.child_elements().last(), context))
        })
        .getter("childElementCount", |this, _, _| {
            Ok(this_node(this)?.child_elements().count().into())
        })
        .method("prepend", 0, |this, args, context| {
            let parent = this_node(this)?;
            let node = node_of_arguments(args, &parent.owner(), context)?;
            insert(&parent, &node, parent.first_child().as_ref(), context)?;
            Ok(JsValue::undefined())
        })
        .method("append", 0, |this, args, context| {
            let parent = this_node(this)?;
            let node = node_of_arguments(args, &parent.owner(), context)?;
            insert(&parent, &node, None, context)?;
            Ok(JsValue::undefined())
        })
        .method("replaceChildren", 0, |this, args, context| {
            let parent = this_node(this)?;
            let node = node_of_arguments(args, &parent.owner(), context)?;
            replace_all(&parent, Some(&node), context)?;
            Ok(JsValue::undefined())
        })
        .method("querySelector", 1, query_selector)
        .method("querySelectorAll", 1, query_selector_all);
}

/// The selectors that the first argument is.
///
/// # Errors
/// A `SyntaxError` (`DOMException`) if it is none.
pub(super) fn selectors(
    args: &[JsValue],
    what: &str,
    context: &mut Context,
) -> JsResult<SelectorList> {
    let text = convert::required_by(args, 0, 1, what)?;
    let text = convert::usv_string(text, context)?;
    parse_selectors(&text).ok_or_else(|| {
        let message = format!("{what}: \"{text}\" is not a valid selector");
        DomException::new("SyntaxError", &message).into_error(context)
    })
}

/// Whether names in selectors match regardless of case in the document of a node.
pub(super) fn is_quirky(node: &NodeRef, context: &Context) -> bool {
    PageState::of(context)
        .is_ok_and(|state| state.is_quirky.get() && state.document == node.owner())
}

/// <https://dom.spec.whatwg.org/#dom-parentnode-queryselector>
fn query_selector(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let root = this_node(this)?;
    let selectors = selectors(args, "querySelector", context)?;
    let is_quirky = is_quirky(&root, context);
    let found = selectors.first(root.descendant_elements(), &root, is_quirky);
    Ok(value_of(found, context))
}

/// <https://dom.spec.whatwg.org/#dom-parentnode-queryselectorall>
fn query_selector_all(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let root = this_node(this)?;
    let selectors = selectors(args, "querySelectorAll", context)?;
    let is_quirky = is_quirky(&root, context);
    let found = selectors.all(root.descendant_elements(), &root, is_quirky);
    collection::node_list(Source::Static(found), context)
}
