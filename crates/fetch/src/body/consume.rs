//! Reading a body to its end.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue,
    object::builtins::{JsPromise, JsUint8Array},
};
use bytes::Bytes;
use data_url::mime::Mime;
use taipan_web::{
    blob::Blob,
    encoding::utf8_decode,
    form_data::{FormData, multipart, parse_urlencoded},
    json,
    streams::read_all,
};
use taipan_webidl::promise;
use tokio::sync::oneshot;

use super::{HasBody, Taken, gathered::Gathered, network_error};
use crate::{abort::Abort, environment, net::NativeBody};

/// What a body is turned into.
#[derive(Debug, Clone, Copy)]
pub(super) enum Package {
    ArrayBuffer,
    Blob,
    Bytes,
    FormData,
    Json,
    Text,
}

/// <https://fetch.spec.whatwg.org/#concept-body-consume-body>
pub(super) fn consume<T: HasBody>(
    this: &JsObject<T>,
    package: Package,
    context: &mut Context,
) -> JsResult<JsValue> {
    let (taken, abort, mime_type) = {
        let mut this = this.borrow_mut();
        let mime_type = match package {
            Package::Blob | Package::FormData => this.data().mime_type(),
            _ => None,
        };
        let body = this.data_mut().body_mut();
        if let Some(abort) = body.aborted() {
            return Err(abort.error());
        }
        let taken = body.take()?;
        (taken, body.abort.clone(), mime_type)
    };
    // Not before the borrow has ended: this can run script.
    let packer = Packer { package, mime_type };
    match taken {
        Taken::Native(body) => consume_native(body, abort, packer, context),
        Taken::Stream(stream) => {
            let (promise, functions) = JsPromise::new_pending(context);
            read_all(&stream, context, move |bytes, context| {
                let result =
                    bytes.and_then(|bytes| packer.pack(Gathered::Bytes(bytes.into()), context));
                promise::settle(&functions, result, context)
            })?;
            Ok(promise.into())
        }
    }
}

/// Reads a body that no script has had its hands on.
fn consume_native(
    body: NativeBody,
    abort: Option<Abort>,
    packer: Packer,
    context: &mut Context,
) -> JsResult<JsValue> {
    let body = match body.into_bytes() {
        Ok(bytes) => {
            let value = packer.pack(Gathered::Bytes(bytes), context)?;
            return Ok(promise::resolved(value, context)?.into());
        }
        Err(body) => body,
    };
    // The chunks are gathered where they arrive: this thread wakes up once, and copies once.
    let (mut sender, receiver) = oneshot::channel();
    environment::client(context)?
        .spawn(async move {
            tokio::select! {
                biased;
                () = sender.closed() => {}
                result = Gathered::read(body) => {
                    // The context may be gone by now.
                    let _ = sender.send(result);
                }
            }
        })
        .map_err(|reason| JsNativeError::typ().with_message(reason))?;
    let aborted = abort.as_ref().map(Abort::aborted);
    let gathered = async move {
        match aborted {
            Some(aborted) => tokio::select! {
                biased;
                () = aborted => None,
                gathered = receiver => Some(gathered),
            },
            None => Some(receiver.await),
        }
    };
    let promise = environment::promise_of(
        gathered,
        move |gathered, context| match (gathered, abort) {
            (Some(Ok(Ok(gathered))), _) => packer.pack(gathered, context),
            (Some(Ok(Err(error))), _) => Err(network_error(&error, context)),
            (None, Some(abort)) => Err(abort.error()),
            _ => Err(JsNativeError::typ()
                .with_message("fetch failed: the network thread stopped")
                .into()),
        },
        context,
    );
    Ok(promise.into())
}

/// Makes of bytes what was asked for.
struct Packer {
    package: Package,
    mime_type: Option<Mime>,
}

impl Packer {
    fn pack(self, body: Gathered, context: &mut Context) -> JsResult<JsValue> {
        match self.package {
            Package::ArrayBuffer => Ok(body.into_buffer(context)?.into()),
            Package::Bytes => {
                let buffer = body.into_buffer(context)?;
                Ok(JsUint8Array::from_array_buffer(buffer, context)?.into())
            }
            Package::Text => Ok(utf8_decode(body.as_ref()).into()),
            Package::Json => json::parse_bytes(body.as_ref(), context),
            Package::Blob => {
                let kind = self.mime_type.map(|mime| mime.to_string());
                let blob = Blob::create(body.into_bytes(), &kind.unwrap_or_default(), context);
                Ok(blob.upcast().into())
            }
            Package::FormData => form_data(&body.into_bytes(), self.mime_type, context),
        }
    }
}

/// <https://fetch.spec.whatwg.org/#dom-body-formdata>
fn form_data(bytes: &Bytes, mime_type: Option<Mime>, context: &mut Context) -> JsResult<JsValue> {
    let fail = |message: String| JsNativeError::typ().with_message(message);
    let entries = match &mime_type {
        Some(mime) if mime.matches("multipart", "form-data") => {
            let boundary = mime
                .get_parameter("boundary")
                .ok_or_else(|| fail(format!("formData: the type \"{mime}\" names no boundary")))?;
            multipart::parse(bytes, boundary, context)?
        }
        Some(mime) if mime.matches("application", "x-www-form-urlencoded") => {
            parse_urlencoded(bytes)
        }
        Some(mime) => {
            return Err(fail(format!(
                "formData: a body of the type \"{mime}\" is no form"
            ))
            .into());
        }
        None => return Err(fail("formData: the body has no type".to_owned()).into()),
    };
    Ok(FormData::create(entries, context).upcast().into())
}
