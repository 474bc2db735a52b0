//! `ReadableStreamPipeTo`: <https://streams.spec.whatwg.org/#readable-stream-pipe-to>.

use std::cell::Cell;

use boa_engine::{Context, JsObject, JsResult, JsValue, NativeFunction};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_webidl::Dictionary;

use super::{
    generic_reader::HasGenericReader,
    operations::{State, cancel},
    read_request::{ReadRequest, ReadSteps},
    readable_stream::ReadableStream,
    readable_stream_default_reader::ReadableStreamDefaultReader,
};
use crate::{
    abort::{self, AbortSignal, AlgorithmId},
    streams::{
        support::{
            Chunk, Deferred, Outcome, Settlement, Slots, microtask, steps, type_error_value,
        },
        writable::{self, WritableState, WritableStream, WritableStreamDefaultWriter},
    },
};

/// `StreamPipeOptions`: <https://streams.spec.whatwg.org/#dictdef-streampipeoptions>.
#[derive(Default)]
pub(in crate::streams) struct PipeOptions {
    pub(super) prevent_close: bool,
    pub(super) prevent_abort: bool,
    pub(super) prevent_cancel: bool,
    pub(super) signal: Option<JsObject<AbortSignal>>,
}

impl PipeOptions {
    /// Converts an argument.
    pub(super) fn from_argument(
        argument: Option<&JsValue>,
        context: &mut Context,
    ) -> JsResult<Self> {
        let Some(value) = argument else {
            return Ok(Self::default());
        };
        let options = Dictionary::new(value, "StreamPipeOptions")?;
        let mut flag = |name| -> JsResult<bool> {
            let value = options.get(name, context)?;
            Ok(value.is_some_and(|value| value.to_boolean()))
        };
        let prevent_abort = flag("preventAbort")?;
        let prevent_cancel = flag("preventCancel")?;
        let prevent_close = flag("preventClose")?;
        let signal = AbortSignal::from_member(&options, context)?;
        Ok(Self {
            prevent_close,
            prevent_abort,
            prevent_cancel,
            signal,
        })
    }
}

/// A pipe.
#[derive(Trace, Finalize)]
struct Pipe {
    source: JsObject<ReadableStream>,
    dest: JsObject<WritableStream>,
    reader: JsObject<ReadableStreamDefaultReader>,
    writer: JsObject<WritableStreamDefaultWriter>,
    prevent_close: bool,
    prevent_abort: bool,
    prevent_cancel: bool,
    signal: Option<JsObject<AbortSignal>>,
    #[unsafe_ignore_trace]
    abort_algorithm: Cell<Option<AlgorithmId>>,
    shutting_down: Cell<bool>,
    promise: Deferred,
    /// Settled when the chunk that was read last has been written.
    last_write: GcRefCell<Deferred>,
}

type PipeRef = Gc<Pipe>;

/// What a shutdown does once all chunks are written.
#[derive(Clone, Copy)]
enum Action {
    None,
    /// Abort the destination with the error.
    AbortDest,
    /// Cancel the source with the error.
    CancelSource,
    /// Close the destination.
    CloseDest,
    /// Both sides, as the options have it.
    AbortBoth,
}

/// A shutdown that waits for writes.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Shutdown {
    pipe: PipeRef,
    #[unsafe_ignore_trace]
    action: Action,
    error: Option<JsValue>,
}

/// Pipes one stream to another one; neither is locked.
///
/// # Errors
///
/// An error of the engine itself.
pub(in crate::streams) fn pipe_to(
    source: &JsObject<ReadableStream>,
    dest: &JsObject<WritableStream>,
    options: PipeOptions,
    context: &mut Context,
) -> JsResult<Deferred> {
    let reader = ReadableStreamDefaultReader::acquire(source, context)?;
    let writer = WritableStreamDefaultWriter::acquire(dest, context)?;
    source.with(|slots| slots.disturbed = true);
    let promise = Deferred::new();
    let pipe = Gc::new(Pipe {
        source: source.clone(),
        dest: dest.clone(),
        reader,
        writer,
        prevent_close: options.prevent_close,
        prevent_abort: options.prevent_abort,
        prevent_cancel: options.prevent_cancel,
        signal: options.signal,
        abort_algorithm: Cell::new(None),
        shutting_down: Cell::new(false),
        promise: promise.clone(),
        last_write: GcRefCell::new(Deferred::fulfilled()),
    });
    if let Some(signal) = &pipe.signal {
        if AbortSignal::is_aborted(signal) {
            abort_algorithm(&pipe, context)?;
            return Ok(promise);
        }
        let algorithm = NativeFunction::from_copy_closure_with_captures(
            |_, _, pipe, context| {
                abort_algorithm(pipe, context)?;
                Ok(JsValue::undefined())
            },
            pipe.clone(),
        );
        let id = abort::add_algorithm(signal, algorithm, context);
        pipe.abort_algorithm.set(Some(id));
    }
    propagate(&pipe, context)?;
    let start = steps(pipe, |pipe: PipeRef, _, context| step(&pipe, context));
    microtask(start, Ok(JsValue::undefined()), context);
    Ok(promise)
}

fn abort_algorithm(pipe: &PipeRef, context: &mut Context) -> JsResult<()> {
    let error = pipe
        .signal
        .as_ref()
        .map(AbortSignal::reason)
        .unwrap_or_default();
    shutdown(pipe, Action::AbortBoth, Some(error), context)
}

/// "Error and close states must be propagated".
fn propagate(pipe: &PipeRef, context: &mut Context) -> JsResult<()> {
    // Errors, forward.
    let source = pipe.source.clone();
    let source_closed = pipe.reader.with(|slots| slots.generic().closed.clone());
    if source.with(|slots| slots.state) == State::Errored {
        source_errored(
            pipe,
            source.with(|slots| slots.stored_error.clone()),
            context,
        )?;
    }
    // Errors, backward.
    let dest_closed = pipe.writer.with(|slots| slots.closed.clone());
    match writable::state(&pipe.dest) {
        WritableState::Errored => {
            let error = pipe.dest.with(|slots| slots.stored_error.clone());
            dest_errored(pipe, error, context)?;
        }
        WritableState::Writable | WritableState::Erroring | WritableState::Closed => {
            let then = steps(
                pipe.clone(),
                |pipe: PipeRef, settlement, context| match settlement {
                    Err(error) => dest_errored(&pipe, error, context),
                    Ok(_) => Ok(()),
                },
            );
            dest_closed.react(then, context);
        }
    }
    // Closing, forward.
    if source.with(|slots| slots.state) == State::Closed {
        source_ended(pipe, context)?;
    } else {
        let then = steps(
            pipe.clone(),
            |pipe: PipeRef, settlement: Settlement, context| match settlement {
                Err(error) => source_errored(&pipe, error, context),
                Ok(_) => source_ended(&pipe, context),
            },
        );
        source_closed.react(then, context);
    }
    // Closing, backward.
    if writable::close_queued_or_in_flight(&pipe.dest)
        || writable::state(&pipe.dest) == WritableState::Closed
    {
        let error = type_error_value("pipeTo: the destination is closed", context)?;
        dest_errored(pipe, error, context)?;
    }
    Ok(())
}

fn source_errored(pipe: &PipeRef, error: JsValue, context: &mut Context) -> JsResult<()> {
    let action = if pipe.prevent_abort {
        Action::None
    } else {
        Action::AbortDest
    };
    shutdown(pipe, action, Some(error), context)
}

fn dest_errored(pipe: &PipeRef, error: JsValue, context: &mut Context) -> JsResult<()> {
    let action = if pipe.prevent_cancel {
        Action::None
    } else {
        Action::CancelSource
    };
    shutdown(pipe, action, Some(error), context)
}

fn source_ended(pipe: &PipeRef, context: &mut Context) -> JsResult<()> {
    let action = if pipe.prevent_close {
        Action::None
    } else {
        Action::CloseDest
    };
    shutdown(pipe, action, None, context)
}

/// Reads the next chunk, when the destination wants one.
fn step(pipe: &PipeRef, context: &mut Context) -> JsResult<()> {
    if pipe.shutting_down.get() {
        return Ok(());
    }
    match writable::desired_size(&pipe.dest) {
        // What comes next is a shutdown.
        None => Ok(()),
        Some(size) if size > 0.0 => {
            let request = ReadRequest::Native(Box::new(PipeRead(pipe.clone())));
            ReadableStreamDefaultReader::read(&pipe.reader, request, context)
        }
        Some(_) => {
            let ready = pipe.writer.with(|slots| slots.ready.clone());
            let then = steps(
                pipe.clone(),
                |pipe: PipeRef, settlement, context| match settlement {
                    Ok(_) => step(&pipe, context),
                    Err(_) => Ok(()),
                },
            );
            ready.react(then, context);
            Ok(())
        }
    }
}

/// The read request of a pipe.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct PipeRead(PipeRef);

impl ReadSteps for PipeRead {
    fn chunk(self: Box<Self>, chunk: Chunk, context: &mut Context) -> JsResult<()> {
        let pipe = self.0;
        let written = Deferred::new();
        *pipe.last_write.borrow_mut() = written.clone();
        // Whoever enqueues a chunk must not find that it was written meanwhile.
        let then = steps(
            (pipe, written, chunk),
            |(pipe, written, chunk): (PipeRef, Deferred, Chunk), _, context| {
                let write = WritableStreamDefaultWriter::write(&pipe.writer, chunk, context)?;
                // Errors of the destination are noticed in another way.
                let then = steps(written, |written: Deferred, _, context| {
                    written.resolve(context)
                });
                write.react(then, context)?;
                step(&pipe, context)
            },
        );
        microtask(then, Ok(JsValue::undefined()), context);
        Ok(())
    }

    fn close(self: Box<Self>, _: &mut Context) -> JsResult<()> {
        Ok(())
    }

    fn error(self: Box<Self>, _: JsValue, _: &mut Context) -> JsResult<()> {
        Ok(())
    }
}

/// <https://streams.spec.whatwg.org/#rs-pipeTo-shutdown-with-action> and
/// <https://streams.spec.whatwg.org/#rs-pipeTo-shutdown>
fn shutdown(
    pipe: &PipeRef,
    action: Action,
    error: Option<JsValue>,
    context: &mut Context,
) -> JsResult<()> {
    if pipe.shutting_down.replace(true) {
        return Ok(());
    }
    let shutdown = Shutdown {
        pipe: pipe.clone(),
        action,
        error,
    };
    if writable::state(&pipe.dest) == WritableState::Writable
        && !writable::close_queued_or_in_flight(&pipe.dest)
    {
        shutdown.wait_for_writes(context);
        Ok(())
    } else {
        shutdown.perform(context)
    }
}

impl Shutdown {
    fn wait_for_writes(self, context: &mut Context) {
        let write = self.pipe.last_write.borrow().clone();
        let then = steps(self, |this: Self, _, context| {
            // A chunk that was read before may only now be on its way.
            let is_done = !this.pipe.last_write.borrow().is_pending();
            if is_done {
                this.perform(context)
            } else {
                this.wait_for_writes(context);
                Ok(())
            }
        });
        write.react(then, context);
    }

    fn perform(self, context: &mut Context) -> JsResult<()> {
        let pipe = &self.pipe;
        let error = self.error.clone().unwrap_or_default();
        let outcome = match self.action {
            Action::None => return self.finalize(context),
            Action::AbortDest => Outcome::Deferred(writable::abort(&pipe.dest, error, context)?),
            Action::CancelSource => cancel(&pipe.source, error, context)?,
            Action::CloseDest => writable::close_with_error_propagation(&pipe.dest, context)?,
            Action::AbortBoth => abort_both(pipe, &error, context)?,
        };
        let then = steps(self, |mut this: Self, settlement, context| {
            if let Err(error) = settlement {
                this.error = Some(error);
            }
            this.finalize(context)
        });
        outcome.react(then, context)
    }

    /// <https://streams.spec.whatwg.org/#rs-pipeTo-finalize>
    fn finalize(self, context: &mut Context) -> JsResult<()> {
        let pipe = &self.pipe;
        WritableStreamDefaultWriter::release(&pipe.writer, context)?;
        ReadableStreamDefaultReader::release_reader(&pipe.reader, context)?;
        if let Some(signal) = &pipe.signal
            && let Some(id) = pipe.abort_algorithm.take()
        {
            abort::remove_algorithm(signal, id);
        }
        match self.error {
            Some(error) => pipe.promise.reject(error, context),
            None => pipe.promise.resolve(context),
        }
    }
}

/// The actions of an abort: <https://webidl.spec.whatwg.org/#waiting-for-all-promise>.
fn abort_both(pipe: &PipeRef, error: &JsValue, context: &mut Context) -> JsResult<Outcome> {
    let mut outcomes = Vec::new();
    if !pipe.prevent_abort {
        outcomes.push(if writable::state(&pipe.dest) == WritableState::Writable {
            Outcome::Deferred(writable::abort(&pipe.dest, error.clone(), context)?)
        } else {
            Outcome::Fulfilled
        });
    }
    if !pipe.prevent_cancel {
        let is_readable = pipe.source.with(|slots| slots.state) == State::Readable;
        outcomes.push(if is_readable {
            cancel(&pipe.source, error.clone(), context)?
        } else {
            Outcome::Fulfilled
        });
    }
    let all = Deferred::new();
    let remaining = Gc::new(Cell::new(outcomes.len()));
    if outcomes.is_empty() {
        return Ok(Outcome::Fulfilled);
    }
    for outcome in outcomes {
        let then = steps(
            (all.clone(), remaining.clone()),
            |(all, remaining): (Deferred, Gc<Cell<usize>>), settlement, context| {
                remaining.set(remaining.get().saturating_sub(1));
                match settlement {
                    Err(error) => all.reject(error, context),
                    Ok(_) if remaining.get() == 0 => all.resolve(context),
                    Ok(_) => Ok(()),
                }
            },
        );
        outcome.react(then, context)?;
    }
    Ok(Outcome::Deferred(all))
}
