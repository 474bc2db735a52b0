//! What the command wants to know of what is loaded.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use taipan::{Error, SourceObserver, Url, net::ClientOptions};

use crate::{report::Sources, watch::List};

/// Keeps sources for reports, and tells the process that watches which files are read.
pub(super) struct Observer {
    sources: Sources,
    /// Fetches are noted on another thread.
    list: Option<Arc<Mutex<List>>>,
}

impl Observer {
    pub(super) fn new(sources: Sources, list: Option<&Path>) -> Result<Self, Error> {
        let open = |path: &Path| {
            List::open(path).map_err(|source| Error::File {
                path: path.to_owned(),
                source,
            })
        };
        let list = list.map(open).transpose()?;
        Ok(Self {
            sources,
            list: list.map(|list| Arc::new(Mutex::new(list))),
        })
    }

    /// The network that tells of files, too, if anybody wants to know.
    pub(super) fn network(&self) -> Option<ClientOptions> {
        let list = Arc::clone(self.list.as_ref()?);
        Some(ClientOptions {
            url_filter: Some(Arc::new(move |url: &Url| {
                list.lock().unwrap_or_else(PoisonError::into_inner).add(url);
                Ok(())
            })),
            ..ClientOptions::default()
        })
    }
}

impl SourceObserver for Observer {
    fn loading(&self, url: &Url) {
        if let Some(list) = &self.list {
            list.lock().unwrap_or_else(PoisonError::into_inner).add(url);
        }
    }

    fn loaded(&self, url: &Url, text: &str) {
        self.loading(url);
        self.sources.loaded(url, text);
    }
}
