//! Rewriting all bodies of a module, on all threads that have time.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use bytes::Bytes;
use wasmparser::{
    BinaryReader, FuncToValidate, FuncValidatorAllocations, FunctionBody, ValidatorResources,
    WasmFeatures,
};

use super::body::rewrite;
use super::layout::Layout;
use crate::bodies::BATCH_SIZE;
use crate::info::count;
use crate::net::{Net, caught};
use crate::pool::{self, lock};
use crate::{CompileError, Parallelism, leb};

/// A function body of the original module.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// The index of the function's type.
    pub(super) ty: u32,
    pub(super) range: Range<usize>,
}

/// Rewritten bodies that follow one another, each with its size before it.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) bodies: u32,
    pub(super) bytes: Vec<u8>,
}

/// What the threads share.
struct Job {
    module: Bytes,
    layout: Layout,
    resources: ValidatorResources,
    /// The features of the original module, and of the lowered one.
    features: [WasmFeatures; 2],
    bodies: Vec<Body>,
    /// Which bodies are in which batch.
    batches: Vec<Range<usize>>,
    progress: Mutex<Progress>,
    idle: Condvar,
}

#[derive(Default)]
struct Progress {
    /// The next batch that nobody works on yet.
    next: usize,
    running: usize,
    done: Vec<(usize, Result<Batch, CompileError>)>,
}

/// Rewrites all bodies and validates what comes out, for which `header` are the lowered module's
/// sections before the code.
pub(super) fn rewrite_all(
    module: &Bytes,
    layout: Layout,
    header: &[u8],
    bodies: Vec<Body>,
    features: [WasmFeatures; 2],
    parallelism: Parallelism,
) -> Result<(Layout, Vec<Batch>), CompileError> {
    let net = Net::header(header, features[1])?;
    if bodies.is_empty() {
        return Ok((layout, Vec::new()));
    }
    let resources = net.into_resources(count(bodies.len()))?;
    let batches = batches(&bodies);
    let job = Arc::new(Job {
        module: module.clone(),
        layout,
        resources,
        features,
        bodies,
        batches,
        progress: Mutex::default(),
        idle: Condvar::new(),
    });
    if parallelism == Parallelism::Shared {
        for _ in 1..job.batches.len() {
            let job = Arc::clone(&job);
            pool::submit(move || {
                job.work();
            });
        }
    }
    // This thread may be one of the pool itself: it waits for nothing but what is being done.
    while job.work() {}
    let mut done = {
        let mut progress = lock(&job.progress);
        while progress.running > 0 {
            progress = job
                .idle
                .wait(progress)
                .unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::take(&mut progress.done)
    };
    done.sort_by_key(|(batch, _)| *batch);
    let done = done
        .into_iter()
        .map(|(_, outcome)| outcome)
        .collect::<Result<_, _>>()?;
    // Tasks that found nothing to do any more may still hold the job.
    let layout = match Arc::try_unwrap(job) {
        Ok(job) => job.layout,
        Err(job) => job.layout.clone(),
    };
    Ok((layout, done))
}

/// Splits the bodies into batches of about the same size.
fn batches(bodies: &[Body]) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (index, body) in bodies.iter().enumerate() {
        size += body.range.len();
        if size >= BATCH_SIZE || index + 1 == bodies.len() {
            batches.push(start..index + 1);
            (start, size) = (index + 1, 0);
        }
    }
    batches
}

impl Job {
    /// Works on one batch; false if there is none left.
    fn work(&self) -> bool {
        let batch = {
            let mut progress = lock(&self.progress);
            if progress.next >= self.batches.len() {
                return false;
            }
            progress.running += 1;
            progress.next += 1;
            progress.next - 1
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| self.rewrite(batch)));
        let outcome = outcome.unwrap_or_else(|_| {
            Err(CompileError::internal(
                "the lowering of exceptions failed on a function",
            ))
        });
        {
            let mut progress = lock(&self.progress);
            progress.running -= 1;
            progress.done.push((batch, outcome));
        }
        self.idle.notify_all();
        true
    }

    fn rewrite(&self, batch: usize) -> Result<Batch, CompileError> {
        let [features, lowered] = self.features;
        let mut out = Batch::default();
        let mut allocations = FuncValidatorAllocations::default();
        let range = self.batches[batch].clone();
        for (index, body) in range.clone().zip(&self.bodies[range]) {
            let bytes = &self.module[body.range.clone()];
            let reader = BinaryReader::new_features(bytes, body.range.start, features);
            let original = FunctionBody::new(reader);
            let rewritten = rewrite(&self.layout, body.ty, &original)?;
            let mut validator = FuncToValidate {
                resources: &self.resources,
                index: self.layout.function(self.layout.imported_functions) + count(index),
                ty: body.ty,
                features: lowered,
            }
            .into_validator(allocations);
            let reader = BinaryReader::new_features(&rewritten, 0, lowered);
            validator
                .validate(&FunctionBody::new(reader))
                .map_err(caught)?;
            allocations = validator.into_allocations();
            leb::write(&mut out.bytes, count(rewritten.len()));
            out.bytes.extend_from_slice(&rewritten);
            out.bodies += 1;
        }
        Ok(out)
    }
}
