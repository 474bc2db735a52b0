//! Elements: their names, attributes, and what controls and scripts know of themselves.

use std::cell::{Cell, RefCell};

use boa_gc::{Finalize, GcRefCell, Trace};
use html5ever::{LocalName, Namespace, Prefix, QualName, ns};

use super::node::{NodeRef, changed};

/// An attribute of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: QualName,
    pub(crate) value: String,
}

impl Attribute {
    /// Its name as it is written.
    pub(crate) fn qualified_name(&self) -> String {
        qualified(&self.name)
    }
}

/// `prefix:local`, or `local` where there is no prefix.
fn qualified(name: &QualName) -> String {
    match &name.prefix {
        Some(prefix) if !prefix.is_empty() => format!("{prefix}:{}", name.local),
        _ => name.local.to_string(),
    }
}

/// What only elements have.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(crate) struct ElementData {
    #[unsafe_ignore_trace]
    pub(crate) name: QualName,
    #[unsafe_ignore_trace]
    attributes: RefCell<Vec<Attribute>>,
    /// The contents of a template.
    contents: GcRefCell<Option<NodeRef>>,
    /// What a script element knows about its running.
    #[unsafe_ignore_trace]
    pub(crate) script: ScriptFlags,
    /// What the user of a control would have changed.
    #[unsafe_ignore_trace]
    pub(crate) control: RefCell<ControlState>,
}

/// <https://html.spec.whatwg.org/multipage/scripting.html#script-processing-model>
#[derive(Debug, Default)]
pub(crate) struct ScriptFlags {
    pub(crate) already_started: Cell<bool>,
    pub(crate) parser_inserted: Cell<bool>,
    pub(crate) force_async: Cell<bool>,
    /// The line on which its text starts, counted from 1; 0 if it is in no source.
    pub(crate) line: Cell<u64>,
}

/// The state of a form control.
#[derive(Debug, Default, Clone)]
pub(crate) struct ControlState {
    /// The value, once it is no longer that of the content attribute.
    pub(crate) value: Option<String>,
    /// Whether it is checked or selected, once that is no longer what the content attribute says.
    pub(crate) checked: Option<bool>,
    pub(crate) indeterminate: bool,
}

impl ElementData {
    pub(super) fn new(name: QualName, attributes: Vec<Attribute>) -> Self {
        let element = Self {
            name,
            attributes: RefCell::new(attributes),
            contents: GcRefCell::new(None),
            script: ScriptFlags::default(),
            control: RefCell::default(),
        };
        element.script.force_async.set(true);
        element
    }

    /// Gives a template its contents.
    pub(super) fn set_contents(&self, contents: NodeRef) {
        *self.contents.borrow_mut() = Some(contents);
    }

    /// Whether it is an HTML element with this name.
    pub(crate) fn is_html(&self, local: &str) -> bool {
        self.name.ns == ns!(html) && &*self.name.local == local
    }

    /// The tag name as it is written, in lower case for HTML.
    pub(crate) fn qualified_name(&self) -> String {
        qualified(&self.name)
    }

    /// A copy of the attributes.
    pub(crate) fn attributes(&self) -> Vec<Attribute> {
        self.attributes.borrow().clone()
    }

    /// What `f` makes of the attributes.
    pub(crate) fn with_attributes<T>(&self, f: impl FnOnce(&[Attribute]) -> T) -> T {
        f(&self.attributes.borrow())
    }

    /// The value of an attribute without a namespace.
    pub(crate) fn attribute(&self, local: &str) -> Option<String> {
        self.with_attribute(local, str::to_owned)
    }

    /// What `f` makes of the value of an attribute without a namespace, if it is there.
    pub(crate) fn with_attribute<T>(&self, local: &str, f: impl FnOnce(&str) -> T) -> Option<T> {
        let attributes = self.attributes.borrow();
        let attribute = attributes
            .iter()
            .find(|attribute| attribute.name.ns.is_empty() && &*attribute.name.local == local);
        attribute.map(|attribute| f(&attribute.value))
    }

    /// Whether there is an attribute without a namespace.
    pub(crate) fn has_attribute(&self, local: &str) -> bool {
        self.with_attribute(local, |_| ()).is_some()
    }

    /// Sets an attribute: the first one that `is_it`, or a new one with this name.
    pub(crate) fn set_attribute(
        &self,
        name: QualName,
        value: String,
        is_it: impl Fn(&Attribute) -> bool,
    ) {
        changed();
        let mut attributes = self.attributes.borrow_mut();
        match attributes.iter_mut().find(|attribute| is_it(attribute)) {
            Some(attribute) => attribute.value = value,
            None => attributes.push(Attribute { name, value }),
        }
    }

    /// Removes the first attribute that `is_it`.
    pub(crate) fn remove_attribute(&self, is_it: impl Fn(&Attribute) -> bool) -> Option<Attribute> {
        let mut attributes = self.attributes.borrow_mut();
        let index = attributes.iter().position(is_it)?;
        changed();
        Some(attributes.remove(index))
    }

    /// The contents of a template.
    pub(crate) fn contents(&self) -> Option<NodeRef> {
        self.contents.borrow().clone()
    }
}

/// A name in the namespace of HTML.
pub(crate) fn html_name(local: &str) -> QualName {
    QualName::new(None, ns!(html), LocalName::from(local))
}

/// A name of an attribute in no namespace.
pub(crate) fn attribute_name(local: &str) -> QualName {
    QualName::new(None, ns!(), LocalName::from(local))
}

/// A name with all its parts.
pub(crate) fn qualified_name(namespace: &str, prefix: Option<&str>, local: &str) -> QualName {
    QualName::new(
        prefix.map(Prefix::from),
        Namespace::from(namespace),
        LocalName::from(local),
    )
}

impl ElementData {
    /// Whether a check box or radio button is checked.
    pub(crate) fn is_checked(&self) -> bool {
        let checked = self.control.borrow().checked;
        checked.unwrap_or_else(|| self.has_attribute("checked"))
    }

    /// Whether an option is selected by itself.
    pub(crate) fn is_selected(&self) -> bool {
        let selected = self.control.borrow().checked;
        selected.unwrap_or_else(|| self.has_attribute("selected"))
    }
}
