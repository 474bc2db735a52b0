//! The `taipan` command.

#![forbid(unsafe_code)]

mod args;
mod check;
mod completions;
mod inspect;
mod interrupt;
mod output;
mod program;
mod progress;
mod repl;
mod report;
mod size;
mod timing;
mod trace;
mod watch;
mod watchdog;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

use args::{Args, Command, Program, ReplArgs};
use taipan_alloc::CountingAllocator;

/// What limits of the heap go by. It counts nothing unless there is one.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

fn main() -> ExitCode {
    timing::begin();
    // Without it a signal would end the process.
    let _ = watchdog::exit_on_abort();
    match start(Args::parse().into_command()) {
        Ok(code) => code,
        // Who reads no more wants no more.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // That nobody reads standard error changes nothing.
            let _ = writeln!(io::stderr(), "taipan: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the command line says.
fn start(command: Command) -> io::Result<ExitCode> {
    match command {
        Command::Run(args) if args.watch => {
            interrupt::supervise(move || or_failure(watch::run(&args)))
        }
        // Who types nothing but the command at a terminal wants to type more.
        Command::Run(args)
            if args.program() == Program::None && io::IsTerminal::is_terminal(&io::stdin()) =>
        {
            repl::run(ReplArgs {
                eval: None,
                runtime: args.runtime,
            })
        }
        Command::Run(args) => {
            let bounds = args.runtime.limits.bounds();
            interrupt::supervise(move || {
                watchdog::start(bounds)
                    .map_or_else(|error| or_failure(Err(error)), |()| program::run(&args))
            })
        }
        Command::Repl(args) => repl::run(*args),
        Command::Check(args) => check::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Completions { shell } => completions::run(shell),
    }
}

fn or_failure(result: io::Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        // As above.
        let _ = writeln!(io::stderr(), "taipan: {error}");
        ExitCode::FAILURE
    })
}
