//! What the HTML parser builds the tree with.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
};

use boa_engine::JsString;
use html5ever::{
    Attribute as ParsedAttribute, ExpandedName, QualName, expanded_name,
    interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink},
    local_name, ns,
    tendril::StrTendril,
};

use super::{
    element::{Attribute, ElementData},
    node::{NodeKind, NodeRef},
};

/// Builds the tree of a document.
pub(super) struct Sink {
    document: NodeRef,
    /// The line that the tokenizer has reached.
    line: Cell<u64>,
    quirks_mode: Cell<QuirksMode>,
    /// Text on its way into a text node: the tokenizer hands it over line by line.
    pending: RefCell<Option<(NodeRef, String)>>,
}

impl Sink {
    pub(super) fn new(document: NodeRef) -> Self {
        Self {
            document,
            line: Cell::new(1),
            quirks_mode: Cell::new(QuirksMode::NoQuirks),
            pending: RefCell::default(),
        }
    }

    pub(super) fn is_quirky(&self) -> bool {
        self.quirks_mode.get() == QuirksMode::Quirks
    }

    /// Writes the text that is on its way. Nobody but the parser may look at the tree before.
    pub(super) fn flush(&self) {
        if let Some((node, text)) = self.pending.take()
            && let NodeKind::Text(data) = node.kind()
        {
            let mut data = data.borrow_mut();
            let text = JsString::from(text.as_str());
            *data = if data.is_empty() {
                text
            } else {
                JsString::concat(data.as_str(), text.as_str())
            };
        }
    }

    /// Puts text before `before` in `parent`, or behind its last child: into the text that stands there, if one does.
    fn add_text(&self, text: &str, parent: &NodeRef, before: Option<&NodeRef>) {
        let previous = match before {
            Some(before) => before.previous_sibling(),
            None => parent.last_child(),
        };
        let node = previous.filter(|node| node.is_text()).unwrap_or_else(|| {
            let node = NodeRef::text(JsString::default(), &self.document);
            parent.insert(&node, before);
            node
        });
        let is_pending = matches!(&*self.pending.borrow(), Some((pending, _)) if *pending == node);
        if !is_pending {
            self.flush();
            self.pending.replace(Some((node, String::new())));
        }
        if let Some((_, pending)) = &mut *self.pending.borrow_mut() {
            pending.push_str(text);
        }
    }

    fn add(&self, child: NodeOrText<NodeRef>, parent: &NodeRef, before: Option<&NodeRef>) {
        match child {
            NodeOrText::AppendNode(node) => parent.insert(&node, before),
            NodeOrText::AppendText(text) => self.add_text(&text, parent, before),
        }
    }
}

fn attributes(parsed: Vec<ParsedAttribute>) -> Vec<Attribute> {
    let attribute = |parsed: ParsedAttribute| Attribute {
        name: parsed.name,
        value: parsed.value.to_string(),
    };
    parsed.into_iter().map(attribute).collect()
}

/// The name that the parser takes for that of a node that is no element, which it does not ask for.
const NO_ELEMENT: ExpandedName<'static> = expanded_name!("", "");

impl TreeSink for Sink {
    type Handle = NodeRef;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeRef {
        self.document.clone()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeRef) -> ExpandedName<'a> {
        target
            .as_element()
            .map_or(NO_ELEMENT, |element| element.name.expanded())
    }

    fn create_element(
        &self,
        name: QualName,
        parsed: Vec<ParsedAttribute>,
        _: ElementFlags,
    ) -> NodeRef {
        let node = NodeRef::element(name, attributes(parsed), &self.document);
        if let Some(element) = node.as_html("script") {
            element.script.parser_inserted.set(true);
            element.script.force_async.set(false);
            element.script.line.set(self.line.get());
        }
        node
    }

    fn create_comment(&self, text: StrTendril) -> NodeRef {
        NodeRef::comment(JsString::from(&*text), &self.document)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeRef {
        let data = JsString::from(&*data);
        NodeRef::processing_instruction(target.to_string(), data, &self.document)
    }

    fn append(&self, parent: &NodeRef, child: NodeOrText<NodeRef>) {
        self.add(child, parent, None);
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeRef,
        previous: &NodeRef,
        child: NodeOrText<NodeRef>,
    ) {
        match element.parent() {
            Some(parent) => self.add(child, &parent, Some(element)),
            None => self.add(child, previous, None),
        }
    }

    fn append_doctype_to_document(
        &self,
        name: StrTendril,
        public_id: StrTendril,
        system_id: StrTendril,
    ) {
        let [name, public_id, system_id] =
            [name, public_id, system_id].map(|text| text.to_string());
        let node = NodeRef::document_type(name, public_id, system_id, &self.document);
        self.document.append(&node);
    }

    fn mark_script_already_started(&self, node: &NodeRef) {
        if let Some(element) = node.as_element() {
            element.script.already_started.set(true);
        }
    }

    fn get_template_contents(&self, target: &NodeRef) -> NodeRef {
        target
            .as_element()
            .and_then(ElementData::contents)
            .unwrap_or_else(|| target.clone())
    }

    fn same_node(&self, x: &NodeRef, y: &NodeRef) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.quirks_mode.set(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeRef, child: NodeOrText<NodeRef>) {
        if let Some(parent) = sibling.parent() {
            self.add(child, &parent, Some(sibling));
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeRef, parsed: Vec<ParsedAttribute>) {
        let Some(element) = target.as_element() else {
            return;
        };
        for attribute in attributes(parsed) {
            let is_known = element.with_attributes(|attributes| {
                attributes.iter().any(|known| known.name == attribute.name)
            });
            if !is_known {
                element.set_attribute(attribute.name, attribute.value, |_| false);
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeRef) {
        target.detach();
    }

    fn reparent_children(&self, node: &NodeRef, new_parent: &NodeRef) {
        new_parent.take_children(node);
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &NodeRef) -> bool {
        let Some(element) = node.as_element() else {
            return false;
        };
        element.name.expanded() == expanded_name!(mathml "annotation-xml")
            && element
                .with_attribute("encoding", |encoding| {
                    encoding.eq_ignore_ascii_case("text/html")
                        || encoding.eq_ignore_ascii_case("application/xhtml+xml")
                })
                .unwrap_or(false)
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(line);
    }

    fn allow_declarative_shadow_roots(&self, _: &NodeRef) -> bool {
        false
    }
}
