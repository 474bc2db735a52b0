//! Memory that the collector does not count.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// After how many bytes the collector is run when collecting is cheap.
const COLLECT_AFTER: usize = 1 << 20;

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
    let factor = start.elapsed().as_nanos() / AFFORDABLE.as_nanos();
    ADDED.set(bytes);
    LIMIT.set(COLLECT_AFTER.saturating_mul(usize::try_from(factor).unwrap_or(1).max(1)));
}
