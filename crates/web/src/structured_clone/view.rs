//! Views on buffers among what is cloned.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue,
    builtins::{array_buffer::ArrayBuffer, typed_array::TypedArray},
    object::builtins::{JsArrayBuffer, JsDataView, JsSharedArrayBuffer, JsTypedArray},
};
use taipan_webidl::{ViewKind, buffer_source::is_resizable};

/// A view, but for the buffer that it is on.
#[derive(Debug, Clone)]
pub(super) struct ViewRecord {
    kind: ViewKind,
    /// The place of the buffer's record.
    pub(super) buffer: usize,
    byte_offset: u64,
    /// In elements; `None` if it follows the buffer's.
    length: Option<u64>,
}

/// A view as it is found.
pub(super) struct View {
    kind: ViewKind,
    pub(super) buffer: JsObject,
    byte_offset: u64,
    length: Option<u64>,
}

/// What is asked of a view, which may have no answer.
enum Found {
    NoView,
    OutOfBounds,
    View(View),
}

impl View {
    /// The view that `object` is, if it is one; `Err` within if it is out of its buffer's bounds.
    pub(super) fn find(
        object: &JsObject,
        context: &mut Context,
    ) -> JsResult<Option<Result<Self, ()>>> {
        let found = match JsTypedArray::from_object(object.clone()) {
            Ok(array) => Self::typed_array(object, &array, context)?,
            Err(_) => match JsDataView::from_object(object.clone()) {
                Ok(view) => Self::data_view(&view, context)?,
                Err(_) => Found::NoView,
            },
        };
        Ok(match found {
            Found::NoView => None,
            Found::OutOfBounds => Some(Err(())),
            Found::View(view) => Some(Ok(view)),
        })
    }

    fn typed_array(
        object: &JsObject,
        array: &JsTypedArray,
        context: &mut Context,
    ) -> JsResult<Found> {
        let (Some(kind), Some(buffer)) = (array.kind(), array.buffer(context)?.as_object()) else {
            return Ok(Found::NoView);
        };
        let Some(buffer_length) = length_of(&buffer) else {
            return Ok(Found::OutOfBounds);
        };
        let Some(array) = object.downcast_ref::<TypedArray>() else {
            return Ok(Found::NoView);
        };
        let kind = ViewKind::TypedArray(kind);
        let size = kind.element_size() as u64;
        let byte_offset = array.byte_offset();
        // Whether the length follows the buffer's is not to be had otherwise than by asking what it would be.
        let [short, long] = [1_usize << 40, 1 << 41].map(|length| array.array_length(length));
        let length = (short == long).then_some(short);
        let end = byte_offset + length.unwrap_or(0) * size;
        if end > buffer_length {
            return Ok(Found::OutOfBounds);
        }
        Ok(Found::View(Self {
            kind,
            buffer,
            byte_offset,
            length,
        }))
    }

    fn data_view(view: &JsDataView, context: &mut Context) -> JsResult<Found> {
        let Some(buffer) = view.buffer(context)?.as_object() else {
            return Ok(Found::NoView);
        };
        // These throw if, and only if, the view is out of bounds.
        let (Ok(byte_offset), Ok(length), Some(buffer_length)) = (
            view.byte_offset(context),
            view.byte_length(context),
            length_of(&buffer),
        ) else {
            return Ok(Found::OutOfBounds);
        };
        let at_end = byte_offset + length == buffer_length;
        let follows = at_end && follows_length(view, &buffer, length, context);
        Ok(Found::View(Self {
            kind: ViewKind::DataView,
            buffer,
            byte_offset,
            length: (!follows).then_some(length),
        }))
    }

    /// The record, when the place of the buffer's is known.
    pub(super) fn record(&self, buffer: usize) -> ViewRecord {
        ViewRecord {
            kind: self.kind,
            buffer,
            byte_offset: self.byte_offset,
            length: self.length,
        }
    }
}

/// The length of a buffer in bytes, `None` if it is detached.
fn length_of(buffer: &JsObject) -> Option<u64> {
    if let Some(buffer) = buffer.downcast_ref::<ArrayBuffer>() {
        return buffer.data().map(|data| data.len() as u64);
    }
    let buffer = JsSharedArrayBuffer::from_object(buffer.clone()).ok()?;
    Some(buffer.byte_length() as u64)
}

/// Whether the length of a `DataView`, which ends where its buffer does, follows the buffer's. The engine tells nobody,
/// so the buffer is resized for the moment of asking.
fn follows_length(
    view: &JsDataView,
    buffer: &JsObject,
    length: u64,
    context: &mut Context,
) -> bool {
    let Ok(buffer) = JsArrayBuffer::from_object(buffer.clone()) else {
        // Shared buffers can only grow, for good. If this one can, the view most likely follows it.
        return true;
    };
    if !is_resizable(&buffer) {
        return false;
    }
    let resize = |length: usize| {
        let resized = buffer.borrow_mut().data_mut().resize(length as u64);
        resized.is_ok()
    };
    let old = buffer.byte_length();
    if resize(old + 1) {
        let follows = view.byte_length(context).is_ok_and(|new| new > length);
        resize(old);
        return follows;
    }
    // It is as large as it may be. An empty view at its end is in bounds at no other length, so it does not matter
    // whether it follows.
    let last = buffer.data().and_then(|data| data.last().copied());
    let Some(last) = last.filter(|_| length > 0) else {
        return false;
    };
    resize(old - 1);
    let follows = view.byte_length(context).is_ok();
    resize(old);
    if let Some(mut data) = buffer.data_mut()
        && let Some(byte) = data.last_mut()
    {
        *byte = last;
    }
    follows
}

impl ViewRecord {
    /// A new view in the current realm.
    pub(super) fn create(&self, buffer: &JsValue, context: &mut Context) -> JsResult<JsValue> {
        let constructor = self.kind.constructor(context);
        let mut arguments = vec![buffer.clone(), JsValue::from(self.byte_offset as f64)];
        arguments.extend(self.length.map(|length| JsValue::from(length as f64)));
        let view = constructor.construct(&arguments, None, context)?;
        if !view.is::<TypedArray>() && JsDataView::from_object(view.clone()).is_err() {
            return Err(JsNativeError::typ()
                .with_message("structuredClone: a view could not be made")
                .into());
        }
        Ok(view.into())
    }
}
