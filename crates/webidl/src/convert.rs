//! Conversions of JavaScript values to IDL types.
//!
//! <https://webidl.spec.whatwg.org/#js-type-mapping>

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue, js_string,
    object::builtins::JsArray,
    property::PropertyKey,
    string::{JsStr, JsStrVariant},
    value::IntegerOrInfinity,
};

use boa_gc::{Finalize, Trace};

use crate::Interface;

/// How an integer conversion treats what does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegerMode {
    /// Wrap modulo two to the bit length.
    Modulo,
    /// `[EnforceRange]`: throw a `TypeError`.
    EnforceRange,
    /// `[Clamp]`: the nearest value that fits, ties to even.
    Clamp,
}

fn type_error(message: impl Into<String>) -> boa_engine::JsError {
    JsNativeError::typ().with_message(message.into()).into()
}

/// The argument at `index` of an operation or constructor of `T` that requires `count` of them.
///
/// # Errors
/// A `TypeError` if fewer than `count` arguments were given.
pub fn required<T: Interface>(args: &[JsValue], index: usize, count: usize) -> JsResult<&JsValue> {
    required_by(args, index, count, T::TAG)
}

/// The argument at `index` of an operation, named `what` in the message, that requires `count`.
///
/// # Errors
/// A `TypeError` if fewer than `count` arguments were given.
pub fn required_by<'a>(
    args: &'a [JsValue],
    index: usize,
    count: usize,
    what: &str,
) -> JsResult<&'a JsValue> {
    match args.get(index) {
        Some(value) if args.len() >= count => Ok(value),
        _ => Err(type_error(format!(
            "{what}: {count} argument{} required, but only {} present",
            if count == 1 { "" } else { "s" },
            args.len()
        ))),
    }
}

/// <https://webidl.spec.whatwg.org/#abstract-opdef-converttoint>
///
/// `bits` is the length in bits (8, 16, 32 or 64); the 64-bit types are bounded by the safe
/// integers in the modes other than `Modulo`.
///
/// # Errors
/// Whatever `ToNumber` throws, and a `TypeError` with [`IntegerMode::EnforceRange`] for values that
/// are not finite or not in range; `what` names the value in the message.
pub fn integer(
    value: &JsValue,
    bits: u32,
    signed: bool,
    mode: IntegerMode,
    what: &str,
    context: &mut Context,
) -> JsResult<i128> {
    const SAFE: i128 = (1 << 53) - 1;
    let (lower, upper) = if bits == 64 {
        (if signed { -SAFE } else { 0 }, SAFE)
    } else if signed {
        (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1)
    } else {
        (0, (1_i128 << bits) - 1)
    };
    if let Some(value) = value.as_i32()
        && (lower..=upper).contains(&i128::from(value))
    {
        return Ok(i128::from(value));
    }
    let x = value.to_number(context)?;
    match mode {
        IntegerMode::EnforceRange => {
            let truncated = x.trunc();
            if !x.is_finite() || (truncated as i128) < lower || (truncated as i128) > upper {
                return Err(type_error(format!(
                    "{what} must be an integer between {lower} and {upper}"
                )));
            }
            Ok(truncated as i128)
        }
        IntegerMode::Clamp => {
            if x.is_nan() {
                return Ok(0);
            }
            Ok(x.clamp(lower as f64, upper as f64).round_ties_even() as i128)
        }
        IntegerMode::Modulo => match IntegerOrInfinity::from(x) {
            IntegerOrInfinity::Integer(_) => {
                // A finite double below 2^1024: its remainder by a power of two is exact.
                let modulus = 2_f64.powi(bits as i32);
                let remainder = ((x.trunc() % modulus) as i128).rem_euclid(1 << bits);
                Ok(if signed && remainder >= 1 << (bits - 1) {
                    remainder - (1 << bits)
                } else {
                    remainder
                })
            }
            _ => Ok(0),
        },
    }
}

/// `[EnforceRange] unsigned long`.
///
/// # Errors
/// See [`integer`].
pub fn enforce_range_unsigned_long(
    value: &JsValue,
    what: &str,
    context: &mut Context,
) -> JsResult<u32> {
    integer(value, 32, false, IntegerMode::EnforceRange, what, context).map(|n| n as u32)
}

/// `[EnforceRange] unsigned long long`.
///
/// # Errors
/// See [`integer`].
pub fn enforce_range_unsigned_long_long(
    value: &JsValue,
    what: &str,
    context: &mut Context,
) -> JsResult<u64> {
    integer(value, 64, false, IntegerMode::EnforceRange, what, context).map(|n| n as u64)
}

/// `unsigned long`.
///
/// # Errors
/// See [`integer`].
pub fn unsigned_long(value: &JsValue, context: &mut Context) -> JsResult<u32> {
    integer(value, 32, false, IntegerMode::Modulo, "", context).map(|n| n as u32)
}

/// `unsigned short`.
///
/// # Errors
/// See [`integer`].
pub fn unsigned_short(value: &JsValue, context: &mut Context) -> JsResult<u16> {
    integer(value, 16, false, IntegerMode::Modulo, "", context).map(|n| n as u16)
}

/// `unsigned long long`.
///
/// # Errors
/// See [`integer`].
pub fn unsigned_long_long(value: &JsValue, context: &mut Context) -> JsResult<u64> {
    integer(value, 64, false, IntegerMode::Modulo, "", context).map(|n| n as u64)
}

/// `long`.
///
/// # Errors
/// See [`integer`].
pub fn long(value: &JsValue, context: &mut Context) -> JsResult<i32> {
    integer(value, 32, true, IntegerMode::Modulo, "", context).map(|n| n as i32)
}

/// `unrestricted double`.
///
/// # Errors
/// Whatever `ToNumber` throws.
pub fn unrestricted_double(value: &JsValue, context: &mut Context) -> JsResult<f64> {
    value.to_number(context)
}

/// `double`.
///
/// # Errors
/// Whatever `ToNumber` throws, and a `TypeError` for a number that is not finite; `what` names it in the
/// message.
pub fn double(value: &JsValue, what: &str, context: &mut Context) -> JsResult<f64> {
    let number = value.to_number(context)?;
    if number.is_finite() {
        Ok(number)
    } else {
        Err(type_error(format!(
            "{what}: {number} is not a finite number"
        )))
    }
}

/// `DOMString`.
///
/// # Errors
/// Whatever `ToString` throws.
pub fn dom_string(value: &JsValue, context: &mut Context) -> JsResult<JsString> {
    value.to_string(context)
}

/// `USVString`: lone surrogates become U+FFFD.
///
/// # Errors
/// Whatever `ToString` throws.
pub fn usv_string(value: &JsValue, context: &mut Context) -> JsResult<String> {
    Ok(scalar_values(&value.to_string(context)?))
}

/// The string with U+FFFD in the place of lone surrogates.
///
/// <https://infra.spec.whatwg.org/#javascript-string-convert>
#[must_use]
pub fn scalar_values(string: &JsString) -> String {
    match string.variant() {
        JsStrVariant::Latin1(units) => match str::from_utf8(units) {
            // Latin-1 that is UTF-8 as well may still mean other characters.
            Ok(ascii) if ascii.is_ascii() => ascii.to_owned(),
            _ => units.iter().copied().map(char::from).collect(),
        },
        JsStrVariant::Utf16(units) => String::from_utf16_lossy(units),
    }
}

/// `ByteString`: one byte a code unit.
///
/// # Errors
/// Whatever `ToString` throws, and a `TypeError` for a code unit above 255.
pub fn byte_string(value: &JsValue, what: &str, context: &mut Context) -> JsResult<Vec<u8>> {
    let string = value.to_string(context)?;
    string
        .iter()
        .map(|unit| {
            u8::try_from(unit).map_err(|_| {
                type_error(format!(
                    "{what} must not contain a character above U+00FF (found U+{unit:04X})"
                ))
            })
        })
        .collect()
}

/// A JavaScript string of the given bytes, one code unit a byte.
#[must_use]
pub fn byte_string_value(bytes: &[u8]) -> JsString {
    JsString::from(JsStr::latin1(bytes))
}

/// An enumeration type: the one of `values` that the value's string is.
///
/// # Errors
/// Whatever `ToString` throws, and a `TypeError` for any other string.
pub fn enumeration(
    value: &JsValue,
    values: &[&'static str],
    what: &str,
    context: &mut Context,
) -> JsResult<&'static str> {
    let string = value.to_string(context)?;
    values
        .iter()
        .find(|candidate| string == **candidate)
        .copied()
        .ok_or_else(|| {
            type_error(format!(
                "{what}: \"{}\" is not one of {}",
                string.to_std_string_lossy(),
                values
                    .iter()
                    .map(|value| format!("\"{value}\""))
                    .collect::<Vec<_>>()
                    .join(", ")
            ))
        })
}

/// The method `key` of `object`, if it is neither `undefined` nor `null`.
///
/// # Errors
/// A `TypeError` if it is not callable.
pub fn get_method(
    object: &JsObject,
    key: impl Into<PropertyKey>,
    context: &mut Context,
) -> JsResult<Option<JsObject>> {
    let method = object.get(key, context)?;
    if method.is_null_or_undefined() {
        return Ok(None);
    }
    match method.as_callable() {
        Some(method) => Ok(Some(method)),
        None => Err(type_error("the property is not a function")),
    }
}

/// All values that iterating `iterable` by `method` (its `@@iterator`) gives; each is handed to
/// `element`, whose error ends it. The iterator is not closed then: Web IDL does not do that.
///
/// <https://webidl.spec.whatwg.org/#create-sequence-from-iterable>
///
/// # Errors
/// Whatever the iteration or `element` throws.
pub fn iterate<T>(
    iterable: &JsObject,
    method: &JsObject,
    mut element: impl FnMut(&JsValue, &mut Context) -> JsResult<T>,
    context: &mut Context,
) -> JsResult<Vec<T>> {
    let iterator = method.call(&iterable.clone().into(), &[], context)?;
    let Some(iterator) = iterator.as_object() else {
        return Err(type_error("the iterator is not an object"));
    };
    let next = iterator.get(js_string!("next"), context)?;
    let Some(next) = next.as_callable() else {
        return Err(type_error("the iterator's next is not a function"));
    };
    let this = JsValue::from(iterator.clone());
    let mut values = Vec::new();
    loop {
        let result = next.call(&this, &[], context)?;
        let Some(result) = result.as_object() else {
            return Err(type_error("the iterator's result is not an object"));
        };
        if result.get(js_string!("done"), context)?.to_boolean() {
            return Ok(values);
        }
        let value = result.get(js_string!("value"), context)?;
        values.push(element(&value, context)?);
    }
}

/// `sequence<T>`: <https://webidl.spec.whatwg.org/#js-sequence>.
///
/// # Errors
/// A `TypeError` if the value is not an iterable object, and whatever the iteration throws.
pub fn sequence<T>(
    value: &JsValue,
    what: &str,
    element: impl FnMut(&JsValue, &mut Context) -> JsResult<T>,
    context: &mut Context,
) -> JsResult<Vec<T>> {
    let Some(object) = value.as_object() else {
        return Err(type_error(format!("{what} must be an iterable object")));
    };
    let Some(method) = get_method(&object, JsSymbol::iterator(), context)? else {
        return Err(type_error(format!("{what} is not iterable")));
    };
    iterate(&object, &method, element, context)
}

/// `record<K, V>`: <https://webidl.spec.whatwg.org/#js-record>; later duplicates of a converted key
/// replace the value at the earlier one's place.
///
/// # Errors
/// A `TypeError` if the value is not an object, and whatever getting and converting throws.
pub fn record<K: PartialEq, V>(
    value: &JsValue,
    what: &str,
    mut key: impl FnMut(&JsValue, &mut Context) -> JsResult<K>,
    mut element: impl FnMut(&JsValue, &mut Context) -> JsResult<V>,
    context: &mut Context,
) -> JsResult<Vec<(K, V)>> {
    let Some(object) = value.as_object() else {
        return Err(type_error(format!("{what} must be an object")));
    };
    let mut entries: Vec<(K, V)> = Vec::new();
    for property in object.own_property_keys(context)? {
        if !is_enumerable(&object, &property, context)? {
            continue;
        }
        let typed_key = key(&JsValue::from(&property), context)?;
        let value = object.get(property, context)?;
        let typed_value = element(&value, context)?;
        match entries.iter_mut().find(|(known, _)| *known == typed_key) {
            Some((_, slot)) => *slot = typed_value,
            None => entries.push((typed_key, typed_value)),
        }
    }
    Ok(entries)
}

/// The own enumerable properties of an object that strings name, with their values: what
/// `Object.entries` gives.
///
/// # Errors
/// Whatever getters and proxies throw.
pub fn properties(object: &JsObject, context: &mut Context) -> JsResult<Vec<(JsString, JsValue)>> {
    let mut properties = Vec::new();
    for key in object.own_property_keys(context)? {
        let name = match &key {
            PropertyKey::String(name) => name.clone(),
            PropertyKey::Index(index) => JsString::from(index.get().to_string()),
            PropertyKey::Symbol(_) => continue,
        };
        if is_enumerable(object, &key, context)? {
            properties.push((name, object.get(key, context)?));
        }
    }
    Ok(properties)
}

/// Whether `object` has an own enumerable property `key`, by its `[[GetOwnProperty]]`.
///
/// The engine keeps `[[GetOwnProperty]]` to itself, so this asks the realm's own
/// `Object.getOwnPropertyDescriptor` as it was when it was first needed.
fn is_enumerable(object: &JsObject, key: &PropertyKey, context: &mut Context) -> JsResult<bool> {
    let realm = context.realm().clone();
    let known = realm
        .host_defined()
        .get::<GetOwnPropertyDescriptor>()
        .map(|known| known.0.clone());
    let get_own_property_descriptor = match known {
        Some(function) => function,
        None => {
            let constructor = context.intrinsics().constructors().object().constructor();
            let function = constructor
                .get(js_string!("getOwnPropertyDescriptor"), context)?
                .as_callable()
                .ok_or_else(|| type_error("Object.getOwnPropertyDescriptor is not a function"))?;
            realm
                .host_defined_mut()
                .insert(GetOwnPropertyDescriptor(function.clone()));
            function
        }
    };
    let descriptor = get_own_property_descriptor.call(
        &JsValue::undefined(),
        &[object.clone().into(), JsValue::from(key)],
        context,
    )?;
    match descriptor.as_object() {
        Some(descriptor) => Ok(descriptor
            .get(js_string!("enumerable"), context)?
            .to_boolean()),
        None => Ok(false),
    }
}

#[derive(Trace, Finalize, JsData)]
struct GetOwnPropertyDescriptor(JsObject);

/// A JavaScript array of the values.
pub fn array(values: impl IntoIterator<Item = JsValue>, context: &mut Context) -> JsObject {
    JsArray::from_iter(values, context).into()
}
