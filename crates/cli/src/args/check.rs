//! Options of checking files.

use std::path::PathBuf;

use clap::Args;
use taipan::SourceKind;

/// What is checked.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The files: JavaScript, JSON (.json) or WebAssembly (.wasm)
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<String>,

    /// Resolve imports as the import map in FILE says
    #[arg(long, value_name = "FILE")]
    pub(crate) import_map: Option<PathBuf>,

    /// Take JavaScript files as modules, whatever their names and contents
    #[arg(long)]
    module: bool,

    /// Take JavaScript files as classic scripts, whatever their names and contents
    #[arg(long, conflicts_with = "module")]
    script: bool,
}

impl CheckArgs {
    /// How JavaScript files are to be read.
    pub(crate) fn kind(&self) -> SourceKind {
        super::kind(self.module, self.script)
    }
}
