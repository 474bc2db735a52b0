//! `ArrayBufferView`: <https://webidl.spec.whatwg.org/#ArrayBufferView>.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue,
    builtins::{
        dataview::DataView,
        typed_array::{TypedArray, TypedArrayKind},
    },
    context::intrinsics::StandardConstructor,
    object::builtins::{JsArrayBuffer, JsDataView, JsTypedArray},
};
use boa_gc::{Finalize, Trace};

use crate::buffer_source::array_buffer;

/// Which constructor made a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewKind {
    /// `DataView`.
    DataView,
    /// One of the typed arrays.
    TypedArray(TypedArrayKind),
}

impl ViewKind {
    /// `Uint8Array`
    pub const UINT8_ARRAY: Self = Self::TypedArray(TypedArrayKind::Uint8);

    /// The size of an element in bytes.
    #[must_use]
    pub fn element_size(self) -> usize {
        match self {
            Self::DataView => 1,
            Self::TypedArray(kind) => match kind {
                TypedArrayKind::Int8 | TypedArrayKind::Uint8 | TypedArrayKind::Uint8Clamped => 1,
                TypedArrayKind::Int16 | TypedArrayKind::Uint16 | TypedArrayKind::Float16 => 2,
                TypedArrayKind::Int32 | TypedArrayKind::Uint32 | TypedArrayKind::Float32 => 4,
                TypedArrayKind::BigInt64 | TypedArrayKind::BigUint64 | TypedArrayKind::Float64 => 8,
            },
        }
    }

    /// The intrinsic constructor of such views.
    #[must_use]
    pub fn constructor(self, context: &Context) -> JsObject {
        match self {
            Self::DataView => context.intrinsics().constructors().data_view().clone(),
            Self::TypedArray(kind) => constructor(kind, context),
        }
        .constructor()
    }

    /// A new view of this kind; `length` counts elements.
    ///
    /// # Errors
    /// What the constructor throws for a buffer that is detached or too short.
    pub fn construct(
        self,
        buffer: JsArrayBuffer,
        byte_offset: usize,
        length: usize,
        context: &mut Context,
    ) -> JsResult<JsObject> {
        match self {
            Self::DataView => {
                let view = JsDataView::from_js_array_buffer(
                    buffer,
                    Some(byte_offset as u64),
                    Some(length as u64),
                    context,
                )?;
                Ok(view.into())
            }
            Self::TypedArray(kind) => {
                let arguments = [
                    buffer.into(),
                    JsValue::from(byte_offset as f64),
                    JsValue::from(length as f64),
                ];
                constructor(kind, context)
                    .constructor()
                    .construct(&arguments, None, context)
            }
        }
    }
}

fn constructor(kind: TypedArrayKind, context: &Context) -> StandardConstructor {
    let constructors = context.intrinsics().constructors();
    match kind {
        TypedArrayKind::Int8 => constructors.typed_int8_array(),
        TypedArrayKind::Uint8 => constructors.typed_uint8_array(),
        TypedArrayKind::Uint8Clamped => constructors.typed_uint8clamped_array(),
        TypedArrayKind::Int16 => constructors.typed_int16_array(),
        TypedArrayKind::Uint16 => constructors.typed_uint16_array(),
        TypedArrayKind::Int32 => constructors.typed_int32_array(),
        TypedArrayKind::Uint32 => constructors.typed_uint32_array(),
        TypedArrayKind::BigInt64 => constructors.typed_bigint64_array(),
        TypedArrayKind::BigUint64 => constructors.typed_biguint64_array(),
        TypedArrayKind::Float16 => constructors.typed_float16_array(),
        TypedArrayKind::Float32 => constructors.typed_float32_array(),
        TypedArrayKind::Float64 => constructors.typed_float64_array(),
    }
    .clone()
}

/// A view on a buffer that is not shared, as it was when it was handed over.
#[derive(Debug, Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub struct ArrayBufferView {
    /// The view itself.
    pub object: JsObject,
    /// `[[ViewedArrayBuffer]]`
    pub buffer: JsArrayBuffer,
    /// What the view is.
    #[unsafe_ignore_trace]
    pub kind: ViewKind,
    /// `[[ByteOffset]]`
    #[unsafe_ignore_trace]
    pub byte_offset: usize,
    /// `[[ByteLength]]`, 0 if the buffer is detached.
    #[unsafe_ignore_trace]
    pub byte_length: usize,
}

impl ArrayBufferView {
    /// Converts `value`; `what` names it in error messages.
    ///
    /// # Errors
    /// A `TypeError` if it is not a view, or one on a shared or a resizable buffer.
    pub fn new(value: &JsValue, what: &str, context: &mut Context) -> JsResult<Self> {
        let view = Self::try_new(value, context)?.ok_or_else(|| {
            JsNativeError::typ().with_message(format!(
                "{what} must be a view on an ArrayBuffer that is not shared"
            ))
        })?;
        if crate::buffer_source::is_resizable(&view.buffer) {
            return Err(JsNativeError::typ()
                .with_message(format!("{what} must not be a view on a resizable buffer"))
                .into());
        }
        Ok(view)
    }

    /// Converts `value` if it is a view on a buffer that is not shared.
    ///
    /// # Errors
    /// An error of the engine itself.
    pub fn try_new(value: &JsValue, context: &mut Context) -> JsResult<Option<Self>> {
        let Some(object) = value.as_object() else {
            return Ok(None);
        };
        let (kind, buffer, byte_offset, byte_length) = if object.is::<TypedArray>() {
            let array = JsTypedArray::from_object(object.clone())?;
            let Some(buffer) = array.buffer(context)?.as_object().and_then(array_buffer) else {
                return Ok(None);
            };
            // The engine's own getters would make a value of what is a number already.
            let known = object.downcast_ref::<TypedArray>().map(|array| {
                let byte_length = array.byte_length(buffer.byte_length());
                (array.kind(), array.byte_offset(), byte_length)
            });
            let Some((kind, mut byte_offset, byte_length)) = known else {
                return Ok(None);
            };
            if byte_length == 0 {
                // It may be out of bounds, and then this is 0 as well.
                byte_offset = array.byte_offset(context)? as u64;
            }
            let kind = ViewKind::TypedArray(kind);
            (kind, Some(buffer), byte_offset, byte_length)
        } else if object.is::<DataView>() {
            let view = JsDataView::from_object(object.clone())?;
            let buffer = view.buffer(context)?.as_object().and_then(array_buffer);
            // A DataView throws where a typed array says 0: when it is detached or out of bounds.
            let offset = view.byte_offset(context).unwrap_or(0);
            let length = view.byte_length(context).unwrap_or(0);
            (ViewKind::DataView, buffer, offset, length)
        } else {
            return Ok(None);
        };
        Ok(buffer.map(|buffer| Self {
            object,
            buffer,
            kind,
            byte_offset: byte_offset as usize,
            byte_length: byte_length as usize,
        }))
    }
}
