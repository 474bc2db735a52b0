//! How many requests may be under way to one host at once.

use std::{
    collections::HashMap,
    future::Future,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

/// How long a body that nobody has begun to read counts as one that will be.
const UNREAD: Duration = Duration::from_secs(1);

/// How many hosts are remembered before those without requests are forgotten.
const MAX_IDLE_HOSTS: usize = 64;

/// The requests under way, by host.
///
/// Over HTTP/1 each has a connection of its own, and a script that starts thousands at once would run out of file
/// descriptors, or look like an attack to the server.
#[derive(Clone)]
pub(super) struct Limit {
    per_host: usize,
    hosts: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
}

/// The right to use a connection, until it is dropped. Nobody may wait for one while holding another: that could
/// wait for itself.
pub(super) struct Permit {
    /// Absent if the semaphore was closed, which never happens: a request fails for better reasons than that.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Limit {
    pub(super) fn new(per_host: usize) -> Self {
        Self {
            per_host: per_host.clamp(1, Semaphore::MAX_PERMITS),
            hosts: Arc::default(),
        }
    }

    /// Waits, in the order of the requests, until there may be one more to the host of `url`.
    pub(super) async fn permit(&self, url: &Url) -> Permit {
        let permits = self.host(url);
        Permit {
            _permit: permits.acquire_owned().await.ok(),
        }
    }

    fn host(&self, url: &Url) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() > MAX_IDLE_HOSTS {
            // Every permit and everybody who waits for one has a reference.
            hosts.retain(|_, permits| Arc::strong_count(permits) > 1);
        }
        let host = url.origin().ascii_serialization();
        let permits = hosts
            .entry(host)
            .or_insert_with(|| Arc::new(Semaphore::new(self.per_host)));
        Arc::clone(permits)
    }
}

/// Moves a body by `pump`, holding the permit of its connection until it is through.
///
/// If nobody reads the body the permit is given up, although the connection stays: a script may first wait for all of
/// its responses and then read their bodies, and those would never come if the first ones kept the others out.
pub(super) async fn holding(
    permit: Permit,
    is_being_read: impl Fn() -> bool,
    pump: impl Future<Output = ()>,
) {
    let mut pump = pin!(pump);
    tokio::select! {
        biased;
        () = &mut pump => return,
        () = tokio::time::sleep(UNREAD) => {}
    }
    let _permit = is_being_read().then_some(permit);
    pump.await;
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn hosts_do_not_wait_for_each_other() {
        let limit = Limit::new(1);
        let permit = |url: &str| limit.permit(&url.parse().unwrap()).now_or_never();
        let first = permit("http://a/1");
        assert!(first.is_some());
        assert!(permit("http://a:80/2").is_none());
        for other in ["http://b/", "https://a/", "http://a:81/"] {
            assert!(permit(other).is_some(), "{other}");
        }
        drop(first);
        assert!(permit("http://a/3").is_some());
    }

    #[test]
    fn idle_hosts_are_forgotten() {
        let limit = Limit::new(1);
        let permit = |host: usize| {
            let url = format!("http://host{host}/").parse().unwrap();
            limit.permit(&url).now_or_never()
        };
        let _first = permit(0);
        for host in 1..1000 {
            assert!(permit(host).is_some());
        }
        assert!(limit.hosts.lock().unwrap().len() <= MAX_IDLE_HOSTS + 1);
        assert!(permit(0).is_none());
    }
}
