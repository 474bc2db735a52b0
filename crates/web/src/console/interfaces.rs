//! Interfaces whose objects have nothing of their own to show: attributes are accessors of the
//! prototype, and entries are behind a method.
//!
//! The native functions are kept when the interface is announced, before any script runs, so
//! that showing an object calls these and nothing that a script has put in their place.

use boa_engine::{
    Context, JsArgs, JsObject, JsResult, JsValue, NativeFunction, js_string,
    object::{FunctionObjectBuilder, builtins::JsArray},
    property::PropertyKey,
};

use super::inspect::own;

/// An interface that was announced.
#[derive(Clone)]
struct Interface {
    prototype: JsObject,
    attributes: Vec<(PropertyKey, JsObject)>,
    for_each: Option<JsObject>,
}

/// The interfaces of one environment.
#[derive(Clone, Default)]
struct Interfaces(Vec<Interface>);

/// Has `console` show the attributes and entries of the objects of an interface, which is a
/// property of the global object. To be called before any script runs; what is no interface is
/// left alone.
///
/// # Errors
///
/// Fails when the global object does.
pub fn show_interface(name: &str, context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    let constructor = global.get(js_string!(name), context)?;
    let Some(prototype) = constructor
        .as_object()
        .and_then(|constructor| own(&constructor, &js_string!("prototype").into()))
        .and_then(|property| property.value().and_then(JsValue::as_object))
    else {
        return Ok(());
    };
    let keys = prototype.own_property_keys(context)?;
    let attributes = keys.into_iter().filter_map(|key| {
        let getter = own(&prototype, &key)?.get()?.as_callable()?;
        Some((key, getter))
    });
    let attributes = attributes.collect();
    let for_each = own(&prototype, &js_string!("forEach").into())
        .and_then(|property| property.value().and_then(JsValue::as_callable));
    let mut interfaces = known(context);
    interfaces.0.push(Interface {
        prototype,
        attributes,
        for_each,
    });
    context.insert_data(interfaces);
    Ok(())
}

fn known(context: &Context) -> Interfaces {
    context
        .get_data::<Interfaces>()
        .cloned()
        .unwrap_or_default()
}

/// The attributes and entries of an object, if its interface was announced.
pub(super) fn members(object: &JsObject, context: &mut Context) -> Vec<(PropertyKey, JsValue)> {
    let Some(interface) = interface_of(object, context) else {
        return Vec::new();
    };
    let this = JsValue::from(object.clone());
    let mut members = Vec::new();
    for (key, getter) in interface.attributes {
        // Throws for what only inherits from the prototype.
        if let Ok(value) = getter.call(&this, &[], context) {
            members.push((key, value));
        }
    }
    if let Some(for_each) = interface.for_each {
        members.extend(entries(&this, &for_each, context).unwrap_or_default());
    }
    members
}

fn interface_of(object: &JsObject, context: &Context) -> Option<Interface> {
    let interfaces = context.get_data::<Interfaces>()?;
    let prototypes = std::iter::successors(object.prototype(), JsObject::prototype);
    let mut found = prototypes.filter_map(|prototype| {
        let mut interfaces = interfaces.0.iter();
        interfaces.find(|interface| interface.prototype == prototype)
    });
    found.next().cloned()
}

/// <https://webidl.spec.whatwg.org/#es-forEach>
fn entries(
    this: &JsValue,
    for_each: &JsObject,
    context: &mut Context,
) -> JsResult<Vec<(PropertyKey, JsValue)>> {
    let list = JsArray::new(context)?;
    let collect = NativeFunction::from_copy_closure_with_captures(
        |_, args, list: &JsArray, context| {
            let length = list.length(context)?;
            // Defined, not set: a script may have given the prototype a setter.
            for (index, value) in [args.get_or_undefined(1), args.get_or_undefined(0)]
                .into_iter()
                .enumerate()
            {
                let index = length + index as u64;
                list.create_data_property_or_throw(index, value.clone(), context)?;
            }
            Ok(JsValue::undefined())
        },
        list.clone(),
    );
    let collect = FunctionObjectBuilder::new(context.realm(), collect).build();
    for_each.call(this, &[collect.into()], context)?;
    let mut entries = Vec::new();
    let mut index = 0_u64;
    let value = |index: u64| own(&list, &PropertyKey::from(index))?.value().cloned();
    while let (Some(key), Some(entry)) = (value(index), value(index + 1)) {
        entries.push((key.to_property_key(context)?, entry));
        index += 2;
    }
    Ok(entries)
}
