//! Defining operations and attributes on the global object with the attributes WebIDL gives them.
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
        check_global_this(this, name, context)?;
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

/// Defines a read-only attribute on the global object, whose value is made when it is first asked for.
pub(crate) fn global_attribute(
    name: &'static str,
    get: fn(&mut Context) -> JsResult<JsValue>,
    context: &mut Context,
) {
    define_attribute(name, get, None, context);
}

/// The same for a `[Replaceable]` attribute: assigning to it makes it a property with that value.
///
/// <https://webidl.spec.whatwg.org/#Replaceable>
pub(crate) fn replaceable_global_attribute(
    name: &'static str,
    get: fn(&mut Context) -> JsResult<JsValue>,
    context: &mut Context,
) {
    let set = NativeFunction::from_copy_closure(move |this, args, context| {
        check_global_this(this, name, context)?;
        let value = args.first().cloned().unwrap_or_default();
        context.global_object().create_data_property_or_throw(
            JsString::from(name),
            value,
            context,
        )?;
        Ok(JsValue::undefined())
    });
    define_attribute(name, get, Some(set), context);
}

fn define_attribute(
    name: &'static str,
    get: fn(&mut Context) -> JsResult<JsValue>,
    set: Option<NativeFunction>,
    context: &mut Context,
) {
    let get = NativeFunction::from_copy_closure(move |this, _, context| {
        check_global_this(this, name, context)?;
        get(context)
    });
    let realm = context.realm();
    let accessor = |prefix: &str, length, native| {
        FunctionObjectBuilder::new(realm, native)
            .name(JsString::from(format!("{prefix} {name}")))
            .length(length)
            .constructor(false)
            .build()
    };
    let descriptor = PropertyDescriptor::builder()
        .get(accessor("get", 0, get))
        .maybe_set(set.map(|set| accessor("set", 1, set)))
        .enumerable(true)
        .configurable(true);
    context
        .global_object()
        .insert_property(JsString::from(name), descriptor);
}

fn check_global_this(this: &JsValue, name: &str, context: &Context) -> JsResult<()> {
    if is_global_this(this, context) {
        return Ok(());
    }
    Err(JsNativeError::typ()
        .with_message(format!(
            "Illegal invocation: {name} was not called on the global object"
        ))
        .into())
}
