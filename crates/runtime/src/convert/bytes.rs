//! Bytes.

use boa_engine::{Context, JsResult, JsValue};
use bytes::Bytes;
use taipan_webidl::{BufferSource, buffer_source::shared_to_vec};

use super::{FromJs, IntoJs, expected};

impl FromJs for Bytes {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        if let Some(source) = BufferSource::try_new(value, context)? {
            return Ok(source.to_vec().into());
        }
        match shared_to_vec(value, context)? {
            Some(bytes) => Ok(bytes.into()),
            None => Err(expected("an ArrayBuffer or a view on one", value)),
        }
    }
}

impl IntoJs for Bytes {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        Ok(taipan_web::bytes::uint8_array(&self, context)?.into())
    }
}
