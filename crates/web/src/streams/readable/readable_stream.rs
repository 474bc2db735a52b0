//! `ReadableStream`: <https://streams.spec.whatwg.org/#rs-class>.

use boa_engine::{Context, JsData, JsNativeError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{Dictionary, Interface, InterfaceBuilder, convert, this_object};

use super::{
    BufferedSource, ByteSource, async_iterator,
    byte_source::tee_source,
    byte_stream_tee::ByteStreamTee,
    default_tee::DefaultTee,
    from_iterable::FromIterable,
    native_source::NativeSource,
    operations::{Controller, Reader, State, cancel, create_readable_byte_stream},
    pipe_to::{PipeOptions, pipe_to},
    pulling::PullController,
    readable_byte_stream_controller::ReadableByteStreamController,
    readable_stream_byob_reader::ReadableStreamBYOBReader,
    readable_stream_default_controller::ReadableStreamDefaultController,
    readable_stream_default_reader::ReadableStreamDefaultReader,
    source::{Source, UnderlyingSource},
};
use crate::streams::{
    support::{QueuingStrategy, Slots, type_error},
    writable::WritableStream,
};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct ReadableStream {
    /// `[[state]]`
    #[unsafe_ignore_trace]
    pub(super) state: State,
    /// `[[storedError]]`
    pub(super) stored_error: JsValue,
    /// `[[disturbed]]`
    pub(super) disturbed: bool,
    /// `[[reader]]`
    pub(super) reader: Option<Reader>,
    /// `[[controller]]`
    pub(super) controller: Option<Controller>,
    /// What the constructor was given, until there is an object to set up.
    setup: Option<Setup>,
}

/// What setting up a stream for an underlying source needs.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Setup {
    underlying: UnderlyingSource,
    #[unsafe_ignore_trace]
    strategy: QueuingStrategy,
}

impl Interface for ReadableStream {
    const NAME: &'static str = "ReadableStream";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .static_method("from", 1, |_, args, context| {
                let iterable = convert::required_by(args, 0, 1, "ReadableStream.from")?;
                Ok(FromIterable::stream(iterable, context)?.upcast().into())
            })
            .getter("locked", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(Self::is_locked(&this).into())
            })
            .promise_method("cancel", 0, cancel_method)
            .method("getReader", 0, get_reader)
            .method("pipeThrough", 1, pipe_through)
            .promise_method("pipeTo", 1, pipe_to_method)
            .method("tee", 0, |this, _, context| {
                let this = this_object::<Self>(this)?;
                let (first, second) = Self::tee(&this, context)?;
                let branches = [first.upcast().into(), second.upcast().into()];
                Ok(convert::array(branches, context).into())
            });
        async_iterator::members(interface);
    }

    /// <https://streams.spec.whatwg.org/#rs-constructor>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let source = underlying_object(args, "ReadableStream: the underlying source")?;
        let strategy = QueuingStrategy::from_argument(args.get(1), context)?;
        let underlying = UnderlyingSource::new(&source, context)?;
        Ok(Self::with_setup(Some(Setup {
            underlying,
            strategy,
        })))
    }

    fn constructed(object: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        match object.with(|slots| slots.setup.take()) {
            Some(setup) => setup.perform(object, context),
            None => Ok(()),
        }
    }
}

/// An argument of type `optional object`; `null` if it is missing.
pub(in crate::streams) fn underlying_object(args: &[JsValue], what: &str) -> JsResult<JsValue> {
    match args.first() {
        None => Ok(JsValue::null()),
        Some(value) if value.is_undefined() => Ok(JsValue::null()),
        Some(value) if value.is_object() => Ok(value.clone()),
        Some(_) => Err(type_error(format!("{what} must be an object"))),
    }
}

impl Setup {
    fn perform(self, stream: &JsObject<ReadableStream>, context: &mut Context) -> JsResult<()> {
        let Self {
            underlying,
            strategy,
        } = self;
        if underlying.is_bytes {
            if strategy.has_size() {
                return Err(JsNativeError::range()
                    .with_message(
                        "ReadableStream: the strategy of a byte stream must not have a size",
                    )
                    .into());
            }
            let high_water_mark = strategy.high_water_mark(0.0)?;
            let chunk_size = match underlying.auto_allocate_chunk_size {
                None => None,
                Some(0) => {
                    return Err(type_error(
                        "ReadableStream: autoAllocateChunkSize must not be 0",
                    ));
                }
                Some(size) => Some(usize::try_from(size).unwrap_or(usize::MAX)),
            };
            let controller = ReadableByteStreamController::create(
                stream,
                underlying.source,
                high_water_mark,
                chunk_size,
                context,
            );
            let start = UnderlyingSource::start(
                underlying.start.as_ref(),
                &controller.clone().upcast(),
                context,
            )?;
            return ReadableByteStreamController::start(&controller, start, context);
        }
        let high_water_mark = strategy.high_water_mark(1.0)?;
        let size = strategy.size_algorithm(context);
        let controller = ReadableStreamDefaultController::create(
            stream,
            underlying.source,
            high_water_mark,
            size,
            context,
        );
        let start = UnderlyingSource::start(
            underlying.start.as_ref(),
            &controller.clone().upcast(),
            context,
        )?;
        ReadableStreamDefaultController::start(&controller, start, context)
    }
}

/// <https://streams.spec.whatwg.org/#rs-cancel>
fn cancel_method(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<ReadableStream>(this)?;
    if ReadableStream::is_locked(&this) {
        return Err(type_error("ReadableStream.cancel: the stream is locked"));
    }
    let reason = args.first().cloned().unwrap_or_default();
    Ok(cancel(&this, reason, context)?.promise(context)?.into())
}

/// <https://streams.spec.whatwg.org/#rs-get-reader>
fn get_reader(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<ReadableStream>(this)?;
    let options = args.first().cloned().unwrap_or_default();
    let options = Dictionary::new(&options, "ReadableStreamGetReaderOptions")?;
    match options.get("mode", context)? {
        None => {
            let reader = ReadableStreamDefaultReader::acquire(&this, context)?;
            Ok(reader.upcast().into())
        }
        Some(mode) => {
            convert::enumeration(&mode, &["byob"], "ReadableStream.getReader: mode", context)?;
            let reader = ReadableStreamBYOBReader::acquire(&this, context)?;
            Ok(reader.upcast().into())
        }
    }
}

/// <https://streams.spec.whatwg.org/#rs-pipe-through>
fn pipe_through(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "ReadableStream.pipeThrough";
    let this = this_object::<ReadableStream>(this)?;
    let transform = convert::required_by(args, 0, 1, WHAT)?;
    let transform = Dictionary::new(transform, "ReadableWritablePair")?;
    let readable = transform.get_required("readable", context)?;
    if !taipan_webidl::is::<ReadableStream>(&readable) {
        return Err(type_error(format!(
            "{WHAT}: readable is not a ReadableStream"
        )));
    }
    let writable = transform.get_required("writable", context)?;
    let writable = this_object::<WritableStream>(&writable)
        .map_err(|_| type_error(format!("{WHAT}: writable is not a WritableStream")))?;
    let options = PipeOptions::from_argument(args.get(1), context)?;
    if ReadableStream::is_locked(&this) {
        return Err(type_error(format!("{WHAT}: the stream is locked")));
    }
    if WritableStream::is_locked(&writable) {
        return Err(type_error(format!("{WHAT}: writable is locked")));
    }
    // Nobody gets to see the promise, so nobody is told that it was rejected.
    pipe_to(&this, &writable, options, context)?;
    Ok(readable)
}

/// <https://streams.spec.whatwg.org/#rs-pipe-to>
fn pipe_to_method(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "ReadableStream.pipeTo";
    let this = this_object::<ReadableStream>(this)?;
    let destination = convert::required_by(args, 0, 1, WHAT)?;
    let destination = this_object::<WritableStream>(destination)
        .map_err(|_| type_error(format!("{WHAT}: the destination is not a WritableStream")))?;
    let options = PipeOptions::from_argument(args.get(1), context)?;
    if ReadableStream::is_locked(&this) {
        return Err(type_error(format!("{WHAT}: the stream is locked")));
    }
    if WritableStream::is_locked(&destination) {
        return Err(type_error(format!("{WHAT}: the destination is locked")));
    }
    let promise = pipe_to(&this, &destination, options, context)?;
    Ok(promise.promise(context)?.into())
}

impl ReadableStream {
    /// <https://streams.spec.whatwg.org/#initialize-readable-stream>
    pub(super) fn new() -> Self {
        Self::with_setup(None)
    }

    fn with_setup(setup: Option<Setup>) -> Self {
        Self {
            state: State::Readable,
            stored_error: JsValue::undefined(),
            disturbed: false,
            reader: None,
            controller: None,
            setup,
        }
    }

    /// A readable byte stream whose chunks come from Rust. Nothing is asked of the source before
    /// somebody reads.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn from_byte_source(
        source: Box<dyn ByteSource>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let source = Source::Native(NativeSource::new(source));
        let (stream, controller) = create_readable_byte_stream(source, context)?;
        // There is nothing to start.
        controller.with(|slots| slots.pulling().started = true);
        Ok(stream)
    }

    /// A readable byte stream of the given bytes.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn from_bytes(bytes: Bytes, context: &mut Context) -> JsResult<JsObject<Self>> {
        Self::from_byte_source(Box::new(BufferedSource::new([bytes])), context)
    }

    /// <https://streams.spec.whatwg.org/#is-readable-stream-locked>
    #[must_use]
    pub fn is_locked(stream: &JsObject<Self>) -> bool {
        stream.with(|slots| slots.reader.is_some())
    }

    /// <https://streams.spec.whatwg.org/#readablestream-disturbed>
    #[must_use]
    pub fn is_disturbed(stream: &JsObject<Self>) -> bool {
        stream.with(|slots| slots.disturbed)
    }

    /// <https://streams.spec.whatwg.org/#readablestream-errored>
    #[must_use]
    pub fn is_errored(stream: &JsObject<Self>) -> bool {
        stream.with(|slots| slots.state) == State::Errored
    }

    /// <https://streams.spec.whatwg.org/#readablestream-closed>
    #[must_use]
    pub fn is_closed(stream: &JsObject<Self>) -> bool {
        stream.with(|slots| slots.state) == State::Closed
    }

    /// What an errored stream was errored with.
    #[must_use]
    pub fn stored_error(stream: &JsObject<Self>) -> JsValue {
        stream.with(|slots| slots.stored_error.clone())
    }

    /// The source behind a stream that came out of Rust and that nobody has locked or read from;
    /// the stream is locked and disturbed from then on, as though it was being read.
    #[must_use]
    pub fn take_byte_source(stream: &JsObject<Self>) -> Option<Box<dyn ByteSource>> {
        let controller = stream.with(|slots| {
            if slots.disturbed || slots.reader.is_some() || slots.state != State::Readable {
                return None;
            }
            match &slots.controller {
                Some(Controller::Byte(controller)) => Some(controller.clone()),
                _ => None,
            }
        })?;
        let source = controller.with(|slots| match &slots.pulling().source {
            Source::Native(source) => source.take(),
            _ => None,
        })?;
        stream.with(|slots| {
            slots.disturbed = true;
            slots.reader = Some(Reader::Native);
        });
        Some(source)
    }

    /// <https://streams.spec.whatwg.org/#readable-stream-tee>
    ///
    /// # Errors
    ///
    /// A `TypeError` if the stream is locked.
    pub fn tee(
        stream: &JsObject<Self>,
        context: &mut Context,
    ) -> JsResult<(JsObject<Self>, JsObject<Self>)> {
        Self::tee_with(stream, false, context)
    }

    /// The same, but that the second stream gets copies of the chunks: what clones of bodies are made of.
    ///
    /// <https://streams.spec.whatwg.org/#readablestream-tee>
    ///
    /// # Errors
    ///
    /// A `TypeError` if the stream is locked.
    pub fn tee_cloning(
        stream: &JsObject<Self>,
        context: &mut Context,
    ) -> JsResult<(JsObject<Self>, JsObject<Self>)> {
        Self::tee_with(stream, true, context)
    }

    fn tee_with(
        stream: &JsObject<Self>,
        clones: bool,
        context: &mut Context,
    ) -> JsResult<(JsObject<Self>, JsObject<Self>)> {
        if let Some(source) = Self::take_byte_source(stream) {
            let (first, second) = tee_source(source);
            let first = Self::from_byte_source(first, context)?;
            let second = Self::from_byte_source(second, context)?;
            return Ok((first, second));
        }
        match stream.with(|slots| slots.controller.clone()) {
            Some(Controller::Byte(_)) => ByteStreamTee::tee(stream, context),
            _ => DefaultTee::tee(stream, clones, context),
        }
    }

    /// <https://streams.spec.whatwg.org/#readablestream-cancel>, without a look at the outcome.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn cancel(stream: &JsObject<Self>, reason: JsValue, context: &mut Context) -> JsResult<()> {
        cancel(stream, reason, context)?;
        Ok(())
    }
}
