//! Running what the command line asks for.

mod page;
mod place;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use taipan::{
    ConsoleSink as _, Error, Level, Runtime,
    engine::{Context, JsResult, JsString, object::builtins::JsArray, property::Attribute},
};

use crate::{
    args::RunArgs,
    output::Output,
    report::{Reporter, Sources},
};
use page::{is_page, run_page};
use place::{Origin, Place};

/// What the command shows while a program runs.
struct Stage {
    output: Output,
    sources: Sources,
    reporter: Reporter,
}

impl Stage {
    fn new() -> Self {
        let sources = Sources::default();
        Self {
            output: Output::default(),
            reporter: Reporter::new(sources.clone()),
            sources,
        }
    }

    /// Reports the error that ends the program.
    fn failure(&self, error: &Error) -> ExitCode {
        self.output.write(Level::Error, &self.reporter.error(error));
        ExitCode::FAILURE
    }
}

/// Runs the program; the exit code says whether any error was left uncaught.
pub(crate) fn run(args: &RunArgs) -> ExitCode {
    let stage = Stage::new();
    let mut code = match prepare(args, &stage) {
        Ok((mut runtime, place)) => finish(&mut runtime, &place, args, &stage),
        Err(error) => stage.failure(&error),
    };
    if let Some(error) = stage.output.failure() {
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
fn prepare(args: &RunArgs, stage: &Stage) -> Result<(Runtime, Place), Error> {
    let place = Place::of(args)?;
    if let Origin::Code(code) = &place.origin {
        stage.sources.keep(place.url.as_str(), code);
    }
    let arguments = args.arguments().to_vec();
    let (reporter, output) = (stage.reporter.clone(), stage.output.clone());
    let runtime = args
        .runtime
        .builder(&place.url)?
        .console(stage.output.clone())
        .source_observer(stage.sources.clone())
        .on_uncaught(move |uncaught| output.write(Level::Error, &reporter.uncaught(uncaught)))
        .with_context(move |context| define_arguments(&arguments, context))
        .build()?;
    Ok((runtime, place))
}

/// Runs the program to its end.
fn finish(runtime: &mut Runtime, place: &Place, args: &RunArgs, stage: &Stage) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    if let Err(error) = start(runtime, place, args) {
        code = stage.failure(&error);
        // As in a page, what the program had begun before it failed goes on.
        if error.exception().is_some()
            && let Err(error) = runtime.run()
        {
            code = stage.failure(&error);
        }
    }
    if runtime.uncaught_errors() > 0 {
        code = ExitCode::FAILURE;
    }
    code
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
