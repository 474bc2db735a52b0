//! `Array.fromAsync`, which the engine lacks.
//!
//! Spec: <https://tc39.es/proposal-array-from-async/>
//!
//! It waits as an asynchronous function does, so it is one: compiled when it is first called. What that does with objects
//! is native, so nothing that a script has changed is in its way.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsSymbol, JsValue, NativeFunction, Source,
    js_string, object::FunctionObjectBuilder, property::PropertyKey,
};
use boa_gc::{Finalize, Trace};

use super::method;

/// The function, once it was called.
#[derive(Trace, Finalize, boa_engine::JsData)]
struct Compiled(JsObject);

/// `begin` gives what is iterated, or copied; the rest are the operations of the specification by these names.
const SOURCE: &str = "((begin, create, finish, call) => async (type, items, map, thisArg) => {
    const { target, iterable, source, length } = begin(type, items, map);
    let index = 0;
    if (iterable !== undefined) {
        for await (let value of iterable) {
            if (map !== undefined) value = await call(map, thisArg, value, index);
            create(target, index++, value);
        }
    } else {
        for (; index < length; index++) {
            let value = await source[index];
            if (map !== undefined) value = await call(map, thisArg, value, index);
            create(target, index, value);
        }
    }
    finish(target, index);
    return target;
})";

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let array = context.intrinsics().constructors().array().constructor();
    method(&array, js_string!("fromAsync"), 1, from_async, context)
}

/// <https://tc39.es/proposal-array-from-async/#sec-array.fromAsync>
fn from_async(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let realm = context.realm().clone();
    let known = (realm.host_defined().get::<Compiled>()).map(|compiled| compiled.0.clone());
    let function = match known {
        Some(function) => function,
        None => {
            let function = compile(context)?;
            realm.host_defined_mut().insert(Compiled(function.clone()));
            function
        }
    };
    let argument = |index| args.get(index).cloned().unwrap_or_default();
    let args = [this.clone(), argument(0), argument(1), argument(2)];
    function.call(&JsValue::undefined(), &args, context)
}

fn compile(context: &mut Context) -> JsResult<JsObject> {
    let missing = || JsNativeError::typ().with_message("Array.fromAsync cannot be compiled");
    let make = context.eval(Source::from_bytes(SOURCE))?;
    let make = make.as_callable().ok_or_else(missing)?;
    let operations = [
        NativeFunction::from_fn_ptr(begin),
        NativeFunction::from_fn_ptr(create),
        NativeFunction::from_fn_ptr(finish),
        NativeFunction::from_fn_ptr(call),
    ];
    let operations = operations.map(|native| {
        let function = FunctionObjectBuilder::new(context.realm(), native).build();
        JsValue::from(function)
    });
    let function = make.call(&JsValue::undefined(), &operations, context)?;
    Ok(function.as_callable().ok_or_else(missing)?)
}

fn argument(args: &[JsValue], index: usize) -> JsValue {
    args.get(index).cloned().unwrap_or_default()
}

fn object(value: &JsValue) -> JsResult<JsObject> {
    value.as_object().ok_or_else(|| {
        JsNativeError::typ()
            .with_message("Array.fromAsync: not an object")
            .into()
    })
}

/// <https://tc39.es/ecma262/#sec-getmethod>
fn get_method(value: &JsValue, key: JsSymbol, context: &mut Context) -> JsResult<Option<JsObject>> {
    if value.is_null_or_undefined() {
        return Err(JsNativeError::typ()
            .with_message("Array.fromAsync: neither an iterable nor like an array")
            .into());
    }
    let function = value.to_object(context)?.get(key, context)?;
    if function.is_null_or_undefined() {
        return Ok(None);
    }
    match function.as_callable() {
        Some(function) => Ok(Some(function)),
        None => Err(JsNativeError::typ()
            .with_message("Array.fromAsync: the iterator's method is not a function")
            .into()),
    }
}

/// Makes the array, and finds out what its elements come from: an iterator, or the properties of an object.
fn begin(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let [kind, items, map] = [0, 1, 2].map(|index| argument(args, index));
    if !map.is_undefined() && map.as_callable().is_none() {
        return Err(JsNativeError::typ()
            .with_message("Array.fromAsync: the mapping function is not a function")
            .into());
    }
    let result = JsObject::with_null_proto();
    let mut found = None;
    for key in [JsSymbol::async_iterator(), JsSymbol::iterator()] {
        if let Some(method) = get_method(&items, key.clone(), context)? {
            found = Some((key, method));
            break;
        }
    }
    let kind = kind.as_object().filter(JsObject::is_constructor);
    let construct = |args: &[JsValue], context: &mut Context| {
        let array = context.intrinsics().constructors().array().constructor();
        kind.as_ref()
            .unwrap_or(&array)
            .construct(args, None, context)
    };
    let set = |name, value: JsValue, context: &mut Context| {
        result.create_data_property_or_throw(name, value, context)
    };
    if let Some((key, method)) = found {
        let iterator = method.call(&items, &[], context)?;
        if !iterator.is_object() {
            return Err(JsNativeError::typ()
                .with_message("Array.fromAsync: the iterator is not an object")
                .into());
        }
        let iterable = iterable(key.into(), iterator, context)?;
        set(js_string!("iterable"), iterable.into(), context)?;
        let target = construct(&[], context)?;
        set(js_string!("target"), target.into(), context)?;
    } else {
        let source = items.to_object(context)?;
        let length = source.get(js_string!("length"), context)?;
        let length = JsValue::from(length.to_length(context)?);
        set(js_string!("source"), source.into(), context)?;
        set(js_string!("length"), length.clone(), context)?;
        let target = construct(&[length], context)?;
        set(js_string!("target"), target.into(), context)?;
    }
    Ok(result.into())
}

/// An object whose iterator by `key` is `iterator`.
fn iterable(key: PropertyKey, iterator: JsValue, context: &mut Context) -> JsResult<JsObject> {
    let native = NativeFunction::from_copy_closure_with_captures(
        |_, _, iterator: &JsValue, _| Ok(iterator.clone()),
        iterator,
    );
    let method = FunctionObjectBuilder::new(context.realm(), native).build();
    let iterable = JsObject::with_null_proto();
    iterable.create_data_property_or_throw(key, method, context)?;
    Ok(iterable)
}

/// <https://tc39.es/ecma262/#sec-createdatapropertyorthrow>
fn create(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let key = argument(args, 1).to_property_key(context)?;
    object(&argument(args, 0))?.create_data_property_or_throw(key, argument(args, 2), context)?;
    Ok(JsValue::undefined())
}

/// Sets the length.
fn finish(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    object(&argument(args, 0))?.set(js_string!("length"), argument(args, 1), true, context)?;
    Ok(JsValue::undefined())
}

fn call(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function = object(&argument(args, 0))?;
    function.call(
        &argument(args, 1),
        args.get(2..).unwrap_or_default(),
        context,
    )
}
