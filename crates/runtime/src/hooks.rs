//! What the engine asks its host.

use std::rc::Rc;

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString,
    builtins::promise::{OperationType, Promise},
    context::HostHooks,
    object::builtins::JsPromise,
    realm::Realm,
};

use crate::{event_loop::EventLoop, nesting};

/// The hooks of a runtime.
pub(crate) struct Hooks {
    event_loop: Rc<EventLoop>,
}

impl Hooks {
    pub(crate) fn new(event_loop: Rc<EventLoop>) -> Self {
        Self { event_loop }
    }
}

impl HostHooks for Hooks {
    fn promise_rejection_tracker(
        &self,
        promise: &JsObject<Promise>,
        operation: OperationType,
        context: &mut Context,
    ) {
        let promise = JsPromise::from(promise.clone());
        self.event_loop
            .promise_rejection_tracker(promise, operation, context);
    }

    /// The engine's parser recurses, so what `eval` and `Function` are given is measured
    /// before it is parsed.
    fn ensure_can_compile_strings(
        &self,
        _: Realm,
        parameters: &[JsString],
        body: &JsString,
        _: bool,
        _: &mut Context,
    ) -> JsResult<()> {
        for source in parameters.iter().chain([body]) {
            nesting::check_eval(&source.to_std_string_lossy())
                .map_err(|error| JsNativeError::syntax().with_message(error.to_string()))?;
        }
        Ok(())
    }
}
