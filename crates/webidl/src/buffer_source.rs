//! `BufferSource`: <https://webidl.spec.whatwg.org/#BufferSource>.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue, builtins::array_buffer::ArrayBuffer,
    object::builtins::JsArrayBuffer,
};

use crate::ArrayBufferView;
pub use crate::detach::{can_detach, forbid_detach, transfer};

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
        let Some(object) = value.as_object() else {
            return Ok(None);
        };
        if let Ok(buffer) = JsArrayBuffer::from_object(object.clone()) {
            return Ok(Some(Self {
                buffer,
                range: None,
            }));
        }
        let view = ArrayBufferView::try_new(value, context)?;
        Ok(view.map(|view| Self {
            buffer: view.buffer,
            range: Some((view.byte_offset, view.byte_length)),
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
