//! Memory that the garbage collector does not see.

use std::cell::Cell;

/// How much may be allocated before garbage is looked for.
const LIMIT: usize = 64 << 20;

thread_local! {
    /// What was allocated since garbage was looked for last.
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
}

/// Says that so many bytes are about to be allocated for an object that holds them where the collector does not count:
/// the contents of a buffer or a blob. Now and then this collects garbage, so that a few small objects do not hold all
/// memory that there is. Nothing may be borrowed mutably meanwhile.
pub fn will_allocate(bytes: usize) {
    let allocated = ALLOCATED.get().saturating_add(bytes);
    if allocated < LIMIT {
        ALLOCATED.set(allocated);
        return;
    }
    ALLOCATED.set(0);
    boa_gc::force_collect();
}
