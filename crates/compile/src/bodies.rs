//! Validation of function bodies, in batches, by whoever has time.
//!
//! The thread that parses collects whole function bodies. A batch that has grown large enough goes
//! to a queue, and the queue is worked on by the shared worker threads and, when it waits for the
//! outcome or the queue is long, by the parsing thread itself. As every waiter empties its own
//! queue first and then waits only for batches that are being worked on, nothing can deadlock,
//! however few worker threads there are.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use wasmparser::{
    BinaryReader, FuncToValidate, FuncValidatorAllocations, FunctionBody, ValidatorResources,
    WasmFeatures,
};

use crate::lowering::rewrite::{Rewriter, Rewritten};
use crate::pool::{self, lock};
use crate::{CompileError, Parallelism};

/// Bytes of function bodies in a batch. One message a function would cost nearly half more time.
pub(crate) const BATCH_SIZE: usize = 64 << 10;

/// How many batches may wait before the parsing thread helps, which bounds the memory they take.
const MAX_WAITING: usize = 64;

/// A function body within a batch.
#[derive(Clone, Copy, Debug)]
struct Body {
    /// The index of the function's type.
    ty: u32,
    /// Where it ends in the bytes of the batch; it starts where the previous one ends.
    end: usize,
    /// Where it starts in the module.
    offset: usize,
}

/// Function bodies that follow one another.
#[derive(Debug, Default)]
struct Batch {
    /// The function index of the first one.
    first: u32,
    bodies: Vec<Body>,
    bytes: Vec<u8>,
}

/// What the threads share.
struct Job {
    resources: ValidatorResources,
    features: WasmFeatures,
    /// What is done with bodies that are invalid with these features.
    rewriter: Option<Rewriter>,
    /// Functions from this index on need not be looked at: one before them is invalid, or nobody
    /// is interested any more (0).
    stop: AtomicU32,
    progress: Mutex<Progress>,
    idle: Condvar,
    on_error: Option<ErrorCallback>,
}

/// Told when a function body turns out invalid, on the thread which found it.
pub(crate) type ErrorCallback = Arc<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct Progress {
    waiting: VecDeque<Batch>,
    running: usize,
    /// The error of the function with the lowest index, so far.
    error: Option<(u32, CompileError)>,
    /// In no order.
    rewritten: Vec<Rewritten>,
}

/// The function bodies of one module.
pub(crate) struct Bodies {
    job: Arc<Job>,
    parallelism: Parallelism,
    batch: Batch,
    /// Where the last complete body in the batch ends.
    complete: usize,
    next: u32,
    allocations: Option<FuncValidatorAllocations>,
}

impl Bodies {
    /// `first` is the index of the first function which the module defines. Bodies that are not
    /// valid with `features` are given to `rewriter`.
    pub(crate) fn new(
        resources: ValidatorResources,
        features: WasmFeatures,
        rewriter: Option<Rewriter>,
        parallelism: Parallelism,
        first: u32,
        on_error: Option<ErrorCallback>,
    ) -> Self {
        Self {
            job: Arc::new(Job {
                resources,
                features,
                rewriter,
                stop: AtomicU32::new(u32::MAX),
                progress: Mutex::default(),
                idle: Condvar::new(),
                on_error,
            }),
            parallelism,
            batch: Batch {
                first,
                ..Batch::default()
            },
            complete: 0,
            next: first,
            allocations: None,
        }
    }

    /// Adds some bytes of the current body.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.batch.bytes.extend_from_slice(bytes);
    }

    /// Ends the current body, that of a function of type `ty`, which started at `offset`.
    pub(crate) fn end(&mut self, ty: u32, offset: usize) {
        self.complete = self.batch.bytes.len();
        self.batch.bodies.push(Body {
            ty,
            end: self.complete,
            offset,
        });
        self.next += 1;
        if self.complete >= BATCH_SIZE {
            self.send();
        }
    }

    /// Adds the whole body of the function `index`, which must come after all that were added; it
    /// stands at `offset` in the module.
    pub(crate) fn push(&mut self, index: u32, ty: u32, bytes: &[u8], offset: usize) {
        if index != self.next {
            // A batch has no gaps.
            self.send();
            self.next = index;
            self.batch.first = index;
        }
        self.extend(bytes);
        self.end(ty, offset);
    }

    /// Takes the complete bodies out of the current batch.
    fn seal(&mut self) -> Option<Batch> {
        if self.batch.bodies.is_empty() {
            return None;
        }
        let rest = self.batch.bytes.split_off(self.complete);
        self.complete = 0;
        Some(std::mem::replace(
            &mut self.batch,
            Batch {
                first: self.next,
                bodies: Vec::new(),
                bytes: rest,
            },
        ))
    }

    fn send(&mut self) {
        let Some(batch) = self.seal() else { return };
        if self.parallelism == Parallelism::Caller {
            self.validate_here(batch);
            return;
        }
        let excess = {
            let mut progress = lock(&self.job.progress);
            progress.waiting.push_back(batch);
            if progress.waiting.len() > MAX_WAITING {
                progress.waiting.pop_front()
            } else {
                None
            }
        };
        match excess {
            // There is a ticket for it in the workers' queue already; that will find nothing.
            Some(batch) => self.validate_here(batch),
            None => {
                let job = Arc::clone(&self.job);
                pool::submit(move || job.work());
            }
        }
    }

    /// Validates the complete bodies of the current batch on this thread, however few they are.
    pub(crate) fn flush(&mut self) {
        if let Some(batch) = self.seal() {
            self.validate_here(batch);
        }
    }

    fn validate_here(&mut self, batch: Batch) {
        let allocations = self.allocations.take().unwrap_or_default();
        self.allocations = self.job.validate(batch, allocations);
    }

    /// Whether some function body is known to be invalid.
    pub(crate) fn failed(&self) -> bool {
        self.job.stop.load(Ordering::Acquire) != u32::MAX
    }

    /// Validates all complete bodies, helping the workers, and gives the first error.
    pub(crate) fn finish(&mut self) -> Result<(), CompileError> {
        self.flush();
        loop {
            let mut progress = lock(&self.job.progress);
            if let Some(batch) = progress.waiting.pop_front() {
                drop(progress);
                self.validate_here(batch);
                continue;
            }
            while progress.running > 0 {
                progress = self
                    .job
                    .idle
                    .wait(progress)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            return match &progress.error {
                Some((_, error)) => Err(error.clone()),
                None => Ok(()),
            };
        }
    }
}

impl Bodies {
    /// The bodies that were rewritten, in the order of their functions. Call it once, when all
    /// have been [validated](Self::finish).
    pub(crate) fn take_rewritten(&mut self) -> Vec<Rewritten> {
        let mut rewritten = std::mem::take(&mut lock(&self.job.progress).rewritten);
        rewritten.sort_unstable_by_key(|body| body.index);
        rewritten
    }
}

impl Drop for Bodies {
    /// Stops the workers: nobody will ask for the outcome.
    fn drop(&mut self) {
        self.job.stop.store(0, Ordering::Release);
        lock(&self.job.progress).waiting.clear();
    }
}

impl Job {
    /// Works on one batch, if one is still waiting.
    fn work(&self) {
        let batch = {
            let mut progress = lock(&self.progress);
            let Some(batch) = progress.waiting.pop_front() else {
                return;
            };
            progress.running += 1;
            batch
        };
        self.validate(batch, FuncValidatorAllocations::default());
        lock(&self.progress).running -= 1;
        self.idle.notify_all();
    }

    /// Validates a batch up to its first invalid body, and returns the allocations for reuse.
    fn validate(
        &self,
        batch: Batch,
        allocations: FuncValidatorAllocations,
    ) -> Option<FuncValidatorAllocations> {
        let mut index = batch.first;
        // The validator is not supposed to panic. If it does, the module is refused; unwinding out
        // of here would leave the parsing thread waiting for ever.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            self.validate_bodies(&batch, allocations, &mut index)
        }));
        let error = match outcome {
            Ok(Ok(allocations)) => return Some(allocations),
            Ok(Err(error)) => error,
            Err(_) => CompileError::internal(format!("the validator failed on function {index}")),
        };
        {
            let mut progress = lock(&self.progress);
            if progress
                .error
                .as_ref()
                .is_none_or(|(lowest, _)| index < *lowest)
            {
                progress.error = Some((index, error));
            }
        }
        self.stop.fetch_min(index, Ordering::AcqRel);
        if let Some(on_error) = &self.on_error {
            on_error();
        }
        None
    }

    fn validate_bodies(
        &self,
        batch: &Batch,
        mut allocations: FuncValidatorAllocations,
        index: &mut u32,
    ) -> Result<FuncValidatorAllocations, CompileError> {
        let mut start = 0;
        for body in &batch.bodies {
            // Later functions than the first invalid one cannot change the outcome.
            if *index >= self.stop.load(Ordering::Relaxed) {
                break;
            }
            let mut validator = FuncToValidate {
                resources: &self.resources,
                index: *index,
                ty: body.ty,
                features: self.features,
            }
            .into_validator(allocations);
            let bytes = &batch.bytes[start..body.end];
            let reader = BinaryReader::new_features(bytes, body.offset, self.features);
            let outcome = validator.validate(&FunctionBody::new(reader));
            allocations = match (outcome, &self.rewriter) {
                (Ok(()), None) => validator.into_allocations(),
                (Ok(()), Some(rewriter)) if !rewriter.rewrites_all() => {
                    validator.into_allocations()
                }
                (Err(error), None) => return Err(error.into()),
                (_, Some(rewriter)) => {
                    let function = FuncToValidate {
                        resources: &self.resources,
                        index: *index,
                        ty: body.ty,
                        features: rewriter.features,
                    };
                    let rewritten = rewriter.rewrite(function, bytes, body.offset)?;
                    lock(&self.progress).rewritten.push(rewritten);
                    FuncValidatorAllocations::default()
                }
            };
            start = body.end;
            *index += 1;
        }
        Ok(allocations)
    }
}
