//! Loopback HTTP servers, well behaved or not.
//!
//! A [`Server`] listens on 127.0.0.1 alone, on a port of the system's choice, answers from
//! a thread of its own, and ends when it is dropped.

mod connection;
pub mod encoding;
pub mod files;
pub mod gate;
pub mod reply;
pub mod request;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

pub use encoding::Encoding;
pub use gate::Gate;
pub use reply::{Ending, Framing, Pace, Reply};
pub use request::{Exchange, Request};

/// What answers requests.
type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// What happened so far.
#[derive(Debug, Default)]
struct Log {
    exchanges: Mutex<Vec<Exchange>>,
    added: Condvar,
    connections: AtomicUsize,
}

impl Log {
    fn add(&self, exchange: Exchange) {
        self.exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(exchange);
        self.added.notify_all();
    }
}

/// A server; dropping it ends it and every connection it has.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    log: Arc<Log>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server that answers with what `handler` says.
    pub fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let log = Arc::new(Log::default());
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let handler: Arc<Handler> = Arc::new(handler);
        let thread = thread::Builder::new().name("server".to_owned()).spawn({
            let log = Arc::clone(&log);
            move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = accept(listener, handler, log) => {}
                        _ = stopped => {}
                    }
                });
            }
        })?;
        Ok(Self {
            address,
            log,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its origin, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL of `path`, which begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How many connections were made to it.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.log.connections.load(Ordering::SeqCst)
    }

    /// The requests that are answered, or given up.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.log
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until a request for `path` is answered or given up, at most so long.
    #[must_use]
    pub fn wait_for(&self, path: &str, at_most: Duration) -> Option<Exchange> {
        let deadline = Instant::now() + at_most;
        let mut exchanges = self
            .log
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = exchanges.iter().find(|done| done.request.path == path) {
                return Some(found.clone());
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            exchanges = self
                .log
                .added
                .wait_timeout(exchanges, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: std::net::TcpListener, handler: Arc<Handler>, log: Arc<Log>) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("server: {error}");
            return;
        }
    };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let number = log.connections.fetch_add(1, Ordering::SeqCst);
                let handler = Arc::clone(&handler);
                let log = Arc::clone(&log);
                connections.spawn(async move {
                    // A connection that breaks is what these servers are for; the log has it.
                    let _ = connection::serve(stream, number, &*handler, &log).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
