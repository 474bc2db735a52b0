//! Options of running a program.

use clap::Args;
use taipan::SourceKind;

use super::RuntimeArgs;

/// The program to run, and how.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The script or module to run: a file, a URL (http:, https:, file: or data:), or "-"
    /// for standard input; then what the program is to find in `scriptArgs`, options included
    #[arg(value_name = "PROGRAM", trailing_var_arg = true)]
    program: Vec<String>,

    /// Run CODE instead of a file, as if it were one in the current directory
    #[arg(short, long, value_name = "CODE")]
    pub(crate) eval: Option<String>,

    /// Run the program as a module, whatever its name and content
    #[arg(long)]
    module: bool,

    /// Run the program as a classic script, whatever its name and content
    #[arg(long, conflicts_with = "module")]
    script: bool,

    #[command(flatten)]
    pub(crate) runtime: RuntimeArgs,
}

impl RunArgs {
    /// The file or URL of the program, unless its code was given; "-" is standard input.
    pub(crate) fn file(&self) -> Option<&str> {
        match self.eval {
            Some(_) => None,
            None => Some(self.program.first().map_or("-", String::as_str)),
        }
    }

    /// What is handed to the program: all that stands behind it.
    pub(crate) fn arguments(&self) -> &[String] {
        match (&self.eval, self.program.split_first()) {
            (None, Some((_, arguments))) => arguments,
            _ => &self.program,
        }
    }

    /// How the program is to be read.
    pub(crate) fn kind(&self) -> SourceKind {
        match (self.module, self.script) {
            (true, _) => SourceKind::Module,
            (_, true) => SourceKind::Script,
            _ => SourceKind::Detect,
        }
    }
}
