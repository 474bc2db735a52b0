//! A program run by an embedder who sets limits.

use std::{cell::RefCell, io, path::Path, process::ExitCode, rc::Rc, thread, time::Duration};

use taipan::{Error, Level, Limits, Permissions, Runtime, Uncaught};

/// The stack of the thread that a runtime lives on; a small one, as embedders have.
const STACK: usize = 2 << 20;

/// What the runtime may use up.
fn limits(timeout: Duration) -> Limits {
    Limits::new()
        .run_timeout(timeout)
        .heap(512 << 20)
        .memory(1 << 30)
        .table_elements(20_000_000)
        .response_size(16 << 20)
        .timers(100_000)
}

/// Runs the program in a file as an embedder does, on a small thread or on one for JavaScript, and tells what came of it
/// as the command does. The runtime must go on afterwards.
///
/// # Errors
///
/// Fails when the file cannot be read or the thread not be made.
pub fn run(file: &Path, small: bool, timeout: Duration) -> io::Result<ExitCode> {
    let source = std::fs::read_to_string(file)?;
    let thread = if small {
        thread::Builder::new().stack_size(STACK)
    } else {
        taipan::js_thread()
    };
    let thread = thread.spawn(move || run_source(&source, timeout))?;
    let result = thread
        .join()
        .unwrap_or_else(|_| Err("the thread panicked".to_owned()));
    Ok(match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    })
}

fn run_source(source: &str, timeout: Duration) -> Result<(), String> {
    let fail = |error: Error| format!("no runtime: {error}");
    let rejected = Rc::new(RefCell::new(None));
    let mut runtime = Runtime::builder()
        .permissions(Permissions::none())
        .limits(limits(timeout))
        .console(|_: Level, _: &str| {})
        .on_uncaught({
            let rejected = Rc::clone(&rejected);
            move |uncaught: &Uncaught| {
                let mut rejected = rejected.borrow_mut();
                rejected.get_or_insert_with(|| uncaught.error.to_string());
            }
        })
        .build()
        .map_err(fail)?;
    let result = runtime.eval(source).map(drop).and_then(|()| runtime.run());
    // Whatever it was, there is a next script.
    let after = runtime
        .eval_as::<i32>("new Uint8Array([40, 2]).reduce((a, b) => a + b)")
        .map_err(|error| format!("the runtime does not go on after {result:?}: {error}"))?;
    if after != 42 {
        return Err(format!("the runtime is wrong: {after}"));
    }
    match result {
        Ok(()) => match rejected.take() {
            Some(error) => Err(format!("Uncaught {error}")),
            None => Ok(()),
        },
        Err(error) if error.exception().is_some() => Err(format!("Uncaught {error}")),
        Err(error) => Err(error.to_string()),
    }
}
