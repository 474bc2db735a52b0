//! What the program may use up.

use clap::Args;
use taipan::{Error, RuntimeBuilder};

/// What the program may use up.
#[derive(Debug, Args)]
pub(crate) struct LimitArgs {}

impl LimitArgs {
    /// Sets the limits of the program.
    pub(crate) fn apply(&self, builder: RuntimeBuilder) -> Result<RuntimeBuilder, Error> {
        Ok(builder)
    }
}
