//! Running what the command line asks for.

use std::{
    io::{self, Read as _, Write as _},
    path::Path,
    process::ExitCode,
};

use taipan::{Error, Runtime, Url};

use crate::{args::Args, output::Output};

/// Runs the program; the exit code says whether any error was left uncaught.
pub(crate) fn run(args: &Args) -> ExitCode {
    let output = Output::default();
    let mut builder = Runtime::builder().console(output.clone());
    if let Some(url) = &args.base_url {
        builder = builder.base_url(url.clone());
    }
    let mut runtime = match builder.build() {
        Ok(runtime) => runtime,
        Err(error) => return failure(&error),
    };
    let mut code = ExitCode::SUCCESS;
    if let Err(error) = start(&mut runtime, args) {
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
    if let Some(error) = output.failure() {
        // As above.
        let _ = writeln!(
            io::stderr(),
            "taipan: cannot write to standard output: {error}"
        );
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
    // That nobody reads standard error any more changes nothing.
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::FAILURE
}

fn start(runtime: &mut Runtime, args: &Args) -> Result<(), Error> {
    let kind = args.kind();
    match (&args.eval, args.file.as_deref()) {
        (Some(code), _) => runtime.run_source(code, &beside("eval.js", args)?, kind),
        (None, Some("-")) => {
            let mut source = Vec::new();
            io::stdin()
                .read_to_end(&mut source)
                .map_err(|source| Error::File {
                    path: "-".into(),
                    source,
                })?;
            let source = String::from_utf8_lossy(&source);
            runtime.run_source(&source, &beside("stdin.js", args)?, kind)
        }
        (None, Some(file)) => match url(file) {
            Some(url) => runtime.run_url(&url, kind),
            None => runtime.run_file(Path::new(file), kind),
        },
        // The command line parser demands one of them.
        (None, None) => Ok(()),
    }
}

/// What is written like a URL is one, unless a file has that name. A drive letter is no
/// scheme.
fn url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (url.scheme().len() > 1 && !Path::new(text).exists()).then_some(url)
}

/// The URL of a program that has no file: as if it were one beside the base URL, or in the
/// current directory.
fn beside(name: &str, args: &Args) -> Result<Url, Error> {
    // A base that nothing can stand beside, a data: URL say, is none.
    if let Some(Ok(url)) = args.base_url.as_ref().map(|base| base.join(name)) {
        return Ok(url);
    }
    let file = |source| Error::File {
        path: name.into(),
        source,
    };
    let path = std::env::current_dir().map_err(file)?.join(name);
    Url::from_file_path(&path)
        .map_err(|()| file(io::Error::other("the current directory has no URL")))
}
