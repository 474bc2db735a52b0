//! Lists and sets.

use std::{
    collections::{BTreeSet, HashSet, VecDeque},
    hash::{BuildHasher, Hash},
};

use boa_engine::{
    Context, JsNativeError, JsResult, JsValue,
    object::builtins::{JsArray, JsSet},
};
use taipan_webidl::convert;

use super::{FromJs, IntoJs, expected, object, within};

/// The elements of an array or of any other iterable object, converted.
fn elements<T: FromJs>(what: &str, value: &JsValue, context: &mut Context) -> JsResult<Vec<T>> {
    let object = object(what, value)?;
    let mut index = 0_usize;
    let mut element = |value: &JsValue, context: &mut Context| {
        let converted = T::from_js(value, context)
            .map_err(|error| within(|| format!("element {index}"), error));
        index += 1;
        converted
    };
    // Arrays are read by index: they come most often, and iterating is slow.
    if let Ok(array) = JsArray::from_object(object) {
        let length = array.length(context)?;
        let mut elements = Vec::with_capacity(length.min(1024) as usize);
        for index in 0..length {
            let value = array.get(index, context)?;
            elements.push(element(&value, context)?);
        }
        return Ok(elements);
    }
    let object = value.as_object();
    let iterator = boa_engine::JsSymbol::iterator();
    let method = match &object {
        Some(object) => convert::get_method(object, iterator, context)?,
        None => None,
    };
    match (object, method) {
        (Some(object), Some(method)) => convert::iterate(&object, &method, element, context),
        _ => Err(expected(what, value)),
    }
}

/// An array of what the elements convert to.
fn array(elements: impl IntoIterator<Item: IntoJs>, context: &mut Context) -> JsResult<JsValue> {
    let elements: Vec<JsValue> = elements
        .into_iter()
        .map(|element| element.into_js(context))
        .collect::<JsResult<_>>()?;
    Ok(JsArray::from_iter(elements, context).into())
}

/// A `Set` of what the elements convert to.
fn set(elements: impl IntoIterator<Item: IntoJs>, context: &mut Context) -> JsResult<JsValue> {
    let set = JsSet::new(context);
    for element in elements {
        let element = element.into_js(context)?;
        set.add(element, context)?;
    }
    Ok(set.into())
}

impl<T: FromJs> FromJs for Vec<T> {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        elements("an array", value, context)
    }
}

impl<T: IntoJs> IntoJs for Vec<T> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        array(self, context)
    }
}

impl<T: IntoJs + Clone> IntoJs for &[T] {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        array(self.iter().cloned(), context)
    }
}

impl<T: FromJs> FromJs for Box<[T]> {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        elements("an array", value, context).map(Vec::into_boxed_slice)
    }
}

impl<T: IntoJs> IntoJs for Box<[T]> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        array(self.into_vec(), context)
    }
}

impl<T: FromJs> FromJs for VecDeque<T> {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        elements("an array", value, context).map(Self::from)
    }
}

impl<T: IntoJs> IntoJs for VecDeque<T> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        array(self, context)
    }
}

impl<T: FromJs, const N: usize> FromJs for [T; N] {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let what = format!("an array of {N} elements");
        let elements = elements::<T>(&what, value, context)?;
        let length = elements.len();
        elements.try_into().map_err(|_| {
            JsNativeError::typ()
                .with_message(format!("expected {what}, got one of {length}"))
                .into()
        })
    }
}

impl<T: IntoJs, const N: usize> IntoJs for [T; N] {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        array(self, context)
    }
}

impl<T: FromJs + Eq + Hash, S: BuildHasher + Default> FromJs for HashSet<T, S> {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        elements("a Set", value, context).map(Self::from_iter)
    }
}

impl<T: IntoJs, S> IntoJs for HashSet<T, S> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        set(self, context)
    }
}

impl<T: FromJs + Ord> FromJs for BTreeSet<T> {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        elements("a Set", value, context).map(Self::from_iter)
    }
}

impl<T: IntoJs> IntoJs for BTreeSet<T> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        set(self, context)
    }
}
