//! Defining operations on the global object with the attributes WebIDL gives them.
//!
//! Spec: <https://webidl.spec.whatwg.org/#define-the-operations>

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue, native_function::NativeFunction,
    object::FunctionObjectBuilder, property::PropertyDescriptor,
};

/// The signature of a native function without captures.
pub(crate) type Native = fn(&JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>;

/// Defines a regular operation on `target`: writable, enumerable, configurable, and not a
/// constructor.
pub(crate) fn operation(
    target: &JsObject,
    name: &str,
    length: usize,
    native: Native,
    context: &mut Context,
) -> JsResult<()> {
    let name = JsString::from(name);
    let function = FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(native))
        .name(name.clone())
        .length(length)
        .constructor(false)
        .build();
    target.define_property_or_throw(
        name,
        PropertyDescriptor::builder()
            .value(function)
            .writable(true)
            .enumerable(true)
            .configurable(true),
        context,
    )?;
    Ok(())
}

/// Defines a regular operation on the global object.
pub(crate) fn global_operation(
    name: &str,
    length: usize,
    native: Native,
    context: &mut Context,
) -> JsResult<()> {
    operation(&context.global_object(), name, length, native, context)
}
