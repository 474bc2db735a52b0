//! Cryptography.
//!
//! Spec: <https://w3c.github.io/webcrypto/>

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
