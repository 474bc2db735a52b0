//! What is handed over rather than copied.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/structured-data.html#transferable-objects>

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue,
    builtins::array_buffer::{AlignedVec, ArrayBuffer},
    object::builtins::JsArrayBuffer,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::buffer_source::{can_detach, is_resizable};

use super::{data_clone_error, platform::describe};
use crate::messaging::{MessagePort, PortHolder};

/// A transfer data holder.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) enum Transferred {
    ArrayBuffer(#[unsafe_ignore_trace] AlignedVec<u8>),
    ResizableArrayBuffer(ArrayBuffer),
    MessagePort(PortHolder),
}

/// Whether there is a way to transfer the object, detached or not.
pub(super) fn check_transferable(object: &JsObject, context: &mut Context) -> JsResult<()> {
    if object.is::<ArrayBuffer>() || object.is::<MessagePort>() {
        return Ok(());
    }
    let message = format!(
        "structuredClone: {} cannot be transferred",
        describe(object)
    );
    Err(data_clone_error(&message, context))
}

/// The transfer steps.
///
/// <https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializewithtransfer>, step 5
pub(super) fn transfer(object: &JsObject, context: &mut Context) -> JsResult<Transferred> {
    if let Ok(port) = object.clone().downcast::<MessagePort>() {
        return MessagePort::transfer(&port, context)
            .map(Transferred::MessagePort)
            .ok_or_else(|| {
                let message = "structuredClone: a detached MessagePort cannot be transferred";
                data_clone_error(message, context)
            });
    }
    let buffer = JsArrayBuffer::from_object(object.clone())?;
    if buffer.data().is_none() {
        let message = "structuredClone: a detached ArrayBuffer cannot be transferred";
        return Err(data_clone_error(message, context));
    }
    if !can_detach(&buffer, context)? {
        return Err(JsNativeError::typ()
            .with_message(
                "structuredClone: the ArrayBuffer of a WebAssembly.Memory cannot be transferred",
            )
            .into());
    }
    if !is_resizable(&buffer) {
        let block = buffer.detach(&JsValue::undefined())?;
        return Ok(Transferred::ArrayBuffer(block));
    }
    // What it may grow to is known to the engine's buffer alone, so all of that moves. What remains is resizable, too.
    let empty = JsArrayBuffer::new(0, context)?.with_max_byte_length(0);
    let empty = empty.borrow().data().clone();
    let data = std::mem::replace(buffer.borrow_mut().data_mut(), empty);
    buffer.detach(&JsValue::undefined())?;
    Ok(Transferred::ResizableArrayBuffer(data))
}

impl Transferred {
    /// The transfer-receiving steps: a new object in the current realm.
    ///
    /// <https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserializewithtransfer>
    pub(super) fn receive(self, context: &mut Context) -> JsResult<JsObject> {
        match self {
            Self::ArrayBuffer(block) => Ok(JsArrayBuffer::from_byte_block(block, context)?.into()),
            Self::ResizableArrayBuffer(data) => Ok(resizable_array_buffer(data, context)),
            Self::MessagePort(holder) => Ok(MessagePort::receive(holder, context).upcast()),
        }
    }
}

/// A new `ArrayBuffer` in the current realm with all that `data` has.
pub(super) fn resizable_array_buffer(data: ArrayBuffer, context: &mut Context) -> JsObject {
    let constructors = context.intrinsics().constructors();
    let prototype = constructors.array_buffer().prototype();
    JsObject::new(context.root_shape(), prototype, data).upcast()
}
