//! Global variables by name, and properties by path.

use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsString, JsValue, Source};

use crate::{FromJs, IntoArguments, IntoJs, convert::within, limits::apart};

/// The property `key` of `object`, converted.
///
/// ```
/// use taipan::engine::JsObject;
///
/// let mut runtime = taipan::Runtime::new()?;
/// let user: JsObject = runtime.eval_as("({ name: 'ada', age: 36 })")?;
/// let age: u8 = runtime.with(|context| taipan::get_property(&user, "age", context))?;
/// assert_eq!(age, 36);
/// # Ok::<_, taipan::Error>(())
/// ```
///
/// # Errors
///
/// Fails when the value cannot be converted, and with what a getter throws.
pub fn get_property<T: FromJs>(object: &JsObject, key: &str, context: &mut Context) -> JsResult<T> {
    let value = object.get(JsString::from(key), context)?;
    T::from_js(&value, context).map_err(|error| within(|| format!("property {key:?}"), error))
}

/// Sets the property `key` of `object`.
///
/// # Errors
///
/// Fails when the value cannot be converted or the property cannot be set, and with what a setter throws.
pub fn set_property(
    object: &JsObject,
    key: &str,
    value: impl IntoJs,
    context: &mut Context,
) -> JsResult<()> {
    let value = value.into_js(context)?;
    object.set(JsString::from(key), value, true, context)?;
    Ok(())
}

/// Whether `name` can be the name of a variable.
fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    let is_start = |c: char| c.is_alphabetic() || matches!(c, '_' | '$');
    characters.next().is_some_and(is_start) && characters.all(|c| is_start(c) || c.is_numeric())
}

/// The value of a global variable: a property of the global object, or a `let`, `const` or `class` of a script.
fn variable(name: &str, context: &mut Context) -> JsResult<JsValue> {
    let global = context.global_object();
    let key = JsString::from(name);
    if global.has_property(key.clone(), context)? {
        return global.get(key, context);
    }
    if is_identifier(name) {
        // Only script sees what scripts have declared.
        return context.eval(Source::from_bytes(name));
    }
    Err(JsNativeError::reference()
        .with_message(format!("{name} is not defined"))
        .into())
}

/// The object that the last part of a path is a property of, that part, and the value.
fn resolve(path: &str, context: &mut Context) -> JsResult<(JsValue, JsValue)> {
    let mut parts = path.split('.');
    let mut holder = JsValue::undefined();
    let mut value = variable(parts.next().unwrap_or_default(), context)?;
    for part in parts {
        let Some(object) = value.as_object() else {
            return Err(JsNativeError::typ()
                .with_message(format!(
                    "{path}: there is no object to have the property {part:?}"
                ))
                .into());
        };
        value = object.get(JsString::from(part), context)?;
        holder = object.into();
    }
    Ok((holder, value))
}

/// The value at a path, converted.
pub(crate) fn get<T: FromJs>(path: &str, context: &mut Context) -> JsResult<T> {
    let (_, value) = resolve(path, context)?;
    T::from_js(&value, context).map_err(|error| within(|| path.to_owned(), error))
}

/// Sets what is at a path.
pub(crate) fn set(path: &str, value: impl IntoJs, context: &mut Context) -> JsResult<()> {
    let (object, key) = match path.rsplit_once('.') {
        Some((holder, key)) => (get(holder, context)?, key),
        None => (context.global_object(), path),
    };
    set_property(&object, key, value, context)
}

/// Calls the function at a path, on the object it is a property of.
pub(crate) fn call(
    path: &str,
    arguments: impl IntoArguments,
    context: &mut Context,
) -> JsResult<JsValue> {
    let (this, value) = resolve(path, context)?;
    let Some(function) = value.as_callable() else {
        return Err(JsNativeError::typ()
            .with_message(format!("{path} is not a function"))
            .into());
    };
    let arguments = arguments.into_arguments(context)?;
    let call = move |context: &mut Context| function.call(&this, &arguments, context);
    apart::call(call, context)
}
