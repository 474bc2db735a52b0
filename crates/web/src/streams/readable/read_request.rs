//! Read requests: <https://streams.spec.whatwg.org/#read-request>.

use boa_engine::{
    Context, JsResult, JsValue, builtins::iterable::create_iter_result_object,
    builtins::promise::ResolvingFunctions,
};
use boa_gc::{Finalize, Trace};

use crate::streams::support::{Chunk, reason};

/// What Rust does with the outcome of a read.
pub(in crate::streams) trait ReadSteps: Trace {
    /// <https://streams.spec.whatwg.org/#read-request-chunk-steps>
    fn chunk(self: Box<Self>, chunk: Chunk, context: &mut Context) -> JsResult<()>;

    /// <https://streams.spec.whatwg.org/#read-request-close-steps>
    fn close(self: Box<Self>, context: &mut Context) -> JsResult<()>;

    /// <https://streams.spec.whatwg.org/#read-request-error-steps>
    fn error(self: Box<Self>, error: JsValue, context: &mut Context) -> JsResult<()>;
}

/// A read that was asked for.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) enum ReadRequest {
    /// By a script, which has the promise that these belong to.
    Promise(ResolvingFunctions),
    /// By Rust.
    Native(Box<dyn ReadSteps>),
}

/// Resolves a promise with a `ReadableStreamReadResult`.
fn resolve(
    functions: &ResolvingFunctions,
    value: JsValue,
    done: bool,
    context: &mut Context,
) -> JsResult<()> {
    let result = create_iter_result_object(value, done, context);
    functions
        .resolve
        .call(&JsValue::undefined(), &[result], context)?;
    Ok(())
}

fn reject(functions: &ResolvingFunctions, error: JsValue, context: &mut Context) -> JsResult<()> {
    functions
        .reject
        .call(&JsValue::undefined(), &[error], context)?;
    Ok(())
}

impl ReadRequest {
    /// <https://streams.spec.whatwg.org/#read-request-chunk-steps>
    pub(super) fn chunk(self, chunk: Chunk, context: &mut Context) -> JsResult<()> {
        match self {
            Self::Promise(functions) => match chunk.into_value(context) {
                Ok(value) => resolve(&functions, value, false, context),
                Err(error) => {
                    let error = reason(error, context)?;
                    reject(&functions, error, context)
                }
            },
            Self::Native(steps) => steps.chunk(chunk, context),
        }
    }

    /// <https://streams.spec.whatwg.org/#read-request-close-steps>
    pub(super) fn close(self, context: &mut Context) -> JsResult<()> {
        match self {
            Self::Promise(functions) => resolve(&functions, JsValue::undefined(), true, context),
            Self::Native(steps) => steps.close(context),
        }
    }

    /// <https://streams.spec.whatwg.org/#read-request-error-steps>
    pub(super) fn error(self, error: JsValue, context: &mut Context) -> JsResult<()> {
        match self {
            Self::Promise(functions) => reject(&functions, error, context),
            Self::Native(steps) => steps.error(error, context),
        }
    }
}

/// What Rust does with the outcome of a read into a view.
pub(in crate::streams) trait ReadIntoSteps: Trace {
    /// <https://streams.spec.whatwg.org/#read-into-request-chunk-steps>
    fn chunk(self: Box<Self>, chunk: JsValue, context: &mut Context) -> JsResult<()>;

    /// <https://streams.spec.whatwg.org/#read-into-request-close-steps>
    fn close(self: Box<Self>, chunk: JsValue, context: &mut Context) -> JsResult<()>;

    /// <https://streams.spec.whatwg.org/#read-into-request-error-steps>
    fn error(self: Box<Self>, error: JsValue, context: &mut Context) -> JsResult<()>;
}

/// A read into a view that was asked for.
///
/// <https://streams.spec.whatwg.org/#read-into-request>
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) enum ReadIntoRequest {
    /// By a script, which has the promise that these belong to.
    Promise(ResolvingFunctions),
    /// By Rust.
    Native(Box<dyn ReadIntoSteps>),
}

impl ReadIntoRequest {
    /// <https://streams.spec.whatwg.org/#read-into-request-chunk-steps>
    pub(super) fn chunk(self, chunk: JsValue, context: &mut Context) -> JsResult<()> {
        match self {
            Self::Promise(functions) => resolve(&functions, chunk, false, context),
            Self::Native(steps) => steps.chunk(chunk, context),
        }
    }

    /// <https://streams.spec.whatwg.org/#read-into-request-close-steps>
    pub(super) fn close(self, chunk: JsValue, context: &mut Context) -> JsResult<()> {
        match self {
            Self::Promise(functions) => resolve(&functions, chunk, true, context),
            Self::Native(steps) => steps.close(chunk, context),
        }
    }

    /// <https://streams.spec.whatwg.org/#read-into-request-error-steps>
    pub(super) fn error(self, error: JsValue, context: &mut Context) -> JsResult<()> {
        match self {
            Self::Promise(functions) => reject(&functions, error, context),
            Self::Native(steps) => steps.error(error, context),
        }
    }
}
