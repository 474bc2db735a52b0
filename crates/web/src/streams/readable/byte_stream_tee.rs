//! `ReadableByteStreamTee`: <https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee>.

use std::cell::Cell;

use boa_engine::{Context, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_webidl::ArrayBufferView;

use super::{
    byte_stream_operations::clone_as_uint8_array,
    generic_reader::HasGenericReader,
    operations::{Reader, cancel, create_readable_byte_stream},
    pulling::{PullController, when_started},
    read_request::{ReadIntoRequest, ReadIntoSteps, ReadRequest, ReadSteps},
    readable_byte_stream_controller::ReadableByteStreamController,
    readable_stream::ReadableStream,
    readable_stream_byob_reader::ReadableStreamBYOBReader,
    readable_stream_byob_request::ReadableStreamBYOBRequest,
    readable_stream_default_reader::ReadableStreamDefaultReader,
    source::Source,
    tee::{Branch, TeeState},
};
use crate::streams::support::{Chunk, Outcome, Slots, microtask, reason, steps, type_error};

/// A readable byte stream that was teed.
#[derive(Trace, Finalize)]
pub(in crate::streams) struct ByteStreamTee {
    state: GcRefCell<TeeState>,
    reader: GcRefCell<Reader>,
    /// Counts the readers there were: an old one's errors do not matter.
    generation: Cell<u32>,
    /// `readAgainForBranch1` and `readAgainForBranch2`
    read_again: [Cell<bool>; 2],
    /// The controllers of the branches.
    branches: GcRefCell<Vec<JsObject<ReadableByteStreamController>>>,
    /// Itself, for what reads for it.
    this: GcRefCell<Option<Gc<ByteStreamTee>>>,
}

impl ByteStreamTee {
    /// Tees the stream.
    pub(super) fn tee(
        stream: &JsObject<ReadableStream>,
        context: &mut Context,
    ) -> JsResult<(JsObject<ReadableStream>, JsObject<ReadableStream>)> {
        let reader = ReadableStreamDefaultReader::acquire(stream, context)?;
        let this = Gc::new(Self {
            state: GcRefCell::new(TeeState::new(stream.clone())),
            reader: GcRefCell::new(Reader::Default(reader)),
            generation: Cell::new(0),
            read_again: [Cell::new(false), Cell::new(false)],
            branches: GcRefCell::default(),
            this: GcRefCell::default(),
        });
        *this.this.borrow_mut() = Some(this.clone());
        let mut create = |branch| {
            let source = Source::ByteTee(this.clone(), branch);
            let (stream, controller) = create_readable_byte_stream(source, context)?;
            when_started(&controller, Outcome::Fulfilled, context)?;
            this.branches.borrow_mut().push(controller);
            Ok::<_, boa_engine::JsError>(stream)
        };
        let streams = (create(Branch::First)?, create(Branch::Second)?);
        this.forward_reader_error(context);
        Ok(streams)
    }

    fn stream(&self) -> JsObject<ReadableStream> {
        self.state.borrow().stream.clone()
    }

    fn branch(&self, branch: Branch) -> JsResult<JsObject<ReadableByteStreamController>> {
        self.branches
            .borrow()
            .get(branch.index())
            .cloned()
            .ok_or_else(|| type_error("the branch does not exist yet"))
    }

    fn is_canceled(&self, branch: Branch) -> bool {
        self.state.borrow().is_canceled(branch)
    }

    /// `forwardReaderError`
    fn forward_reader_error(&self, context: &mut Context) {
        let closed = match &*self.reader.borrow() {
            Reader::Default(reader) => reader.with(|slots| slots.generic().closed.clone()),
            Reader::Byob(reader) => reader.with(|slots| slots.generic().closed.clone()),
            Reader::Native => return,
        };
        let Some(this) = self.this.borrow().clone() else {
            return;
        };
        let generation = this.generation.get();
        let when_rejected = steps(
            (this, generation),
            |(this, generation): (Gc<Self>, u32), settlement, context| {
                let Err(reason) = settlement else {
                    return Ok(());
                };
                if this.generation.get() != generation {
                    return Ok(());
                }
                this.error_branches(&reason, context)?;
                this.resolve_cancel_promise(context)
            },
        );
        closed.react(when_rejected, context);
    }

    fn error_branches(&self, reason: &JsValue, context: &mut Context) -> JsResult<()> {
        for branch in [Branch::First, Branch::Second] {
            let branch = self.branch(branch)?;
            ReadableByteStreamController::error(&branch, reason.clone(), context)?;
        }
        Ok(())
    }

    fn resolve_cancel_promise(&self, context: &mut Context) -> JsResult<()> {
        TeeState::resolve_cancel_promise(&self.state, context)
    }

    /// What is done when a chunk could not be cloned.
    fn fail(&self, error: boa_engine::JsError, context: &mut Context) -> JsResult<()> {
        let error = reason(error, context)?;
        self.error_branches(&error, context)?;
        let outcome = cancel(&self.stream(), error, context)?;
        let promise = self.state.borrow().cancel_promise.clone();
        promise.follow(outcome, context);
        Ok(())
    }

    /// `pull1Algorithm` and `pull2Algorithm`
    pub(super) fn pull(&self, branch: Branch, context: &mut Context) -> JsResult<()> {
        if std::mem::replace(&mut self.state.borrow_mut().reading, true) {
            self.read_again[branch.index()].set(true);
            return Ok(());
        }
        let controller = self.branch(branch)?;
        let request = ReadableByteStreamController::byob_request(&controller, context)?;
        match request.and_then(|request| ReadableStreamBYOBRequest::view(&request)) {
            Some(view) => self.pull_with_byob_reader(view.into(), branch, context),
            None => self.pull_with_default_reader(context),
        }
    }

    fn itself(&self) -> JsResult<Gc<Self>> {
        self.this
            .borrow()
            .clone()
            .ok_or_else(|| type_error("the stream is not teed"))
    }

    fn set_reader(&self, reader: Reader, context: &mut Context) {
        *self.reader.borrow_mut() = reader;
        self.generation.set(self.generation.get().wrapping_add(1));
        self.forward_reader_error(context);
    }

    /// `pullWithDefaultReader`
    fn pull_with_default_reader(&self, context: &mut Context) -> JsResult<()> {
        let reader = self.reader.borrow().clone();
        let reader = match reader {
            Reader::Default(reader) => reader,
            Reader::Byob(reader) => {
                ReadableStreamBYOBReader::release_reader(&reader, context)?;
                let reader = ReadableStreamDefaultReader::acquire(&self.stream(), context)?;
                self.set_reader(Reader::Default(reader.clone()), context);
                reader
            }
            Reader::Native => return Ok(()),
        };
        let request = ReadRequest::Native(Box::new(TeeRead(self.itself()?)));
        ReadableStreamDefaultReader::read(&reader, request, context)
    }

    /// `pullWithBYOBReader`
    fn pull_with_byob_reader(
        &self,
        view: JsValue,
        branch: Branch,
        context: &mut Context,
    ) -> JsResult<()> {
        let reader = self.reader.borrow().clone();
        let reader = match reader {
            Reader::Byob(reader) => reader,
            Reader::Default(reader) => {
                ReadableStreamDefaultReader::release_reader(&reader, context)?;
                let reader = ReadableStreamBYOBReader::acquire(&self.stream(), context)?;
                self.set_reader(Reader::Byob(reader.clone()), context);
                reader
            }
            Reader::Native => return Ok(()),
        };
        let view = ArrayBufferView::new(&view, "the view", context)?;
        let request = ReadIntoRequest::Native(Box::new(TeeReadInto {
            tee: self.itself()?,
            branch,
        }));
        ReadableStreamBYOBReader::read(&reader, &view, 1, request, context)
    }

    /// Ends a read, and starts the next one if a branch asked for it meanwhile.
    fn finish_read(&self, context: &mut Context) -> JsResult<()> {
        self.state.borrow_mut().reading = false;
        if self.read_again[0].get() {
            self.pull(Branch::First, context)
        } else if self.read_again[1].get() {
            self.pull(Branch::Second, context)
        } else {
            Ok(())
        }
    }

    fn begin_delivery(&self) {
        for again in &self.read_again {
            again.set(false);
        }
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

    /// Gives a view that waits to be filled back, when the stream was closed.
    fn give_back(&self, branch: Branch, context: &mut Context) -> JsResult<()> {
        let branch = self.branch(branch)?;
        if branch.with(|slots| slots.pending_pull_intos.is_empty()) {
            return Ok(());
        }
        ReadableByteStreamController::respond(&branch, 0, context)
    }

    fn enqueue(&self, branch: Branch, chunk: &JsValue, context: &mut Context) -> JsResult<()> {
        let chunk = ArrayBufferView::new(chunk, "the chunk", context)?;
        ReadableByteStreamController::enqueue(&self.branch(branch)?, &chunk, context)
    }

    fn deliver(&self, chunk: &JsValue, context: &mut Context) -> JsResult<()> {
        self.begin_delivery();
        let canceled = self.state.borrow().canceled;
        let mut second = chunk.clone();
        if canceled == [false; 2] {
            let view = ArrayBufferView::new(chunk, "the chunk", context)?;
            match clone_as_uint8_array(&view, context) {
                Ok(clone) => second = clone,
                Err(error) => return self.fail(error, context),
            }
        }
        if !self.is_canceled(Branch::First) {
            self.enqueue(Branch::First, chunk, context)?;
        }
        if !self.is_canceled(Branch::Second) {
            self.enqueue(Branch::Second, &second, context)?;
        }
        self.finish_read(context)
    }

    fn deliver_into(&self, branch: Branch, chunk: &JsValue, context: &mut Context) -> JsResult<()> {
        self.begin_delivery();
        let byob_canceled = self.is_canceled(branch);
        let other_canceled = self.is_canceled(branch.other());
        let view = ArrayBufferView::new(chunk, "the chunk", context)?;
        let clone = if other_canceled {
            None
        } else {
            match clone_as_uint8_array(&view, context) {
                Ok(clone) => Some(clone),
                Err(error) => return self.fail(error, context),
            }
        };
        if !byob_canceled {
            let controller = self.branch(branch)?;
            ReadableByteStreamController::respond_with_new_view(&controller, &view, context)?;
        }
        if let Some(clone) = clone {
            self.enqueue(branch.other(), &clone, context)?;
        }
        self.finish_read(context)
    }
}

/// The read request of a tee.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct TeeRead(Gc<ByteStreamTee>);

impl ReadSteps for TeeRead {
    fn chunk(self: Box<Self>, chunk: Chunk, context: &mut Context) -> JsResult<()> {
        // Errors take at least a microtask to be noticed, and reads must not overtake them.
        let chunk = chunk.into_value(context)?;
        let then = steps(self.0, |this: Gc<ByteStreamTee>, chunk, context| {
            this.deliver(&chunk.unwrap_or_default(), context)
        });
        microtask(then, Ok(chunk), context);
        Ok(())
    }

    fn close(self: Box<Self>, context: &mut Context) -> JsResult<()> {
        let this = self.0;
        this.state.borrow_mut().reading = false;
        for branch in [Branch::First, Branch::Second] {
            if !this.is_canceled(branch) {
                ReadableByteStreamController::close(&this.branch(branch)?, context)?;
            }
        }
        for branch in [Branch::First, Branch::Second] {
            this.give_back(branch, context)?;
        }
        this.resolve_cancel_promise(context)
    }

    fn error(self: Box<Self>, _: JsValue, _: &mut Context) -> JsResult<()> {
        self.0.state.borrow_mut().reading = false;
        Ok(())
    }
}

/// The read-into request of a tee, for the view that a branch wants filled.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct TeeReadInto {
    tee: Gc<ByteStreamTee>,
    #[unsafe_ignore_trace]
    branch: Branch,
}

/// A branch of a tee, in the captures of a step.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct BranchOf(Gc<ByteStreamTee>, #[unsafe_ignore_trace] Branch);

impl ReadIntoSteps for TeeReadInto {
    fn chunk(self: Box<Self>, chunk: JsValue, context: &mut Context) -> JsResult<()> {
        let this = BranchOf(self.tee, self.branch);
        let then = steps(this, |this: BranchOf, chunk, context| {
            this.0
                .deliver_into(this.1, &chunk.unwrap_or_default(), context)
        });
        microtask(then, Ok(chunk), context);
        Ok(())
    }

    fn close(self: Box<Self>, chunk: JsValue, context: &mut Context) -> JsResult<()> {
        let (this, branch) = (self.tee, self.branch);
        this.state.borrow_mut().reading = false;
        for branch in [branch, branch.other()] {
            if !this.is_canceled(branch) {
                ReadableByteStreamController::close(&this.branch(branch)?, context)?;
            }
        }
        if !chunk.is_undefined() {
            if !this.is_canceled(branch) {
                let view = ArrayBufferView::new(&chunk, "the chunk", context)?;
                let controller = this.branch(branch)?;
                ReadableByteStreamController::respond_with_new_view(&controller, &view, context)?;
            }
            if !this.is_canceled(branch.other()) {
                this.give_back(branch.other(), context)?;
            }
        }
        this.resolve_cancel_promise(context)
    }

    fn error(self: Box<Self>, _: JsValue, _: &mut Context) -> JsResult<()> {
        self.tee.state.borrow_mut().reading = false;
        Ok(())
    }
}
