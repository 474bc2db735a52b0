//! Chunks.

use boa_engine::{Context, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;

use crate::bytes::uint8_array;

/// A single piece of data in a stream. What comes out of Rust becomes a JavaScript object when a
/// script gets to see it, and not before.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) enum Chunk {
    /// Anything.
    Value(JsValue),
    /// What a script sees as a `Uint8Array`.
    Bytes(#[unsafe_ignore_trace] Bytes),
}

impl Chunk {
    /// The chunk as scripts see it.
    ///
    /// # Errors
    ///
    /// A `RangeError` if there is no memory for it.
    pub(in crate::streams) fn into_value(self, context: &mut Context) -> JsResult<JsValue> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Bytes(bytes) => Ok(uint8_array(&bytes, context)?.into()),
        }
    }
}

impl From<JsValue> for Chunk {
    fn from(value: JsValue) -> Self {
        Self::Value(value)
    }
}
