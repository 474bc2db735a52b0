//! The child process that runs one test file.
//!
//! The job comes as JSON on the standard input. Reports leave as lines on the standard
//! output that begin with [`REPORT_PREFIX`]; whatever else is written there is the tests' own.

use std::io::{Read, Write, stdin, stdout};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use crate::host::Host;
use crate::job::Job;
use crate::outcome::Report;

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
    let report = if job.web { report_and_leave } else { report };
    let host = &mut Host::new(job, report)?;
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
    if job.web {
        // A page does not go away while a timer runs that nobody waits for, as that of
        // `AbortSignal.timeout` is.
        host.eval("setTimeout(() => {}, 1000);", "about:harness")?;
    }
    let patience = (job.patience > 0).then(|| Duration::from_millis(job.patience));
    let end = match host.run(patience) {
        Ok(true) => "__harness.idle();",
        Ok(false) => "__harness.timeout();",
        Err(message) => {
            tell_harness(host, &message)?;
            "__harness.idle();"
        }
    };
    tell_uncaught(host)?;
    host.eval(end, "about:harness")
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

/// The same, and this process ends with the last report: what a file leaves open (a
/// connection, a timer) is not waited for.
fn report_and_leave(text: &str) {
    report(text);
    if let Some(Report::Harness(_)) = Report::parse(text) {
        std::process::exit(0);
    }
}
