//! Options of every runtime that the command makes.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use taipan::{Error, Runtime, RuntimeBuilder, Url};

use super::{LimitArgs, PermissionArgs, duration::duration, import_map};

/// How the runtime of a program is set up.
#[derive(Debug, Args)]
pub(crate) struct RuntimeArgs {
    /// Resolve what the program fetches against URL, instead of against its own place
    ///
    /// Imports resolve against the importing file. CODE and standard input have no file: they
    /// are taken as if they had come from beside URL, so their imports resolve against it too.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<Url>,

    /// Resolve imports as the import map in FILE says: a JSON file with the members "imports", "scopes" and
    /// "integrity", beside which there may be others; its relative URLs are relative to it
    #[arg(long, value_name = "FILE")]
    import_map: Option<PathBuf>,

    /// Let timers and requests go on while WebAssembly code computes that a script waits for: what
    /// WebAssembly.promising() calls gives way whenever it has run for TIME, as 10ms
    #[arg(long, value_name = "TIME", value_parser = duration)]
    time_slice: Option<Duration>,

    /// Let programs see the types of what WebAssembly makes: type() of memories, tables, globals, tags and
    /// functions, WebAssembly.Function, types of imports and exports (the type reflection proposal)
    #[arg(long)]
    experimental_wasm_type_reflection: bool,

    #[command(flatten)]
    permissions: PermissionArgs,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

impl RuntimeArgs {
    /// The runtime for the program at `program`, which is the URL that was asked for, or the one
    /// that code without a file is given.
    ///
    /// # Errors
    ///
    /// Fails when what was asked for is not to be had on this system.
    pub(crate) fn builder(&self, program: &Url) -> Result<RuntimeBuilder, Error> {
        let mut builder =
            Runtime::builder().type_reflection(self.experimental_wasm_type_reflection);
        if let Some(url) = &self.base_url {
            builder = builder.base_url(url.clone());
        }
        if let Some(file) = &self.import_map {
            builder = builder.import_map(import_map::read(file)?);
        }
        if let Some(slice) = self.time_slice {
            builder = builder.time_slice(slice);
        }
        let builder = self.permissions.apply(builder, program)?;
        self.limits.apply(builder)
    }
}
