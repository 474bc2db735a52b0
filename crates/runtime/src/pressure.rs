//! Memory that nobody counts.
//!
//! The collector knows the size of the engine's own small objects. Who makes linear memories, buffers of streams, bodies
//! and compiled modules tells of their sizes (`taipan_webidl::buffer_source::external_memory`, the resources of
//! `taipan_wasm`), but buffers and strings that script makes by itself are the engine's business, which tells nobody how
//! large they are. So the system is asked how much memory the process has, where the engine asks its host about a buffer
//! and before tasks, though not often enough to be noticed. When it has grown by much garbage is collected.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// How long it is from one look to the next, at least. A look takes some microseconds.
const PAUSE: Duration = Duration::from_millis(1);

/// By how many bytes memory may grow, at least, before garbage is collected.
const COLLECT_AFTER: usize = 64 << 20;

/// How much memory the process had, for the runtimes of a thread.
struct Pressure {
    looked: Cell<Option<Instant>>,
    /// What there was after the last collection, or when nothing was there yet.
    base: Cell<usize>,
}

thread_local! {
    static PRESSURE: Pressure = const {
        Pressure {
            looked: Cell::new(None),
            base: Cell::new(0),
        }
    };
}

/// Collects garbage if the process has come to have much more memory. To be called where nothing of the heap is borrowed.
pub(crate) fn relieve() {
    PRESSURE.with(|pressure| {
        let now = Instant::now();
        let looked = pressure.looked.get();
        if looked.is_some_and(|looked| now.duration_since(looked) < PAUSE) {
            return;
        }
        pressure.looked.set(Some(now));
        let Some(used) = resident() else { return };
        let base = pressure.base.get();
        if base == 0 || used < base {
            pressure.base.set(used);
            return;
        }
        // Half as much again: what is alive is looked through a number of times that grows with its logarithm.
        if used - base < COLLECT_AFTER.max(base / 2) {
            return;
        }
        boa_gc::force_collect();
        pressure.base.set(resident().unwrap_or(used));
        // Where collecting takes long it is not to take the most of the time.
        let after = Instant::now();
        pressure
            .looked
            .set(Some(after + after.duration_since(now) * 4));
    });
}

/// How many bytes of memory the process has, as far as the system says.
#[cfg(target_os = "linux")]
fn resident() -> Option<usize> {
    use std::{cell::RefCell, fs::File, os::unix::fs::FileExt};
    thread_local! {
        static STATM: RefCell<Option<File>> = const { RefCell::new(None) };
    }
    STATM.with(|statm| {
        let mut statm = statm.borrow_mut();
        if statm.is_none() {
            *statm = File::open("/proc/self/statm").ok();
        }
        let mut text = [0; 128];
        let length = statm.as_ref()?.read_at(&mut text, 0).ok()?;
        let text = std::str::from_utf8(text.get(..length)?).ok()?;
        let pages: usize = text.split(' ').nth(1)?.parse().ok()?;
        // The size of a page is 4 KiB nearly everywhere; where it is larger, garbage is collected later.
        Some(pages * 4096)
    })
}

#[cfg(not(target_os = "linux"))]
fn resident() -> Option<usize> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_used_is_seen() {
        let before = resident().expect("the system tells");
        let memory = std::hint::black_box(vec![1_u8; 32 << 20]);
        let after = resident().expect("the system tells");
        assert!(
            after >= before + (24 << 20),
            "{before} {after} {}",
            memory[9]
        );
    }
}
