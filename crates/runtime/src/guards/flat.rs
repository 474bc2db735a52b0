//! `Array.prototype.flat`, with a list of its own in place of the native stack.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsSymbol, JsValue, js_string,
    object::builtins::JsArray, value::IntegerOrInfinity,
};

use super::{define, engine_is_array, is_array, too_deep};

/// How many arrays may be within each other: what is deeper is most likely within itself.
const MAX_DEPTH: usize = 1_000_000;

/// The largest index there may be, and one.
const MAX_LENGTH: u64 = (1 << 53) - 1;

/// Puts it into the current realm.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().constructors().array().prototype();
    let engine = engine_is_array(context)?;
    let function = boa_engine::NativeFunction::from_copy_closure_with_captures(
        |this: &JsValue, args: &[JsValue], engine: &JsObject, context: &mut Context| {
            flat(this, args, engine, context)
        },
        engine,
    );
    define(&prototype, js_string!("flat"), 0, function, context)
}

/// An array of which the elements are being taken.
struct Source {
    array: JsObject,
    length: u64,
    next: u64,
}

impl Source {
    fn new(array: JsObject, context: &mut Context) -> JsResult<Self> {
        let length = array.get(js_string!("length"), context)?;
        Ok(Self {
            length: length.to_length(context)?,
            array,
            next: 0,
        })
    }
}

/// <https://tc39.es/ecma262/#sec-array.prototype.flat>
fn flat(
    this: &JsValue,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let source = Source::new(this.to_object(context)?, context)?;
    let depth = match args.first() {
        None => 1,
        Some(depth) if depth.is_undefined() => 1,
        Some(depth) => match depth.to_integer_or_infinity(context)? {
            IntegerOrInfinity::Integer(depth) => usize::try_from(depth).unwrap_or(0),
            IntegerOrInfinity::PositiveInfinity => usize::MAX,
            IntegerOrInfinity::NegativeInfinity => 0,
        },
    };
    let target = species(&source.array, engine, context)?;
    let mut index = 0;
    // The arrays that the one of which elements are taken is in.
    let mut outer: Vec<Source> = Vec::new();
    let mut current = source;
    loop {
        if current.next == current.length {
            match outer.pop() {
                Some(source) => current = source,
                None => return Ok(target.into()),
            }
            continue;
        }
        let place = current.next;
        current.next += 1;
        if !current.array.has_property(place, context)? {
            continue;
        }
        let element = current.array.get(place, context)?;
        if outer.len() < depth
            && let Some(array) = element.as_object()
            && is_array(&array, engine, context)?
        {
            if outer.len() == MAX_DEPTH {
                return Err(too_deep());
            }
            let inner = Source::new(array, context)?;
            outer.push(std::mem::replace(&mut current, inner));
            continue;
        }
        if index >= MAX_LENGTH {
            return Err(JsNativeError::typ()
                .with_message("Invalid array length")
                .into());
        }
        target.create_data_property_or_throw(index, element, context)?;
        index += 1;
    }
}

/// An empty array of the kind that methods of `original` make.
///
/// <https://tc39.es/ecma262/#sec-arrayspeciescreate>
fn species(original: &JsObject, engine: &JsObject, context: &mut Context) -> JsResult<JsObject> {
    let plain = |context: &mut Context| Ok(JsArray::new(context)?.into());
    if !is_array(original, engine, context)? {
        return plain(context);
    }
    let mut constructor = original.get(js_string!("constructor"), context)?;
    if let Some(object) = constructor.as_object() {
        constructor = object.get(JsSymbol::species(), context)?;
        if constructor.is_null() {
            constructor = JsValue::undefined();
        }
    }
    if constructor.is_undefined() {
        return plain(context);
    }
    match constructor.as_constructor() {
        Some(constructor) => constructor.construct(&[0.into()], None, context),
        None => Err(JsNativeError::typ()
            .with_message("object.constructor[Symbol.species] is not a constructor")
            .into()),
    }
}
