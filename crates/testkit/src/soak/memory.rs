//! How much memory this process has.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of a mebibyte.
pub(super) const MIB: i64 = 1 << 20;

/// How often memory is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// The bytes of the resident set; 0 where the system does not tell.
pub(super) fn resident() -> i64 {
    let text = fs::read_to_string("/proc/self/smaps_rollup").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Rss:"));
    let kilobytes: Option<i64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// Watches the memory of this process from a thread of its own, and tells it every second.
#[derive(Debug, Clone)]
pub(super) struct Watch(Arc<Watched>);

#[derive(Debug)]
struct Watched {
    count: u64,
    base: i64,
    done: AtomicU64,
    most: AtomicI64,
    /// What there was when a quarter was done; 0 before.
    quarter: AtomicI64,
    late: AtomicI64,
    ended: AtomicBool,
}

impl Watch {
    /// Starts to watch something that is done `count` times.
    pub(super) fn start(name: &str, count: u64) -> Self {
        let watched = Arc::new(Watched {
            count,
            base: resident(),
            done: AtomicU64::new(0),
            most: AtomicI64::new(0),
            quarter: AtomicI64::new(0),
            late: AtomicI64::new(0),
            ended: AtomicBool::new(false),
        });
        let (name, theirs) = (name.to_owned(), Arc::clone(&watched));
        thread::spawn(move || theirs.tell(&name));
        Self(watched)
    }

    /// Notes how often it was done.
    pub(super) fn progress(&self, done: u64) {
        self.0.done.store(done, Ordering::Relaxed);
        self.0.look();
    }

    /// Ends; says by how many bytes memory grew at most, in all and after the first quarter.
    pub(super) fn end(&self) -> (i64, i64) {
        self.0.look();
        self.0.ended.store(true, Ordering::Relaxed);
        let Watched { most, late, .. } = &*self.0;
        (most.load(Ordering::Relaxed), late.load(Ordering::Relaxed))
    }
}

impl Watched {
    fn look(&self) -> i64 {
        let now = resident();
        self.most.fetch_max(now - self.base, Ordering::Relaxed);
        if self.done.load(Ordering::Relaxed) * 4 >= self.count {
            let quarter = self.quarter.load(Ordering::Relaxed);
            // The most so far: what comes and goes is no growth.
            let quarter = if quarter == 0 {
                let most = self.base + self.most.load(Ordering::Relaxed);
                self.quarter.store(most, Ordering::Relaxed);
                most
            } else {
                quarter
            };
            self.late.fetch_max(now - quarter, Ordering::Relaxed);
        }
        now
    }

    fn tell(&self, name: &str) {
        let start = Instant::now();
        let mut told = 0;
        while !self.ended.load(Ordering::Relaxed) {
            let now = self.look();
            let seconds = start.elapsed().as_secs();
            if seconds >= told {
                told = seconds + 1;
                println!(
                    "{name} {seconds:>4} s  {:>7.1} MiB  {} of {}",
                    now as f64 / MIB as f64,
                    self.done.load(Ordering::Relaxed),
                    self.count
                );
            }
            thread::sleep(PAUSE);
        }
    }
}
