//! `navigator`.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/system-state.html#the-navigator-object>

#[expect(clippy::module_inception, reason = "the interface is named so")]
mod navigator;

pub use navigator::Navigator;

use boa_engine::{Context, JsResult};

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
