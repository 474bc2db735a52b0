//! Dialogs: what they say goes to the console, and nobody is there to answer.
//!
//! <https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#simple-dialogs>

use boa_engine::{Context, JsResult, JsValue};
use taipan_web::console::{self, Level};
use taipan_webidl::convert;

use super::operation;

/// Defines `alert`, `confirm`, `prompt` and `print` on the global object.
///
/// # Errors
/// Fails when the global object refuses a property.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    operation(
        "alert",
        0,
        |_, args, context| {
            say(args, context)?;
            Ok(JsValue::undefined())
        },
        context,
    )?;
    operation(
        "confirm",
        0,
        |_, args, context| {
            say(args, context)?;
            Ok(false.into())
        },
        context,
    )?;
    operation(
        "prompt",
        0,
        |_, args, context| {
            say(args, context)?;
            Ok(JsValue::null())
        },
        context,
    )?;
    operation("print", 0, |_, _, _| Ok(JsValue::undefined()), context)
}

fn say(args: &[JsValue], context: &mut Context) -> JsResult<()> {
    let text = match args.first() {
        Some(text) => convert::usv_string(text, context)?,
        None => String::new(),
    };
    console::write(Level::Log, &text, context);
    Ok(())
}
