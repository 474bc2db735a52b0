//! The command line.

mod check;
mod duration;
pub(crate) mod import_map;
mod inspect;
mod limits;
mod permissions;
mod repl;
mod run;
mod runtime;

use std::sync::LazyLock;

use clap::{Parser, Subcommand};
use clap_complete::Shell;
use taipan::SourceKind;

pub(crate) use check::CheckArgs;
pub(crate) use inspect::InspectArgs;
pub(crate) use limits::LimitArgs;
pub(crate) use permissions::PermissionArgs;
pub(crate) use repl::ReplArgs;
pub(crate) use run::{Program, RunArgs};
pub(crate) use runtime::RuntimeArgs;

/// What follows the help.
const EXAMPLES: &str = "\
Examples:
  taipan program.js one two              run a file; the program finds [\"one\", \"two\"] in scriptArgs
  taipan https://example.org/program.mjs run a module from a server
  taipan --watch program.mjs             run it again whenever one of its files changes
  taipan -p 'await fetch(\"a.json\").then(response => response.json())'
                                         print a value
  taipan                                 start the prompt, or run standard input
  taipan check program.mjs module.wasm   look for errors without running anything
  taipan inspect module.wasm             tell what is in a WebAssembly module

Exit codes:
  0    the program has ended, and every error was caught
  1    an exception or a rejection was not caught, the program could not be read, or standard
       output could not be written; for check and inspect: something is wrong
  2    the command line is wrong
  130  Ctrl-C has ended it

Environment:
  NO_COLOR, FORCE_COLOR                  no colours, or colours also where there is no terminal
  HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY
                                         how servers are reached
  TAIPAN_REPL_HISTORY                    the file that the prompt remembers lines in; empty: none";

/// Runs a JavaScript program, with WebAssembly and fetch, until nothing is pending any more
///
/// A file is a module if its name ends in .mjs or if only a module can have what is in it; a page
/// if its name ends in .html. A program that is not a local file may not read local files. Options
/// stand before the program.
#[derive(Debug, Parser)]
#[command(
    name = "taipan",
    version,
    long_version = long_version(),
    args_conflicts_with_subcommands = true,
    override_usage = "taipan [OPTIONS] FILE|URL|- [ARGS]...\n       \
                      taipan [OPTIONS] -e CODE [ARGS]...\n       \
                      taipan COMMAND",
    after_long_help = EXAMPLES,
    after_help = "--help tells more and has examples."
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
    Run(Box<RunArgs>),
    /// Type code line by line and see what comes of it
    Repl(Box<ReplArgs>),
    /// Look for errors in files, and in the local files they import, without running them
    Check(CheckArgs),
    /// Show what is in a WebAssembly module: imports, exports, sections, features
    Inspect(InspectArgs),
    /// Write the script that completes the command line in a shell
    ///
    /// For example: taipan completions bash > ~/.local/share/bash-completion/completions/taipan
    Completions {
        /// The shell
        shell: Shell,
    },
}

impl Args {
    /// What is to be done: to run a program, if no subcommand was given.
    pub(crate) fn into_command(self) -> Command {
        self.command.unwrap_or(Command::Run(Box::new(self.run)))
    }
}

/// The versions of the command and of the engines in it, a line each.
fn long_version() -> &'static str {
    static VERSIONS: LazyLock<String> =
        LazyLock::new(|| env!("TAIPAN_VERSIONS").replace('\u{1f}', "\n"));
    &VERSIONS
}

/// How a program is to be read.
fn kind(module: bool, script: bool) -> SourceKind {
    match (module, script) {
        (true, _) => SourceKind::Module,
        (_, true) => SourceKind::Script,
        _ => SourceKind::Detect,
    }
}
