//! `ReadableStreamDefaultReader`: <https://streams.spec.whatwg.org/#default-reader-class>.

use std::collections::VecDeque;

use boa_engine::{Context, JsData, JsObject, JsResult, JsValue, object::builtins::JsPromise};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object};

use super::{
    generic_reader::{
        GenericReader, HasGenericReader, acquire, attach, generic_release, members,
        stream_argument, stream_of,
    },
    operations::{Reader, State, pull_steps},
    read_request::ReadRequest,
    readable_stream::ReadableStream,
};
use crate::streams::support::{Slots, type_error_value};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct ReadableStreamDefaultReader {
    generic: GenericReader,
    /// `[[readRequests]]`
    pub(super) read_requests: VecDeque<ReadRequest>,
}

impl Interface for ReadableStreamDefaultReader {
    const NAME: &'static str = "ReadableStreamDefaultReader";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface.promise_method("read", 0, read);
        members::<Self>(interface);
    }

    /// <https://streams.spec.whatwg.org/#default-reader-constructor>
    fn construct(args: &[JsValue], _: &mut Context) -> JsResult<Self> {
        Self::new(stream_argument::<Self>(args)?)
    }

    fn constructed(object: &JsObject<Self>, _: &mut Context) -> JsResult<()> {
        attach(object);
        Ok(())
    }
}

impl HasGenericReader for ReadableStreamDefaultReader {
    fn generic(&mut self) -> &mut GenericReader {
        &mut self.generic
    }

    fn reader(this: &JsObject<Self>) -> Reader {
        Reader::Default(this.clone())
    }

    fn release(this: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        Self::release_reader(this, context)
    }
}

/// <https://streams.spec.whatwg.org/#default-reader-read>
fn read(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<ReadableStreamDefaultReader>(this)?;
    let stream = stream_of(&this)?;
    let (promise, functions) = JsPromise::new_pending(context);
    read_from(&stream, ReadRequest::Promise(functions), context)?;
    Ok(promise.into())
}

/// <https://streams.spec.whatwg.org/#readable-stream-default-reader-read>
fn read_from(
    stream: &JsObject<ReadableStream>,
    request: ReadRequest,
    context: &mut Context,
) -> JsResult<()> {
    let (state, error) = stream.with(|slots| {
        slots.disturbed = true;
        let error = match slots.state {
            State::Errored => slots.stored_error.clone(),
            State::Readable | State::Closed => JsValue::undefined(),
        };
        (slots.state, error)
    });
    match state {
        State::Closed => request.close(context),
        State::Errored => request.error(error, context),
        State::Readable => pull_steps(stream, request, context),
    }
}

impl ReadableStreamDefaultReader {
    /// <https://streams.spec.whatwg.org/#set-up-readable-stream-default-reader>
    fn new(stream: JsObject<ReadableStream>) -> JsResult<Self> {
        Ok(Self {
            generic: GenericReader::new(stream)?,
            read_requests: VecDeque::new(),
        })
    }

    /// <https://streams.spec.whatwg.org/#acquire-readable-stream-reader>
    ///
    /// # Errors
    ///
    /// A `TypeError` if the stream is locked.
    pub(in crate::streams) fn acquire(
        stream: &JsObject<ReadableStream>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let reader = Self::new(stream.clone())?;
        Ok(acquire(reader, context))
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-default-reader-read>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn read(
        this: &JsObject<Self>,
        request: ReadRequest,
        context: &mut Context,
    ) -> JsResult<()> {
        let stream = stream_of(this)?;
        read_from(&stream, request, context)
    }

    /// <https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreaderrelease>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn release_reader(
        this: &JsObject<Self>,
        context: &mut Context,
    ) -> JsResult<()> {
        generic_release(this, context)?;
        let error = type_error_value("the reader was released", context)?;
        Self::error_read_requests(this, &error, context)
    }

    /// <https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreadererrorreadrequests>
    pub(super) fn error_read_requests(
        this: &JsObject<Self>,
        error: &JsValue,
        context: &mut Context,
    ) -> JsResult<()> {
        let requests = this.with(|slots| std::mem::take(&mut slots.read_requests));
        for request in requests {
            request.error(error.clone(), context)?;
        }
        Ok(())
    }
}
