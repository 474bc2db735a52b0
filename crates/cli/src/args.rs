//! The command line.

use clap::{ArgGroup, Parser};
use taipan::{SourceKind, Url};

/// Runs JavaScript with WebAssembly and fetch.
#[derive(Debug, Parser)]
#[command(name = "taipan", version, about)]
#[command(group = ArgGroup::new("program").required(true).args(["file", "eval"]))]
pub(crate) struct Args {
    /// The script or module to run: a file, a URL (http:, https:, file: or data:), or "-"
    /// for standard input
    #[arg(value_name = "FILE|URL")]
    pub(crate) file: Option<String>,

    /// Run CODE instead of a file
    #[arg(short, long, value_name = "CODE")]
    pub(crate) eval: Option<String>,

    /// Resolve the relative URLs of the program against URL instead of its own place
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
