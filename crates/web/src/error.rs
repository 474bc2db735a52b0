//! `Error.isError`, which the engine counts among its experiments.
//!
//! Spec: <https://tc39.es/ecma262/#sec-error.iserror>

use boa_engine::{
    Context, JsArgs, JsResult, JsValue, NativeFunction, builtins::error::Error, js_string,
    object::FunctionObjectBuilder, property::PropertyDescriptor,
};
use taipan_webidl::{DomException, is};

/// Defines `Error.isError`, unless the engine has it.
///
/// # Errors
///
/// Fails when `Error` refuses the property.
pub(crate) fn register(context: &mut Context) -> JsResult<()> {
    let error = context.intrinsics().constructors().error().constructor();
    let name = js_string!("isError");
    if error.has_own_property(name.clone(), context)? {
        return Ok(());
    }
    let function =
        FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(is_error))
            .name(name.clone())
            .length(1)
            .constructor(false)
            .build();
    error.insert_property(
        name,
        PropertyDescriptor::builder()
            .value(function)
            .writable(true)
            .enumerable(false)
            .configurable(true),
    );
    Ok(())
}

/// `DOMException` objects are errors to the language, too:
/// <https://webidl.spec.whatwg.org/#js-DOMException-specialness>.
fn is_error(_: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let value = args.get_or_undefined(0);
    let native = value.as_object().is_some_and(|object| object.is::<Error>());
    Ok((native || is::<DomException>(value)).into())
}
