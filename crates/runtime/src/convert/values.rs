//! The engine's own types, and what stands for no value.

use boa_engine::{
    Context, JsBigInt, JsResult, JsString, JsSymbol, JsValue,
    object::{
        JsObject,
        builtins::{JsArray, JsFunction, JsPromise},
    },
};

use super::{FromJs, IntoJs, expected};
use crate::IntoJsError;

impl FromJs for JsValue {
    const OPTIONAL: bool = true;

    fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
        Ok(value.clone())
    }
}

impl IntoJs for JsValue {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(self)
    }
}

impl IntoJs for &JsValue {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(self.clone())
    }
}

/// Types of the engine that a value either is or is not.
macro_rules! engine_types {
    ($($type:ty, $what:literal, $from:expr;)*) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
                let from: fn(&JsValue) -> Option<$type> = $from;
                from(value).ok_or_else(|| expected($what, value))
            }
        }

        impl IntoJs for $type {
            fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
                Ok(self.into())
            }
        }
    )*};
}

engine_types! {
    JsObject, "an object", JsValue::as_object;
    JsString, "a string", JsValue::as_string;
    JsSymbol, "a symbol", JsValue::as_symbol;
    JsBigInt, "a BigInt", |value| value.as_bigint();
    JsFunction, "a function", |value| value.as_callable().and_then(JsFunction::from_object);
    JsArray, "an array", |value| JsArray::from_object(value.as_object()?).ok();
    JsPromise, "a promise", |value| JsPromise::from_object(value.as_object()?).ok();
    bool, "a boolean", JsValue::as_boolean;
}

/// `undefined`. As an argument it stands for any value, which nobody looks at.
impl FromJs for () {
    const OPTIONAL: bool = true;

    fn from_js(_: &JsValue, _: &mut Context) -> JsResult<Self> {
        Ok(())
    }
}

impl IntoJs for () {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(JsValue::undefined())
    }
}

impl<T: FromJs> FromJs for Option<T> {
    const OPTIONAL: bool = true;

    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        if value.is_null_or_undefined() {
            return Ok(None);
        }
        T::from_js(value, context).map(Some)
    }
}

impl<T: IntoJs> IntoJs for Option<T> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        match self {
            Some(value) => value.into_js(context),
            None => Ok(JsValue::undefined()),
        }
    }
}

impl<T: IntoJs, E: IntoJsError> IntoJs for Result<T, E> {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        match self {
            Ok(value) => value.into_js(context),
            Err(error) => Err(error.into_js_error(context)),
        }
    }
}
