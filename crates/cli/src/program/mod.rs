//! Running what the command line asks for.

mod observer;
mod page;
pub(crate) mod place;
mod print;

use std::{
    cell::RefCell,
    io::{self, Write as _},
    process::ExitCode,
    rc::Rc,
};

use taipan::{
    ConsoleSink as _, Error, Level, Runtime, SourceKind,
    engine::{Context, JsResult, JsString, object::builtins::JsArray, property::Attribute},
};

use crate::{
    args::{Program, RunArgs},
    output::Output,
    progress,
    report::{Reporter, Sources},
    timing::Timing,
    trace, watch,
};
use observer::Observer;
use page::{Found, find, not_a_page, run_page};
use place::{Origin, Place, has_extension};

/// What the command shows while a program runs.
struct Stage {
    output: Output,
    sources: Sources,
    reporter: Reporter,
    timing: RefCell<Option<Timing>>,
}

impl Stage {
    fn new(args: &RunArgs) -> Rc<Self> {
        let sources = Sources::default();
        let timing = args.time.then(Timing::start);
        let on_fetch = progress::is_wanted().then_some(progress::show as fn());
        if timing.is_some() || on_fetch.is_some() {
            trace::watch(timing.is_some(), on_fetch);
        }
        Rc::new(Self {
            output: Output::default(),
            reporter: Reporter::new(sources.clone()),
            sources,
            timing: RefCell::new(timing),
        })
    }

    /// Reports the error that ends the program.
    fn failure(&self, error: &Error) -> ExitCode {
        self.output.write(Level::Error, &self.reporter.error(error));
        ExitCode::FAILURE
    }
}

/// Runs the program; the exit code says whether any error was left uncaught.
pub(crate) fn run(args: &RunArgs) -> ExitCode {
    let stage = Stage::new(args);
    let mut code = match prepare(args, &stage) {
        Ok((mut runtime, place)) => {
            if let Some(timing) = &mut *stage.timing.borrow_mut() {
                timing.ready();
            }
            finish(&mut runtime, &place, args, &stage)
        }
        Err(error) => stage.failure(&error),
    };
    progress::end();
    if let Some(error) = stage.output.failure() {
        // That nobody reads standard error any more changes nothing.
        let _ = writeln!(
            io::stderr(),
            "taipan: cannot write to standard output: {error}"
        );
        code = ExitCode::FAILURE;
    }
    if let Some(timing) = &*stage.timing.borrow() {
        let _ = writeln!(io::stderr(), "{}", timing.report());
    }
    code
}

/// Finds the program and makes its runtime.
fn prepare(args: &RunArgs, stage: &Rc<Stage>) -> Result<(Runtime, Place), Error> {
    let place = Place::of(args)?;
    if let Origin::Code(code) = &place.origin {
        stage.sources.keep(place.url.as_str(), code);
    }
    let observer = Observer::new(stage.sources.clone(), watch::list().as_deref())?;
    let mut builder = args.runtime.builder(&place.url)?;
    if let Some(network) = observer.network() {
        builder = builder.network(network);
    }
    // What code without a program fetches has nothing else to resolve against.
    if matches!(args.program(), Program::Print(_)) && args.runtime.base_url.is_none() {
        builder = builder.base_url(place.url.clone());
    }
    let arguments = args.arguments().to_vec();
    let uncaught = Rc::clone(stage);
    let runtime = builder
        .console(stage.output.clone())
        .source_observer(observer)
        .on_uncaught(move |error| {
            let report = uncaught.reporter.uncaught(error);
            uncaught.output.write(Level::Error, &report);
        })
        .with_context(move |context| define_arguments(&arguments, context))
        .build()?;
    Ok((runtime, place))
}

/// Runs the program to its end.
fn finish(runtime: &mut Runtime, place: &Place, args: &RunArgs, stage: &Stage) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    if let Err(error) = start(runtime, place, args, stage) {
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

fn start(runtime: &mut Runtime, place: &Place, args: &RunArgs, stage: &Stage) -> Result<(), Error> {
    let kind = place::kind_of(&place.url, args.kind());
    let has_code = matches!(place.origin, Origin::Code(_));
    if kind == SourceKind::Detect && !has_code && has_extension(&place.url, "wasm") {
        return Err(Error::Load {
            url: place.url.clone(),
            message: "it is a WebAssembly module, which a program fetches and instantiates; \
                      `taipan inspect` shows what is in it"
                .to_owned(),
        });
    }
    match (find(runtime, place, kind)?, &place.origin) {
        (Found::Page(page), _) => run_page(runtime, &page, args, &stage.output),
        _ if args.print_text => Err(not_a_page(&place.url)),
        (Found::Script(program), _) => runtime.run_source(&program.text, &program.url, kind),
        (Found::Unread, Origin::Code(code)) if matches!(args.program(), Program::Print(_)) => {
            print::run(runtime, code, &place.url, &stage.output)
        }
        (Found::Unread, Origin::Code(code)) => runtime.run_source(code, &place.url, kind),
        (Found::Unread, Origin::File(path)) => runtime.run_file(path, kind),
        (Found::Unread, Origin::Url) => runtime.run_url(&place.url, kind),
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
