//! The `Attr` and `NamedNodeMap` interfaces.
//!
//! An `Attr` is made when it is asked for; it is not a node of the tree.

use boa_engine::{Context, JsArgs, JsData, JsObject, JsResult, JsString, JsValue};
use boa_gc::{Finalize, GcRefCell, Trace};
use html5ever::{QualName, ns};
use taipan_webidl::{
    DomException, Interface, InterfaceBuilder, convert, expose, this_object, wrap,
};

use super::{
    element,
    indexed::{self, Indexed},
    node_object::{string, value_of},
};
use crate::tree::{Attribute, NodeRef};

/// <https://dom.spec.whatwg.org/#interface-attr>
#[derive(Trace, Finalize, JsData)]
pub(super) struct Attr {
    #[unsafe_ignore_trace]
    name: QualName,
    /// The element that has it.
    owner: GcRefCell<Option<NodeRef>>,
    /// Its value while no element has it.
    #[unsafe_ignore_trace]
    value: std::cell::RefCell<String>,
}

/// <https://dom.spec.whatwg.org/#interface-namednodemap>
#[derive(Trace, Finalize, JsData)]
pub(super) struct NamedNodeMap(NodeRef);

/// Defines the interfaces on the global object.
pub(super) fn register(context: &mut Context) {
    let global = context.global_object();
    expose::<Attr>(&global, context);
    expose::<NamedNodeMap>(&global, context);
}

/// The attributes of an element.
///
/// # Errors
/// An error of the engine itself.
pub(super) fn attributes(element: NodeRef, context: &mut Context) -> JsResult<JsValue> {
    Ok(indexed::create(NamedNodeMap(element), context)?.into())
}

/// The object of an attribute, with the element that has it if one does.
pub(super) fn object(
    attribute: Attribute,
    owner: Option<NodeRef>,
    context: &mut Context,
) -> JsObject {
    let attr = Attr {
        name: attribute.name,
        owner: GcRefCell::new(owner),
        value: attribute.value.into(),
    };
    wrap(attr, context).upcast()
}

impl Attr {
    fn value(&self) -> String {
        let owner = self.owner.borrow().clone();
        let element = owner.as_ref().and_then(|owner| owner.as_element());
        let value = element.and_then(|element| {
            element.with_attributes(|attributes| {
                let attribute = attributes.iter().find(|known| known.name == self.name);
                attribute.map(|attribute| attribute.value.clone())
            })
        });
        value.unwrap_or_else(|| self.value.borrow().clone())
    }
}

fn read(this: &JsValue, read: impl FnOnce(&Attr) -> JsValue) -> JsResult<JsValue> {
    Ok(read(this_object::<Attr>(this)?.borrow().data()))
}

fn get_value(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    read(this, |attr| string(attr.value()))
}

fn set_value(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let attr = this_object::<Attr>(this)?;
    let value = convert::usv_string(args.get_or_undefined(0), context)?;
    let (owner, name) = {
        let attr = attr.borrow();
        attr.data().value.replace(value.clone());
        (attr.data().owner.borrow().clone(), attr.data().name.clone())
    };
    if let Some(owner) = owner {
        element::set_attribute(&owner, name, value, context)?;
    }
    Ok(JsValue::undefined())
}

impl Interface for Attr {
    const NAME: &'static str = "Attr";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("namespaceURI", |this, _, _| {
                read(this, |attr| match &attr.name.ns {
                    namespace if namespace.is_empty() => JsValue::null(),
                    namespace => string(namespace),
                })
            })
            .getter("prefix", |this, _, _| {
                read(this, |attr| match &attr.name.prefix {
                    Some(prefix) if !prefix.is_empty() => string(prefix),
                    _ => JsValue::null(),
                })
            })
            .getter("localName", |this, _, _| {
                read(this, |attr| string(&attr.name.local))
            });
        for name in ["name", "nodeName"] {
            interface.getter(name, |this, _, _| {
                read(this, |attr| {
                    let name = attr.name.clone();
                    let attribute = Attribute {
                        name,
                        value: String::new(),
                    };
                    string(attribute.qualified_name())
                })
            });
        }
        for name in ["value", "nodeValue", "textContent"] {
            interface.attribute(name, get_value, set_value);
        }
        interface
            .getter("nodeType", |this, _, _| read(this, |_| 2.into()))
            .getter("ownerElement", |this, _, context| {
                let owner = {
                    let attr = this_object::<Self>(this)?;
                    let attr = attr.borrow();
                    attr.data().owner.borrow().clone()
                };
                Ok(value_of(owner, context))
            })
            .getter("specified", |this, _, _| read(this, |_| true.into()));
    }
}

impl NamedNodeMap {
    fn find(&self, is_it: impl Fn(&Attribute) -> bool) -> Option<Attribute> {
        let element = self.0.as_element()?;
        element.with_attributes(|attributes| attributes.iter().find(|it| is_it(it)).cloned())
    }

    fn get(&self, name: &str, context: &mut Context) -> Option<JsValue> {
        let name = match self.0.as_element() {
            Some(element) if element.name.ns == ns!(html) => name.to_ascii_lowercase(),
            _ => name.to_owned(),
        };
        let attribute = self.find(|attribute| attribute.qualified_name() == name)?;
        Some(object(attribute, Some(self.0.clone()), context).into())
    }
}

impl Indexed for NamedNodeMap {
    fn length(&self) -> usize {
        self.0
            .as_element()
            .map_or(0, |element| element.with_attributes(<[Attribute]>::len))
    }

    fn at(&self, index: usize, context: &mut Context) -> Option<JsValue> {
        let element = self.0.as_element()?;
        let attribute = element.with_attributes(|attributes| attributes.get(index).cloned())?;
        Some(object(attribute, Some(self.0.clone()), context).into())
    }

    fn named(&self, name: &JsString, context: &mut Context) -> Option<JsValue> {
        self.get(&name.to_std_string_lossy(), context)
    }
}

impl Interface for NamedNodeMap {
    const NAME: &'static str = "NamedNodeMap";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        indexed::members::<Self>(interface);
        interface
            .method("getNamedItem", 1, |this, args, context| {
                let map = this_object::<Self>(this)?;
                let name = convert::required::<Self>(args, 0, 1)?;
                let name = convert::usv_string(name, context)?;
                let attribute = map.borrow().data().get(&name, context);
                Ok(attribute.unwrap_or_else(JsValue::null))
            })
            .method("removeNamedItem", 1, |this, args, context| {
                let map = this_object::<Self>(this)?;
                let name = convert::required::<Self>(args, 0, 1)?;
                let name = convert::usv_string(name, context)?;
                let node = map.borrow().data().0.clone();
                match element::remove_attribute(&node, &name, context)? {
                    Some(attribute) => Ok(object(attribute, None, context).into()),
                    None => {
                        let message = format!("there is no attribute \"{name}\"");
                        Err(DomException::new("NotFoundError", &message).into_error(context))
                    }
                }
            });
    }
}
