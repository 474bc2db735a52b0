//! Memory that the collector does not count.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// After how many bytes the collector is run when collecting is cheap.
const COLLECT_AFTER: usize = 3 << 20;

/// How long collecting may take for every [`COLLECT_AFTER`] bytes.
const AFFORDABLE: Duration = Duration::from_millis(1);

thread_local! {
    /// What was added since the last collection.
    static ADDED: Cell<usize> = const { Cell::new(0) };
    /// How much may be added before the next one.
    static LIMIT: Cell<usize> = const { Cell::new(COLLECT_AFTER) };
}

/// Tells that a buffer of `bytes` bytes is about to be made.
///
/// The engine measures garbage by the size of its own small objects and would let dead buffers
/// pile up. So garbage is collected here by the bytes of buffers; more rarely in a heap where that
/// takes long.
pub fn external_memory(bytes: usize) {
    let added = ADDED.get().saturating_add(bytes);
    if added < LIMIT.get() {
        ADDED.set(added);
        return;
    }
    let start = Instant::now();
    boa_gc::force_collect();
    ADDED.set(bytes);
    LIMIT.set(limit_after(LIMIT.get(), start.elapsed()));
}

/// How much may be added after a collection that took so long.
fn limit_after(limit: usize, taken: Duration) -> usize {
    let factor = usize::try_from(taken.as_nanos() / AFFORDABLE.as_nanos()).unwrap_or(usize::MAX);
    let affordable = COLLECT_AFTER.saturating_mul(factor.max(1));
    // Step by step: that one collection took long may be because another process ran meanwhile.
    affordable.min(limit.saturating_mul(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_follows_the_time_step_by_step() {
        let limit = limit_after(COLLECT_AFTER, Duration::from_micros(300));
        assert_eq!(limit, COLLECT_AFTER);
        let once = limit_after(limit, Duration::from_millis(50));
        assert_eq!(once, 2 * COLLECT_AFTER);
        assert_eq!(limit_after(once, Duration::ZERO), COLLECT_AFTER);
        let again = limit_after(once, Duration::from_millis(50));
        assert_eq!(again, 4 * COLLECT_AFTER);
        assert_eq!(
            limit_after(again, Duration::from_millis(3)),
            3 * COLLECT_AFTER
        );
    }
}
