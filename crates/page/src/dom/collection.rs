//! The `NodeList` and `HTMLCollection` interfaces.

use std::cell::Cell;

use boa_engine::{Context, JsData, JsResult, JsString, JsValue};
use boa_gc::{Finalize, GcRefCell, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, convert, expose, this_object};

use super::{
    indexed::{self, Indexed},
    node_object::object_of,
};
use crate::tree::{self, NodeRef};

/// What a collection consists of.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) enum Source {
    /// These nodes, whatever happens to them.
    Static(Vec<NodeRef>),
    ChildNodes(NodeRef),
    Children(NodeRef),
    /// The elements in a node that a function tells.
    Descendants {
        root: NodeRef,
        #[unsafe_ignore_trace]
        is_member: Box<dyn Fn(&NodeRef) -> bool>,
    },
}

impl Source {
    /// The HTML elements in a node with one of these names.
    pub(super) fn html(root: NodeRef, names: &'static [&'static str]) -> Self {
        let is_member = move |node: &NodeRef| names.iter().any(|name| node.as_html(name).is_some());
        Self::Descendants {
            root,
            is_member: Box::new(is_member),
        }
    }

    fn nodes(&self) -> Vec<NodeRef> {
        match self {
            Self::Static(nodes) => nodes.clone(),
            Self::ChildNodes(node) => node.children().collect(),
            Self::Children(node) => node.child_elements().collect(),
            Self::Descendants { root, is_member } => root
                .descendant_elements()
                .filter(|node| is_member(node))
                .collect(),
        }
    }
}

/// The nodes of a collection, as they were when the tree had last changed.
#[derive(Trace, Finalize)]
struct Nodes {
    source: Source,
    known: GcRefCell<Vec<NodeRef>>,
    #[unsafe_ignore_trace]
    version: Cell<u64>,
}

impl Nodes {
    fn new(source: Source) -> Self {
        Self {
            source,
            known: GcRefCell::default(),
            version: Cell::new(0),
        }
    }

    /// What `f` makes of the nodes as they are now.
    fn with<T>(&self, f: impl FnOnce(&[NodeRef]) -> T) -> T {
        let version = tree::version();
        if self.version.replace(version) != version {
            let nodes = self.source.nodes();
            *self.known.borrow_mut() = nodes;
        }
        f(&self.known.borrow())
    }

    fn at(&self, index: usize) -> Option<NodeRef> {
        self.with(|nodes| nodes.get(index).cloned())
    }

    /// <https://dom.spec.whatwg.org/#dom-htmlcollection-nameditem-key>
    fn named(&self, name: &JsString) -> Option<NodeRef> {
        if name.is_empty() {
            return None;
        }
        let name = name.to_std_string_lossy();
        let is_it = |value: &str| value == name;
        self.with(|nodes| {
            let named = nodes.iter().find(|node| {
                node.as_element().is_some_and(|element| {
                    element.with_attribute("id", is_it) == Some(true)
                        || element.with_attribute("name", is_it) == Some(true)
                })
            });
            named.cloned()
        })
    }
}

/// <https://dom.spec.whatwg.org/#interface-nodelist>
#[derive(Trace, Finalize, JsData)]
pub(super) struct NodeList(Nodes);

/// <https://dom.spec.whatwg.org/#interface-htmlcollection>
#[derive(Trace, Finalize, JsData)]
pub(super) struct HtmlCollection(Nodes);

/// Defines the interfaces on the global object.
pub(super) fn register(context: &mut Context) {
    let global = context.global_object();
    expose::<NodeList>(&global, context);
    expose::<HtmlCollection>(&global, context);
}

/// A new `NodeList`.
///
/// # Errors
/// An error of the engine itself.
pub(super) fn node_list(source: Source, context: &mut Context) -> JsResult<JsValue> {
    let list = indexed::create(NodeList(Nodes::new(source)), context)?;
    Ok(list.into())
}

/// A new `HTMLCollection`.
///
/// # Errors
/// An error of the engine itself.
pub(super) fn html_collection(source: Source, context: &mut Context) -> JsResult<JsValue> {
    let collection = indexed::create(HtmlCollection(Nodes::new(source)), context)?;
    Ok(collection.into())
}

impl Indexed for NodeList {
    fn length(&self) -> usize {
        self.0.with(<[NodeRef]>::len)
    }

    fn at(&self, index: usize, context: &mut Context) -> Option<JsValue> {
        Some(object_of(&self.0.at(index)?, context).into())
    }
}

impl Indexed for HtmlCollection {
    fn length(&self) -> usize {
        self.0.with(<[NodeRef]>::len)
    }

    fn at(&self, index: usize, context: &mut Context) -> Option<JsValue> {
        Some(object_of(&self.0.at(index)?, context).into())
    }

    fn named(&self, name: &JsString, context: &mut Context) -> Option<JsValue> {
        Some(object_of(&self.0.named(name)?, context).into())
    }
}

impl Interface for NodeList {
    const NAME: &'static str = "NodeList";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        indexed::members::<Self>(interface);
        indexed::iterable(interface);
    }
}

impl Interface for HtmlCollection {
    const NAME: &'static str = "HTMLCollection";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        indexed::members::<Self>(interface);
        interface.method("namedItem", 1, |this, args, context| {
            let collection = this_object::<Self>(this)?;
            let name = convert::required::<Self>(args, 0, 1)?;
            let name = convert::dom_string(name, context)?;
            let node = collection.borrow().data().named(&name, context);
            Ok(node.unwrap_or_else(JsValue::null))
        });
    }
}
