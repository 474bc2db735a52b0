//! What a transform stream's controller gives its chunks to.

use std::{cell::RefCell, rc::Rc};

use boa_engine::{Context, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::Dictionary;

use super::{
    native_transform::NativeTransform,
    transform_stream_default_controller::TransformStreamDefaultController,
};
use crate::streams::support::{Callback, Chunk, Outcome};

/// A transform that is written in Rust; none while it runs.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct Native(#[unsafe_ignore_trace] Rc<RefCell<Option<Box<dyn NativeTransform>>>>);

impl Native {
    pub(super) fn new(transform: Box<dyn NativeTransform>) -> Self {
        Self(Rc::new(RefCell::new(Some(transform))))
    }

    /// Lets the transform do something, unless it is doing something.
    fn run(
        &self,
        run: impl FnOnce(&mut dyn NativeTransform, &mut Context) -> JsResult<()>,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        // Enqueueing may run script, which may come back here.
        let Some(mut transform) = self.0.borrow_mut().take() else {
            return Ok(Outcome::Fulfilled);
        };
        let result = run(&mut *transform, context);
        *self.0.borrow_mut() = Some(transform);
        Outcome::from_result(result, context)
    }
}

/// `[[transformAlgorithm]]`, `[[flushAlgorithm]]` and `[[cancelAlgorithm]]`.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) enum Transformer {
    /// Algorithms that were cleared.
    Nothing,
    /// A transformer object.
    Script {
        transform: Option<Callback>,
        flush: Option<Callback>,
        cancel: Option<Callback>,
    },
    /// Rust.
    Native(Native),
}

type Controller = JsObject<TransformStreamDefaultController>;

impl Transformer {
    /// Performs the transform algorithm.
    pub(super) fn transform(
        &self,
        chunk: Chunk,
        controller: &Controller,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        match self {
            Self::Nothing => Ok(Outcome::Fulfilled),
            Self::Script {
                transform: Some(transform),
                ..
            } => {
                let chunk = chunk.into_value(context)?;
                transform.invoke_promise(&[chunk, controller.clone().upcast().into()], context)
            }
            // Without a method, chunks are passed through.
            Self::Script {
                transform: None, ..
            } => {
                let result =
                    TransformStreamDefaultController::enqueue_chunk(controller, chunk, context);
                Outcome::from_result(result, context)
            }
            Self::Native(native) => native.run(
                |transform, context| match chunk {
                    Chunk::Value(value) => transform.transform(value, controller, context),
                    Chunk::Bytes(bytes) => transform.transform_bytes(bytes, controller, context),
                },
                context,
            ),
        }
    }

    /// Performs the flush algorithm.
    pub(super) fn flush(
        &self,
        controller: &Controller,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        match self {
            Self::Script {
                flush: Some(flush), ..
            } => flush.invoke_promise(&[controller.clone().upcast().into()], context),
            Self::Nothing | Self::Script { flush: None, .. } => Ok(Outcome::Fulfilled),
            Self::Native(native) => native.run(
                |transform, context| transform.flush(controller, context),
                context,
            ),
        }
    }

    /// Performs the cancel algorithm.
    pub(super) fn cancel(&self, reason: JsValue, context: &mut Context) -> JsResult<Outcome> {
        match self {
            Self::Script {
                cancel: Some(cancel),
                ..
            } => cancel.invoke_promise(&[reason], context),
            Self::Nothing | Self::Script { cancel: None, .. } | Self::Native(_) => {
                Ok(Outcome::Fulfilled)
            }
        }
    }
}

/// `Transformer`: <https://streams.spec.whatwg.org/#dictdef-transformer>.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct TransformerDictionary {
    pub(super) transformer: Transformer,
    pub(super) start: Option<Callback>,
    /// `readableType` or `writableType`, if there is one.
    #[unsafe_ignore_trace]
    pub(super) reserved: Option<&'static str>,
}

impl TransformerDictionary {
    /// Converts a transformer object, or `null` for none.
    pub(super) fn new(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let dictionary = Dictionary::new(value, "Transformer")?;
        let mut reserved = None;
        let cancel = Callback::member(&dictionary, value, "cancel", context)?;
        let flush = Callback::member(&dictionary, value, "flush", context)?;
        if dictionary.get("readableType", context)?.is_some() {
            reserved = Some("readableType");
        }
        let start = Callback::member(&dictionary, value, "start", context)?;
        let transform = Callback::member(&dictionary, value, "transform", context)?;
        if dictionary.get("writableType", context)?.is_some() {
            reserved.get_or_insert("writableType");
        }
        Ok(Self {
            transformer: Transformer::Script {
                transform,
                flush,
                cancel,
            },
            start,
            reserved,
        })
    }
}
