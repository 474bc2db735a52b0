//! The objects that scripts see of nodes.
//!
//! A node gets its object when a script first meets it, and keeps it: both live as long as the tree. All of them are
//! of one Rust type, which is the brand of `Node`; which of the interfaces behind that an object implements its node
//! says.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor,
    job::{GenericJob, Job},
    js_string,
};
use boa_gc::{Finalize, Trace};
use taipan_web::events::{Event, EventInit, EventTarget, dispatch};
use taipan_webidl::{Inherits, Interface, InterfaceBuilder, convert, implementation, inherit};

use super::{event_attributes, html, node};
use crate::{
    state::PageState,
    tree::{ElementData, NodeKind, NodeRef},
};

/// The object of a node.
#[derive(Trace, Finalize, JsData)]
pub(crate) struct NodeObject {
    node: NodeRef,
    target: JsObject<EventTarget>,
    /// The values of attributes that give the same object each time.
    same: Vec<SameObject>,
}

/// The value of a `[SameObject]` attribute.
#[derive(Trace, Finalize)]
struct SameObject {
    #[unsafe_ignore_trace]
    name: &'static str,
    value: JsValue,
}

impl Inherits<EventTarget> for NodeObject {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

impl Interface for NodeObject {
    const NAME: &'static str = "Node";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        node::members(interface);
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, EventTarget>(context)
    }
}

/// The interface that the object of a node implements.
fn interface_of(node: &NodeRef, context: &mut Context) -> StandardConstructor {
    use taipan_webidl::register;
    match node.kind() {
        NodeKind::Document => register::<html::HtmlDocument>(context),
        NodeKind::DocumentFragment => register::<node::DocumentFragment>(context),
        NodeKind::DocumentType { .. } => register::<node::DocumentType>(context),
        NodeKind::Text(_) => register::<node::Text>(context),
        NodeKind::Comment(_) => register::<node::Comment>(context),
        NodeKind::ProcessingInstruction { .. } => register::<node::ProcessingInstruction>(context),
        NodeKind::Element(element) => html::interface_of(element, context),
    }
}

/// The object of a node, made if there is none yet.
pub(crate) fn object_of(node: &NodeRef, context: &mut Context) -> JsObject {
    if let Some(object) = node.object() {
        return object;
    }
    let prototype = interface_of(node, context).prototype();
    let target = EventTarget::new_tree_base(get_the_parent, context);
    let data = NodeObject {
        node: node.clone(),
        target,
        same: Vec::new(),
    };
    let object = JsObject::new(context.root_shape(), prototype, data).upcast();
    node.set_object(object.clone());
    if node.as_html("form").is_some() {
        // Only an engine that has come to its end cannot make a proxy.
        let _ = html::install_form_properties(node, &object, context);
    }
    if let Some(element) = node.as_element() {
        event_attributes::adopt(element, &object, context);
    }
    object
}

/// The object of a node, or null.
pub(super) fn value_of(node: Option<NodeRef>, context: &mut Context) -> JsValue {
    node.map_or_else(JsValue::null, |node| object_of(&node, context).into())
}

/// The object of a new node.
pub(super) fn value(node: &NodeRef, context: &mut Context) -> JsResult<JsValue> {
    Ok(object_of(node, context).into())
}

/// The node whose object a value is.
pub(crate) fn node_of(value: &JsValue) -> Option<NodeRef> {
    let object = value.as_object()?;
    let node = object.downcast_ref::<NodeObject>()?.node.clone();
    Some(node)
}

/// The node of an object, if that is one of an element.
pub(crate) fn element_object(value: &JsValue) -> Option<NodeRef> {
    node_of(value).filter(|node| node.as_element().is_some())
}

fn illegal_invocation(interface: &str) -> boa_engine::JsError {
    JsNativeError::typ()
        .with_message(format!(
            "Illegal invocation: the receiver is not a {interface}"
        ))
        .into()
}

/// The brand check of members of `Node`, and of interfaces that all nodes with such a member implement.
pub(super) fn this_node(this: &JsValue) -> JsResult<NodeRef> {
    node_of(this).ok_or_else(|| illegal_invocation("Node"))
}

/// The brand check of members of an interface that nodes of some kind implement.
pub(super) fn this_kind(
    this: &JsValue,
    interface: &str,
    is_it: impl FnOnce(&NodeRef) -> bool,
) -> JsResult<NodeRef> {
    node_of(this)
        .filter(is_it)
        .ok_or_else(|| illegal_invocation(interface))
}

/// The brand check of members of `Element`.
pub(super) fn this_element(this: &JsValue) -> JsResult<NodeRef> {
    this_kind(this, "Element", |node| node.as_element().is_some())
}

/// The node and what only elements have, for members of `Element`.
pub(super) fn with_element<T>(
    this: &JsValue,
    f: impl FnOnce(&NodeRef, &ElementData) -> T,
) -> JsResult<T> {
    let node = this_element(this)?;
    match node.as_element() {
        Some(element) => Ok(f(&node, element)),
        None => Err(illegal_invocation("Element")),
    }
}

/// The value of a `[SameObject]` attribute, made when it is first asked for.
///
/// <https://webidl.spec.whatwg.org/#SameObject>
pub(super) fn same_object(
    this: &JsValue,
    name: &'static str,
    context: &mut Context,
    make: impl FnOnce(NodeRef, &mut Context) -> JsResult<JsValue>,
) -> JsResult<JsValue> {
    let object = this
        .as_object()
        .and_then(|object| object.downcast::<NodeObject>().ok())
        .ok_or_else(|| illegal_invocation("Node"))?;
    let node = {
        let object = object.borrow();
        let known = object.data().same.iter().find(|known| known.name == name);
        if let Some(known) = known {
            return Ok(known.value.clone());
        }
        object.data().node.clone()
    };
    let value = make(node, context)?;
    let same = SameObject {
        name,
        value: value.clone(),
    };
    object.borrow_mut().data_mut().same.push(same);
    Ok(value)
}

/// The node that an argument is.
pub(super) fn node_argument(
    args: &[JsValue],
    index: usize,
    count: usize,
    what: &str,
) -> JsResult<NodeRef> {
    let value = convert::required_by(args, index, count, what)?;
    node_of(value).ok_or_else(|| not_a_node(what))
}

/// The node that an argument is, or none for null.
pub(super) fn nullable_node_argument(
    args: &[JsValue],
    index: usize,
    count: usize,
    what: &str,
) -> JsResult<Option<NodeRef>> {
    let value = convert::required_by(args, index, count, what)?;
    if value.is_null_or_undefined() {
        return Ok(None);
    }
    node_of(value).map(Some).ok_or_else(|| not_a_node(what))
}

fn not_a_node(what: &str) -> boa_engine::JsError {
    JsNativeError::typ()
        .with_message(format!("{what}: the argument is not a Node"))
        .into()
}

/// A string for scripts.
pub(super) fn string(text: impl AsRef<str>) -> JsValue {
    JsString::from(text.as_ref()).into()
}

/// <https://dom.spec.whatwg.org/#get-the-parent>: the parent; of the document of the page the window, but for `load`.
fn get_the_parent(target: &JsObject, event: &JsObject, context: &mut Context) -> Option<JsObject> {
    let node = target.downcast_ref::<NodeObject>()?.node.clone();
    if let Some(parent) = node.parent() {
        return Some(object_of(&parent, context));
    }
    let is_load = implementation::<Event>(event)
        .is_some_and(|event| *event.borrow().data().kind() == js_string!("load"));
    let state = PageState::of(context).ok()?;
    (state.document == node && !is_load).then(|| context.global_object())
}

/// Fires an event at a node, which does not bubble.
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn fire(node: &NodeRef, kind: &'static str, context: &mut Context) -> JsResult<()> {
    fire_with(node, kind, EventInit::default(), context).map(drop)
}

/// Fires an event at a node, which bubbles.
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn fire_bubbling(
    node: &NodeRef,
    kind: &'static str,
    context: &mut Context,
) -> JsResult<()> {
    let init = EventInit {
        bubbles: true,
        ..EventInit::default()
    };
    fire_with(node, kind, init, context).map(drop)
}

/// Fires an event at a node; the result is whether no listener has cancelled it.
///
/// # Errors
/// An error of the engine itself.
pub(super) fn fire_with(
    node: &NodeRef,
    kind: &'static str,
    init: EventInit,
    context: &mut Context,
) -> JsResult<bool> {
    let event = Event::create_plain(js_string!(kind), init, context);
    let target = object_of(node, context);
    dispatch(&target, &event.upcast(), context)
}

/// Fires an event at a node in a task of its own.
pub(crate) fn fire_later(node: &NodeRef, kind: &'static str, context: &mut Context) {
    let node = node.clone();
    let realm = context.realm().clone();
    let job = GenericJob::new(
        move |context| {
            fire(&node, kind, context)?;
            Ok(JsValue::undefined())
        },
        realm,
    );
    context.enqueue_job(Job::GenericJob(job));
}
