//! What the engine asks its host.

use std::{rc::Rc, sync::Arc};

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString,
    builtins::promise::{OperationType, Promise},
    context::HostHooks,
    object::builtins::JsPromise,
    realm::Realm,
};

use crate::{
    clock::{self, Clock},
    event_loop::EventLoop,
    nesting, pressure,
};

/// The hooks of a runtime.
pub(crate) struct Hooks {
    event_loop: Rc<EventLoop>,
    clock: Arc<dyn Clock>,
}

impl Hooks {
    pub(crate) fn new(event_loop: Rc<EventLoop>, clock: Arc<dyn Clock>) -> Self {
        Self { event_loop, clock }
    }
}

/// What the engine does by itself.
struct SystemHooks;

impl HostHooks for SystemHooks {}

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

    fn local_timezone_offset_seconds(&self, unix_time_seconds: i64) -> i32 {
        let time = clock::from_unix_seconds(unix_time_seconds);
        let offset = time.and_then(|time| self.clock.utc_offset(time));
        offset.unwrap_or_else(|| SystemHooks.local_timezone_offset_seconds(unix_time_seconds))
    }

    /// As much as the engine would allow, or as there is room for.
    fn max_buffer_size(&self, context: &mut Context) -> u64 {
        pressure::relieve();
        let most = SystemHooks.max_buffer_size(context);
        match self.event_loop.heap_room() {
            Some(room) => most.min(room as u64),
            None => most,
        }
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
        // What `eval` is given may be a call of `eval`: each is another look at the limits.
        self.event_loop.check_governor()?;
        for source in parameters.iter().chain([body]) {
            nesting::check_eval(&source.to_std_string_lossy())
                .map_err(|error| JsNativeError::syntax().with_message(error.to_string()))?;
        }
        Ok(())
    }
}
