//! What a writable stream's controller gives its chunks to.

use boa_engine::{Context, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::Dictionary;

use super::{
    byte_sink::NativeSink, writable_stream_default_controller::WritableStreamDefaultController,
};
use crate::streams::{
    support::{Callback, Chunk, Outcome},
    transform::TransformStream,
};

/// `[[writeAlgorithm]]`, `[[closeAlgorithm]]` and `[[abortAlgorithm]]`.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) enum Sink {
    /// Algorithms that were cleared.
    Nothing,
    /// An underlying sink object.
    Script {
        write: Option<Callback>,
        close: Option<Callback>,
        abort: Option<Callback>,
    },
    /// Rust.
    Native(NativeSink),
    /// The writable side of a transform stream.
    Transform(JsObject<TransformStream>),
}

impl Sink {
    /// Performs the write algorithm.
    pub(super) fn write(
        &self,
        chunk: Chunk,
        controller: &JsObject<WritableStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        match self {
            Self::Script {
                write: Some(write), ..
            } => {
                let chunk = chunk.into_value(context)?;
                write.invoke_promise(&[chunk, controller.clone().upcast().into()], context)
            }
            Self::Nothing | Self::Script { write: None, .. } => Ok(Outcome::Fulfilled),
            Self::Native(sink) => sink.write(chunk, context),
            Self::Transform(stream) => TransformStream::sink_write(stream, chunk, context),
        }
    }

    /// Performs the close algorithm.
    pub(super) fn close(&self, context: &mut Context) -> JsResult<Outcome> {
        match self {
            Self::Script {
                close: Some(close), ..
            } => close.invoke_promise(&[], context),
            Self::Nothing | Self::Script { close: None, .. } => Ok(Outcome::Fulfilled),
            Self::Native(sink) => sink.close(context),
            Self::Transform(stream) => TransformStream::sink_close(stream, context),
        }
    }

    /// Performs the abort algorithm.
    pub(super) fn abort(&self, reason: JsValue, context: &mut Context) -> JsResult<Outcome> {
        match self {
            Self::Script {
                abort: Some(abort), ..
            } => abort.invoke_promise(&[reason], context),
            Self::Nothing | Self::Script { abort: None, .. } => Ok(Outcome::Fulfilled),
            Self::Native(sink) => {
                sink.abort();
                Ok(Outcome::Fulfilled)
            }
            Self::Transform(stream) => TransformStream::sink_abort(stream, reason, context),
        }
    }
}

/// `UnderlyingSink`: <https://streams.spec.whatwg.org/#dictdef-underlyingsink>.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct UnderlyingSink {
    pub(super) sink: Sink,
    pub(super) start: Option<Callback>,
    /// Whether there is a `type`.
    pub(super) has_type: bool,
}

impl UnderlyingSink {
    /// Converts an underlying sink object, or `null` for none.
    pub(super) fn new(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let dictionary = Dictionary::new(value, "UnderlyingSink")?;
        let abort = Callback::member(&dictionary, value, "abort", context)?;
        let close = Callback::member(&dictionary, value, "close", context)?;
        let start = Callback::member(&dictionary, value, "start", context)?;
        let has_type = dictionary.get("type", context)?.is_some();
        let write = Callback::member(&dictionary, value, "write", context)?;
        Ok(Self {
            sink: Sink::Script {
                write,
                close,
                abort,
            },
            start,
            has_type,
        })
    }
}
