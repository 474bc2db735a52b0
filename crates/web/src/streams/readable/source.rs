//! What a readable stream's controller asks for chunks.

use boa_engine::{Context, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Gc, Trace};
use taipan_webidl::Dictionary;

use super::{
    byte_stream_tee::ByteStreamTee, default_tee::DefaultTee, from_iterable::FromIterable,
    native_source::NativeSource, tee::Branch,
};
use crate::streams::{
    support::{Callback, Outcome},
    transform::TransformStream,
};

/// `[[pullAlgorithm]]` and `[[cancelAlgorithm]]`.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) enum Source {
    /// Algorithms that do nothing, or that were cleared.
    Nothing,
    /// An underlying source object.
    Script {
        pull: Option<Callback>,
        cancel: Option<Callback>,
    },
    /// Rust.
    Native(NativeSource),
    /// The readable side of a transform stream.
    Transform(JsObject<TransformStream>),
    /// A branch of a stream that was teed.
    Tee(Gc<DefaultTee>, #[unsafe_ignore_trace] Branch),
    /// A branch of a readable byte stream that was teed.
    ByteTee(Gc<ByteStreamTee>, #[unsafe_ignore_trace] Branch),
    /// An iterator.
    Iterable(Gc<FromIterable>),
}

impl Source {
    /// Whether pulling does nothing.
    pub(super) fn never_pulls(&self) -> bool {
        matches!(self, Self::Nothing | Self::Script { pull: None, .. })
    }

    /// Performs the pull algorithm for the controller.
    pub(super) fn pull(&self, controller: &JsObject, context: &mut Context) -> JsResult<Outcome> {
        match self {
            Self::Script {
                pull: Some(pull), ..
            } => pull.invoke_promise(&[controller.clone().into()], context),
            // The controller polls it by itself.
            Self::Native(_) | Self::Nothing | Self::Script { pull: None, .. } => {
                Ok(Outcome::Fulfilled)
            }
            Self::Transform(stream) => TransformStream::source_pull(stream, context),
            Self::Tee(tee, _) => {
                tee.pull(context)?;
                Ok(Outcome::Fulfilled)
            }
            Self::ByteTee(tee, branch) => {
                tee.pull(*branch, context)?;
                Ok(Outcome::Fulfilled)
            }
            Self::Iterable(iterable) => FromIterable::pull(iterable, context),
        }
    }

    /// Performs the cancel algorithm.
    pub(super) fn cancel(&self, reason: JsValue, context: &mut Context) -> JsResult<Outcome> {
        match self {
            Self::Script {
                cancel: Some(cancel),
                ..
            } => cancel.invoke_promise(&[reason], context),
            Self::Nothing | Self::Script { cancel: None, .. } => Ok(Outcome::Fulfilled),
            Self::Native(source) => {
                source.cancel();
                Ok(Outcome::Fulfilled)
            }
            Self::Transform(stream) => TransformStream::source_cancel(stream, reason, context),
            Self::Tee(tee, branch) => tee.cancel(*branch, reason, context),
            Self::ByteTee(tee, branch) => tee.cancel(*branch, reason, context),
            Self::Iterable(iterable) => iterable.cancel(reason, context),
        }
    }
}

/// `UnderlyingSource`: <https://streams.spec.whatwg.org/#dictdef-underlyingsource>.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct UnderlyingSource {
    #[unsafe_ignore_trace]
    pub(super) auto_allocate_chunk_size: Option<u64>,
    pub(super) source: Source,
    pub(super) start: Option<Callback>,
    /// Whether `type` is "bytes".
    pub(super) is_bytes: bool,
}

impl UnderlyingSource {
    /// Converts an underlying source object, or `null` for none.
    pub(super) fn new(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let dictionary = Dictionary::new(value, "UnderlyingSource")?;
        let auto_allocate_chunk_size = match dictionary.get("autoAllocateChunkSize", context)? {
            Some(size) => Some(taipan_webidl::convert::enforce_range_unsigned_long_long(
                &size,
                "autoAllocateChunkSize",
                context,
            )?),
            None => None,
        };
        let cancel = Callback::member(&dictionary, value, "cancel", context)?;
        let pull = Callback::member(&dictionary, value, "pull", context)?;
        let start = Callback::member(&dictionary, value, "start", context)?;
        let is_bytes = match dictionary.get("type", context)? {
            Some(kind) => {
                taipan_webidl::convert::enumeration(&kind, &["bytes"], "type", context)?;
                true
            }
            None => false,
        };
        Ok(Self {
            auto_allocate_chunk_size,
            source: Source::Script { pull, cancel },
            start,
            is_bytes,
        })
    }

    /// Performs the start algorithm.
    pub(super) fn start(
        start: Option<&Callback>,
        controller: &JsObject,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        match start {
            Some(start) => {
                let result = start.invoke(&[controller.clone().into()], context)?;
                Outcome::resolved_with(result, context)
            }
            None => Ok(Outcome::Fulfilled),
        }
    }
}
