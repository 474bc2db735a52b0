//! Transforms that are written in Rust, and the interfaces made of them.

use boa_engine::{Context, JsObject, JsResult, JsValue};
use bytes::Bytes;
use taipan_webidl::{Interface, InterfaceBuilder, this_object};

use super::{
    transform_stream::TransformStream,
    transform_stream_default_controller::TransformStreamDefaultController,
};
use crate::bytes::uint8_array;

/// The transformer of a [`TransformStream`] that has no script behind it.
///
/// It must not hold JavaScript objects: the collector does not see them there.
pub trait NativeTransform: 'static {
    /// Takes a chunk that was written and enqueues what it becomes.
    ///
    /// # Errors
    ///
    /// An error errors both sides of the stream.
    fn transform(
        &mut self,
        chunk: JsValue,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()>;

    /// The same for a chunk that comes out of Rust. Unless this is overridden, it becomes a
    /// `Uint8Array`.
    ///
    /// # Errors
    ///
    /// An error errors both sides of the stream.
    fn transform_bytes(
        &mut self,
        chunk: Bytes,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let chunk = uint8_array(&chunk, context)?;
        self.transform(chunk.into(), controller, context)
    }

    /// All chunks were written: enqueues what is left.
    ///
    /// # Errors
    ///
    /// An error errors both sides of the stream.
    fn flush(
        &mut self,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let _ = (controller, context);
        Ok(())
    }
}

/// An interface that includes `GenericTransformStream`.
///
/// <https://streams.spec.whatwg.org/#generictransformstream>
pub trait GenericTransformStream: Interface {
    /// The transform stream that an object of the interface is made of.
    fn transform_stream(&self) -> JsObject<TransformStream>;
}

/// Adds the attributes `readable` and `writable`.
pub fn generic_transform_stream<T: GenericTransformStream>(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("readable", |this, _, _| {
            let this = this_object::<T>(this)?;
            let stream = this.borrow().data().transform_stream();
            Ok(TransformStream::readable(&stream)?.upcast().into())
        })
        .getter("writable", |this, _, _| {
            let this = this_object::<T>(this)?;
            let stream = this.borrow().data().transform_stream();
            Ok(TransformStream::writable(&stream)?.upcast().into())
        });
}
