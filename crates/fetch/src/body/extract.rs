//! Making a body of a value.

use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue};
use bytes::Bytes;
use taipan_web::{
    blob::Blob,
    form_data::{FormData, multipart},
    streams::ReadableStream,
    url::UrlSearchParams,
};
use taipan_webidl::{BufferSource, buffer_source::Allow, convert, implementation};

use super::Body;

/// A body made from a value, and the type it implies.
#[derive(Debug)]
pub(crate) struct Extracted {
    pub(crate) body: Body,
    pub(crate) content_type: Option<String>,
}

impl Extracted {
    pub(crate) fn new(bytes: impl Into<Bytes>, content_type: &str) -> Self {
        Self {
            body: Body::from_bytes(bytes.into()),
            content_type: (!content_type.is_empty()).then(|| content_type.to_owned()),
        }
    }
}

/// <https://fetch.spec.whatwg.org/#concept-bodyinit-extract>
///
/// What is none of the objects that the union type `BodyInit` has is converted to a string.
pub(crate) fn extract(
    value: &JsValue,
    keepalive: bool,
    context: &mut Context,
) -> JsResult<Extracted> {
    let Some(object) = value.as_object() else {
        let text = convert::usv_string(value, context)?;
        return Ok(Extracted::new(text, TEXT));
    };
    if let Some(stream) = implementation::<ReadableStream>(&object) {
        if keepalive {
            return Err(type_error(
                "a stream cannot be the body of a request with keepalive",
            ));
        }
        if ReadableStream::is_disturbed(&stream) || ReadableStream::is_locked(&stream) {
            return Err(type_error(
                "the stream given as the body is locked, or was read from",
            ));
        }
        return Ok(Extracted {
            body: Body::from_stream(stream),
            content_type: None,
        });
    }
    if let Some(blob) = implementation::<Blob>(&object) {
        let content_type = Blob::mime_type(&blob);
        return Ok(Extracted::new(Blob::bytes(&blob), &content_type));
    }
    if BufferSource::try_new(value, context)?.is_some() {
        let source = BufferSource::new(value, "the body", Allow::default(), context)?;
        return Ok(Extracted::new(source.to_vec(), ""));
    }
    if let Some(form) = implementation::<FormData>(&object) {
        let boundary = multipart::boundary(context)?;
        let bytes = multipart::encode(&FormData::entries(&form), &boundary);
        let content_type = format!("multipart/form-data; boundary={boundary}");
        return Ok(Extracted::new(bytes, &content_type));
    }
    if let Some(parameters) = implementation::<UrlSearchParams>(&object) {
        let text = UrlSearchParams::serialize(&parameters);
        return Ok(Extracted::new(text, URLENCODED));
    }
    let text = convert::usv_string(value, context)?;
    Ok(Extracted::new(text, TEXT))
}

const TEXT: &str = "text/plain;charset=UTF-8";
const URLENCODED: &str = "application/x-www-form-urlencoded;charset=UTF-8";

fn type_error(message: &'static str) -> JsError {
    JsNativeError::typ().with_message(message).into()
}
