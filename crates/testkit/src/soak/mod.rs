//! Programs that go on for long, to see that nothing leaks.
//!
//! Each scenario runs in a process of its own, since what counts is how much memory that has (its resident set). Servers
//! that a scenario talks to are in the parent, and count for nothing.

mod child;
mod memory;
mod scenario;

use std::io::{self, BufRead, BufReader};
use std::process::{Command, Stdio};

pub use child::{CHILD_ARGUMENT, main_if_child};
pub use scenario::{SCENARIOS, Scenario};

use crate::server::{Reply, Request, Server};
use memory::MIB;

/// What a line of a child begins with that tells its outcome: the greatest growth, the late growth, and why it failed.
const OUTCOME: &str = "@@soak ";

/// How a scenario is run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The counts and limits of the short run.
    pub short: bool,
    /// Counts in the place of the scenario's own.
    pub count: Option<u64>,
    /// Whether what the child tells every second is not shown.
    pub quiet: bool,
}

/// How a scenario ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// By how many bytes memory grew at most.
    pub growth: i64,
    /// By how many bytes it grew at most after the first quarter.
    pub late: i64,
    /// What it did wrong besides growing.
    pub failure: Option<String>,
}

/// What is left of a run, for people.
#[derive(Debug)]
pub struct Verdict {
    /// Whether every figure is within its limit.
    pub good: bool,
    /// The figures.
    pub text: String,
}

/// Runs a scenario, and judges it.
///
/// # Errors
/// If its process or its server cannot be started.
pub fn run(scenario: &Scenario, options: Options) -> io::Result<Verdict> {
    let count = match options.count {
        Some(count) => count,
        None if options.short => scenario.short,
        None => scenario.count,
    };
    let server = Server::start(answer)?;
    let outcome = run_child(scenario.script, count, &server, options.quiet)?;
    let mut lines = Vec::new();
    let mut good = true;
    let mut judge = |what: &str, value: String, limit: String, kept: bool| {
        good &= kept;
        let verdict = if kept { "within" } else { "BEYOND" };
        lines.push(format!("{what} {value}, {verdict} {limit}"));
    };
    let mib = |bytes: i64| format!("{:.1} MiB", bytes as f64 / MIB as f64);
    if let Some(control) = scenario.control {
        let control = run_child(control, count, &server, options.quiet)?;
        let each = (outcome.growth - control.growth) as f64 / count as f64;
        let limit = scenario.each;
        judge(
            "bytes for each",
            format!(
                "{each:.1} ({} less {})",
                mib(outcome.growth),
                mib(control.growth)
            ),
            format!("{limit}"),
            each <= limit,
        );
    } else {
        let limit = if options.short {
            scenario.short_limit
        } else {
            scenario.limit
        } * MIB;
        judge(
            "grew by",
            mib(outcome.growth),
            mib(limit),
            outcome.growth < limit,
        );
        let limit = scenario.late_limit * MIB;
        judge(
            "after the first quarter by",
            mib(outcome.late),
            mib(limit),
            outcome.late < limit,
        );
    }
    if let Some(failure) = outcome.failure {
        good = false;
        lines.push(failure);
    }
    Ok(Verdict {
        good,
        text: format!("{} x {count}: {}", scenario.name, lines.join("; ")),
    })
}

fn run_child(script: &str, count: u64, server: &Server, quiet: bool) -> io::Result<Outcome> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(CHILD_ARGUMENT)
        .arg(script)
        .arg(count.to_string())
        .arg(server.origin())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut outcome = None;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            match line.strip_prefix(OUTCOME) {
                Some(text) => outcome = parse(text),
                None if quiet => {}
                None => println!("{line}"),
            }
        }
    }
    let status = child.wait()?;
    Ok(outcome.unwrap_or_else(|| Outcome {
        growth: i64::MAX,
        late: i64::MAX,
        failure: Some(format!("it did not come to its end: {status}")),
    }))
}

fn parse(text: &str) -> Option<Outcome> {
    let mut parts = text.splitn(3, ' ');
    Some(Outcome {
        growth: parts.next()?.parse().ok()?,
        late: parts.next()?.parse().ok()?,
        failure: parts
            .next()
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
    })
}

/// What the scenarios fetch.
fn answer(request: &Request) -> Reply {
    match request.path.as_str() {
        "/module.wasm" => match wat::parse_str(scenario::SERVED_MODULE) {
            Ok(bytes) => Reply::wasm(bytes),
            Err(_) => Reply::empty(500),
        },
        "/body" => Reply::new(vec![b'x'; 256 << 10]),
        _ => Reply::empty(404),
    }
}
