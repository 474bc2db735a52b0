//! Aborting what is going on.
//!
//! Spec: <https://dom.spec.whatwg.org/#aborting-ongoing-activities>

mod abort_controller;
mod abort_signal;
mod state;

pub use abort_controller::AbortController;
pub use abort_signal::{
    AbortSignal, add_algorithm, dependent, remove_algorithm, signal_abort, timeout,
};
pub use state::AlgorithmId;

use boa_engine::{Context, JsResult};
use taipan_webidl::expose;

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    expose::<AbortController>(&global, context);
    expose::<AbortSignal>(&global, context);
    Ok(())
}
