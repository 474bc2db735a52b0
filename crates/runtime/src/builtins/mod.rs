//! Built-in functions of the engine that do what they do in another way, and those that it lacks.
//!
//! Of the former the function objects stay the engine's, with all their properties and where it knows them by; only what
//! they do when they are called is exchanged.

mod array_buffer_transfer;
mod array_from_async;
mod capture_stack_trace;
mod indirect_eval;
mod uint8_array_from;
mod uint8_array_text;

use std::mem;

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string,
    native_function::NativeFunctionObject, object::FunctionObjectBuilder,
};
use boa_gc::Trace;

use crate::guards;

/// Puts all of them into the current realm.
pub(crate) fn register(context: &mut Context) -> JsResult<()> {
    indirect_eval::register(context)?;
    uint8_array_from::register(context)?;
    uint8_array_text::register(context)?;
    array_from_async::register(context)?;
    array_buffer_transfer::register(context)?;
    capture_stack_trace::register(context)
}

/// Defines a method that the engine lacks.
fn method(
    object: &JsObject,
    name: JsString,
    length: usize,
    function: fn(&JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>,
    context: &mut Context,
) -> JsResult<()> {
    let function = NativeFunction::from_fn_ptr(function);
    guards::define(object, name, length, function, context)
}

/// What is called instead: with `this`, the arguments, and what was captured.
type Call<T> = fn(&JsValue, &[JsValue], &T, &mut Context) -> JsResult<JsValue>;

/// Has `function`, which is no constructor, call `call` from now on. `captures` makes what it captures of a function that
/// does what `function` has done.
fn replace<T: Trace + 'static>(
    function: &JsObject,
    captures: impl FnOnce(JsObject) -> T,
    call: Call<T>,
    context: &mut Context,
) {
    let make = |native, context: &mut Context| -> JsObject {
        FunctionObjectBuilder::new(context.realm(), native)
            .name(js_string!())
            .build()
            .into()
    };
    let nothing = NativeFunction::from_fn_ptr(|_, _, _| Ok(JsValue::undefined()));
    let original = make(nothing, context);
    let captures = captures(original.clone());
    let native = NativeFunction::from_copy_closure_with_captures(
        move |this: &JsValue, args: &[JsValue], captures: &T, context: &mut Context| {
            call(this, args, captures, context)
        },
        captures,
    );
    let replacement = make(native, context);
    exchange(function, &original);
    exchange(function, &replacement);
}

/// Exchanges what two functions do.
fn exchange(a: &JsObject, b: &JsObject) {
    let a = a.downcast_mut::<NativeFunctionObject>();
    let b = b.downcast_mut::<NativeFunctionObject>();
    if let (Some(mut a), Some(mut b)) = (a, b) {
        mem::swap(&mut *a, &mut *b);
    }
}
