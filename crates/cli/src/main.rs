//! The `taipan` command.

#![forbid(unsafe_code)]

mod args;
mod program;

use std::process::ExitCode;

use clap::Parser as _;

use args::Args;

fn main() -> ExitCode {
    let args = Args::parse();
    match taipan::on_js_thread(|| program::run(&args)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("taipan: cannot start a thread for JavaScript: {error}");
            ExitCode::FAILURE
        }
    }
}
