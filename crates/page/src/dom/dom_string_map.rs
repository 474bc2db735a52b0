//! The `DOMStringMap` interface: `dataset`.
//!
//! All of its properties are made up, so its objects are proxies; it has no members that would have to know them.

use boa_engine::{
    Context, JsArgs, JsData, JsObject, JsResult, JsString, JsValue, js_string,
    object::builtins::JsProxy,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{DomException, Interface, InterfaceBuilder, convert, register};

use super::{
    element,
    indexed::{get_inherited, has_inherited},
    node_object::string,
};
use crate::tree::{NodeRef, attribute_name};

/// <https://html.spec.whatwg.org/multipage/dom.html#domstringmap>
#[derive(Trace, Finalize, JsData)]
pub(super) struct DomStringMap(NodeRef);

impl Interface for DomStringMap {
    const NAME: &'static str = "DOMStringMap";

    fn members(_: &mut InterfaceBuilder<'_>) {}
}

impl DomStringMap {
    /// The object of the `data-` attributes of an element.
    ///
    /// # Errors
    /// An error of the engine itself.
    pub(super) fn create(element: NodeRef, context: &mut Context) -> JsResult<JsValue> {
        let prototype = register::<Self>(context).prototype();
        let target = JsObject::new(context.root_shape(), prototype, Self(element)).upcast();
        let proxy = JsProxy::builder(target)
            .get(get)
            .has(has)
            .set(set)
            .delete_property(delete_property)
            .own_keys(own_keys)
            .get_own_property_descriptor(get_own_property_descriptor)
            .build(context)?;
        Ok(JsObject::from(proxy).into())
    }
}

/// The name of the attribute for a name in script: an upper-case letter is a hyphen and a lower-case one there.
fn attribute_of(name: &str) -> String {
    let mut attribute = "data-".to_owned();
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            attribute.push('-');
        }
        attribute.push(character.to_ascii_lowercase());
    }
    attribute
}

/// The name in script for an attribute; none if it has none.
fn name_of(attribute: &str) -> Option<String> {
    let rest = attribute.strip_prefix("data-")?;
    if rest.contains(|character: char| character.is_ascii_uppercase()) {
        return None;
    }
    let mut name = String::with_capacity(rest.len());
    let mut characters = rest.chars().peekable();
    while let Some(character) = characters.next() {
        match characters.next_if(|next| character == '-' && next.is_ascii_lowercase()) {
            Some(next) => name.push(next.to_ascii_uppercase()),
            None => name.push(character),
        }
    }
    Some(name)
}

/// The element and the name that a trap is about; none if the key is a symbol.
fn named(args: &[JsValue]) -> Option<(NodeRef, String)> {
    let target = args.get_or_undefined(0).as_object()?;
    let node = target.downcast_ref::<DomStringMap>()?.0.clone();
    let key = args.get_or_undefined(1).as_string()?;
    Some((node, key.to_std_string_lossy()))
}

fn value(args: &[JsValue]) -> Option<String> {
    let (node, name) = named(args)?;
    let attribute = attribute_of(&name);
    // A name with a hyphen before a letter is that of no attribute.
    let is_name = name_of(&attribute).as_deref() == Some(&name);
    let element = node.as_element().filter(|_| is_name)?;
    element.attribute(&attribute)
}

fn get(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    match value(args) {
        Some(value) => Ok(string(value)),
        None => get_inherited(
            args.get_or_undefined(0),
            args.get_or_undefined(1),
            args.get_or_undefined(2),
            context,
        ),
    }
}

fn has(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    match value(args) {
        Some(_) => Ok(true.into()),
        None => has_inherited(args.get_or_undefined(0), args.get_or_undefined(1), context),
    }
}

/// <https://html.spec.whatwg.org/multipage/dom.html#dom-domstringmap-setitem>
fn set(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some((node, name)) = named(args) else {
        return Ok(false.into());
    };
    let value = convert::usv_string(args.get_or_undefined(2), context)?;
    let attribute = attribute_of(&name);
    if name_of(&attribute).as_deref() != Some(&name) {
        let message = format!("\"{name}\" has a hyphen before a lower-case letter");
        return Err(DomException::new("SyntaxError", &message).into_error(context));
    }
    element::set_attribute(&node, attribute_name(&attribute), value, context)?;
    Ok(true.into())
}

fn delete_property(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if let Some((node, name)) = named(args) {
        element::remove_attribute(&node, &attribute_of(&name), context)?;
    }
    Ok(true.into())
}

fn own_keys(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let target = args.get_or_undefined(0).as_object();
    let node = target.and_then(|target| Some(target.downcast_ref::<DomStringMap>()?.0.clone()));
    let attributes = node
        .as_ref()
        .and_then(|node| node.as_element())
        .map(|element| element.attributes())
        .unwrap_or_default();
    let names = attributes
        .iter()
        .filter(|attribute| attribute.name.ns.is_empty())
        .filter_map(|attribute| name_of(&attribute.name.local))
        .map(string);
    Ok(convert::array(names, context).into())
}

fn get_own_property_descriptor(
    _: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let Some(value) = value(args) else {
        return Ok(JsValue::undefined());
    };
    let descriptor = JsObject::with_object_proto(context.intrinsics());
    let members: [(JsString, JsValue); 4] = [
        (js_string!("value"), string(value)),
        (js_string!("writable"), true.into()),
        (js_string!("enumerable"), true.into()),
        (js_string!("configurable"), true.into()),
    ];
    for (name, value) in members {
        descriptor.create_data_property_or_throw(name, value, context)?;
    }
    Ok(descriptor.into())
}
