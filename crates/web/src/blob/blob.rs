//! The `Blob` interface.

use std::task::{self, Poll};

use boa_engine::{Context, JsData, JsObject, JsResult, JsString, JsValue, js_string};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{
    Dictionary, Interface, InterfaceBuilder,
    convert::{self, IntegerMode},
    this_object, wrap,
};

use super::parts::{BlobPart, BlobPropertyBag, normalize_type, process};
use crate::{
    bytes::{array_buffer, uint8_array},
    encoding::utf8_decode,
    streams::{ByteSource, ReadableStream, SourceError},
};

/// How many bytes a chunk of a blob's stream has.
const CHUNK: usize = 64 * 1024;

/// Immutable bytes with a type. A slice shares the bytes of what it was cut from.
///
/// <https://w3c.github.io/FileAPI/#blob-section>
#[derive(Debug, Clone, Trace, Finalize, JsData)]
pub struct Blob {
    #[unsafe_ignore_trace]
    bytes: Bytes,
    #[unsafe_ignore_trace]
    kind: String,
}

impl Blob {
    /// The state of a blob with these bytes and this type, which is not looked at.
    pub(crate) fn new(bytes: Bytes, kind: String) -> Self {
        Self { bytes, kind }
    }

    /// A new object in the current realm; the type is normalised as that of `new Blob` is.
    pub fn create(bytes: Bytes, mime_type: &str, context: &mut Context) -> JsObject<Self> {
        let kind = normalize_type(&JsString::from(mime_type));
        wrap(Self::new(bytes, kind), context)
    }

    /// The bytes of a blob, shared with it.
    #[must_use]
    pub fn bytes(this: &JsObject<Self>) -> Bytes {
        this.borrow().data().bytes.clone()
    }

    /// Another object in the current realm with the bytes and the type of `this`.
    pub(crate) fn clone_of(this: &JsObject<Self>, context: &mut Context) -> JsObject<Self> {
        let blob = this.borrow().data().clone();
        wrap(blob, context)
    }

    /// The `type` of a blob.
    #[must_use]
    pub fn mime_type(this: &JsObject<Self>) -> String {
        this.borrow().data().kind.clone()
    }
}

impl Interface for Blob {
    const NAME: &'static str = "Blob";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("size", |this, _, _| {
                let size = this_object::<Self>(this)?.borrow().data().bytes.len();
                Ok(JsValue::from(size))
            })
            .getter("type", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let kind = js_string!(this.borrow().data().kind.as_str());
                Ok(kind.into())
            })
            .method("slice", 0, slice)
            .method("stream", 0, stream)
            .promise_method("text", 0, text)
            .promise_method("arrayBuffer", 0, read_array_buffer)
            .promise_method("bytes", 0, read_bytes);
    }

    /// <https://w3c.github.io/FileAPI/#constructorBlob>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let parts = match args.first() {
            Some(parts) if !parts.is_undefined() => {
                BlobPart::sequence(parts, "Blob: blobParts", context)?
            }
            _ => Vec::new(),
        };
        let undefined = JsValue::undefined();
        let bag = Dictionary::new(args.get(1).unwrap_or(&undefined), "BlobPropertyBag")?;
        let bag = BlobPropertyBag::convert(&bag, context)?;
        Ok(Self::new(process(parts, bag.native_endings), bag.kind))
    }
}

/// <https://w3c.github.io/FileAPI/#dfn-slice>
fn slice(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Blob>(this)?;
    let bytes = Blob::bytes(&this);
    let size = bytes.len();
    // <https://w3c.github.io/FileAPI/#slice-blob>: a position from the end is negative, and none is beyond
    // either end.
    let mut position = |index: usize, default: usize| -> JsResult<usize> {
        let Some(value) = args.get(index).filter(|value| !value.is_undefined()) else {
            return Ok(default);
        };
        let position = convert::integer(value, 64, true, IntegerMode::Clamp, "", context)?;
        let size = size as i128;
        let position = if position < 0 {
            (size + position).max(0)
        } else {
            position.min(size)
        };
        Ok(position as usize)
    };
    let start = position(0, 0)?;
    let end = position(1, size)?.max(start);
    let kind = match args.get(2) {
        Some(kind) if !kind.is_undefined() => normalize_type(&convert::dom_string(kind, context)?),
        _ => String::new(),
    };
    Ok(wrap(Blob::new(bytes.slice(start..end), kind), context)
        .upcast()
        .into())
}

/// The bytes of a blob, chunk by chunk.
struct Chunks(Bytes);

impl ByteSource for Chunks {
    fn poll_chunk(
        &mut self,
        _: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, SourceError>>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.0.len().min(CHUNK);
        Poll::Ready(Some(Ok(self.0.split_to(length))))
    }

    fn size_hint(&self) -> Option<u64> {
        Some(self.0.len() as u64)
    }
}

/// <https://w3c.github.io/FileAPI/#blob-get-stream>
fn stream(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let bytes = Blob::bytes(&this_object::<Blob>(this)?);
    let stream = ReadableStream::from_byte_source(Box::new(Chunks(bytes)), context)?;
    Ok(stream.upcast().into())
}

/// A promise for what `make` makes of the bytes.
fn read(
    this: &JsValue,
    make: impl FnOnce(&[u8], &mut Context) -> JsResult<JsValue>,
    context: &mut Context,
) -> JsResult<JsValue> {
    let bytes = Blob::bytes(&this_object::<Blob>(this)?);
    let value = make(&bytes, context)?;
    Ok(taipan_webidl::promise::resolved(value, context)?.into())
}

/// <https://w3c.github.io/FileAPI/#dom-blob-text>
fn text(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    read(this, |bytes, _| Ok(utf8_decode(bytes).into()), context)
}

/// <https://w3c.github.io/FileAPI/#dom-blob-arraybuffer>
fn read_array_buffer(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    read(
        this,
        |bytes, context| Ok(array_buffer(bytes, context)?.into()),
        context,
    )
}

/// <https://w3c.github.io/FileAPI/#dom-blob-bytes>
fn read_bytes(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    read(
        this,
        |bytes, context| Ok(uint8_array(bytes, context)?.into()),
        context,
    )
}
