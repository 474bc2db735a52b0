//! What the program may do.

use clap::Args;
use taipan::{Error, RuntimeBuilder, Url};

/// What the program may do.
#[derive(Debug, Args)]
pub(crate) struct PermissionArgs {}

impl PermissionArgs {
    /// Grants the program at `program` what it may do.
    pub(crate) fn apply(
        &self,
        builder: RuntimeBuilder,
        _program: &Url,
    ) -> Result<RuntimeBuilder, Error> {
        Ok(builder)
    }
}
