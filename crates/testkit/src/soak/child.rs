//! The process in which a scenario runs.

use std::process::ExitCode;

use taipan::engine::{
    Context, JsArgs, JsNativeError, JsResult, JsString, JsValue, NativeFunction,
    object::builtins::JsUint8Array, property::Attribute,
};
use taipan::{Permissions, Runtime, Url};

use super::memory::{self, Watch};
use super::{OUTCOME, scenario};

/// The argument that makes an executable with [`main_if_child`] the child of a soak.
pub const CHILD_ARGUMENT: &str = "__soak";

/// Runs a scenario's script if this process was started to do that.
#[must_use]
pub fn main_if_child() -> Option<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next()? != CHILD_ARGUMENT {
        return None;
    }
    let name = arguments.next()?;
    let count = arguments.next()?.parse().ok()?;
    let origin = arguments.next()?;
    let end = taipan::on_js_thread(|| run(&name, count, &origin));
    Some(match end {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(message)) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("no thread for JavaScript: {error}");
            ExitCode::FAILURE
        }
    })
}

fn run(name: &str, count: u64, origin: &str) -> Result<(), String> {
    let script = scenario::script(name).ok_or_else(|| format!("there is no script {name}"))?;
    let url = Url::parse(origin).map_err(|error| error.to_string())?;
    let mut runtime = Runtime::builder()
        .base_url(url)
        .permissions(Permissions::all())
        .with_context(define)
        .build()
        .map_err(|error| error.report())?;
    runtime
        .eval(scenario::PRELUDE)
        .map_err(|error| error.report())?;
    runtime.eval(script).map_err(|error| error.report())?;
    // What is there only once is made before memory is looked at.
    runtime
        .eval(&format!("globalThis.prepare?.({count})"))
        .map_err(|error| error.report())?;
    let watch = Watch::start(name, count);
    WATCH.set(Some(watch.clone()));
    let result = runtime
        .eval(&format!("soak({count})"))
        .and_then(|promise| runtime.resolve_as::<String>(promise));
    let (growth, late) = watch.end();
    let failure = match result {
        Ok(failure) => failure,
        Err(error) => error.report().replace('\n', " "),
    };
    println!("{OUTCOME}{growth} {late} {failure}");
    Ok(())
}

thread_local! {
    static WATCH: std::cell::RefCell<Option<Watch>> = const { std::cell::RefCell::new(None) };
}

/// What scripts have besides the platform.
fn define(context: &mut Context) -> JsResult<()> {
    let mut function =
        |name: &str, f: fn(&JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>| {
            context.register_global_callable(
                JsString::from(name),
                0,
                NativeFunction::from_fn_ptr(f),
            )
        };
    function("wat", |_, args, context| {
        let text = args.get_or_undefined(0).to_string(context)?;
        let bytes = wat::parse_str(text.to_std_string_lossy())
            .map_err(|error| JsNativeError::typ().with_message(error.to_string()))?;
        Ok(JsUint8Array::from_iter(bytes, context)?.into())
    })?;
    function("collect", |_, _, _| {
        taipan::engine::gc::force_collect();
        Ok(JsValue::undefined())
    })?;
    function("resident", |_, _, _| {
        Ok(JsValue::from(memory::resident() as f64))
    })?;
    function("progress", |_, args, context| {
        let done = args.get_or_undefined(0).to_number(context)?;
        WATCH.with_borrow(|watch| {
            if let Some(watch) = watch {
                watch.progress(done as u64);
            }
        });
        Ok(JsValue::undefined())
    })?;
    context.register_global_property(
        JsString::from("SERVED_MODULE"),
        JsString::from(scenario::SERVED_MODULE),
        Attribute::all(),
    )
}
