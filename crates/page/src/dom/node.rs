//! The `Node` interface, and those of nodes that are neither elements nor documents.

use boa_engine::{Context, JsArgs, JsResult, JsString, JsSymbol, JsValue, js_string};
use html5ever::ns;
use taipan_web::console::InspectOptions;
use taipan_webidl::{DomException, InterfaceBuilder, convert, expose};

use super::{
    character_data, child_node,
    collection::{self, Source},
    document,
    mutation::{self, insert, replace_all, replace_all_with_text},
    node_object::{
        NodeObject, node_argument, nullable_node_argument, same_object, string, this_kind,
        this_node, value, value_of,
    },
    parent_node,
};
use crate::{
    state::PageState,
    tree::{self, NodeKind, NodeRef},
};

/// Declares interfaces whose objects are those of nodes.
macro_rules! node_interfaces {
    ($($(#[$attribute:meta])* $type:ident $name:literal: $parent:ty, $members:expr $(, $construct:path)?;)*) => {$(
        $(#[$attribute])*
        #[derive(boa_gc::Trace, boa_gc::Finalize, boa_engine::JsData)]
        pub(super) struct $type;

        impl taipan_webidl::Interface for $type {
            const NAME: &'static str = $name;

            fn members(interface: &mut taipan_webidl::InterfaceBuilder<'_>) {
                let members: fn(&mut taipan_webidl::InterfaceBuilder<'_>) = $members;
                members(interface);
            }

            $(fn construct_object(
                args: &[boa_engine::JsValue],
                prototype: impl FnOnce(
                    &mut boa_engine::Context,
                ) -> boa_engine::JsResult<boa_engine::JsObject>,
                context: &mut boa_engine::Context,
            ) -> boa_engine::JsResult<Option<boa_engine::JsObject>> {
                let node = $construct(args, context)?;
                let object = $crate::dom::object_of(&node, context);
                object.set_prototype(Some(prototype(context)?));
                Ok(Some(object))
            })?

            fn parent(
                context: &mut boa_engine::Context,
            ) -> Option<boa_engine::context::intrinsics::StandardConstructor> {
                Some(taipan_webidl::register::<$parent>(context))
            }
        }
    )*};
}
pub(super) use node_interfaces;

node_interfaces! {
    /// <https://dom.spec.whatwg.org/#interface-characterdata>
    CharacterData "CharacterData": NodeObject, character_data::members;
    /// <https://dom.spec.whatwg.org/#interface-text>
    Text "Text": CharacterData, character_data::text_members, new_text;
    /// <https://dom.spec.whatwg.org/#interface-comment>
    Comment "Comment": CharacterData, |_| {}, new_comment;
    /// <https://dom.spec.whatwg.org/#interface-processinginstruction>
    ProcessingInstruction "ProcessingInstruction": CharacterData, |interface| {
        interface.getter("target", |this, _, _| match this_node(this)?.kind() {
            NodeKind::ProcessingInstruction { target, .. } => Ok(string(target)),
            _ => Ok(JsValue::undefined()),
        });
    };
    /// <https://dom.spec.whatwg.org/#interface-documenttype>
    DocumentType "DocumentType": NodeObject, document_type_members;
    /// <https://dom.spec.whatwg.org/#interface-documentfragment>
    DocumentFragment "DocumentFragment": NodeObject, |interface| {
        parent_node::members(interface);
        interface.method("getElementById", 1, document::get_element_by_id);
    }, new_fragment;
}

/// <https://dom.spec.whatwg.org/#dom-text-text>
fn new_text(args: &[JsValue], context: &mut Context) -> JsResult<NodeRef> {
    let data = optional_string(args, context)?;
    Ok(NodeRef::text(data, &PageState::of(context)?.document))
}

/// <https://dom.spec.whatwg.org/#dom-comment-comment>
fn new_comment(args: &[JsValue], context: &mut Context) -> JsResult<NodeRef> {
    let data = optional_string(args, context)?;
    Ok(NodeRef::comment(data, &PageState::of(context)?.document))
}

/// <https://dom.spec.whatwg.org/#dom-documentfragment-documentfragment>
fn new_fragment(_: &[JsValue], context: &mut Context) -> JsResult<NodeRef> {
    Ok(NodeRef::fragment(&PageState::of(context)?.document))
}

fn optional_string(args: &[JsValue], context: &mut Context) -> JsResult<JsString> {
    match args.first() {
        Some(text) if !text.is_undefined() => convert::dom_string(text, context),
        _ => Ok(JsString::default()),
    }
}

/// Defines these interfaces on the global object.
pub(super) fn register(context: &mut Context) {
    let global = context.global_object();
    expose::<NodeObject>(&global, context);
    expose::<CharacterData>(&global, context);
    expose::<Text>(&global, context);
    expose::<Comment>(&global, context);
    expose::<ProcessingInstruction>(&global, context);
    expose::<DocumentType>(&global, context);
    expose::<DocumentFragment>(&global, context);
}

fn document_type_members(interface: &mut InterfaceBuilder<'_>) {
    fn part(this: &JsValue, part: fn(&NodeKind) -> Option<&String>) -> JsResult<JsValue> {
        let node = this_kind(this, "DocumentType", |node| part(node.kind()).is_some())?;
        Ok(part(node.kind()).map_or_else(JsValue::undefined, string))
    }
    interface
        .getter("name", |this, _, _| {
            part(this, |kind| match kind {
                NodeKind::DocumentType { name, .. } => Some(name),
                _ => None,
            })
        })
        .getter("publicId", |this, _, _| {
            part(this, |kind| match kind {
                NodeKind::DocumentType { public_id, .. } => Some(public_id),
                _ => None,
            })
        })
        .getter("systemId", |this, _, _| {
            part(this, |kind| match kind {
                NodeKind::DocumentType { system_id, .. } => Some(system_id),
                _ => None,
            })
        });
    child_node::members(interface);
}

/// <https://dom.spec.whatwg.org/#dom-node-nodetype>
fn node_type(kind: &NodeKind) -> i32 {
    match kind {
        NodeKind::Element(_) => 1,
        NodeKind::Text(_) => 3,
        NodeKind::ProcessingInstruction { .. } => 7,
        NodeKind::Comment(_) => 8,
        NodeKind::Document => 9,
        NodeKind::DocumentType { .. } => 10,
        NodeKind::DocumentFragment => 11,
    }
}

/// <https://dom.spec.whatwg.org/#dom-node-nodename>
fn node_name(kind: &NodeKind) -> String {
    match kind {
        NodeKind::Element(element) if element.name.ns == ns!(html) => {
            element.qualified_name().to_ascii_uppercase()
        }
        NodeKind::Element(element) => element.qualified_name(),
        NodeKind::Text(_) => "#text".to_owned(),
        NodeKind::ProcessingInstruction { target, .. } => target.clone(),
        NodeKind::Comment(_) => "#comment".to_owned(),
        NodeKind::Document => "#document".to_owned(),
        NodeKind::DocumentType { name, .. } => name.clone(),
        NodeKind::DocumentFragment => "#document-fragment".to_owned(),
    }
}

const CONSTANTS: [(&str, i32); 18] = [
    ("ELEMENT_NODE", 1),
    ("ATTRIBUTE_NODE", 2),
    ("TEXT_NODE", 3),
    ("CDATA_SECTION_NODE", 4),
    ("ENTITY_REFERENCE_NODE", 5),
    ("ENTITY_NODE", 6),
    ("PROCESSING_INSTRUCTION_NODE", 7),
    ("COMMENT_NODE", 8),
    ("DOCUMENT_NODE", 9),
    ("DOCUMENT_TYPE_NODE", 10),
    ("DOCUMENT_FRAGMENT_NODE", 11),
    ("NOTATION_NODE", 12),
    ("DOCUMENT_POSITION_DISCONNECTED", 1),
    ("DOCUMENT_POSITION_PRECEDING", 2),
    ("DOCUMENT_POSITION_FOLLOWING", 4),
    ("DOCUMENT_POSITION_CONTAINS", 8),
    ("DOCUMENT_POSITION_CONTAINED_BY", 16),
    ("DOCUMENT_POSITION_IMPLEMENTATION_SPECIFIC", 32),
];

/// The members of `Node`.
pub(super) fn members(interface: &mut InterfaceBuilder<'_>) {
    for (name, value) in CONSTANTS {
        interface.constant(name, value);
    }
    interface
        .getter("nodeType", |this, _, _| {
            Ok(node_type(this_node(this)?.kind()).into())
        })
        .getter("nodeName", |this, _, _| {
            Ok(string(node_name(this_node(this)?.kind())))
        })
        .getter("baseURI", |this, _, context| {
            let document = this_node(this)?.owner();
            Ok(string(document::base_url(&document, context).as_str()))
        })
        .getter("isConnected", |this, _, _| {
            Ok(this_node(this)?.root().is_document().into())
        })
        .getter("ownerDocument", |this, _, context| {
            let node = this_node(this)?;
            let document = (!node.is_document()).then(|| node.owner());
            Ok(value_of(document, context))
        })
        .getter("parentNode", |this, _, context| {
            Ok(value_of(this_node(this)?.parent(), context))
        })
        .getter("parentElement", |this, _, context| {
            Ok(value_of(this_node(this)?.parent_element(), context))
        })
        .getter("childNodes", |this, _, context| {
            same_object(this, "childNodes", context, |node, context| {
                collection::node_list(Source::ChildNodes(node), context)
            })
        })
        .getter("firstChild", |this, _, context| {
            Ok(value_of(this_node(this)?.first_child(), context))
        })
        .getter("lastChild", |this, _, context| {
            Ok(value_of(this_node(this)?.last_child(), context))
        })
        .getter("previousSibling", |this, _, context| {
            Ok(value_of(this_node(this)?.previous_sibling(), context))
        })
        .getter("nextSibling", |this, _, context| {
            Ok(value_of(this_node(this)?.next_sibling(), context))
        })
        .attribute(
            "nodeValue",
            |this, _, _| {
                let data = this_node(this)?.data().map(|data| data.borrow().clone());
                Ok(data.map_or_else(JsValue::null, JsValue::from))
            },
            |this, args, context| {
                let node = this_node(this)?;
                let text = nullable_string(args.get_or_undefined(0), context)?;
                if node.data().is_some() {
                    character_data::set_data(&node, text);
                }
                Ok(JsValue::undefined())
            },
        )
        .attribute("textContent", text_content, set_text_content)
        .method("hasChildNodes", 0, |this, _, _| {
            Ok(this_node(this)?.first_child().is_some().into())
        })
        .method("getRootNode", 0, |this, _, context| {
            let root = this_node(this)?.root();
            value(&root, context)
        })
        .method("normalize", 0, normalize)
        .method("cloneNode", 0, clone_node)
        .method("isEqualNode", 1, |this, args, _| {
            let node = this_node(this)?;
            let other = nullable_node_argument(args, 0, 1, "Node.isEqualNode")?;
            Ok(other.is_some_and(|other| equals(&node, &other)).into())
        })
        .method("isSameNode", 1, |this, args, _| {
            let node = this_node(this)?;
            let other = nullable_node_argument(args, 0, 1, "Node.isSameNode")?;
            Ok((other == Some(node)).into())
        })
        .method("compareDocumentPosition", 1, compare_document_position)
        .method("contains", 1, |this, args, _| {
            let node = this_node(this)?;
            let other = nullable_node_argument(args, 0, 1, "Node.contains")?;
            Ok(other.is_some_and(|other| other.is_in(&node)).into())
        })
        .method("insertBefore", 2, |this, args, context| {
            let parent = this_node(this)?;
            let node = node_argument(args, 0, 2, "Node.insertBefore")?;
            let child = nullable_node_argument(args, 1, 2, "Node.insertBefore")?;
            insert(&parent, &node, child.as_ref(), context)?;
            value(&node, context)
        })
        .method("appendChild", 1, |this, args, context| {
            let parent = this_node(this)?;
            let node = node_argument(args, 0, 1, "Node.appendChild")?;
            insert(&parent, &node, None, context)?;
            value(&node, context)
        })
        .method("replaceChild", 2, |this, args, context| {
            let parent = this_node(this)?;
            let node = node_argument(args, 0, 2, "Node.replaceChild")?;
            let child = node_argument(args, 1, 2, "Node.replaceChild")?;
            mutation::replace(&parent, &node, &child, context)?;
            value(&child, context)
        })
        .method("removeChild", 1, |this, args, context| {
            let parent = this_node(this)?;
            let node = node_argument(args, 0, 1, "Node.removeChild")?;
            if node.parent() != Some(parent) {
                let message = "the node to be removed is not a child of this node";
                return Err(DomException::new("NotFoundError", message).into_error(context));
            }
            node.detach();
            value(&node, context)
        });
    let symbol = inspect_symbol(interface.context());
    if let Some(symbol) = symbol {
        interface.symbol_method(symbol, "inspect", 2, inspect);
    }
}

/// `Symbol.for("nodejs.util.inspect.custom")`, by which the console has objects shown.
fn inspect_symbol(context: &mut Context) -> Option<JsSymbol> {
    let symbol = context.intrinsics().constructors().symbol().constructor();
    let method = symbol.get(js_string!("for"), context).ok()?.as_callable()?;
    let key = js_string!("nodejs.util.inspect.custom");
    let symbol = method.call(&symbol.into(), &[key.into()], context);
    symbol.ok()?.as_symbol()
}

/// What the console shows of a node: its HTML.
fn inspect(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_node(this)?;
    Ok(match node.kind() {
        NodeKind::Document => {
            let state = PageState::of(context)?;
            let url = match state.document == node {
                true => state.url.borrow().to_string(),
                false => "about:blank".to_owned(),
            };
            string(format!("#document ({url})"))
        }
        NodeKind::DocumentFragment => string("#document-fragment"),
        NodeKind::Text(data) => {
            let options = InspectOptions::default();
            let text = JsValue::from(data.borrow().clone());
            let text = taipan_web::console::inspect(&text, &options, context);
            string(format!("#text {text}"))
        }
        _ => string(tree::outer_html(&node)),
    })
}

/// `DOMString?` for attributes where null stands for the empty string.
pub(super) fn nullable_string(value: &JsValue, context: &mut Context) -> JsResult<JsString> {
    match value.is_null_or_undefined() {
        true => Ok(JsString::default()),
        false => convert::dom_string(value, context),
    }
}

/// <https://dom.spec.whatwg.org/#get-text-content>
fn text_content(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let node = this_node(this)?;
    Ok(match node.kind() {
        NodeKind::Document | NodeKind::DocumentType { .. } => JsValue::null(),
        NodeKind::DocumentFragment | NodeKind::Element(_) => node.descendant_text().into(),
        NodeKind::Text(data)
        | NodeKind::Comment(data)
        | NodeKind::ProcessingInstruction { data, .. } => data.borrow().clone().into(),
    })
}

/// <https://dom.spec.whatwg.org/#set-text-content>
fn set_text_content(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_node(this)?;
    let text = nullable_string(args.get_or_undefined(0), context)?;
    match node.kind() {
        NodeKind::Document | NodeKind::DocumentType { .. } => {}
        NodeKind::DocumentFragment | NodeKind::Element(_) => {
            replace_all_with_text(&node, text, context)?;
        }
        _ => character_data::set_data(&node, text),
    }
    Ok(JsValue::undefined())
}

/// <https://dom.spec.whatwg.org/#dom-node-normalize>
fn normalize(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let root = this_node(this)?;
    let texts: Vec<NodeRef> = root.descendants().filter(|node| node.is_text()).collect();
    for node in texts {
        let Some(parent) = node.parent() else {
            continue;
        };
        let data = node
            .data()
            .map(|data| data.borrow().clone())
            .unwrap_or_default();
        if data.is_empty() {
            node.detach();
        } else if let Some(previous) = node.previous_sibling().filter(|node| node.is_text()) {
            debug_assert!(previous.parent() == Some(parent));
            let joined = previous
                .data()
                .map(|known| JsString::concat(known.borrow().as_str(), data.as_str()));
            if let Some(joined) = joined {
                character_data::set_data(&previous, joined);
            }
            node.detach();
        }
    }
    Ok(JsValue::undefined())
}

/// <https://dom.spec.whatwg.org/#dom-node-clonenode>
fn clone_node(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let node = this_node(this)?;
    let deep = args.get_or_undefined(0).to_boolean();
    let copy = node.clone_node(deep, &node.owner());
    value(&copy, context)
}

/// <https://dom.spec.whatwg.org/#concept-node-equals>
fn equals(one: &NodeRef, other: &NodeRef) -> bool {
    // A stack of its own: trees of scripts may be deeper than the native one.
    let mut pending = vec![(one.clone(), other.clone())];
    while let Some((one, other)) = pending.pop() {
        let same = match (one.kind(), other.kind()) {
            (NodeKind::Element(one), NodeKind::Element(other)) => {
                let (own, others) = (one.attributes(), other.attributes());
                one.name == other.name
                    && own.len() == others.len()
                    && own.iter().all(|attribute| others.contains(attribute))
            }
            (
                NodeKind::DocumentType {
                    name,
                    public_id,
                    system_id,
                },
                NodeKind::DocumentType {
                    name: other_name,
                    public_id: other_public_id,
                    system_id: other_system_id,
                },
            ) => (name, public_id, system_id) == (other_name, other_public_id, other_system_id),
            (one_kind, other_kind) => {
                node_type(one_kind) == node_type(other_kind)
                    && node_name(one_kind) == node_name(other_kind)
                    && one.data().map(|data| data.borrow().clone())
                        == other.data().map(|data| data.borrow().clone())
            }
        };
        let children: (Vec<_>, Vec<_>) = (one.children().collect(), other.children().collect());
        if !same || children.0.len() != children.1.len() {
            return false;
        }
        pending.extend(children.0.into_iter().zip(children.1));
    }
    true
}

/// <https://dom.spec.whatwg.org/#dom-node-comparedocumentposition>
fn compare_document_position(
    this: &JsValue,
    args: &[JsValue],
    _: &mut Context,
) -> JsResult<JsValue> {
    let node = this_node(this)?;
    let other = node_argument(args, 0, 1, "Node.compareDocumentPosition")?;
    let position = if node == other {
        0
    } else if node.root() != other.root() {
        // Any order will do that is the same each time.
        let is_first = std::ptr::from_ref(&*node) < std::ptr::from_ref(&*other);
        1 + 32 + if is_first { 4 } else { 2 }
    } else if node.is_in(&other) {
        8 + 2
    } else if other.is_in(&node) {
        16 + 4
    } else {
        let mut order = node.root().descendants();
        match order.find(|candidate| *candidate == node || *candidate == other) {
            Some(first) if first == other => 2,
            _ => 4,
        }
    };
    Ok(position.into())
}

/// Puts the children of a node that has just been made in the place of all of another.
pub(super) fn replace_children_with(
    node: &NodeRef,
    fragment: &NodeRef,
    context: &mut Context,
) -> JsResult<()> {
    replace_all(node, Some(fragment), context)
}
