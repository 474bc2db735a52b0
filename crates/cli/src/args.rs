//! The command line.

use clap::{ArgGroup, Parser};
use taipan::{SourceKind, Url};

/// Runs a JavaScript program, with WebAssembly and fetch, until nothing is pending any more
///
/// The exit code is 1 if an exception or a rejection was not caught, and if standard output
/// could not be written. A program that is not a local file may not read local files.
#[derive(Debug, Parser)]
#[command(name = "taipan", version)]
#[command(group = ArgGroup::new("program").required(true).args(["file", "eval"]))]
pub(crate) struct Args {
    /// The script or module to run: a file, a URL (http:, https:, file: or data:), or "-"
    /// for standard input
    #[arg(value_name = "FILE|URL")]
    pub(crate) file: Option<String>,

    /// Run CODE instead of a file, as if it were one in the current directory
    #[arg(short, long, value_name = "CODE")]
    pub(crate) eval: Option<String>,

    /// Resolve what the program fetches against URL, instead of against its own place
    ///
    /// Imports resolve against the importing file. CODE and standard input have no file: they
    /// are taken as if they had come from beside URL, so their imports resolve against it too.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<Url>,

    /// Run the program as a module, whatever its name and content
    #[arg(long)]
    module: bool,

    /// Run the program as a classic script, whatever its name and content
    #[arg(long, conflicts_with = "module")]
    script: bool,
}

impl Args {
    /// How the program is to be read.
    pub(crate) fn kind(&self) -> SourceKind {
        match (self.module, self.script) {
            (true, _) => SourceKind::Module,
            (_, true) => SourceKind::Script,
            _ => SourceKind::Detect,
        }
    }
}
