//! Detaching buffers, and buffers that must not be detached.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsValue,
    object::builtins::{JsArrayBuffer, JsWeakSet},
};
use boa_gc::{Finalize, Trace};

/// The buffers of a realm that only their owner may detach.
///
/// The engine's `[[ArrayBufferDetachKey]]` cannot be set from outside of it; this stands in for a
/// key that nobody else has.
#[derive(Trace, Finalize, JsData)]
struct Undetachable(JsWeakSet);

/// Has [`can_detach`] and [`transfer`] refuse `buffer` from now on.
///
/// # Errors
/// An error of the engine itself.
pub fn forbid_detach(buffer: &JsArrayBuffer, context: &mut Context) -> JsResult<()> {
    let realm = context.realm().clone();
    let known = realm
        .host_defined()
        .get::<Undetachable>()
        .map(|known| known.0.clone());
    let set = match known {
        Some(set) => set,
        None => {
            let set = JsWeakSet::new(context);
            realm.host_defined_mut().insert(Undetachable(set.clone()));
            set
        }
    };
    set.add(&JsObject::from(buffer.clone()), context)?;
    Ok(())
}

/// Whether `buffer` is neither detached nor forbidden to be.
///
/// <https://streams.spec.whatwg.org/#can-transfer-array-buffer>
///
/// # Errors
/// An error of the engine itself.
pub fn can_detach(buffer: &JsArrayBuffer, context: &mut Context) -> JsResult<bool> {
    if buffer.data().is_none() {
        return Ok(false);
    }
    let forbidden = context
        .realm()
        .host_defined()
        .get::<Undetachable>()
        .map(|known| known.0.clone());
    match forbidden {
        Some(set) => Ok(!set.has(&JsObject::from(buffer.clone()), context)?),
        None => Ok(true),
    }
}

/// Detaches `buffer` and gives its bytes to a new one, without a copy.
///
/// <https://streams.spec.whatwg.org/#transfer-array-buffer>
///
/// # Errors
/// A `TypeError` if the buffer is detached or must not be.
pub fn transfer(buffer: &JsArrayBuffer, context: &mut Context) -> JsResult<JsArrayBuffer> {
    if !can_detach(buffer, context)? {
        let reason = if buffer.data().is_none() {
            "the ArrayBuffer is detached"
        } else {
            "the ArrayBuffer of a WebAssembly.Memory cannot be transferred"
        };
        return Err(JsNativeError::typ().with_message(reason).into());
    }
    let block = buffer.detach(&JsValue::undefined())?;
    JsArrayBuffer::from_byte_block(block, context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfers_unless_forbidden() {
        let context = &mut Context::default();
        let buffer = JsArrayBuffer::new(8, context).expect("a buffer");
        let other = transfer(&buffer, context).expect("a transferred buffer");
        assert_eq!((buffer.byte_length(), other.byte_length()), (0, 8));
        assert!(transfer(&buffer, context).is_err(), "it is detached");
        forbid_detach(&other, context).expect("no error");
        assert!(!can_detach(&other, context).expect("no error"));
        assert!(transfer(&other, context).is_err(), "it is forbidden");
        assert_eq!(other.byte_length(), 8);
    }
}
