//! The command line.

mod limits;
mod permissions;
mod run;
mod runtime;

use clap::{Parser, Subcommand};

pub(crate) use limits::LimitArgs;
pub(crate) use permissions::PermissionArgs;
pub(crate) use run::RunArgs;
pub(crate) use runtime::RuntimeArgs;

/// Runs a JavaScript program, with WebAssembly and fetch, until nothing is pending any more
///
/// The exit code is 1 if an exception or a rejection was not caught, and if standard output
/// could not be written.
#[derive(Debug, Parser)]
#[command(
    name = "taipan",
    version,
    args_conflicts_with_subcommands = true,
    override_usage = "taipan [OPTIONS] FILE|URL|- [ARGS]...\n       \
                      taipan [OPTIONS] -e CODE [ARGS]...\n       \
                      taipan COMMAND"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    run: RunArgs,
}

/// What the command is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a program, as `taipan FILE` does
    #[command(override_usage = "taipan run [OPTIONS] FILE|URL|- [ARGS]...\n       \
                                taipan run [OPTIONS] -e CODE [ARGS]...")]
    Run(RunArgs),
}

impl Args {
    /// What is to be done: to run a program, if no subcommand was given.
    pub(crate) fn into_command(self) -> Command {
        self.command.unwrap_or(Command::Run(self.run))
    }
}
