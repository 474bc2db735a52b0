//! `BufferSource`: <https://webidl.spec.whatwg.org/#BufferSource>.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue,
    builtins::array_buffer::ArrayBuffer,
    object::builtins::{
        JsArrayBuffer, JsDataView, JsSharedArrayBuffer, JsTypedArray, JsUint8Array,
    },
};

use crate::ArrayBufferView;
pub use crate::detach::{can_detach, forbid_detach, transfer};
pub use crate::external_memory::external_memory;

/// What an API accepts besides fixed-length, unshared buffers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allow {
    /// `[AllowResizable]`: resizable buffers too.
    pub resizable: bool,
}

/// Whether the buffer was made with a `maxByteLength`.
#[must_use]
pub fn is_resizable(buffer: &JsArrayBuffer) -> bool {
    let object: JsObject = buffer.clone().into();
    let length = buffer.byte_length() as u64;
    // Resizing to the length it has changes nothing, and is refused for a fixed-length buffer.
    // A detached one is refused as well, and then nothing hangs on the answer.
    object
        .downcast_mut::<ArrayBuffer>()
        .is_some_and(|mut buffer| buffer.resize(length).is_ok())
}

/// An `ArrayBuffer`, or a view on one, that a script handed over.
#[derive(Debug, Clone)]
pub struct BufferSource {
    buffer: JsArrayBuffer,
    /// The view's offset in bytes into its buffer, and its length.
    range: Option<(usize, usize)>,
}

impl BufferSource {
    /// Converts `value`; `what` names it in error messages.
    ///
    /// # Errors
    /// A `TypeError` if it is neither an `ArrayBuffer` nor a view on one, if the buffer is shared,
    /// or if it is resizable and `allow` does not say otherwise.
    pub fn new(value: &JsValue, what: &str, allow: Allow, context: &mut Context) -> JsResult<Self> {
        match Self::try_new(value, context)? {
            Some(source) => {
                if !allow.resizable && source.is_resizable() {
                    return Err(JsNativeError::typ()
                        .with_message(format!("{what} must not be resizable"))
                        .into());
                }
                Ok(source)
            }
            None => Err(JsNativeError::typ()
                .with_message(format!(
                    "{what} must be an ArrayBuffer or a view on an ArrayBuffer that is not shared"
                ))
                .into()),
        }
    }

    /// Converts `value` if it is an `ArrayBuffer` or a view on one that is not shared.
    ///
    /// # Errors
    /// An error of the engine itself.
    pub fn try_new(value: &JsValue, context: &mut Context) -> JsResult<Option<Self>> {
        // Views are what scripts hand over most often.
        if let Some(view) = ArrayBufferView::try_new(value, context)? {
            return Ok(Some(Self {
                buffer: view.buffer,
                range: Some((view.byte_offset, view.byte_length)),
            }));
        }
        let buffer = value.as_object().and_then(array_buffer);
        Ok(buffer.map(|buffer| Self {
            buffer,
            range: None,
        }))
    }

    /// The buffer itself.
    #[must_use]
    pub fn buffer(&self) -> &JsArrayBuffer {
        &self.buffer
    }

    /// Whether the buffer was made with a `maxByteLength`.
    #[must_use]
    pub fn is_resizable(&self) -> bool {
        is_resizable(&self.buffer)
    }

    /// Hands the bytes to `f` without copying them; none if the buffer is detached.
    ///
    /// `f` must not run script: the buffer is borrowed while it runs.
    pub fn with_bytes<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self.buffer.data() {
            Some(data) => f(match self.range {
                None => &data,
                Some((offset, length)) => data
                    .get(offset..offset.saturating_add(length))
                    .unwrap_or_default(),
            }),
            None => f(&[]),
        }
    }

    /// Hands the bytes to `f` to be written; none if the buffer is detached.
    ///
    /// `f` must not run script: the buffer is borrowed while it runs.
    pub fn with_bytes_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        match self.buffer.data_mut() {
            Some(mut data) => f(match self.range {
                None => &mut data,
                Some((offset, length)) => data
                    .get_mut(offset..offset.saturating_add(length))
                    .unwrap_or_default(),
            }),
            None => f(&mut []),
        }
    }

    /// A copy of the bytes: <https://webidl.spec.whatwg.org/#dfn-get-buffer-source-copy>.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.with_bytes(<[u8]>::to_vec)
    }

    /// The number of bytes.
    #[must_use]
    pub fn byte_length(&self) -> usize {
        self.with_bytes(<[u8]>::len)
    }
}

/// The object as an `ArrayBuffer`, if it is one.
pub(crate) fn array_buffer(object: JsObject) -> Option<JsArrayBuffer> {
    Some(object.downcast::<ArrayBuffer>().ok()?.into())
}

/// `[AllowShared]`: a copy of the bytes of a `SharedArrayBuffer` or a view on one. `None` if
/// `value` is neither.
///
/// Shared bytes can change at any time, so there is no borrowing them.
///
/// # Errors
/// An error of the engine itself.
pub fn shared_to_vec(value: &JsValue, context: &mut Context) -> JsResult<Option<Vec<u8>>> {
    let Some(object) = value.as_object() else {
        return Ok(None);
    };
    if let Ok(buffer) = JsSharedArrayBuffer::from_object(object.clone()) {
        return Ok(Some(buffer.to_vec()));
    }
    let (buffer, offset, length) = if let Ok(array) = JsTypedArray::from_object(object.clone()) {
        let buffer = array.buffer(context)?;
        let offset = array.byte_offset(context)?;
        (buffer, offset as u64, array.byte_length(context)? as u64)
    } else if let Ok(view) = JsDataView::from_object(object) {
        let offset = view.byte_offset(context).unwrap_or(0);
        let length = view.byte_length(context).unwrap_or(0);
        (view.buffer(context)?, offset, length)
    } else {
        return Ok(None);
    };
    let is_shared = |buffer: JsObject| JsSharedArrayBuffer::from_object(buffer).is_ok();
    if !buffer.as_object().is_some_and(is_shared) {
        return Ok(None);
    }
    // The engine gives the bytes of a Uint8Array alone, so make one of the same range.
    let constructor = context
        .intrinsics()
        .constructors()
        .typed_uint8_array()
        .constructor();
    let bytes = constructor.construct(&[buffer, offset.into(), length.into()], None, context)?;
    JsUint8Array::from_object(bytes)?.to_vec(context).map(Some)
}
