//! Options of looking into a module.

use clap::Args;

/// What is looked into.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The module: a file or a URL (http:, https:, file: or data:)
    #[arg(value_name = "FILE|URL")]
    pub(crate) module: String,

    /// Write JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}
