//! Bodies as scripts see them: what they are made from and how they are read.

use std::{borrow::Cow, cell::Cell, rc::Rc};

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsValue,
    builtins::array_buffer::AlignedVec,
    js_string,
    object::builtins::{JsArrayBuffer, JsUint8Array},
};
use bytes::Bytes;
use taipan_web::{encoding::utf8_decode, json};
use taipan_webidl::{BufferSource, buffer_source::Allow, convert, promise};
use tokio::sync::oneshot;

use crate::{
    environment,
    net::{FetchError, NativeBody},
};

/// A body, or the place where one was.
///
/// <https://fetch.spec.whatwg.org/#concept-body>
#[derive(Debug)]
pub(crate) enum Body {
    /// There never was one.
    Null,
    /// Nobody has read from it.
    Unread(NativeBody, Option<Held>),
    /// It was read, or handed on.
    Used,
}

impl Body {
    /// A body that can be read from. If it is still arriving it counts as one of `bodies`.
    pub(crate) fn new(body: NativeBody, bodies: &Rc<UnreadBodies>) -> Self {
        let held = body.is_streaming().then(|| Held::new(Rc::clone(bodies)));
        Self::Unread(body, held)
    }

    /// <https://fetch.spec.whatwg.org/#dom-body-bodyused>
    pub(crate) fn is_used(&self) -> bool {
        matches!(self, Self::Used)
    }

    /// Takes the bytes; a null body has none and remains null.
    ///
    /// # Errors
    ///
    /// A `TypeError` if they were taken before.
    pub(crate) fn take(&mut self) -> JsResult<NativeBody> {
        match self {
            Self::Null => Ok(NativeBody::empty()),
            Self::Used => Err(already_used()),
            Self::Unread(..) => match std::mem::replace(self, Self::Used) {
                Self::Unread(body, _) => Ok(body),
                Self::Null | Self::Used => Err(already_used()),
            },
        }
    }

    /// <https://fetch.spec.whatwg.org/#concept-body-clone>
    ///
    /// # Errors
    ///
    /// A `TypeError` if the body was used.
    pub(crate) fn try_clone(&mut self) -> JsResult<Self> {
        let held = match self {
            Self::Null => return Ok(Self::Null),
            Self::Unread(_, held) => held.clone(),
            Self::Used => None,
        };
        let (first, second) = self.take()?.tee();
        *self = Self::Unread(first, held.clone());
        Ok(Self::Unread(second, held))
    }
}

/// How many unread bodies there may be before garbage is looked for among them.
const MAX_UNREAD: usize = 32;

/// The bodies in a context that are still arriving while nobody reads them.
///
/// Each holds a connection and what has arrived, which the garbage collector knows nothing of: a script that only
/// looks at headers would run out of both long before there is a reason to collect the few bytes of its objects.
#[derive(Debug)]
pub(crate) struct UnreadBodies {
    count: Cell<usize>,
    /// The number at which garbage is collected.
    limit: Cell<usize>,
}

impl UnreadBodies {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self {
            count: Cell::new(0),
            limit: Cell::new(MAX_UNREAD),
        })
    }

    /// Collects garbage if there are too many; to be called before there is one more.
    pub(crate) fn make_room(&self) {
        if self.count.get() >= self.limit.get() {
            boa_gc::force_collect();
            // Those that are left are in use: looking again pays off when as many have been added.
            self.limit.set(MAX_UNREAD.max(self.count.get() * 2));
        }
    }
}

/// The share of a body in the number of [`UnreadBodies`].
#[derive(Debug)]
pub(crate) struct Held(Rc<UnreadBodies>);

impl Held {
    fn new(bodies: Rc<UnreadBodies>) -> Self {
        bodies.count.set(bodies.count.get() + 1);
        Self(bodies)
    }
}

impl Clone for Held {
    fn clone(&self) -> Self {
        Self::new(Rc::clone(&self.0))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.count.set(self.0.count.get() - 1);
    }
}

fn already_used() -> JsError {
    JsNativeError::typ()
        .with_message("the body has already been used")
        .into()
}

/// A body made from a value, and the type it implies.
pub(crate) struct Extracted {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: Option<&'static str>,
}

/// <https://fetch.spec.whatwg.org/#concept-bodyinit-extract>
///
/// What is neither a buffer nor a string is converted to a string, as the union type `BodyInit` has it.
pub(crate) fn extract(value: &JsValue, context: &mut Context) -> JsResult<Extracted> {
    if BufferSource::try_new(value, context)?.is_some() {
        let source = BufferSource::new(value, "the body", Allow::default(), context)?;
        return Ok(Extracted {
            bytes: source.to_vec().into(),
            content_type: None,
        });
    }
    Ok(Extracted {
        bytes: convert::usv_string(value, context)?.into(),
        content_type: Some("text/plain;charset=UTF-8"),
    })
}

/// What a body is turned into.
#[derive(Debug, Clone)]
pub(crate) enum Package {
    ArrayBuffer,
    /// With the MIME type of the message.
    Blob(Vec<u8>),
    Bytes,
    Json,
    Text,
}

/// Reads a body to its end and promises what `package` makes of it.
///
/// <https://fetch.spec.whatwg.org/#concept-body-consume-body>
pub(crate) fn consume(
    body: NativeBody,
    package: Package,
    context: &mut Context,
) -> JsResult<JsValue> {
    let body = match body.into_bytes() {
        Ok(bytes) => {
            let value = package.make(&[bytes], context)?;
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
                result = gather(body) => {
                    // The context may be gone by now.
                    let _ = sender.send(result);
                }
            }
        })
        .map_err(|reason| JsNativeError::typ().with_message(reason))?;
    let promise = environment::promise_of(
        receiver,
        move |result, context| match result {
            Ok(Ok(chunks)) => package.make(&chunks, context),
            Ok(Err(error)) => Err(network_error(&error)),
            Err(_) => Err(JsNativeError::typ()
                .with_message("fetch failed: the network thread stopped")
                .into()),
        },
        context,
    );
    Ok(promise.into())
}

async fn gather(mut body: NativeBody) -> Result<Vec<Bytes>, FetchError> {
    let mut chunks = Vec::new();
    while let Some(chunk) = body.chunk().await? {
        chunks.push(chunk);
    }
    Ok(chunks)
}

/// The error that scripts get for one of the network.
pub(crate) fn network_error(error: &FetchError) -> JsError {
    JsNativeError::typ()
        .with_message(format!("fetch failed: {error}"))
        .into()
}

impl Package {
    fn make(self, chunks: &[Bytes], context: &mut Context) -> JsResult<JsValue> {
        match self {
            Self::ArrayBuffer => Ok(array_buffer(chunks, context)?.into()),
            Self::Bytes => {
                let buffer = array_buffer(chunks, context)?;
                Ok(JsUint8Array::from_array_buffer(buffer, context)?.into())
            }
            Self::Text => Ok(utf8_decode(&joined(chunks)).into()),
            Self::Json => json::parse_bytes(&joined(chunks), context),
            Self::Blob(content_type) => blob(chunks, &content_type, context),
        }
    }
}

/// A new `ArrayBuffer` with the bytes of all chunks.
fn array_buffer(chunks: &[Bytes], context: &mut Context) -> JsResult<JsArrayBuffer> {
    let length: usize = chunks.iter().map(Bytes::len).sum();
    let limit = context.host_hooks().max_buffer_size(context);
    let too_large = || {
        JsNativeError::range()
            .with_message(format!("a body of {length} bytes does not fit in a buffer"))
    };
    if length as u64 > limit {
        return Err(too_large().into());
    }
    let mut block = AlignedVec::new(0);
    block.try_reserve_exact(length).map_err(|_| too_large())?;
    for chunk in chunks {
        block.extend_from_slice(chunk);
    }
    JsArrayBuffer::from_byte_block(block, context)
}

/// All chunks as one.
fn joined(chunks: &[Bytes]) -> Cow<'_, [u8]> {
    match chunks {
        [chunk] => Cow::Borrowed(chunk),
        chunks => Cow::Owned(chunks.concat()),
    }
}

/// A `Blob`, where the global object has that interface.
fn blob(chunks: &[Bytes], content_type: &[u8], context: &mut Context) -> JsResult<JsValue> {
    let constructor = context.global_object().get(js_string!("Blob"), context)?;
    let Some(constructor) = constructor.as_constructor() else {
        return Err(JsNativeError::typ()
            .with_message("this context has no Blob")
            .into());
    };
    let buffer = array_buffer(chunks, context)?;
    let parts = convert::array([buffer.into()], context);
    let options = boa_engine::JsObject::with_object_proto(context.intrinsics());
    let content_type = convert::byte_string_value(content_type);
    options.create_data_property_or_throw(js_string!("type"), content_type, context)?;
    let blob = constructor.construct(&[parts.into(), options.into()], None, context)?;
    Ok(blob.into())
}
