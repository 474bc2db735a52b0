//! The `taipan` command.

#![forbid(unsafe_code)]

mod args;
mod output;
mod program;
mod report;

use std::{io::Write as _, process::ExitCode};

use clap::Parser as _;

use args::{Args, Command};

fn main() -> ExitCode {
    let command = Args::parse().into_command();
    let result = taipan::on_js_thread(|| match &command {
        Command::Run(args) => program::run(args),
    });
    match result {
        Ok(code) => code,
        Err(error) => {
            let message = "taipan: cannot start a thread for JavaScript";
            // That nobody reads standard error changes nothing.
            let _ = writeln!(std::io::stderr(), "{message}: {error}");
            ExitCode::FAILURE
        }
    }
}
