//! The child process that runs one test file.
//!
//! The job comes as JSON on the standard input. Reports leave as lines on the standard
//! output that begin with [`REPORT_PREFIX`]; whatever else is written there is the tests' own.

use std::io::{Read, Write, stdin, stdout};
use std::process::ExitCode;
use std::thread;

use serde_json::{Value, json};

use crate::host::{BareEngine, Host};
use crate::job::Job;

/// The argument that makes an executable with [`main_if_child`] a child.
pub const CHILD_ARGUMENT: &str = "__run-test-file";

/// What a line of the standard output begins with when it is a report.
pub const REPORT_PREFIX: &str = "@@report ";

/// JavaScript recursion deserves a stack of this much address space.
const STACK_SIZE: usize = 256 << 20;

/// Runs the job on the standard input if this process was started to do that.
#[must_use]
pub fn main_if_child() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != CHILD_ARGUMENT {
        return None;
    }
    Some(match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    })
}

fn run() -> Result<(), String> {
    let mut text = String::new();
    stdin()
        .read_to_string(&mut text)
        .map_err(|error| format!("the job could not be read: {error}"))?;
    let value: Value =
        serde_json::from_str(&text).map_err(|error| format!("the job is not JSON: {error}"))?;
    let job = Job::from_json(&value).ok_or("the job lacks something")?;
    let runner = thread::Builder::new()
        .name("javascript".to_owned())
        .stack_size(STACK_SIZE)
        .spawn(move || -> Result<(), String> {
            let mut host = BareEngine::new(report)?;
            perform(&job, &mut host)
        })
        .map_err(|error| format!("no thread for JavaScript: {error}"))?;
    runner
        .join()
        .map_err(|_| "the JavaScript thread panicked".to_owned())?
}

/// Runs `job` in `host`: the harness, then the scripts, then the event loop.
pub fn perform(job: &Job, host: &mut dyn Host) -> Result<(), String> {
    host.eval(&job.preamble(), "about:preamble")?;
    host.eval(crate::HARNESS, "about:harness")?;
    for script in &job.scripts {
        let url = format!("{}{}", job.origin, script.path);
        if let Err(message) = host.eval(&script.source, &url) {
            tell_harness(host, &format!("{}: {message}", script.path))?;
            break;
        }
    }
    host.eval("__harness.loaded();", "about:harness")?;
    if let Err(message) = host.run() {
        tell_harness(host, &message)?;
        host.run().or_else(|message| tell_harness(host, &message))?;
    }
    host.eval("__harness.idle();", "about:harness")
}

fn tell_harness(host: &mut dyn Host, message: &str) -> Result<(), String> {
    host.eval(
        &format!("__harness.error({});", json!(message)),
        "about:harness",
    )
}

/// Writes one report, whole and at once: the process may die at any moment.
fn report(text: &str) {
    let mut out = stdout().lock();
    // A parent that is gone needs no report.
    let _ = writeln!(out, "{REPORT_PREFIX}{text}").and_then(|()| out.flush());
}
