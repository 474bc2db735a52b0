//! `navigator`.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/system-state.html#the-navigator-object>

#[expect(clippy::module_inception, reason = "the interface is named so")]
mod navigator;
mod worker_navigator;

pub use navigator::Navigator;
pub use worker_navigator::WorkerNavigator;

use boa_engine::{Context, JsResult, js_string};
use taipan_webidl::Interface as _;

use crate::define::global_attribute;

/// Defines the interface on the global object of the current realm, and its one object.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    taipan_webidl::expose::<Navigator>(&global, context);
    global_attribute("navigator", Navigator::of_realm, context);
    Ok(())
}

/// Makes what there is of the global object of a worker.
pub(crate) fn register_worker(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    global.delete_property_or_throw(js_string!(Navigator::NAME), context)?;
    taipan_webidl::expose::<WorkerNavigator>(&global, context);
    global_attribute("navigator", WorkerNavigator::of_realm, context);
    Ok(())
}
