//! Abstract operations on writable streams.
//!
//! <https://streams.spec.whatwg.org/#ws-abstract-ops>

use boa_engine::{Context, JsObject, JsResult, JsValue};
use taipan_webidl::wrap;

use super::{
    sink::Sink,
    writable_stream::{PendingAbortRequest, WritableStream},
    writable_stream_default_controller::WritableStreamDefaultController,
    writable_stream_default_writer::WritableStreamDefaultWriter,
};
use crate::streams::support::{
    Deferred, Outcome, Settlement, SizeAlgorithm, Slots, steps, type_error_value,
};

/// `[[state]]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::streams) enum State {
    Writable,
    Closed,
    Erroring,
    Errored,
}

type Stream = JsObject<WritableStream>;

/// <https://streams.spec.whatwg.org/#create-writable-stream>, with a start algorithm that returns
/// `start`.
///
/// # Errors
///
/// An error of the engine itself.
pub(in crate::streams) fn create_writable_stream(
    start: Outcome,
    sink: Sink,
    high_water_mark: f64,
    size: SizeAlgorithm,
    context: &mut Context,
) -> JsResult<(Stream, JsObject<WritableStreamDefaultController>)> {
    let stream = wrap(WritableStream::new(), context);
    let controller =
        WritableStreamDefaultController::create(&stream, sink, high_water_mark, size, context)?;
    WritableStreamDefaultController::start(&controller, start, context)?;
    Ok((stream, controller))
}

/// `[[state]]`
pub(in crate::streams) fn state(stream: &Stream) -> State {
    stream.with(|slots| slots.state)
}

/// <https://streams.spec.whatwg.org/#writable-stream-default-writer-get-desired-size>
pub(in crate::streams) fn desired_size(stream: &Stream) -> Option<f64> {
    let (state, controller) = stream.with(|slots| (slots.state, slots.controller.clone()));
    match (state, controller) {
        (State::Errored | State::Erroring, _) | (State::Writable, None) => None,
        (State::Closed, _) => Some(0.0),
        (State::Writable, Some(controller)) => {
            Some(WritableStreamDefaultController::desired_size(&controller))
        }
    }
}

/// <https://streams.spec.whatwg.org/#writable-stream-abort>
///
/// # Errors
///
/// An error of the engine itself.
pub(in crate::streams) fn abort(
    stream: &Stream,
    reason: JsValue,
    context: &mut Context,
) -> JsResult<Deferred> {
    let is_over = || matches!(state(stream), State::Closed | State::Errored);
    if is_over() {
        return Ok(Deferred::fulfilled());
    }
    if let Some(controller) = stream.with(|slots| slots.controller.clone()) {
        WritableStreamDefaultController::signal_abort(&controller, &reason, context)?;
    }
    // That has run script.
    if is_over() {
        return Ok(Deferred::fulfilled());
    }
    let pending = stream.with(|slots| {
        let request = slots.pending_abort_request.as_ref();
        request.map(|request| request.promise.clone())
    });
    if let Some(promise) = pending {
        return Ok(promise);
    }
    let promise = Deferred::new();
    let was_already_erroring = state(stream) == State::Erroring;
    stream.with(|slots| {
        slots.pending_abort_request = Some(PendingAbortRequest {
            promise: promise.clone(),
            reason: if was_already_erroring {
                JsValue::undefined()
            } else {
                reason.clone()
            },
            was_already_erroring,
        });
    });
    if !was_already_erroring {
        start_erroring(stream, reason, context)?;
    }
    Ok(promise)
}

/// <https://streams.spec.whatwg.org/#writable-stream-close>
///
/// # Errors
///
/// An error of the engine itself.
pub(super) fn close(stream: &Stream, context: &mut Context) -> JsResult<Outcome> {
    let state = state(stream);
    if matches!(state, State::Closed | State::Errored) {
        let error = type_error_value("the WritableStream is closed or errored", context)?;
        return Ok(Outcome::Rejected(error));
    }
    let promise = Deferred::new();
    let (writer, backpressure, controller) = stream.with(|slots| {
        slots.close_request = Some(promise.clone());
        (
            slots.writer.clone(),
            slots.backpressure,
            slots.controller.clone(),
        )
    });
    if let Some(writer) = writer
        && backpressure
        && state == State::Writable
    {
        writer.with(|slots| slots.ready.clone()).resolve(context)?;
    }
    if let Some(controller) = controller {
        WritableStreamDefaultController::close(&controller, context)?;
    }
    Ok(Outcome::Deferred(promise))
}

/// <https://streams.spec.whatwg.org/#writable-stream-default-writer-close-with-error-propagation>
///
/// # Errors
///
/// An error of the engine itself.
pub(in crate::streams) fn close_with_error_propagation(
    stream: &Stream,
    context: &mut Context,
) -> JsResult<Outcome> {
    if close_queued_or_in_flight(stream) {
        return Ok(Outcome::Fulfilled);
    }
    match state(stream) {
        State::Closed => Ok(Outcome::Fulfilled),
        State::Errored => Ok(Outcome::Rejected(
            stream.with(|slots| slots.stored_error.clone()),
        )),
        State::Writable | State::Erroring => close(stream, context),
    }
}

/// <https://streams.spec.whatwg.org/#writable-stream-close-queued-or-in-flight>
pub(in crate::streams) fn close_queued_or_in_flight(stream: &Stream) -> bool {
    stream.with(|slots| slots.close_request.is_some() || slots.in_flight_close_request.is_some())
}

/// <https://streams.spec.whatwg.org/#writable-stream-has-operation-marked-in-flight>
fn has_operation_marked_in_flight(stream: &Stream) -> bool {
    stream.with(|slots| {
        slots.in_flight_write_request.is_some() || slots.in_flight_close_request.is_some()
    })
}

/// <https://streams.spec.whatwg.org/#writable-stream-deal-with-rejection>
pub(super) fn deal_with_rejection(
    stream: &Stream,
    error: JsValue,
    context: &mut Context,
) -> JsResult<()> {
    match state(stream) {
        State::Writable => start_erroring(stream, error, context),
        State::Erroring | State::Closed | State::Errored => finish_erroring(stream, context),
    }
}

/// <https://streams.spec.whatwg.org/#writable-stream-start-erroring>
pub(super) fn start_erroring(
    stream: &Stream,
    reason: JsValue,
    context: &mut Context,
) -> JsResult<()> {
    let (writer, controller) = stream.with(|slots| {
        slots.state = State::Erroring;
        slots.stored_error = reason.clone();
        (slots.writer.clone(), slots.controller.clone())
    });
    if let Some(writer) = writer {
        WritableStreamDefaultWriter::ensure_ready_rejected(&writer, reason, context)?;
    }
    let is_started = controller.is_some_and(|controller| controller.with(|slots| slots.started));
    if is_started && !has_operation_marked_in_flight(stream) {
        finish_erroring(stream, context)?;
    }
    Ok(())
}

/// <https://streams.spec.whatwg.org/#writable-stream-finish-erroring>
pub(super) fn finish_erroring(stream: &Stream, context: &mut Context) -> JsResult<()> {
    let (requests, error, controller, abort_request) = stream.with(|slots| {
        slots.state = State::Errored;
        (
            std::mem::take(&mut slots.write_requests),
            slots.stored_error.clone(),
            slots.controller.clone(),
            slots.pending_abort_request.take(),
        )
    });
    if let Some(controller) = &controller {
        WritableStreamDefaultController::error_steps(controller);
    }
    for request in requests {
        request.reject(error.clone(), context)?;
    }
    let Some(request) = abort_request else {
        return reject_close_and_closed_promise_if_needed(stream, context);
    };
    if request.was_already_erroring {
        request.promise.reject(error, context)?;
        return reject_close_and_closed_promise_if_needed(stream, context);
    }
    let outcome = match controller {
        Some(controller) => {
            WritableStreamDefaultController::abort_steps(&controller, request.reason, context)?
        }
        None => Outcome::Fulfilled,
    };
    let then = steps(
        (stream.clone(), request.promise),
        |(stream, promise): (Stream, Deferred), settlement: Settlement, context| {
            promise.settle(settlement.map(|_| JsValue::undefined()), context)?;
            reject_close_and_closed_promise_if_needed(&stream, context)
        },
    );
    outcome.react(then, context)
}

/// <https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write>
pub(super) fn finish_in_flight_write(stream: &Stream, context: &mut Context) -> JsResult<()> {
    match stream.with(|slots| slots.in_flight_write_request.take()) {
        Some(request) => request.resolve(context),
        None => Ok(()),
    }
}

/// <https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write-with-error>
pub(super) fn finish_in_flight_write_with_error(
    stream: &Stream,
    error: JsValue,
    context: &mut Context,
) -> JsResult<()> {
    if let Some(request) = stream.with(|slots| slots.in_flight_write_request.take()) {
        request.reject(error.clone(), context)?;
    }
    deal_with_rejection(stream, error, context)
}

/// <https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close>
pub(super) fn finish_in_flight_close(stream: &Stream, context: &mut Context) -> JsResult<()> {
    let (request, abort_request, writer) = stream.with(|slots| {
        let abort_request = if slots.state == State::Erroring {
            slots.stored_error = JsValue::undefined();
            slots.pending_abort_request.take()
        } else {
            None
        };
        slots.state = State::Closed;
        (
            slots.in_flight_close_request.take(),
            abort_request,
            slots.writer.clone(),
        )
    });
    if let Some(request) = request {
        request.resolve(context)?;
    }
    if let Some(request) = abort_request {
        request.promise.resolve(context)?;
    }
    match writer {
        Some(writer) => writer.with(|slots| slots.closed.clone()).resolve(context),
        None => Ok(()),
    }
}

/// <https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close-with-error>
pub(super) fn finish_in_flight_close_with_error(
    stream: &Stream,
    error: JsValue,
    context: &mut Context,
) -> JsResult<()> {
    let (request, abort_request) = stream.with(|slots| {
        (
            slots.in_flight_close_request.take(),
            slots.pending_abort_request.take(),
        )
    });
    if let Some(request) = request {
        request.reject(error.clone(), context)?;
    }
    if let Some(request) = abort_request {
        request.promise.reject(error.clone(), context)?;
    }
    deal_with_rejection(stream, error, context)
}

/// <https://streams.spec.whatwg.org/#writable-stream-reject-close-and-closed-promise-if-needed>
fn reject_close_and_closed_promise_if_needed(
    stream: &Stream,
    context: &mut Context,
) -> JsResult<()> {
    let (request, writer, error) = stream.with(|slots| {
        (
            slots.close_request.take(),
            slots.writer.clone(),
            slots.stored_error.clone(),
        )
    });
    if let Some(request) = request {
        request.reject(error.clone(), context)?;
    }
    match writer {
        Some(writer) => writer
            .with(|slots| slots.closed.clone())
            .reject(error, context),
        None => Ok(()),
    }
}

/// <https://streams.spec.whatwg.org/#writable-stream-update-backpressure>
pub(super) fn update_backpressure(
    stream: &Stream,
    backpressure: bool,
    context: &mut Context,
) -> JsResult<()> {
    let (writer, before) = stream.with(|slots| {
        let before = std::mem::replace(&mut slots.backpressure, backpressure);
        (slots.writer.clone(), before)
    });
    match writer {
        Some(writer) if before != backpressure => {
            if backpressure {
                writer.with(|slots| slots.ready = Deferred::new_handled());
                Ok(())
            } else {
                writer.with(|slots| slots.ready.clone()).resolve(context)
            }
        }
        _ => Ok(()),
    }
}
