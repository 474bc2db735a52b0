//! Abstract operations on readable streams.
//!
//! <https://streams.spec.whatwg.org/#rs-abstract-ops>

use boa_engine::{Context, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::wrap;

use super::{
    read_request::{ReadIntoRequest, ReadRequest},
    readable_byte_stream_controller::ReadableByteStreamController,
    readable_stream::ReadableStream,
    readable_stream_byob_reader::ReadableStreamBYOBReader,
    readable_stream_default_controller::ReadableStreamDefaultController,
    readable_stream_default_reader::ReadableStreamDefaultReader,
    source::Source,
};
use crate::streams::support::{Chunk, Deferred, Outcome, SizeAlgorithm, Slots};

/// `[[state]]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::streams) enum State {
    Readable,
    Closed,
    Errored,
}

/// `[[reader]]`
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) enum Reader {
    Default(JsObject<ReadableStreamDefaultReader>),
    Byob(JsObject<ReadableStreamBYOBReader>),
    /// Rust, which took the source away.
    Native,
}

/// `[[controller]]`
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) enum Controller {
    Default(JsObject<ReadableStreamDefaultController>),
    Byte(JsObject<ReadableByteStreamController>),
}

/// <https://streams.spec.whatwg.org/#create-readable-stream>, with a start algorithm that returns
/// `start`.
///
/// # Errors
///
/// An error of the engine itself.
pub(in crate::streams) fn create_readable_stream(
    start: Outcome,
    source: Source,
    high_water_mark: f64,
    size: SizeAlgorithm,
    context: &mut Context,
) -> JsResult<(
    JsObject<ReadableStream>,
    JsObject<ReadableStreamDefaultController>,
)> {
    let stream = wrap(ReadableStream::new(), context);
    let controller =
        ReadableStreamDefaultController::create(&stream, source, high_water_mark, size, context);
    ReadableStreamDefaultController::start(&controller, start, context)?;
    Ok((stream, controller))
}

/// <https://streams.spec.whatwg.org/#abstract-opdef-createreadablebytestream>
///
/// # Errors
///
/// An error of the engine itself.
pub(super) fn create_readable_byte_stream(
    source: Source,
    context: &mut Context,
) -> JsResult<(
    JsObject<ReadableStream>,
    JsObject<ReadableByteStreamController>,
)> {
    let stream = wrap(ReadableStream::new(), context);
    let controller = ReadableByteStreamController::create(&stream, source, 0.0, None, context);
    Ok((stream, controller))
}

/// <https://streams.spec.whatwg.org/#readable-stream-cancel>
///
/// # Errors
///
/// An error of the engine itself.
pub(in crate::streams) fn cancel(
    stream: &JsObject<ReadableStream>,
    reason: JsValue,
    context: &mut Context,
) -> JsResult<Outcome> {
    let state = stream.with(|slots| {
        slots.disturbed = true;
        slots.state
    });
    match state {
        State::Closed => return Ok(Outcome::Fulfilled),
        State::Errored => {
            return Ok(Outcome::Rejected(
                stream.with(|slots| slots.stored_error.clone()),
            ));
        }
        State::Readable => {}
    }
    close(stream, context)?;
    if let Some(Reader::Byob(reader)) = stream.with(|slots| slots.reader.clone()) {
        let requests = reader.with(|slots| std::mem::take(&mut slots.read_into_requests));
        for request in requests {
            request.close(JsValue::undefined(), context)?;
        }
    }
    let outcome = match stream.with(|slots| slots.controller.clone()) {
        Some(Controller::Default(controller)) => {
            ReadableStreamDefaultController::cancel_steps(&controller, reason, context)?
        }
        Some(Controller::Byte(controller)) => {
            ReadableByteStreamController::cancel_steps(&controller, reason, context)?
        }
        None => Outcome::Fulfilled,
    };
    Ok(Outcome::Deferred(outcome.then_undefined(context)?))
}

/// <https://streams.spec.whatwg.org/#readable-stream-close>
pub(super) fn close(stream: &JsObject<ReadableStream>, context: &mut Context) -> JsResult<()> {
    let reader = stream.with(|slots| {
        slots.state = State::Closed;
        slots.reader.clone()
    });
    if let Some(closed) = reader.as_ref().and_then(Reader::closed) {
        closed.resolve(context)?;
    }
    if let Some(Reader::Default(reader)) = reader {
        let requests = reader.with(|slots| std::mem::take(&mut slots.read_requests));
        for request in requests {
            request.close(context)?;
        }
    }
    Ok(())
}

/// <https://streams.spec.whatwg.org/#readable-stream-error>
pub(super) fn error(
    stream: &JsObject<ReadableStream>,
    error: JsValue,
    context: &mut Context,
) -> JsResult<()> {
    let reader = stream.with(|slots| {
        slots.state = State::Errored;
        slots.stored_error = error.clone();
        slots.reader.clone()
    });
    let Some(reader) = reader else {
        return Ok(());
    };
    if let Some(closed) = reader.closed() {
        closed.reject(error.clone(), context)?;
    }
    match reader {
        Reader::Default(reader) => {
            ReadableStreamDefaultReader::error_read_requests(&reader, &error, context)
        }
        Reader::Byob(reader) => {
            ReadableStreamBYOBReader::error_read_into_requests(&reader, &error, context)
        }
        Reader::Native => Ok(()),
    }
}

impl Reader {
    /// `[[closedPromise]]`
    fn closed(&self) -> Option<Deferred> {
        use super::generic_reader::HasGenericReader;
        match self {
            Self::Default(reader) => Some(reader.with(|slots| slots.generic().closed.clone())),
            Self::Byob(reader) => Some(reader.with(|slots| slots.generic().closed.clone())),
            Self::Native => None,
        }
    }
}

/// Whether the stream has a default reader: <https://streams.spec.whatwg.org/#readable-stream-has-default-reader>.
pub(super) fn default_reader(
    stream: &JsObject<ReadableStream>,
) -> Option<JsObject<ReadableStreamDefaultReader>> {
    stream.with(|slots| match &slots.reader {
        Some(Reader::Default(reader)) => Some(reader.clone()),
        _ => None,
    })
}

/// Whether the stream has a BYOB reader: <https://streams.spec.whatwg.org/#readable-stream-has-byob-reader>.
pub(super) fn byob_reader(
    stream: &JsObject<ReadableStream>,
) -> Option<JsObject<ReadableStreamBYOBReader>> {
    stream.with(|slots| match &slots.reader {
        Some(Reader::Byob(reader)) => Some(reader.clone()),
        _ => None,
    })
}

/// <https://streams.spec.whatwg.org/#readable-stream-get-num-read-requests>, 0 without a default
/// reader.
pub(super) fn num_read_requests(stream: &JsObject<ReadableStream>) -> usize {
    default_reader(stream).map_or(0, |reader| reader.with(|slots| slots.read_requests.len()))
}

/// <https://streams.spec.whatwg.org/#readable-stream-get-num-read-into-requests>, 0 without a BYOB
/// reader.
pub(super) fn num_read_into_requests(stream: &JsObject<ReadableStream>) -> usize {
    byob_reader(stream).map_or(0, |reader| {
        reader.with(|slots| slots.read_into_requests.len())
    })
}

/// <https://streams.spec.whatwg.org/#readable-stream-add-read-request>
pub(super) fn add_read_request(stream: &JsObject<ReadableStream>, request: ReadRequest) {
    if let Some(reader) = default_reader(stream) {
        reader.with(|slots| slots.read_requests.push_back(request));
    }
}

/// <https://streams.spec.whatwg.org/#readable-stream-add-read-into-request>
pub(super) fn add_read_into_request(stream: &JsObject<ReadableStream>, request: ReadIntoRequest) {
    if let Some(reader) = byob_reader(stream) {
        reader.with(|slots| slots.read_into_requests.push_back(request));
    }
}

/// Removes the first read request.
pub(super) fn take_read_request(stream: &JsObject<ReadableStream>) -> Option<ReadRequest> {
    default_reader(stream)?.with(|slots| slots.read_requests.pop_front())
}

/// <https://streams.spec.whatwg.org/#readable-stream-fulfill-read-request>, with `done` false.
pub(super) fn fulfill_read_request(
    stream: &JsObject<ReadableStream>,
    chunk: Chunk,
    context: &mut Context,
) -> JsResult<()> {
    match take_read_request(stream) {
        Some(request) => request.chunk(chunk, context),
        None => Ok(()),
    }
}

/// <https://streams.spec.whatwg.org/#readable-stream-fulfill-read-into-request>
pub(super) fn fulfill_read_into_request(
    stream: &JsObject<ReadableStream>,
    chunk: JsValue,
    done: bool,
    context: &mut Context,
) -> JsResult<()> {
    let request = byob_reader(stream)
        .and_then(|reader| reader.with(|slots| slots.read_into_requests.pop_front()));
    match request {
        Some(request) if done => request.close(chunk, context),
        Some(request) => request.chunk(chunk, context),
        None => Ok(()),
    }
}

/// <https://streams.spec.whatwg.org/#abstract-opdef-readablestreamcontroller-pullsteps>
pub(super) fn pull_steps(
    stream: &JsObject<ReadableStream>,
    request: ReadRequest,
    context: &mut Context,
) -> JsResult<()> {
    match stream.with(|slots| slots.controller.clone()) {
        Some(Controller::Default(controller)) => {
            ReadableStreamDefaultController::pull_steps(&controller, stream, request, context)
        }
        Some(Controller::Byte(controller)) => {
            ReadableByteStreamController::pull_steps(&controller, stream, request, context)
        }
        None => Ok(()),
    }
}

/// <https://streams.spec.whatwg.org/#abstract-opdef-readablestreamcontroller-releasesteps>
pub(super) fn release_steps(stream: &JsObject<ReadableStream>) {
    if let Some(Controller::Byte(controller)) = stream.with(|slots| slots.controller.clone()) {
        ReadableByteStreamController::release_steps(&controller);
    }
}
