//! Realms.

use boa_engine::{Context, JsResult, realm::Realm};

/// Calls `f` with `realm` as the current realm; with the one that is if it is none.
///
/// # Errors
///
/// Fails with what `f` does.
pub fn in_realm<T>(
    realm: Option<Realm>,
    context: &mut Context,
    f: impl FnOnce(&mut Context) -> JsResult<T>,
) -> JsResult<T> {
    let Some(realm) = realm else {
        return f(context);
    };
    let former = context.enter_realm(realm);
    let result = f(context);
    context.enter_realm(former);
    result
}
