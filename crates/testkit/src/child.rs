//! The child process that runs one test file.
//!
//! The job comes as JSON on the standard input. Reports leave as lines on the standard
//! output that begin with [`REPORT_PREFIX`]; whatever else is written there is the tests' own.

use std::io::{Read, Write, stdin, stdout};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::host::Host;
use crate::job::Job;

/// The argument that makes an executable with [`main_if_child`] a child.
pub const CHILD_ARGUMENT: &str = "__run-test-file";

/// What a line of the standard output begins with when it is a report.
pub const REPORT_PREFIX: &str = "@@report ";

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
    taipan::on_js_thread(move || perform(&job))
        .map_err(|error| format!("no thread for JavaScript: {error}"))?
}

/// Runs `job`: the harness, then the scripts, then the event loop.
fn perform(job: &Job) -> Result<(), String> {
    let host = &mut Host::new(&job.url, report)?;
    host.eval(&job.preamble(), "about:preamble")?;
    host.eval(crate::HARNESS, "about:harness")?;
    for script in &job.scripts {
        let url = format!("{}{}", job.origin, script.path);
        if let Err(message) = host.eval(&script.source, &url) {
            tell_harness(host, &format!("{}: {message}", script.path))?;
            break;
        }
    }
    tell_uncaught(host)?;
    host.eval("__harness.loaded();", "about:harness")?;
    if let Err(message) = host.run() {
        tell_harness(host, &message)?;
    }
    tell_uncaught(host)?;
    host.eval("__harness.idle();", "about:harness")
}

fn tell_uncaught(host: &mut Host) -> Result<(), String> {
    for message in host.take_uncaught() {
        tell_harness(host, &message)?;
    }
    Ok(())
}

fn tell_harness(host: &mut Host, message: &str) -> Result<(), String> {
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
