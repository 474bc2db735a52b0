//! How many there may be of something at once.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long is waited for one of the others to go. What a script has done with takes a moment to be cleared away.
const GRACE: Duration = Duration::from_secs(1);

/// A number of things that may exist at once. Clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cap(Option<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    most: usize,
    permits: Arc<Semaphore>,
}

/// The right of one thing to exist, until it is dropped; nothing where there is no limit.
#[derive(Debug, Default)]
pub(crate) struct Place {
    permit: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// Whether it is one of a limited number.
    pub(super) fn is_held(&self) -> bool {
        self.permit.is_some()
    }
}

impl Cap {
    pub(super) fn new(most: Option<usize>) -> Self {
        Self(most.map(|most| Inner {
            most,
            permits: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
        }))
    }

    /// Whether there is a limit.
    pub(super) fn is_set(&self) -> bool {
        self.0.is_some()
    }

    /// Whether there are as many as there may be.
    pub(super) fn is_full(&self) -> bool {
        let permits = self
            .0
            .as_ref()
            .map(|inner| inner.permits.available_permits());
        permits == Some(0)
    }

    /// Waits a moment for a place.
    ///
    /// # Errors
    ///
    /// How many there may be, if there are as many.
    pub(super) async fn place(&self) -> Result<Place, usize> {
        let Some(Inner { most, permits }) = &self.0 else {
            return Ok(Place::default());
        };
        let acquiring = Arc::clone(permits).acquire_owned();
        match tokio::time::timeout(GRACE, acquiring).await {
            Ok(Ok(permit)) => Ok(Place {
                permit: Some(permit),
            }),
            // Nobody closes the semaphore.
            Ok(Err(_)) | Err(_) => Err(*most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_place_is_free_again_when_it_is_dropped() {
        let cap = Cap::new(Some(1));
        assert!(cap.is_set() && !cap.is_full());
        let place = cap.place().await.unwrap();
        assert!(cap.is_full());
        assert_eq!(cap.clone().place().await.unwrap_err(), 1);
        tokio::spawn(async move {
            tokio::time::sleep(GRACE / 2).await;
            drop(place);
        });
        assert!(cap.place().await.is_ok());
        let unlimited = Cap::new(None);
        assert!(!unlimited.is_set() && !unlimited.is_full());
        assert!(unlimited.place().await.is_ok());
    }
}
