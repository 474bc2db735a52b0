//! `eval` of text in the global scope.
//!
//! The engine parses what `eval` is given by itself. Where `eval` is called like any other function, which is how loaders
//! of scripts call it (`(0, eval)(text)`), the text is prepared here as that of a script is. The text of a direct `eval`
//! is out of reach.

use std::borrow::Cow;

use boa_engine::{Context, JsObject, JsResult, JsString, JsValue, js_string};

use super::replace;
use crate::{syntax::check_script, workarounds};

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    if let Some(eval) = global.get(js_string!("eval"), context)?.as_object() {
        replace(&eval, |original| original, call, context);
    }
    Ok(())
}

/// <https://tc39.es/ecma262/#sec-eval-x>
fn call(
    this: &JsValue,
    args: &[JsValue],
    original: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let text = args.first().and_then(JsValue::as_string);
    match text.as_ref().and_then(prepared) {
        Some(text) => original.call(this, &[text.into()], context),
        None => original.call(this, args, context),
    }
}

/// The text that the engine is to be given instead, if there is any.
fn prepared(text: &JsString) -> Option<JsString> {
    let text = text.to_std_string().ok()?;
    match workarounds::apply(&text) {
        Cow::Borrowed(_) => None,
        // Errors are to be those of the text as it was written.
        Cow::Owned(rewritten) => check_script(&rewritten)
            .is_ok()
            .then(|| JsString::from(rewritten)),
    }
}
