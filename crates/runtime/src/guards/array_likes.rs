//! Methods of arrays, bounded by the `length` of what they are called on.
//!
//! The engine takes memory for as many elements as there are said to be. Where `length` is simply there it is looked at
//! first. A getter, a proxy or a conversion could tell the engine something else than it told the bound; objects of that
//! kind are worked on here, and asked once, as they should be.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsSymbol, JsValue, NativeFunction, js_string,
    object::{
        FunctionObjectBuilder,
        builtins::{JsArray, JsProxy},
    },
    property::PropertyKey,
    value::IntegerOrInfinity,
};

use super::{Replacement, allocations::require_elements, replace, require_stack};

/// The largest index there may be, and one.
const MAX_LENGTH: u64 = (1 << 53) - 1;

/// Does what a method does on an object with so many elements; it is given the engine's method, too.
type Method = fn(&JsObject, u64, &[JsValue], &JsObject, &mut Context) -> JsResult<JsValue>;

/// Puts the bounds into the current realm.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let array = constructors.array().prototype();
    let constructor = constructors.array().constructor();
    let methods: [(_, usize, Replacement); 7] = [
        (js_string!("toLocaleString"), 0, |this, args, engine, c| {
            require_stack()?;
            bounded(this, args, engine, c, to_locale_string)
        }),
        (js_string!("fill"), 1, |this, args, engine, c| {
            bounded(this, args, engine, c, fill)
        }),
        (js_string!("sort"), 1, |this, args, engine, c| {
            sorting(this, args, engine, c, sort)
        }),
        (js_string!("toSorted"), 1, |this, args, engine, c| {
            sorting(this, args, engine, c, to_sorted)
        }),
        (js_string!("toReversed"), 0, |this, args, engine, c| {
            bounded(this, args, engine, c, to_reversed)
        }),
        (js_string!("toSpliced"), 2, |this, args, engine, c| {
            bounded(this, args, engine, c, to_spliced)
        }),
        (js_string!("with"), 2, |this, args, engine, c| {
            bounded(this, args, engine, c, with)
        }),
    ];
    for (name, length, method) in methods {
        replace(&array, name, length, method, context)?;
    }
    replace(&constructor, js_string!("from"), 1, from, context)
}

/// What is known of the `length` of something.
pub(super) enum Length {
    /// It is a property of the object and a number: whoever asks for it is told this and nothing happens.
    Plain(f64),
    /// The object was asked, and must not be asked again.
    Told(JsObject, u64),
    /// It is none, or that of a string, which is as long as it is.
    Other,
}

impl Length {
    pub(super) fn of(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        if value.is_null_or_undefined() || value.is_string() {
            return Ok(Self::Other);
        }
        let object = value.to_object(context)?;
        if let Some(length) = plain_length(&object) {
            return Ok(Self::Plain(length));
        }
        let length = object.get(js_string!("length"), context)?;
        let length = length.to_length(context)?;
        Ok(Self::Told(object, length))
    }
}

/// The `length` of an object of which a script does not learn that it was asked for.
pub(super) fn plain_length(object: &JsObject) -> Option<f64> {
    let key = PropertyKey::from(js_string!("length"));
    let property = object.borrow().properties().get(&key)?;
    property.value()?.as_number()
}

/// Calls the engine's method, or that of this file where the engine would have to ask for the length again.
fn bounded(
    this: &JsValue,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
    method: Method,
) -> JsResult<JsValue> {
    match Length::of(this, context)? {
        Length::Other => engine.call(this, args, context),
        Length::Plain(length) => {
            require_elements(length, context)?;
            engine.call(this, args, context)
        }
        Length::Told(object, length) => {
            require_elements(length as f64, context)?;
            method(&object, length, args, engine, context)
        }
    }
}

/// The same for methods that look at the function that compares before they ask for the length.
fn sorting(
    this: &JsValue,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
    method: Method,
) -> JsResult<JsValue> {
    match args.first() {
        Some(compare) if !compare.is_undefined() && !compare.is_callable() => {
            engine.call(this, args, context)
        }
        _ => bounded(this, args, engine, context, method),
    }
}

/// The elements at these places, in that order.
fn collect(
    object: &JsObject,
    places: impl Iterator<Item = u64>,
    context: &mut Context,
) -> JsResult<Vec<JsValue>> {
    places.map(|place| object.get(place, context)).collect()
}

fn array(values: Vec<JsValue>, context: &mut Context) -> JsObject {
    JsArray::from_iter(values, context).into()
}

/// A place that is counted from the end if it is negative, and at the end if it is beyond it.
fn relative(place: Option<&JsValue>, length: u64, context: &mut Context) -> JsResult<u64> {
    let place = place.cloned().unwrap_or_default();
    Ok(match place.to_integer_or_infinity(context)? {
        IntegerOrInfinity::PositiveInfinity => length,
        IntegerOrInfinity::NegativeInfinity => 0,
        IntegerOrInfinity::Integer(place) if place < 0 => {
            length.saturating_sub(place.unsigned_abs())
        }
        IntegerOrInfinity::Integer(place) => length.min(place.unsigned_abs()),
    })
}

/// <https://tc39.es/ecma262/#sec-array.prototype.tolocalestring>
fn to_locale_string(
    object: &JsObject,
    length: u64,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    // The engine asks one element after the other, and an array that nobody else has does not change meanwhile.
    let values = collect(object, 0..length, context)?;
    engine.call(&array(values, context).into(), args, context)
}

/// <https://tc39.es/ecma262/#sec-array.prototype.fill>
fn fill(
    object: &JsObject,
    length: u64,
    args: &[JsValue],
    _: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let value = args.first().cloned().unwrap_or_default();
    let start = relative(args.get(1), length, context)?;
    let end = match args.get(2) {
        Some(end) if !end.is_undefined() => relative(Some(end), length, context)?,
        _ => length,
    };
    for place in start..end {
        object.set(place, value.clone(), true, context)?;
    }
    Ok(object.clone().into())
}

/// <https://tc39.es/ecma262/#sec-array.prototype.sort>
fn sort(
    object: &JsObject,
    length: u64,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let mut values = Vec::new();
    for place in 0..length {
        if object.has_property(place, context)? {
            values.push(object.get(place, context)?);
        }
    }
    let count = values.len() as u64;
    let sorted = array(values, context);
    engine.call(&sorted.clone().into(), args, context)?;
    for place in 0..count {
        let value = sorted.get(place, context)?;
        object.set(place, value, true, context)?;
    }
    for place in count..length {
        object.delete_property_or_throw(place, context)?;
    }
    Ok(object.clone().into())
}

/// <https://tc39.es/ecma262/#sec-array.prototype.tosorted>
fn to_sorted(
    object: &JsObject,
    length: u64,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let values = collect(object, 0..length, context)?;
    engine.call(&array(values, context).into(), args, context)
}

/// <https://tc39.es/ecma262/#sec-array.prototype.toreversed>
fn to_reversed(
    object: &JsObject,
    length: u64,
    _: &[JsValue],
    _: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let values = collect(object, (0..length).rev(), context)?;
    Ok(array(values, context).into())
}

/// <https://tc39.es/ecma262/#sec-array.prototype.tospliced>
fn to_spliced(
    object: &JsObject,
    length: u64,
    args: &[JsValue],
    _: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let start = relative(args.first(), length, context)?;
    let skipped = match args {
        [] => 0,
        [_] => length - start,
        [_, count, ..] => match count.to_integer_or_infinity(context)? {
            IntegerOrInfinity::PositiveInfinity => length - start,
            IntegerOrInfinity::NegativeInfinity => 0,
            IntegerOrInfinity::Integer(count) => {
                u64::try_from(count).unwrap_or(0).min(length - start)
            }
        },
    };
    let items = args.get(2..).unwrap_or_default();
    let mut values = collect(object, 0..start, context)?;
    values.extend_from_slice(items);
    values.extend(collect(object, start + skipped..length, context)?);
    Ok(array(values, context).into())
}

/// <https://tc39.es/ecma262/#sec-array.prototype.with>
fn with(
    object: &JsObject,
    length: u64,
    args: &[JsValue],
    _: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let place = args.first().cloned().unwrap_or_default();
    let place = match place.to_integer_or_infinity(context)? {
        IntegerOrInfinity::Integer(place) if place < 0 => length.checked_sub(place.unsigned_abs()),
        IntegerOrInfinity::Integer(place) => Some(place.unsigned_abs()),
        _ => None,
    };
    let Some(place) = place.filter(|place| *place < length) else {
        return Err(JsNativeError::range()
            .with_message("there is no element with this index")
            .into());
    };
    let mut values = collect(object, 0..place, context)?;
    values.push(args.get(1).cloned().unwrap_or_default());
    values.extend(collect(object, place + 1..length, context)?);
    Ok(array(values, context).into())
}

/// What `Array.from` iterates by.
enum Iteration {
    /// Nothing: it takes what is at the indices.
    None,
    /// What it finds if it asks, and nothing happens then.
    Plain,
    /// It was asked for, and is this.
    Told(JsValue),
}

impl Iteration {
    fn of(object: &JsObject, context: &mut Context) -> JsResult<Self> {
        let key = PropertyKey::from(JsSymbol::iterator());
        let mut next = Some(object.clone());
        while let Some(holder) = next {
            if JsProxy::from_object(holder.clone()).is_ok() {
                return Self::ask(object, context);
            }
            let (property, prototype) = {
                let holder = holder.borrow();
                (holder.properties().get(&key), holder.prototype())
            };
            match property.map(|property| property.value().cloned()) {
                None => next = prototype,
                Some(Some(value)) if value.is_null_or_undefined() => return Ok(Self::None),
                Some(Some(_)) => return Ok(Self::Plain),
                Some(None) => return Self::ask(object, context),
            }
        }
        Ok(Self::None)
    }

    fn ask(object: &JsObject, context: &mut Context) -> JsResult<Self> {
        let method = object.get(JsSymbol::iterator(), context)?;
        Ok(if method.is_null_or_undefined() {
            Self::None
        } else {
            Self::Told(method)
        })
    }
}

/// <https://tc39.es/ecma262/#sec-array.from>
fn from(
    this: &JsValue,
    args: &[JsValue],
    engine: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let map = args.get(1).filter(|map| !map.is_undefined());
    let items = args.first().cloned().unwrap_or_default();
    let is_bad_map = map.is_some_and(|map| !map.is_callable());
    if is_bad_map || items.is_null_or_undefined() || items.is_string() {
        return engine.call(this, args, context);
    }
    let items = items.to_object(context)?;
    match Iteration::of(&items, context)? {
        Iteration::Plain => {
            if let Some(length) = plain_length(&items) {
                require_elements(length, context)?;
            }
            engine.call(this, args, context)
        }
        Iteration::Told(method) => {
            let mut args = args.to_vec();
            if let Some(place) = args.first_mut() {
                *place = iterable(items, method, context)?.into();
            }
            engine.call(this, &args, context)
        }
        Iteration::None => from_elements(this, &items, map, args.get(2), context),
    }
}

/// An object that is iterated as `items` is by this method.
fn iterable(items: JsObject, method: JsValue, context: &mut Context) -> JsResult<JsObject> {
    let begin = match method.as_callable() {
        Some(method) => {
            let begin = NativeFunction::from_copy_closure_with_captures(
                |_, _, (items, method): &(JsObject, JsObject), context| {
                    method.call(&items.clone().into(), &[], context)
                },
                (items, method),
            );
            FunctionObjectBuilder::new(context.realm(), begin)
                .build()
                .into()
        }
        // The engine has a word on it.
        None => method,
    };
    let iterable = JsObject::with_null_proto();
    iterable.create_data_property_or_throw(JsSymbol::iterator(), begin, context)?;
    Ok(iterable)
}

/// What `Array.from` does with something that has a `length`.
fn from_elements(
    this: &JsValue,
    items: &JsObject,
    map: Option<&JsValue>,
    map_this: Option<&JsValue>,
    context: &mut Context,
) -> JsResult<JsValue> {
    let length = match plain_length(items) {
        Some(length) => JsValue::from(length).to_length(context)?,
        None => items
            .get(js_string!("length"), context)?
            .to_length(context)?,
    };
    require_elements(length as f64, context)?;
    let map = map.and_then(JsValue::as_callable);
    let map_this = map_this.cloned().unwrap_or_default();
    let target: JsObject = match this.as_constructor() {
        Some(constructor) => constructor.construct(&[length.into()], None, context)?,
        None => array(Vec::new(), context),
    };
    for place in 0..length.min(MAX_LENGTH) {
        let mut value = items.get(place, context)?;
        if let Some(map) = &map {
            value = map.call(&map_this, &[value, place.into()], context)?;
        }
        target.create_data_property_or_throw(place, value, context)?;
    }
    target.set(js_string!("length"), length, true, context)?;
    Ok(target.into())
}
