//! Events and event targets.
//!
//! Spec: <https://dom.spec.whatwg.org/#events>

mod checkpoint;
mod close_event;
mod custom_event;
mod dispatch;
mod error_event;
mod event;
mod event_handler;
mod event_target;
mod message_event;
mod progress_event;
mod promise_rejection_event;
mod report;

pub use checkpoint::{MicrotaskCheckpoint, set_microtask_checkpoint};
pub use close_event::CloseEvent;
pub use custom_event::CustomEvent;
pub use dispatch::{dispatch, fire};
pub use error_event::{ErrorEvent, ErrorInfo};
pub use event::{Event, EventInit};
pub use event_handler::{
    event_handler, get_event_handler, global_event_handlers, set_event_handler,
    set_uncompiled_event_handler,
};
pub use event_target::{
    CompileHandler, EventTarget, GetTheParent, ListenersChanged, has_listeners,
};
pub use message_event::MessageEvent;
pub use progress_event::ProgressEvent;
pub use promise_rejection_event::PromiseRejectionEvent;
pub use report::{
    ErrorDetails, ExceptionReport, fire_error, report_exception, set_exception_report,
};

use boa_engine::{Context, JsResult};
use taipan_webidl::expose;

use crate::define::global_operation;

/// Defines the interfaces on the global object of the current realm, and `reportError`.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    expose::<EventTarget>(&global, context);
    expose::<Event>(&global, context);
    expose::<CustomEvent>(&global, context);
    expose::<ErrorEvent>(&global, context);
    expose::<MessageEvent>(&global, context);
    expose::<PromiseRejectionEvent>(&global, context);
    expose::<ProgressEvent>(&global, context);
    expose::<CloseEvent>(&global, context);
    global_operation("reportError", 1, report::report_error, context)
}
