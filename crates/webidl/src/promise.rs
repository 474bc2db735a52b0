//! Promises: <https://webidl.spec.whatwg.org/#js-promise>.

use boa_engine::{
    Context, JsError, JsResult, JsValue, NativeFunction,
    builtins::promise::ResolvingFunctions,
    native_function::NativeFunctionPointer,
    object::{FunctionObjectBuilder, builtins::JsPromise},
};

/// A native function for an operation that returns a promise: what `f` throws becomes a promise
/// rejected with it, as Web IDL asks for.
#[must_use]
pub fn returning(f: NativeFunctionPointer) -> NativeFunction {
    NativeFunction::from_copy_closure(move |this, args, context| match f(this, args, context) {
        Ok(promise) => Ok(promise),
        Err(error) => Ok(rejected(error, context)?.into()),
    })
}

/// A promise rejected with `error`.
///
/// # Errors
/// An error of the engine itself (a limit, a panic) has no JavaScript value and is passed on.
pub fn rejected(error: JsError, context: &mut Context) -> JsResult<JsPromise> {
    let (promise, functions) = JsPromise::new_pending(context);
    reject(&functions, error, context)?;
    Ok(promise)
}

/// A promise resolved with `value`: if that is itself a promise or thenable, the new one follows it.
///
/// # Errors
/// An error of the engine itself.
pub fn resolved(value: impl Into<JsValue>, context: &mut Context) -> JsResult<JsPromise> {
    let (promise, functions) = JsPromise::new_pending(context);
    resolve(&functions, value, context)?;
    Ok(promise)
}

/// Resolves the promise that `functions` belong to.
///
/// # Errors
/// An error of the engine itself.
pub fn resolve(
    functions: &ResolvingFunctions,
    value: impl Into<JsValue>,
    context: &mut Context,
) -> JsResult<()> {
    functions
        .resolve
        .call(&JsValue::undefined(), &[value.into()], context)?;
    Ok(())
}

/// Rejects the promise that `functions` belong to.
///
/// # Errors
/// An error of the engine itself.
pub fn reject(
    functions: &ResolvingFunctions,
    error: JsError,
    context: &mut Context,
) -> JsResult<()> {
    let reason = error.into_opaque(context)?;
    functions
        .reject
        .call(&JsValue::undefined(), &[reason], context)?;
    Ok(())
}

/// Settles the promise that `functions` belong to with a result.
///
/// # Errors
/// An error of the engine itself.
pub fn settle(
    functions: &ResolvingFunctions,
    result: JsResult<JsValue>,
    context: &mut Context,
) -> JsResult<()> {
    match result {
        Ok(value) => resolve(functions, value, context),
        Err(error) => reject(functions, error, context),
    }
}

/// Upon fulfilment and rejection of `promise`, runs native steps; returns the derived promise.
///
/// <https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled>
///
/// # Errors
/// An error of the engine itself.
pub fn react(
    promise: &JsPromise,
    on_fulfilled: Option<NativeFunction>,
    on_rejected: Option<NativeFunction>,
    context: &mut Context,
) -> JsResult<JsPromise> {
    let realm = context.realm().clone();
    let build = |f: NativeFunction| {
        FunctionObjectBuilder::new(&realm, f)
            .length(1)
            .constructor(false)
            .build()
    };
    promise.then(on_fulfilled.map(build), on_rejected.map(build), context)
}
