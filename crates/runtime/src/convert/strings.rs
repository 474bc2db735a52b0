//! Strings.

use std::{borrow::Cow, rc::Rc, sync::Arc};

use boa_engine::{Context, JsResult, JsString, JsValue};
use taipan_webidl::convert::scalar_values;

use super::{FromJs, IntoJs, expected};

impl FromJs for String {
    fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
        match value.as_string() {
            Some(text) => Ok(scalar_values(&text)),
            None => Err(expected("a string", value)),
        }
    }
}

impl FromJs for char {
    fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
        let text = value.as_string().map(|text| scalar_values(&text));
        let mut characters = text.as_deref().unwrap_or_default().chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(expected("a string of one character", value)),
        }
    }
}

impl IntoJs for char {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(JsString::from(self.encode_utf8(&mut [0; 4]) as &str).into())
    }
}

impl IntoJs for &str {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(JsString::from(self).into())
    }
}

/// Types that own text.
macro_rules! owned {
    ($($type:ty)*) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
                String::from_js(value, context).map(Self::from)
            }
        }

        impl IntoJs for $type {
            fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
                (&*self).into_js(context)
            }
        }
    )*};
}

owned! { Box<str> Rc<str> Arc<str> Cow<'_, str> }

impl IntoJs for String {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        self.as_str().into_js(context)
    }
}

impl IntoJs for &String {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        self.as_str().into_js(context)
    }
}
