//! `ReadableStreamGenericReader`: <https://streams.spec.whatwg.org/#generic-reader-mixin>.

use boa_engine::{Context, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object};

use super::{
    native_source::NativeSource,
    operations::{Controller, Reader, State, cancel, release_steps},
    readable_stream::ReadableStream,
};
use crate::streams::support::{Deferred, Slots, type_error, type_error_value};

/// The internal slots of the mixin.
#[derive(Trace, Finalize)]
pub(in crate::streams) struct GenericReader {
    /// `[[stream]]`
    pub(super) stream: Option<JsObject<ReadableStream>>,
    /// `[[closedPromise]]`
    pub(super) closed: Deferred,
}

impl GenericReader {
    /// <https://streams.spec.whatwg.org/#readable-stream-reader-generic-initialize>, but for the
    /// stream's `[[reader]]`, for which there must be an object first.
    ///
    /// A `TypeError` if the stream is locked.
    pub(super) fn new(stream: JsObject<ReadableStream>) -> JsResult<Self> {
        if ReadableStream::is_locked(&stream) {
            return Err(type_error("the ReadableStream is locked to a reader"));
        }
        let closed = stream.with(|slots| match slots.state {
            State::Readable => Deferred::new_handled(),
            State::Closed => Deferred::fulfilled(),
            State::Errored => Deferred::settled_handled(Err(slots.stored_error.clone())),
        });
        Ok(Self {
            stream: Some(stream),
            closed,
        })
    }
}

/// An interface that includes the mixin.
pub(in crate::streams) trait HasGenericReader: Interface {
    /// The slots.
    fn generic(&mut self) -> &mut GenericReader;

    /// The reader as the one of a stream.
    fn reader(this: &JsObject<Self>) -> Reader;

    /// Releases the reader and rejects what is still asked of it.
    fn release(this: &JsObject<Self>, context: &mut Context) -> JsResult<()>;
}

/// `[[stream]]`; a `TypeError` if the reader was released.
pub(super) fn stream_of<T: HasGenericReader>(
    this: &JsObject<T>,
) -> JsResult<JsObject<ReadableStream>> {
    this.with(|slots| slots.generic().stream.clone())
        .ok_or_else(|| type_error(format!("the {} was released", T::NAME)))
}

/// Adds the members of the mixin, and `releaseLock`, which both interfaces have.
pub(super) fn members<T: HasGenericReader>(interface: &mut InterfaceBuilder<'_>) {
    interface
        .promise_getter("closed", |this, _, context| {
            let this = this_object::<T>(this)?;
            let closed = this.with(|slots| slots.generic().closed.clone());
            if closed.is_pending()
                && let Ok(stream) = stream_of(&this)
                && let Some(Controller::Byte(controller)) =
                    stream.with(|slots| slots.controller.clone())
            {
                NativeSource::watch(&controller, context);
            }
            Ok(closed.promise(context)?.into())
        })
        .promise_method("cancel", 0, |this, args, context| {
            let this = this_object::<T>(this)?;
            let stream = stream_of(&this)?;
            let reason = args.first().cloned().unwrap_or_default();
            Ok(cancel(&stream, reason, context)?.promise(context)?.into())
        })
        .method("releaseLock", 0, |this, _, context| {
            let this = this_object::<T>(this)?;
            if stream_of(&this).is_ok() {
                T::release(&this, context)?;
            }
            Ok(JsValue::undefined())
        });
}

/// Makes the reader the one of its stream.
pub(super) fn attach<T: HasGenericReader>(this: &JsObject<T>) {
    let stream = this.with(|slots| slots.generic().stream.clone());
    if let Some(stream) = stream {
        stream.with(|slots| slots.reader = Some(T::reader(this)));
    }
}

/// A reader that no script has called a constructor for.
pub(super) fn acquire<T: HasGenericReader>(reader: T, context: &mut Context) -> JsObject<T> {
    let reader = taipan_webidl::wrap(reader, context);
    attach(&reader);
    reader
}

/// <https://streams.spec.whatwg.org/#readable-stream-reader-generic-release>
pub(super) fn generic_release<T: HasGenericReader>(
    this: &JsObject<T>,
    context: &mut Context,
) -> JsResult<()> {
    let stream = stream_of(this)?;
    let error = type_error_value("the reader was released", context)?;
    let closed = this.with(|slots| {
        let closed = &mut slots.generic().closed;
        if !closed.is_pending() {
            *closed = Deferred::settled_handled(Err(error.clone()));
        }
        closed.clone()
    });
    closed.reject(error, context)?;
    release_steps(&stream);
    stream.with(|slots| slots.reader = None);
    this.with(|slots| slots.generic().stream = None);
    Ok(())
}

/// Makes sure that a value is a `ReadableStream`.
pub(super) fn stream_argument<T: Interface>(
    args: &[JsValue],
) -> JsResult<JsObject<ReadableStream>> {
    let stream = taipan_webidl::convert::required::<T>(args, 0, 1)?;
    this_object::<ReadableStream>(stream)
        .map_err(|_| type_error(format!("{}: not a ReadableStream", T::NAME)))
}
