//! `ReadableStreamBYOBReader`: <https://streams.spec.whatwg.org/#byob-reader-class>.

use std::collections::VecDeque;

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsValue, object::builtins::JsPromise,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{
    ArrayBufferView, Dictionary, Interface, InterfaceBuilder, ViewKind, convert, this_object,
};

use super::{
    generic_reader::{
        GenericReader, HasGenericReader, acquire, attach, generic_release, members,
        stream_argument, stream_of,
    },
    operations::{Controller, Reader, State},
    read_request::ReadIntoRequest,
    readable_byte_stream_controller::ReadableByteStreamController,
    readable_stream::ReadableStream,
};
use crate::streams::support::{Slots, type_error, type_error_value};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct ReadableStreamBYOBReader {
    generic: GenericReader,
    /// `[[readIntoRequests]]`
    pub(super) read_into_requests: VecDeque<ReadIntoRequest>,
}

impl Interface for ReadableStreamBYOBReader {
    const NAME: &'static str = "ReadableStreamBYOBReader";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface.promise_method("read", 1, read);
        members::<Self>(interface);
    }

    /// <https://streams.spec.whatwg.org/#byob-reader-constructor>
    fn construct(args: &[JsValue], _: &mut Context) -> JsResult<Self> {
        Self::new(stream_argument::<Self>(args)?)
    }

    fn constructed(object: &JsObject<Self>, _: &mut Context) -> JsResult<()> {
        attach(object);
        Ok(())
    }
}

impl HasGenericReader for ReadableStreamBYOBReader {
    fn generic(&mut self) -> &mut GenericReader {
        &mut self.generic
    }

    fn reader(this: &JsObject<Self>) -> Reader {
        Reader::Byob(this.clone())
    }

    fn release(this: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        Self::release_reader(this, context)
    }
}

/// <https://streams.spec.whatwg.org/#byob-reader-read>
fn read(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "ReadableStreamBYOBReader.read";
    let this = this_object::<ReadableStreamBYOBReader>(this)?;
    let view = convert::required_by(args, 0, 1, WHAT)?;
    let view = ArrayBufferView::new(view, "ReadableStreamBYOBReader.read: the view", context)?;
    let options = args.get(1).cloned().unwrap_or_default();
    let options = Dictionary::new(&options, "ReadableStreamBYOBReaderReadOptions")?;
    let min = match options.get("min", context)? {
        Some(min) => convert::enforce_range_unsigned_long_long(&min, "min", context)?,
        None => 1,
    };
    if view.byte_length == 0 || view.buffer.byte_length() == 0 {
        return Err(type_error(
            "ReadableStreamBYOBReader.read: the view is empty",
        ));
    }
    if min == 0 {
        return Err(type_error(
            "ReadableStreamBYOBReader.read: min must not be 0",
        ));
    }
    let length = view.byte_length / view.kind.element_size();
    let min = match usize::try_from(min) {
        Ok(min) if min <= length => min,
        _ => {
            return Err(JsNativeError::range()
                .with_message("ReadableStreamBYOBReader.read: min is more than the view's length")
                .into());
        }
    };
    let stream = stream_of(&this)?;
    let (promise, functions) = JsPromise::new_pending(context);
    read_from(
        &stream,
        &view,
        min,
        ReadIntoRequest::Promise(functions),
        context,
    )?;
    Ok(promise.into())
}

/// <https://streams.spec.whatwg.org/#readable-stream-byob-reader-read>
fn read_from(
    stream: &JsObject<ReadableStream>,
    view: &ArrayBufferView,
    min: usize,
    request: ReadIntoRequest,
    context: &mut Context,
) -> JsResult<()> {
    let (error, controller) = stream.with(|slots| {
        slots.disturbed = true;
        let error = match slots.state {
            State::Errored => Some(slots.stored_error.clone()),
            State::Readable | State::Closed => None,
        };
        (error, slots.controller.clone())
    });
    match (error, controller) {
        (Some(error), _) => request.error(error, context),
        (None, Some(Controller::Byte(controller))) => {
            ReadableByteStreamController::pull_into(&controller, view, min, request, context)
        }
        (None, _) => {
            let error = type_error_value("the stream is not a readable byte stream", context)?;
            request.error(error, context)
        }
    }
}

impl ReadableStreamBYOBReader {
    /// <https://streams.spec.whatwg.org/#set-up-readable-stream-byob-reader>
    fn new(stream: JsObject<ReadableStream>) -> JsResult<Self> {
        let generic = GenericReader::new(stream)?;
        let is_bytes = generic.stream.as_ref().is_some_and(|stream| {
            stream.with(|slots| matches!(slots.controller, Some(Controller::Byte(_))))
        });
        if !is_bytes {
            return Err(type_error(
                "ReadableStreamBYOBReader: the stream is not a readable byte stream",
            ));
        }
        Ok(Self {
            generic,
            read_into_requests: VecDeque::new(),
        })
    }

    /// <https://streams.spec.whatwg.org/#acquire-readable-stream-byob-reader>
    pub(super) fn acquire(
        stream: &JsObject<ReadableStream>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let reader = Self::new(stream.clone())?;
        Ok(acquire(reader, context))
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-byob-reader-read>
    pub(super) fn read(
        this: &JsObject<Self>,
        view: &ArrayBufferView,
        min: usize,
        request: ReadIntoRequest,
        context: &mut Context,
    ) -> JsResult<()> {
        debug_assert!(min <= view.byte_length || view.kind != ViewKind::DataView);
        let stream = stream_of(this)?;
        read_from(&stream, view, min, request, context)
    }

    /// <https://streams.spec.whatwg.org/#abstract-opdef-readablestreambyobreaderrelease>
    pub(super) fn release_reader(this: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        generic_release(this, context)?;
        let error = type_error_value("the reader was released", context)?;
        Self::error_read_into_requests(this, &error, context)
    }

    /// <https://streams.spec.whatwg.org/#abstract-opdef-readablestreambyobreadererrorreadintorequests>
    pub(super) fn error_read_into_requests(
        this: &JsObject<Self>,
        error: &JsValue,
        context: &mut Context,
    ) -> JsResult<()> {
        let requests = this.with(|slots| std::mem::take(&mut slots.read_into_requests));
        for request in requests {
            request.error(error.clone(), context)?;
        }
        Ok(())
    }
}
