//! Nodes.
//!
//! Links are traced pointers in both directions, so a tree lives as long as anybody holds any of its nodes, and its
//! objects with it: what a script has put on an object is there when it comes back for it. A tree that nobody holds
//! any more is garbage, cycles or not.

use std::{
    cell::{Cell, RefCell},
    fmt,
    ops::Deref,
};

use boa_engine::{JsObject, JsString};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use html5ever::QualName;

use super::element::{Attribute, ElementData, html_name};

thread_local! {
    /// Counts the changes to all trees of this thread.
    static VERSION: Cell<u64> = const { Cell::new(1) };
}

/// A number that is another one when any tree has changed.
pub(crate) fn version() -> u64 {
    VERSION.get()
}

/// Counts a change.
pub(super) fn changed() {
    VERSION.set(VERSION.get().wrapping_add(1));
}

/// A node of a tree.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(crate) struct NodeRef(Gc<Node>);

impl Deref for NodeRef {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.0
    }
}

impl PartialEq for NodeRef {
    fn eq(&self, other: &Self) -> bool {
        Gc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for NodeRef {}

impl fmt::Debug for NodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

/// What a node is, where it stands, and the object that scripts see of it.
#[derive(Trace, Finalize)]
pub(crate) struct Node {
    kind: NodeKind,
    links: GcRefCell<Links>,
    /// The node document; none for a document.
    document: GcRefCell<Option<NodeRef>>,
    object: GcRefCell<Option<JsObject>>,
}

#[derive(Default, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Links {
    parent: Option<NodeRef>,
    previous: Option<NodeRef>,
    next: Option<NodeRef>,
    first: Option<NodeRef>,
    last: Option<NodeRef>,
}

/// What a node is.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(crate) enum NodeKind {
    Document,
    DocumentFragment,
    DocumentType {
        #[unsafe_ignore_trace]
        name: String,
        #[unsafe_ignore_trace]
        public_id: String,
        #[unsafe_ignore_trace]
        system_id: String,
    },
    Element(ElementData),
    Text(#[unsafe_ignore_trace] RefCell<JsString>),
    Comment(#[unsafe_ignore_trace] RefCell<JsString>),
    ProcessingInstruction {
        #[unsafe_ignore_trace]
        target: String,
        #[unsafe_ignore_trace]
        data: RefCell<JsString>,
    },
}

impl fmt::Debug for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("#document"),
            Self::DocumentFragment => f.write_str("#document-fragment"),
            Self::DocumentType { name, .. } => write!(f, "<!DOCTYPE {name}>"),
            Self::Element(element) => write!(f, "<{}>", element.name.local),
            Self::Text(text) => write!(f, "{:?}", text.borrow()),
            Self::Comment(text) => write!(f, "<!--{:?}-->", text.borrow()),
            Self::ProcessingInstruction { target, .. } => write!(f, "<?{target}>"),
        }
    }
}

impl NodeRef {
    fn new(kind: NodeKind, document: Option<&Self>) -> Self {
        Self(Gc::new(Node {
            kind,
            links: GcRefCell::default(),
            document: GcRefCell::new(document.cloned()),
            object: GcRefCell::new(None),
        }))
    }

    /// An empty document.
    pub(crate) fn document() -> Self {
        Self::new(NodeKind::Document, None)
    }

    /// An empty fragment.
    pub(crate) fn fragment(document: &Self) -> Self {
        Self::new(NodeKind::DocumentFragment, Some(document))
    }

    pub(crate) fn document_type(
        name: String,
        public_id: String,
        system_id: String,
        document: &Self,
    ) -> Self {
        let kind = NodeKind::DocumentType {
            name,
            public_id,
            system_id,
        };
        Self::new(kind, Some(document))
    }

    pub(crate) fn text(data: JsString, document: &Self) -> Self {
        Self::new(NodeKind::Text(RefCell::new(data)), Some(document))
    }

    pub(crate) fn comment(data: JsString, document: &Self) -> Self {
        Self::new(NodeKind::Comment(RefCell::new(data)), Some(document))
    }

    pub(crate) fn processing_instruction(target: String, data: JsString, document: &Self) -> Self {
        let data = RefCell::new(data);
        Self::new(
            NodeKind::ProcessingInstruction { target, data },
            Some(document),
        )
    }

    /// An element. A template gets its contents.
    pub(crate) fn element(name: QualName, attributes: Vec<Attribute>, document: &Self) -> Self {
        let element = ElementData::new(name, attributes);
        if element.is_html("template") {
            element.set_contents(Self::fragment(document));
        }
        Self::new(NodeKind::Element(element), Some(document))
    }

    /// An HTML element without attributes.
    pub(crate) fn html_element(local: &str, document: &Self) -> Self {
        Self::element(html_name(local), Vec::new(), document)
    }

    /// The document that it belongs to: itself, if it is one.
    pub(crate) fn owner(&self) -> Self {
        let document = self.document.borrow().clone();
        document.unwrap_or_else(|| self.clone())
    }

    /// The root of its tree: itself, if it has no parent.
    pub(crate) fn root(&self) -> Self {
        let mut root = self.clone();
        while let Some(parent) = root.parent() {
            root = parent;
        }
        root
    }

    /// Itself and its ancestors, upwards.
    pub(crate) fn inclusive_ancestors(&self) -> impl Iterator<Item = Self> + use<> {
        std::iter::successors(Some(self.clone()), |node| node.parent())
    }

    /// Whether it is `other` or stands somewhere in it.
    pub(crate) fn is_in(&self, other: &Self) -> bool {
        self.inclusive_ancestors().any(|node| node == *other)
    }

    /// All that is in it, in tree order.
    pub(crate) fn descendants(&self) -> Descendants {
        Descendants {
            root: self.clone(),
            next: self.first_child(),
        }
    }

    /// The elements in it, in tree order.
    pub(crate) fn descendant_elements(&self) -> impl Iterator<Item = Self> + use<> {
        self.descendants()
            .filter(|node| node.as_element().is_some())
    }

    /// The node behind it in tree order, within `root`.
    fn following(&self, root: &Self) -> Option<Self> {
        self.first_child().or_else(|| self.following_skipping(root))
    }

    fn following_skipping(&self, root: &Self) -> Option<Self> {
        let mut node = self.clone();
        loop {
            if node == *root {
                return None;
            }
            if let Some(next) = node.next_sibling() {
                return Some(next);
            }
            node = node.parent()?;
        }
    }

    /// Takes it out of its parent.
    pub(crate) fn detach(&self) {
        let (parent, previous, next) = {
            let mut links = self.links.borrow_mut();
            (
                links.parent.take(),
                links.previous.take(),
                links.next.take(),
            )
        };
        let Some(parent) = parent else { return };
        changed();
        match &previous {
            Some(previous) => previous.links.borrow_mut().next.clone_from(&next),
            None => parent.links.borrow_mut().first.clone_from(&next),
        }
        match &next {
            Some(next) => next.links.borrow_mut().previous = previous,
            None => parent.links.borrow_mut().last = previous,
        }
    }

    /// Puts a node that has no parent before one of its children, or behind the last.
    ///
    /// The caller has seen to it that the tree stays one.
    pub(crate) fn insert(&self, child: &Self, before: Option<&Self>) {
        child.detach();
        changed();
        child.adopt(&self.owner());
        let previous = match before {
            Some(before) => before.previous_sibling(),
            None => self.last_child(),
        };
        {
            let mut links = child.links.borrow_mut();
            links.parent = Some(self.clone());
            links.previous.clone_from(&previous);
            links.next = before.cloned();
        }
        match &previous {
            Some(previous) => previous.links.borrow_mut().next = Some(child.clone()),
            None => self.links.borrow_mut().first = Some(child.clone()),
        }
        match before {
            Some(before) => before.links.borrow_mut().previous = Some(child.clone()),
            None => self.links.borrow_mut().last = Some(child.clone()),
        }
    }

    /// Puts a node behind its last child.
    pub(crate) fn append(&self, child: &Self) {
        self.insert(child, None);
    }

    /// Puts all children of `from` behind its last child.
    pub(crate) fn take_children(&self, from: &Self) {
        while let Some(child) = from.first_child() {
            self.append(&child);
        }
    }

    /// Takes out all its children.
    pub(crate) fn clear(&self) {
        while let Some(child) = self.first_child() {
            child.detach();
        }
    }

    /// Makes it and all in it belong to `document`.
    fn adopt(&self, document: &Self) {
        if self.owner() == *document || matches!(self.kind, NodeKind::Document) {
            return;
        }
        for node in std::iter::once(self.clone()).chain(self.descendants()) {
            *node.document.borrow_mut() = Some(document.clone());
        }
    }

    /// A copy of it, and with `deep` of all in it.
    ///
    /// <https://dom.spec.whatwg.org/#concept-node-clone>
    pub(crate) fn clone_node(&self, deep: bool, document: &Self) -> Self {
        let copy = match &self.kind {
            NodeKind::Document => Self::document(),
            NodeKind::DocumentFragment => Self::fragment(document),
            NodeKind::DocumentType {
                name,
                public_id,
                system_id,
            } => Self::document_type(name.clone(), public_id.clone(), system_id.clone(), document),
            NodeKind::Text(data) => Self::text(data.borrow().clone(), document),
            NodeKind::Comment(data) => Self::comment(data.borrow().clone(), document),
            NodeKind::ProcessingInstruction { target, data } => {
                Self::processing_instruction(target.clone(), data.borrow().clone(), document)
            }
            NodeKind::Element(element) => {
                let copy = Self::element(element.name.clone(), element.attributes(), document);
                if let Some(copy) = copy.as_element() {
                    let started = element.script.already_started.get();
                    copy.script.already_started.set(started);
                    copy.script.line.set(element.script.line.get());
                    *copy.control.borrow_mut() = element.control.borrow().clone();
                }
                copy
            }
        };
        if deep {
            let document = copy.owner();
            // A stack of its own: trees of scripts may be deeper than the native one.
            let mut pending = vec![(self.clone(), copy.clone())];
            while let Some((from, to)) = pending.pop() {
                let contents = |node: &Self| node.as_element().and_then(ElementData::contents);
                if let (Some(from), Some(to)) = (contents(&from), contents(&to)) {
                    pending.push((from, to));
                }
                for child in from.children() {
                    let child_copy = child.clone_node(false, &document);
                    to.append(&child_copy);
                    pending.push((child, child_copy));
                }
            }
        }
        copy
    }
}

impl Node {
    pub(crate) fn kind(&self) -> &NodeKind {
        &self.kind
    }

    pub(crate) fn as_element(&self) -> Option<&ElementData> {
        match &self.kind {
            NodeKind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The element, if it is an HTML element with this name.
    pub(crate) fn as_html(&self, local: &str) -> Option<&ElementData> {
        self.as_element().filter(|element| element.is_html(local))
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self.kind, NodeKind::Text(_))
    }

    pub(crate) fn is_document(&self) -> bool {
        matches!(self.kind, NodeKind::Document)
    }

    pub(crate) fn is_fragment(&self) -> bool {
        matches!(self.kind, NodeKind::DocumentFragment)
    }

    /// The text of a text, comment or processing instruction.
    pub(crate) fn data(&self) -> Option<&RefCell<JsString>> {
        match &self.kind {
            NodeKind::Text(data)
            | NodeKind::Comment(data)
            | NodeKind::ProcessingInstruction { data, .. } => Some(data),
            _ => None,
        }
    }

    pub(crate) fn parent(&self) -> Option<NodeRef> {
        self.links.borrow().parent.clone()
    }

    pub(crate) fn parent_element(&self) -> Option<NodeRef> {
        self.parent().filter(|parent| parent.as_element().is_some())
    }

    pub(crate) fn previous_sibling(&self) -> Option<NodeRef> {
        self.links.borrow().previous.clone()
    }

    pub(crate) fn next_sibling(&self) -> Option<NodeRef> {
        self.links.borrow().next.clone()
    }

    pub(crate) fn first_child(&self) -> Option<NodeRef> {
        self.links.borrow().first.clone()
    }

    pub(crate) fn last_child(&self) -> Option<NodeRef> {
        self.links.borrow().last.clone()
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = NodeRef> + use<> {
        std::iter::successors(self.first_child(), |node| node.next_sibling())
    }

    pub(crate) fn child_elements(&self) -> impl Iterator<Item = NodeRef> + use<> {
        self.children().filter(|node| node.as_element().is_some())
    }

    pub(crate) fn previous_element(&self) -> Option<NodeRef> {
        std::iter::successors(self.previous_sibling(), |node| node.previous_sibling())
            .find(|node| node.as_element().is_some())
    }

    pub(crate) fn next_element(&self) -> Option<NodeRef> {
        std::iter::successors(self.next_sibling(), |node| node.next_sibling())
            .find(|node| node.as_element().is_some())
    }

    /// The object that scripts see of it, if there is one.
    pub(crate) fn object(&self) -> Option<JsObject> {
        self.object.borrow().clone()
    }

    /// Sets the object that scripts see of it.
    pub(crate) fn set_object(&self, object: JsObject) {
        *self.object.borrow_mut() = Some(object);
    }

    /// The text of its own text nodes.
    ///
    /// <https://dom.spec.whatwg.org/#concept-child-text-content>
    pub(crate) fn child_text(&self) -> JsString {
        concat(self.children())
    }
}

impl NodeRef {
    /// The text of all text nodes in it.
    ///
    /// <https://dom.spec.whatwg.org/#concept-descendant-text-content>
    pub(crate) fn descendant_text(&self) -> JsString {
        concat(self.descendants())
    }

    /// The script, style and other elements with this name in it, in tree order.
    pub(crate) fn first_html(&self, local: &str) -> Option<Self> {
        self.descendants()
            .find(|node| node.as_html(local).is_some())
    }
}

/// The text of the text nodes among some.
fn concat(nodes: impl Iterator<Item = NodeRef>) -> JsString {
    let texts: Vec<JsString> = nodes
        .filter_map(|node| match node.kind() {
            NodeKind::Text(data) => Some(data.borrow().clone()),
            _ => None,
        })
        .collect();
    match texts.as_slice() {
        [one] => one.clone(),
        texts => {
            let texts: Vec<_> = texts.iter().map(JsString::as_str).collect();
            JsString::concat_array(&texts)
        }
    }
}

/// What is in a node, in tree order. Whatever happens to the tree meanwhile, it ends.
pub(crate) struct Descendants {
    root: NodeRef,
    next: Option<NodeRef>,
}

impl Iterator for Descendants {
    type Item = NodeRef;

    fn next(&mut self) -> Option<NodeRef> {
        let node = self.next.take()?;
        self.next = node.following(&self.root);
        Some(node)
    }
}
