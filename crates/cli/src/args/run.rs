//! Options of running a program.

use clap::Args;
use taipan::SourceKind;

use super::RuntimeArgs;

/// The program to run, and how.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The script, module or page to run: a file, a URL (http:, https:, file: or data:), or "-"
    /// for standard input; then what the program is to find in `scriptArgs`, options included
    #[arg(value_name = "PROGRAM", trailing_var_arg = true)]
    program: Vec<String>,

    /// Run CODE instead of a file, as if it were one in the current directory
    #[arg(short, long, value_name = "CODE", conflicts_with = "print")]
    eval: Option<String>,

    /// Run CODE as at the prompt, where it may await, and print its value
    #[arg(short, long, value_name = "CODE")]
    print: Option<String>,

    /// Run the program as a module, whatever its name and content
    #[arg(long, conflicts_with = "print")]
    module: bool,

    /// Run the program as a classic script, whatever its name and content
    #[arg(long, conflicts_with_all = ["module", "print"])]
    script: bool,

    /// Run the program again whenever it, or a local file that it has imported or fetched,
    /// changes
    #[arg(long)]
    pub(crate) watch: bool,

    /// Tell on standard error how long the phases of the run took: start-up, fetching, compiling
    /// and instantiating WebAssembly, all of it
    #[arg(long)]
    pub(crate) time: bool,

    /// Print the text of the page's body when nothing is pending any more; the program must be an
    /// HTML page
    #[arg(long, conflicts_with_all = ["eval", "print", "module", "script"])]
    pub(crate) print_text: bool,

    #[command(flatten)]
    pub(crate) runtime: RuntimeArgs,
}

/// The program as the command line has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program<'a> {
    /// Code.
    Code(&'a str),
    /// Code of which the value is printed.
    Print(&'a str),
    /// A file or a URL; "-" is standard input.
    Named(&'a str),
    /// Nothing was said.
    None,
}

impl RunArgs {
    /// What is to be run.
    pub(crate) fn program(&self) -> Program<'_> {
        match (&self.eval, &self.print, self.program.first()) {
            (Some(code), ..) => Program::Code(code),
            (_, Some(code), _) => Program::Print(code),
            (.., Some(name)) => Program::Named(name),
            _ => Program::None,
        }
    }

    /// What is handed to the program: all that stands behind it.
    pub(crate) fn arguments(&self) -> &[String] {
        match (self.program(), self.program.split_first()) {
            (Program::Named(_), Some((_, arguments))) => arguments,
            _ => &self.program,
        }
    }

    /// How the program is to be read.
    pub(crate) fn kind(&self) -> SourceKind {
        super::kind(self.module, self.script)
    }
}
