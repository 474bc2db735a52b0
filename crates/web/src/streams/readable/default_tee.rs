//! `ReadableStreamDefaultTee`: <https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaulttee>.

use boa_engine::{Context, JsError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};

use super::{
    generic_reader::HasGenericReader,
    operations::{cancel, create_readable_stream},
    pulling::PullController,
    read_request::{ReadRequest, ReadSteps},
    readable_stream::ReadableStream,
    readable_stream_default_controller::ReadableStreamDefaultController,
    readable_stream_default_reader::ReadableStreamDefaultReader,
    source::Source,
    tee::{Branch, TeeState},
};
use crate::{
    streams::support::{Chunk, Outcome, SizeAlgorithm, Slots, microtask, steps},
    structured_clone::structured_clone,
};

/// A stream that was teed.
#[derive(Trace, Finalize)]
pub(in crate::streams) struct DefaultTee {
    state: GcRefCell<TeeState>,
    reader: JsObject<ReadableStreamDefaultReader>,
    read_again: std::cell::Cell<bool>,
    /// `cloneForBranch2`
    #[unsafe_ignore_trace]
    clones: bool,
    /// The controllers of the branches.
    branches: GcRefCell<Vec<JsObject<ReadableStreamDefaultController>>>,
    /// Itself, for what reads for it.
    this: GcRefCell<Option<Gc<DefaultTee>>>,
}

impl DefaultTee {
    /// Tees the stream; with `clones` the second branch gets copies of the chunks.
    pub(super) fn tee(
        stream: &JsObject<ReadableStream>,
        clones: bool,
        context: &mut Context,
    ) -> JsResult<(JsObject<ReadableStream>, JsObject<ReadableStream>)> {
        let reader = ReadableStreamDefaultReader::acquire(stream, context)?;
        let closed = reader.with(|slots| slots.generic().closed.clone());
        let this = Gc::new(Self {
            state: GcRefCell::new(TeeState::new(stream.clone())),
            reader,
            read_again: std::cell::Cell::new(false),
            clones,
            branches: GcRefCell::default(),
            this: GcRefCell::default(),
        });
        *this.this.borrow_mut() = Some(this.clone());
        let mut create = |branch| {
            let (stream, controller) = create_readable_stream(
                Outcome::Fulfilled,
                Source::Tee(this.clone(), branch),
                1.0,
                SizeAlgorithm::One,
                context,
            )?;
            this.branches.borrow_mut().push(controller);
            Ok::<_, boa_engine::JsError>(stream)
        };
        let streams = (create(Branch::First)?, create(Branch::Second)?);
        let when_rejected = steps(this, |this: Gc<Self>, settlement, context| {
            let Err(reason) = settlement else {
                return Ok(());
            };
            for branch in this.branches() {
                ReadableStreamDefaultController::error(&branch, reason.clone(), context)?;
            }
            this.resolve_cancel_promise(context)
        });
        closed.react(when_rejected, context);
        Ok(streams)
    }

    fn branches(&self) -> Vec<JsObject<ReadableStreamDefaultController>> {
        self.branches.borrow().clone()
    }

    /// The branches that are not cancelled.
    fn active_branches(&self) -> Vec<JsObject<ReadableStreamDefaultController>> {
        let canceled = self.state.borrow().canceled;
        self.branches()
            .into_iter()
            .zip(canceled)
            .filter_map(|(branch, canceled)| (!canceled).then_some(branch))
            .collect()
    }

    fn resolve_cancel_promise(&self, context: &mut Context) -> JsResult<()> {
        TeeState::resolve_cancel_promise(&self.state, context)
    }

    /// A chunk cannot be copied.
    fn fail(&self, error: JsError, context: &mut Context) -> JsResult<()> {
        let reason = error.into_opaque(context)?;
        for branch in self.branches() {
            ReadableStreamDefaultController::error(&branch, reason.clone(), context)?;
        }
        let stream = self.state.borrow().stream.clone();
        let outcome = cancel(&stream, reason, context)?;
        let promise = self.state.borrow().cancel_promise.clone();
        promise.follow(outcome, context);
        Ok(())
    }

    /// `pullAlgorithm`
    pub(super) fn pull(&self, context: &mut Context) -> JsResult<()> {
        if std::mem::replace(&mut self.state.borrow_mut().reading, true) {
            self.read_again.set(true);
            return Ok(());
        }
        let Some(this) = self.this.borrow().clone() else {
            return Ok(());
        };
        let request = ReadRequest::Native(Box::new(TeeRead(this)));
        ReadableStreamDefaultReader::read(&self.reader, request, context)
    }

    /// `cancel1Algorithm` and `cancel2Algorithm`
    pub(super) fn cancel(
        &self,
        branch: Branch,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        TeeState::cancel(&self.state, branch, reason, context)
    }
}

/// The read request of a tee.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct TeeRead(Gc<DefaultTee>);

impl ReadSteps for TeeRead {
    fn chunk(self: Box<Self>, chunk: Chunk, context: &mut Context) -> JsResult<()> {
        // Errors take at least a microtask to be noticed, and reads must not overtake them.
        let chunk = chunk.into_value(context)?;
        let then = steps(self.0, |this: Gc<DefaultTee>, chunk, context| {
            let chunk = chunk.unwrap_or_default();
            this.read_again.set(false);
            let canceled = this.state.borrow().is_canceled(Branch::Second);
            let copy = if this.clones && !canceled {
                match structured_clone(&chunk, &[], context) {
                    Ok(copy) => Some(copy),
                    Err(error) => return this.fail(error, context),
                }
            } else {
                None
            };
            for (branch, index) in this.branches().into_iter().zip(0..) {
                // The first one may run script that cancels the second one.
                if this
                    .state
                    .borrow()
                    .canceled
                    .get(index)
                    .copied()
                    .unwrap_or(true)
                {
                    continue;
                }
                let chunk = if this.clones && index == Branch::Second.index() {
                    match copy {
                        Some(ref copy) => copy.clone(),
                        None => continue,
                    }
                } else {
                    chunk.clone()
                };
                ReadableStreamDefaultController::enqueue(&branch, Chunk::Value(chunk), context)?;
            }
            this.state.borrow_mut().reading = false;
            if this.read_again.get() {
                this.pull(context)?;
            }
            Ok(())
        });
        microtask(then, Ok(chunk), context);
        Ok(())
    }

    fn close(self: Box<Self>, context: &mut Context) -> JsResult<()> {
        self.0.state.borrow_mut().reading = false;
        for branch in self.0.active_branches() {
            ReadableStreamDefaultController::close(&branch, context)?;
        }
        self.0.resolve_cancel_promise(context)
    }

    fn error(self: Box<Self>, _: JsValue, _: &mut Context) -> JsResult<()> {
        self.0.state.borrow_mut().reading = false;
        Ok(())
    }
}
