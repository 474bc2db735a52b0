//! `--print`: the value of code.

use taipan::{
    ConsoleSink, Error, InspectOptions, Level, Runtime, Url,
    engine::{JsValue, object::builtins::JsArray},
};

use crate::repl::rewrite;

/// Runs `code` as at the prompt, prints its value as `console.log` does, and goes on until nothing
/// is pending.
pub(super) fn run(
    runtime: &mut Runtime,
    code: &str,
    url: &Url,
    output: &dyn ConsoleSink,
) -> Result<(), Error> {
    // What is wrong with it the engine says.
    let input = rewrite::read(code).unwrap_or_else(|_| rewrite::Input {
        code: code.to_owned(),
        ..rewrite::Input::default()
    });
    let mut value = runtime.eval_script(&input.code, Some(url))?;
    if input.awaits {
        value = value_in(runtime.resolve(value)?, runtime);
    }
    let text = match value.as_string() {
        Some(text) => text.to_std_string_lossy(),
        None => {
            let mut options = InspectOptions::default();
            options.colors = output.has_colors(Level::Log);
            taipan::inspect(&value, &options, &mut runtime.context())
        }
    };
    output.write(Level::Log, &text);
    runtime.run()
}

/// The value in the array that code that awaits leaves, if it leaves one.
fn value_in(array: JsValue, runtime: &mut Runtime) -> JsValue {
    let array = array
        .as_object()
        .and_then(|array| JsArray::from_object(array).ok());
    array
        .and_then(|array| array.get(0, &mut runtime.context()).ok())
        .unwrap_or_default()
}
