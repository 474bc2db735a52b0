//! Chains of prototypes that lead through a proxy back to themselves.
//!
//! They are allowed, but whoever looks for a property in one never comes to an end: the engine follows it by native
//! recursion, without counting and without anything that could be called on the way. So no chain is closed.

use std::slice;

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    js_string,
    object::{FunctionObjectBuilder, builtins::JsProxy},
    property::PropertyDescriptor,
};

use super::define;

/// How many prototypes are asked for: a proxy can tell another one every time.
const MOST: usize = 1 << 20;

/// The engine's own functions: what is replaced, `Reflect.getPrototypeOf` and `Reflect.setPrototypeOf`.
type Engine = [JsObject; 3];

/// Puts the bound into the current realm.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let object = context.intrinsics().constructors().object();
    let (object, prototype) = (object.constructor(), object.prototype());
    let reflect = context.intrinsics().objects().reflect();
    let name = js_string!("setPrototypeOf");
    let functions = (
        object.get(name.clone(), context)?.as_callable(),
        reflect
            .get(js_string!("getPrototypeOf"), context)?
            .as_callable(),
        reflect.get(name.clone(), context)?.as_callable(),
    );
    let (Some(of_object), Some(get), Some(set)) = functions else {
        return Ok(());
    };
    let engine = |function: &JsObject| [function.clone(), get.clone(), set.clone()];
    let of_object = NativeFunction::from_copy_closure_with_captures(
        |this: &JsValue, args: &[JsValue], engine: &Engine, context: &mut Context| {
            let result = set_prototype(this, args, args.first(), args.get(1), engine, context)?;
            result.ok_or_else(cyclic)
        },
        engine(&of_object),
    );
    define(&object, name.clone(), 2, of_object, context)?;
    let of_reflect = NativeFunction::from_copy_closure_with_captures(
        |this: &JsValue, args: &[JsValue], engine: &Engine, context: &mut Context| {
            let result = set_prototype(this, args, args.first(), args.get(1), engine, context)?;
            Ok(result.unwrap_or_else(|| false.into()))
        },
        engine(&set),
    );
    define(&reflect, name, 2, of_reflect, context)?;
    let key = js_string!("__proto__");
    let property = prototype.borrow().properties().get(&key.clone().into());
    let accessor = property.and_then(|property| {
        let setter = property.set()?.as_callable()?;
        Some((property.get()?.clone(), setter))
    });
    match accessor {
        Some((getter, setter)) => replace_setter(&prototype, key, getter, engine(&setter), context),
        None => Ok(()),
    }
}

fn replace_setter(
    prototype: &JsObject,
    key: JsString,
    getter: JsValue,
    engine: Engine,
    context: &mut Context,
) -> JsResult<()> {
    let setter = NativeFunction::from_copy_closure_with_captures(
        |this: &JsValue, args: &[JsValue], engine: &Engine, context: &mut Context| {
            let result = set_prototype(this, args, Some(this), args.first(), engine, context)?;
            result.ok_or_else(cyclic)
        },
        engine,
    );
    let setter = FunctionObjectBuilder::new(context.realm(), setter)
        .name(js_string!("set __proto__"))
        .length(1)
        .constructor(false)
        .build();
    let property = PropertyDescriptor::builder()
        .get(getter)
        .set(setter)
        .enumerable(false)
        .configurable(true);
    prototype.define_property_or_throw(key, property, context)?;
    Ok(())
}

fn cyclic() -> JsError {
    JsNativeError::typ()
        .with_message("Cyclic __proto__ value")
        .into()
}

/// Calls the engine's function that makes `prototype` the prototype of `object`, and takes that back if the chain has no end
/// then: `None`.
fn set_prototype(
    this: &JsValue,
    args: &[JsValue],
    object: Option<&JsValue>,
    prototype: Option<&JsValue>,
    [engine, get, set]: &Engine,
    context: &mut Context,
) -> JsResult<Option<JsValue>> {
    let prototype = prototype.and_then(JsValue::as_object);
    let (Some(object), Some(prototype)) = (object.filter(|object| object.is_object()), prototype)
    else {
        return engine.call(this, args, context).map(Some);
    };
    // The engine finds cycles without proxies by itself.
    if !leads_to_a_proxy(prototype) {
        return engine.call(this, args, context).map(Some);
    }
    let undefined = JsValue::undefined();
    let former = get.call(&undefined, slice::from_ref(object), context)?;
    let result = engine.call(this, args, context)?;
    if has_an_end(object, get, context)? {
        return Ok(Some(result));
    }
    set.call(&undefined, &[object.clone(), former], context)?;
    Ok(None)
}

fn is_proxy(object: &JsObject) -> bool {
    JsProxy::from_object(object.clone()).is_ok()
}

fn leads_to_a_proxy(object: JsObject) -> bool {
    let mut next = Some(object);
    while let Some(object) = next {
        if is_proxy(&object) {
            return true;
        }
        next = object.prototype();
    }
    false
}

/// Whether the chain of prototypes comes to an end, proxies telling theirs.
fn has_an_end(object: &JsValue, get: &JsObject, context: &mut Context) -> JsResult<bool> {
    // One step of the slow one for two of the fast one: they meet in a circle.
    let mut slow = object.clone();
    let mut fast = object.clone();
    for step in 1..MOST {
        fast = get.call(&JsValue::undefined(), &[fast], context)?;
        if fast.is_null() {
            break;
        }
        if step.is_multiple_of(2) {
            slow = get.call(&JsValue::undefined(), &[slow], context)?;
        }
        if fast == slow {
            return Ok(false);
        }
    }
    Ok(true)
}
