//! Options of the prompt.

use clap::Args;

use super::RuntimeArgs;

/// What the prompt starts with.
#[derive(Debug, Args)]
pub(crate) struct ReplArgs {
    /// Run CODE before the first line is read
    #[arg(short, long, value_name = "CODE")]
    pub(crate) eval: Option<String>,

    #[command(flatten)]
    pub(crate) runtime: RuntimeArgs,
}
