//! The `CharacterData` and `Text` interfaces.

use boa_engine::{Context, JsArgs, JsResult, JsString, JsValue};
use taipan_webidl::{DomException, InterfaceBuilder, convert};

use super::{
    child_node, mutation,
    node_object::{this_kind, value},
};
use crate::tree::{NodeKind, NodeRef};

/// Changes the text of a text, comment or processing instruction.
pub(super) fn set_data(node: &NodeRef, text: JsString) {
    if let Some(data) = node.data() {
        data.replace(text);
    }
}

fn this_data(this: &JsValue) -> JsResult<NodeRef> {
    this_kind(this, "CharacterData", |node| node.data().is_some())
}

fn data(node: &NodeRef) -> JsString {
    node.data()
        .map(|data| data.borrow().clone())
        .unwrap_or_default()
}

/// The members of `CharacterData`.
pub(super) fn members(interface: &mut InterfaceBuilder<'_>) {
    interface
        .attribute(
            "data",
            |this, _, _| Ok(data(&this_data(this)?).into()),
            |this, args, context| {
                let node = this_data(this)?;
                let text = match args.get_or_undefined(0) {
                    value if value.is_null() => JsString::default(),
                    value => convert::dom_string(value, context)?,
                };
                set_data(&node, text);
                Ok(JsValue::undefined())
            },
        )
        .getter("length", |this, _, _| {
            Ok(JsValue::from(data(&this_data(this)?).len()))
        })
        .method("substringData", 2, |this, args, context| {
            let node = this_data(this)?;
            let offset = unsigned(args, 0, 2, context)?;
            let count = unsigned(args, 1, 2, context)?;
            let range = range(&node, offset, count, context)?;
            let text = data(&node);
            Ok(text.get(range).unwrap_or_default().into())
        })
        .method("appendData", 1, |this, args, context| {
            let node = this_data(this)?;
            let text = convert::required_by(args, 0, 1, "CharacterData.appendData")?;
            let text = convert::dom_string(text, context)?;
            let joined = JsString::concat(data(&node).as_str(), text.as_str());
            set_data(&node, joined);
            Ok(JsValue::undefined())
        })
        .method("insertData", 2, |this, args, context| {
            let node = this_data(this)?;
            let offset = unsigned(args, 0, 2, context)?;
            let text = convert::dom_string(args.get_or_undefined(1), context)?;
            replace(&node, offset, 0, &text, context)
        })
        .method("deleteData", 2, |this, args, context| {
            let node = this_data(this)?;
            let offset = unsigned(args, 0, 2, context)?;
            let count = unsigned(args, 1, 2, context)?;
            replace(&node, offset, count, &JsString::default(), context)
        })
        .method("replaceData", 3, |this, args, context| {
            let node = this_data(this)?;
            let offset = unsigned(args, 0, 3, context)?;
            let count = unsigned(args, 1, 3, context)?;
            let text = convert::dom_string(args.get_or_undefined(2), context)?;
            replace(&node, offset, count, &text, context)
        });
    child_node::members(interface);
    child_node::sibling_members(interface);
}

/// The members of `Text`.
pub(super) fn text_members(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("wholeText", |this, _, _| {
            let node = this_text(this)?;
            let first = std::iter::successors(Some(node), |node| {
                node.previous_sibling().filter(|node| node.is_text())
            })
            .last();
            let texts: Vec<JsString> = std::iter::successors(first, |node| {
                node.next_sibling().filter(|node| node.is_text())
            })
            .map(|node| data(&node))
            .collect();
            let texts: Vec<_> = texts.iter().map(JsString::as_str).collect();
            Ok(JsString::concat_array(&texts).into())
        })
        .method("splitText", 1, split_text);
}

fn this_text(this: &JsValue) -> JsResult<NodeRef> {
    this_kind(this, "Text", |node| {
        matches!(node.kind(), NodeKind::Text(_))
    })
}

/// <https://dom.spec.whatwg.org/#dom-text-splittext>
fn split_text(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_text(this)?;
    let offset = unsigned(args, 0, 1, context)?;
    let range = range(&node, offset, usize::MAX, context)?;
    let text = data(&node);
    let (head, tail) = (text.get(..range.start), text.get(range));
    let new = NodeRef::text(tail.unwrap_or_default(), &node.owner());
    set_data(&node, head.unwrap_or_default());
    if let Some(parent) = node.parent() {
        mutation::insert(&parent, &new, node.next_sibling().as_ref(), context)?;
    }
    value(&new, context)
}

fn unsigned(
    args: &[JsValue],
    index: usize,
    count: usize,
    context: &mut Context,
) -> JsResult<usize> {
    let value = convert::required_by(args, index, count, "CharacterData")?;
    Ok(convert::unsigned_long(value, context)? as usize)
}

/// The code units that an offset and a count name.
fn range(
    node: &NodeRef,
    offset: usize,
    count: usize,
    context: &mut Context,
) -> JsResult<std::ops::Range<usize>> {
    let length = data(node).len();
    if offset > length {
        let message = format!("the offset {offset} is behind the end of the text ({length})");
        return Err(DomException::new("IndexSizeError", &message).into_error(context));
    }
    Ok(offset..offset.saturating_add(count).min(length))
}

/// <https://dom.spec.whatwg.org/#concept-cd-replace>
fn replace(
    node: &NodeRef,
    offset: usize,
    count: usize,
    text: &JsString,
    context: &mut Context,
) -> JsResult<JsValue> {
    let range = range(node, offset, count, context)?;
    let old = data(node);
    let head = old.get(..range.start).unwrap_or_default();
    let tail = old.get(range.end..).unwrap_or_default();
    let parts = [head.as_str(), text.as_str(), tail.as_str()];
    set_data(node, JsString::concat_array(&parts));
    Ok(JsValue::undefined())
}
