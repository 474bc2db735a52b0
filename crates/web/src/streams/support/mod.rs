//! What all kinds of streams stand on.

mod chunk;
mod deferred;
mod outcome;
mod queue;
mod queuing_strategy;
mod slots;
mod steps;

pub(super) use chunk::Chunk;
pub(super) use deferred::Deferred;
pub(super) use outcome::{Callback, Outcome};
pub(super) use queue::Queue;
pub(super) use queuing_strategy::{QueuingStrategy, SizeAlgorithm, SizeFunctions};
pub(super) use slots::Slots;
pub(super) use steps::{Settlement, Steps, microtask, steps};

use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue};

/// What is thrown or rejected with when `error` is.
///
/// # Errors
///
/// An error of the engine itself is no value.
pub(super) fn reason(error: impl Into<JsError>, context: &mut Context) -> JsResult<JsValue> {
    error.into().into_opaque(context)
}

/// A `TypeError`.
pub(super) fn type_error(message: impl Into<String>) -> JsError {
    JsNativeError::typ().with_message(message.into()).into()
}

/// A `TypeError` as a value.
pub(super) fn type_error_value(
    message: impl Into<String>,
    context: &mut Context,
) -> JsResult<JsValue> {
    reason(type_error(message), context)
}
