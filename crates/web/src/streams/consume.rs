//! Streams as Rust reads them.

use boa_engine::{Context, JsNativeError, JsObject, JsResult};

use super::{ByteSource, ReadableStream};

/// Reads everything out of a stream and hands the bytes to `on_done`.
///
/// What is not bytes is a `TypeError`, as is a stream that is locked or was read from.
///
/// # Errors
///
/// An error of the engine itself; what goes wrong with the stream is handed to `on_done`.
pub fn read_all(
    stream: &JsObject<ReadableStream>,
    context: &mut Context,
    on_done: impl FnOnce(JsResult<Vec<u8>>, &mut Context) -> JsResult<()> + 'static,
) -> JsResult<()> {
    let _ = stream;
    on_done(
        Err(JsNativeError::typ().with_message("not available").into()),
        context,
    )
}

/// Any stream as chunks of bytes for Rust, read as fast as they are asked for. To drop or to cancel
/// the source before its end is to cancel the stream.
///
/// # Errors
///
/// A `TypeError` if the stream is locked.
pub fn into_byte_source(
    stream: &JsObject<ReadableStream>,
    context: &mut Context,
) -> JsResult<Box<dyn ByteSource>> {
    let _ = (stream, context);
    Err(JsNativeError::typ().with_message("not available").into())
}
