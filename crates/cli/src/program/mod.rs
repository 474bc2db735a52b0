//! Running what the command line asks for.

mod page;
mod place;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use taipan::{
    Error, Runtime,
    engine::{Context, JsResult, JsString, object::builtins::JsArray, property::Attribute},
};

use crate::{args::RunArgs, output::Output};
use page::{is_page, run_page};
use place::{Origin, Place};

/// Runs the program; the exit code says whether any error was left uncaught.
pub(crate) fn run(args: &RunArgs) -> ExitCode {
    let output = Output::default();
    let mut code = match prepare(args, &output) {
        Ok((mut runtime, place)) => finish(&mut runtime, &place, args),
        Err(error) => failure(&error),
    };
    if let Some(error) = output.failure() {
        // That nobody reads standard error any more changes nothing.
        let _ = writeln!(
            io::stderr(),
            "taipan: cannot write to standard output: {error}"
        );
        code = ExitCode::FAILURE;
    }
    code
}

/// Finds the program and makes its runtime.
fn prepare(args: &RunArgs, output: &Output) -> Result<(Runtime, Place), Error> {
    let place = Place::of(args)?;
    let arguments = args.arguments().to_vec();
    let runtime = args
        .runtime
        .builder(&place.url)?
        .console(output.clone())
        .with_context(move |context| define_arguments(&arguments, context))
        .build()?;
    Ok((runtime, place))
}

/// Runs the program to its end.
fn finish(runtime: &mut Runtime, place: &Place, args: &RunArgs) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    if let Err(error) = start(runtime, place, args) {
        code = failure(&error);
        // As in a page, what the program had begun before it failed goes on.
        if error.exception().is_some()
            && let Err(error) = runtime.run()
        {
            code = failure(&error);
        }
    }
    if runtime.uncaught_errors() > 0 {
        code = ExitCode::FAILURE;
    }
    code
}

/// Reports the error that ends the program.
fn failure(error: &Error) -> ExitCode {
    let text = match error {
        Error::Exception(exception) => format!("Uncaught {}", exception.report()),
        other => format!("taipan: {other}"),
    };
    // As above.
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::FAILURE
}

fn start(runtime: &mut Runtime, place: &Place, args: &RunArgs) -> Result<(), Error> {
    let kind = args.kind();
    match &place.origin {
        Origin::Code(code) => runtime.run_source(code, &place.url, kind),
        Origin::File(_) | Origin::Url if is_page(&place.url) => run_page(runtime, &place.url),
        Origin::File(path) => runtime.run_file(path, kind),
        Origin::Url => runtime.run_url(&place.url, kind),
    }
}

/// Defines `scriptArgs`, what stands behind the program on the command line.
fn define_arguments(arguments: &[String], context: &mut Context) -> JsResult<()> {
    let arguments = arguments
        .iter()
        .map(|argument| JsString::from(argument.as_str()).into());
    let arguments = JsArray::from_iter(arguments, context);
    context.register_global_property(
        JsString::from("scriptArgs"),
        arguments,
        Attribute::WRITABLE | Attribute::CONFIGURABLE,
    )
}
