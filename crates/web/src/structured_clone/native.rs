//! What the engine tells of its objects by accessors alone. They are kept as they are before any script runs.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue,
    builtins::{error::Error, regexp::RegExp},
    js_string,
    object::builtins::{JsFunction, JsRegExp},
    property::PropertyKey,
};
use boa_gc::{Finalize, Trace};

use super::text::Text;

/// The accessors of a realm.
#[derive(Trace, Finalize, JsData)]
struct Getters {
    stack: Option<JsFunction>,
    max_byte_length: Option<JsFunction>,
    unicode_sets: Option<JsFunction>,
}

/// Keeps the accessors of the current realm.
pub(super) fn register(context: &mut Context) {
    let constructors = context.intrinsics().constructors();
    let getters = Getters {
        stack: getter(&constructors.error().prototype(), js_string!("stack")),
        max_byte_length: getter(
            &constructors.array_buffer().prototype(),
            js_string!("maxByteLength"),
        ),
        unicode_sets: getter(
            &constructors.regexp().prototype(),
            js_string!("unicodeSets"),
        ),
    };
    context.realm().host_defined_mut().insert(getters);
}

fn getter(prototype: &JsObject, name: JsString) -> Option<JsFunction> {
    let property = prototype
        .borrow()
        .properties()
        .get(&PropertyKey::from(name))?;
    JsFunction::from_object(property.get()?.as_object()?)
}

/// Reads an attribute of the engine's own.
fn read(
    object: &JsObject,
    select: fn(&Getters) -> &Option<JsFunction>,
    context: &mut Context,
) -> JsResult<JsValue> {
    let getter = context
        .realm()
        .host_defined()
        .get::<Getters>()
        .and_then(|getters| select(getters).clone());
    match getter {
        Some(getter) => getter.call(&object.clone().into(), &[], context),
        None => Ok(JsValue::undefined()),
    }
}

/// The `stack` of an error with this state, as text.
pub(super) fn stack(error: Error, context: &mut Context) -> JsResult<Option<JsString>> {
    let prototype = context.intrinsics().constructors().error().prototype();
    let object = JsObject::new(context.root_shape(), prototype, error).upcast();
    let stack = read(&object, |getters| &getters.stack, context)?;
    Ok(stack.as_string())
}

/// The `maxByteLength` of an `ArrayBuffer`.
pub(super) fn max_byte_length(buffer: &JsObject, context: &mut Context) -> JsResult<u64> {
    let length = read(buffer, |getters| &getters.max_byte_length, context)?;
    Ok(length.as_number().unwrap_or(0.0) as u64)
}

/// Source and flags of a regular expression with this state.
pub(super) fn regexp(regexp: RegExp, context: &mut Context) -> JsResult<(Text, String)> {
    let object = JsObject::from(JsRegExp::new(js_string!(), js_string!(), context)?);
    match object.downcast_mut::<RegExp>() {
        Some(mut empty) => *empty = regexp,
        None => {
            return Err(JsNativeError::typ()
                .with_message("structuredClone: a RegExp could not be read")
                .into());
        }
    }
    let unicode_sets = read(&object, |getters| &getters.unicode_sets, context)?.to_boolean();
    let regexp = JsRegExp::from_object(object)?;
    // The engine escapes every slash, those that are escaped already included: one escape each is its own.
    let source = regexp.source(context)?.replace("\\/", "/");
    let source = Text::from(source.as_str());
    let flags = [
        ('d', regexp.has_indices(context)?),
        ('g', regexp.global(context)?),
        ('i', regexp.ignore_case(context)?),
        ('m', regexp.multiline(context)?),
        ('s', regexp.dot_all(context)?),
        ('u', regexp.unicode(context)?),
        ('v', unicode_sets),
        ('y', regexp.sticky(context)?),
    ];
    let flags = flags.into_iter().filter(|(_, is_set)| *is_set);
    Ok((source, flags.map(|(flag, _)| flag).collect()))
}
