//! Whether script may read local files.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use taipan_fetch::net::UrlFilter;
use url::Url;

/// Why a local file is refused.
pub(super) const REFUSED: &str = "a program that is not local itself may not read local files";

/// Allows local files until a program runs that is not one itself, and from then on none: what
/// came over the network shares its global object with all that runs later.
///
/// It is shared with the thread that fetches.
#[derive(Debug, Clone, Default)]
pub(crate) struct LocalFiles {
    refused: Arc<AtomicBool>,
}

impl LocalFiles {
    /// Takes note of a program at `url` that is about to run.
    pub(crate) fn program_at(&self, url: &Url) {
        if url.scheme() != "file" {
            self.refused.store(true, Ordering::SeqCst);
        }
    }

    /// Whether `url` may be read, or why not.
    pub(super) fn check(&self, url: &Url) -> Result<(), String> {
        if url.scheme() == "file" && self.refused.load(Ordering::SeqCst) {
            return Err(REFUSED.to_owned());
        }
        Ok(())
    }

    /// The same for a client, which may have a filter of its own.
    pub(crate) fn and(&self, other: Option<UrlFilter>) -> UrlFilter {
        let this = self.clone();
        Arc::new(move |url| {
            this.check(url)?;
            other.as_ref().map_or(Ok(()), |other| other(url))
        })
    }
}
