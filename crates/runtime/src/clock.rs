//! What time it is, for script and for timers.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use boa_engine::context::{Clock as EngineClock, time::JsInstant};
use tokio::time::Instant;

/// A future that ends when it is time.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The time of a runtime: that of `performance.now()`, of events and of timers, and that of `Date`.
///
/// The default is [`SystemClock`]. Another one makes script see another time, or one that stands still, or
/// one that moves when an embedder says so.
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
///
/// /// It is always the second day of 1970.
/// struct Frozen;
///
/// impl taipan::Clock for Frozen {
///     fn now(&self) -> Duration {
///         Duration::ZERO
///     }
///     fn system_time(&self) -> SystemTime {
///         UNIX_EPOCH + Duration::from_secs(24 * 60 * 60)
///     }
/// }
///
/// let mut runtime = taipan::Runtime::builder().clock(Frozen).build()?;
/// let time = runtime.eval("Date.now() + performance.now()")?;
/// assert_eq!(time.as_number(), Some(86_400_000.0));
/// # Ok::<_, taipan::Error>(())
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The time that has passed since some moment in the past, the same for all calls. It never goes back.
    fn now(&self) -> Duration;

    /// The time of the day, which may go back. By default it is the system's.
    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    /// How many seconds local time is ahead of UTC at `time`; `None`, the default, for what the system says.
    fn utc_offset(&self, time: SystemTime) -> Option<i32> {
        let _ = time;
        None
    }

    /// Waits until [`now`](Self::now) is `time` or later.
    ///
    /// The event loop waits here when nothing is to be done before. If `only_timers`, then nothing else is
    /// pending at all: nothing but time can bring about anything, so a clock that is not bound to real time may
    /// as well jump. The future is dropped when there is something else to wait for.
    ///
    /// By default it sleeps in real time, for as long as `now` says it takes.
    fn sleep_until(&self, time: Duration, only_timers: bool) -> Sleep {
        let _ = only_timers;
        Box::pin(tokio::time::sleep(time.saturating_sub(self.now())))
    }
}

/// The clock of the system.
///
/// Where tokio's clock is paused, as it may be in tests, it follows that.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep_until(&self, time: Duration, _only_timers: bool) -> Sleep {
        match self.start.checked_add(time) {
            Some(time) => Box::pin(tokio::time::sleep_until(time)),
            // Longer than anybody can wait.
            None => Box::pin(std::future::pending()),
        }
    }
}

/// A clock as the engine wants it.
pub(crate) struct ContextClock(pub(crate) Arc<dyn Clock>);

impl EngineClock for ContextClock {
    fn now(&self) -> JsInstant {
        let now = self.0.now();
        JsInstant::new(now.as_secs(), now.subsec_nanos())
    }

    fn system_time_millis(&self) -> i64 {
        let milliseconds = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        match self.0.system_time().duration_since(UNIX_EPOCH) {
            Ok(since) => milliseconds(since),
            Err(before) => -milliseconds(before.duration()),
        }
    }
}

/// The time so many seconds after the Unix epoch, or before it.
pub(crate) fn from_unix_seconds(seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    }
}
