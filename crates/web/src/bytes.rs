//! Bytes as scripts get them.

use boa_engine::{
    Context, JsNativeError, JsResult,
    builtins::array_buffer::AlignedVec,
    object::builtins::{JsArrayBuffer, JsUint8Array},
};
use taipan_webidl::external;

/// A new `ArrayBuffer` with a copy of the bytes.
///
/// # Errors
///
/// A `RangeError` if there are more bytes than a buffer of this context may have, or than there is memory for.
pub fn array_buffer(bytes: &[u8], context: &mut Context) -> JsResult<JsArrayBuffer> {
    let limit = context.host_hooks().max_buffer_size(context);
    let too_large = || {
        JsNativeError::range().with_message(format!(
            "{} bytes do not fit in an ArrayBuffer",
            bytes.len()
        ))
    };
    if bytes.len() as u64 > limit {
        return Err(too_large().into());
    }
    external::will_allocate(bytes.len());
    let mut block = AlignedVec::new(0);
    block
        .try_reserve_exact(bytes.len())
        .map_err(|_| too_large())?;
    block.extend_from_slice(bytes);
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
