//! Defining operations on the global object with the attributes WebIDL gives them.
//!
//! Spec: <https://webidl.spec.whatwg.org/#define-the-operations>

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue, native_function::NativeFunction,
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
    let native = NativeFunction::from_fn_ptr(native);
    define(target, name, length, native, context)
}

/// Defines a regular operation on the global object. It may be called on that or on nothing.
pub(crate) fn global_operation(
    name: &'static str,
    length: usize,
    native: Native,
    context: &mut Context,
) -> JsResult<()> {
    let checked = NativeFunction::from_copy_closure(move |this, args, context| {
        if !is_global_this(this, context) {
            return Err(JsNativeError::typ()
                .with_message(format!(
                    "Illegal invocation: {name} was not called on the global object"
                ))
                .into());
        }
        native(this, args, context)
    });
    define(&context.global_object(), name, length, checked, context)
}

/// Whether an operation or attribute of the global object may be called on `this`: on the global
/// object, and on `undefined` and `null`, which stand for it.
///
/// <https://webidl.spec.whatwg.org/#dfn-create-operation-function>
pub(crate) fn is_global_this(this: &JsValue, context: &Context) -> bool {
    match this.as_object() {
        Some(this) => this == context.global_object(),
        None => this.is_null_or_undefined(),
    }
}

fn define(
    target: &JsObject,
    name: &str,
    length: usize,
    native: NativeFunction,
    context: &mut Context,
) -> JsResult<()> {
    let name = JsString::from(name);
    let function = FunctionObjectBuilder::new(context.realm(), native)
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
