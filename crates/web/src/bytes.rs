//! Bytes as scripts get them.

use boa_engine::{
    Context, JsNativeError, JsResult,
    builtins::array_buffer::AlignedVec,
    object::builtins::{JsArrayBuffer, JsUint8Array},
};
use taipan_webidl::buffer_source::external_memory;

/// A new `ArrayBuffer` with a copy of the bytes.
///
/// # Errors
///
/// A `RangeError` if there are more bytes than a buffer of this context may have, or than there is memory for.
pub fn array_buffer(bytes: &[u8], context: &mut Context) -> JsResult<JsArrayBuffer> {
    array_buffer_of_chunks(&[bytes], context)
}

/// A new `ArrayBuffer` with a copy of the bytes of all chunks.
///
/// # Errors
///
/// See [`array_buffer`].
pub fn array_buffer_of_chunks(
    chunks: &[impl AsRef<[u8]>],
    context: &mut Context,
) -> JsResult<JsArrayBuffer> {
    let length: usize = chunks.iter().map(|chunk| chunk.as_ref().len()).sum();
    let limit = context.host_hooks().max_buffer_size(context);
    let too_large = || {
        JsNativeError::range().with_message(format!("{length} bytes do not fit in an ArrayBuffer"))
    };
    if length as u64 > limit {
        return Err(too_large().into());
    }
    external_memory(length);
    let mut block = AlignedVec::new(0);
    block.try_reserve_exact(length).map_err(|_| too_large())?;
    for chunk in chunks {
        block.extend_from_slice(chunk.as_ref());
    }
    JsArrayBuffer::from_byte_block(block, context)
}

/// A new `Uint8Array` on a new buffer with a copy of the bytes.
///
/// # Errors
///
/// See [`array_buffer`].
pub fn uint8_array(bytes: &[u8], context: &mut Context) -> JsResult<JsUint8Array> {
    let buffer = array_buffer(bytes, context)?;
    JsUint8Array::from_array_buffer(buffer, context)
}
