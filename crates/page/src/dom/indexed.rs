//! Objects with indexed and named properties.
//!
//! The engine knows properties that an object makes up for proxies only. So each of these objects has a proxy of its
//! own as its prototype, whose prototype is that of the interface: what is not found on the object, which is every
//! property, the proxy is asked for.

use boa_engine::{
    Context, JsArgs, JsData, JsObject, JsResult, JsString, JsSymbol, JsValue, js_string,
    object::builtins::JsProxy,
    property::{PropertyDescriptor, PropertyKey},
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, convert, register, this_object};

/// An interface whose objects have indexed properties, and maybe named ones.
pub(super) trait Indexed: Interface {
    /// How many indexed properties there are.
    fn length(&self) -> usize;

    /// The value of an indexed property.
    fn at(&self, index: usize, context: &mut Context) -> Option<JsValue>;

    /// The value of a named property.
    fn named(&self, _: &JsString, _: &mut Context) -> Option<JsValue> {
        None
    }
}

/// What a proxy finds the object by that it is the prototype of.
#[derive(Trace, Finalize, JsData)]
struct Target(JsObject);

/// A new object of the interface.
///
/// # Errors
/// An error of the engine itself.
pub(super) fn create<T: Indexed>(value: T, context: &mut Context) -> JsResult<JsObject> {
    let prototype = register::<T>(context).prototype();
    let object = JsObject::new(context.root_shape(), prototype.clone(), value).upcast();
    let target = Target(object.clone());
    let target = JsObject::new(context.root_shape(), prototype, target).upcast();
    let proxy = JsProxy::builder(target)
        .get(get::<T>)
        .has(has::<T>)
        .build(context)?;
    object.set_prototype(Some(proxy.into()));
    Ok(object)
}

/// Adds what all such interfaces have: `length`, `item`, and being iterable by index.
pub(super) fn members<T: Indexed>(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("length", |this, _, _| {
            Ok(this_object::<T>(this)?.borrow().data().length().into())
        })
        .method("item", 1, |this, args, context| {
            let object = this_object::<T>(this)?;
            let index = convert::required::<T>(args, 0, 1)?;
            let index = convert::unsigned_long(index, context)? as usize;
            let value = object.borrow().data().at(index, context);
            Ok(value.unwrap_or_else(JsValue::null))
        });
    array_method(interface, "values", Some(JsSymbol::iterator()));
}

/// Adds what interfaces have that are declared `iterable`.
///
/// <https://webidl.spec.whatwg.org/#define-the-iteration-methods>
pub(super) fn iterable(interface: &mut InterfaceBuilder<'_>) {
    for name in ["entries", "forEach", "keys", "values"] {
        array_method(interface, name, None);
    }
}

/// Has an interface use a method of arrays, which works for all that has a length.
fn array_method(
    interface: &mut InterfaceBuilder<'_>,
    name: &'static str,
    symbol: Option<JsSymbol>,
) {
    let array = interface.context().intrinsics().constructors().array();
    let method = array
        .prototype()
        .borrow()
        .properties()
        .get(&PropertyKey::from(js_string!(name)))
        .and_then(|property| property.value().cloned())
        .unwrap_or_default();
    let descriptor = PropertyDescriptor::builder()
        .value(method)
        .writable(true)
        .enumerable(symbol.is_none())
        .configurable(true);
    let prototype = interface.prototype();
    match symbol {
        Some(symbol) => prototype.insert_property(symbol, descriptor),
        None => prototype.insert_property(js_string!(name), descriptor),
    };
}

/// The array index that a property key is.
pub(super) fn index_of(key: &JsString) -> Option<usize> {
    let text = key.to_std_string().ok()?;
    let is_canonical = text == "0" || !text.starts_with(['0', '+']);
    let index = is_canonical.then(|| text.parse::<u32>().ok()).flatten();
    index
        .filter(|index| *index != u32::MAX)
        .map(|index| index as usize)
}

/// What an index or name stands for in the object that a proxy belongs to.
fn supported<T: Indexed>(
    target: &JsValue,
    key: &JsValue,
    context: &mut Context,
) -> Option<JsValue> {
    let target = target.as_object()?;
    let object = target.downcast_ref::<Target>()?.0.clone();
    let key = key.as_string()?;
    let object = object.downcast_ref::<T>()?;
    if let Some(index) = index_of(&key) {
        return object.at(index, context);
    }
    let is_member = target
        .prototype()
        .is_some_and(|prototype| finds(&prototype, &PropertyKey::from(key.clone())));
    (!is_member).then(|| object.named(&key, context)).flatten()
}

/// Whether an object or one of its prototypes, none of which is a proxy, has a property.
fn finds(object: &JsObject, key: &PropertyKey) -> bool {
    let has = object.borrow().properties().get(key).is_some();
    has || object
        .prototype()
        .is_some_and(|prototype| finds(&prototype, key))
}

fn get<T: Indexed>(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let target = args.get_or_undefined(0);
    let key = args.get_or_undefined(1);
    match supported::<T>(target, key, context) {
        Some(value) => Ok(value),
        None => get_inherited(target, key, args.get_or_undefined(2), context),
    }
}

fn has<T: Indexed>(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let target = args.get_or_undefined(0);
    let key = args.get_or_undefined(1);
    if supported::<T>(target, key, context).is_some() {
        return Ok(true.into());
    }
    has_inherited(target, key, context)
}

fn property_key(key: &JsValue) -> Option<PropertyKey> {
    match key.as_symbol() {
        Some(symbol) => Some(symbol.into()),
        None => key.as_string().map(PropertyKey::from),
    }
}

/// Whether the target of a proxy has a property: what a trap `has` gives that knows nothing of it.
///
/// # Errors
/// Whatever asking the prototypes throws.
pub(crate) fn has_inherited(
    target: &JsValue,
    key: &JsValue,
    context: &mut Context,
) -> JsResult<JsValue> {
    let has = match (target.as_object(), property_key(key)) {
        (Some(target), Some(key)) => target.has_property(key, context)?,
        _ => false,
    };
    Ok(has.into())
}

/// The property of the target of a proxy or its prototypes, for the receiver of a trap `get` that knows nothing of it.
///
/// # Errors
/// Whatever a getter throws.
pub(crate) fn get_inherited(
    target: &JsValue,
    key: &JsValue,
    receiver: &JsValue,
    context: &mut Context,
) -> JsResult<JsValue> {
    let Some(key) = property_key(key) else {
        return Ok(JsValue::undefined());
    };
    let mut next = target.as_object();
    while let Some(object) = next {
        let property = object.borrow().properties().get(&key);
        if let Some(property) = property {
            let getter = property.get().and_then(JsValue::as_callable);
            return match (property.value(), getter) {
                (Some(value), _) => Ok(value.clone()),
                (None, Some(getter)) => getter.call(receiver, &[], context),
                (None, None) => Ok(JsValue::undefined()),
            };
        }
        next = object.prototype();
    }
    Ok(JsValue::undefined())
}
